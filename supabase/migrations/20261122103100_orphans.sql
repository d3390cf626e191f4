-- Orphans that rows alone tell: what nothing uses, what only was for a while, what is there twice.
-- One text of conditions serves the counts, the lists, the plans and the look at the moment of the deed, so that
-- these can't come to different answers.

-- What keeps an asset a (any asset, linked or not) from being an orphan of any class.
create function media.in_use_sql()
returns text
language sql
immutable
set search_path = ''
as $$
  select $sql$
    exists (select from media.kept_assets as k where k.asset = a.id)
    or exists (select from media.staff as s where s.profile_asset = a.id)
    or exists (select from media.annotations as n where n.asset = a.id and n.state in ('queued', 'running'))
  $sql$
$$;

-- A query for the orphans of a class: id, since, bytes, kind, uploaded_by, keep (the copy that stays).
-- With p_only just those of the ids in $1.
create function media.orphans_sql(p_class text, p_only boolean default false)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- Profile photos and voice notes are the product's, whose use of them no row here tells.
  v_free text := $sql$a.state = 'ready' and not a.linked and a.purpose in ('library', 'annotation') and a.reply_to is null
    and not exists (select from media.assets as r where r.reply_to = a.id and r.state in ('processing', 'ready'))$sql$;
  v_these text := case when p_only then ' and a.id = any ($1)' else '' end;
begin
  case p_class
    when 'unlinked' then
      return format('select a.id, a.unused_since as since, a.bytes, a.kind, a.uploaded_by, null::uuid as keep
        from media.assets as a where %s and a.expires_at is null and not (%s)%s', v_free, media.in_use_sql(), v_these);
    when 'expired_annotation' then
      return format('select a.id, a.expires_at as since, a.bytes, a.kind, a.uploaded_by, null::uuid as keep
        from media.assets as a where %s and a.expires_at is not null and a.expires_at <= now() and not (%s)%s',
        v_free, media.in_use_sql(), v_these);
    when 'duplicate' then
      -- Of copies the most used one stays, then the best described, then the oldest. As an array: how few keys are
      -- there twice is nothing the planner can know, and it would read the whole table for them.
      return format($sql$select a.id, a.created_at as since, a.bytes, a.kind, a.uploaded_by, a.keep
        from (
          select a.*, first_value(a.id) over copies as keep
          from media.assets as a
          where a.state = 'ready' and a.purpose <> 'profile' and a.sha256_key = any (array(
            select c.sha256_key from media.assets as c
            where c.state = 'ready' and c.purpose <> 'profile' and c.sha256_key is not null %s
            group by c.sha256_key having count(*) > 1
          ))
          window copies as (
            partition by a.sha256
            order by a.link_count desc, (%s) desc, (a.title <> '')::int + (a.alt_text <> '')::int desc, a.created_at, a.id
          )
        ) as a
        where a.id <> a.keep and not (%s)%s$sql$,
        case when p_only then 'and c.sha256_key = any (array(select o.sha256_key from media.assets as o where o.id = any ($1)))' else '' end,
        media.in_use_sql(), media.in_use_sql(), v_these);
    else
      perform media.fail(422, 'invalid', format('There is no class %L of orphans that rows tell.', left(p_class, 50)));
  end case;
end $$;

create function media.row_classes()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['unlinked', 'expired_annotation', 'duplicate']
$$;

create function media.policy_json(p_policy media.cleanup_policies)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'class', p_policy.class, 'mode', p_policy.mode, 'version', p_policy.revision::text,
    'grace_days', round(extract(epoch from p_policy.grace) / 86400, 3),
    'retention_days', round(extract(epoch from p_policy.retention) / 86400, 3),
    'updated_at', p_policy.updated_at, 'updated_by_name', media.person_name(p_policy.updated_by)
  )
$$;

-- Findings that count: of scans that came to their end, and what was noticed beside them. A view and no function, so
-- that a page of a class walks an index however much was found.
create view media.standing_findings with (security_invoker = true) as
  select f.*
  from media.cleanup_findings as f
  where f.scan is null
    or f.scan in (select id from media.cleanup_scans where state = 'done' or kind = 'bytes');

