-- Linking assets to knowledge, unlinking, ordering. The entry is locked first, then assets.

-- Why an asset can't be linked, as an error or null.
create function media.link_refusal(p_asset media.assets)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when p_asset.id is null then
      media.item_error('not_found', 'It does not exist any more.', 'Load the page again.')
    when p_asset.state = 'purging' then
      media.item_error('asset_purging', 'It is being removed for good and can''t be linked.', 'Upload the file again.')
    when p_asset.state = 'processing' then
      media.item_error('invalid', 'Its upload is not complete.', 'Wait a moment and try again.')
    when p_asset.state = 'rejected' then
      media.item_error('invalid', 'Its upload was rejected.', 'Upload another file.')
  end
$$;

-- Makes room for a new cover: the old one becomes the last inline asset (or goes, where it is inline already).
-- Answers a sentence about it, null when there was none.
create function media.yield_cover(p_knowledge uuid, p_new uuid)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_cover media.links;
  v_asset media.assets;
begin
  select * into v_cover from media.links where knowledge = p_knowledge and placement = 'cover' and asset <> p_new;
  if v_cover.id is null then
    return null;
  end if;
  select * into v_asset from media.assets where id = v_cover.asset;
  if exists (select from media.links where knowledge = p_knowledge and asset = v_cover.asset and placement = 'inline') then
    delete from media.links where id = v_cover.id;
  else
    update media.links set placement = 'inline', position = (
      select count(*) from media.links where knowledge = p_knowledge and placement = 'inline' and carousel is null
    )
    where id = v_cover.id;
  end if;
  perform media.audit('link.replaced', v_cover.asset, p_knowledge,
    jsonb_build_object('link', v_cover.id, 'before', 'cover', 'after', 'inline', 'replaced_by', p_new));
  return format('replaces %s, which is inline now', media.asset_label(v_asset));
end $$;

-- Locks what linking touches: the entry (no link of it comes or goes then), the assets and the present cover's.
create function media.lock_for_linking(p_knowledge uuid, p_assets uuid[], p_placement text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from media.knowledge where id = p_knowledge for no key update;
  if not found then
    perform media.fail(404, 'not_found', 'There is no such entry.', 'Load the page again.');
  end if;
  perform media.lock_assets(p_assets || array(
    select asset from media.links where knowledge = p_knowledge and placement = 'cover' and p_placement = 'cover'
  ));
end $$;

-- Links assets to an entry, with an answer for each. What is in the trash comes back.
-- Security definer: people write no table directly.
create function media.link_assets(p_knowledge uuid, p_assets uuid[], p_placement text, p_alt_text text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
  v_good uuid[];
  v_restored uuid[];
  v_new uuid[];
  v_cover_note text;
begin
  perform media.need_list(p_assets, 1000);
  if p_placement is null or p_placement not in ('cover', 'inline') then
    perform media.fail(422, 'invalid', 'An asset is linked as cover or inline.');
  elsif p_placement = 'cover' and (select count(distinct id) from unnest(p_assets) as id) > 1 then
    perform media.fail(422, 'invalid', 'An entry has one cover.', 'Choose one asset as the cover.');
  elsif length(p_alt_text) > 1000 then
    perform media.fail(422, 'invalid', 'An alt text has at most 1,000 characters.', 'Make it shorter.');
  end if;
  perform media.lock_for_linking(p_knowledge, p_assets, p_placement);
  v_good := array(
    select a.id from media.assets as a where a.id = any (p_assets) and media.link_refusal(a) is null
  );
  v_restored := array(select id from media.assets where id = any (v_good) and state = 'trashed');
  v_new := array(
    select good.id from unnest(v_good) as good (id)
    where not exists (
      select from media.links as l where l.knowledge = p_knowledge and l.asset = good.id and l.placement = p_placement
    )
  );
  if v_restored <> '{}' then
    update media.assets set state = 'ready' where id = any (v_restored);
    perform media.audit_each('asset.restored', v_restored, p_knowledge, '{"by": "linking"}');
  end if;
  update media.assets set expires_at = null where id = any (v_good) and expires_at is not null;
  if p_placement = 'cover' and v_new <> '{}' then
    v_cover_note := media.yield_cover(p_knowledge, v_new[1]);
  end if;
  if v_new <> '{}' then
    insert into media.links (knowledge, asset, placement, position, alt_text, created_by)
    select p_knowledge, id, p_placement,
      case when p_placement = 'cover' then 0 else last.n + row_number() over (order by first_place) - 1 end,
      coalesce(p_alt_text, ''), v_user
    from (
      select id, min(place) as first_place
      from unnest(p_assets) with ordinality as wanted (id, place)
      where id = any (v_new)
      group by id
    ) as fresh,
    (
      select count(*) as n from media.links
      where knowledge = p_knowledge and placement = p_placement and carousel is null
    ) as last;
    perform media.audit_each('link.created', v_new, p_knowledge, jsonb_build_object('placement', p_placement));
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'asset', wanted.id, 'ok', refusal.error is null, 'link', l.id,
      'note', case
        when refusal.error is not null then null
        when wanted.id <> all (v_new) then 'already linked'
        else nullif(concat_ws('; ', case when wanted.id = any (v_restored) then 'restored from the trash' end, v_cover_note), '')
      end,
      'error', refusal.error
    ) order by wanted.place)
    from unnest(p_assets) with ordinality as wanted (id, place)
    left join media.assets as a on a.id = wanted.id
    left join media.links as l on l.knowledge = p_knowledge and l.asset = wanted.id and l.placement = p_placement
    cross join lateral (select media.link_refusal(a) as error offset 0) as refusal
  ), '[]');
