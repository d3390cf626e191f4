-- What assets are found by: title, alt text, file name, read text, titles of the knowledge that uses them.
--
-- In the row itself, beside what it is filtered and sorted by: walking an order or collecting hits then costs
-- less than half a microsecond a row. With the words in a table of their own it was ten times that.

-- With a short pending list: entries are put in place many at once, which takes a fraction of the time, and a
-- search, which has to read what is pending, does not feel a megabyte.
create index assets_words on media.assets using gin (words) with (fastupdate = on, gin_pending_list_limit = 1024);
-- How many rows a word hits decides how a search runs; for that the planner must know more than the 1,000 most
-- common words that the default of 100 keeps.
alter table media.assets alter column words set statistics 400;

-- What one asset is found by, from where everything stands now. The newest 100 entries that use it and the first
-- 20,000 characters of a text count: enough to find it, and a row stays a row.
create function media.found_by(p_asset uuid, out words tsvector, out has_text boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_own text;
  v_used text;
  v_read text;
begin
  select concat_ws(' ', title, alt_text, original_name) into v_own from media.assets where id = p_asset;
  select string_agg(newest.title, ' ') into v_used
  from (
    select k.title
    from media.links as l
    join media.knowledge as k on k.id = l.knowledge
    where l.asset = p_asset
    order by l.created_at desc
    limit 100
  ) as newest;
  select string_agg(left(s.result ->> 'text', 20000), ' ') into v_read from media.standing_annotations(p_asset) as s;
  words := media.words(concat_ws(' ', v_own, v_used, v_read));
  has_text := coalesce(v_read <> '', false);
end $$;

-- Brings assets up to date with what they are found by. Locks them first, in order: the words are then computed
-- from what other transactions committed meanwhile.
create function media.refresh_words(p_assets uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform media.lock_assets(p_assets);
  update media.assets as a set words = f.words, has_text = f.has_text
  from unnest(p_assets) as wanted (id)
  cross join lateral media.found_by(wanted.id) as f
  where a.id = wanted.id and (a.words, a.has_text) is distinct from (f.words, f.has_text);
end $$;

create function media.words_of_new_asset()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.words := media.words(concat_ws(' ', new.title, new.alt_text, new.original_name));
  return new;
end $$;

create trigger assets_found_by_their_names
  before insert on media.assets
  for each row execute function media.words_of_new_asset();

create function media.words_of_changed_asset()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.refresh_words(array[new.id]);
  return null;
end $$;

create trigger assets_found_by_their_new_names
  after update of title, alt_text, original_name on media.assets
  for each row when (
    (old.title, old.alt_text, old.original_name) is distinct from (new.title, new.alt_text, new.original_name)
  ) execute function media.words_of_changed_asset();

create function media.words_of_changed_knowledge()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.refresh_words(array(select distinct asset from media.links where knowledge = new.id));
  return null;
end $$;

create trigger assets_found_by_what_uses_them
  after update of title on media.knowledge
  for each row when (old.title is distinct from new.title)
  execute function media.words_of_changed_knowledge();

create function media.words_of_annotation()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform media.refresh_words(array[new.asset]);
  return null;
end $$;

create trigger assets_found_by_what_was_read
  after insert on media.annotations
  for each row when (new.state = 'done')
  execute function media.words_of_annotation();
create trigger assets_found_by_what_was_reviewed
  after update of state, result, reviewed_result, review_state on media.annotations
  for each row when (
    (old.state, old.result, old.reviewed_result, old.review_state)
    is distinct from (new.state, new.result, new.reviewed_result, new.review_state)
    and (old.state = 'done' or new.state = 'done')
  ) execute function media.words_of_annotation();

revoke execute on all functions in schema media from public;
