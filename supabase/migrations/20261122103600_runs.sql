-- Running a plan: what people decide about it.

create function media.defer_run(p_run uuid, p_at timestamptz default null)
returns void
language sql
set search_path = ''
as $$
  select media.defer('media', 'run_cleanup', jsonb_build_object('run', p_run), 'run_cleanup:' || p_run,
    'run_cleanup:' || p_run || case when p_at is null then '' else ':later' end, p_at)
$$;

create function media.audit_run(p_what text, p_run media.cleanup_runs)
returns void
language sql
set search_path = ''
as $$
  select media.audit('cleanup.' || p_what, null, null, jsonb_build_object('run', p_run.id, 'reason', p_run.reason,
    'count', p_run.items - p_run.excluded, 'done', p_run.done, 'skipped', p_run.skipped, 'failed', p_run.failed))
$$;

-- Begins. Whoever cleans up more than 100 items says how many these are.
-- Security definer: people write no table directly.
create function media.start_run(p_run uuid, p_count int default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_ops();
  v_run media.cleanup_runs := media.run_for_update(p_run, '{planned}');
begin
  if v_run.items - v_run.excluded > 100 and p_count is distinct from v_run.items - v_run.excluded then
    perform media.fail(422, 'confirm_count', format('The plan has %s items.', v_run.items - v_run.excluded),
      'Type this number to confirm that you mean all of them.');
  end if;
  update media.cleanup_runs set state = 'running', confirmed_by = v_user, started_at = now()
  where id = p_run returning * into v_run;
  perform media.audit_run('started', v_run);
  perform media.defer_run(p_run);
  return media.run_json(v_run);
end $$;

-- Moves a run whose state is one of p_from; p_what is the word for the audit trail. Goes on in the name of whoever
-- says so.
create function media.move_run(p_run uuid, p_from text[], p_to text, p_what text, p_reason text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_user uuid := media.need_ops();
  v_run media.cleanup_runs := media.run_for_update(p_run, p_from);
begin
  update media.cleanup_runs set
    state = p_to, reason = p_reason || media.person_name(v_user) || '.',
    confirmed_by = case when p_to = 'running' then v_user else confirmed_by end,
    finished_at = case when p_to = 'stopped' then now() end
  where id = p_run returning * into v_run;
  perform media.audit_run(p_what, v_run);
  if p_to = 'running' then
    perform media.defer_run(p_run);
  end if;
  return media.run_json(v_run);
end $$;

-- Security definer: people write no table directly.
create function media.pause_run(p_run uuid)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select media.move_run(p_run, '{running}', 'paused', 'paused', 'Paused by ')
$$;

-- Security definer: people write no table directly.
create function media.resume_run(p_run uuid)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select media.move_run(p_run, '{paused}', 'running', 'started', null)
$$;

-- Ends it for good; a plan that never began is thrown away by it.
-- Security definer: people write no table directly.
create function media.stop_run(p_run uuid)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select media.move_run(p_run, '{planning,planned,running,paused}', 'stopped', 'stopped', 'Stopped by ')
$$;

-- The failed items once more: all, or those of p_items.
-- Security definer: people write no table directly.
create function media.retry_run(p_run uuid, p_items bigint[] default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_ops();
  -- Not a stopped one: trying the failed again would set going what stopping has spared.
  v_run media.cleanup_runs := media.run_for_update(p_run, '{done,paused}');
  v_items bigint[] := array(
    select id from media.cleanup_items where run = p_run and state = 'failed' and (p_items is null or id = any (p_items))
  );
begin
  if v_items = '{}' then
    perform media.fail(409, 'run_state', 'Nothing of this has failed.', 'Load the page again to see how it stands.');
  end if;
  -- What Storage did not delete is tried at once and not only after its pause.
  update media.object_deletions as d set due_at = now()
  from media.cleanup_items as i
  where i.id = any (v_items) and i.sent
    and (d.item = i.id or d.asset = i.asset and d.reason = 'purge') and d.due_at > now();
  update media.cleanup_items set state = 'planned', outcome = null, outcome_code = null where id = any (v_items);
  update media.cleanup_runs set state = 'running', reason = null, finished_at = null, confirmed_by = v_user
  where id = p_run returning * into v_run;
  perform media.audit_run('started', v_run);
  perform media.defer_run(p_run);
  perform media.schedule_deletions();
  return media.run_json(v_run);
end $$;

-- What became of items. A later word of Storage replaces an earlier one.
create function media.settle_items(p_items bigint[], p_state text, p_code text, p_outcome text)
returns void
language sql
set search_path = ''
as $$
  update media.cleanup_items set state = p_state, outcome_code = p_code, outcome = p_outcome, touched_at = now()
  where id = any (p_items) and state in ('planned', 'failed')
$$;

-- The next items of a running plan, in one transaction; answers the run and how many wait for Storage.
-- Security definer: the service writes no table directly.
create function media.run_step(p_run uuid, p_limit int default 500)
returns jsonb
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
  v_run media.cleanup_runs;
  v_items bigint[];
  v_item bigint;
  v_waiting int := 0;
begin
  -- Steps of one run come one after the other; pausing and stopping wait for the step that is under way.
  select * into v_run from media.cleanup_runs where id = p_run for no key update;
  if v_run.id is null or v_run.state <> 'running' then
    return media.run_json(v_run) || jsonb_build_object('waiting', 0);
  end if;
  v_run.reason := case
    -- Also an automatic one that a person let go on: from then on it runs in their name.
    when (not v_run.automatic or v_run.confirmed_by is not null) and media.staff_role(v_run.confirmed_by) is distinct from 'ops' then
      'Whoever confirmed it is not of ops any more.'
    when v_run.automatic and v_run.confirmed_by is null and exists (
      select from media.cleanup_policies where class = any (v_run.classes) and mode <> 'automatic'
    ) then 'The policy is not automatic any more.'
  end;
  if v_run.reason is not null then
    update media.cleanup_runs set state = 'paused', reason = v_run.reason where id = p_run returning * into v_run;
    perform media.audit_run('paused', v_run);
    return media.run_json(v_run) || jsonb_build_object('waiting', 0);
  end if;
  v_items := array(
    select id from media.cleanup_items where run = p_run and state = 'planned' and not excluded and not sent
    order by id limit greatest(1, least(coalesce(p_limit, 500), 5000))
  );
  if v_items <> '{}' then
    -- Whoever holds an asset for long must not hold up the others.
    perform set_config('lock_timeout', '3s', true);
    begin
      perform media.clean_items(v_run, v_items);
    exception
      when others then
        -- One bad item: find out which, and do the others.
        foreach v_item in array v_items loop
          begin
            perform media.clean_items(v_run, array[v_item]);
          exception
            when others then
              perform media.settle_items(array[v_item], 'failed', sqlstate, case sqlstate
                when '55P03' then 'Something else held it at that moment.' else sqlerrm end);
          end;
        end loop;
    end;
  end if;
  if v_items = '{}' then
    select count(*) into v_waiting from media.cleanup_items where run = p_run and state = 'planned' and not excluded;
    if v_waiting = 0 then
      update media.cleanup_runs set state = 'done', finished_at = now() where id = p_run returning * into v_run;
      perform media.audit_run('ended', v_run);
    end if;
  end if;
  select * into v_run from media.cleanup_runs where id = p_run;
  return media.run_json(v_run) || jsonb_build_object('waiting', v_waiting);
end $$;

-- Comes again a little later, when another worker has the objects in its hands.
-- Security definer: the service writes no table directly.
create function media.run_later(p_run uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  select media.defer_run(p_run, now() + interval '10 seconds')
$$;

revoke execute on all functions in schema media from public;
grant execute on function media.start_run(uuid, int) to authenticated;
grant execute on function media.pause_run(uuid) to authenticated;
grant execute on function media.resume_run(uuid) to authenticated;
grant execute on function media.stop_run(uuid) to authenticated;
grant execute on function media.retry_run(uuid, bigint[]) to authenticated;
grant execute on function media.run_step(uuid, int) to service_role;
grant execute on function media.run_later(uuid) to service_role;
