-- Looking at orphans one by one, in groups, and as a picture; keeping false positives.

-- What the reason in words is made of. Takes what is at hand, so that a plan writes it down with the same words.
create function media.orphan_facts(p_asset media.assets, p_class text, p_since timestamptz, p_keep uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'kind', p_asset.kind, 'purpose', p_asset.purpose, 'created_at', p_asset.created_at, 'last_linked_at', p_asset.released_at,
    'expires_at', p_asset.expires_at, 'days', floor(extract(epoch from now() - p_since) / 86400), 'since', p_since
  ) || case when p_keep is not null then jsonb_build_object('keep', p_keep) else '{}' end
$$;

-- Bytes of which an asset can be made: a file that was sent and never completed, an original without its asset.
create function media.can_recover(p_class text, p_note text, p_path text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_class = 'abandoned_upload' and p_note in ('expired_ticket', 'stuck')
    or p_class = 'ghost_object' and p_note = 'no_asset' and p_path like '%/original'
$$;

create function media.finding_facts(p_finding media.cleanup_findings)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'note', p_finding.note, 'created_at', p_finding.since, 'since', p_finding.since,
    'days', floor(extract(epoch from now() - p_finding.since) / 86400),
    'recoverable', media.can_recover(p_finding.class, p_finding.note, p_finding.path)
  )
$$;

-- A page of orphans of a class; with p_ids (asset ids or, of classes that scans find, paths) those of them that still are.
-- p_min_age_days is included, p_max_age_days is not.
-- Security definer: the role is checked once instead of a policy for every row.
create function media.list_orphans(
  p_class text, p_sort text default 'oldest', p_min_age_days numeric default null, p_min_bytes bigint default null,
  p_max_bytes bigint default null, p_kinds text[] default null, p_uploaders uuid[] default null,
  p_waiting boolean default false, p_after text default null, p_limit int default 60,
  p_max_age_days numeric default null, p_ids text[] default null
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_grace interval := (select grace from media.cleanup_policies where class = p_class);
  v_limit int := greatest(1, least(coalesce(p_limit, 60), 200));
  v_order text := case p_sort when 'oldest' then 'since' when 'newest' then 'since desc'
    when 'largest' then 'bytes desc' when 'smallest' then 'bytes' end;
  v_rows boolean := p_class = any (media.row_classes());
  v_place text[];
  v_after text := 'true';
  v_page jsonb;
begin
  perform media.need_staff();
  if v_grace is null or v_order is null then
    perform media.fail(422, 'invalid', 'There is no such class of orphans, or no such order.');
  elsif cardinality(p_ids) > 200 then
    perform media.fail(422, 'invalid', 'Up to 200 are looked at by name.');
  end if;
  if p_after is not null then
    v_place := media.unpack_text_place(p_class || p_sort, p_after);
    v_after := format('(%1$s, id) %2$s ($6::%3$s, $7::%4$s)', split_part(v_order, ' ', 1),
      case when v_order like '% desc' then '<' else '>' end,
      case when v_order like 'bytes%' then 'bigint' else 'timestamptz' end, case when v_rows then 'uuid' else 'bigint' end);
  end if;
  execute format($sql$
    select jsonb_agg(to_jsonb(page) order by place)
    from (
      select *, row_number() over (order by %1$s, id %5$s) as place
      from (%2$s) as orphans
      where since <= $2 and bytes >= $3 and bytes <= $4 and ($5::text[] is null or kind = any ($5))
        and ($9::uuid[] is null or uploaded_by = any ($9)) and ($10::timestamptz is null or since > $10) and %3$s
      order by %1$s, id %5$s
      limit %4$s
    ) as page$sql$,
    v_order,
    case when v_rows then media.orphans_sql(p_class, p_ids is not null) else
      $sql$select f.id, f.since, f.bytes, f.path, f.asset, f.note, a.kind, a.uploaded_by
        from media.standing_findings as f left join media.assets as a on a.id = f.asset
        where f.class = $8 and ($11::text[] is null or f.path = any ($11))$sql$ end,
    v_after, v_limit + 1, case when v_order like '% desc' then 'desc' else '' end)
  into v_page
  using case when v_rows then (select array_agg(id::uuid) from unnest(p_ids) as id
      where id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$') end,
    now() - greatest(case when p_waiting then interval '0' else v_grace end, coalesce(p_min_age_days, 0) * interval '1 day'),
    coalesce(p_min_bytes, 0), coalesce(p_max_bytes, 9223372036854775807), nullif(p_kinds, '{}'), v_place[1], v_place[2], p_class,
    nullif(p_uploaders, '{}'), now() - p_max_age_days * interval '1 day', p_ids;
  v_page := coalesce(v_page, '[]');
  return jsonb_build_object(
    'items', case when v_rows then media.orphan_cards(p_class, v_page, v_limit, v_grace) else media.finding_cards(v_page, v_limit) end,
    'next', case when jsonb_array_length(v_page) > v_limit then media.pack_text_place(p_class || p_sort,
      v_page -> (v_limit - 1) ->> case when v_order like 'bytes%' then 'bytes' else 'since' end, v_page -> (v_limit - 1) ->> 'id') end
  );
end $$;

-- Like media.pack_place, for any key.
create function media.pack_text_place(p_list text, p_value text, p_key text)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(encode(convert_to(jsonb_build_array(p_list, p_value, p_key)::text, 'utf8'), 'base64'), E'+/=\n', '-_')
$$;

create function media.unpack_text_place(p_list text, p_place text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_place jsonb;
  v_standard text := translate(p_place, '-_', '+/');
begin
  begin
    v_place := convert_from(decode(rpad(v_standard, (length(v_standard) + 3) / 4 * 4, '='), 'base64'), 'utf8')::jsonb;
    if v_place ->> 0 = p_list and v_place ->> 1 is not null and v_place ->> 2 is not null then
      return array[v_place ->> 1, v_place ->> 2];
    end if;
  exception
    when others then
      null; -- whatever is wrong with it, it is not a place of ours
  end;
  perform media.fail(422, 'invalid', 'This page marker does not belong to this list.', 'Start from the first page.');
end $$;

create function media.orphan_cards(p_class text, p_page jsonb, p_limit int, p_grace interval)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'class', p_class, 'id', a.id, 'asset', card.card, 'path', null, 'bytes', a.bytes, 'since', o.since,
    'facts', media.orphan_facts(a, p_class, o.since, o.keep) || jsonb_build_object(
      'uploader_name', card.card -> 'uploader_name', 'waiting', o.since > now() - p_grace,
      'keep_title', (select media.asset_label(k) from media.assets as k where k.id = o.keep))
  ) order by o.place), '[]')
  from jsonb_to_recordset(p_page) as o (id uuid, since timestamptz, keep uuid, place int)
  join media.assets as a on a.id = o.id
  join jsonb_array_elements(media.asset_cards(array(
    select (each ->> 'id')::uuid from jsonb_array_elements(p_page) as each where (each ->> 'place')::int <= p_limit
  ))) as card (card) on (card.card ->> 'id')::uuid = a.id
  where o.place <= p_limit
