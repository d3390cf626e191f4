-- What engines read out of assets, and what people made of it.

create table media.annotations (
  id uuid primary key default gen_random_uuid(),
  asset uuid not null references media.assets (id) on delete cascade,
  kind text not null check (kind in ('ocr', 'highlights', 'caption', 'transcript')),
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  engine text not null check (length(engine) between 1 and 50),
  -- As asked for ('' is the engine's default) and as the engine said that answered.
  model text not null default '' check (length(model) <= 100),
  answered_model text check (length(answered_model) <= 100),
  prompt_version text not null default '' check (length(prompt_version) <= 50),
  -- The language a caption is to be in, BCP 47; '' is the picture's own.
  language text not null default '' check (length(language) <= 35),
  -- The engine's own answer; a correction stands beside it in reviewed_result.
  result jsonb,
  error_code text,
  error_message text,
  attempts int not null default 0,
  seconds double precision check (seconds >= 0),
  tokens jsonb,
  -- US dollars: what it is expected to cost while it is open, and what all its attempts did cost.
  expected_cost numeric not null default 0 check (expected_cost >= 0),
  cost numeric check (cost >= 0),
  review_state text not null default 'unreviewed'
    check (review_state in ('unreviewed', 'accepted', 'fixed', 'rejected')),
  reviewed_result jsonb,
  reviewer uuid references auth.users (id) on delete set null,
  reviewed_at timestamptz,
  -- A moderator looks at it until then.
  claimed_by uuid references auth.users (id) on delete set null,
  claimed_until timestamptz,
  -- The annotation of the same bytes whose answer this one repeats.
  reused_from uuid references media.annotations (id) on delete set null,
  requested_by uuid references auth.users (id) on delete set null,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint annotations_done_has_result check (state <> 'done' or result is not null)
);
comment on table media.annotations is 'One reading of one asset by one engine. The engine''s result never changes.';

-- One at a time: a second request joins the one that is under way.
create unique index annotations_one_open on media.annotations (asset, kind, engine)
  where state in ('queued', 'running');
create index annotations_asset on media.annotations (asset, kind);
create index annotations_open on media.annotations (requested_at) where state in ('queued', 'running');
-- What answers cost lately, for what the next one will.
create index annotations_costs on media.annotations (engine, model, kind, finished_at desc)
  where state = 'done' and cost is not null;
create index annotations_reused_from on media.annotations (reused_from) where reused_from is not null;

create function media.guard_annotation_result()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.fail(409, 'stale', 'What an engine answered is never overwritten.', 'Request a new reading instead.');
  return null;
end $$;

create trigger annotations_result_stands
  before update of result on media.annotations
  for each row when (old.result is not null and new.result is distinct from old.result)
  execute function media.guard_annotation_result();

-- What counts as read from an asset: per kind the newest answer, a reviewed one first, a rejected one never;
-- the correction where there is one.
create function media.standing_annotations(p_asset uuid)
returns table (id uuid, kind text, result jsonb, reviewed boolean)
language sql
stable
rows 2
set search_path = ''
as $$
  select distinct on (kind) id, kind, coalesce(reviewed_result, result), review_state in ('accepted', 'fixed')
  from media.annotations
  where asset = p_asset and state = 'done' and review_state <> 'rejected'
  order by kind, review_state in ('accepted', 'fixed') desc, finished_at desc, id
$$;

alter table media.annotations enable row level security;

-- Staff see every annotation.
create policy "staff see annotations" on media.annotations
  for select to authenticated using ((select media.is_staff()));
-- Owners see what was read from their own assets.
create policy "owners see their annotations" on media.annotations
  for select to authenticated using (
    exists (select from media.assets where assets.id = annotations.asset and assets.uploaded_by = (select auth.uid()))
  );

revoke execute on all functions in schema media from public;
grant select on media.annotations to authenticated, service_role;
