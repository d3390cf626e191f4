-- Scans: all objects of the bucket in the order of their names and beside them the assets in the order of their ids,
-- a range at a time, then the assets after the last object. Where a scan stands is a row: a killed worker's
-- successor goes on from there.

create function media.start_scan_as(p_kind text, p_seconds int, p_user uuid)
returns media.cleanup_scans
language plpgsql
set search_path = ''
as $$
declare
  v_scan media.cleanup_scans;
begin
  insert into media.cleanup_scans (kind, phase, seconds, started_by, expected)
  values (p_kind, case p_kind when 'bytes' then 'bytes' else 'objects' end, p_seconds, p_user, (
    select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_catalog.pg_class
    where oid in ('media.assets'::regclass, case when p_kind = 'objects' then 'storage.objects'::regclass end)
  ))
  on conflict (kind) where state = 'running' do nothing
  returning * into v_scan;
  if v_scan.id is null then
    select * into v_scan from media.cleanup_scans where kind = p_kind and state = 'running';
  else
    perform media.audit('scan.started', null, null, jsonb_build_object('scan', v_scan.id, 'kind', p_kind), p_user);
  end if;
  perform media.defer_scan(v_scan.id, p_kind);
  return v_scan;
end $$;

create function media.defer_scan(p_scan uuid, p_kind text)
returns void
language sql
set search_path = ''
as $$
  select media.defer('media', 'scan_storage', jsonb_build_object('scan', p_scan), 'scan:' || p_kind, 'scan:' || p_kind)
$$;

