-- Assets and their renditions, and the states an asset moves through.

create table media.assets (
  id uuid primary key,
  -- Unknown until the bytes were looked at.
  kind text check (kind in ('image', 'video', 'sound')),
  state text not null default 'processing'
    check (state in ('processing', 'ready', 'rejected', 'trashed', 'purging')),
  purpose text not null check (purpose in ('library', 'annotation', 'profile', 'voice_note')),
  object_path text not null,
  mime text,
  -- Of the stored object; 0 until the bytes were looked at. Sorted by, hence not null.
  bytes bigint not null default 0 check (bytes >= 0),
  original_bytes bigint not null default 0 check (original_bytes >= 0),
  original_name text not null default '' check (length(original_name) <= 255),
  -- Hex, of the stored bytes and of the file that was picked before it was compressed.
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  original_sha256 text check (original_sha256 ~ '^[0-9a-f]{64}$'),
  phash text check (length(phash) <= 64),
  width int check (width > 0),
  height int check (height > 0),
  duration double precision check (duration >= 0),
  thumbhash text check (length(thumbhash) <= 100),
  title text not null default '' check (length(title) <= 300),
  alt_text text not null default '' check (length(alt_text) <= 1000),
  source_url text check (length(source_url) <= 2000),
  uploaded_by uuid references auth.users (id) on delete set null,
  reply_to uuid references media.assets (id) on delete set null,
  -- Maintained by the triggers on links.
  link_count int not null default 0 check (link_count >= 0),
  -- What the partial index asks: only a change between none and some touches the indexes.
  linked boolean not null generated always as (link_count > 0) stored,
  -- What the library sorts by; same order on every machine, hence "C".
  listed_title text collate "C" not null
    generated always as (lower(left(coalesce(nullif(title, ''), original_name), 100))) stored,
  -- What it is found by, and whether something was read from it; kept by triggers (search_words).
  words tsvector not null default '',
  has_text boolean not null default false,
  -- Kinds of annotation to request once the upload is there.
  annotate text[] check (annotate <@ array['ocr', 'highlights', 'caption', 'transcript']),
  rejection_code text,
  rejection_message text,
  -- Counts the edits of title and alt text; an edit names the one it saw.
  revision int not null default 1,
  expires_at timestamptz,
  trashed_at timestamptz,
  purge_after timestamptz,
  created_at timestamptz not null default now(),
  constraint assets_kind_known check (kind is not null or state in ('processing', 'rejected')),
  -- Whatever raced with whatever: nothing that is linked is anything but ready.
  constraint assets_linked_is_ready check (link_count = 0 or state = 'ready')
) with (fillfactor = 90);  -- room on the page for a counter that changes
comment on table media.assets is
  'One image, video or sound. processing -> ready | rejected; ready <-> trashed; trashed -> purging -> gone.';

-- The library's lists: each order over what is ready, and the filters people combine with an order. What goes
-- together in life (sounds are small, videos large, names of a phone alike) makes a walk along an order's index
-- skip hundreds of thousands of rows; hence an index for filter and order. The trailing columns let a second
-- filter be decided in the index, without a look at the row.
create index assets_newest on media.assets (created_at, id, kind, purpose, uploaded_by) where state = 'ready';
create index assets_size on media.assets (bytes, id, kind, purpose, uploaded_by) where state = 'ready';
create index assets_title on media.assets (listed_title, id, kind, purpose, uploaded_by) where state = 'ready';
create index assets_kind on media.assets (kind, created_at, id, purpose, uploaded_by) where state = 'ready';
create index assets_kind_size on media.assets (kind, bytes, id, purpose, uploaded_by) where state = 'ready';
create index assets_kind_title on media.assets (kind, listed_title, id) where state = 'ready';
create index assets_purpose on media.assets (purpose, created_at, id, kind, uploaded_by) where state = 'ready';
create index assets_purpose_size on media.assets (purpose, bytes, id, kind) where state = 'ready';
create index assets_uploader on media.assets (uploaded_by, created_at, id, kind, purpose, state);
create index assets_uploader_size on media.assets (uploaded_by, bytes, id, kind, purpose) where state = 'ready';
create index assets_uploader_title on media.assets (uploaded_by, listed_title, id) where state = 'ready';
create index assets_unlinked on media.assets (created_at, id, kind, purpose, uploaded_by)
  where state = 'ready' and not linked;
