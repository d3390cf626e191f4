-- Copies: the same bytes twice are merged into the one that people keep; what only looks alike is shown beside them.

create table media.merges (
  id uuid primary key default gen_random_uuid(),
  keep uuid not null,
  others uuid[] not null,
  -- What went over, so that it can go back: per copy its links, readings, replies; and what was filled in.
  moved jsonb not null,
  merged_by uuid references auth.users (id) on delete set null,
  merged_at timestamptz not null default now(),
  undone_at timestamptz
);
comment on table media.merges is 'Copies that were merged into one asset, with what undoing needs.';
create index merges_newest on media.merges (merged_at desc);
create index merges_others on media.merges using gin (others);

alter table media.merges enable row level security;

-- Staff see what was merged.
create policy "staff see merges" on media.merges
  for select to authenticated using ((select media.is_staff()));
grant select on media.merges to authenticated, service_role;

-- Entries first, then assets, as everywhere. Links that came between our look and our lock make it stale.
create function media.lock_for_merge(p_keep uuid, p_others uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_knowledge uuid[] := array(select distinct knowledge from media.links where asset = any (p_others || p_keep));
begin
  perform media.lock_knowledge(v_knowledge);
  perform media.lock_assets(p_others || p_keep);
  if exists (select from media.links where asset = any (p_others || p_keep) and knowledge <> all (v_knowledge)) then
    perform media.fail(409, 'stale', 'Someone linked one of them at this moment.', 'Look again, then merge.');
  end if;
end $$;

create function media.merge_refusal(p_keep media.assets, p_other media.assets)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when p_other.id is null then media.item_error('not_found', 'It does not exist any more.', 'Load the page again.')
    when p_other.id = p_keep.id then media.item_error('invalid', 'This is the one that is kept.')
    when p_other.state <> 'ready' then media.item_error('invalid', format('It is %s.', p_other.state), 'Load the page again.')
    when p_other.sha256 is distinct from p_keep.sha256 or p_other.sha256 is null then
      media.item_error('invalid', 'Its bytes are not the same.', 'Only exact copies are merged.')
    when p_other.purpose = 'profile' and p_keep.purpose <> 'profile' then
      media.item_error('invalid', 'It is a profile photo.')
    when exists (select from media.annotations as n where n.asset = p_other.id and n.state in ('queued', 'running')) then
      media.item_error('asset_in_use', 'It is being read just now.', 'Merge it when the reading is done.')
  end
$$;

-- Moves everything of the copies over and trashes them. All are locked (media.lock_for_merge).
create function media.merge_into(p_keep uuid, p_others uuid[], p_user uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_keep media.assets;
  v_good uuid[];
  v_answers jsonb;
  v_links jsonb;
  v_moved jsonb;
  v_merge uuid;
  v_link media.links;
begin
  select * into v_keep from media.assets where id = p_keep;
  if v_keep.id is null or v_keep.state <> 'ready' then
    perform media.fail(409, 'stale', 'The one to keep is not in the library any more.', 'Load the page again.');
  end if;
  select
    coalesce(jsonb_agg(jsonb_build_object('asset', o.id, 'ok', r.error is null,
      'note', case when r.error is null and a.link_count > 0 then format('%s link(s) moved', a.link_count) end, 'error', r.error) order by o.place), '[]'),
    coalesce(array_agg(distinct a.id) filter (where r.error is null), '{}')
  into v_answers, v_good
  from unnest(p_others) with ordinality as o (id, place)
  left join media.assets as a on a.id = o.id
  cross join lateral (select media.merge_refusal(v_keep, a) as error) as r;
  if v_good = '{}' then
    return jsonb_build_object('merge', null, 'keep', p_keep, 'links_moved', 0, 'assets', v_answers);
  end if;
  select jsonb_build_object(
    'links', coalesce((select jsonb_agg(to_jsonb(l) order by l.created_at, l.id) from media.links as l where l.asset = any (v_good)), '[]'),
    'annotations', coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'asset', n.asset)) from media.annotations as n where n.asset = any (v_good)), '[]'),
    'replies', coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'reply_to', a.reply_to)) from media.assets as a where a.reply_to = any (v_good)), '[]'),
    'before', jsonb_build_object('title', v_keep.title, 'alt_text', v_keep.alt_text)
  ) into v_moved;
  for v_link in select * from media.links where asset = any (v_good) order by created_at, id loop
    if exists (select from media.links where knowledge = v_link.knowledge and placement = v_link.placement and asset = p_keep) then
      delete from media.links where id = v_link.id; -- used there already
      update media.links set alt_text = v_link.alt_text
      where knowledge = v_link.knowledge and placement = v_link.placement and asset = p_keep and alt_text = '';
    else
      update media.links set asset = p_keep where id = v_link.id;
    end if;
  end loop;
  perform media.close_gaps(array(select distinct (l ->> 'knowledge')::uuid from jsonb_array_elements(v_moved -> 'links') as l));
  update media.annotations set asset = p_keep where asset = any (v_good);
  update media.assets set reply_to = nullif(p_keep, id) where reply_to = any (v_good);
  update media.staff set profile_asset = p_keep where profile_asset = any (v_good);
  update media.assets as a set
    title = coalesce(nullif(a.title, ''), o.title, ''), alt_text = coalesce(nullif(a.alt_text, ''), o.alt_text, ''),
    expires_at = case when o.lasts then null else a.expires_at end
  from (
    select (array_agg(title order by created_at, id) filter (where title <> ''))[1] as title,
      (array_agg(alt_text order by created_at, id) filter (where alt_text <> ''))[1] as alt_text,
      bool_or(expires_at is null) as lasts
    from media.assets where id = any (v_good)
  ) as o
  where a.id = p_keep;
  delete from media.trashed_links where asset = any (v_good);
  update media.assets set state = 'trashed' where id = any (v_good);
  perform media.refresh_words(v_good || p_keep);
  insert into media.merges (keep, others, moved, merged_by) values (p_keep, v_good, v_moved, p_user) returning id into v_merge;
  perform media.audit('asset.merged', id, null, jsonb_build_object('into', p_keep, 'merge', v_merge), p_user) from unnest(v_good) as id;
  perform media.audit('asset.merged', p_keep, null, jsonb_build_object('copies', v_good, 'merge', v_merge), p_user);
  return jsonb_build_object('merge', v_merge, 'keep', p_keep, 'links_moved', jsonb_array_length(v_moved -> 'links'), 'assets', v_answers);
