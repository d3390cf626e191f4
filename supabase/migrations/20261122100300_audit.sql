-- Who did what. Append only: nobody, the secret key and the owner included, changes or removes an event.

create table media.audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  -- No foreign keys: the trail outlives people, assets and knowledge.
  actor uuid,
  actor_name text not null default '',
  action text not null check (action ~ '^[a-z_]+\.[a-z_]+$'),
  asset uuid,
  knowledge uuid,
  person uuid,
  detail jsonb not null default '{}'
);
comment on table media.audit_events is 'Append only. actor null: the service itself.';

create index audit_events_asset on media.audit_events (asset, id desc) where asset is not null;
create index audit_events_knowledge on media.audit_events (knowledge, id desc) where knowledge is not null;
create index audit_events_at on media.audit_events (at desc);

create function media.refuse_audit_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.fail(403, 'forbidden', 'The audit trail can only be added to.');
  return null;
end $$;

create trigger audit_events_append_only
  before update or delete on media.audit_events
  for each row execute function media.refuse_audit_change();
create trigger audit_events_never_emptied
  before truncate on media.audit_events
  for each statement execute function media.refuse_audit_change();

-- Writes one event, by the caller unless an actor is named (the worker acts for the person who asked).
create function media.audit(
  p_action text, p_asset uuid, p_knowledge uuid default null, p_detail jsonb default '{}',
  p_actor uuid default auth.uid(), p_person uuid default null
)
returns void
language sql
set search_path = ''
as $$
  insert into media.audit_events (actor, actor_name, action, asset, knowledge, person, detail)
  values (p_actor, coalesce(media.person_name(p_actor), ''), p_action, p_asset, p_knowledge, p_person,
    coalesce(p_detail, '{}'))
$$;

-- One event for each of many assets, in one statement.
create function media.audit_each(p_action text, p_assets uuid[], p_knowledge uuid default null, p_detail jsonb default '{}')
returns void
language sql
set search_path = ''
as $$
  insert into media.audit_events (actor, actor_name, action, asset, knowledge, detail)
  select who.id, who.name, p_action, asset, p_knowledge, coalesce(p_detail, '{}')
  from (select auth.uid() as id, coalesce(media.person_name(auth.uid()), '') as name offset 0) as who,
    unnest(p_assets) as asset
$$;

alter table media.audit_events enable row level security;

-- Staff read the whole trail.
create policy "staff read the trail" on media.audit_events
  for select to authenticated using ((select media.is_staff()));

revoke execute on all functions in schema media from public;
grant select on media.audit_events to authenticated, service_role;
