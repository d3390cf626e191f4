-- Plans: frozen, itemised, looked at before anything happens. For ops alone.

-- The settled items and the counts of their runs change together.
create function media.count_settled()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update media.cleanup_runs as r set
    done = r.done + d.done, skipped = r.skipped + d.skipped, failed = r.failed + d.failed, done_bytes = r.done_bytes + d.bytes
  from (
    select run, sum(sign * (state = 'done')::int) as done, sum(sign * (state = 'skipped')::int) as skipped,
      sum(sign * (state = 'failed')::int) as failed, sum(sign * (state = 'done')::int * bytes) as bytes
    from (
      select run, state, bytes, 1 as sign from new_items
      union all
      select run, state, bytes, -1 from old_items
    ) as moved
    group by run
  ) as d
  where r.id = d.run and (d.done, d.skipped, d.failed) <> (0, 0, 0);
  return null;
end $$;

create trigger cleanup_items_counted
  after update on media.cleanup_items referencing old table as old_items new table as new_items
  for each statement execute function media.count_settled();

create function media.run_json(p_run media.cleanup_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_run.id, 'state', p_run.state, 'classes', p_run.classes, 'action', p_run.action, 'automatic', p_run.automatic,
    'options', p_run.options - 'by_class', 'by_class', coalesce(p_run.options -> 'by_class', '[]'), 'reason', p_run.reason,
    'planned_by_name', media.person_name(p_run.planned_by), 'planned_at', p_run.planned_at,
    'confirmed_by_name', media.person_name(p_run.confirmed_by),
    'started_at', p_run.started_at, 'finished_at', p_run.finished_at,
    'count', p_run.items, 'bytes', p_run.bytes, 'excluded', p_run.excluded, 'excluded_bytes', p_run.excluded_bytes,
    'planned', p_run.items - p_run.excluded - p_run.done - p_run.skipped - p_run.failed,
    'done', p_run.done, 'skipped', p_run.skipped, 'failed', p_run.failed, 'done_bytes', p_run.done_bytes,
    -- Nothing is well that did not all happen.
    'ok', case when p_run.state = 'done' then p_run.failed = 0 when p_run.state = 'stopped' then false end,
    'needs_count', p_run.items - p_run.excluded > 100,
    'seconds', round(extract(epoch from coalesce(p_run.finished_at, now()) - p_run.started_at), 1)
  )
$$;

create function media.run_for_update(p_run uuid, p_states text[])
returns media.cleanup_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run media.cleanup_runs;
begin
  select * into v_run from media.cleanup_runs where id = p_run for no key update;
  if v_run.id is null then
    perform media.fail(404, 'not_found', 'There is no such plan.', 'Load the page again.');
  elsif v_run.state <> all (p_states) then
    perform media.fail(409, 'run_state', format('This run is %s.', v_run.state), 'Load the page again to see how it stands.');
  end if;
  return v_run;
end $$;

-- What scans found of a class and a plan can do something about, each path once, as it was seen last.
create function media.plannable_findings(p_class text)
returns setof media.cleanup_findings
language sql
stable
set search_path = ''
as $$
  select * from (
    select distinct on (path) * from media.standing_findings() where class = p_class order by path, id desc
  ) as f
  where f.note <> 'rendition_missing'
$$;

-- Freezes what is orphaned now. Grace is the least age; a plan may ask for more, never for less.
create function media.make_plan(
  p_classes text[], p_action text, p_min_age interval, p_min_bytes bigint, p_max_items int, p_assets uuid[], p_paths text[],
  p_automatic boolean
)
returns media.cleanup_runs
language plpgsql
set search_path = ''
set jit = off
as $$
declare
  v_run media.cleanup_runs;
  v_class text;
  v_since timestamptz;
  v_left int := p_max_items;
  v_count int;