create index assets_unlinked_size on media.assets (bytes, id, kind, purpose, uploaded_by)
  where state = 'ready' and not linked;
-- The few that are not ready: trash, rejected, under way.
create index assets_not_ready on media.assets (state, created_at, id) where state <> 'ready';
create index assets_not_ready_size on media.assets (state, bytes, id) where state <> 'ready';
create index assets_not_ready_title on media.assets (state, listed_title, id) where state <> 'ready';
create index assets_sha256 on media.assets (sha256);
create index assets_original_sha256 on media.assets (original_sha256);
create index assets_reply_to on media.assets (reply_to) where reply_to is not null;
create index assets_expires on media.assets (expires_at) where expires_at is not null;
create index assets_purge_after on media.assets (purge_after) where purge_after is not null;

create function media.guard_asset_state()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if (old.state, new.state) not in (
    ('processing', 'ready'), ('processing', 'rejected'),
    ('ready', 'trashed'), ('trashed', 'ready'), ('trashed', 'purging')
  ) then
    perform media.fail(409, 'stale', format('A %s asset can''t become %s.', old.state, new.state),
      'Load the page again to see how it stands.');
  end if;
  if new.state = 'trashed' then
    new.trashed_at := now();
    new.purge_after := coalesce(new.purge_after, now() + interval '30 days');
  elsif new.state = 'ready' then
    new.trashed_at := null;
    new.purge_after := null;
  end if;
  return new;
end $$;

create trigger assets_move_only_as_drawn
  before update of state on media.assets
  for each row when (old.state is distinct from new.state)
  execute function media.guard_asset_state();

create function media.guard_asset_end()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.state not in ('purging', 'rejected') then
    perform media.fail(409, 'stale', format('A %s asset can''t be removed for good.', old.state),
      'Move it to the trash first.');
  end if;
  return old;
end $$;

create trigger assets_end_only_purged
  before delete on media.assets
  for each row execute function media.guard_asset_end();

-- Locks assets against every other change, always in the same order, so that two calls on overlapping sets
-- wait for each other and never deadlock. Whoever needs entries of knowledge too locks those first, and
-- annotations last.
create function media.lock_assets(p_assets uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from media.assets where id = any (p_assets) order by id for no key update;
end $$;

-- An asset in words, for messages.
create function media.asset_label(p_asset media.assets)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(nullif(p_asset.title, ''), nullif(p_asset.original_name, ''), 'this ' || coalesce(p_asset.kind, 'file'))
$$;

create table media.renditions (
  asset uuid not null references media.assets (id) on delete cascade,
  name text not null check (name in ('thumb', 'card', 'large', 'og', 'poster', 'waveform')),
  object_path text not null,
  mime text not null,
  width int check (width > 0),
  height int check (height > 0),
  bytes bigint not null check (bytes >= 0),
  created_at timestamptz not null default now(),
  primary key (asset, name)
);
comment on table media.renditions is 'Files derived from an asset; they can be made again from it.';

-- The asset an object belongs to by its path; null for a path that is not one of ours.
create function media.asset_of_path(p_name text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when p_name ~ '^([0-9a-f]{2})/\1[0-9a-f]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[a-z]+$'
    then split_part(p_name, '/', 2)::uuid
  end
$$;

alter table media.assets enable row level security;
alter table media.renditions enable row level security;

-- Staff see the whole library.
create policy "staff see assets" on media.assets
  for select to authenticated using ((select media.is_staff()));
-- Everyone else sees what they uploaded themselves.
create policy "owners see their assets" on media.assets
  for select to authenticated using (uploaded_by = (select auth.uid()));
-- Staff see the renditions of the whole library.
create policy "staff see renditions" on media.renditions
  for select to authenticated using ((select media.is_staff()));
-- Owners see the renditions of their own assets.
create policy "owners see their renditions" on media.renditions
  for select to authenticated using (
    exists (select from media.assets where assets.id = renditions.asset and assets.uploaded_by = (select auth.uid()))
  );

revoke execute on all functions in schema media from public;
grant select on media.assets, media.renditions to authenticated, service_role;
