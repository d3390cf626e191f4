-- Functions of every shape, for the tests of /rest/v1/rpc.
create table public.notes (id int primary key, body text);
alter table public.notes enable row level security;
create policy "own" on public.notes for select to authenticated using (body = (select auth.uid())::text);
insert into public.notes values (1, 'one'), (2, 'two');

create function public.add(a int, b int default 10) returns int language sql as 'select a + b';
create function public.nothing(a int default 1) returns void language sql as 'select null';
create function public.as_json(value jsonb default '{"x": 1}') returns jsonb language sql as 'select value';
create function public.words(list text[]) returns text[] language sql as 'select list';
create function public.numbers(upto int) returns setof int language sql as 'select generate_series(1, upto)';
create function public.a_note(wanted int) returns public.notes
  language sql security definer as 'select * from public.notes where id = wanted';
create function public.all_notes() returns setof public.notes
  language sql security definer as 'select * from public.notes order by id';
create function public.my_notes() returns setof public.notes language sql as 'select * from public.notes';
create function public.pairs() returns table (k text, v int)
  language sql as 'select * from (values (''a'', 1), (''b'', 2)) t';
create function public.one_column() returns table (k text) language sql as 'select ''a''';
create function public.outs(out first int, out second text) language sql as 'select 1, ''two''';
create function public.body(jsonb) returns jsonb language sql as 'select $1';
create function public.over(a int) returns text language sql as 'select ''int''';
create function public.over(a text) returns text language sql as 'select ''text''';
create function public.whoever() returns jsonb language sql as
  'select jsonb_build_object(''role'', current_user, ''uid'', auth.uid(), ''jwt_role'', auth.role(),
     ''email'', auth.jwt() ->> ''email'', ''timeout'', current_setting(''statement_timeout''))';
create function public.slow() returns void language sql as 'select pg_sleep(60)';
create function public.fails(state text, message text default 'no') returns void language plpgsql as $$
begin
  raise exception using errcode = state, message = fails.message, detail = 'the detail', hint = 'the hint';
end $$;
create function public.twice() returns void language sql as 'insert into public.notes values (1, '''')';
create function public.denied() returns void language sql as 'select 1';
revoke execute on function public.denied() from public, anon, authenticated;
create function public.adds_a_note_and_fails() returns void language plpgsql security definer as $$
begin
  insert into public.notes values (99, 'gone');
  raise exception 'after the insert';
end $$;

create schema media;
grant usage on schema media to anon, authenticated, service_role;
create function media.add(a int) returns text language sql as 'select ''media'' || a';
create schema hidden;
grant usage on schema hidden to anon, authenticated, service_role;
create function hidden.secret() returns int language sql as 'select 1';

create policy "people upload to their own folder" on storage.objects for insert to authenticated
  with check (bucket_id = 'b' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "people see their own folder" on storage.objects for select to authenticated
  using (bucket_id = 'b' and (storage.foldername(name))[1] = (select auth.uid())::text);
