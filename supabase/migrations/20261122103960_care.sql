-- What people do for single orphans: keep, recover, repair; and the picture of what hangs together.

-- A false positive, marked for good.
-- Security definer: people write no table directly.
create function media.keep_assets(p_assets uuid[], p_reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
  v_kept uuid[];
begin
  perform media.need_list(p_assets);
  if length(trim(coalesce(p_reason, ''))) not between 1 and 500 then
    perform media.fail(422, 'invalid', 'Say in up to 500 characters why it is kept.', 'Whoever cleans up next year wants to know.');
  end if;
  perform media.lock_assets(p_assets);
  with kept as (
    insert into media.kept_assets (asset, reason, kept_by)
    select id, trim(p_reason), v_user from media.assets where id = any (p_assets) and state = 'ready'
    on conflict (asset) do update set reason = excluded.reason, kept_by = excluded.kept_by, kept_at = now()
    returning asset
  )
  select coalesce(array_agg(asset), '{}') into v_kept from kept;
  perform media.audit_each('asset.kept', v_kept, null, jsonb_build_object('reason', trim(p_reason)));
  return (
    select coalesce(jsonb_agg(jsonb_build_object('asset', wanted.id, 'ok', a.state = 'ready' is true, 'note', null, 'error', case
      when a.id is null then media.item_error('not_found', 'It does not exist any more.', 'Load the page again.')
      when a.state = 'trashed' then media.item_error('asset_trashed', 'It is in the trash.', 'Restore it first.')
      when a.state <> 'ready' then media.item_error('invalid', format('It is %s.', a.state)) end) order by wanted.place), '[]')
    from unnest(p_assets) with ordinality as wanted (id, place) left join media.assets as a on a.id = wanted.id
  );
end $$;

-- Security definer: people write no table directly.
create function media.unkeep_assets(p_assets uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_gone uuid[];
begin
  perform media.need_staff();
  perform media.need_list(p_assets);
  perform media.lock_assets(p_assets);
  with gone as (
    delete from media.kept_assets where asset = any (p_assets) returning asset
  )
  select coalesce(array_agg(asset), '{}') into v_gone from gone;
  perform media.audit_each('asset.unkept', v_gone);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('asset', id, 'ok', true,
      'note', case when id <> all (v_gone) then 'was not kept' end, 'error', null) order by place), '[]')
    from unnest(p_assets) with ordinality as wanted (id, place)
  );
end $$;

-- Security definer: the role is checked once.
create function media.list_kept(p_after text default null, p_limit int default 60)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_place text[] := case when p_after is not null then media.unpack_text_place('kept', p_after) end;
  v_limit int := greatest(1, least(coalesce(p_limit, 60), 200));
  v_page media.kept_assets[];
begin
  perform media.need_staff();
  v_page := array(
    select k from media.kept_assets as k
    where v_place is null or (kept_at, asset) < (v_place[1]::timestamptz, v_place[2]::uuid)
    order by kept_at desc, asset desc limit v_limit + 1
  );
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object('asset', card, 'reason', k.reason, 'kept_at', k.kept_at,
        'kept_by_name', media.person_name(k.kept_by)) order by k.kept_at desc, k.asset desc), '[]')
      from unnest(v_page[:v_limit]) as k
      join jsonb_array_elements(media.asset_cards(array(select asset from unnest(v_page[:v_limit])))) as card on (card ->> 'id')::uuid = k.asset
    ),
    'next', case when cardinality(v_page) > v_limit then
      media.pack_text_place('kept', v_page[v_limit].kept_at::text, v_page[v_limit].asset::text) end
  );
end $$;

