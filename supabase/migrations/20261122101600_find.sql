-- Finding assets: filters, orders, pages by key. (Searching by words stands on top of it, in the next file.)
--
-- The query is put together from the filters that are there, with their values written into it, so that the
-- planner knows how many rows each hits and takes the index that fits.

-- A filter on one column by some values: one condition for each (p_split), else one for all.
create function media.find_options(p_column text, p_type text, p_values text[], p_split boolean)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select case
    when cardinality(p_values) = 1 then array[format('a.%I = %L::%s', p_column, p_values[1], p_type)]
    when p_split then array(select format('a.%I = %L::%s', p_column, v, p_type) from unnest(p_values) as v)
    else array[format('a.%I = any (%L::%s[])', p_column, p_values, p_type)]
  end
$$;

-- The conditions of a library query over media.assets as a. With p_split a filter by several values becomes
-- several conditions: each alone keeps the order of an index and fits the partial ones, and their first pages
-- merge into one. Up to 12; more are not worth planning one by one.
-- p_part: 'all' of them; 'order': those that an index of the order p_sort decides; 'rest': those that it doesn't.
create function media.find_branches(
  p_part text, p_split boolean, p_sort text, p_kinds text[], p_states text[], p_linked boolean, p_purposes text[],
  p_uploaders uuid[], p_from timestamptz, p_to timestamptz, p_min_bytes bigint, p_max_bytes bigint, p_knowledge uuid
)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_fixed text;
  v_branches text[];
  v_dimension record;
begin
  select string_agg(c.condition, ' and ') into v_fixed
  from (values
    (case when p_from is not null then format('a.created_at >= %L::timestamptz', p_from) end, p_sort in ('newest', 'oldest')),
    (case when p_to is not null then format('a.created_at < %L::timestamptz', p_to) end, p_sort in ('newest', 'oldest')),
    (case when p_min_bytes is not null then format('a.bytes >= %s', p_min_bytes) end, p_sort in ('largest', 'smallest')),
    (case when p_max_bytes is not null then format('a.bytes <= %s', p_max_bytes) end, p_sort in ('largest', 'smallest')),
    (case when not p_linked then 'not a.linked' end, p_sort <> 'title'),
    (case when p_linked then 'a.linked' end, false),
    (case when p_knowledge is not null then
      format('a.id in (select l.asset from media.links as l where l.knowledge = %L::uuid)', p_knowledge) end, false)
  ) as c (condition, ordered)
  where c.condition is not null and (p_part = 'all' or c.ordered = (p_part = 'order'));
  if p_part = 'rest' then
    return array[coalesce(v_fixed, 'true')];
  end if;
  v_branches := array[v_fixed];
  for v_dimension in
    select d.name, d.type, array(select distinct v from unnest(d.items) as v where v is not null order by v) as items
    from (values
      ('state', 'text', coalesce(nullif(p_states, '{}'), '{ready}')),
      ('kind', 'text', case when not p_kinds @> '{image,video,sound}' then p_kinds end),
      ('purpose', 'text', p_purposes),
      ('uploaded_by', 'uuid', p_uploaders::text[])
    ) as d (name, type, items)
    where d.items <> '{}'
  loop
    v_branches := array(
      select concat_ws(' and ', o, b)
      from unnest(v_branches) as b,
        unnest(media.find_options(v_dimension.name, v_dimension.type, v_dimension.items,
          p_split and cardinality(v_branches) * cardinality(v_dimension.items) <= 12)) as o
    );
  end loop;
  return v_branches;
end $$;

-- The place after a page: the order, the last row's value in it and its id, packed so that nobody relies on
-- what is in it.
create function media.pack_place(p_sort text, p_value text, p_id uuid)
returns text
language sql
immutable
set search_path = ''
as $$
  select translate(encode(convert_to(jsonb_build_array(p_sort, p_value, p_id)::text, 'utf8'), 'base64'), E'+/=\n', '-_')
$$;

