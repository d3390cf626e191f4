-- People check what engines read: how sure an answer is, and what became of each look.

alter table media.annotations
  -- 0 (certain) to 1.
  add column uncertainty real check (uncertainty between 0 and 1),
  -- Counts decisions and their undoing: a decision names the one it saw.
  add column review_revision int not null default 0;

-- Least certain first; what is not checked yet is small beside all that was ever read.
create index annotations_to_review on media.annotations (uncertainty desc, finished_at, id)
  where state = 'done' and review_state = 'unreviewed';

-- Every decision, also one that was undone: what the numbers about engines are made of, and what undo goes back by.
create table media.reviews (
  id bigint generated always as identity primary key,
  -- Null once the asset is gone for good: how often people change an engine's answer stays known.
  annotation uuid references media.annotations (id) on delete set null,
  kind text not null,
  engine text not null,
  reviewer uuid references auth.users (id) on delete set null,
  decision text not null check (decision in ('accepted', 'fixed', 'rejected')),
  reason text not null default '' check (length(reason) <= 500),
  -- In numbers, what was changed; the two answers themselves stand in the annotation.
  difference jsonb,
  -- Looking at it, on the person's clock; half an hour is somebody who went away.
  seconds real check (seconds between 0 and 1800),
  -- The alt text that the decision gave the asset.
  alt_text text,
  decided_at timestamptz not null default clock_timestamp(),
  undone_at timestamptz
);
comment on table media.reviews is 'Decisions of moderators. The engine''s and the person''s answer stand in annotations.';

create index reviews_annotation on media.reviews (annotation) where annotation is not null;
create index reviews_by_person on media.reviews (reviewer, id desc) where undone_at is null;
create index reviews_by_engine on media.reviews (kind, engine, id desc) where undone_at is null;

alter table media.reviews enable row level security;

-- Staff see how answers were judged.
create policy "staff see reviews" on media.reviews
  for select to authenticated using ((select media.is_staff()));

-- How unsure an answer is: as much by its weakest part as by all of it, so that one unreadable line in a
-- clear page comes early. Captions and transcripts say nothing about it and stand in the middle; where nothing was
-- found there is little to look at. Whatever else stands in the answer is no reason to refuse it.
create function media.uncertainty_of(p_kind text, p_result jsonb)
returns real
language sql
immutable
set search_path = ''
as $$
  select coalesce((1 - (avg(sure) + min(sure)) / 2)::real,
    case when p_kind = 'caption' or jsonb_path_exists(p_result, '$.segments[0]') then 0.5 else 0.1 end)
  from (
    select least(1.0, greatest(0.0, (value #>> '{}')::numeric)) as sure
    from jsonb_path_query(p_result, case p_kind
      when 'ocr' then '$.lines[*].confidence'
      when 'highlights' then '$.passages[*].confidence'
      when 'transcript' then '$.segments[*].confidence'
      else '$.confidence'
    end::jsonpath) as value
    where jsonb_typeof(value) = 'number'
  ) as parts
$$;

create function media.note_uncertainty()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.uncertainty := media.uncertainty_of(new.kind, new.result);
  return new;
end $$;

create trigger annotations_uncertainty
  before insert or update of result on media.annotations
  for each row when (new.result is not null)
  execute function media.note_uncertainty();

update media.annotations set uncertainty = media.uncertainty_of(kind, result) where result is not null;

-- The calling person, who must be a moderator. Ops is another job, not a higher one.
create function media.need_moderator()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
begin
  if media.staff_role(v_user) <> 'moderator' then
    perform media.fail(403, 'forbidden', 'Only moderators review what was read.', 'Ask someone of ops to make you one.');
  end if;
  return v_user;
end $$;

-- One item as the page shows it. What it was read from is told with the paths to sign.
create function media.review_json(p_annotation media.annotations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'annotation', p_annotation.id, 'version', p_annotation.review_revision::text, 'kind', p_annotation.kind,
    'engine', p_annotation.engine, 'model', coalesce(nullif(p_annotation.answered_model, ''), p_annotation.model),
    'uncertainty', p_annotation.uncertainty, 'result', p_annotation.result,
    'finished_at', p_annotation.finished_at, 'claimed_until', p_annotation.claimed_until,
    'asset', jsonb_build_object(
      'id', a.id, 'kind', a.kind, 'title', coalesce(nullif(a.title, ''), a.original_name), 'alt_text', a.alt_text,
      'width', a.width, 'height', a.height, 'thumbhash', a.thumbhash, 'object_path', a.object_path,
      'large_path', (select object_path from media.renditions where asset = a.id and name = 'large')
    )
  )
  from media.assets as a
  where a.id = p_annotation.asset
$$;

-- Whether an answer still is the one to look at: the same engine may have read the picture again.
create function media.is_newest_answer(p_annotation media.annotations)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (
    select from media.annotations as newer
    where newer.asset = p_annotation.asset and newer.kind = p_annotation.kind and newer.engine = p_annotation.engine
      and newer.state = 'done' and newer.id <> p_annotation.id
      and (newer.finished_at, newer.id) > (p_annotation.finished_at, p_annotation.id)
  )
$$;

revoke execute on all functions in schema media from public;
grant select on media.reviews to authenticated, service_role;
