-- Finding and showing knowledge, and taking it over from the product.

-- Entries, the last changed first, page by page; by words of their title with a query.
-- Security definer: the check is made once, not for every row.
create function media.find_knowledge(p_query text default null, p_after text default null, p_limit int default 30)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set random_page_cost = 1.1
set jit = off
as $$
declare
  v_query tsquery := media.word_query(p_query);
  v_limit int := greatest(1, least(coalesce(p_limit, 30), 200));
  v_place text[];
  v_where text := 'true';
  v_ids uuid[];
  v_values text[];
begin
  perform media.need_staff();
  if v_query is null and p_query ~ '[^[:space:]]' then
    return jsonb_build_object('items', '[]'::jsonb, 'next', null, 'query_ignored', true);
  end if;
  if v_query is not null then
    v_where := format('k.words @@ %L::tsquery', v_query);
  end if;
  if p_after is not null then
    v_place := media.unpack_place('updated', p_after, 'timestamptz');
    v_where := v_where || format(' and (k.updated_at, k.id) < (%L::timestamptz, %L::uuid)', v_place[1], v_place[2]);
  end if;
  execute format(
    'select array_agg(id), array_agg(key) from ('
    ' select k.id, k.updated_at::text as key from media.knowledge as k where %s'
    ' order by k.updated_at desc, k.id desc limit %s) as page', v_where, v_limit + 1
  ) into v_ids, v_values;
  return jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', k.id, 'title', k.title, 'url', k.url, 'excerpt', k.excerpt, 'updated_at', k.updated_at,
        'link_count', (select count(*) from media.links as l where l.knowledge = k.id),
        'cover_thumb_path', r.object_path, 'cover_thumbhash', a.thumbhash
      ) order by wanted.place)
      from unnest(v_ids[1:v_limit]) with ordinality as wanted (id, place)
      join media.knowledge as k on k.id = wanted.id
      left join media.links as c on c.knowledge = k.id and c.placement = 'cover'
      left join media.assets as a on a.id = c.asset
      left join media.renditions as r on r.asset = c.asset and r.name = 'thumb'
    ), '[]'),
    'next', case when cardinality(v_ids) > v_limit then
      media.pack_place('updated', v_values[v_limit], v_ids[v_limit]) end
  );
end $$;

