-- Policies, and what the schedule does by them.

-- Security definer: the role is checked once.
create function media.policies()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return (select jsonb_agg(media.policy_json(p) order by p.place) from media.cleanup_policies as p);
end $$;

-- Security definer: people write no table directly.
create function media.set_policy(p_class text, p_grace_days numeric, p_retention_days numeric, p_mode text, p_version text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_ops();
  v_before media.cleanup_policies;
  v_after media.cleanup_policies;
begin
  select * into v_before from media.cleanup_policies where class = p_class for update;
  if v_before.class is null then
    perform media.fail(404, 'not_found', 'There is no such class.');
  elsif p_grace_days is null or p_retention_days is null or p_grace_days not between 0 and 3650 or p_retention_days not between 0 and 3650 then
    perform media.fail(422, 'invalid', 'Grace and retention are between 0 and 3650 days.');
  elsif p_mode is null or p_mode not in ('automatic', 'manual', 'report') then
    perform media.fail(422, 'invalid', 'A policy is automatic, manual or report.');
  elsif p_mode = 'automatic' and p_class in ('duplicate', 'broken_asset') then
    perform media.fail(422, 'invalid', 'Nobody but a person can decide this.', 'Choose manual or report.');
  elsif v_before.revision::text is distinct from p_version then
    perform media.fail(409, 'stale', format('%s changed this policy meanwhile.', coalesce(media.person_name(v_before.updated_by), 'Someone')),
      'Look at it as it is now, then change it.');
  end if;
  update media.cleanup_policies set grace = p_grace_days * interval '1 day', retention = p_retention_days * interval '1 day',
    mode = p_mode, revision = revision + 1, updated_at = now(), updated_by = v_user
  where class = p_class returning * into v_after;
  perform media.audit('policy.set', null, null, jsonb_build_object('class', p_class,
    'before', media.policy_json(v_before) - '{class,version,updated_at,updated_by_name}'::text[],
    'after', media.policy_json(v_after) - '{class,version,updated_at,updated_by_name}'::text[]));
  return media.policy_json(v_after);
end $$;

-- Security definer: the role is checked once.
create function media.policy_history(p_class text default null, p_limit int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(jsonb_build_object('at', at, 'actor_name', actor_name) || detail order by id desc)
    from (
      select * from media.audit_events
      where action = 'policy.set' and (p_class is null or detail ->> 'class' = p_class)
      order by id desc limit greatest(1, least(coalesce(p_limit, 50), 500))
    ) as e
  ), '[]');
end $$;
create index audit_events_policies on media.audit_events (id desc) where action = 'policy.set';

-- When the schedule cleans up next: every night, as the worker's own timetable says.
create function media.next_night()
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select (date_trunc('day', now() at time zone 'utc' - interval '3 hours 30 minutes') + interval '1 day 3 hours 30 minutes') at time zone 'utc'
$$;

-- The automatic run of a class that has not ended: until it has, the schedule begins no other.
create function media.automatic_run_open(p_class text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select id from media.cleanup_runs
  where automatic and p_class = any (classes) and state in ('planning', 'planned', 'running', 'paused')
  order by planned_at limit 1
$$;

-- Count and bytes of what a plan of a class would take now: what the schedule promises is what it does.
create function media.count_for_plan(p_policy media.cleanup_policies)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_policy.class = any (media.row_classes()) then
    return media.count_orphans(p_policy);
  end if;
  return (
    select jsonb_build_object('count', count(*), 'bytes', coalesce(sum(bytes), 0))
    from media.plannable_findings
    where class = p_policy.class and since <= now() - p_policy.grace and note not in ('foreign', 'unknown_name')
  );
end $$;

-- What the next automatic run will do, as things stand.
-- Security definer: the role is checked once.
create function media.next_automatic()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
begin
  perform media.need_staff();
  return jsonb_build_object(
    'at', media.next_night(),
    'classes', (
      select coalesce(jsonb_agg(jsonb_build_object('class', p.class,
        'action', case when p.class in ('unlinked', 'expired_annotation') then 'trash' else 'delete' end,
        'count', c.found -> 'count', 'bytes', c.found -> 'bytes', 'held_by', media.automatic_run_open(p.class)) order by p.place), '[]')
      from media.cleanup_policies as p cross join lateral (select media.count_for_plan(p) as found) as c
      where p.mode = 'automatic'
    ),
    'trash', (
      select jsonb_build_object('count', count(*), 'bytes', coalesce(sum(bytes), 0), 'held_by', media.automatic_run_open('trashed'))
      from media.assets where state = 'trashed' and purge_after <= now() and purge_after is not null
    )
  );
end $$;

-- Plans and begins what is automatic: by class what is orphaned, and what was in the trash for its retention.
-- Nothing to do leaves no plan; what still runs from before is not begun twice.
-- Security definer: the service writes no table directly.
create function media.automatic_runs()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_class text;
  v_run media.cleanup_runs;
  v_runs jsonb := '[]';
begin
  -- One worker at a time: two would plan the same.
  if not pg_try_advisory_xact_lock(hashtextextended('media.automatic_runs', 0)) then
    return v_runs;
  end if;
  for v_class in
    select class from (
      select class, place from media.cleanup_policies where mode = 'automatic' union all select 'trashed', 100
    ) as due
    order by place
  loop
    continue when media.automatic_run_open(v_class) is not null;
    v_run := media.begin_plan(array[v_class], case when v_class = 'trashed' then 'purge' else 'trash' end, 0, 0, 1000000, null, null, true);
    if v_run.items > 0 then
      v_runs := v_runs || media.run_json(v_run);
    end if;
  end loop;
  return v_runs;
end $$;

-- The nightly look at Storage.
-- Security definer: the service writes no table directly.
create function media.nightly_scan(p_kind text, p_seconds int default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return media.scan_json(media.start_scan_as(p_kind, p_seconds, null));
end $$;

-- Gives work back to the queue whose job was lost: scans and runs that say they run, objects that wait
-- to be deleted, assets that wait to be seen out.
-- Security definer: the service writes no table directly.
create function media.resume_cleanup()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.defer_scan(id, kind) from media.cleanup_scans
  where state = 'running' and kind = 'objects' and seen_at < now() - interval '1 minute' and not media.job_open('scan:' || kind);
  perform media.defer_run(id) from media.cleanup_runs where state = 'running' and not media.job_open('run_cleanup:' || id);
  perform media.defer_planning(id) from media.cleanup_runs where state = 'planning' and not media.job_open('run_cleanup:' || id);
  -- No pause is longer than a day: a clock that was ahead for a while must not put a deletion off for years.
  update media.object_deletions set due_at = now() where due_at > now() + interval '2 days';
  perform media.schedule_deletions();
  if exists (select from media.assets where state = 'purging') then
    perform media.defer('media', 'delete_objects', '{}', 'delete_objects', 'delete_objects');
  end if;
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.policies() to authenticated;
grant execute on function media.set_policy(text, numeric, numeric, text, text) to authenticated;
grant execute on function media.policy_history(text, int) to authenticated;
grant execute on function media.next_automatic() to authenticated;
grant execute on function media.automatic_runs() to service_role;
grant execute on function media.nightly_scan(text, int) to service_role;
grant execute on function media.resume_cleanup() to service_role;
