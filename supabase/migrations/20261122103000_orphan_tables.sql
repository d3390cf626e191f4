-- What clean-up knows besides the library itself: policies, kept assets, scans of Storage and what they found,
-- the weekly picture.

-- A profile photo of someone of the team is in use without any link.
alter table media.staff add column profile_asset uuid references media.assets (id) on delete set null;
create index staff_profile_asset on media.staff (profile_asset) where profile_asset is not null;

-- The perceptual hash in four parts, each with its number: two hashes that differ in six bits at most have a part
-- that differs in one at most, so that neighbours are found by an index.
create function media.phash_parts(p_phash text)
returns int[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when p_phash ~ '^[0-9a-f]{16}$' then array(
      select (part << 16) | (get_byte(decode(p_phash, 'hex'), part * 2) << 8) | get_byte(decode(p_phash, 'hex'), part * 2 + 1)
      from generate_series(0, 3) as part
    )
  end
$$;

alter table media.assets
  -- When the last link went, or when it came back from the trash.
  add column released_at timestamptz,
  add column unused_since timestamptz not null generated always as (coalesce(released_at, created_at)) stored,
  -- The beginning of sha256 as a number: copies of a million assets are grouped by it in a fraction of the time.
  add column sha256_key bigint generated always as (('x' || left(sha256, 16))::bit(64)::bigint) stored,
  add column phash_parts int[] generated always as (media.phash_parts(phash)) stored;

create function media.note_release()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.released_at := now();
  return new;
end $$;

create trigger assets_released
  before update of link_count, state on media.assets
  for each row when (old.link_count > 0 and new.link_count = 0 or old.state = 'trashed' and new.state = 'ready')
  execute function media.note_release();

-- Their conditions are those of media.orphans_sql, whose counts come from these indexes alone.
create index assets_orphans_unlinked on media.assets (unused_since, id) include (bytes, kind, uploaded_by)
  where state = 'ready' and not linked and expires_at is null and purpose in ('library', 'annotation') and reply_to is null;
create index assets_orphans_expired on media.assets (expires_at, id) include (bytes, kind, uploaded_by)
  where state = 'ready' and not linked and expires_at is not null and purpose in ('library', 'annotation') and reply_to is null;
create index assets_copies on media.assets (sha256_key, id) where state = 'ready' and purpose <> 'profile';
create index assets_alike on media.assets using gin (phash_parts) where state = 'ready';

-- False positives, marked for good.
create table media.kept_assets (
  asset uuid primary key references media.assets (id) on delete cascade,
  reason text not null check (length(reason) between 1 and 500),
  kept_by uuid references auth.users (id) on delete set null,
  kept_at timestamptz not null default now()
);
comment on table media.kept_assets is 'Assets that are no orphans though nothing uses them, and why.';
create index kept_assets_newest on media.kept_assets (kept_at desc, asset);

create table media.cleanup_policies (
  class text primary key check (class in (
    'unlinked', 'expired_annotation', 'abandoned_upload', 'ghost_object', 'broken_asset', 'stale_rendition', 'duplicate'
  )),
  place int not null,
  -- An orphan for shorter than this is left alone.
  grace interval not null check (grace >= interval '0'),
  -- How long what was cleaned up stays in the trash.
  retention interval not null check (retention >= interval '0'),
  mode text not null check (mode in ('automatic', 'manual', 'report')),
  revision int not null default 1,
  updated_at timestamptz not null default now(),
  updated_by uuid references auth.users (id) on delete set null,
  -- A machine can't choose which copy people mean, nor bring bytes back.
  constraint cleanup_policies_by_people check (mode <> 'automatic' or class not in ('duplicate', 'broken_asset'))
);
comment on table media.cleanup_policies is 'What happens to orphans of each class.';

insert into media.cleanup_policies (class, place, grace, retention, mode) values
  ('unlinked', 1, '30 days', '30 days', 'manual'),
  ('expired_annotation', 2, '0', '30 days', 'automatic'),
  ('duplicate', 3, '0', '30 days', 'report'),
  ('abandoned_upload', 4, '24 hours', '0', 'manual'),
  ('ghost_object', 5, '24 hours', '0', 'manual'),
  ('broken_asset', 6, '1 hour', '30 days', 'report'),
  ('stale_rendition', 7, '24 hours', '0', 'automatic');

create table media.cleanup_scans (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('objects', 'bytes')),
  state text not null default 'running' check (state in ('running', 'done', 'stopped', 'failed')),
  phase text not null check (phase in ('objects', 'rows', 'bytes')),
  -- The last object name or asset id that was looked at: where the next worker goes on.
  place text,
  -- Beside the names: the last asset whose rows were compared with them.
  asset_place uuid not null default '00000000-0000-0000-0000-000000000000',
  seen bigint not null default 0,
  expected bigint not null default 0,
  found bigint not null default 0,
  -- Of one go; the next goes on where it ended.
  seconds int check (seconds > 0),
  started_by uuid references auth.users (id) on delete set null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  finished_at timestamptz,
  error text
);
comment on table media.cleanup_scans is 'Looking through Storage and rows for what does not fit together.';
create unique index cleanup_scans_one_open on media.cleanup_scans (kind) where state = 'running';
create index cleanup_scans_newest on media.cleanup_scans (kind, started_at desc);

create table media.cleanup_findings (
  id bigint generated always as identity primary key,
  -- Null: noticed outside a scan.
  scan uuid references media.cleanup_scans (id) on delete cascade,
  class text not null check (class in ('abandoned_upload', 'ghost_object', 'broken_asset', 'stale_rendition')),
  path text not null,
  asset uuid,
  bytes bigint not null default 0,
  since timestamptz not null,
  stamp text,
  note text not null,
  found_at timestamptz not null default now()
);
comment on table media.cleanup_findings is 'What scans found; looked at again before anything is done.';
create index cleanup_findings_class on media.cleanup_findings (class, since, id);
create index cleanup_findings_size on media.cleanup_findings (class, bytes, id);
create index cleanup_findings_path on media.cleanup_findings (path);
create index cleanup_findings_scan on media.cleanup_findings (scan);

create table media.orphan_snapshots (
  day date not null,
  class text not null,
  count bigint not null,
  bytes bigint not null,
  primary key (day, class)
);
comment on table media.orphan_snapshots is 'How many orphans there were, day by day.';

alter table media.kept_assets enable row level security;
alter table media.cleanup_policies enable row level security;
alter table media.cleanup_scans enable row level security;
alter table media.cleanup_findings enable row level security;
alter table media.orphan_snapshots enable row level security;

-- Staff see what is kept, and why.
create policy "staff see kept" on media.kept_assets
  for select to authenticated using ((select media.is_staff()));
-- Staff see the policies.
create policy "staff see policies" on media.cleanup_policies
  for select to authenticated using ((select media.is_staff()));
-- Staff see the scans.
create policy "staff see scans" on media.cleanup_scans
  for select to authenticated using ((select media.is_staff()));
-- And what they found.
create policy "staff see findings" on media.cleanup_findings
  for select to authenticated using ((select media.is_staff()));
-- Staff see how it was.
create policy "staff see snapshots" on media.orphan_snapshots
  for select to authenticated using ((select media.is_staff()));

revoke execute on all functions in schema media from public;
grant select on media.kept_assets, media.cleanup_policies, media.cleanup_scans, media.cleanup_findings,
  media.orphan_snapshots to authenticated, service_role;