-- Starts a scan, or answers the one that runs. kind bytes: downloads every original and compares its checksum,
-- for p_seconds at a time.
-- Security definer: people write no table directly.
create function media.start_scan(p_kind text default 'objects', p_seconds int default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.need_ops();
  if p_kind is null or p_kind not in ('objects', 'bytes') or p_seconds <= 0 then
    perform media.fail(422, 'invalid', 'There is no such scan.');
  end if;
  return media.scan_json(media.start_scan_as(p_kind, p_seconds, auth.uid()));
end $$;

-- Security definer: people write no table directly.
create function media.stop_scan(p_scan uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.need_ops();
  return media.scan_json(media.end_scan(p_scan, 'stopped', null));
end $$;

-- The newest scan of a kind; null when there never was one.
-- Security definer: the role is checked once.
create function media.scan_status(p_kind text default 'objects')
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return (select media.scan_json(s) from media.cleanup_scans as s where s.kind = p_kind order by s.started_at desc limit 1);
end $$;

-- Ends a running scan. A complete look replaces what earlier ones found; half a look says nothing.
create function media.end_scan(p_scan uuid, p_state text, p_error text)
returns media.cleanup_scans
language plpgsql
set search_path = ''
as $$
declare
  v_scan media.cleanup_scans;
begin
  update media.cleanup_scans set state = p_state, finished_at = now(), seen_at = now(), error = left(p_error, 1000)
  where id = p_scan and state = 'running'
  returning * into v_scan;
  if v_scan.id is null then
    select * into v_scan from media.cleanup_scans where id = p_scan;
    if v_scan.id is null then
      perform media.fail(404, 'not_found', 'There is no such scan.');
    end if;
    return v_scan;
  end if;
  if p_state = 'done' then
    delete from media.cleanup_findings as f
    where f.scan is distinct from p_scan and case
      when f.scan is null then v_scan.kind = 'objects' and f.found_at < v_scan.started_at
      else f.scan in (select id from media.cleanup_scans where kind = v_scan.kind)
    end;
  elsif v_scan.kind = 'objects' then
    delete from media.cleanup_findings where scan = p_scan;
  end if;
  return v_scan;
end $$;

-- The next range of a scan: at most p_limit names after its place, up to last, and beside them at most p_limit rows of
-- assets after its asset, up to asset. names and rows count them; ended: there are no names after these.
create function media.scan_range(
  p_scan media.cleanup_scans, p_limit int, out last text, out asset uuid, out names int, out rows int, out ended boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_place text := coalesce(p_scan.place, '');
  v_rows uuid[];
begin
  select count(*), coalesce(max(name), v_place) into names, last
  from (
    select name from storage.objects where bucket_id = 'media' and name > v_place order by name limit p_limit
  ) as batch;
  ended := names < p_limit;
  asset := media.asset_of_path(last);
  if asset is null then
    -- The batch ends among names of others: up to the last of ours before them.
    select media.asset_of_path(name) into asset
    from storage.objects
    where bucket_id = 'media' and name > v_place and name <= last and media.asset_of_path(name) is not null
    order by name desc limit 1;
  end if;
  asset := greatest(asset, p_scan.asset_place);
  v_rows := array(
    select id from media.assets where id > p_scan.asset_place and id <= asset order by id limit p_limit + 1
  );
  if cardinality(v_rows) > p_limit then
    -- Far fewer objects than rows: as many rows as are held at once, and the names up to there.
    v_rows := v_rows[:p_limit];
    asset := v_rows[p_limit];
    ended := false;
    select count(*), coalesce(max(name), v_place) into names, last
    from storage.objects
    where bucket_id = 'media' and name > v_place and name <= last and name <= left(asset::text, 2) || '/' || asset || '/z';
  end if;
  rows := cardinality(v_rows);
end $$;

-- Looks at the next range of a scan of objects and answers how it stands. One range, one transaction.
-- Security definer: the service writes no table directly.
create function media.scan_step(p_scan uuid, p_limit int default 50000)
returns jsonb
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
  v_scan media.cleanup_scans;
  v_limit int := greatest(1, least(coalesce(p_limit, 50000), 100000));
  v_range record;
  v_found int := 0;
  v_ids uuid[];
begin
  select * into v_scan from media.cleanup_scans where id = p_scan for update;
  if v_scan.id is null or v_scan.state <> 'running' or v_scan.kind <> 'objects' then
    return media.scan_json(v_scan);
  end if;
  if v_scan.phase = 'objects' then
    v_range := media.scan_range(v_scan, v_limit);
    execute format('insert into media.cleanup_findings (scan, class, path, asset, bytes, since, stamp, note)
      select $5, class, name, asset, bytes, since, stamp, note from (%s) as found', media.range_orphans_sql())
    using coalesce(v_scan.place, ''), v_range.last, v_scan.asset_place, v_range.asset, p_scan;
    get diagnostics v_found = row_count;
    update media.cleanup_scans set place = v_range.last, asset_place = v_range.asset, seen = seen + v_range.names + v_range.rows,
      phase = case when v_range.ended then 'rows' else phase end
    where id = p_scan;
  else
    v_ids := array(select id from media.assets where id > v_scan.asset_place order by id limit v_limit);
    insert into media.cleanup_findings (scan, class, path, asset, bytes, since, note)
    select p_scan, 'broken_asset', m.path, m.asset, m.bytes, m.since, m.note from media.missing_objects(v_ids) as m;
    get diagnostics v_found = row_count;
    update media.cleanup_scans set asset_place = coalesce(v_ids[cardinality(v_ids)], asset_place), seen = seen + cardinality(v_ids)
    where id = p_scan;
  end if;
  update media.cleanup_scans as s set found = s.found + v_found, seen_at = now() where s.id = p_scan;
  if v_scan.phase = 'rows' and cardinality(v_ids) < v_limit then
    perform media.end_scan(p_scan, 'done', null);
  end if;
  return (select media.scan_json(s) from media.cleanup_scans as s where s.id = p_scan);
end $$;

-- The next assets whose bytes are to be compared.
-- Security definer: the service reads through functions alone.
create function media.bytes_to_verify(p_scan uuid, p_limit int default 50)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('asset', a.id, 'path', a.object_path, 'sha256', a.sha256, 'bytes', a.bytes) order by a.id), '[]')
  from (
    select a.* from media.cleanup_scans as s
    join lateral (
      select * from media.assets
      where id > coalesce(s.place, '00000000-0000-0000-0000-000000000000')::uuid and state = 'ready'
      order by id limit greatest(1, least(p_limit, 1000))
    ) as a on true
    where s.id = p_scan and s.state = 'running' and s.kind = 'bytes'
  ) as a
$$;

-- Notes what a look at the bytes of assets up to p_place found; p_broken [{asset, path, note}]. p_place null: that was
-- the last of them.
-- Security definer: the service writes no table directly.
create function media.bytes_verified(p_scan uuid, p_place uuid, p_seen int, p_broken jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_found int;
begin
  update media.cleanup_scans set place = p_place::text, seen = seen + p_seen, seen_at = now()
  where id = p_scan and state = 'running' and kind = 'bytes';
  if found then
    insert into media.cleanup_findings (scan, class, path, asset, bytes, since, note)
    select p_scan, 'broken_asset', b.path, a.id, a.bytes, a.created_at, b.note
    from jsonb_to_recordset(p_broken) as b (asset uuid, path text, note text)
    join media.assets as a on a.id = b.asset and a.state = 'ready' and a.object_path = b.path;
    get diagnostics v_found = row_count;
    update media.cleanup_scans as s set found = s.found + v_found where s.id = p_scan;
    if p_place is null then
      perform media.end_scan(p_scan, 'done', null);
    end if;
  end if;
  return (select media.scan_json(s) from media.cleanup_scans as s where s.id = p_scan);
end $$;

-- Security definer: the service writes no table directly.
create function media.fail_scan(p_scan uuid, p_error text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.end_scan(p_scan, 'failed', p_error);
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.start_scan(text, int) to authenticated;
grant execute on function media.stop_scan(uuid) to authenticated;
grant execute on function media.scan_status(text) to authenticated;
grant execute on function media.scan_step(uuid, int) to service_role;
grant execute on function media.bytes_to_verify(uuid, int) to service_role;
grant execute on function media.bytes_verified(uuid, uuid, int, jsonb) to service_role;
grant execute on function media.fail_scan(uuid, text) to service_role;
