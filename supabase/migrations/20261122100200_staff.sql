-- Who is staff. Being signed in to the project is not being staff.

create table media.staff (
  user_id uuid primary key references auth.users (id) on delete cascade,
  role text not null check (role in ('staff', 'moderator', 'ops')),
  display_name text not null default '' check (length(display_name) <= 100),
  created_at timestamptz not null default now()
);
comment on table media.staff is 'People who work with the library. moderator and ops include the rights of staff.';

alter table media.staff enable row level security;

-- The role of a person, null for a stranger.
-- Security definer: called by people who may not read the table (strangers asking about themselves).
create function media.staff_role(p_user uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select role from media.staff where user_id = p_user
$$;

-- Whether the caller is staff of any role; what the policies ask.
-- Security definer: a policy on staff that read staff would ask itself without end.
create function media.is_staff()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (select from media.staff where user_id = (select auth.uid()))
$$;

-- The calling person, who must be staff.
create function media.need_staff()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
begin
  if media.staff_role(v_user) is null then
    perform media.fail(403, 'not_staff', 'You are signed in, but you are not a member of the media team.',
      'Ask someone of ops to add you.');
  end if;
  return v_user;
end $$;

-- The calling person, who must be ops.
create function media.need_ops()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := media.need_staff();
begin
  if media.staff_role(v_user) <> 'ops' then
    perform media.fail(403, 'forbidden', 'Only ops may do this.', 'Ask someone of ops.');
  end if;
  return v_user;
end $$;

-- How a person is called on the pages: the name staff gave, else the account's own, else the address.
-- Security definer: accounts are not readable for people.
create function media.person_name(p_user uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    nullif((select display_name from media.staff where user_id = p_user), ''),
    (
      select coalesce(
        nullif(raw_user_meta_data ->> 'display_name', ''),
        nullif(raw_user_meta_data ->> 'full_name', ''),
        nullif(raw_user_meta_data ->> 'name', ''),
        email
      )
      from auth.users
      where id = p_user
    )
  )
$$;

-- Who am I, for the header of every page. Strangers get a null role, not an error.
-- Security definer: strangers may not read staff.
create function media.whoami()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
begin
  return jsonb_build_object(
    'user_id', v_user,
    'email', (select email from auth.users where id = v_user),
    'role', media.staff_role(v_user),
    'display_name', media.person_name(v_user)
  );
end $$;

-- Staff see who else is staff.
create policy "staff see staff" on media.staff
  for select to authenticated using ((select media.is_staff()));

revoke execute on all functions in schema media from public;
grant select on media.staff to authenticated, service_role;
grant execute on function media.is_staff() to authenticated;
grant execute on function media.whoami() to authenticated;
