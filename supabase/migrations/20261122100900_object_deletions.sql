-- The outbox of objects to delete. Bytes go through the Storage API, which is no part of a transaction of ours:
-- what must go is written down here together with its reason, and leaves only when Storage says it is gone.

create table media.object_deletions (
  id bigint generated always as identity primary key,
  bucket text not null default 'media',
  path text not null,
  reason text not null,
  asset uuid,
  -- Not before: an upload right that may still write there, or the pause after a failure.
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null default now()
);
comment on table media.object_deletions is 'Objects to delete through the Storage API.';

create index object_deletions_due on media.object_deletions (due_at, id);

-- Makes sure that a job comes for what is due, and one for the next that will be.
create function media.schedule_deletions()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_next timestamptz;
begin
  select min(due_at) into v_next from media.object_deletions;
  if v_next is null then
    return;
  end if;
  if v_next <= now() then
    perform media.defer('media', 'delete_objects', '{}', 'delete_objects', 'delete_objects');
  else
    -- Names its own queueing lock: a job that waits for later must not keep one for now from being added.
    perform media.defer('media', 'delete_objects', '{}', 'delete_objects:later', 'delete_objects:later', v_next);
  end if;
end $$;

-- Writes objects down for deletion and answers what was written.
create function media.outbox(p_paths text[], p_reason text, p_asset uuid, p_due timestamptz default now())
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_rows jsonb;
begin
  with written as (
    insert into media.object_deletions (path, reason, asset, due_at)
    select path, p_reason, p_asset, p_due from unnest(p_paths) as path
    returning id, bucket, path, attempts
  )
  select jsonb_agg(to_jsonb(written)) into v_rows from written;
  perform media.schedule_deletions();
  return coalesce(v_rows, '[]');
end $$;

-- What to delete now, oldest first, taken for five minutes: another worker gets others, and what a killed
-- one had taken comes again. Objects that Storage does not have any more are struck off here.
-- Security definer: the service writes no table directly.
create function media.due_object_deletions(p_limit int default 1000)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_rows jsonb;
begin
  with due as (
    select id, bucket, path
    from media.object_deletions
    where due_at <= now()
    order by due_at, id
    limit greatest(1, least(coalesce(p_limit, 1000), 1000))
    for update skip locked
  ), gone as (
    delete from media.object_deletions as d
    using due
    where d.id = due.id
      and not exists (select from storage.objects as o where o.bucket_id = due.bucket and o.name = due.path)
    returning d.id
  ), taken as (
    update media.object_deletions as d set due_at = now() + interval '5 minutes', attempts = d.attempts + 1
    from due
    where d.id = due.id
      and exists (select from storage.objects as o where o.bucket_id = due.bucket and o.name = due.path)
    returning d.id, d.bucket, d.path, d.attempts
  )
  select jsonb_agg(to_jsonb(taken) order by id) into v_rows from taken;
  perform media.schedule_deletions();
  return coalesce(v_rows, '[]');
end $$;

-- Storage said that these are gone.
-- Security definer: the service writes no table directly.
create function media.object_deletions_done(p_ids bigint[])
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  delete from media.object_deletions where id = any (p_ids);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- It did not work; again later, the pause doubling from a minute up to a day.
-- Security definer: the service writes no table directly.
create function media.object_deletion_failed(p_id bigint, p_error text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update media.object_deletions
  set last_error = left(p_error, 2000),
    due_at = now() + least(interval '1 minute' * power(2, least(attempts, 11)), interval '1 day')
  where id = p_id;
  perform media.schedule_deletions();
end $$;

alter table media.object_deletions enable row level security;

-- Staff see what is still to be deleted and why it did not work.
create policy "staff see deletions" on media.object_deletions
  for select to authenticated using ((select media.is_staff()));

revoke execute on all functions in schema media from public;
grant select on media.object_deletions to authenticated, service_role;
grant execute on function media.due_object_deletions(int) to service_role;
grant execute on function media.object_deletions_done(bigint[]) to service_role;
grant execute on function media.object_deletion_failed(bigint, text) to service_role;
