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

-- A query for the objects that are no rows' among those of the bucket that p_filter picks (of o; $1 and $2 are its):
-- name, asset, class, note, bytes, since, stamp. One query and no function for each object: after a disaster, most of
-- a bucket may be orphaned.
create function media.object_orphans_sql(p_filter text)
returns text
language sql
immutable
set search_path = ''
as $$
  select format($sql$
    select v.name, v.asset, split_part(v.verdict, ' ', 1) as class, split_part(v.verdict, ' ', 2) as note,
      media.object_size(v.metadata) as bytes, v.since, media.object_stamp(v.version, v.metadata, v.created_at) as stamp
    from (
      select d.*, case
        when d.asset is null then 'ghost_object foreign'
        -- On its way out.
        when exists (select from media.object_deletions as x where x.path = d.name and x.bucket = 'media') then null
        when d.incoming then case
          when a.state = 'processing' then
            case when not media.job_open('complete_upload:' || a.id) then 'abandoned_upload stuck' end
          -- It was completed with other bytes.
          when a.state is not null then 'abandoned_upload written_later'
          when t.id is null or t.completed_at is not null then 'abandoned_upload no_ticket'
          -- In flight.
          when t.expires_at > now() then null
          else 'abandoned_upload expired_ticket'
        end
        when a.state is null or a.state = 'rejected' then case
          when d.rendition then 'stale_rendition ' || case when a.state is null then 'no_asset' else 'rejected' end
          when d.part = 'original' then 'ghost_object ' || case when a.state is null then 'no_asset' else 'rejected' end
          else 'ghost_object unknown_name'
        end
        -- On its way in or out, or in its place.
        when a.state in ('processing', 'purging') or a.object_path = d.name then null
        when exists (select from media.renditions as r where r.asset = a.id and r.object_path = d.name) then null
        -- With a job it was stored just now and its row is not written yet.
        when d.rendition then case when not media.job_open('make_renditions:' || a.id) then 'stale_rendition no_rendition_row' end
        else 'ghost_object unknown_name'
      end as verdict
      from (
        select o.name, o.version, o.metadata, o.created_at, greatest(o.created_at, o.updated_at) as since,
          o.name like 'incoming/%%' as incoming, substr(o.name, 41) as part,
          substr(o.name, 41) in ('thumb', 'card', 'large', 'og', 'poster', 'waveform') as rendition,
          case
            when o.name ~ '^[0-9a-f]{2}/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[a-z]+$'
              and left(o.name, 2) = substr(o.name, 4, 2) then substr(o.name, 4, 36)::uuid
            when o.name ~ '^incoming/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then substr(o.name, 10)::uuid
          end as asset
        from storage.objects as o
        where o.bucket_id = 'media' and %s
        offset 0
      ) as d
      left join media.assets as a on a.id = d.asset
      left join media.upload_tickets as t on t.id = d.asset and d.incoming
      offset 0
    ) as v
    where v.verdict is not null
  $sql$, p_filter)
$$;

-- A query for what does not fit together in a range: objects with names after $1 up to $2, rows of assets from $3 to
-- $4. class, name, asset, bytes, since, stamp, note. Both sides are compared at once, each read once; only what is
-- left over is looked at one by one, against everything. So the ranges make it fast, and not right: they need not
-- fit each other, whatever the order of text in this database is.
create function media.range_orphans_sql()
returns text
language sql
immutable
set search_path = ''
as $$
  select format($sql$
    with living as materialized (
      select id, object_path, state from media.assets
      where id >= $3 and id <= $4 and state in ('processing', 'ready', 'trashed')
    ), odd as materialized (
      select here.name, known.id, known.path, known.state, known.rendition
      from (
        select id, object_path as path, state, false as rendition from living
        union all
        select r.asset, r.object_path, l.state, true
        from media.renditions as r join living as l on l.id = r.asset
        where r.asset >= $3 and r.asset <= $4
      ) as known
      full join (
        select name from storage.objects where bucket_id = 'media' and name > $1 and name <= $2
      ) as here on here.name = known.path
      where here.name is null or known.path is null
    )
    select class, name, asset, bytes, since, stamp, note
    from (%s) as found
    union all
    select 'broken_asset', m.path, m.asset, m.bytes, m.since, null, m.note
    from media.missing_objects(array(
      -- Those of $3 were looked at with the range before.
      select distinct id from odd where name is null and state = 'ready' and id > $3
    )) as m
  $sql$, media.object_orphans_sql('o.name = any (array(select name from odd where path is null))'))
$$;

create index object_deletions_path on media.object_deletions (path);

-- What Storage lacks of these assets as far as they are ready.
create function media.missing_objects(p_assets uuid[])
returns table (asset uuid, path text, note text, bytes bigint, since timestamptz)
language sql
stable
set search_path = ''
as $$
  select p.* from (
    select a.id, a.object_path as name, 'missing' as note, a.bytes, a.created_at
    from media.assets as a
    where a.id = any (p_assets) and a.state = 'ready'
    union all
    select r.asset, r.object_path, 'rendition_missing', r.bytes, r.created_at
    from media.renditions as r join media.assets as a on a.id = r.asset and a.state = 'ready'
    where r.asset = any (p_assets)
  ) as p
  where not exists (select from storage.objects as o where o.bucket_id = 'media' and o.name = p.name)
    and not (p.note = 'rendition_missing' and media.job_open('make_renditions:' || p.id))
$$;

revoke execute on all functions in schema media from public;