$$;

-- A finding may be over since its scan: recovered, made again, cleaned up. It is looked at again here, but for checksums.
create function media.finding_cards(p_page jsonb, p_limit int)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_paths text[] := array(select f.path from jsonb_to_recordset(p_page) as o (id bigint, place int)
    join media.cleanup_findings as f on f.id = o.id where o.place <= p_limit);
  v_true jsonb;
begin
  execute format('select coalesce(jsonb_object_agg(name, class), ''{}'') from (%s) as o', media.object_orphans_sql('name = any ($1)'))
  into v_true using v_paths;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'class', f.class, 'id', f.path, 'path', f.path, 'bytes', f.bytes, 'since', f.since,
      'asset', (select cards.card -> 0 from (select media.asset_cards(array[f.asset]) as card) as cards where f.asset is not null),
      'facts', media.finding_facts(f) || jsonb_build_object(
        'ticket_owner_name', (
          select media.person_name(t.issued_to) from media.upload_tickets as t
          where f.path like 'incoming/%' and t.path = f.path and t.id = f.asset),
        'waiting', f.since > now() - (select p.grace from media.cleanup_policies as p where p.class = f.class),
        'over', case
          when f.class <> 'broken_asset' then v_true ->> f.path is distinct from f.class
          when not exists (select from media.assets as a where a.id = f.asset and a.state = 'ready') then true
          when f.note = 'checksum' then false
          else exists (select from storage.objects as s where s.bucket_id = 'media' and s.name = f.path)
        end)
    ) order by o.place), '[]')
    from jsonb_to_recordset(p_page) as o (id bigint, place int)
    join media.cleanup_findings as f on f.id = o.id
    where o.place <= p_limit
  );
end $$;

-- The same orphans by age, size and kind, and by the week since which they are.
-- Security definer: the role is checked once.
create function media.orphan_breakdown()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_union text := (
    select string_agg(format('select %L as class, since, bytes, kind from (%s) as each where since <= now() - %L::interval',
      class, media.orphans_sql(class), grace), ' union all ')
    from media.cleanup_policies where class = any (media.row_classes())
  );
  v_answer jsonb;
begin
  perform media.need_staff();
  execute format($sql$
    with orphans as materialized (
      select class, kind, bytes, greatest(date_trunc('week', since), date_trunc('week', now()) - interval '52 weeks')::date as week,
        case when age < interval '7 days' then 'under a week' when age < interval '30 days' then 'under a month'
          when age < interval '90 days' then 'under 3 months' when age < interval '1 year' then 'under a year' else 'older' end as age,
        case when bytes < 1e5 then 'under 100 kB' when bytes < 1e6 then 'under 1 MB' when bytes < 1e7 then 'under 10 MB' else 'larger' end as size
      from (
        select class, since, bytes, kind, now() - since as age from (%s) as rows
        union all
        select f.class, f.since, f.bytes, 'object', now() - f.since
        from media.standing_findings as f join media.cleanup_policies as p on p.class = f.class and f.since <= now() - p.grace
      ) as every
    )
    select jsonb_build_object(
      'cells', (select jsonb_agg(to_jsonb(c)) from (
        select class, age, size, kind, count(*) as count, sum(bytes) as bytes from orphans group by class, age, size, kind) as c),
      'weeks', (select jsonb_agg(to_jsonb(w) order by w.week) from (
        select class, week, count(*) as count, sum(bytes) as bytes from orphans group by class, week) as w))
    $sql$, v_union) into v_answer;
  return jsonb_build_object('cells', coalesce(nullif(v_answer -> 'cells', 'null'), '[]'), 'weeks', coalesce(nullif(v_answer -> 'weeks', 'null'), '[]'));
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.list_orphans(text, text, numeric, bigint, bigint, text[], uuid[], boolean, text, int, numeric, text[]) to authenticated;
grant execute on function media.orphan_breakdown() to authenticated;
