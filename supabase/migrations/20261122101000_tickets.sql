-- Tickets: the right to upload one object, given in advance.

create table media.upload_tickets (
  -- Becomes the id of the asset.
  id uuid primary key default gen_random_uuid(),
  path text not null generated always as ('incoming/' || id::text) stored,
  purpose text not null check (purpose in ('library', 'annotation', 'profile', 'voice_note')),
  issued_to uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  completed_at timestamptz
);
comment on table media.upload_tickets is 'The right to upload one object; completed at most once.';

create index upload_tickets_issued_to on media.upload_tickets (issued_to, expires_at) where completed_at is null;
create index upload_tickets_expires on media.upload_tickets (expires_at);

create function media.guard_ticket_completed()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.fail(409, 'ticket_used', 'This upload right was used already.', 'Add the file again.');
  return null;
end $$;

create trigger upload_tickets_completed_once
  before update of completed_at on media.upload_tickets
  for each row when (old.completed_at is not null and new.completed_at is distinct from old.completed_at)
  execute function media.guard_ticket_completed();

-- Tickets for the calling person. Storage signs upload URLs for two hours; so long lives a ticket.
-- Security definer: people write no table directly.
create function media.issue_tickets(p_purpose text, p_count int default 1)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := media.need_user();
  v_tickets jsonb;
begin
  if p_purpose is null or p_purpose not in ('library', 'annotation', 'profile', 'voice_note') then
    perform media.fail(422, 'invalid', format('There is no purpose %L of an upload.', p_purpose));
  end if;
  if p_count is null or p_count not between 1 and 32 then
    perform media.fail(422, 'invalid', 'Between 1 and 32 tickets can be had at once.');
  end if;
  if media.staff_role(v_user) is null then
    if p_purpose not in ('profile', 'voice_note') then
      perform media.need_staff();
    end if;
    -- Anyone may sign in to the project; nobody fills the table.
    if (select count(*) from media.upload_tickets
        where issued_to = v_user and completed_at is null and expires_at > now()) + p_count > 64 then
      perform media.fail(429, 'too_many_tickets', 'You have many uploads open already.', 'Finish those first.');
    end if;
  end if;
  with issued as (
    insert into media.upload_tickets (purpose, issued_to, expires_at)
    select p_purpose, v_user, now() + interval '2 hours' from generate_series(1, p_count)
    returning id, path, 'media' as bucket, purpose, expires_at
  )
  select jsonb_agg(to_jsonb(issued)) into v_tickets from issued;
  return v_tickets;
end $$;

-- Housekeeping: tickets that ended. One whose object arrived stays: it says whose that object is.
-- Security definer: the service writes no table directly.
create function media.expire_tickets()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  delete from media.upload_tickets as t
  where t.expires_at < now()
    and not exists (select from storage.objects as o where o.bucket_id = 'media' and o.name = t.path)
    and not exists (select from media.assets as a where a.id = t.id and a.state = 'processing');
  get diagnostics v_count = row_count;
  return v_count;
end $$;

alter table media.upload_tickets enable row level security;

-- Everyone sees their own tickets.
create policy "people see their tickets" on media.upload_tickets
  for select to authenticated using (issued_to = (select auth.uid()));

revoke execute on all functions in schema media from public;
grant select on media.upload_tickets to authenticated, service_role;
grant execute on function media.issue_tickets(text, int) to authenticated;
grant execute on function media.expire_tickets() to service_role;
