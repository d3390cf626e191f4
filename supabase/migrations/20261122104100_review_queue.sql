-- Who looks at what: the queue of answers that nobody checked, and claims that end by themselves.

create function media.need_kinds(p_kinds text[])
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_kinds is null or p_kinds = '{}' or not p_kinds <@ array['ocr', 'highlights', 'caption', 'transcript'] then
    perform media.fail(422, 'invalid', 'Say which of ocr, highlights, caption, transcript to review.');
  end if;
end $$;

-- The next items for this moderator, least certain first, claimed for five minutes. What someone else holds is
-- passed over, also while they are just being given it. Some are claimed ahead, so that the next picture is
-- loaded when the person comes to it and nobody else has it then.
-- Security definer: people write no table directly.
create function media.claim_next_review(
  p_kinds text[] default '{ocr,highlights,caption,transcript}', p_skip uuid[] default '{}', p_count int default 1
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_moderator();
  v_items jsonb;
begin
  perform media.need_kinds(p_kinds);
  perform media.need_list(coalesce(p_skip, '{}'), 1000);
  with free as materialized (
    select n.id
    from media.annotations as n
    join media.assets as a on a.id = n.asset
    where n.state = 'done' and n.review_state = 'unreviewed' and n.kind = any (p_kinds) and a.state = 'ready'
      and (n.claimed_until is null or n.claimed_until <= clock_timestamp() or n.claimed_by = v_user)
      and n.id <> all (coalesce(p_skip, '{}'))
      and media.is_newest_answer(n)
    order by n.uncertainty desc, n.finished_at, n.id
    limit greatest(1, least(coalesce(p_count, 1), 10))
    for no key update of n skip locked
  ), claimed as (
    update media.annotations as n set
      claimed_by = v_user, claimed_until = clock_timestamp() + interval '5 minutes'
    from free
    where n.id = free.id
    returning n as item, n.uncertainty, n.finished_at, n.id
  )
  select jsonb_agg(media.review_json(item) order by uncertainty desc, finished_at, id)
  into v_items
  from claimed;
  return coalesce(v_items, '[]');
end $$;

-- The person is still at it: what they hold is theirs for five more minutes. What is not theirs any more, or
-- not to be decided any more, is answered with the reason, so that the page can put it aside.
-- Security definer: people write no table directly.
create function media.hold_reviews(p_annotations uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_moderator();
begin
  perform media.need_list(p_annotations, 100);
  -- In one order: two tabs of one person must not wait for each other.
  perform from media.annotations
  where id = any (p_annotations) and claimed_by = v_user
  order by id for no key update;
  update media.annotations set claimed_until = clock_timestamp() + interval '5 minutes'
  where id = any (p_annotations) and claimed_by = v_user and review_state = 'unreviewed';
  return coalesce((
    select jsonb_agg(jsonb_build_object('annotation', wanted.id, 'held', media.review_refusal(wanted.id, v_user) is null,
      'error', media.review_refusal(wanted.id, v_user)) order by wanted.place)
    from unnest(p_annotations) with ordinality as wanted (id, place)
  ), '[]');
end $$;

-- Why a person can't decide on an item now: what happened to it meanwhile, as an error, or null.
create function media.review_refusal(p_annotation uuid, p_user uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_item media.annotations;
  v_asset text;
begin
  select * into v_item from media.annotations where id = p_annotation;
  select state into v_asset from media.assets where id = v_item.asset;
  return case
    when v_item.id is null then
      media.item_error('not_found', 'What it was read from was removed for good meanwhile.', 'Go on with the next one.')
    when v_asset = 'trashed' then
      media.item_error('asset_trashed', 'What it was read from was moved to the trash meanwhile.', 'Restore it first, or go on with the next one.')
    when v_asset <> 'ready' then
      media.item_error('asset_purging', 'What it was read from is being removed for good.', 'Go on with the next one.')
    when v_item.state <> 'done' then
      media.item_error('invalid', 'It is still being read.', 'Wait until it is done.')
    when v_item.review_state <> 'unreviewed' then
      media.item_error('stale', format('%s %s it at %s UTC.', coalesce(media.person_name(v_item.reviewer), 'Someone'),
        case v_item.review_state when 'fixed' then 'corrected and accepted' else v_item.review_state end,
        to_char(v_item.reviewed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')), 'Go on with the next one.')
    when not media.is_newest_answer(v_item) then
      media.item_error('stale', 'It was read again meanwhile; the newer answer is in the queue.', 'Go on with the next one.')
    when v_item.claimed_by <> p_user and v_item.claimed_until > clock_timestamp() then
      media.item_error('stale', format('%s looks at it now: it was given on after five minutes.',
        coalesce(media.person_name(v_item.claimed_by), 'Someone')), 'Go on with the next one.')
  end;
end $$;

-- Gives items back for others: skipped, or the page was left.
-- Security definer: people write no table directly.
create function media.release_reviews(p_annotations uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_moderator();
  v_released int;
begin
  perform media.need_list(p_annotations, 1000);
  perform from media.annotations
  where id = any (p_annotations) and claimed_by = v_user
  order by id for no key update;
  update media.annotations set claimed_by = null, claimed_until = null
  where id = any (p_annotations) and claimed_by = v_user;
  get diagnostics v_released = row_count;
  return jsonb_build_object('released', v_released);
end $$;

-- How it goes: what waits, and per kind and engine how often people change an answer and how long they take.
-- Counted over the newest 2,000 decisions of each; what waits is counted up to 10,000.
-- Security definer: the check is made once, not for every row.
create function media.review_stats()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
begin
  return (
    with waiting as (
      select n.kind, n.engine
      from media.annotations as n
      join media.assets as a on a.id = n.asset
      where n.state = 'done' and n.review_state = 'unreviewed'
        and a.state = 'ready' and media.is_newest_answer(n)
      limit 10001
    ), backlog as (
      select kind, engine, count(*) as waiting from waiting group by kind, engine
    ), engines as (
      select kind, engine from backlog union select kind, engine from media.reviews where undone_at is null
    ), judged as (
      select e.kind, e.engine, count(r.id) as decided,
        count(r.id) filter (where r.decision = 'accepted') as accepted,
        count(r.id) filter (where r.decision = 'fixed') as fixed,
        count(r.id) filter (where r.decision = 'rejected') as rejected,
        percentile_cont(0.5) within group (order by r.seconds) as seconds
      from engines as e
      left join lateral (
        select * from media.reviews
        where kind = e.kind and engine = e.engine and undone_at is null
        order by id desc
        limit 2000
      ) as r on true
      group by e.kind, e.engine
    )
    select jsonb_build_object(
      'backlog', least(10000, (select count(*) from waiting)),
      'backlog_exact', (select count(*) from waiting) <= 10000,
      'mine_today', (
        select count(*) from media.reviews
        where reviewer = v_user and undone_at is null and decided_at >= date_trunc('day', now())
      ),
      'engines', coalesce((
        select jsonb_agg(jsonb_build_object('kind', j.kind, 'engine', j.engine, 'backlog', coalesce(b.waiting, 0),
          'decided', j.decided, 'accepted', j.accepted, 'fixed', j.fixed, 'rejected', j.rejected,
          'median_seconds', round(j.seconds::numeric, 1)) order by j.kind, j.engine)
        from judged as j left join backlog as b on b.kind = j.kind and b.engine = j.engine
      ), '[]')
    )
  );
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.claim_next_review(text[], uuid[], int) to authenticated;
grant execute on function media.hold_reviews(uuid[]) to authenticated;
grant execute on function media.release_reviews(uuid[]) to authenticated;
grant execute on function media.review_stats() to authenticated;
