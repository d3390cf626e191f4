-- Looking at batches, ending one early, and what finds one whose job was lost.

-- No more is asked for; what is under way ends.
-- Security definer: people write no table directly.
create function media.cancel_batch(p_batch uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_batch media.reading_batches;
begin
  perform media.need_staff();
  select * into v_batch from media.reading_batches where id = p_batch for no key update;
  if v_batch.id is null then
    perform media.fail(404, 'not_found', 'There is no such batch.', 'Load the page again.');
  elsif v_batch.state <> 'running' then
    return media.batch_json(v_batch);
  end if;
  update media.reading_batch_items set state = 'cancelled', settled_at = clock_timestamp()
  where batch = p_batch and state = 'planned';
  update media.reading_batches set state = 'cancelled', expected_left = 0 where id = p_batch;
  v_batch := media.count_batch(p_batch);
  perform media.audit('reading.batch_cancelled', null, null, jsonb_build_object('batch', p_batch, 'cancelled', v_batch.cancelled));
  return media.batch_json(v_batch);
end $$;

-- A batch with what became of its items, in their order, page by page; p_states: only these.
-- Security definer: the role is checked once.
create function media.get_batch(p_batch uuid, p_states text[] default null, p_after int default 0, p_limit int default 100)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_batch media.reading_batches;
  v_limit int := greatest(1, least(coalesce(p_limit, 100), 500));
begin
  perform media.need_staff();
  select * into v_batch from media.reading_batches where id = p_batch;
  if v_batch.id is null then
    perform media.fail(404, 'not_found', 'There is no such batch.', 'Load the page again.');
  end if;
  return media.batch_json(v_batch) || (
    select jsonb_build_object(
      'results', coalesce(jsonb_agg(to_jsonb(page) - 'batch' order by page.place) filter (where page.n <= v_limit), '[]'),
      'next', case when count(*) > v_limit then max(page.place) filter (where page.n <= v_limit) end)
    from (
      select i.*, row_number() over (order by i.place) as n from media.reading_batch_items as i
      where i.batch = p_batch and i.place > coalesce(p_after, 0) and (p_states is null or i.state = any (p_states))
      order by i.place limit v_limit + 1
    ) as page
  );
end $$;

-- The newest batches, those under way first.
-- Security definer: the role is checked once.
create function media.list_batches(p_limit int default 20)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(media.batch_json(b) order by b.finished_at is null desc, b.requested_at desc, b.id)
    from (
      (select * from media.reading_batches where finished_at is null order by requested_at desc limit 100)
      union
      (select * from media.reading_batches order by requested_at desc, id limit greatest(1, least(coalesce(p_limit, 20), 100)))
    ) as b
  ), '[]');
end $$;

-- Every batch that is not at its end has its job, should one have been lost.
-- Security definer: the service writes no table directly.
create function media.sweep_batches()
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform media.defer_advance(id) from media.reading_batches where finished_at is null;
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.cancel_batch(uuid) to authenticated;
grant execute on function media.get_batch(uuid, text[], int, int) to authenticated;
grant execute on function media.list_batches(int) to authenticated;
grant execute on function media.sweep_batches() to service_role;