-- Abandoned uploads become assets of whoever had the ticket, originals without an asset those of who recovers them;
-- the worker looks at the bytes as at any upload's.
-- Security definer: people write no table directly.
create function media.recover_uploads(p_paths text[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_path text;
  v_object record;
  v_ticket media.upload_tickets;
  v_answers jsonb := '[]';
  v_error jsonb;
  v_user uuid := media.need_staff();
begin
  if p_paths is null or cardinality(p_paths) > 1000 then
    perform media.fail(422, 'invalid', 'Up to 1,000 uploads are recovered at once.');
  end if;
  foreach v_path in array p_paths loop
    v_error := null;
    execute media.object_orphans_sql('name = $1') into v_object using v_path;
    if media.can_recover(v_object.class, v_object.note, v_path) is not true then
      v_error := media.item_error('invalid', 'It can''t be recovered: nobody''s upload, complete, or gone.', 'Look at it again.');
    else
      select * into v_ticket from media.upload_tickets where id = v_object.asset for update;
      insert into media.assets (id, purpose, object_path, original_name, original_bytes, uploaded_by)
      values (v_object.asset, coalesce(v_ticket.purpose, 'library'), left(v_object.asset::text, 2) || '/' || v_object.asset || '/original',
        'recovered upload', greatest(v_object.bytes, 1), coalesce(v_ticket.issued_to, v_user))
      on conflict (id) do nothing;
      perform media.audit('asset.recovered', v_object.asset);
      perform media.defer('media', 'complete_upload', jsonb_build_object('asset', v_object.asset),
        'complete_upload:' || v_object.asset, 'complete_upload:' || v_object.asset);
    end if;
    v_answers := v_answers || jsonb_build_object('path', v_path, 'ok', v_error is null,
      'asset', case when v_error is null then v_object.asset end, 'note', null, 'error', v_error);
  end loop;
  return v_answers;
end $$;

-- Makes lost renditions again from the original.
-- Security definer: people write no table directly.
create function media.remake_renditions(p_assets uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_assets, 1000);
  perform media.defer('media', 'make_renditions', jsonb_build_object('asset', a.id), 'make_renditions:' || a.id, 'make_renditions:' || a.id)
  from media.assets as a where a.id = any (p_assets) and a.state = 'ready';
  return (
    select coalesce(jsonb_agg(jsonb_build_object('asset', wanted.id, 'ok', a.state = 'ready' is true, 'note', null,
      'error', case when a.state is distinct from 'ready' then media.item_error('invalid', 'It is not in the library.') end) order by wanted.place), '[]')
    from unnest(p_assets) with ordinality as wanted (id, place) left join media.assets as a on a.id = wanted.id
  );
end $$;

-- The profile photo of the calling person; null takes it away. It is in use from then on.
-- Security definer: people write no table directly.
create function media.set_profile_photo(p_asset uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
begin
  perform media.lock_assets(array[p_asset]);
  if p_asset is not null and not exists (select from media.assets where id = p_asset and state = 'ready' and kind = 'image') then
    perform media.fail(422, 'invalid', 'A profile photo is an image in the library.');
  end if;
  update media.staff set profile_asset = p_asset where user_id = v_user;
end $$;

-- What links to what around an entry or an asset: two steps far, 300 nodes at most.
-- Security definer: the role is checked once.
create function media.link_graph(p_knowledge uuid default null, p_asset uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_assets uuid[] := array[p_asset];
  v_knowledge uuid[];
  v_orphans jsonb;
begin
  perform media.need_staff();
  v_knowledge := array(
    select p_knowledge where p_knowledge is not null
    union (select knowledge from media.links where asset = p_asset order by created_at desc limit 60)
  );
  v_assets := array(
    select p_asset where p_asset is not null
    union (select asset from media.links where knowledge = any (v_knowledge) order by created_at desc limit 150)
    union (select id from media.assets where reply_to = p_asset limit 30)
    union (select reply_to from media.assets where id = p_asset and reply_to is not null)
  );
  -- Copies of what is shown stand apart unless they are linked themselves.
  v_assets := array(
    select unnest(v_assets)
    union (select c.id from media.assets as a join media.assets as c on c.sha256_key = a.sha256_key and c.sha256 = a.sha256 and c.state = 'ready'
      where a.id = case when p_asset is null then a.id else p_asset end and a.id = any (v_assets) limit 60)
  );
  -- Where a copy of the asset is used: the reason why it may go.
  if p_asset is not null then
    v_knowledge := array(
      select unnest(v_knowledge)
      union (select l.knowledge from media.assets as a join media.assets as c on c.id = any (v_assets) and c.sha256 = a.sha256
        join media.links as l on l.asset = c.id where a.id = p_asset limit 60)
    );
  end if;
  execute format('select coalesce(jsonb_object_agg(id, class order by class), ''{}'') from (%s) as o', (
    select string_agg(format('select id, %L as class from (%s) as %I', class, media.orphans_sql(class, true), class), ' union all ')
    from unnest(media.row_classes()) as class
  )) into v_orphans using v_assets;
  return jsonb_build_object(
    'nodes', (
      select coalesce(jsonb_agg(n.node), '[]') from (
        select jsonb_build_object('id', k.id, 'type', 'knowledge', 'label', k.title, 'state', null, 'orphan', null, 'thumb_path', null) as node
        from media.knowledge as k where k.id = any (v_knowledge)
        union all
        select jsonb_build_object('id', a.id, 'type', 'asset', 'label', media.asset_label(a), 'state', a.state, 'orphan', v_orphans -> a.id::text,
          'thumb_path', (select object_path from media.renditions as r where r.asset = a.id and r.name = 'thumb'))
        from media.assets as a where a.id = any (v_assets)
      ) as n
    ),
    'edges', (
      select coalesce(jsonb_agg(jsonb_build_object('from', e."from", 'to', e."to", 'type', e.type)), '[]') from (
        select asset as "from", knowledge as "to", placement as type from media.links where asset = any (v_assets) and knowledge = any (v_knowledge)
        union all
        select id, reply_to, 'reply' from media.assets where id = any (v_assets) and reply_to = any (v_assets)
        union all
        select c.id, c.first, 'copy' from (
          select a.id, first_value(a.id) over (partition by a.sha256 order by (a.id = p_asset) is true desc, a.link_count desc, a.created_at, a.id) as first
          from media.assets as a where a.id = any (v_assets) and a.sha256 is not null
        ) as c where c.id <> c.first
      ) as e
    )
  );
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.keep_assets(uuid[], text) to authenticated;
grant execute on function media.unkeep_assets(uuid[]) to authenticated;
grant execute on function media.list_kept(text, int) to authenticated;
grant execute on function media.recover_uploads(text[]) to authenticated;
grant execute on function media.remake_renditions(uuid[]) to authenticated;
grant execute on function media.set_profile_photo(uuid) to authenticated;
grant execute on function media.link_graph(uuid, uuid) to authenticated;