begin
  insert into media.cleanup_runs (classes, action, automatic, planned_by, options)
  values (p_classes, p_action, p_automatic, auth.uid(), jsonb_build_object(
    'min_age_days', extract(epoch from p_min_age) / 86400, 'min_bytes', p_min_bytes, 'max_items', p_max_items,
    'picked', p_assets is not null or p_paths is not null))
  returning * into v_run;
  foreach v_class in array p_classes loop
    v_since := now() - greatest(p_min_age, (select grace from media.cleanup_policies where class = v_class));
    if v_class = any (media.row_classes()) then
      -- An asset is in a plan once: the class named first takes it.
      execute format($sql$
        insert into media.cleanup_items (run, class, action, asset, title, reason, bytes, last_used_at, keep)
        select $2, $3, $4, a.id, media.asset_label(a), media.orphan_facts(a, $3, o.since, o.keep), a.bytes, o.since, o.keep
        from (%s) as o join media.assets as a on a.id = o.id
        where o.since <= $5 and o.bytes >= $6
          and not exists (select from media.cleanup_items as i where i.run = $2 and i.asset = a.id)
        order by o.since, o.id limit $7$sql$, media.orphans_sql(v_class, p_assets is not null))
      using p_assets, v_run.id, v_class, case when v_class = 'duplicate' then 'merge' else p_action end, v_since, p_min_bytes, v_left;
    elsif v_class = 'trashed' then
      insert into media.cleanup_items (run, class, action, asset, title, reason, bytes, last_used_at)
      select v_run.id, v_class, 'purge', a.id, media.asset_label(a),
        jsonb_build_object('trashed_at', a.trashed_at, 'purge_after', a.purge_after), a.bytes, a.trashed_at
      from media.assets as a
      where a.state = 'trashed' and a.bytes >= p_min_bytes and (p_assets is null or a.id = any (p_assets))
        and a.trashed_at <= now() - p_min_age and (not p_automatic or a.purge_after <= now())
      order by a.trashed_at, a.id limit v_left;
    else
      -- Objects of others are never in a plan by themselves, only when picked one by one.
      insert into media.cleanup_items (run, class, action, asset, object_path, title, reason, bytes, last_used_at, stamp)
      select v_run.id, v_class, case when v_class = 'broken_asset' then p_action else 'delete' end, f.asset,
        f.path, f.path, media.finding_facts(f), f.bytes, f.since, f.stamp
      from media.plannable_findings(v_class) as f
      where f.since <= v_since and f.bytes >= p_min_bytes
        and (f.note not in ('foreign', 'unknown_name') or f.path = any (p_paths))
        and (p_paths is null or f.path = any (p_paths))
      order by f.since, f.id limit v_left;
    end if;
    get diagnostics v_count = row_count;
    v_left := v_left - v_count;
  end loop;
  update media.cleanup_runs as r set items = t.items, bytes = t.bytes, options = r.options || jsonb_build_object('by_class', t.by_class)
  from (
    select coalesce(sum(count), 0) as items, coalesce(sum(c.bytes), 0) as bytes, coalesce(jsonb_agg(to_jsonb(c)), '[]') as by_class
    from (select class, count(*) as count, sum(bytes) as bytes from media.cleanup_items where run = v_run.id group by class) as c
  ) as t
  where r.id = v_run.id
  returning r.* into v_run;
  perform media.audit('cleanup.planned', null, null, jsonb_build_object('run', v_run.id, 'classes', p_classes, 'count', v_run.items, 'automatic', p_automatic));
  return v_run;
end $$;

-- A dry plan of what would be cleaned up.
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
  return media.run_json(media.make_plan(v_classes, p_action, coalesce(p_min_age_days, 0) * interval '1 day',
    coalesce(p_min_bytes, 0), coalesce(p_max_items, 1000000), p_assets, p_paths, false));
end $$;