end $$;

-- Takes one link away; those behind it move up.
-- Security definer: people write no table directly.
create function media.unlink(p_link uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_link media.links;
begin
  perform media.need_staff();
  select * into v_link from media.links where id = p_link;
  if v_link.id is not null then
    perform media.lock_knowledge(array[v_link.knowledge]);
    perform media.lock_assets(array[v_link.asset]);
    delete from media.links where id = p_link returning * into v_link;
  end if;
  if v_link.id is null then
    perform media.fail(404, 'not_found', 'This link is not there any more.', 'Load the page again.');
  end if;
  perform media.close_gaps(array[v_link.knowledge]);
  perform media.audit('link.removed', v_link.asset, v_link.knowledge, jsonb_build_object('link', p_link, 'placement', v_link.placement));
  return jsonb_build_object('asset', v_link.asset, 'knowledge', v_link.knowledge,
    'link_count', (select link_count from media.assets where id = v_link.asset));
end $$;

-- The whole new order of one list (inline assets, or one carousel), by someone who saw the version they change.
-- Security definer: people write no table directly.
create function media.reorder_links(p_knowledge uuid, p_placement text, p_carousel text, p_links uuid[], p_version text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_revision int;
begin
  perform media.need_staff();
  perform media.need_list(p_links);
  select links_revision into v_revision from media.knowledge where id = p_knowledge for no key update;
  if v_revision is null then
    perform media.fail(404, 'not_found', 'There is no such entry.', 'Load the page again.');
  end if;
  if v_revision::text is distinct from p_version or (
    select coalesce(array_agg(id order by id), '{}') from media.links
    where knowledge = p_knowledge and placement = p_placement and carousel is not distinct from p_carousel
  ) <> (select coalesce(array_agg(id order by id), '{}') from unnest(p_links) as id) then
    perform media.fail(409, 'stale', 'Someone else changed this list meanwhile.', 'Look at the new order, then sort again.');
  end if;
  update media.links as l set position = wanted.place - 1
  from unnest(p_links) with ordinality as wanted (id, place)
  where l.id = wanted.id and l.position <> wanted.place - 1;
  perform media.audit('link.reordered', null, p_knowledge, jsonb_build_object('placement', p_placement, 'carousel', p_carousel, 'links', p_links));
  return jsonb_build_object('version', (select links_revision::text from media.knowledge where id = p_knowledge));
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.link_assets(uuid, uuid[], text, text) to authenticated;
grant execute on function media.unlink(uuid) to authenticated;
grant execute on function media.reorder_links(uuid, text, text, uuid[], text) to authenticated;
