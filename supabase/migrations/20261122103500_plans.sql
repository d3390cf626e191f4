-- Plans: frozen, itemised, looked at before anything happens. For ops alone.

-- What scans found and a plan can do something about, each path once, as it was seen last.
create view media.plannable_findings with (security_invoker = true) as
  select f.*
  from media.standing_findings as f
  where f.note <> 'rendition_missing'
    and not exists (
      select from media.standing_findings as later where later.path = f.path and later.class = f.class and later.id > f.id
    );

-- The next items of a class for a plan, longest due first: asset, path, title, reason, bytes, since, stamp, keep, key.
-- $1 assets picked, $2 paths picked, $3 run, $4 class, $5 orphaned since, $6 bytes at least, $7 at most so many,
-- $8 and $9 since and key of the last that is in the plan, $10 automatic, $11 whether they are picked.
create function media.plan_source_sql(p_class text, p_picked boolean)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_class = any (media.row_classes()) then
      -- An asset is in a plan once: the class named first takes it. As a value and no join: while a plan grows, the
      -- planner does not know how large it is, and would compare each asset with all of it.
      'select a.id as asset, null as path, media.asset_label(a) as title, media.orphan_facts(a, $4, o.since, o.keep) as reason,
        a.bytes, o.since, null as stamp, o.keep, o.id::text as key
      from (' || media.orphans_sql(p_class, p_picked) || ') as o join media.assets as a on a.id = o.id
      where o.since <= $5 and o.bytes >= $6 and (o.since, o.id) > ($8, coalesce($9::uuid, ''00000000-0000-0000-0000-000000000000''))
        and (select true from media.cleanup_items as i where i.run = $3 and i.asset = a.id limit 1) is null
      order by o.since, o.id limit $7'
    when p_class = 'trashed' then
      'select a.id as asset, null as path, media.asset_label(a) as title,
        jsonb_build_object(''trashed_at'', a.trashed_at, ''purge_after'', a.purge_after) as reason, a.bytes, a.trashed_at as since,
        null as stamp, null::uuid as keep, a.id::text as key
      from media.assets as a
      where a.state = ''trashed'' and a.bytes >= $6 and a.trashed_at <= $5 and (not $10 or a.purge_after <= now())
        and (a.trashed_at, a.id) > ($8, coalesce($9::uuid, ''00000000-0000-0000-0000-000000000000''))
        and (not $11 or a.id = any ($1))
      order by a.trashed_at, a.id limit $7'
    else
      -- Objects of others are never in a plan by themselves, only when picked one by one.
      'select f.asset, f.path, f.path as title, media.finding_facts(f) as reason, f.bytes, f.since, f.stamp, null::uuid as keep,
        f.id::text as key
      from media.plannable_findings as p join media.cleanup_findings as f on f.id = p.id
      where p.class = $4 and p.since <= $5 and p.bytes >= $6 and (p.since, p.id) > ($8, coalesce($9::bigint, 0))
        and (p.note not in (''foreign'', ''unknown_name'') or p.path = any ($2))
        and (not $11 or p.path = any ($2) or p.asset = any ($1))
      order by p.since, p.id limit $7'
  end
$$;

