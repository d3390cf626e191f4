-- Requesting annotations, and what the worker says about them.

-- The one annotation of one asset: joins the open one, repeats an answer there is, or enqueues a new reading and
-- reserves what it is expected to cost. Errors are answers: others of the same call go on.
-- p_reserved: the cost was reserved before, by the batch it belongs to.
create function media.request_one(
  p_asset media.assets, p_kind text, p_choice media.engine_choice, p_language text, p_force boolean, p_actor uuid,
  p_reserved boolean default false
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_new media.annotations;
  v_known media.annotations;
  v_note text;
  v_cost numeric;
  v_error jsonb;
begin
  select * into v_new from media.annotations
  where asset = p_asset.id and kind = p_kind and engine = p_choice.engine and state in ('queued', 'running');
  if v_new.id is not null then
    v_note := 'already under way';
  elsif not p_force then
    v_known := media.known_answer(p_asset, p_kind, p_choice, p_language);
    if v_known.asset = p_asset.id then
      v_new := v_known;
    elsif v_known.id is not null then
      insert into media.annotations (
        asset, kind, state, engine, model, answered_model, prompt_version, language, result, reused_from, requested_by,
        started_at, finished_at
      ) values (
        p_asset.id, p_kind, 'done', p_choice.engine, p_choice.model, v_known.answered_model, p_choice.prompt_version,
        p_language, v_known.result, v_known.id, p_actor, now(), now()
      ) returning * into v_new;
      perform media.audit('annotation.requested', p_asset.id, null, jsonb_build_object('annotation', v_new.id,
        'kind', p_kind, 'engine', p_choice.engine, 'reused_from', v_known.id), p_actor);
    end if;
    v_note := case when v_known.id is not null then 'answered before' end;
  end if;
  if v_new.id is null then
    v_cost := media.expected_cost(p_choice, p_kind, p_asset.duration);
    v_error := media.budget_refusal(p_choice.engine, v_cost, p_reserved);
    if v_error is not null then
      return media.request_refused(p_asset.id, p_kind, v_error);
    end if;
    insert into media.annotations (asset, kind, engine, model, prompt_version, language, expected_cost, requested_by)
    values (p_asset.id, p_kind, p_choice.engine, p_choice.model, p_choice.prompt_version, p_language, v_cost, p_actor)
    returning * into v_new;
    perform media.audit('annotation.requested', p_asset.id, null,
      jsonb_build_object('annotation', v_new.id, 'kind', p_kind, 'engine', p_choice.engine), p_actor);
  end if;
  -- Also for one that is under way: should its job be lost, this one does it; else it finds nothing to do.
  if v_new.state in ('queued', 'running') then
    perform media.defer_annotation(v_new);
  end if;
  return jsonb_build_object('asset', p_asset.id, 'kind', p_kind, 'ok', true, 'annotation', v_new.id,
    'state', v_new.state, 'engine', v_new.engine, 'note', v_note, 'error', null);
end $$;

-- Many assets and kinds, asset by asset, an answer for each. With p_fall_back a spent budget is no reason not to
-- read: an engine that costs nothing does it, where there is one.
create function media.request_for(
  p_assets uuid[], p_kinds text[], p_engine text, p_model text, p_prompt_version text, p_force boolean, p_actor uuid,
  p_language text default '', p_fall_back boolean default false
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_asset media.assets;
  v_id uuid;
  v_kind text;
  v_choice media.engine_choice;
  v_refusal jsonb;
  v_answer jsonb;
  v_answers jsonb[] := '{}';
begin
  perform media.lock_assets(p_assets);
  foreach v_id in array p_assets loop
    select * into v_asset from media.assets where id = v_id;
    foreach v_kind in array p_kinds loop
      v_choice := media.choose_engine(p_engine, p_model, p_prompt_version, v_kind);
      v_refusal := coalesce(media.annotation_refusal(v_asset, v_kind), v_choice.refusal);
      v_answer := case when v_refusal is not null then media.request_refused(v_id, v_kind, v_refusal)
        else media.request_one(v_asset, v_kind, v_choice, media.language_for(v_kind, p_language), p_force, p_actor) end;
      if p_fall_back and v_answer #>> '{error,code}' = 'budget_exhausted' then
        v_choice := media.choose_free_engine(v_kind);
        if v_choice.refusal is null then
          v_answer := media.request_one(v_asset, v_kind, v_choice, media.language_for(v_kind, p_language), p_force, p_actor);
        end if;
      end if;
      v_answers := v_answers || v_answer;
    end loop;
  end loop;
  return to_jsonb(v_answers);
end $$;

-- Asks engines to read assets; without an engine the default of each kind.
-- Security definer: people write no table directly.
create function media.request_annotations(
  p_assets uuid[], p_kinds text[], p_engine text default null, p_model text default '',
  p_prompt_version text default '', p_force boolean default false, p_language text default ''
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
begin
  perform media.need_list(p_assets, 1000);
  return media.request_for(p_assets, media.kinds_to_read(p_kinds), p_engine, coalesce(p_model, ''),
    coalesce(p_prompt_version, ''), coalesce(p_force, false), v_user, media.language_tag(p_language));
end $$;

-- The worker begins. One that is done or failed stays so, and the worker sees it in the state.
-- Security definer: the service writes no table directly.
create function media.start_annotation(p_annotation uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_annotation media.annotations;
begin
  update media.annotations set
    state = 'running', attempts = attempts + 1, started_at = now(), error_code = null, error_message = null
  where id = p_annotation and state in ('queued', 'running');
  select * into v_annotation from media.annotations where id = p_annotation;
  if v_annotation.id is null then
    perform media.fail(404, 'not_found', 'There is no such annotation any more.');
  end if;
  return (
    select jsonb_build_object(
      'annotation', v_annotation.id, 'asset', a.id, 'kind', v_annotation.kind, 'engine', v_annotation.engine,
      'model', v_annotation.model, 'prompt_version', v_annotation.prompt_version, 'language', v_annotation.language,
      'state', v_annotation.state,
      'attempts', v_annotation.attempts, 'object_path', a.object_path, 'mime', a.mime, 'asset_kind', a.kind,
      'asset_state', a.state,
      -- Others that wait for the same engine and picture: one look answers them all.
      'waiting', coalesce((
        select jsonb_agg(other.id order by other.kind) from media.annotations as other
        where other.asset = a.id and other.state = 'queued' and other.engine = v_annotation.engine
          and other.model = v_annotation.model and other.prompt_version = v_annotation.prompt_version
          and other.language = v_annotation.language
      ), '[]')
    )
    from media.assets as a
    where a.id = v_annotation.asset
  );
end $$;

-- The engine answered. Said twice, the first answer stands.
-- Security definer: the service writes no table directly.
create function media.finish_annotation(
  p_annotation uuid, p_result jsonb, p_seconds double precision, p_tokens jsonb default null, p_model text default null,
  p_cost numeric default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_annotation media.annotations;
begin
  if p_result is null or jsonb_typeof(p_result) <> 'object' or octet_length(p_result::text) > 8 * 1024 * 1024 then
    perform media.fail(422, 'invalid', 'The engine''s answer is no object or larger than 8 MiB.');
  end if;
  -- Assets before everything else, as everywhere.
  perform media.lock_assets(array(select asset from media.annotations where id = p_annotation));
  select * into v_annotation from media.annotations where id = p_annotation for no key update;
  if v_annotation.id is null then
    perform media.fail(404, 'not_found', 'There is no such annotation any more.');
  end if;
  if v_annotation.state <> 'done' then
    update media.annotations set
      state = 'done', result = p_result, seconds = p_seconds, tokens = p_tokens, answered_model = p_model,
      cost = case when p_cost is not null then coalesce(cost, 0) + p_cost else cost end,
      error_code = null, error_message = null, finished_at = now()
    where id = p_annotation
    returning * into v_annotation;
    perform media.note_cost(v_annotation.engine, p_cost);
    perform media.audit('annotation.done', v_annotation.asset, null,
      jsonb_build_object('annotation', p_annotation, 'kind', v_annotation.kind, 'engine', v_annotation.engine, 'seconds', p_seconds, 'cost', v_annotation.cost));
  end if;
  return jsonb_build_object('annotation', p_annotation, 'state', v_annotation.state);
end $$;

-- The engine did not answer: for now (it goes back to the queue, the job comes again) or for good.
-- Security definer: the service writes no table directly.
create function media.fail_annotation(
  p_annotation uuid, p_code text, p_message text, p_retry boolean default false, p_cost numeric default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_annotation media.annotations;
begin
  update media.annotations set
    state = case when p_retry then 'queued' else 'failed' end,
    error_code = left(p_code, 100), error_message = left(p_message, 2000),
    cost = case when p_cost is not null then coalesce(cost, 0) + p_cost else cost end,
    finished_at = case when not p_retry then now() end
  where id = p_annotation and state in ('queued', 'running')
  returning * into v_annotation;
  -- An answer that could not be used was paid for all the same.
  perform media.note_cost(v_annotation.engine, p_cost);
  if v_annotation.state = 'failed' then
    perform media.audit('annotation.failed', v_annotation.asset, null,
      jsonb_build_object('annotation', p_annotation, 'kind', v_annotation.kind, 'engine', v_annotation.engine,
        'code', p_code, 'message', left(p_message, 2000)));
  end if;
  return jsonb_build_object('annotation', p_annotation,
    'state', (select state from media.annotations where id = p_annotation));
end $$;

-- How readings stand, for pages that watch them: the newest of each kind, and every open one.
-- Security definer: the check is made once, not for every row.
create function media.annotation_states(p_assets uuid[])
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  perform media.need_list(p_assets);
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'asset', n.asset, 'kind', n.kind, 'state', n.state, 'annotation', n.id,
      'error', case when n.error_code is not null then jsonb_build_object('code', n.error_code, 'message', n.error_message) end,
      'seconds_running', case when n.state = 'running' then round(extract(epoch from clock_timestamp() - n.started_at), 1) end
    ) order by wanted.place, n.kind)
    from unnest(p_assets) with ordinality as wanted (asset, place)
    cross join lateral (
      select distinct on (kind) * from media.annotations
      where asset = wanted.asset
      order by kind, state in ('queued', 'running') desc, requested_at desc, id
    ) as n
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.request_annotations(uuid[], text[], text, text, text, boolean, text) to authenticated;
grant execute on function media.annotation_states(uuid[]) to authenticated;
grant execute on function media.start_annotation(uuid) to service_role;
grant execute on function media.finish_annotation(uuid, jsonb, double precision, jsonb, text, numeric) to service_role;
grant execute on function media.fail_annotation(uuid, text, text, boolean, numeric) to service_role;
