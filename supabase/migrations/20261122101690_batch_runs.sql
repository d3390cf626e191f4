-- A batch from its request to its last item.

-- As previewed: p_items is the count the person saw, and more than that is refused. What it is expected to cost is
-- reserved at once.
-- Security definer: people write no table directly.
create function media.request_batch(
  p_kinds text[], p_filter jsonb, p_engine text default null, p_unread boolean default true, p_force boolean default false,
  p_language text default '', p_items int default null, p_at_once int default 4
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  c_most constant int := 20000;
  v_user uuid := media.need_staff();
  v_kinds text[] := media.kinds_to_read(p_kinds);
  v_language text := media.language_tag(p_language);
  v_choices jsonb := media.batch_choices(v_kinds, p_engine);
  v_refusal jsonb;
  v_batch media.reading_batches;
begin
  if p_at_once is null or p_at_once not between 1 and 16 then
    perform media.fail(422, 'invalid', 'Between 1 and 16 can be read at once.');
  end if;
  select choice -> 'refusal' into v_refusal from jsonb_each(v_choices) as c (kind, choice)
  where choice -> 'refusal' <> 'null' order by kind limit 1;
  perform media.raise_refusal(v_refusal);
  insert into media.reading_batches (kinds, choices, filter, language, force, at_once, requested_by, paid_engine)
  values (v_kinds, v_choices, p_filter, v_language, coalesce(p_force, false), p_at_once, v_user, (
    select e.name from jsonb_each(v_choices) as c (kind, choice) join media.engines as e on e.name = choice ->> 'engine'
    where e.paid limit 1
  ))
  returning * into v_batch;
  insert into media.reading_batch_items (batch, place, asset, title, kind, expected_cost)
  select v_batch.id, place, asset, left(title, 300), kind, cost
  from media.batch_plan(p_filter, v_kinds, v_choices, v_language, coalesce(p_unread, true), v_batch.force, c_most);
  update media.reading_batches as b set items = t.items, planned = t.items, expected_cost = t.cost
  from (select count(*) as items, coalesce(sum(i.expected_cost), 0) as cost from media.reading_batch_items as i where batch = v_batch.id) as t
  where b.id = v_batch.id
  returning b.* into v_batch;
  if v_batch.items = 0 then
    perform media.fail(422, 'nothing_to_read', 'Nothing that matches is left to be read.', 'Change the filter, or read again what was read.');
  elsif v_batch.items > p_items then
    perform media.fail(409, 'stale', format('There are %s readings to ask for now, %s more than you saw.', v_batch.items,
      v_batch.items - p_items), 'Look at the new count, then confirm.');
  end if;
  if v_batch.expected_cost > 0 then
    perform media.raise_refusal(media.budget_refusal(v_batch.paid_engine, v_batch.expected_cost));
  end if;
  -- Only now is it reserved: while it was looked at it did not count against itself.
  update media.reading_batches set expected_left = expected_cost where id = v_batch.id returning * into v_batch;
  perform media.audit('reading.batch_requested', null, null, jsonb_build_object('batch', v_batch.id, 'kinds', v_kinds,
    'items', v_batch.items, 'expected_cost', v_batch.expected_cost, 'choices', v_choices));
  perform media.defer_advance(v_batch.id);
  return media.batch_json(v_batch);
end $$;

create function media.raise_refusal(p_refusal jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if jsonb_typeof(p_refusal) = 'object' then
    perform media.fail(409, p_refusal ->> 'code', p_refusal ->> 'message', p_refusal ->> 'hint');
  end if;
end $$;

create function media.defer_advance(p_batch uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform media.defer('media', 'advance_batch', jsonb_build_object('batch', p_batch), 'advance_batch:' || p_batch,
    'advance_batch:' || p_batch);
end $$;

-- A reading ended, or is gone with its asset: the batches that wait for it go on.
create function media.wake_batches()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- No batch is locked here: whoever advances one locks the batch before assets and readings.
  perform media.defer_advance(i.batch)
  from (select distinct batch from media.reading_batch_items where annotation = old.id and state = 'asked') as i;
  return null;
end $$;

create trigger annotations_wake_batches
  after update of state on media.annotations
  for each row when (new.state in ('done', 'failed') and old.state is distinct from new.state)
  execute function media.wake_batches();
create trigger annotations_gone_wake_batches
  after delete on media.annotations
  for each row execute function media.wake_batches();

-- What was asked and has ended, becomes a result.
create function media.settle_batch(p_batch uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  with ended as (
    select i.place, n.state, n.cost, n.id is null as gone,
      case
        when n.id is null then media.item_error('not_found', 'It was removed for good meanwhile.')
        when n.state = 'failed' then media.item_error(coalesce(n.error_code, 'internal'), coalesce(n.error_message, 'It could not be read.'))
      end as error
    from media.reading_batch_items as i left join media.annotations as n on n.id = i.annotation
    where i.batch = p_batch and i.state = 'asked' and (n.id is null or n.state in ('done', 'failed'))
  ), settled as (
    update media.reading_batch_items as i set
      state = case when e.gone then 'skipped' else e.state end, error = e.error, settled_at = clock_timestamp()
    from ended as e
    where i.batch = p_batch and i.place = e.place
    returning e.cost, i.note
  )
  update media.reading_batches set cost = cost + coalesce((select sum(s.cost) from settled as s where s.note is null), 0)
  where id = p_batch;
end $$;

-- Asks for the next, until as many are under way as there may be. Answers whether more could be asked at once.
create function media.ask_next(p_batch media.reading_batches)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  c_turn constant int := 100;  -- one transaction's share; what was answered before needs no waiting
  v_free int := p_batch.at_once - (select count(*) from media.reading_batch_items where batch = p_batch.id and state = 'asked');
  v_item media.reading_batch_items;
  v_asset media.assets;
  v_choice media.engine_choice;
  v_answer jsonb;
begin
  perform media.lock_assets(array(
    select asset from media.reading_batch_items where batch = p_batch.id and state = 'planned' order by place limit c_turn));
  for v_item in
    select * from media.reading_batch_items where batch = p_batch.id and state = 'planned' order by place limit c_turn
  loop
    exit when v_free <= 0;
    select * into v_asset from media.assets where id = v_item.asset;
    v_choice := jsonb_populate_record(null::media.engine_choice, p_batch.choices -> v_item.kind);
    v_choice.refusal := coalesce(media.annotation_refusal(v_asset, v_item.kind),
      (media.choose_engine(v_choice.engine, v_choice.model, v_choice.prompt_version, v_item.kind)).refusal);
    v_answer := case when v_choice.refusal is not null then media.request_refused(v_item.asset, v_item.kind, v_choice.refusal)
      else media.request_one(v_asset, v_item.kind, v_choice, media.language_for(v_item.kind, p_batch.language),
        p_batch.force, p_batch.requested_by, true) end;
    if v_answer #>> '{error,code}' = 'budget_exhausted' then
      update media.reading_batches set state = 'stopped', error = v_answer -> 'error', expected_left = 0 where id = p_batch.id;
      update media.reading_batch_items set state = 'skipped', error = v_answer -> 'error', settled_at = clock_timestamp()
      where batch = p_batch.id and state = 'planned';
      return false;
    end if;
    update media.reading_batch_items set
      state = case when not (v_answer ->> 'ok')::boolean then 'skipped' when v_answer ->> 'state' = 'done' then 'done' else 'asked' end,
      annotation = (v_answer ->> 'annotation')::uuid, note = v_answer ->> 'note', error = nullif(v_answer -> 'error', 'null'),
      settled_at = case when v_answer ->> 'state' in ('queued', 'running') then null else clock_timestamp() end
    where batch = p_batch.id and place = v_item.place;
    update media.reading_batches set expected_left = greatest(0, expected_left - v_item.expected_cost) where id = p_batch.id;
    v_free := v_free - (v_answer ->> 'state' in ('queued', 'running'))::int;
  end loop;
  return v_free > 0 and exists (select from media.reading_batch_items where batch = p_batch.id and state = 'planned');
end $$;

-- The job of a batch: settle what ended, ask for the next, count. Run twice it finds nothing more to do.
-- Security definer: the service writes no table directly.
create function media.advance_batch(p_batch uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_batch media.reading_batches;
  v_more boolean := false;
begin
  select * into v_batch from media.reading_batches where id = p_batch for no key update;
  if v_batch.id is null then
    perform media.fail(404, 'not_found', 'There is no such batch.');
  end if;
  perform media.settle_batch(p_batch);
  if v_batch.state = 'running' then
    v_more := media.ask_next(v_batch);
  end if;
  v_batch := media.count_batch(p_batch);
  if v_more then
    perform media.defer_advance(p_batch);
  end if;
  return media.batch_json(v_batch);
end $$;

create function media.count_batch(p_batch uuid)
returns media.reading_batches
language plpgsql
set search_path = ''
as $$
declare
  v_batch media.reading_batches;
begin
  update media.reading_batches as b set
    planned = t.planned, asked = t.asked, done = t.done, failed = t.failed, skipped = t.skipped, cancelled = t.cancelled,
    state = case when b.state = 'running' and t.planned + t.asked = 0 then 'done' else b.state end,
    expected_left = case when t.planned = 0 then 0 else b.expected_left end,
    finished_at = case when t.planned + t.asked = 0 then coalesce(b.finished_at, clock_timestamp()) end
  from (
    select count(*) filter (where i.state = 'planned') as planned, count(*) filter (where i.state = 'asked') as asked,
      count(*) filter (where i.state = 'done') as done, count(*) filter (where i.state = 'failed') as failed,
      count(*) filter (where i.state = 'skipped') as skipped, count(*) filter (where i.state = 'cancelled') as cancelled
    from media.reading_batch_items as i where i.batch = p_batch
  ) as t
  where b.id = p_batch
  returning b.* into v_batch;
  return v_batch;
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.request_batch(text[], jsonb, text, boolean, boolean, text, int, int) to authenticated;
grant execute on function media.advance_batch(uuid) to service_role;
