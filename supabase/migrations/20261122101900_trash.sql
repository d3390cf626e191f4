-- To the trash and back. Purging comes with clean-up.

-- Links that went together with their asset, to come back with it where they still fit.
create table media.trashed_links (
  id uuid primary key,
  asset uuid not null references media.assets (id) on delete cascade,
  -- No foreign key: the entry may go, and the restore says so.
  knowledge uuid not null,
  knowledge_title text not null,
  placement text not null,
  carousel text,
  position int not null,
  alt_text text not null,
  created_by uuid,
  created_at timestamptz not null
);
comment on table media.trashed_links is 'Where an asset in the trash was used.';

create index trashed_links_asset on media.trashed_links (asset);

alter table media.trashed_links enable row level security;

-- Staff see where it was used.
create policy "staff see trashed links" on media.trashed_links
  for select to authenticated using ((select media.is_staff()));

-- Why an asset can't go to the trash, as an error or null. p_unlink: its links may go with it; p_moved: there are
-- some of entries that were not locked.
create function media.trash_refusal(p_asset media.assets, p_unlink boolean, p_moved boolean)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when p_asset.id is null then
      media.item_error('not_found', 'It does not exist any more.', 'Load the page again.')
    when p_asset.state = 'purging' then
      media.item_error('asset_purging', 'It is being removed for good.')
    when p_asset.state in ('processing', 'rejected') then
      media.item_error('invalid', format('Its upload is %s.', case p_asset.state when 'rejected' then 'rejected' else 'not complete' end))
    when p_asset.link_count > 0 and not p_unlink then
      media.item_error('asset_in_use', 'It is used by ' || (
        select string_agg(format('“%s”', title), ', ' order by place) || case when p_asset.link_count > 3 then
          format(' and %s more', p_asset.link_count - 3) else '' end
        from (
          select k.title, row_number() over (order by l.created_at, l.id) as place
          from media.links as l join media.knowledge as k on k.id = l.knowledge
          where l.asset = p_asset.id
          order by 2
          limit 3
        ) as uses
      ) || '.', 'Remove the links in the same step, or keep it.')
    when p_moved then
      media.item_error('stale', 'Someone linked it somewhere else at this moment.', 'Look where it is used, then try again.')
  end
$$;

-- Moves assets to the trash, with an answer for each. A used one goes only together with its links.
-- Security definer: people write no table directly.
create function media.trash_assets(p_assets uuid[], p_unlink boolean default false)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_answers jsonb;
  v_gone uuid[];
  v_locked uuid[];
  v_moved uuid[] := '{}';
begin
  perform media.need_staff();
  perform media.need_list(p_assets);
  if p_unlink then
    v_locked := array(select distinct knowledge from media.links where asset = any (p_assets));
    perform media.lock_knowledge(v_locked);
  end if;
  perform media.lock_assets(p_assets);
  if p_unlink then
    -- Linked to yet another entry between the look and the lock.
    v_moved := array(
      select l.asset from media.links as l
      where l.asset = any (p_assets) and not exists (select from unnest(v_locked) as k where k = l.knowledge)
    );
  end if;
  -- As a set, and the answers before the deed: both see the same locked rows.
  select
    coalesce(jsonb_agg(jsonb_build_object(
      'asset', wanted.id, 'ok', refusal.error is null,
      'note', case
        when refusal.error is not null then null
        when a.state = 'trashed' then 'already in the trash'
        when a.link_count > 0 then format('%s link(s) removed', a.link_count)
      end,
      'error', refusal.error
    ) order by wanted.place), '[]'),
    coalesce(array_agg(distinct a.id) filter (where refusal.error is null and a.state = 'ready'), '{}')
  into v_answers, v_gone
  from unnest(p_assets) with ordinality as wanted (id, place)
  left join media.assets as a on a.id = wanted.id
  -- The offset: once for each, not once for each mention.
  cross join lateral (select media.trash_refusal(a, coalesce(p_unlink, false), a.id = any (v_moved)) as error offset 0) as refusal;
  -- What an earlier stay in the trash remembered is over.
  delete from media.trashed_links where asset = any (v_gone);
  if v_locked <> '{}' then
    with removed as (
      delete from media.links where asset = any (v_gone) returning *
    ), remembered as (
      insert into media.trashed_links (id, asset, knowledge, knowledge_title, placement, carousel, position, alt_text, created_by, created_at)
      select r.id, r.asset, r.knowledge, k.title, r.placement, r.carousel, r.position, r.alt_text, r.created_by, r.created_at
      from removed as r join media.knowledge as k on k.id = r.knowledge
    )
    insert into media.audit_events (actor, actor_name, action, asset, knowledge, detail)
    select who.id, who.name, 'link.removed', removed.asset, removed.knowledge,
      jsonb_build_object('link', removed.id, 'placement', removed.placement, 'by', 'trashing')
    from removed, (select auth.uid() as id, coalesce(media.person_name(auth.uid()), '') as name offset 0) as who;
    perform media.close_gaps(v_locked);
  end if;
  update media.assets set state = 'trashed' where id = any (v_gone);
  perform media.audit_each('asset.trashed', v_gone);
  return v_answers;
end $$;

-- Why an asset can't come back, as an error or null. p_moved: links of it are of entries that were not locked.
create function media.restore_refusal(p_asset media.assets, p_moved boolean)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when p_asset.id is null then
      media.item_error('not_found', 'It does not exist any more.', 'Upload the file again.')
    when p_asset.state = 'purging' then
      media.item_error('asset_purging', 'It is being removed for good.', 'Upload the file again.')
    when p_asset.state in ('processing', 'rejected') then
      media.item_error('invalid', 'It is not in the trash.')
    -- Between the look at its links and the lock it was brought back and trashed once more.
    when p_asset.state = 'trashed' and p_moved then
      media.item_error('stale', 'Someone else changed it at this moment.', 'Try again.')
  end