-- What happens to the items of a class in a plan of p_action.
create function media.item_action(p_class text, p_action text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_class = 'duplicate' then 'merge'
    when p_class = 'trashed' then 'purge'
    when p_class in ('abandoned_upload', 'ghost_object', 'stale_rendition') then 'delete'
    else p_action
  end
$$;

-- Freezes the next at most p_limit items and keeps where it stands, so that a plan of any size is made in portions,
-- each a transaction of its own. Grace is the least age; a plan may ask for more, never for less.
create function media.plan_portion(p_run media.cleanup_runs, p_limit int, p_assets uuid[] default null, p_paths text[] default null)
returns media.cleanup_runs
language plpgsql
set search_path = ''
set jit = off
as $$
declare
  v_picked constant boolean := p_assets is not null or p_paths is not null;
  v_class constant text := p_run.classes[(p_run.place ->> 'class')::int];
  v_most constant int := least(p_limit, (p_run.options ->> 'max_items')::int - p_run.items);
  v_since timestamptz := p_run.planned_at - greatest((p_run.options ->> 'min_age_days')::float8 * interval '1 day',
    (select grace from media.cleanup_policies where class = v_class));
  v_got record;
begin
  execute format($sql$
    with batch as materialized (%s),
    added as (
      insert into media.cleanup_items (run, class, action, asset, object_path, title, reason, bytes, last_used_at, stamp, keep)
      select $3, $4, $12, asset, path, title, reason, bytes, since, stamp, keep from batch order by since, key
    )
    select totals.*, last.since, last.key
    from (select count(*)::int as count, coalesce(sum(bytes), 0)::bigint as bytes from batch) as totals
    left join (select since, key from batch order by since desc, %s desc limit 1) as last on true$sql$,
    media.plan_source_sql(v_class, v_picked),
    case when v_class = 'trashed' or v_class = any (media.row_classes()) then 'key::uuid' else 'key::bigint' end)
  into v_got
  using p_assets, p_paths, p_run.id, v_class, v_since, (p_run.options ->> 'min_bytes')::bigint, v_most,
    coalesce((p_run.place ->> 'since')::timestamptz, '-infinity'), p_run.place ->> 'key', p_run.automatic, v_picked,
    media.item_action(v_class, p_run.action);
  update media.cleanup_runs as r set
    items = r.items + v_got.count, bytes = r.bytes + v_got.bytes,
    options = jsonb_set(r.options, '{by_class}', media.with_class(r.options -> 'by_class', v_class, v_got.count, v_got.bytes)),
    place = case
      when v_got.count < v_most then jsonb_build_object('class', (r.place ->> 'class')::int + 1)
      else r.place || jsonb_build_object('since', v_got.since, 'key', v_got.key)
    end
  where r.id = p_run.id returning r.* into p_run;
  return p_run;
end $$;

-- Counts by class with so many more of one.
create function media.with_class(p_counts jsonb, p_class text, p_count bigint, p_bytes bigint)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('class', class, 'count', count, 'bytes', bytes) order by place), '[]')
  from (
    select class, sum(count) as count, sum(bytes) as bytes, min(place) as place
    from (
      select c.entry ->> 'class' as class, (c.entry ->> 'count')::bigint as count, (c.entry ->> 'bytes')::bigint as bytes, c.place
      from jsonb_array_elements(p_counts) with ordinality as c (entry, place)
      union all
      select p_class, p_count, p_bytes, 1000 where p_count > 0
    ) as parts
    group by class
  ) as sums
$$;

-- Goes on with a plan for at most p_limit items; when it has them all, it is a plan (or, automatic, a run).
create function media.go_on_planning(p_run media.cleanup_runs, p_limit int, p_assets uuid[] default null, p_paths text[] default null)
returns media.cleanup_runs
language plpgsql
set search_path = ''
as $$
declare
  v_left int := p_limit;
  v_before int;
begin
  while (p_run.place ->> 'class')::int <= cardinality(p_run.classes) and p_run.items < (p_run.options ->> 'max_items')::int loop
    if v_left <= 0 then
      return p_run;
    end if;
    v_before := p_run.items;
    p_run := media.plan_portion(p_run, v_left, p_assets, p_paths);
    v_left := v_left - (p_run.items - v_before);
  end loop;
  if p_run.automatic and p_run.items = 0 then
    delete from media.cleanup_runs where id = p_run.id;
    p_run.state := 'done';
    return p_run;
  end if;
  update media.cleanup_runs set place = null, state = case when automatic then 'running' else 'planned' end,
    started_at = case when automatic then now() end
  where id = p_run.id returning * into p_run;
  perform media.audit('cleanup.planned', null, null, jsonb_build_object(
    'run', p_run.id, 'classes', p_run.classes, 'count', p_run.items, 'automatic', p_run.automatic), p_run.planned_by);
  if p_run.automatic then
    perform media.audit_run('started', p_run);
    perform media.defer_run(p_run.id);
  end if;
  return p_run;
