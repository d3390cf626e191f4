-- Searching by words, and the two calls that find and count assets.
--
-- A page of a search is had in one of three ways. By word: take all hits from the index of words, try the filters on
-- each, sort. By filter: take all rows the filters leave, try the words on each, sort. Walking: go along the index
-- of the order and try each row until the page is full; costs by how rare hits are. What the planner expects
-- decides. It does not know what goes together ("2023" in the names of files of one year, far back): so a walk is
-- bounded, and when it was in vain one of the others follows.

-- What the planner expects of a query. A thousand of its units are about a millisecond here.
create function media.expected(p_query text, out rows double precision, out cost double precision)
language plpgsql
set search_path = ''
as $$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || p_query into v_plan;
  rows := (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision;
  cost := (v_plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision;
end $$;

-- The condition that has the index of words find the hits, and what that costs. The index reads all rows of all
-- words that begin with the last, unfinished one, even when the finished words before it leave three. So where
-- those leave few, only they are looked up, and the last is tried on each. (The function behind the operator @@
-- is never looked up in an index.)
-- doubt: how many times more hits there may be than the planner thinks. It knows the common words only; a short
-- beginning stands for many others besides.
create function media.find_match(p_typed text, out match text, out cost double precision, out doubt double precision)
language plpgsql
set search_path = ''
as $$
declare
  c_rows constant text := 'select a.id from media.assets as a where ';
  v_all tsquery := media.word_query(p_typed);
  v_finished tsquery := media.word_query(p_typed, false);
begin
  doubt := case when p_typed ~ '(^|[^[:alnum:]])[[:alnum:]]{1,4}[^[:alnum:]]*$' then 5 else 1.5 end;
  if v_finished is not null then
    match := format('a.words @@ %L::tsquery', v_finished);
    cost := (media.expected(c_rows || match)).cost;
    if cost < 4000 then
      match := format('%s and pg_catalog.ts_match_vq(a.words, %L::tsquery)', match, v_all);
      return;
    end if;
  end if;
  match := format('a.words @@ %L::tsquery', v_all);
  cost := doubt * (media.expected(c_rows || match)).cost;
  if v_finished is not null then
    cost := cost + (media.expected(c_rows || format('a.words @@ %L::tsquery', media.word_query((regexp_match(p_typed, '\S+\s*$'))[1])))).rows;
  end if;
end $$;

-- Runs a query for ids and sort keys, sorts and cuts off what it finds.
create function media.find_take(p_query text, p_sort text, p_limit int, out ids uuid[], out keys text[])
language plpgsql
set search_path = ''
as $$
begin
  execute format('select array_agg(id), array_agg(key::text) from ('
    'select a.id, a.key from (%1$s) as a order by a.key %2$s, a.id %2$s limit %3$s) as page',
    p_query, (media.find_order(p_sort))[3], p_limit) into ids, keys;
end $$;

-- A page without a search. p_branches: the conditions, any of which holds; p_any: the same as one; p_ordered: of
-- them those that an index of the order decides.
create function media.find_page(
  p_branches text[], p_any text, p_ordered text, p_sort text, p_limit int, out ids uuid[], out keys text[]
)
language plpgsql
set search_path = ''
as $$
declare
  v_all text := format('select a.id, a.%I as key from media.assets as a where %s', (media.find_order(p_sort))[1], p_any);
  v_query text := media.find_page_sql(p_branches, p_sort, p_limit);
  v_expected record := media.expected(v_all);
  v_walk double precision := 0;
begin
  if v_expected.rows between 3000 and 30000 and p_ordered <> p_any then
    -- Rows the planner would walk past; it thinks that they lie side by side.
    v_walk := 1.5 * p_limit * (media.expected('select from media.assets as a where ' || p_ordered)).rows / v_expected.rows;
  end if;
  if v_expected.cost < (case when v_expected.rows < 3000 then 6000 else v_walk end) then
    -- Materialized: the planner would walk and hope, but filters may leave nothing together.
    v_query := format('with hits as materialized (%s) select * from hits', v_all);
  end if;
  select t.ids, t.keys into ids, keys from media.find_take(v_query, p_sort, p_limit) as t;
end $$;

-- A page of a search. p_branches and p_rest: what an index of the order decides, and what it doesn't; p_any: all
-- the conditions as one.
create function media.search_page(
  p_typed text, p_branches text[], p_rest text, p_any text, p_sort text, p_limit int, out ids uuid[], out keys text[]
)
language plpgsql
set search_path = ''
as $$
declare
  c_walk constant int := 30000;  -- rows a walk tries before it gives up
  v_key text := (media.find_order(p_sort))[1];
  v_words text := format('pg_catalog.ts_match_vq(a.words, %L::tsquery)', media.word_query(p_typed));
  v_word record := media.find_match(p_typed);
  v_rows text := format('select a.id, a.%I as key, a.words from media.assets as a where ', v_key);
  v_filter_rows double precision;
  v_filter_cost double precision := 'infinity';
  v_walk double precision := 'infinity';
  v_query text;
begin
  if v_word.cost > 3000 then
    select e.rows, e.cost into v_filter_rows, v_filter_cost from media.expected(v_rows || p_any) as e;
    -- Rows until the page is full, if hits are spread evenly; in the order of time they lie side by side.
    v_walk := p_limit * (select sum((media.expected(v_rows || b)).rows) from unnest(p_branches) as b)
      / greatest((media.expected(format('%s%s and a.words @@ %L::tsquery', v_rows, p_any, media.word_query(p_typed)))).rows * v_word.doubt, 1)
      * case when p_sort in ('newest', 'oldest') and v_filter_rows > 500000 then 0.75 else 2.25 end;
    if v_walk < least(v_word.cost, v_filter_cost, c_walk) then
      select t.ids, t.keys into ids, keys
      from media.find_take(format('select a.id, a.key from (%s) as a where %s and %s',
        media.find_page_sql(p_branches, p_sort, c_walk), p_rest, v_words), p_sort, p_limit) as t;
      if cardinality(ids) >= p_limit then
        return;
      end if;
    end if;
  end if;
  if v_filter_cost < v_word.cost then
    v_query := format('with hits as materialized (%s%s and %s) select id, key from hits', v_rows, p_any, v_words);
  else
    -- The offset keeps the filters out of it: reading the index of a filter besides takes longer than trying rows.
    v_query := format('select a.id, a.%I as key from (select * from media.assets as a where %s offset 0) as a where %s',
      v_key, v_word.match, p_any);
  end if;
  select t.ids, t.keys into ids, keys from media.find_take(v_query, p_sort, p_limit) as t;
end $$;

-- One page of the library.
-- Security definer: the role is checked once instead of a policy for every row. Volatile only because asking the
-- planner is.
create function media.find_assets(
  p_query text default null, p_kinds text[] default null, p_states text[] default '{ready}',
  p_linked boolean default null, p_purposes text[] default null, p_uploaders uuid[] default null,
  p_from timestamptz default null, p_to timestamptz default null,
  p_min_bytes bigint default null, p_max_bytes bigint default null, p_knowledge uuid default null,
  p_sort text default 'newest', p_after text default null, p_limit int default 60
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set random_page_cost = 1.1
set max_parallel_workers_per_gather = 0
set jit = off
as $$
declare
  v_limit int := greatest(1, least(coalesce(p_limit, 60), 200));
  v_sort text := coalesce(p_sort, 'newest');
  v_search boolean := coalesce(p_query, '') ~ '[^[:space:]]';
  v_after text;
  v_any text;
  v_branches text[];
  v_rest text[];
  v_ids uuid[];
  v_keys text[];
begin
  perform media.need_staff();
  v_after := media.find_after(v_sort, p_after);
  if v_search and media.word_query(p_query) is null then
    return jsonb_build_object('items', '[]'::jsonb, 'next', null, 'query_ignored', true);
  end if;
  v_any := concat_ws(' and ', (media.find_branches('all', false, v_sort, p_kinds, p_states, p_linked, p_purposes,
    p_uploaders, p_from, p_to, p_min_bytes, p_max_bytes, p_knowledge))[1], v_after);
  v_branches := array(
    select concat_ws(' and ', b, v_after)
    from unnest(media.find_branches(case when v_search then 'order' else 'all' end, true, v_sort, p_kinds, p_states,
      p_linked, p_purposes, p_uploaders, p_from, p_to, p_min_bytes, p_max_bytes, p_knowledge)) as b
  );
  if v_search then
    v_rest := media.find_branches('rest', false, v_sort, p_kinds, p_states, p_linked, p_purposes, p_uploaders, p_from,
      p_to, p_min_bytes, p_max_bytes, p_knowledge);
    select f.ids, f.keys into v_ids, v_keys
    from media.search_page(p_query, v_branches, v_rest[1], v_any, v_sort, v_limit + 1) as f;
  else
    select f.ids, f.keys into v_ids, v_keys
    from media.find_page(v_branches, v_any, concat_ws(' and ', (media.find_branches('order', false, v_sort, p_kinds,
      p_states, p_linked, p_purposes, p_uploaders, p_from, p_to, p_min_bytes, p_max_bytes, p_knowledge))[1], v_after),
      v_sort, v_limit + 1) as f;
  end if;
  return jsonb_build_object(
    'items', media.asset_cards(v_ids[1:v_limit]),
    'next', case when cardinality(v_ids) > v_limit then media.pack_place(v_sort, v_keys[v_limit], v_ids[v_limit]) end
  );
end $$;

-- How many there are, counted up to 10,000: people read "10,000+" as well, and nobody waits for it.
-- Security definer: as find_assets.
create function media.count_assets(
  p_query text default null, p_kinds text[] default null, p_states text[] default '{ready}',
  p_linked boolean default null, p_purposes text[] default null, p_uploaders uuid[] default null,
  p_from timestamptz default null, p_to timestamptz default null,
  p_min_bytes bigint default null, p_max_bytes bigint default null, p_knowledge uuid default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set random_page_cost = 1.1
set max_parallel_workers_per_gather = 0
set jit = off
as $$
declare
  v_search boolean := coalesce(p_query, '') ~ '[^[:space:]]';
  v_where text;
  v_count int;
begin
  perform media.need_staff();
  if v_search and media.word_query(p_query) is null then
    return jsonb_build_object('count', 0, 'exact', true);
  end if;
  v_where := (media.find_branches('all', false, 'newest', p_kinds, p_states, p_linked, p_purposes, p_uploaders, p_from,
    p_to, p_min_bytes, p_max_bytes, p_knowledge))[1];
  if v_search then
    v_where := v_where || ' and ' || (media.find_match(p_query)).match;
  end if;
  execute format('select count(*) from (select from media.assets as a where %s limit 10001) as capped', v_where) into v_count;
  return jsonb_build_object('count', least(v_count, 10000), 'exact', v_count <= 10000);
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.find_assets(
  text, text[], text[], boolean, text[], uuid[], timestamptz, timestamptz, bigint, bigint, uuid, text, text, int
) to authenticated;
grant execute on function media.count_assets(
  text, text[], text[], boolean, text[], uuid[], timestamptz, timestamptz, bigint, bigint, uuid
) to authenticated;
