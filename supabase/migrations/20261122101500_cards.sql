-- An asset as the library shows it.

-- Cards of some assets, in the order given. The annotation state is the most active one; a failed one counts
-- until its kind was read after all. The text is checked when a moderator approved an answer of every kind that
-- was read: what only a machine said is marked as such. Planned once per connection: planning takes longer than the query.
create function media.asset_cards(p_assets uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', a.id, 'kind', a.kind, 'state', a.state, 'purpose', a.purpose, 'title', a.title, 'alt_text', a.alt_text,
      'original_name', a.original_name, 'mime', a.mime, 'bytes', a.bytes, 'original_bytes', a.original_bytes,
      'width', a.width, 'height', a.height, 'duration', a.duration, 'thumbhash', a.thumbhash,
      'thumb_path', r.thumb, 'card_path', r.card, 'object_path', a.object_path, 'link_count', a.link_count,
      'has_text', a.has_text, 'text_checked', case when a.has_text then coalesce(n.checked, false) end,
      'annotation_state', n.state,
      'uploaded_by', a.uploaded_by, 'uploader_name', who.name, 'created_at', a.created_at,
      'trashed_at', a.trashed_at, 'expires_at', a.expires_at
    ) order by wanted.place), '[]')
    from unnest(p_assets) with ordinality as wanted (id, place)
    join media.assets as a on a.id = wanted.id
    cross join lateral (
      select
        max(object_path) filter (where name = 'thumb') as thumb,
        max(object_path) filter (where name = 'card') as card
      from media.renditions
      where asset = a.id
    ) as r
    cross join lateral (
      select case
        when bool_or(each.state = 'running') then 'running'
        when bool_or(each.state = 'queued') then 'queued'
        when bool_or(each.state = 'failed' and each.newest) then 'failed'
        when bool_or(each.state = 'done') then 'done'
      end as state,
      bool_and(each.approved) filter (where each.state = 'done' and each.review_state <> 'rejected') as checked
      from (
        select state, review_state, row_number() over (partition by kind order by requested_at desc, id) = 1 as newest,
          bool_or(state = 'done' and review_state in ('accepted', 'fixed')) over (partition by kind) as approved
        from media.annotations
        where asset = a.id
      ) as each
    ) as n
    left join (
      select people.id, media.person_name(people.id) as name
      from (
        select distinct uploaded_by as id
        from media.assets
        where id = any (p_assets) and uploaded_by is not null
        offset 0
      ) as people
      offset 0
    ) as who on who.id = a.uploaded_by
  );
end $$;

revoke execute on all functions in schema media from public;
