-- The deed itself. Every item is looked at again under a lock at the moment it is touched, with the conditions that
-- found it; whatever changed since the plan is skipped and says so.

-- Why an asset of a plan is left alone now.
create function media.skip_reason(p_item media.cleanup_items, p_asset media.assets)
returns text[]
language sql
stable
set search_path = ''
as $$
  select case
    when p_asset.id is null then array['gone', 'It is gone already.']
    when p_asset.state = 'purging' then array['purging', 'It is being removed for good already.']
    when p_asset.state = 'trashed' and p_item.class = 'trashed' then array['changed', 'It was restored and trashed again since the plan.']
    when p_asset.state = 'trashed' then array['trashed', 'It is in the trash already.']
    when p_item.class = 'trashed' then array['restored', 'It was restored since the plan.']
    when p_asset.link_count > 0 and p_item.class <> 'duplicate' then array['linked', 'It is linked now.']
    when exists (select from media.kept_assets as k where k.asset = p_asset.id) then array['kept', 'It is kept now.']
    when exists (select from media.staff as s where s.profile_asset = p_asset.id) then array['profile', 'It is a profile photo now.']
    when exists (select from media.annotations as n where n.asset = p_asset.id and n.state in ('queued', 'running')) then
      array['reading', 'It is being read just now.']
    when p_asset.reply_to is not null or exists (select from media.assets as r where r.reply_to = p_asset.id) then
      array['thread', 'It is part of a thread.']
    when p_item.class = 'broken_asset' then array['whole', 'Its object is there again.']
    else array['changed', 'It was used or changed since the plan.']
  end
$$;

-- Items of a plan that are still what the plan says.
create function media.still_true(p_items bigint[], p_class text, p_assets uuid[])
returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_true bigint[];
begin
  if p_class = any (media.row_classes()) then
    -- Another "since": it was linked, restored or given more time meanwhile.
    execute format('select array_agg(i.id) from media.cleanup_items as i join (%s) as o
      on o.id = i.asset and o.since = i.last_used_at and o.keep is not distinct from i.keep where i.id = any ($2) and i.class = $3',
      media.orphans_sql(p_class, true))
    into v_true using p_assets, p_items, p_class;
  elsif p_class = 'trashed' then
    select array_agg(i.id) into v_true
    from media.cleanup_items as i join media.assets as a on a.id = i.asset and a.state = 'trashed' and a.trashed_at = i.last_used_at
    where i.id = any (p_items) and i.class = 'trashed';
  elsif p_class = 'broken_asset' then
    execute format($sql$
      select array_agg(i.id)
      from media.cleanup_items as i join media.assets as a on a.id = i.asset and a.state = 'ready' and not a.linked and not (%s)
      left join storage.objects as o on o.bucket_id = 'media' and o.name = i.object_path
      where i.id = any ($1) and i.class = 'broken_asset' and (o.name is null or i.reason ->> 'note' <> 'missing')$sql$, media.in_use_sql())
    into v_true using p_items;
  end if;
  return coalesce(v_true, '{}');
end $$;

