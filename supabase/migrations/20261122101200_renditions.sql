-- What the worker derives from an asset.

-- Security definer: the service writes no table directly.
create function media.save_rendition(p_asset uuid, p_name text, p_facts jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_asset media.assets;
begin
  -- Locked: a rendition must not be added while the asset and its objects are being purged.
  select * into v_asset from media.assets where id = p_asset for share;
  if v_asset.id is null then
    perform media.fail(404, 'not_found', 'The asset does not exist any more.');
  end if;
  if v_asset.state = 'purging' then
    perform media.fail(409, 'asset_purging', 'The asset is being removed for good.');
  end if;
  insert into media.renditions (asset, name, object_path, mime, width, height, bytes)
  values (p_asset, p_name, p_facts ->> 'path', p_facts ->> 'mime', (p_facts ->> 'width')::int,
    (p_facts ->> 'height')::int, (p_facts ->> 'bytes')::bigint)
  on conflict (asset, name) do update set
    object_path = excluded.object_path, mime = excluded.mime, width = excluded.width,
    height = excluded.height, bytes = excluded.bytes, created_at = now();
end $$;

-- Security definer: the service writes no table directly.
create function media.set_thumbhash(p_asset uuid, p_thumbhash text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update media.assets set thumbhash = p_thumbhash where id = p_asset and thumbhash is distinct from p_thumbhash;
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.save_rendition(uuid, text, jsonb) to service_role;
grant execute on function media.set_thumbhash(uuid, text) to service_role;
