-- From a ticket to an asset: begin (the person says what comes), then finish or reject (the service looked at
-- the object itself). Beginning enqueues a job that completes the upload should whoever began it be killed.

-- A file name as it may be shown: the last part of a path, without control and direction marks.
create function media.clean_name(p_name text)
returns text
language sql
immutable
set search_path = ''
as $$
  select left(coalesce(nullif(trim(regexp_replace(
    regexp_replace(coalesce(p_name, ''), '^.*[/\\]', ''),
    '[\u0001-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+', '', 'g')), ''), 'unnamed'), 255)
$$;

create function media.upload_answer(p_asset media.assets)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'asset', p_asset.id, 'state', p_asset.state, 'purpose', p_asset.purpose,
    'path', 'incoming/' || p_asset.id, 'final_path', p_asset.object_path
  )
$$;

-- A file is there already, seen by the hash of its picked or stored bytes? Best the live one, then the trash.
-- Security definer: people may ask only about what they may see, which is decided here at once for all rows.
create function media.lookup_upload(p_sha256 text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
  v_sha256 text := lower(p_sha256);
begin
  if v_sha256 is null or v_sha256 !~ '^[0-9a-f]{64}$' then
    perform media.fail(422, 'invalid', 'That is no SHA-256 in hex.');
  end if;
  return (
    select jsonb_build_object(
      'asset', a.id, 'state', a.state, 'title', a.title, 'original_name', a.original_name,
      'thumbhash', a.thumbhash, 'created_at', a.created_at, 'link_count', a.link_count,
      'thumb_path', (select object_path from media.renditions where asset = a.id and name = 'thumb')
    )
    from media.assets as a
    where (a.sha256 = v_sha256 or a.original_sha256 = v_sha256)
      and a.state in ('ready', 'trashed')
      and (a.uploaded_by = v_user or media.staff_role(v_user) is not null)
    order by a.state = 'ready' desc, a.link_count desc, a.created_at, a.id
    limit 1
  );
end $$;

-- The person's object is at its incoming path; from here on it is an asset that is being looked at.
-- The same call again has the same answer with the state as it stands.
-- Security definer: people write no table directly.
create function media.begin_upload(
  p_ticket uuid, p_original_name text, p_original_bytes bigint, p_original_sha256 text,
  p_title text default null, p_alt_text text default null, p_source_url text default null,
  p_reply_to uuid default null, p_annotate text[] default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
  v_staff boolean := media.staff_role(v_user) is not null;
  v_sha256 text := lower(p_original_sha256);
  v_ticket media.upload_tickets;
  v_asset media.assets;
begin
  if v_sha256 is null or v_sha256 !~ '^[0-9a-f]{64}$' then
    perform media.fail(422, 'invalid', 'The file''s SHA-256 is missing or no hex.');
  end if;
  if coalesce(p_original_bytes, 0) <= 0 then
    perform media.fail(422, 'empty_file', 'The file is empty.', 'Choose another file.');
  end if;
  if not coalesce(p_annotate, '{}') <@ array['ocr', 'highlights', 'caption', 'transcript'] then
    perform media.fail(422, 'invalid', 'There is no such kind of annotation.');
  end if;
  select * into v_ticket from media.upload_tickets where id = p_ticket for update;
  select * into v_asset from media.assets where id = p_ticket;
  if v_asset.id is not null and v_asset.uploaded_by = v_user then
    if v_asset.original_sha256 is distinct from v_sha256 then
      perform media.fail(409, 'ticket_used', 'This upload right was used for another file.', 'Add the file again.');
    end if;
    return media.upload_answer(v_asset);
  end if;
  if v_ticket.id is null or v_asset.id is not null or v_ticket.issued_to <> v_user then
    perform media.fail(404, 'not_found', 'There is no such upload right.', 'Add the file again.');
  end if;
  if v_ticket.completed_at is not null then
    perform media.fail(409, 'ticket_used', 'This upload right was used already.', 'Add the file again.');
  end if;
  if v_ticket.expires_at <= now() then
    perform media.fail(409, 'ticket_expired', 'The upload right ended before the upload was complete.', 'Add the file again.');
  end if;
  if p_reply_to is not null and not exists (
    select from media.assets where id = p_reply_to and state = 'ready' and (v_staff or purpose = 'voice_note' or uploaded_by = v_user)
  ) then
    perform media.fail(404, 'not_found', 'What this answers to does not exist any more.');
  end if;
  insert into media.assets (
    id, purpose, object_path, original_name, original_bytes, original_sha256, title, alt_text, source_url,
    uploaded_by, reply_to, annotate
  ) values (
    p_ticket, v_ticket.purpose, left(p_ticket::text, 2) || '/' || p_ticket || '/original',
    media.clean_name(p_original_name), p_original_bytes, v_sha256,
    left(trim(coalesce(p_title, '')), 300), left(trim(coalesce(p_alt_text, '')), 1000),
    case when length(p_source_url) <= 2000 then p_source_url end, v_user, p_reply_to,
    case
      when not v_staff then '{}'
      when p_annotate is null and v_ticket.purpose = 'annotation' then '{ocr,highlights}'::text[]
      else coalesce(p_annotate, '{}')
    end
  ) returning * into v_asset;
  perform media.defer('media', 'complete_upload', jsonb_build_object('asset', p_ticket),
    'complete_upload:' || p_ticket, 'complete_upload:' || p_ticket, now() + interval '60 seconds');
  return media.upload_answer(v_asset);
end $$;

-- What the service needs to look at an upload.
-- Security definer: one way to read for every caller of the service.
create function media.upload_of(p_asset uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_asset media.assets;
begin
  select * into v_asset from media.assets where id = p_asset;
  if v_asset.id is null then
    perform media.fail(404, 'not_found', 'There is no such upload.');
  end if;
  return media.upload_answer(v_asset) || jsonb_build_object(
    'uploaded_by', v_asset.uploaded_by, 'original_name', v_asset.original_name,
    'original_bytes', v_asset.original_bytes,
    'rejection', case when v_asset.rejection_code is not null then
      jsonb_build_object('code', v_asset.rejection_code, 'message', v_asset.rejection_message) end
  );
end $$;

-- The object was found good and is at its final path: the asset is ready. Answers the state that stands, which
-- is another one when somebody rejected it meanwhile, and which of the readings that came with it nobody can do:
-- no reason to lose an upload.
-- Security definer: the service writes no table directly.
create function media.finish_upload(p_asset uuid, p_facts jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_asset media.assets;
  v_ends timestamptz;
  v_readings jsonb := '[]';
begin
  select * into v_asset from media.assets where id = p_asset for no key update;
  if v_asset.id is null then
    perform media.fail(404, 'not_found', 'There is no such upload.');
  end if;
  if v_asset.state <> 'processing' then
    return jsonb_build_object('asset', p_asset, 'state', v_asset.state, 'refused', v_readings);
  end if;
  update media.assets set
    state = 'ready',
    kind = p_facts ->> 'kind', mime = p_facts ->> 'mime', bytes = (p_facts ->> 'bytes')::bigint,
    sha256 = lower(p_facts ->> 'sha256'), phash = p_facts ->> 'phash',
    width = (p_facts ->> 'width')::int, height = (p_facts ->> 'height')::int,
    duration = (p_facts ->> 'duration')::double precision, thumbhash = p_facts ->> 'thumbhash',
    -- A photo for reading is there for a while, until it is linked.
    expires_at = case when purpose = 'annotation' then now() + interval '14 days' end
  where id = p_asset
  returning * into v_asset;
  update media.upload_tickets set completed_at = now() where id = p_asset and completed_at is null
  returning expires_at into v_ends;
  perform media.audit('asset.uploaded', p_asset, null,
    jsonb_build_object('name', v_asset.original_name, 'kind', v_asset.kind, 'bytes', v_asset.bytes, 'purpose', v_asset.purpose),
    v_asset.uploaded_by);
  perform media.undefer('complete_upload:' || p_asset);
  perform media.defer('media', 'make_renditions', jsonb_build_object('asset', p_asset),
    'make_renditions:' || p_asset, 'make_renditions:' || p_asset);
  -- The signed URL still writes to the incoming path until it ends; what comes there then is swept up.
  perform media.outbox(array['incoming/' || p_asset], 'late upload', p_asset,
    greatest(coalesce(v_ends, now()), now()) + interval '5 minutes');
  if v_asset.annotate <> '{}' then
    v_readings := media.request_for(array[p_asset], v_asset.annotate, null, '', '', false, v_asset.uploaded_by, p_fall_back => true);
  end if;
  return jsonb_build_object('asset', p_asset, 'state', v_asset.state,
    'refused', jsonb_path_query_array(v_readings, '$[*] ? (@.ok == false)'));
end $$;

-- The object was looked at and refused. Both paths it may be at are written down for deletion; the answer
-- names them so that the caller can delete them at once. Answers the state that stands.
-- Security definer: the service writes no table directly.
create function media.reject_upload(p_asset uuid, p_code text, p_message text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_asset media.assets;
  v_ends timestamptz;
  v_deletions jsonb;
begin
  select * into v_asset from media.assets where id = p_asset for no key update;
  if v_asset.id is null then
    perform media.fail(404, 'not_found', 'There is no such upload.');
  end if;
  if v_asset.state <> 'processing' then
    return jsonb_build_object('asset', p_asset, 'state', v_asset.state, 'deletions', '[]'::jsonb);
  end if;
  update media.assets set state = 'rejected', rejection_code = left(p_code, 100), rejection_message = left(p_message, 1000)
  where id = p_asset;
  update media.upload_tickets set completed_at = now() where id = p_asset and completed_at is null
  returning expires_at into v_ends;
  perform media.audit('asset.rejected', p_asset, null,
    jsonb_build_object('name', v_asset.original_name, 'code', p_code, 'message', p_message), v_asset.uploaded_by);
  perform media.undefer('complete_upload:' || p_asset);
  v_deletions := media.outbox(array['incoming/' || p_asset, v_asset.object_path], 'rejected: ' || left(p_code, 100), p_asset);
  perform media.outbox(array['incoming/' || p_asset], 'late upload', p_asset,
    greatest(coalesce(v_ends, now()), now()) + interval '5 minutes');
  return jsonb_build_object('asset', p_asset, 'state', 'rejected', 'deletions', v_deletions);
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.lookup_upload(text) to authenticated;
grant execute on function media.begin_upload(uuid, text, bigint, text, text, text, text, uuid, text[]) to authenticated;
grant execute on function media.upload_of(uuid) to service_role;
grant execute on function media.finish_upload(uuid, jsonb) to service_role;
grant execute on function media.reject_upload(uuid, text, text) to service_role;
