-- Purging: trashed -> purging, the objects go through the outbox, and the row goes when Storage has none of them any
-- more. Killed anywhere between, the next worker goes on: every step is a row somewhere.

alter table media.object_deletions
  -- Which writing of the object is meant; null means whatever is there.
  add column stamp text,
  -- The item of a clean-up that waits for the answer.
  add column item bigint;
create index object_deletions_asset on media.object_deletions (asset) where asset is not null;

-- Where objects of an asset are by their shape; a row's path counts only if it has that shape and this id.
create function media.object_paths(p_asset media.assets)
returns text[]
language sql
stable
set search_path = ''
as $$
  select array(
    select 'incoming/' || p_asset.id
    union
    select left(p_asset.id::text, 2) || '/' || p_asset.id || '/' || part
    from unnest(array['original', 'thumb', 'card', 'large', 'og', 'poster', 'waveform']) as part
  )
$$;

-- Trashed assets that are locked: marks them, writes their objects down with the writing that is there now. What is
-- written to the same path later is not meant, and is reported instead.
create function media.begin_purge(p_assets uuid[])
returns uuid[]
language plpgsql
set search_path = ''
as $$
declare
  v_begun uuid[];
begin
  with begun as (
    update media.assets set state = 'purging' where id = any (p_assets) and state = 'trashed' returning id
  )
  select coalesce(array_agg(id), '{}') into v_begun from begun;
  insert into media.object_deletions (path, reason, asset, stamp)
  select o.name, 'purge', a.id, media.object_stamp(o.version, o.metadata, o.created_at)
  from media.assets as a
  cross join lateral unnest(media.object_paths(a)) as p (path)
  join storage.objects as o on o.bucket_id = 'media' and o.name = p.path
  where a.id = any (v_begun);
  -- Also when there are no objects: the same job sees the rows out.
  perform media.defer('media', 'delete_objects', '{}', 'delete_objects', 'delete_objects');
  return v_begun;
end $$;

-- Removes what is in the trash for good, with an answer for each. There is no way back.
-- Security definer: people write no table directly.
create function media.purge_assets(p_assets uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_begun uuid[];
begin
  perform media.need_ops();
  perform media.need_list(p_assets);
  perform media.lock_assets(p_assets);
  v_begun := media.begin_purge(p_assets);
  perform media.audit_each('asset.purging', v_begun);
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'asset', wanted.id, 'ok', a.state = 'purging' is true,
      'note', case when a.state = 'purging' and a.id <> all (v_begun) then 'is being removed already' end,
      'error', case
        when a.id is null then media.item_error('not_found', 'It is gone already.')
        when a.state <> 'purging' then media.item_error('invalid', 'It is not in the trash.', 'Move it to the trash first.')
      end
    ) order by wanted.place), '[]')
    from unnest(p_assets) with ordinality as wanted (id, place) left join media.assets as a on a.id = wanted.id
  );
end $$;

-- Sees out the assets whose objects are all gone. Anything that lies at their paths now was written after the purge
-- began: it is reported, not deleted.
-- Security definer: the service writes no table directly.
create function media.finish_purges(p_limit int default 1000)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_gone uuid[];
begin
  v_gone := array(
    select a.id from media.assets as a
    where a.state = 'purging' and not exists (
      select from media.object_deletions as d where d.asset = a.id and d.reason = 'purge'
    )
    order by a.id limit greatest(1, least(coalesce(p_limit, 1000), 5000))
    for update skip locked
  );
  if v_gone = '{}' then
    return 0;
  end if;
  insert into media.cleanup_findings (class, path, asset, bytes, since, stamp, note)
  select media.class_of_leftover(o.name), o.name, a.id, media.object_size(o.metadata), greatest(o.created_at, o.updated_at),
    media.object_stamp(o.version, o.metadata, o.created_at), 'written_later'
  from media.assets as a
  cross join lateral unnest(media.object_paths(a)) as p (path)
  join storage.objects as o on o.bucket_id = 'media' and o.name = p.path
  where a.id = any (v_gone)
    and not exists (select from media.object_deletions as d where d.path = o.name)
    and not exists (select from media.cleanup_findings as f where f.path = o.name);
  insert into media.audit_events (actor, action, asset, detail)
  select null, 'asset.purged', id, jsonb_build_object('name', original_name, 'title', title, 'bytes', bytes, 'sha256', sha256,
    'uploaded_by', uploaded_by, 'created_at', created_at)
  from media.assets where id = any (v_gone);
  perform media.settle_items(array(
    select id from media.cleanup_items where asset = any (v_gone) and action = 'purge' and sent and state in ('planned', 'failed')
  ), 'done', null, null);
  delete from media.assets where id = any (v_gone);
  return cardinality(v_gone);
end $$;