-- One entry with its links in the order in which they are shown.
-- Security definer: the check is made once, not for every row.
create function media.get_knowledge(p_knowledge uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_knowledge media.knowledge;
  v_links media.links[];
  v_cards jsonb;
begin
  perform media.need_staff();
  select * into v_knowledge from media.knowledge where id = p_knowledge;
  if v_knowledge.id is null then
    perform media.fail(404, 'not_found', 'There is no such entry.', 'It may not have come over from the product yet.');
  end if;
  v_links := array(
    select l from media.links as l where l.knowledge = p_knowledge
    order by l.placement <> 'cover', l.carousel nulls first, l.position
  );
  select jsonb_object_agg(card ->> 'id', card) into v_cards
  from jsonb_array_elements(media.asset_cards(array(select distinct asset from unnest(v_links)))) as card;
  return jsonb_build_object(
    'knowledge', to_jsonb(v_knowledge) - 'words' - 'links_revision',
    'links', coalesce((
      select jsonb_agg(jsonb_build_object('id', id, 'placement', placement, 'carousel', carousel, 'position', position,
        'alt_text', alt_text, 'asset', v_cards -> asset::text) order by n)
      from unnest(v_links) with ordinality as l (id, knowledge, asset, placement, carousel, position, alt_text, created_by, created_at, n)
    ), '[]'),
    'version', v_knowledge.links_revision::text
  );
end $$;

-- Takes entries over from the product: new ones come, known ones change.
-- Security definer: nobody writes the table directly; the product (secret key) and ops may call this.
create function media.upsert_knowledge(p_items jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  if not media.is_service() then
    perform media.need_ops();
  end if;
  if jsonb_typeof(p_items) is distinct from 'array' or jsonb_array_length(p_items) > 5000 then
    perform media.fail(422, 'invalid', 'Send a list of at most 5,000 entries.');
  end if;
  if exists (
    select from jsonb_to_recordset(p_items) as i (id uuid, title text)
    where i.id is null or coalesce(trim(i.title), '') = ''
  ) then
    perform media.fail(422, 'invalid', 'Every entry needs an id and a title.');
  end if;
  -- Entries before assets, each in the order of ids, as everywhere: calls that overlap wait and don't deadlock.
  perform media.lock_knowledge(array(select id from jsonb_to_recordset(p_items) as i (id uuid)));
  perform media.lock_assets(array(
    select l.asset
    from jsonb_to_recordset(p_items) as i (id uuid, title text)
    join media.knowledge as k on k.id = i.id and k.title <> left(trim(i.title), 500)
    join media.links as l on l.knowledge = k.id
  ));
  with given as (
    select distinct on (i.id) i.id, left(trim(i.title), 500) as title, left(i.url, 2000) as url,
      left(coalesce(i.excerpt, ''), 2000) as excerpt
    from jsonb_to_recordset(p_items) as i (id uuid, title text, url text, excerpt text)
    order by i.id
  ), written as (
    insert into media.knowledge as k (id, title, url, excerpt)
    select id, title, url, excerpt from given order by id
    on conflict (id) do update set
      title = excluded.title, url = excluded.url, excerpt = excluded.excerpt, updated_at = now()
    where (k.title, k.url, k.excerpt) is distinct from (excluded.title, excluded.url, excluded.excerpt)
    returning k.id
  ), noted as (
    insert into media.audit_events (actor, actor_name, action, knowledge)
    select who.id, who.name, 'knowledge.upserted', written.id
    from written, (select auth.uid() as id, coalesce(media.person_name(auth.uid()), '') as name offset 0) as who
  )
  select count(*) into v_count from given;
  return jsonb_build_object('upserted', v_count);
end $$;

-- What an entry shows: cover, inline, carousels, each in order, only what is ready, with renditions and alt text.
-- Security definer: for the service that serves the product's readers.
create function media.knowledge_media(p_knowledge uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_items jsonb;
begin
  if not exists (select from media.knowledge where id = p_knowledge) then
    perform media.fail(404, 'not_found', 'There is no such entry.');
  end if;
  select coalesce(jsonb_agg(jsonb_build_object(
    'link', l.id, 'placement', l.placement, 'carousel', l.carousel, 'position', l.position, 'asset', a.id,
    'kind', a.kind, 'mime', a.mime, 'width', a.width, 'height', a.height, 'duration', a.duration,
    'thumbhash', a.thumbhash, 'title', a.title, 'alt_text', coalesce(nullif(l.alt_text, ''), a.alt_text),
    'object_path', a.object_path, 'bytes', a.bytes,
    'renditions', coalesce((
      select jsonb_object_agg(r.name, jsonb_build_object('path', r.object_path, 'mime', r.mime, 'width', r.width, 'height', r.height, 'bytes', r.bytes))
      from media.renditions as r where r.asset = a.id
    ), '{}')
  ) order by l.position), '[]')
  into v_items
  from media.links as l join media.assets as a on a.id = l.asset
  where l.knowledge = p_knowledge and a.state = 'ready';
  return jsonb_build_object(
    'cover', (select i from jsonb_array_elements(v_items) as i where i ->> 'placement' = 'cover'),
    'inline', coalesce((
      select jsonb_agg(i order by (i ->> 'position')::int) from jsonb_array_elements(v_items) as i
      where i ->> 'placement' = 'inline' and i ->> 'carousel' is null
    ), '[]'),
    'carousels', coalesce((
      select jsonb_object_agg(carousel, items)
      from (
        select i ->> 'carousel' as carousel, jsonb_agg(i order by (i ->> 'position')::int) as items
        from jsonb_array_elements(v_items) as i
        where i ->> 'carousel' is not null
        group by 1
      ) as each
    ), '{}')
  );
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.find_knowledge(text, text, int) to authenticated;
grant execute on function media.get_knowledge(uuid) to authenticated;
grant execute on function media.upsert_knowledge(jsonb) to authenticated, service_role;
grant execute on function media.knowledge_media(uuid) to service_role;
