-- One asset: everything about it, its history, its title and alt text.

-- Everything a page about one asset shows. For staff and for whoever uploaded it; for all others it is not there.
-- Security definer: names of people and titles of knowledge are not readable for owners.
create function media.get_asset(p_asset uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
  v_asset media.assets;
begin
  select * into v_asset from media.assets where id = p_asset;
  if v_asset.id is null or (v_asset.uploaded_by is distinct from v_user and media.staff_role(v_user) is null) then
    perform media.fail(404, 'not_found', 'There is no such asset.', 'It may have been removed. Look for it in the library.');
  end if;
  return jsonb_build_object(
    'asset', to_jsonb(v_asset) - 'words' - 'linked' - 'listed_title',
    'uploader_name', media.person_name(v_asset.uploaded_by),
    'version', v_asset.revision::text,
    'renditions', coalesce((
      select jsonb_agg(jsonb_build_object('name', name, 'path', object_path, 'mime', mime, 'width', width,
        'height', height, 'bytes', bytes) order by bytes)
      from media.renditions where asset = p_asset
    ), '[]'),
    'links', coalesce((
      select jsonb_agg(jsonb_build_object('id', l.id, 'knowledge', l.knowledge, 'knowledge_title', k.title,
        'knowledge_url', k.url, 'placement', l.placement, 'carousel', l.carousel, 'position', l.position,
        'alt_text', l.alt_text, 'created_by_name', media.person_name(l.created_by), 'created_at', l.created_at)
        order by l.created_at, l.id)
      from media.links as l join media.knowledge as k on k.id = l.knowledge
      where l.asset = p_asset
    ), '[]'),
    'annotations', coalesce((
      select jsonb_agg(media.annotation_json(n) order by n.requested_at desc, n.id)
      from media.annotations as n where n.asset = p_asset
    ), '[]'),
    'replies', coalesce((
      select jsonb_agg(id order by created_at, id) from media.assets where reply_to = p_asset and state = 'ready'
    ), '[]')
  );
end $$;

-- Who did what to an asset, newest first, page by page; also after the asset is gone.
-- Security definer: the check is made once, not for every row.
create function media.asset_history(p_asset uuid, p_before bigint default null, p_limit int default 50)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(jsonb_build_object('id', id, 'at', at, 'actor', actor, 'actor_name', actor_name,
      'action', action, 'detail', detail, 'knowledge', knowledge) order by id desc)
    from (
      select * from media.audit_events
      where asset = p_asset and (p_before is null or id < p_before)
      order by id desc
      limit greatest(1, least(coalesce(p_limit, 50), 200))
    ) as page
  ), '[]');
end $$;

-- New title and alt text, by someone who saw the version they change. Null leaves one as it is.
-- Security definer: people write no table directly.
create function media.edit_asset(p_asset uuid, p_title text, p_alt_text text, p_version text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_old media.assets;
  v_new media.assets;
  v_last media.audit_events;
begin
  perform media.need_staff();
  select * into v_old from media.assets where id = p_asset for no key update;
  if v_old.id is null then
    perform media.fail(404, 'not_found', 'There is no such asset.', 'It may have been removed. Look for it in the library.');
  elsif v_old.state = 'purging' then
    perform media.fail(409, 'asset_purging', 'It is being removed for good.');
  elsif v_old.state = 'trashed' then
    perform media.fail(409, 'asset_trashed', 'It is in the trash.', 'Restore it first.');
  end if;
  if length(trim(p_title)) > 300 or length(trim(p_alt_text)) > 1000 then
    perform media.fail(422, 'invalid', 'A title has at most 300 characters, an alt text at most 1,000.', 'Make it shorter.');
  end if;
  if v_old.revision::text is distinct from p_version then
    select * into v_last from media.audit_events
    where asset = p_asset and action = 'asset.edited' order by id desc limit 1;
    perform media.fail(409, 'stale',
      case
        when v_last.id is null then 'It was changed meanwhile.'
        else format('%s changed it at %s UTC.', coalesce(nullif(v_last.actor_name, ''), 'Someone'),
          to_char(v_last.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'))
      end,
      'Load the page again, then change what is there now.');
  end if;
  update media.assets set
    title = coalesce(trim(p_title), title), alt_text = coalesce(trim(p_alt_text), alt_text), revision = revision + 1
  where id = p_asset and (title, alt_text) is distinct from (coalesce(trim(p_title), title), coalesce(trim(p_alt_text), alt_text))
  returning * into v_new;
  if v_new.id is not null then
    perform media.audit('asset.edited', p_asset, null, jsonb_build_object(
      'before', jsonb_build_object('title', v_old.title, 'alt_text', v_old.alt_text),
      'after', jsonb_build_object('title', v_new.title, 'alt_text', v_new.alt_text)));
  end if;
  return jsonb_build_object('version', coalesce(v_new.revision, v_old.revision)::text);
end $$;

-- Where assets are used, for the question before a deletion.
-- Security definer: the check is made once, not for every row.
create function media.asset_uses(p_assets uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_assets);
  return coalesce((
    select jsonb_agg(jsonb_build_object('asset', wanted.id, 'links', coalesce(uses.links, '[]')) order by wanted.place)
    from unnest(p_assets) with ordinality as wanted (id, place)
    cross join lateral (
      select jsonb_agg(jsonb_build_object('link', l.id, 'knowledge', l.knowledge, 'knowledge_title', k.title,
        'placement', l.placement) order by k.title, l.id) as links
      from media.links as l join media.knowledge as k on k.id = l.knowledge
      where l.asset = wanted.id
    ) as uses
  ), '[]');
end $$;

-- Rows for a table outside. What is a formula in a spreadsheet is the exporter's to escape.
-- Security definer: the check is made once, not for every row.
create function media.export_assets(p_assets uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_assets, 10000);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'title', a.title, 'id', a.id, 'kind', a.kind, 'state', a.state, 'purpose', a.purpose,
      'original_name', a.original_name, 'bytes', a.bytes, 'width', a.width, 'height', a.height,
      'uploaded_by', media.person_name(a.uploaded_by), 'created_at', a.created_at, 'alt_text', a.alt_text,
      'links', coalesce(uses.titles, '[]')
    ) order by wanted.place)
    from unnest(p_assets) with ordinality as wanted (id, place)
    join media.assets as a on a.id = wanted.id
    cross join lateral (
      select jsonb_agg(k.title order by k.title) as titles
      from media.links as l join media.knowledge as k on k.id = l.knowledge
      where l.asset = a.id
    ) as uses
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.get_asset(uuid) to authenticated;
grant execute on function media.asset_history(uuid, bigint, int) to authenticated;
grant execute on function media.edit_asset(uuid, text, text, text) to authenticated;
grant execute on function media.asset_uses(uuid[]) to authenticated;
grant execute on function media.export_assets(uuid[]) to authenticated;
