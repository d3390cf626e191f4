-- The one bucket, private, and who may do what to its objects.

insert into storage.buckets (id, name, public, file_size_limit)
values ('media', 'media', false, 524288000)
on conflict (id) do update set public = false;

-- Whether the caller holds an open ticket for this path.
-- Security definer: it must see the ticket whatever the caller may read.
create function media.may_upload(p_name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from media.upload_tickets
    where id = case when p_name ~ '^incoming/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(p_name, '/', 2)::uuid end
      and issued_to = (select auth.uid())
      and completed_at is null
      and expires_at > now()
  )
$$;

-- Whether the object belongs to the caller: of an own asset, or on its way there with an own ticket.
-- Security definer: it must see the asset whatever the caller may read.
create function media.owns_object(p_name text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from media.assets where id = media.asset_of_path(p_name) and uploaded_by = (select auth.uid())
  ) or media.may_upload(p_name)
$$;

-- Uploading: only to the path of an own, open ticket. This is what Storage asks before it signs an upload URL.
create policy "media: upload with an own ticket" on storage.objects
  for insert to authenticated with check (bucket_id = 'media' and media.may_upload(name));
-- Staff look at every object of the bucket.
create policy "media: staff read" on storage.objects
  for select to authenticated using (bucket_id = 'media' and (select media.is_staff()));
-- Everyone else looks at their own.
create policy "media: owners read" on storage.objects
  for select to authenticated using (bucket_id = 'media' and media.owns_object(name));
-- No update and no delete: moving and deleting is the service's, after it looked.

revoke execute on all functions in schema media from public;
grant execute on function media.may_upload(text) to authenticated;
grant execute on function media.owns_object(text) to authenticated;
