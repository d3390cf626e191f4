-- The parts of a request: what was asked, what is known already, the job.

create function media.annotation_json(p_annotation media.annotations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_annotation.id, 'asset', p_annotation.asset, 'kind', p_annotation.kind, 'state', p_annotation.state,
    'engine', p_annotation.engine, 'model', coalesce(nullif(p_annotation.answered_model, ''), p_annotation.model),
    'prompt_version', p_annotation.prompt_version, 'result', p_annotation.result,
    'error', case when p_annotation.error_code is not null then
      jsonb_build_object('code', p_annotation.error_code, 'message', p_annotation.error_message) end,
    'attempts', p_annotation.attempts, 'seconds', p_annotation.seconds, 'tokens', p_annotation.tokens,
    'cost', p_annotation.cost, 'language', p_annotation.language,
    'review_state', p_annotation.review_state, 'reviewed_result', p_annotation.reviewed_result,
    'reviewer', p_annotation.reviewer, 'requested_by', p_annotation.requested_by,
    'requested_by_name', media.person_name(p_annotation.requested_by),
    'requested_at', p_annotation.requested_at, 'started_at', p_annotation.started_at,
    'finished_at', p_annotation.finished_at, 'reused_from', p_annotation.reused_from
  )
$$;

-- Whether a kind can be read from an asset, as an error or null.
create function media.annotation_refusal(p_asset media.assets, p_kind text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case
    when p_asset.id is null then
      media.item_error('not_found', 'It does not exist any more.', 'Load the page again.')
    when p_asset.state = 'trashed' then
      media.item_error('asset_trashed', 'It is in the trash.', 'Restore it first.')
    when p_asset.state = 'purging' then
      media.item_error('asset_purging', 'It is being removed for good.')
    when p_asset.state <> 'ready' then
      media.item_error('invalid', 'Its upload is not complete.', 'Wait a moment and try again.')
    when (p_kind = 'transcript') = (p_asset.kind = 'image') or (p_kind in ('ocr', 'highlights') and p_asset.kind <> 'image') then
      media.item_error('unsupported_type', format('%s can''t be read from a %s.', initcap(p_kind), p_asset.kind))
  end;
end $$;

-- Kinds in one order, each once.
create function media.kinds_to_read(p_kinds text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_kinds is null or p_kinds = '{}' or not p_kinds <@ array['ocr', 'highlights', 'caption', 'transcript'] then
    perform media.fail(422, 'invalid', 'Say which of ocr, highlights, caption, transcript to read.');
  end if;
  return array(select distinct kind from unnest(p_kinds) as kind order by kind);
end $$;

-- A language as BCP 47 has it, '' for the picture's own.
create function media.language_tag(p_language text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if length(p_language) > 35 or p_language !~ '^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$' then
    perform media.fail(422, 'invalid', 'There is no such language.', 'Give its short name, such as en, de or pt-BR.');
  end if;
  return lower(coalesce(p_language, ''));
end $$;

-- Text stands in the language it stands in; only what an engine puts into words can be in another.
create function media.language_for(p_kind text, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when p_kind in ('caption', 'transcript') then coalesce(p_language, '') else '' end
$$;

create function media.request_refused(p_asset uuid, p_kind text, p_error jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('asset', p_asset, 'kind', p_kind, 'ok', false, 'annotation', null, 'state', null,
    'engine', null, 'note', null, 'error', p_error)
$$;

-- The same bytes were asked the same before: here, or where they were uploaded another time.
create function media.known_answer(p_asset media.assets, p_kind text, p_choice media.engine_choice, p_language text)
returns media.annotations
language sql
stable
set search_path = ''
as $$
  select n
  from media.annotations as n
  join media.assets as a on a.id = n.asset
  where (a.id = p_asset.id or a.sha256 = p_asset.sha256)
    and n.kind = p_kind and n.engine = p_choice.engine and n.model = p_choice.model
    and n.prompt_version = p_choice.prompt_version and n.language = p_language and n.state = 'done'
  order by a.id = p_asset.id desc, n.finished_at desc
  limit 1
$$;

-- What waits for an answer over the network waits beside, not before, what keeps the machine's cores busy.
create function media.defer_annotation(p_annotation media.annotations)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform media.defer(
    case when exists (select from media.engines where name = p_annotation.engine and paid) then 'remote' else 'annotation' end,
    'annotate', jsonb_build_object('annotation', p_annotation.id),
    'annotate:' || p_annotation.id, 'annotate:' || p_annotation.id);
end $$;

-- What every engine said about an asset, kind by kind: the newest answer of each engine, how the newest request to it
-- stands, and which answer counts. Rejected ones are there too: two engines are compared by what they said.
-- Security definer: names of people are not readable for everyone.
create function media.asset_readings(p_asset uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  if not exists (select from media.assets where id = p_asset) then
    perform media.fail(404, 'not_found', 'There is no such asset.', 'It may have been removed. Look for it in the library.');
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'kind', told.kind, 'engine', told.engine, 'answers', told.answers,
      'answer', (
        select media.annotation_json(n) from media.annotations as n
        where n.asset = p_asset and n.kind = told.kind and n.engine = told.engine and n.state = 'done'
        order by n.finished_at desc, n.id limit 1
      ),
      'latest', (
        select media.annotation_json(n) - 'result' - 'reviewed_result' from media.annotations as n
        where n.asset = p_asset and n.kind = told.kind and n.engine = told.engine
        order by n.state in ('queued', 'running') desc, n.requested_at desc, n.id limit 1
      ),
      'counts', exists (
        select from media.standing_annotations(p_asset) as s join media.annotations as n on n.id = s.id
        where n.kind = told.kind and n.engine = told.engine
      )
    ) order by told.kind, told.engine)
    from (
      select kind, engine, count(*) filter (where state = 'done') as answers
      from media.annotations where asset = p_asset group by kind, engine
    ) as told
  ), '[]');
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.asset_readings(uuid) to authenticated;