-- The class under which what was left at the path of a purged asset is found again.
create function media.class_of_leftover(p_name text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when p_name like 'incoming/%' then 'abandoned_upload' when p_name like '%/original' then 'ghost_object' else 'stale_rendition' end
$$;

-- What to delete now, oldest first, taken for five minutes: another worker gets others, and what a killed
-- one had taken comes again. Objects that Storage does not have any more are struck off here, and so are those that
-- were written again since they were meant.
-- Security definer: the service writes no table directly.
create or replace function media.due_object_deletions(p_limit int default 1000)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_gone bigint[];
  v_other bigint[];
  v_due bigint[];
  v_rows jsonb;
begin
  with due as (
    select id, bucket, path, stamp
    from media.object_deletions
    where due_at <= now()
    order by due_at, id
    limit greatest(1, least(coalesce(p_limit, 1000), 1000))
    for update skip locked
  )
  select
    coalesce(array_agg(due.id) filter (where o.name is null), '{}'),
    coalesce(array_agg(due.id) filter (where other), '{}'),
    coalesce(array_agg(due.id) filter (where o.name is not null and not other), '{}')
  into v_gone, v_other, v_due
  from due left join storage.objects as o on o.bucket_id = due.bucket and o.name = due.path
  cross join lateral (
    select coalesce(o.name is not null and media.object_stamp(o.version, o.metadata, o.created_at) <> due.stamp, false) as other
  ) as seen;
  if v_gone <> '{}' or v_other <> '{}' then
    insert into media.cleanup_findings (class, path, asset, bytes, since, stamp, note)
    select media.class_of_leftover(o.name), o.name, d.asset, media.object_size(o.metadata), greatest(o.created_at, o.updated_at),
      media.object_stamp(o.version, o.metadata, o.created_at), 'written_later'
    from media.object_deletions as d join storage.objects as o on o.bucket_id = d.bucket and o.name = d.path
    where d.id = any (v_other) and not exists (select from media.cleanup_findings as f where f.path = o.name);
    perform media.settle_items(array(select item from media.object_deletions where id = any (v_other)),
      'skipped', 'changed', 'It was written again since the plan.');
    perform media.object_deletions_done(v_gone || v_other);
  end if;
  update media.object_deletions set due_at = now() + interval '5 minutes', attempts = attempts + 1 where id = any (v_due);
  select jsonb_agg(jsonb_build_object('id', id, 'bucket', bucket, 'path', path, 'attempts', attempts) order by id)
  into v_rows from media.object_deletions where id = any (v_due);
  perform media.schedule_deletions();
  return coalesce(v_rows, '[]');
end $$;

-- Storage said that these are gone.
-- Security definer: the service writes no table directly.
create or replace function media.object_deletions_done(p_ids bigint[])
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_items bigint[];
  v_count int;
begin
  with gone as (
    delete from media.object_deletions where id = any (p_ids) returning item
  )
  select count(*), array_agg(item) filter (where item is not null) into v_count, v_items from gone;
  if v_items <> '{}' then
    perform media.settle_items(v_items, 'done', null, null);
  end if;
  return v_count;
end $$;

-- It did not work; again later, the pause doubling from a minute up to a day. The run that waits for it is told.
-- Security definer: the service writes no table directly.
create or replace function media.object_deletion_failed(p_id bigint, p_error text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_deletion media.object_deletions;
begin
  update media.object_deletions
  set last_error = left(p_error, 2000),
    due_at = now() + least(interval '1 minute' * power(2, least(attempts, 11)), interval '1 day')
  where id = p_id
  returning * into v_deletion;
  perform media.settle_items(array(
    select v_deletion.item where v_deletion.item is not null
    union all
    select id from media.cleanup_items
    where asset = v_deletion.asset and action = 'purge' and sent and state = 'planned' and v_deletion.reason = 'purge'
  ), 'failed', 'storage', coalesce(nullif(left(p_error, 500), ''), 'Storage did not delete it.'));
  perform media.schedule_deletions();
end $$;

-- What the trash list says about each.
-- Security definer: the role is checked once.
create function media.trash_details(p_assets uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_assets, 1000);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'asset', a.id, 'trashed_at', a.trashed_at, 'purge_after', a.purge_after,
      'trashed_by_name', by.actor_name, 'run', by.detail ->> 'run',
      'merged_into', (select m.keep from media.merges as m where a.id = any (m.others) and m.undone_at is null order by m.merged_at desc limit 1),
      'links', (
        select coalesce(jsonb_agg(jsonb_build_object('knowledge', l.knowledge, 'knowledge_title', coalesce(k.title, l.knowledge_title),
          'placement', l.placement, 'fits', why.words is null, 'why', why.words) order by l.position), '[]')
        from media.trashed_links as l
        left join media.knowledge as k on k.id = l.knowledge
        cross join lateral (select media.link_misfit(l) as words) as why
        where l.asset = a.id)
    ) order by wanted.place)
    from unnest(p_assets) with ordinality as wanted (id, place) join media.assets as a on a.id = wanted.id and a.state = 'trashed'
    left join lateral (
      select e.actor_name, e.detail from media.audit_events as e
      where e.asset = a.id and e.action in ('asset.trashed', 'asset.merged') order by e.id desc limit 1
    ) as by on true
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.purge_assets(uuid[]) to authenticated;
grant execute on function media.trash_details(uuid[]) to authenticated;
grant execute on function media.finish_purges(int) to service_role;