create function media.unpack_place(p_sort text, p_place text, p_type text)
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
    if v_place ->> 0 = p_sort and v_place ->> 1 is not null then
      perform case p_type
        when 'timestamptz' then (v_place ->> 1)::timestamptz::text
        when 'bigint' then (v_place ->> 1)::bigint::text
      end;
      return array[v_place ->> 1, (v_place ->> 2)::uuid::text];
    end if;
  exception
    when others then
      null; -- whatever is wrong with it, it is not a place of ours
  end;
  perform media.fail(422, 'invalid', 'This page marker does not belong to this list.', 'Start from the first page.');
end $$;

-- What an order sorts by: column, its type, the way.
create function media.find_order(p_sort text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  case p_sort
    when 'newest' then return array['created_at', 'timestamptz', 'desc'];
    when 'oldest' then return array['created_at', 'timestamptz', 'asc'];
    when 'largest' then return array['bytes', 'bigint', 'desc'];
    when 'smallest' then return array['bytes', 'bigint', 'asc'];
    when 'title' then return array['listed_title', 'text collate "C"', 'asc'];
    else perform media.fail(422, 'invalid', format('There is no order %L.', left(p_sort, 50)));
  end case;
end $$;

-- What comes after a place, as a condition; null for the first page.
create function media.find_after(p_sort text, p_after text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_order text[] := media.find_order(p_sort);
  v_place text[];
begin
  if p_after is null then
    return null;
  end if;
  v_place := media.unpack_place(p_sort, p_after, v_order[2]);
  return format('(a.%I, a.id) %s (%L::%s, %L::uuid)', v_order[1], case v_order[3] when 'desc' then '<' else '>' end,
    v_place[1], v_order[2], v_place[2]);
end $$;

-- A query along an order, cut off: ids, sort keys, and what the rest of the conditions asks.
create function media.find_page_sql(p_branches text[], p_sort text, p_limit int)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_order text[] := media.find_order(p_sort);
  v_branches text[];
begin
  v_branches := array(
    select format('select a.id, a.%1$I as key, a.words, a.created_at, a.bytes, a.linked from media.assets as a where %2$s order by a.%1$I %3$s, a.id %3$s limit %4$s',
      v_order[1], b, v_order[3], p_limit)
    from unnest(p_branches) as b
  );
  if cardinality(v_branches) = 1 then
    return v_branches[1];
  end if;
  return format('select * from ((%1$s)) as merged order by key %2$s, id %2$s limit %3$s',
    array_to_string(v_branches, ') union all ('), v_order[3], p_limit);
end $$;

-- What the filters offer. Uploaders by hops over the index, not by reading every asset.
-- Security definer: the role is checked once instead of a policy for every row.
create function media.library_facets()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_uploaders jsonb;
  v_states jsonb;
  v_kinds jsonb;
begin
  perform media.need_staff();
  with recursive hop (id, n) as (
    (select uploaded_by, 1 from media.assets where uploaded_by is not null order by uploaded_by limit 1)
    union all
    select next.id, hop.n + 1
    from hop
    cross join lateral (
      select uploaded_by as id from media.assets where uploaded_by > hop.id order by uploaded_by limit 1
    ) as next
    where hop.n < 500
  )
  select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by lower(name), id)
  into v_uploaders
  from (select id, coalesce(media.person_name(id), 'Someone who left') as name from hop) as named;
  -- Counted up to 10,000. Spelled out for the partial indexes.
  select jsonb_build_object(
    'ready', (select count(*) from (select from media.assets where state = 'ready' limit 10000) as capped),
    'processing', (select count(*) from (select from media.assets where state = 'processing' limit 10000) as capped),
    'rejected', (select count(*) from (select from media.assets where state = 'rejected' limit 10000) as capped),
    'trashed', (select count(*) from (select from media.assets where state = 'trashed' limit 10000) as capped),
    'purging', (select count(*) from (select from media.assets where state = 'purging' limit 10000) as capped)
  ) into v_states;
  select jsonb_object_agg(kind, (
    select count(*) from (select from media.assets as a where a.kind = k.kind and a.state = 'ready' limit 10000) as capped))
  into v_kinds
  from unnest(array['image', 'video', 'sound']) as k (kind);
  return jsonb_build_object('uploaders', coalesce(v_uploaders, '[]'), 'states', v_states, 'kinds', v_kinds);
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.library_facets() to authenticated;
