-- The trash as a list: what lies there, who put it there, when it goes for good.

create index assets_trash on media.assets (trashed_at, id) where state = 'trashed';
create index assets_trash_due on media.assets (purge_after, id) where state = 'trashed';

-- How much lies there, what of it is due, and how the removing of what was purged goes: refused counts assets of
-- which Storage did not delete an object when it was last asked.
create function media.trash_totals()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'count', t.count, 'bytes', t.bytes,
    'due', (select count(*) from media.assets where state = 'trashed' and purge_after <= now()),
    'next_purge_at', media.next_night(), 'held_by', media.automatic_run_open('trashed'),
    'purging', (select count(*) from media.assets where state = 'purging'),
    'refused', (select count(distinct asset) from media.object_deletions where reason = 'purge' and asset is not null and last_error is not null),
    'last_error', (select last_error from media.object_deletions where reason = 'purge' and last_error is not null order by due_at desc limit 1)
  )
  from (select count(*) as count, coalesce(sum(bytes), 0) as bytes from media.assets where state = 'trashed') as t
$$;

-- A page of the trash, with the details of each and the totals of all.
-- Security definer: the role is checked once instead of a policy for every row.
create function media.list_trash(p_sort text default 'newest', p_query text default null, p_after text default null, p_limit int default 40)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_limit int := greatest(1, least(coalesce(p_limit, 40), 200));
  v_column text := case p_sort when 'newest' then 'trashed_at' when 'due' then 'purge_after' when 'largest' then 'bytes' end;
  v_way text := case when p_sort = 'due' then 'asc' else 'desc' end;
  v_words tsquery := media.word_query(p_query);
  v_place text[];
  v_ids uuid[];
  v_keys text[];
begin
  perform media.need_staff();
  if v_column is null then
    perform media.fail(422, 'invalid', 'There is no such order of the trash.');
  end if;
  if p_after is not null then
    v_place := media.unpack_text_place('trash:' || p_sort, p_after);
  end if;
  execute format($sql$
    select array_agg(id order by key %2$s, id %2$s), array_agg(key::text order by key %2$s, id %2$s)
    from (
      select a.id, a.%1$I as key from media.assets as a
      where a.state = 'trashed' and %3$s and %4$s
      order by a.%1$I %2$s, a.id %2$s limit %5$s
    ) as page$sql$,
    v_column, v_way,
    case when v_words is null then 'true' else format('a.words @@ %L::tsquery', v_words) end,
    case when v_place is null then 'true' else format('(a.%I, a.id) %s (%L::%s, %L::uuid)', v_column,
      case v_way when 'asc' then '>' else '<' end, v_place[1], case p_sort when 'largest' then 'bigint' else 'timestamptz' end, v_place[2]) end,
    v_limit + 1)
  into v_ids, v_keys;
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(card || detail order by place), '[]')
      from jsonb_array_elements(media.asset_cards(v_ids[:v_limit])) with ordinality as cards (card, place)
      join jsonb_array_elements(media.trash_details(coalesce(v_ids[:v_limit], '{}'))) as detail on detail ->> 'asset' = card ->> 'id'
    ),
    'next', case when cardinality(v_ids) > v_limit then
      media.pack_text_place('trash:' || p_sort, v_keys[v_limit], v_ids[v_limit]::text) end,
    'totals', media.trash_totals()
  );
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.list_trash(text, text, text, int) to authenticated;
