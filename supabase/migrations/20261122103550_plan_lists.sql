-- Looking at plans and runs, and taking items out of a plan.

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
grant execute on function media.get_run(uuid) to authenticated;
grant execute on function media.list_runs(text, int) to authenticated;
grant execute on function media.run_items(uuid, text[], bigint, int) to authenticated;
grant execute on function media.exclude_items(uuid, bigint[], boolean) to authenticated;