end $$;

-- Merges copies into the one that is kept: links, alt texts, readings and replies go over, the copies to the trash.
-- Security definer: people write no table directly.
create function media.merge_duplicates(p_keep uuid, p_others uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_others, 1000);
  perform media.lock_for_merge(p_keep, p_others);
  return media.merge_into(p_keep, p_others, auth.uid());
end $$;

-- Takes a merge back as far as its copies are still there, with an answer for each.
-- Security definer: people write no table directly.
create function media.undo_merge(p_merge uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_merge media.merges;
  v_back uuid[];
  v_link media.links;
begin
  perform media.need_staff();
  select * into v_merge from media.merges where id = p_merge for update;
  if v_merge.id is null then
    perform media.fail(404, 'not_found', 'There is no such merge.');
  elsif v_merge.undone_at is not null then
    perform media.fail(409, 'stale', 'This merge was taken back already.', 'Load the page again.');
  end if;
  perform media.lock_knowledge(array(
    select (l ->> 'knowledge')::uuid from jsonb_array_elements(v_merge.moved -> 'links') as l
    union select knowledge from media.links where asset = v_merge.keep));
  perform media.lock_assets(v_merge.others || v_merge.keep);
  v_back := array(select id from media.assets where id = any (v_merge.others) and state in ('ready', 'trashed'));
  if v_back = '{}' then
    perform media.fail(409, 'asset_purging', 'The copies are removed for good.', 'Upload the file again.');
  end if;
  update media.assets set state = 'ready' where id = any (v_back) and state = 'trashed';
  for v_link in select l.* from jsonb_populate_recordset(null::media.links, v_merge.moved -> 'links') as l where l.asset = any (v_back) loop
    if exists (select from media.links where knowledge = v_link.knowledge and placement = v_link.placement and asset = v_link.asset) then
      continue;
    end if;
    -- A link that someone removed since the merge stays removed; one that the kept asset had before it stays too.
    update media.links set asset = v_link.asset where id = v_link.id and asset = v_merge.keep;
    if not found and v_link.placement = 'inline' and exists (
      select from media.links where knowledge = v_link.knowledge and placement = 'inline' and asset = v_merge.keep
    ) and exists (select from media.knowledge where id = v_link.knowledge) then
      perform media.put_link(row(v_link.id, v_link.asset, v_link.knowledge, '', v_link.placement, v_link.carousel, v_link.position,
        v_link.alt_text, v_link.created_by, v_link.created_at)::media.trashed_links);
    end if;
  end loop;
  update media.annotations as n set asset = was.asset
  from jsonb_to_recordset(v_merge.moved -> 'annotations') as was (id uuid, asset uuid)
  where n.id = was.id and n.asset = v_merge.keep and was.asset = any (v_back);
  update media.assets as a set reply_to = was.reply_to
  from jsonb_to_recordset(v_merge.moved -> 'replies') as was (id uuid, reply_to uuid)
  where a.id = was.id and a.reply_to = v_merge.keep and was.reply_to = any (v_back);
  -- What was filled in goes unless someone has edited it since.
  update media.assets as a set title = v_merge.moved #>> '{before,title}', alt_text = v_merge.moved #>> '{before,alt_text}'
  where a.id = v_merge.keep and exists (
    select from media.assets as o where o.id = any (v_back)
      and (a.title = o.title or a.title = v_merge.moved #>> '{before,title}')
      and (a.alt_text = o.alt_text or a.alt_text = v_merge.moved #>> '{before,alt_text}'));
  delete from media.trashed_links where asset = any (v_back);
  perform media.refresh_words(v_back || v_merge.keep);
  update media.merges set undone_at = now() where id = p_merge;
  perform media.audit_each('asset.unmerged', v_back, null, jsonb_build_object('from', v_merge.keep, 'merge', p_merge));
  return jsonb_build_object('merge', p_merge, 'assets', (
    select jsonb_agg(jsonb_build_object('asset', id, 'ok', id = any (v_back), 'note', null,
      'error', case when id <> all (v_back) then media.item_error('asset_purging', 'It is removed for good.', 'Upload the file again.') end))
    from unnest(v_merge.others) as id
  ));
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.merge_duplicates(uuid, uuid[]) to authenticated;
grant execute on function media.undo_merge(uuid) to authenticated;
