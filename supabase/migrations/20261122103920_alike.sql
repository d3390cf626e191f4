-- Copies and what looks alike, to choose from.

-- Assets whose perceptual hash differs in at most six bits of 64. Two such hashes have a quarter that differs in one bit
-- at most: those quarters are looked up. At most 5,000 candidates are compared, of those 200 at most are answered.
create function media.alike(p_asset uuid)
returns table (id uuid, distance int)
language sql
stable
set search_path = ''
as $$
  with me as (
    select a.id, a.sha256, a.phash, a.phash_parts from media.assets as a where a.id = p_asset and a.phash_parts is not null
  ), quarters as (
    select array_agg(distinct part # bit) as near
    from me, unnest(me.phash_parts) as part, (select 0 as bit union all select 1 << n from generate_series(0, 15) as n) as bits
  ), candidates as (
    select a.id, bit_count((('x' || a.phash)::bit(64)) # (('x' || me.phash)::bit(64)))::int as distance
    from me, quarters, lateral (
      select c.id, c.phash from media.assets as c
      where c.state = 'ready' and c.phash_parts && quarters.near and c.id <> me.id and c.sha256 is distinct from me.sha256
      limit 5000
    ) as a
  )
  select c.id, c.distance from candidates as c where c.distance <= 6 order by 2, 1 limit 200
$$;

-- Security definer: the role is checked once.
create function media.near_duplicates(p_asset uuid, p_limit int default 12)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return media.near_cards(p_asset, greatest(1, least(coalesce(p_limit, 12), 100)));
end $$;

create function media.near_cards(p_asset uuid, p_limit int)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with near as materialized (
    select id, distance from media.alike(p_asset) limit p_limit
  )
  select coalesce(jsonb_agg(jsonb_build_object('asset', card, 'distance', near.distance) order by near.distance, near.id), '[]')
  from jsonb_array_elements(media.asset_cards(array(select id from near))) as card
  join near on near.id = (card ->> 'id')::uuid
$$;

-- Groups of copies, a page at a time.
-- Security definer: the role is checked once.
create function media.duplicate_groups(p_after text default null, p_limit int default 20, p_near boolean default true)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_place text[] := case when p_after is not null then media.unpack_text_place('copies', p_after) end;
  v_limit int := greatest(1, least(coalesce(p_limit, 20), 100));
  v_keys bigint[];
  v_items jsonb;
begin
  perform media.need_staff();
  v_keys := array(
    select a.sha256_key from media.assets as a
    where a.state = 'ready' and a.purpose <> 'profile' and a.sha256_key > coalesce(v_place[1]::bigint, -9223372036854775808)
    group by a.sha256_key having count(*) > 1
    order by a.sha256_key limit v_limit + 1
  );
  select jsonb_agg(jsonb_build_object(
    'sha256', g.sha256, 'bytes', g.bytes, 'saved', g.bytes * (cardinality(g.ids) - 1), 'suggested', g.ids[1],
    'assets', (
      select jsonb_agg(card.card || jsonb_build_object('kept', exists (
        select from media.kept_assets as k where k.asset = (card.card ->> 'id')::uuid)) order by card.place)
      from jsonb_array_elements(media.asset_cards(g.ids)) with ordinality as card (card, place)),
    'near', case when p_near then media.near_cards(g.ids[1], 6) else '[]' end
  ) order by g.key) into v_items
  from (
    select a.sha256_key as key, a.sha256, min(a.bytes) as bytes, (array_agg(a.id order by a.link_count desc,
      (exists (select from media.kept_assets as k where k.asset = a.id) or exists (select from media.staff as s where s.profile_asset = a.id)
        or exists (select from media.annotations as n where n.asset = a.id and n.state in ('queued', 'running'))) desc,
      (a.title <> '')::int + (a.alt_text <> '')::int desc, a.created_at, a.id))[:50] as ids
    from media.assets as a
    where a.state = 'ready' and a.purpose <> 'profile' and a.sha256_key = any (v_keys[:v_limit])
    group by a.sha256_key, a.sha256
    having count(*) > 1
  ) as g;
  return jsonb_build_object('items', coalesce(v_items, '[]'), 'next', case when cardinality(v_keys) > v_limit then
    media.pack_text_place('copies', v_keys[v_limit]::text, '') end);
end $$;

-- Security definer: the role is checked once.
create function media.list_merges(p_limit int default 30)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(jsonb_build_object('merge', m.id, 'keep', media.asset_cards(array[m.keep]) -> 0, 'others', m.others,
      'merged_by_name', media.person_name(m.merged_by), 'merged_at', m.merged_at, 'undone_at', m.undone_at,
      'undoable', m.undone_at is null and exists (
        select from media.assets as a where a.id = any (m.others) and a.state in ('ready', 'trashed'))
    ) order by m.merged_at desc, m.id)
    from (select * from media.merges order by merged_at desc limit greatest(1, least(coalesce(p_limit, 30), 200))) as m
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.near_duplicates(uuid, int) to authenticated;
grant execute on function media.duplicate_groups(text, int, boolean) to authenticated;
grant execute on function media.list_merges(int) to authenticated;