end $$;

-- Begins a plan; its first portion at once, so that a small one is there with the answer. A worker makes the rest.
create function media.begin_plan(
  p_classes text[], p_action text, p_min_age_days numeric, p_min_bytes bigint, p_max_items int, p_assets uuid[], p_paths text[],
  p_automatic boolean
)
returns media.cleanup_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run media.cleanup_runs;
begin
  insert into media.cleanup_runs (classes, action, automatic, planned_by, state, place, options)
  values (p_classes, p_action, p_automatic, auth.uid(), 'planning', '{"class": 1}', jsonb_build_object(
    'min_age_days', p_min_age_days, 'min_bytes', p_min_bytes, 'max_items', p_max_items,
    'picked', p_assets is not null or p_paths is not null, 'by_class', '[]'::jsonb))
  returning * into v_run;
  -- What is picked is not kept for later portions: it goes into one.
  v_run := media.go_on_planning(v_run, case when p_assets is null and p_paths is null then 10000 else p_max_items end, p_assets, p_paths);
  if v_run.state = 'planning' then
    perform media.defer_planning(v_run.id);
  end if;
  return v_run;
end $$;

create function media.defer_planning(p_run uuid)
returns void
language sql
set search_path = ''
as $$
  select media.defer('media', 'plan_cleanup', jsonb_build_object('run', p_run), 'run_cleanup:' || p_run, 'run_cleanup:' || p_run)
$$;

-- The next portion of a plan in the making, in one transaction; answers how it stands, null when there was nothing for it.
-- Security definer: the service writes no table directly.
create function media.plan_step(p_run uuid, p_limit int default 20000)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run media.cleanup_runs;
begin
  select * into v_run from media.cleanup_runs where id = p_run for no key update;
  if v_run.state = 'planning' then
    v_run := media.go_on_planning(v_run, greatest(1, least(coalesce(p_limit, 20000), 100000)));
  end if;
  return case when v_run.id is not null then media.run_json(v_run) end;
end $$;

-- A dry plan of what would be cleaned up. A large one is planning, until a worker has it all.
-- Security definer: people write no table directly.
create function media.plan_cleanup(
  p_classes text[], p_action text default 'trash', p_min_age_days numeric default null, p_min_bytes bigint default null,
  p_max_items int default 1000000, p_assets uuid[] default null, p_paths text[] default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_classes text[] := array(select class from unnest(p_classes) with ordinality as c (class, place) group by class order by min(place));
begin
  perform media.need_ops();
  if v_classes = '{}' or exists (
    select from unnest(v_classes) as c (class)
    where class is null or class <> 'trashed' and not exists (select from media.cleanup_policies as p where p.class = c.class)
  ) then
    perform media.fail(422, 'invalid', 'Choose at least one class of orphans, and only such as there are.');
  elsif p_action is null or p_action not in ('trash', 'purge') or 'trashed' = any (v_classes) and p_action <> 'purge' then
    perform media.fail(422, 'invalid', 'Assets are moved to the trash or purged; what is in the trash is purged.');
  elsif coalesce(p_min_age_days, 0) not between 0 and 36500 or p_max_items not between 0 and 1000000 or p_min_bytes < 0 then
    perform media.fail(422, 'invalid', 'Age, size or number is out of range.');
  end if;
  perform media.need_list(coalesce(p_assets, '{}'));
  if cardinality(p_paths) > 5000 then
    perform media.fail(422, 'invalid', 'At most 5000 objects are picked at once.', 'Do it in smaller portions.');
  end if;
  return media.run_json(media.begin_plan(v_classes, p_action, coalesce(p_min_age_days, 0), coalesce(p_min_bytes, 0),
    coalesce(p_max_items, 1000000), p_assets, p_paths, false));
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.plan_cleanup(text[], text, numeric, bigint, int, uuid[], text[]) to authenticated;
grant execute on function media.plan_step(uuid, int) to service_role;
