-- Orphans that only Storage tells: objects that no row knows, rows whose object is gone.
--
-- A path is ours when it has exactly the shape that this library gives its objects. Whatever else lies in the bucket
-- belongs to someone: it is reported as foreign and nothing here ever deletes it by itself.

-- Which writing of an object this is: replaced bytes have another version (or at least another etag and time).
create function media.object_stamp(p_version text, p_metadata jsonb, p_created_at timestamptz)
returns text
language sql
immutable
set search_path = ''
as $$
  select concat_ws('|', coalesce(p_version, ''), coalesce(p_metadata ->> 'eTag', ''), extract(epoch from p_created_at))
$$;

create function media.object_size(p_metadata jsonb)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select case when p_metadata ->> 'size' ~ '^[0-9]{1,15}$' then (p_metadata ->> 'size')::bigint else 0 end
$$;

-- A query for the objects that are no rows' among those of the bucket that p_filter picks ($1 and $2 are its):
-- name, asset, class, note, bytes, since, stamp. With p_range, the rows of assets from $3 to $4 are compared with all of
-- them at once, and only what is left is looked at one by one; the range makes it fast, not right.
create function media.object_orphans_sql(p_filter text, p_range boolean default false)
returns text
language sql
immutable
set search_path = ''
as $$
  select format($sql$
    with known as materialized (%s), left_over as materialized (
      select name, version, metadata, created_at, greatest(created_at, updated_at) as since, name like 'incoming/%%' as incoming,
        case
          when name ~ '^[0-9a-f]{2}/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[a-z]+$'
            and left(name, 2) = substr(name, 4, 2) then substr(name, 4, 36)::uuid
          when name ~ '^incoming/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then substr(name, 10)::uuid
        end as asset
      from storage.objects as o
      where bucket_id = 'media' and %s and not exists (select from known as k where k.path = o.name)
    )
    select d.name, d.asset, v.verdict[1] as class, v.verdict[2] as note, media.object_size(d.metadata) as bytes, d.since,
      media.object_stamp(d.version, d.metadata, d.created_at) as stamp
    from left_over as d
    cross join lateral (select media.object_verdict(d.name, d.asset, d.incoming) as verdict offset 0) as v
    where v.verdict is not null
  $sql$, case
    when p_range then $sql$
      (select a.object_path as path from media.assets as a
        where a.id >= $3 and a.id <= $4 and a.state in ('processing', 'ready', 'trashed') limit 100000)
      union all
      (select r.object_path from media.renditions as r join media.assets as a on a.id = r.asset and a.state in ('ready', 'trashed')
        where r.asset >= $3 and r.asset <= $4 limit 500000)$sql$
    else 'select null::text as path where false'
  end, p_filter)
$$;

-- Whether a job for an asset waits or runs.
create function media.job_open(p_lock text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from procrastinate.procrastinate_jobs where queueing_lock = p_lock and status = 'todo')
    or exists (select from procrastinate.procrastinate_jobs where lock = p_lock and status = 'doing')
$$;

-- Class and note of one object that is not plainly a living asset's; null when it is in order after all.
create function media.object_verdict(p_name text, p_asset uuid, p_incoming boolean)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ticket media.upload_tickets;
  v_asset media.assets;
  v_part constant text := substr(p_name, 41);
  v_rendition constant boolean := v_part in ('thumb', 'card', 'large', 'og', 'poster', 'waveform');
begin
  select * into v_asset from media.assets where id = p_asset;
  if p_asset is null then
    return array['ghost_object', 'foreign'];
  elsif exists (select from media.object_deletions where bucket = 'media' and path = p_name) then
    return null; -- on its way out
  elsif not p_incoming then
    if v_asset.state is null or v_asset.state = 'rejected' then
      return case
        when v_rendition then array['stale_rendition', case when v_asset.state is null then 'no_asset' else 'rejected' end]
        when v_part = 'original' then array['ghost_object', case when v_asset.state is null then 'no_asset' else 'rejected' end]
        else array['ghost_object', 'unknown_name']
      end;
    elsif v_asset.state in ('processing', 'purging') or v_asset.object_path = p_name then
      return null; -- on its way in or out, or in its place
    elsif exists (select from media.renditions where asset = p_asset and object_path = p_name) then
      return null;
    elsif v_rendition then
      -- Stored just now, its row not written yet.
      return case when not media.job_open('make_renditions:' || p_asset) then array['stale_rendition', 'no_rendition_row'] end;
    end if;
    return array['ghost_object', 'unknown_name'];
  end if;
  if v_asset.state = 'processing' then
    return case when not media.job_open('complete_upload:' || p_asset) then array['abandoned_upload', 'stuck'] end;
  elsif v_asset.state is not null then
    return array['abandoned_upload', 'written_later']; -- it was completed with other bytes
  end if;
  select * into v_ticket from media.upload_tickets where id = p_asset;
  if v_ticket.id is null then
    return array['abandoned_upload', 'no_ticket'];
  elsif v_ticket.expires_at > now() and v_ticket.completed_at is null then
    return null; -- in flight
  end if;
  return array['abandoned_upload', case when v_ticket.completed_at is null then 'expired_ticket' else 'no_ticket' end];
end $$;

create index object_deletions_path on media.object_deletions (path);

-- What Storage lacks of ready assets from the first to the last of $1 (ids in ascending order, with no other between).
-- First against all names of the range at once; what is not among them is looked up by itself, so that the answer
-- holds whatever the order of text in this database is.
create function media.missing_objects(p_assets uuid[])
returns table (asset uuid, path text, note text, bytes bigint, since timestamptz)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_first text := p_assets[1]::text;
  v_last text := p_assets[cardinality(p_assets)]::text;
begin
  return query
  with paths as materialized (
    select a.id, a.object_path as name, 'missing' as kind, a.bytes as size, a.created_at as at
    from media.assets as a
    where a.id >= p_assets[1] and a.id <= p_assets[cardinality(p_assets)] and a.state = 'ready'
    union all
    select r.asset, r.object_path, 'rendition_missing', r.bytes, r.created_at
    from media.renditions as r join media.assets as a on a.id = r.asset and a.state = 'ready'
    where r.asset >= p_assets[1] and r.asset <= p_assets[cardinality(p_assets)]
  ), here as materialized (
    select o.name
    from storage.objects as o
    where o.bucket_id = 'media'
      and o.name >= left(v_first, 2) || '/' || v_first || '/' and o.name <= left(v_last, 2) || '/' || v_last || '/z'
    limit 500000
  ), not_here as materialized (
    select p.* from paths as p where not exists (select from here as h where h.name = p.name)
  )
  select p.id, p.name, p.kind, p.size, p.at
  from not_here as p
  where not exists (select from storage.objects as o where o.bucket_id = 'media' and o.name = p.name)
    and not (p.kind = 'rendition_missing' and media.job_open('make_renditions:' || p.id));
end $$;

revoke execute on all functions in schema media from public;