$$;

-- Brings assets back from the trash, with an answer for each. Links that went with them come back where they fit.
-- Security definer: people write no table directly.
create function media.restore_assets(p_assets uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_answers jsonb;
  v_back uuid[];
  v_links jsonb;
  v_locked uuid[];
  v_moved uuid[];
begin
  perform media.need_staff();
  perform media.need_list(p_assets);
  v_locked := array(select distinct knowledge from media.trashed_links where asset = any (p_assets));
  perform media.lock_knowledge(v_locked);
  perform media.lock_assets(p_assets);
  v_moved := array(
    select t.asset from media.trashed_links as t
    where t.asset = any (p_assets) and not exists (select from unnest(v_locked) as k where k = t.knowledge)
  );
  select
    coalesce(jsonb_agg(jsonb_build_object(
      'asset', wanted.id, 'ok', refusal.error is null,
      'note', case when a.state = 'ready' then 'was not in the trash' end,
      'error', refusal.error
    ) order by wanted.place), '[]'),
    coalesce(array_agg(distinct a.id) filter (where refusal.error is null and a.state = 'trashed'), '{}')
  into v_answers, v_back
  from unnest(p_assets) with ordinality as wanted (id, place)
  left join media.assets as a on a.id = wanted.id
  cross join lateral (select media.restore_refusal(a, a.id = any (v_moved)) as error offset 0) as refusal;
  -- What had an end and was brought back by a person has none any more.
  update media.assets set state = 'ready', expires_at = null where id = any (v_back);
  perform media.audit_each('asset.restored', v_back);
  v_links := media.bring_back_links(v_back);
  return (
    select coalesce(jsonb_agg(
      answer || jsonb_build_object('links', coalesce(v_links -> (answer ->> 'asset'), '{"restored": 0, "lost": []}'))
        || case when v_links ? (answer ->> 'asset') then
          jsonb_build_object('note', media.restored_words(v_links -> (answer ->> 'asset'))) else '{}' end
      order by place), '[]')
    from jsonb_array_elements(v_answers) with ordinality as answers (answer, place)
  );
end $$;

-- Why a remembered link does not fit any more, in words; null when it does.
create function media.link_misfit(p_link media.trashed_links)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when not exists (select from media.knowledge where id = p_link.knowledge) then 'the entry is gone'
    when p_link.placement = 'cover' and exists (
      select from media.links where knowledge = p_link.knowledge and placement = 'cover') then 'it has another cover now'
    when exists (
      select from media.links where knowledge = p_link.knowledge and placement = p_link.placement and asset = p_link.asset
    ) then 'it is linked there again'
  end
$$;

-- Links of assets that have just come back: each to its old place, or to the end of a list that became shorter.
-- Answers {asset: {restored, lost: [...]}} for those that had links. Entries and assets are locked.
create function media.bring_back_links(p_assets uuid[])
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_link media.trashed_links;
  v_why text;
  v_answer jsonb := '{}';
  v_one jsonb;
begin
  for v_link in
    select * from media.trashed_links where asset = any (p_assets) order by knowledge, placement, carousel, position, id
  loop
    v_why := media.link_misfit(v_link);
    v_one := coalesce(v_answer -> v_link.asset::text, '{"restored": 0, "lost": []}');
    if v_why is null then
      perform media.put_link(v_link);
      v_one := jsonb_set(v_one, '{restored}', to_jsonb((v_one ->> 'restored')::int + 1));
    else
      v_one := jsonb_set(v_one, '{lost}', v_one -> 'lost' || jsonb_build_object('knowledge', v_link.knowledge,
        'knowledge_title', v_link.knowledge_title, 'placement', v_link.placement, 'why', v_why));
    end if;
    v_answer := v_answer || jsonb_build_object(v_link.asset::text, v_one);
  end loop;
  delete from media.trashed_links where asset = any (p_assets);
  return v_answer;
end $$;

create function media.put_link(p_link media.trashed_links)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_place int;
  v_count int;
begin
  select least(p_link.position, count(*)), count(*) into v_place, v_count
  from media.links
  where knowledge = p_link.knowledge and placement = p_link.placement and carousel is not distinct from p_link.carousel;
  if v_place < v_count then
    update media.links set position = position + 1
    where knowledge = p_link.knowledge and placement = p_link.placement and carousel is not distinct from p_link.carousel
      and position >= v_place;
  end if;
  insert into media.links (id, knowledge, asset, placement, carousel, position, alt_text, created_by, created_at)
  values (p_link.id, p_link.knowledge, p_link.asset, p_link.placement, p_link.carousel, v_place, p_link.alt_text,
    (select id from auth.users where id = p_link.created_by), p_link.created_at);
  perform media.audit('link.created', p_link.asset, p_link.knowledge,
    jsonb_build_object('link', p_link.id, 'placement', p_link.placement, 'by', 'restoring'));
end $$;

create function media.restored_words(p_links jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select concat_ws('; ',
    format('%s link(s) came back', p_links ->> 'restored'),
    (select string_agg(format('not to “%s”: %s', lost ->> 'knowledge_title', lost ->> 'why'), '; ')
     from jsonb_array_elements(p_links -> 'lost') as lost))
$$;

revoke execute on all functions in schema media from public;
grant select on media.trashed_links to authenticated, service_role;
grant execute on function media.trash_assets(uuid[], boolean) to authenticated;
grant execute on function media.restore_assets(uuid[]) to authenticated;
