-- Reading many assets at once: a look first, then a batch that asks for a few at a time until all are settled.
--
-- What is under way is counted in rows, not in a process: whoever ends a reading (finish, failure, purge) enqueues
-- the job that settles it and asks for the next. A killed worker's job goes to another, so a batch goes on.

create table media.reading_batches (
  id uuid primary key default gen_random_uuid(),
  -- stopped: the budget ran out on the way.
  state text not null default 'running' check (state in ('running', 'done', 'cancelled', 'stopped')),
  kinds text[] not null,
  -- Kind -> {engine, model, prompt_version}, as chosen when it was requested.
  choices jsonb not null,
  filter jsonb not null,
  language text not null,
  force boolean not null,
  at_once int not null check (at_once between 1 and 16),
  items int not null default 0,
  planned int not null default 0,
  asked int not null default 0,
  done int not null default 0,
  failed int not null default 0,
  skipped int not null default 0,
  cancelled int not null default 0,
  -- US dollars; what is left is reserved in the budget of the engine.
  paid_engine text,
  expected_cost numeric not null default 0,
  expected_left numeric not null default 0,
  cost numeric not null default 0,
  error jsonb,
  requested_by uuid references auth.users (id) on delete set null,
  requested_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table media.reading_batches is 'Requests to read many assets, a few at a time.';

create index reading_batches_open on media.reading_batches (requested_at) where finished_at is null;
create index reading_batches_newest on media.reading_batches (requested_at desc, id);

create table media.reading_batch_items (
  batch uuid not null references media.reading_batches (id) on delete cascade,
  place int not null,
  -- No reference: what became of a purged asset stays told.
  asset uuid not null,
  title text not null,
  kind text not null,
  state text not null default 'planned' check (state in ('planned', 'asked', 'done', 'failed', 'skipped', 'cancelled')),
  expected_cost numeric not null,
  annotation uuid,
  note text,
  error jsonb,
  settled_at timestamptz,
  primary key (batch, place)
);
comment on table media.reading_batch_items is 'What became of each asset and kind of a batch.';

create index reading_batch_items_state on media.reading_batch_items (batch, state, place);
create index reading_batch_items_asked on media.reading_batch_items (annotation) where state = 'asked';

alter table media.reading_batches enable row level security;
alter table media.reading_batch_items enable row level security;

-- Staff see every batch.
create policy "staff see batches" on media.reading_batches
  for select to authenticated using ((select media.is_staff()));
-- Staff see what became of each item.
create policy "staff see batch items" on media.reading_batch_items
  for select to authenticated using ((select media.is_staff()));

create function media.batch_json(p_batch media.reading_batches)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(p_batch) - 'requested_by' - 'paid_engine' - 'expected_left' || jsonb_build_object(
    'requested_by', p_batch.requested_by, 'requested_by_name', media.person_name(p_batch.requested_by),
    'seconds', round(extract(epoch from coalesce(p_batch.finished_at, clock_timestamp()) - p_batch.requested_at), 1)
  )
$$;

-- A filter of the library as a condition over media.assets as a and kinds as c: the arguments of find_assets without
-- their p_, assets, a list of ids, or batch, what did not come to an answer in it and was not answered since.
-- Only what is ready can be read.
create function media.batch_condition(p_filter jsonb)
returns text
language plpgsql
set search_path = ''
as $$
declare
  f record;
  v_where text;
begin
  if jsonb_typeof(p_filter) is distinct from 'object' then
    perform media.fail(422, 'invalid', 'The filter is missing.');
  end if;
  select * into f from jsonb_to_record(p_filter) as t (query text, kinds text[], linked boolean, purposes text[],
    uploaders uuid[], "from" timestamptz, "to" timestamptz, min_bytes bigint, max_bytes bigint, knowledge uuid, assets uuid[],
    batch uuid);
  v_where := (media.find_branches('all', false, 'newest', f.kinds, '{ready}', f.linked, f.purposes, f.uploaders,
    f."from", f."to", f.min_bytes, f.max_bytes, f.knowledge))[1];
  if f.assets is not null then
    perform media.need_list(f.assets);
    v_where := v_where || format(' and a.id = any (%L::uuid[])', f.assets);
  end if;
  if f.batch is not null then
    v_where := v_where || format($sql$ and (a.id, c.kind) in (
      select i.asset, i.kind from media.reading_batch_items as i
      where i.batch = %L and i.state in ('failed', 'skipped', 'cancelled') and not exists (
        select from media.annotations as n
        where n.asset = i.asset and n.kind = i.kind and n.state = 'done' and n.finished_at > i.settled_at
      ))$sql$, f.batch);
  end if;
  if coalesce(f.query, '') ~ '[^[:space:]]' then
    v_where := v_where || case when media.word_query(f.query) is null then ' and false'
      else ' and ' || (media.find_match(f.query)).match end;
  end if;
  return v_where;
end $$;

-- Who reads each kind of a batch.
create function media.batch_choices(p_kinds text[], p_engine text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(kind, to_jsonb(media.choose_engine(p_engine, '', '', kind))) from unnest(p_kinds) as kind
$$;

-- What a batch would ask, the newest first, at most p_most. Known: the same bytes were asked the same before, so it
-- costs nothing. With p_unread only kinds that nobody has read or is reading.
create function media.batch_plan(
  p_filter jsonb, p_kinds text[], p_choices jsonb, p_language text, p_unread boolean, p_force boolean, p_most int
)
returns table (place bigint, asset uuid, kind text, title text, known boolean, cost numeric)
language plpgsql
set search_path = ''
set random_page_cost = 1.1
set jit = off
as $$
begin
  return query execute format($sql$
    with choices as materialized (
      select kind, c.*, media.expected_cost(row(c.engine, c.model, c.prompt_version, null)::media.engine_choice, kind, 60) as unit
      from unnest($1) as kind, jsonb_to_record($2 -> kind) as c (engine text, model text, prompt_version text)
    ), picked as (
      select a.id, a.sha256, a.duration, a.created_at, media.asset_label(a) as title, c.*
      from media.assets as a
      join choices as c on (c.kind = 'transcript') = (a.kind <> 'image')
      where %s and (not $4 or not exists (
        select from media.annotations as n where n.asset = a.id and n.kind = c.kind
          and n.state in ('queued', 'running', 'done') and n.review_state <> 'rejected'
      ))
      order by a.created_at desc, a.id, c.kind
      limit $6
    ), told as (
      select p.*, not $5 and exists (
        select from media.assets as b join media.annotations as n on n.asset = b.id
        where b.sha256 = p.sha256 and n.kind = p.kind and n.engine = p.engine and n.model = p.model
          and n.prompt_version = p.prompt_version and n.language = media.language_for(p.kind, $3) and n.state = 'done'
      ) as known
      from picked as p
    )
    select row_number() over (order by t.created_at desc, t.id, t.kind), t.id, t.kind, t.title, t.known,
      case when t.known then 0
        when t.kind = 'transcript' then round(t.unit * greatest(coalesce(t.duration, 600), 1)::numeric / 60, 6)
        else t.unit end
    from told as t
  $sql$, media.batch_condition(p_filter)) using p_kinds, p_choices, p_language, p_unread, p_force, p_most;
end $$;

-- The count and the expected cost of a batch, before anybody asks for it. Capped: there are more, and it would take
-- the newest of them. Refusal: why it can't be requested as it is.
-- Security definer: the role is checked once. Volatile only because asking the planner is.
create function media.preview_batch(
  p_kinds text[], p_filter jsonb, p_engine text default null, p_unread boolean default true, p_force boolean default false,
  p_language text default ''
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  c_most constant int := 20000;
  v_kinds text[] := media.kinds_to_read(p_kinds);
  v_choices jsonb;
  v_paid media.engines;
  v_answer jsonb;
  v_refusal jsonb;
begin
  perform media.need_staff();
  v_choices := media.batch_choices(v_kinds, p_engine);
  select choice -> 'refusal' into v_refusal from jsonb_each(v_choices) as c (kind, choice)
  where choice -> 'refusal' <> 'null' order by kind limit 1;
  select e.* into v_paid from jsonb_each(v_choices) as c (kind, choice) join media.engines as e on e.name = choice ->> 'engine'
  where e.paid limit 1;
  with plan as materialized (
    select * from media.batch_plan(p_filter, v_kinds, v_choices, media.language_tag(p_language), coalesce(p_unread, true),
      coalesce(p_force, false), c_most + 1)
  ), taken as (
    select * from plan where place <= c_most
  )
  select jsonb_build_object(
    'items', (select count(*) from taken), 'assets', (select count(distinct asset) from taken),
    'known', (select count(*) from taken where known), 'capped', exists (select from plan where place > c_most),
    'expected_cost', coalesce((select sum(cost) from taken), 0),
    'kinds', coalesce((
      select jsonb_agg(jsonb_build_object('kind', c.kind, 'engine', c.choice ->> 'engine', 'model', c.choice ->> 'model',
        'items', (select count(*) from taken where taken.kind = c.kind),
        'expected_cost', coalesce((select sum(cost) from taken where taken.kind = c.kind), 0)) order by c.kind)
      from jsonb_each(v_choices) as c (kind, choice)
    ), '[]')
  ) into v_answer;
  if v_refusal is null and (v_answer ->> 'expected_cost')::numeric > 0 then
    v_refusal := media.budget_refusal(v_paid.name, (v_answer ->> 'expected_cost')::numeric);
  end if;
  return v_answer || jsonb_build_object('refusal', v_refusal, 'budget', media.budget_json(v_paid));
end $$;

revoke execute on all functions in schema media from public;
grant select on media.reading_batches, media.reading_batch_items to authenticated, service_role;
grant execute on function media.preview_batch(text[], jsonb, text, boolean, boolean, text) to authenticated;
