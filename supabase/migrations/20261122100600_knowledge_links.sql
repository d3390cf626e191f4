-- Knowledge (mirrored from the product) and the links of assets to it.

create table media.knowledge (
  id uuid primary key,
  title text not null check (length(title) between 1 and 500),
  url text check (length(url) <= 2000),
  excerpt text not null default '' check (length(excerpt) <= 2000),
  -- Counts the changes of its links; a new order names the one it saw.
  links_revision int not null default 1,
  words tsvector generated always as (media.words(title)) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table media.knowledge is 'Entries of the product, as far as media need them. The product upserts them.';

create index knowledge_updated on media.knowledge (updated_at desc, id desc);
create index knowledge_words on media.knowledge using gin (words);

create table media.links (
  id uuid primary key default gen_random_uuid(),
  knowledge uuid not null references media.knowledge (id),
  asset uuid not null references media.assets (id),
  placement text not null check (placement in ('cover', 'inline')),
  -- Several inline assets with the same carousel are shown as one.
  carousel text check (length(carousel) between 1 and 100),
  -- From 0, without gaps, per knowledge, placement and carousel.
  position int not null check (position >= 0),
  alt_text text not null default '' check (length(alt_text) <= 1000),
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  -- At most one cover: its position is 0, and positions are unique.
  constraint links_cover_alone check (placement <> 'cover' or (position = 0 and carousel is null)),
  constraint links_position unique nulls not distinct (knowledge, placement, carousel, position)
    deferrable initially immediate,
  constraint links_once unique (knowledge, asset, placement)
);
comment on table media.links is 'Where an asset is used: asset to knowledge, many to many.';

create index links_asset on media.links (asset, knowledge);

-- Keeps link_count equal to the number of links, whoever writes links and how, and with it what the assets are
-- found by (the titles of what uses them). One update per statement. Every function of ours has locked the
-- rows by then (media.lock_knowledge, then media.lock_assets).
create function media.count_links()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_assets uuid[];
  v_counts int[];
  v_knowledge uuid[];
begin
  -- A branch each: the tables of a transition exist only for their own kind of statement.
  if tg_op = 'INSERT' then
    select array_agg(asset), array_agg(n) into v_assets, v_counts
    from (select asset, count(*)::int as n from new_links group by asset) as d;
    v_knowledge := array(select distinct knowledge from new_links);
  elsif tg_op = 'DELETE' then
    select array_agg(asset), array_agg(n) into v_assets, v_counts
    from (select asset, -count(*)::int as n from old_links group by asset) as d;
    v_knowledge := array(select distinct knowledge from old_links);
  else
    -- Only what changed its asset or its entry; a new position or placement is neither.
    select array_agg(asset), array_agg(n) into v_assets, v_counts
    from (
      select asset, sum(n)::int as n
      from (
        select n.asset, 1 as n from new_links as n join old_links as o using (id)
        where (n.asset, n.knowledge) is distinct from (o.asset, o.knowledge)
        union all
        select o.asset, -1 from new_links as n join old_links as o using (id)
        where (n.asset, n.knowledge) is distinct from (o.asset, o.knowledge)
      ) as moved
      group by asset
    ) as d;
    v_knowledge := array(select knowledge from new_links union select knowledge from old_links);
  end if;
  update media.assets as a set link_count = a.link_count + d.n, words = f.words, has_text = f.has_text
  from unnest(v_assets, v_counts) as d (asset, n)
  cross join lateral media.found_by(d.asset) as f
  where a.id = d.asset;
  update media.knowledge set links_revision = links_revision + 1 where id = any (v_knowledge);
  return null;
end $$;

create trigger links_counted_on_insert
  after insert on media.links referencing new table as new_links
  for each statement execute function media.count_links();
create trigger links_counted_on_delete
  after delete on media.links referencing old table as old_links
  for each statement execute function media.count_links();
create trigger links_counted_on_update
  after update on media.links referencing old table as old_links new table as new_links
  for each statement execute function media.count_links();

create function media.refuse_truncate()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.fail(403, 'forbidden', format('%s is never emptied at once.', tg_table_name));
  return null;
end $$;

-- A truncate fires no row or transition trigger: the counts would be wrong afterwards.
create trigger links_never_emptied
  before truncate on media.links
  for each statement execute function media.refuse_truncate();

-- Locks entries, in one order, before assets: then nobody adds or removes a link of theirs.
create function media.lock_knowledge(p_knowledge uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from media.knowledge where id = any (p_knowledge) order by id for no key update;
end $$;

-- Makes positions dense again after links went.
create function media.close_gaps(p_knowledge uuid[])
returns void
language sql
set search_path = ''
as $$
  update media.links as l set position = d.position
  from (
    select id, row_number() over (partition by knowledge, placement, carousel order by position)::int - 1 as position
    from media.links
    where knowledge = any (p_knowledge)
  ) as d
  where l.id = d.id and l.position <> d.position
$$;

alter table media.knowledge enable row level security;
alter table media.links enable row level security;

-- Staff see every entry.
create policy "staff see knowledge" on media.knowledge
  for select to authenticated using ((select media.is_staff()));
-- Staff see every link.
create policy "staff see links" on media.links
  for select to authenticated using ((select media.is_staff()));

revoke execute on all functions in schema media from public;
grant select on media.knowledge, media.links to authenticated, service_role;
