-- How a plan and its run stand: counted along, and as people see it.

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

revoke execute on all functions in schema media from public;
