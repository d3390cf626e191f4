-- Clean-up: a frozen plan and what became of each of its items. The functions come with the clean-up itself.

create table media.cleanup_runs (
  id uuid primary key default gen_random_uuid(),
  classes text[] not null,
  -- What happens to assets; objects are always deleted, copies always merged into the one kept.
  action text not null default 'trash' check (action in ('trash', 'purge')),
  options jsonb not null default '{}',
  state text not null default 'planned'
    check (state in ('planning', 'planned', 'running', 'paused', 'stopped', 'done')),
  -- While it is planning: number of the class, since and key of the last item that is in it.
  place jsonb,
  -- Why it was paused or stopped, in words.
  reason text,
  -- By the schedule and the policies, not by a person.
  automatic boolean not null default false,
  planned_by uuid references auth.users (id) on delete set null,
  planned_at timestamptz not null default now(),
  confirmed_by uuid references auth.users (id) on delete set null,
  started_at timestamptz,
  finished_at timestamptz,
  -- Counted along, so that looking on costs nothing however large the plan is. All but items and bytes are of
  -- those not excluded.
  items int not null default 0,
  bytes bigint not null default 0,
  excluded int not null default 0,
  excluded_bytes bigint not null default 0,
  done int not null default 0,
  skipped int not null default 0,
  failed int not null default 0,
  done_bytes bigint not null default 0
);
comment on table media.cleanup_runs is 'A frozen plan and its run.';

create index cleanup_runs_planned_at on media.cleanup_runs (planned_at desc, id desc);
create index cleanup_runs_open on media.cleanup_runs (state) where state in ('planning', 'running');

create table media.cleanup_items (
  id bigint generated always as identity primary key,
  run uuid not null references media.cleanup_runs (id) on delete cascade,
  class text not null check (class in (
    'unlinked', 'expired_annotation', 'abandoned_upload', 'ghost_object', 'broken_asset', 'stale_rendition', 'duplicate',
    'trashed'
  )),
  action text not null default 'trash' check (action in ('trash', 'purge', 'merge', 'delete')),
  -- No foreign key: the report outlives what was cleaned up.
  asset uuid,
  object_path text,
  title text not null default '',
  reason jsonb not null default '{}',
  bytes bigint not null default 0,
  -- Since when nothing uses it. Another value at the moment of the deed: it was used meanwhile.
  last_used_at timestamptz,
  -- Which writing of the object was seen.
  stamp text,
  -- The copy that stays.
  keep uuid,
  excluded boolean not null default false,
  -- Handed to Storage, whose answer settles it.
  sent boolean not null default false,
  state text not null default 'planned' check (state in ('planned', 'done', 'skipped', 'failed')),
  outcome_code text,
  outcome text,
  touched_at timestamptz,
  constraint cleanup_items_about_something check (asset is not null or object_path is not null),
  -- Skipped and failed say why.
  constraint cleanup_items_say_why check (state in ('planned', 'done') or outcome is not null)
);
comment on table media.cleanup_items is 'One item of a plan: planned -> done | skipped(reason) | failed(error).';

create index cleanup_items_run on media.cleanup_items (run, state, id);
create index cleanup_items_asset on media.cleanup_items (asset) where asset is not null;

alter table media.cleanup_runs enable row level security;
alter table media.cleanup_items enable row level security;

-- Staff may look at every run.
create policy "staff see runs" on media.cleanup_runs
  for select to authenticated using ((select media.is_staff()));
-- And at what became of each item.
create policy "staff see items" on media.cleanup_items
  for select to authenticated using ((select media.is_staff()));

grant select on media.cleanup_runs, media.cleanup_items to authenticated, service_role;
