-- The three verbs of a moderator, and taking the last one back.

-- An approved caption becomes the alt text of a picture that has none; a person's own words stay.
-- Answers the text that was set, else null. The asset is locked by the caller.
create function media.adopt_alt_text(p_asset uuid, p_result jsonb)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_text text := left(trim(coalesce(p_result ->> 'alt_text', '')), 1000);
begin
  update media.assets set alt_text = v_text, revision = revision + 1
  where id = p_asset and trim(alt_text) = '' and v_text <> '';
  if not found then
    return null;
  end if;
  perform media.audit('asset.edited', p_asset, null, jsonb_build_object(
    'before', jsonb_build_object('alt_text', ''), 'after', jsonb_build_object('alt_text', v_text)));
  return v_text;
end $$;

create function media.check_decision(p_kind text, p_decision text, p_result jsonb, p_reason text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_decision is null or p_decision not in ('accepted', 'fixed', 'rejected') then
    perform media.fail(422, 'invalid', 'A decision is accepted, fixed or rejected.');
  elsif p_decision = 'rejected' and trim(coalesce(p_reason, '')) = '' then
    perform media.fail(422, 'invalid', 'Say why it is rejected.', 'A few words are enough.');
  elsif length(p_reason) > 500 then
    perform media.fail(422, 'invalid', 'A reason has at most 500 characters.', 'Make it shorter.');
  elsif (p_decision = 'fixed') <> (p_result is not null) then
    perform media.fail(422, 'invalid', 'A corrected answer comes with "fixed", and only with it.');
  elsif p_result is not null and (
    jsonb_typeof(p_result) <> 'object' or octet_length(p_result::text) > 8 * 1024 * 1024
    or case p_kind
      when 'ocr' then jsonb_typeof(p_result -> 'lines') is distinct from 'array'
        or jsonb_typeof(p_result -> 'text') is distinct from 'string'
      when 'highlights' then jsonb_typeof(p_result -> 'passages') is distinct from 'array'
      when 'transcript' then jsonb_typeof(p_result -> 'segments') is distinct from 'array'
        or jsonb_typeof(p_result -> 'text') is distinct from 'string'
      when 'caption' then coalesce(length(p_result ->> 'alt_text'), 0) not between 1 and 150
      else false
    end
  ) then
    perform media.fail(422, 'invalid', 'The corrected answer is not of the shape of its kind.');
  end if;
end $$;

-- Accept, fix and accept, or reject, as seen at p_version. Refused with what happened when it changed meanwhile.
-- The engine's answer stays; the corrected one stands beside it and is what search and pages use from now on.
-- Security definer: people write no table directly.
create function media.decide_review(
  p_annotation uuid, p_decision text, p_result jsonb default null, p_reason text default null,
  p_version text default null, p_seconds double precision default null, p_difference jsonb default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_moderator();
  v_item media.annotations;
  v_refusal jsonb;
  v_alt_text text;
begin
  perform media.lock_assets(array(select asset from media.annotations where id = p_annotation));
  select * into v_item from media.annotations where id = p_annotation for no key update;
  v_refusal := media.review_refusal(p_annotation, v_user);
  if v_refusal is null and v_item.review_revision::text is distinct from p_version then
    v_refusal := media.item_error('stale', 'It was decided and taken back meanwhile.', 'Look at it again, then decide.');
  end if;
  if v_refusal is not null then
    perform media.fail(case v_refusal ->> 'code' when 'not_found' then 404 else 409 end,
      v_refusal ->> 'code', v_refusal ->> 'message', v_refusal ->> 'hint');
  end if;
  perform media.check_decision(v_item.kind, p_decision, p_result, p_reason);
  update media.annotations set
    review_state = p_decision, reviewed_result = p_result, reviewer = v_user, reviewed_at = clock_timestamp(),
    review_revision = review_revision + 1, claimed_by = null, claimed_until = null
  where id = p_annotation
  returning * into v_item;
  if v_item.kind = 'caption' and p_decision <> 'rejected' then
    v_alt_text := media.adopt_alt_text(v_item.asset, coalesce(v_item.reviewed_result, v_item.result));
  end if;
  insert into media.reviews (annotation, kind, engine, reviewer, decision, reason, difference, seconds, alt_text)
  values (v_item.id, v_item.kind, v_item.engine, v_user, p_decision, trim(coalesce(p_reason, '')), p_difference,
    case when p_seconds is not null then least(1800, greatest(0, p_seconds)) end, v_alt_text);
  perform media.audit('annotation.reviewed', v_item.asset, null, jsonb_build_object(
    'annotation', v_item.id, 'kind', v_item.kind, 'engine', v_item.engine, 'decision', p_decision,
    'reason', trim(coalesce(p_reason, '')), 'difference', p_difference));
  return jsonb_build_object('annotation', v_item.id, 'review_state', v_item.review_state,
    'version', v_item.review_revision::text, 'alt_text', v_alt_text);
end $$;

-- Takes the person's last decision back and hands them the item again, with what they had made of it.
-- Security definer: people write no table directly.
create function media.undo_review()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_moderator();
  v_last media.reviews;
  v_item media.annotations;
  v_before media.annotations;
  v_asset text;
begin
  select * into v_last from media.reviews
  where reviewer = v_user and undone_at is null order by id desc limit 1;
  if v_last.id is null then
    perform media.fail(404, 'not_found', 'There is no decision of yours to take back.');
  end if;
  perform media.lock_assets(array(select asset from media.annotations where id = v_last.annotation));
  select * into v_before from media.annotations where id = v_last.annotation for no key update;
  select state into v_asset from media.assets where id = v_before.asset;
  if v_before.id is null or v_asset = 'purging' then
    perform media.fail(404, 'not_found', 'What your last decision was about was removed for good.');
  elsif v_asset <> 'ready' then
    perform media.fail(409, 'asset_trashed', 'What your last decision was about is in the trash.', 'Restore it first.');
  end if;
  -- Undone by the same person in another tab meanwhile: the lock above was waited for.
  update media.reviews set undone_at = clock_timestamp() where id = v_last.id and undone_at is null;
  if not found or v_before.reviewer is distinct from v_user or v_before.review_state <> v_last.decision then
    perform media.fail(409, 'stale', 'It was taken back already.', 'Go on with what is shown.');
  end if;
  update media.annotations set
    review_state = 'unreviewed', reviewed_result = null, reviewer = null, reviewed_at = null,
    review_revision = review_revision + 1, claimed_by = v_user,
    claimed_until = clock_timestamp() + interval '5 minutes'
  where id = v_before.id
  returning * into v_item;
  if v_last.alt_text is not null then
    update media.assets set alt_text = '', revision = revision + 1
    where id = v_item.asset and alt_text = v_last.alt_text;
    if found then
      perform media.audit('asset.edited', v_item.asset, null, jsonb_build_object(
        'before', jsonb_build_object('alt_text', v_last.alt_text), 'after', jsonb_build_object('alt_text', '')));
    end if;
  end if;
  perform media.audit('annotation.review_undone', v_item.asset, null, jsonb_build_object(
    'annotation', v_item.id, 'kind', v_item.kind, 'engine', v_item.engine, 'decision', v_last.decision));
  return jsonb_build_object('item', media.review_json(v_item), 'decision', v_last.decision, 'reason', v_last.reason,
    'reviewed_result', v_before.reviewed_result);
end $$;

-- One item of the queue by its id, with the engine's answer; claims nothing.
-- Security definer: the check is made once, not for every row.
create function media.get_review(p_annotation uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_item media.annotations;
begin
  perform media.need_moderator();
  select * into v_item from media.annotations where id = p_annotation and state = 'done';
  if v_item.id is null then
    perform media.fail(404, 'not_found', 'What it was read from was removed for good meanwhile.', 'Go on with the next one.');
  end if;
  return media.review_json(v_item);
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.decide_review(uuid, text, jsonb, text, text, double precision, jsonb) to authenticated;
grant execute on function media.undo_review() to authenticated;
grant execute on function media.get_review(uuid) to authenticated;