-- Security definer: the role is checked once.
create function media.get_run(p_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run media.cleanup_runs;
begin
  perform media.need_staff();
  select * into v_run from media.cleanup_runs where id = p_run;
  if v_run.id is null then
    perform media.fail(404, 'not_found', 'There is no such plan.', 'Load the page again.');
  end if;
  return media.run_json(v_run);
end $$;

-- Security definer: the role is checked once.
create function media.list_runs(p_after text default null, p_limit int default 30)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_place text[] := case when p_after is not null then media.unpack_text_place('runs', p_after) end;
  v_limit int := greatest(1, least(coalesce(p_limit, 30), 200));
  v_page media.cleanup_runs[];
begin
  perform media.need_staff();
  v_page := array(
    select r from media.cleanup_runs as r
    where v_place is null or (planned_at, id) < (v_place[1]::timestamptz, v_place[2]::uuid)
    order by planned_at desc, id desc limit v_limit + 1
  );
  return jsonb_build_object(
    'items', (select coalesce(jsonb_agg(media.run_json(r) order by r.planned_at desc, r.id desc), '[]') from unnest(v_page[:v_limit]) as r),
    'next', case when cardinality(v_page) > v_limit then
      media.pack_text_place('runs', v_page[v_limit].planned_at::text, v_page[v_limit].id::text) end
  );
end $$;

-- Items of a plan, in its order; p_states of planned, done, skipped, failed, excluded.
-- Security definer: the role is checked once.
create function media.run_items(p_run uuid, p_states text[] default null, p_after bigint default null, p_limit int default 100)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_limit int := greatest(1, least(coalesce(p_limit, 100), 5000));
  v_states text[] := nullif(p_states, '{}');
  v_items jsonb;
begin
  perform media.need_staff();
  select jsonb_agg(jsonb_build_object(
    'id', i.id, 'class', i.class, 'action', i.action, 'asset', i.asset, 'path', i.object_path, 'title', i.title, 'reason', i.reason,
    'bytes', i.bytes, 'since', i.last_used_at, 'state', i.state, 'excluded', i.excluded, 'keep', i.keep, 'outcome', i.outcome,
    'outcome_code', i.outcome_code, 'touched_at', i.touched_at, 'thumbhash', a.thumbhash,
    'thumb_path', (select object_path from media.renditions as r where r.asset = i.asset and r.name = 'thumb')
  ) order by i.id) into v_items
  -- Each kind along its own index: three failures among a million items are not searched for.
  from (
    (select * from media.cleanup_items
      where v_states is null and run = p_run and id > coalesce(p_after, 0) order by id limit v_limit + 1)
    union all
    (select * from media.cleanup_items
      where 'excluded' = any (v_states) and run = p_run and excluded and id > coalesce(p_after, 0) order by id limit v_limit + 1)
    union all
    select found.*
    from unnest(v_states) as wanted
    cross join lateral (
      select * from media.cleanup_items
      where run = p_run and state = wanted and not excluded and id > coalesce(p_after, 0) order by id limit v_limit + 1
    ) as found
    order by id limit v_limit + 1
  ) as i left join media.assets as a on a.id = i.asset;
  return jsonb_build_object(
    'items', coalesce(case when jsonb_array_length(v_items) > v_limit then v_items - v_limit else v_items end, '[]'),
    'next', case when jsonb_array_length(v_items) > v_limit then v_items -> (v_limit - 1) -> 'id' end
  );
end $$;

-- Takes items out of a plan that has not begun, or back in.
-- Security definer: people write no table directly.
create function media.exclude_items(p_run uuid, p_items bigint[], p_excluded boolean default true)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run media.cleanup_runs;
  v_excluded constant boolean := coalesce(p_excluded, true);
begin
  perform media.need_ops();
  v_run := media.run_for_update(p_run, '{planned}');
  with moved as (
    update media.cleanup_items set excluded = v_excluded
    where run = p_run and id = any (p_items) and excluded <> v_excluded
    returning class, bytes
  ), by_class as (
    select class, case when v_excluded then 1 else -1 end * count(*) as count, case when v_excluded then 1 else -1 end * sum(bytes) as bytes
    from moved group by class
  )
  update media.cleanup_runs as r set
    excluded = r.excluded + coalesce((select sum(count) from by_class), 0),
    excluded_bytes = r.excluded_bytes + coalesce((select sum(bytes) from by_class), 0),
    -- What remains of each class: this is what the person confirms.
    options = jsonb_set(r.options, '{by_class}', (
      select coalesce(jsonb_agg(entry || jsonb_build_object(
        'count', (entry ->> 'count')::bigint - coalesce(m.count, 0), 'bytes', (entry ->> 'bytes')::bigint - coalesce(m.bytes, 0)
      ) order by place), '[]')
      from jsonb_array_elements(r.options -> 'by_class') with ordinality as entries (entry, place)
      left join by_class as m on m.class = entry ->> 'class'
    ))
  where r.id = p_run returning r.* into v_run;
  return media.run_json(v_run);
end $$;

create index cleanup_items_of_run on media.cleanup_items (run, id);
create index cleanup_items_excluded on media.cleanup_items (run, id) where excluded;
create index cleanup_items_asset_run on media.cleanup_items (run, asset) where asset is not null;

revoke execute on all functions in schema media from public;
grant execute on function media.plan_cleanup(text[], text, numeric, bigint, int, uuid[], text[]) to authenticated;
grant execute on function media.get_run(uuid) to authenticated;
grant execute on function media.list_runs(text, int) to authenticated;
grant execute on function media.run_items(uuid, text[], bigint, int) to authenticated;
grant execute on function media.exclude_items(uuid, bigint[], boolean) to authenticated;
