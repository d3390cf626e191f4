-- Who is on the team: seen by staff, changed by ops. There is always someone of ops left.

-- Security definer: addresses of accounts are not readable for people.
create function media.staff_list()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return coalesce((
    select jsonb_agg(jsonb_build_object('user_id', s.user_id, 'email', u.email,
      'display_name', media.person_name(s.user_id), 'role', s.role) order by lower(media.person_name(s.user_id)), s.user_id)
    from media.staff as s left join auth.users as u on u.id = s.user_id
  ), '[]');
end $$;

-- Refuses when nobody but this person is ops; holds off a second change until this one is committed.
create function media.need_other_ops(p_user uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from media.staff where role = 'ops' order by user_id for update;
  if exists (select from media.staff where user_id = p_user and role = 'ops')
    and not exists (select from media.staff where user_id <> p_user and role = 'ops') then
    perform media.fail(409, 'last_ops', 'This is the only person of ops.', 'Make someone else ops first.');
  end if;
end $$;

-- Adds a person to the team or changes their role. A null name keeps the one that is there.
-- Security definer: people write no table directly.
create function media.set_staff(p_user uuid, p_role text, p_display_name text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before text;
begin
  perform media.need_ops();
  if p_role is null or p_role not in ('staff', 'moderator', 'ops') then
    perform media.fail(422, 'invalid', format('There is no role %L.', left(p_role, 50)));
  elsif length(p_display_name) > 100 then
    perform media.fail(422, 'invalid', 'A name has at most 100 characters.');
  elsif not exists (select from auth.users where id = p_user) then
    perform media.fail(404, 'not_found', 'There is no such account.', 'The person signs up first.');
  end if;
  if p_role <> 'ops' then
    perform media.need_other_ops(p_user);
  end if;
  v_before := media.staff_role(p_user);
  insert into media.staff (user_id, role, display_name) values (p_user, p_role, coalesce(trim(p_display_name), ''))
  on conflict (user_id) do update set
    role = excluded.role, display_name = coalesce(trim(p_display_name), staff.display_name);
  perform media.audit('staff.set', null, null, jsonb_build_object('before', v_before, 'after', p_role), auth.uid(), p_user);
  return jsonb_build_object('user_id', p_user, 'role', p_role, 'display_name', media.person_name(p_user));
end $$;

-- Takes a person off the team.
-- Security definer: people write no table directly.
create function media.remove_staff(p_user uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_before text;
begin
  perform media.need_ops();
  perform media.need_other_ops(p_user);
  delete from media.staff where user_id = p_user returning role into v_before;
  if v_before is null then
    perform media.fail(404, 'not_found', 'This person is not on the team.', 'Load the page again.');
  end if;
  perform media.audit('staff.removed', null, null, jsonb_build_object('before', v_before), auth.uid(), p_user);
  return jsonb_build_object('user_id', p_user);
end $$;

-- The first person of ops, by the command line, where nobody could appoint one.
-- Security definer: the service writes no table directly.
create function media.bootstrap_staff(p_email text, p_role text default 'ops', p_display_name text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid;
begin
  select id into v_user from auth.users where lower(email) = lower(trim(p_email)) order by created_at limit 1;
  if v_user is null then
    perform media.fail(404, 'not_found', format('There is no account with the address %s.', p_email), 'The person signs up first.');
  elsif p_role is null or p_role not in ('staff', 'moderator', 'ops') then
    perform media.fail(422, 'invalid', format('There is no role %L.', left(p_role, 50)));
  end if;
  insert into media.staff (user_id, role, display_name) values (v_user, p_role, coalesce(trim(p_display_name), ''))
  on conflict (user_id) do update set
    role = excluded.role, display_name = coalesce(trim(p_display_name), staff.display_name);
  perform media.audit('staff.set', null, null, jsonb_build_object('after', p_role, 'by', 'command line'), auth.uid(), v_user);
  return jsonb_build_object('user_id', v_user, 'role', p_role, 'display_name', media.person_name(v_user));
end $$;

revoke execute on all functions in schema media from public;
grant execute on function media.staff_list() to authenticated;
grant execute on function media.set_staff(uuid, text, text) to authenticated;
grant execute on function media.remove_staff(uuid) to authenticated;
grant execute on function media.bootstrap_staff(text, text, text) to service_role;
