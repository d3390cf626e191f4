-- The schema of MediaOps, and the small helpers that everything else uses.
--
-- Rules that hold for every file here: tables have row level security; people read under it and never write
-- a table; each write is one function that checks who calls, does one whole thing in one transaction, writes
-- its audit event and enqueues its jobs. Names are qualified because functions run with an empty search_path.

create schema media;
comment on schema media is 'MediaOps: assets, what they are linked to, what was read from them, who did what.';

-- anon may look into the schema so that a call without signing in is answered "permission denied" (401)
-- and not "no such function"; it may execute nothing.
grant usage on schema media to anon, authenticated, service_role;

-- Every error people meet: a stable code, a sentence, what to do next. PTnnn becomes HTTP status nnn.
create function media.fail(p_status int, p_code text, p_message text, p_hint text default '')
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'PT' || p_status, message = p_code, detail = p_message, hint = coalesce(p_hint, '');
end $$;

-- The same for one item of a call on many, where the other items go on.
create function media.item_error(p_code text, p_message text, p_hint text default '')
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('code', p_code, 'message', p_message, 'hint', p_hint)
$$;

-- Whether the secret key or a direct database login calls. The setting `role` keeps what the gateway's
-- `set role` said, also inside security definer functions; a login without `set role` is the owner or a worker.
create function media.is_service()
returns boolean
language sql
stable
set search_path = ''
as $$
  select current_setting('role') not in ('anon', 'authenticated')
$$;

-- The person who calls, or the error that says that nobody is signed in.
create function media.need_user()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := (select auth.uid());
begin
  if v_user is null then
    perform media.fail(401, 'not_signed_in', 'Nobody is signed in, or the session has ended.', 'Sign in and try again.');
  end if;
  return v_user;
end $$;

-- Bulk calls: a list that is there and short enough to be done in one transaction.
create function media.need_list(p_items uuid[], p_most int default 5000)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_items is null or array_position(p_items, null) is not null then
    perform media.fail(422, 'invalid', 'The list of assets is missing or has a gap.', 'Send a list of ids.');
  end if;
  if cardinality(p_items) > p_most then
    perform media.fail(422, 'invalid',
      format('%s items are too many for one call; at most %s go at once.', cardinality(p_items), p_most),
      'Do it in smaller portions.');
  end if;
end $$;

-- The words of a text in their order: lower case, without accents, cut at spaces and punctuation, so that
-- "Résumé_final-v2.PDF" is resume, final, v2, pdf. No dictionary: names and many languages share the library.
-- A text without spaces (Chinese, Japanese) is one word, found by its beginning.
create function media.split_words(p_text text)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- A word is long enough with 60 characters; an index entry must not be longer than 2 kB.
  return array(
    select left(word, 60)
    from unnest(string_to_array(regexp_replace(
      case
        when octet_length(p_text) = length(p_text) then lower(p_text)
        -- Compatibility forms (ligatures, full width) become plain letters; marks on letters and invisible
        -- characters go; what only came apart (Hangul) is put together again.
        else translate(lower(normalize(regexp_replace(
          normalize(p_text, nfkd),
          '[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]+', '', 'g'), nfc)), 'øłđ', 'old')
      end,
      '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3004\u3008-\u3020]+',
      ' ', 'g'
    ), ' ')) as word
    where word <> ''
  );
end $$;

-- What a text is found by: its distinct words.
create function media.words(p_text text)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return array_to_tsvector(media.split_words(p_text));
end $$;

-- What a person typed as a query: every word must be there, the last one may be unfinished. Without the last
-- (p_last false) only the finished ones. Null when nothing in it can be searched for. 200 characters are enough
-- for any real search.
create function media.word_query(p_text text, p_last boolean default true)
returns tsquery
language sql
immutable
parallel safe
set search_path = ''
as $$
  select string_agg(
    quote_literal(words[place]) || case when place = cardinality(words) then ':*' else '' end, ' & '
  )::tsquery
  from (select media.split_words(left(p_text, 200)) as words) as typed, generate_subscripts(words, 1) as place
  where p_last or place < cardinality(words)
$$;
