-- Sessions of the dashboard. The cookie holds a secret; here stand its hash and the tokens, sealed with a key
-- that only the cookie holds: who reads this table can't sign in with it.

create table media.sessions (
  id text primary key check (id ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references auth.users (id) on delete cascade,
  sealed text not null check (length(sealed) <= 32768),
  access_expires timestamptz not null,
  expires timestamptz not null,
  version int not null default 1,
  -- Someone refreshes the tokens until then; refresh tokens rotate, a second refresh would end the session.
  refreshing_until timestamptz,
  created_at timestamptz not null default now()
);
comment on table media.sessions is 'Dashboard sessions; for the service only.';

create index sessions_user on media.sessions (user_id);
create index sessions_expires on media.sessions (expires);

-- Security definer: the service writes no table directly.
create function media.session_put(p_id text, p_user uuid, p_sealed text, p_access_expires timestamptz, p_expires timestamptz)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from media.sessions where expires < now();
  insert into media.sessions (id, user_id, sealed, access_expires, expires)
  values (p_id, p_user, p_sealed, p_access_expires, p_expires);
end $$;

-- Security definer: nobody reads the table directly.
create function media.session_get(p_id text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('sealed', sealed, 'user', user_id, 'access_expires', access_expires, 'expires', expires, 'version', version)
  from media.sessions
  where id = p_id and expires > now()
$$;

-- True for exactly one caller per version; the others read again in a moment. A claim ends by itself.
-- Security definer: the service writes no table directly.
create function media.session_claim_refresh(p_id text, p_version int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update media.sessions set refreshing_until = now() + interval '20 seconds'
  where id = p_id and version = p_version and expires > now()
    and (refreshing_until is null or refreshing_until < now());
  return found;
end $$;

-- The refreshed tokens. False when the session ended or was refreshed by someone else.
-- Security definer: the service writes no table directly.
create function media.session_update(p_id text, p_sealed text, p_access_expires timestamptz, p_version int)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update media.sessions set
    sealed = p_sealed, access_expires = p_access_expires, version = version + 1, refreshing_until = null
  where id = p_id and version = p_version;
  return found;
end $$;

-- Security definer: the service writes no table directly.
create function media.session_drop(p_id text)
returns void
language sql
security definer
set search_path = ''
as $$
  delete from media.sessions where id = p_id
$$;

-- No policies: nobody but the functions reads it.
alter table media.sessions enable row level security;

revoke execute on all functions in schema media from public;
grant execute on function media.session_put(text, uuid, text, timestamptz, timestamptz) to service_role;
grant execute on function media.session_get(text) to service_role;
grant execute on function media.session_claim_refresh(text, int) to service_role;
grant execute on function media.session_update(text, text, timestamptz, int) to service_role;
grant execute on function media.session_drop(text) to service_role;