create function media.clean_items(p_run media.cleanup_runs, p_items bigint[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_assets uuid[];
  v_class text;
  v_true bigint[] := '{}';
begin
  v_assets := array(select asset from media.cleanup_items where id = any (p_items) and action in ('trash', 'purge'));
  if v_assets <> '{}' then
    perform media.lock_assets(v_assets);
    for v_class in select distinct class from media.cleanup_items where id = any (p_items) and action in ('trash', 'purge') loop
      v_true := v_true || media.still_true(p_items, v_class, v_assets);
    end loop;
    update media.cleanup_items as i set state = 'skipped', outcome_code = s.why[1], outcome = s.why[2], touched_at = now()
    from (
      select each.id, media.skip_reason(each, a) as why
      from media.cleanup_items as each left join media.assets as a on a.id = each.asset
      where each.id = any (p_items) and each.id <> all (v_true) and each.action in ('trash', 'purge')
    ) as s
    where i.id = s.id;
    perform media.trash_items(p_run, v_true);
  end if;
  perform media.merge_item(p_run, id) from media.cleanup_items where id = any (p_items) and action = 'merge' order by id;
  perform media.delete_items(p_run, array(select id from media.cleanup_items where id = any (p_items) and action = 'delete'));
end $$;

-- To the trash, and from there on where the plan says so. The assets are locked and were looked at.
create function media.trash_items(p_run media.cleanup_runs, p_items bigint[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_purged uuid[];
begin
  delete from media.trashed_links where asset in (
    select asset from media.cleanup_items where id = any (p_items) and class <> 'trashed');
  with moved as (
    update media.assets as a set state = 'trashed', purge_after = now() + p.retention
    from media.cleanup_items as i join media.cleanup_policies as p on p.class = i.class
    where i.id = any (p_items) and a.id = i.asset and a.state = 'ready'
    returning a.id, i.class, i.reason
  )
  insert into media.audit_events (actor, actor_name, action, asset, detail)
  select p_run.confirmed_by, coalesce(who.name, ''), 'asset.trashed', moved.id,
    jsonb_build_object('by', 'clean-up', 'run', p_run.id, 'class', moved.class)
  from moved, (select media.person_name(p_run.confirmed_by) as name offset 0) as who;
  perform media.settle_items(array(select id from media.cleanup_items where id = any (p_items) and action = 'trash'), 'done', null, null);
  v_purged := array(select asset from media.cleanup_items where id = any (p_items) and action = 'purge');
  if v_purged <> '{}' then
    perform media.begin_purge(v_purged);
    update media.cleanup_items set sent = true where id = any (p_items) and action = 'purge';
  end if;
end $$;

create function media.merge_item(p_run media.cleanup_runs, p_item bigint)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_item media.cleanup_items;
  v_error jsonb;
begin
  select * into v_item from media.cleanup_items where id = p_item;
  perform media.lock_for_merge(v_item.keep, array[v_item.asset]);
  if media.still_true(array[p_item], 'duplicate', array[v_item.asset]) = '{}' then
    update media.cleanup_items as i set state = 'skipped', outcome_code = s.why[1], outcome = s.why[2], touched_at = now()
    from (
      select media.skip_reason(v_item, a) as why
      from (select v_item.asset as id) as wanted left join media.assets as a on a.id = wanted.id
    ) as s
    where i.id = p_item;
    return;
  end if;
  v_error := media.merge_into(v_item.keep, array[v_item.asset], p_run.confirmed_by) -> 'assets' -> 0 -> 'error';
  if v_error <> 'null' then
    update media.cleanup_items set state = 'skipped', outcome_code = v_error ->> 'code', outcome = v_error ->> 'message', touched_at = now()
    where id = p_item;
  else
    perform media.settle_items(array[p_item], 'done', null, null);
  end if;
end $$;

-- Objects that no row knows: looked at once more, then handed to Storage with the writing of them that was seen.
create function media.delete_items(p_run media.cleanup_runs, p_items bigint[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_true bigint[];
  v_stuck record;
begin
  if p_items = '{}' then
    return;
  end if;
  execute format('select array_agg(i.id) from media.cleanup_items as i join (%s) as o
    on o.name = i.object_path and o.class = i.class and o.stamp is not distinct from i.stamp where i.id = any ($2)',
    media.object_orphans_sql('name = any ($1)'))
  into v_true using array(select object_path from media.cleanup_items where id = any (p_items)), p_items;
  v_true := coalesce(v_true, '{}');
  update media.cleanup_items as i set state = 'skipped', outcome_code = s.why[1], outcome = s.why[2], touched_at = now()
  from (
    select each.id, case
      when o.name is null then array['gone', 'It is gone already.']
      when exists (select from media.object_deletions as d where d.path = each.object_path) then
        array['purging', 'It is being deleted already.']
      when media.object_stamp(o.version, o.metadata, o.created_at) is distinct from each.stamp then
        array['changed', 'It was written again since the plan.']
      else array['used', 'A row knows it now.']
    end as why
    from media.cleanup_items as each
    left join storage.objects as o on o.bucket_id = 'media' and o.name = each.object_path
    where each.id = any (p_items) and each.id <> all (v_true)
  ) as s
  where i.id = s.id;
  for v_stuck in
    select i.id, i.asset, i.object_path from media.cleanup_items as i join media.assets as a on a.id = i.asset and a.state = 'processing'
    where i.id = any (v_true)
  loop
    perform media.reject_upload(v_stuck.asset, 'abandoned', 'The upload was never completed.');
    delete from media.object_deletions where path = v_stuck.object_path and due_at <= now();
  end loop;
  insert into media.object_deletions (path, reason, asset, item, stamp)
  select object_path, 'clean-up', asset, id, stamp from media.cleanup_items where id = any (v_true);
  update media.cleanup_items set sent = true where id = any (v_true);
  perform media.schedule_deletions();
end $$;

revoke execute on all functions in schema media from public;