-- Count, bytes, oldest of a class past its grace, and how many are still within it.
create function media.count_orphans(p_policy media.cleanup_policies)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_answer jsonb;
  v_since timestamptz := now() - p_policy.grace;
  v_scanned timestamptz;
begin
  if p_policy.class = any (media.row_classes()) then
    execute format($sql$
      select jsonb_build_object(
        'count', count(*) filter (where since <= $2), 'bytes', coalesce(sum(bytes) filter (where since <= $2), 0),
        'oldest', min(since) filter (where since <= $2), 'waiting', count(*) filter (where since > $2))
      from (%s) as orphans$sql$, media.orphans_sql(p_policy.class))
    into v_answer using null::uuid[], v_since;
    return v_answer || jsonb_build_object('class', p_policy.class, 'source', 'rows', 'exact', true, 'as_of', now());
  end if;
  select max(finished_at) into v_scanned from media.cleanup_scans where kind = 'objects' and state = 'done';
  select jsonb_build_object(
    'count', count(*) filter (where since <= v_since), 'bytes', coalesce(sum(bytes) filter (where since <= v_since), 0),
    'oldest', min(since) filter (where since <= v_since), 'waiting', count(*) filter (where since > v_since),
    'class', p_policy.class, 'source', 'scan', 'exact', false, 'as_of', v_scanned
  ) into v_answer
  from media.standing_findings where class = p_policy.class;
  return v_answer;
end $$;

create function media.scan_json(p_scan media.cleanup_scans)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when p_scan.id is not null then jsonb_build_object(
    'id', p_scan.id, 'kind', p_scan.kind, 'state', p_scan.state, 'phase', p_scan.phase, 'seen', p_scan.seen,
    'expected', greatest(p_scan.expected, p_scan.seen), 'found', p_scan.found,
    'started_by_name', media.person_name(p_scan.started_by), 'started_at', p_scan.started_at, 'seen_at', p_scan.seen_at,
    'finished_at', p_scan.finished_at, 'error', p_scan.error,
    'seconds', round(extract(epoch from coalesce(p_scan.finished_at, now()) - p_scan.started_at), 1)
  ) end
$$;

-- All seven classes at a glance.
-- Security definer: the role is checked once instead of a policy for every row.
create function media.orphan_summary()
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
    'classes', (
      select jsonb_agg(media.count_orphans(p) || jsonb_build_object('policy', media.policy_json(p)) order by p.place)
      from media.cleanup_policies as p
    ),
    'scan', (
      select media.scan_json(s) from media.cleanup_scans as s where s.kind = 'objects' order by s.started_at desc limit 1
    ),
    'trash', (
      select jsonb_build_object('count', count(*), 'bytes', coalesce(sum(bytes), 0), 'oldest', min(trashed_at),
        'due', count(*) filter (where purge_after <= now()))
      from media.assets where state = 'trashed'
    )
  );
end $$;

-- One line a day and class, for the trend. Again on the same day: the newer one stands.
-- Security definer: the service writes no table directly.
create function media.snapshot_orphans()
returns int
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
  v_count int;
begin
  insert into media.orphan_snapshots (day, class, count, bytes)
  select current_date, p.class, (c.found ->> 'count')::bigint, (c.found ->> 'bytes')::bigint
  from media.cleanup_policies as p, lateral (select media.count_orphans(p) as found) as c
  on conflict (day, class) do update set count = excluded.count, bytes = excluded.bytes;
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- How it was at the end of each week.
-- Security definer: the role is checked once.
create function media.orphan_trend(p_weeks int default 12)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(jsonb_build_object('week', week, 'class', class, 'count', count, 'bytes', bytes) order by week, class)
    from (
      select distinct on (week, class) date_trunc('week', day)::date as week, class, count, bytes
      from media.orphan_snapshots
      where day >= date_trunc('week', now())::date - 7 * (greatest(1, least(coalesce(p_weeks, 12), 520)) - 1)
      order by week, class, day desc
    ) as weeks
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.orphan_summary() to authenticated;
grant execute on function media.orphan_trend(int) to authenticated;
grant execute on function media.snapshot_orphans() to service_role;
