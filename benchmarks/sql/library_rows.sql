-- :assets assets, three times as many links, a fifth as many entries. Skews as they are in a real library:
-- uploads get more over the years, a few people upload most, most things are images, some are used everywhere.
-- Triggers and foreign keys are off (session_replication_role), so what they keep is made here in sets.

select setseed(0.43);

insert into auth.users (id, aud, role, email, raw_user_meta_data, created_at)
select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'authenticated', 'authenticated',
  'person' || n || '@example.org', jsonb_build_object('name', 'Person ' || n), now()
from generate_series(1, 60) as n;
insert into media.staff (user_id, role, display_name)
select id, 'staff', 'Person ' || row_number() over (order by id) from auth.users order by id limit 12;

create table bench.assets as
select serial.n, gen_random_uuid() as id,
  -- Three years, twice as dense at the end as at the start; rows come in the order of time.
  now() - interval '3 years' * (1 - sqrt((serial.n - random())::float8 / :assets)) as created_at,
  case when d.kind < 0.82 then 'image' when d.kind < 0.93 then 'video' else 'sound' end as kind,
  case when d.state < 0.94 then 'ready' when d.state < 0.985 then 'trashed' when d.state < 0.9985 then 'rejected' else 'processing' end as state,
  case
    when d.kind >= 0.93 and d.purpose < 0.35 then 'voice_note'
    when d.kind < 0.82 and d.purpose < 0.14 then 'annotation'
    when d.kind < 0.82 and d.purpose < 0.16 then 'profile'
    else 'library'
  end as purpose,
  case when d.purpose between 0.14 and 0.16 then 13 + floor(random() * 48)::int else bench.zipf(12) end as uploader,
  (exp(ln(40000) + random() * 3 + (d.kind >= 0.82)::int * 3))::bigint as bytes,
  d.linked < 0.82 and d.state < 0.94 as may_link,
  d.linked as luck,
  d.read < 0.15 and d.kind < 0.82 as read
from generate_series(1, :assets) as serial (n),
  lateral (select random() as kind, random() as state, random() as purpose, random() as linked, random() as read, serial.n) as d;
create unique index on bench.assets (n);

create table bench.knowledge as
select n, gen_random_uuid() as id, now() - interval '3 years' * random() as updated_at
from generate_series(1, :assets / 5) as n;
create unique index on bench.knowledge (n);

insert into media.knowledge (id, title, url, excerpt, updated_at)
select k.id, initcap(t.text), 'https://example.org/k/' || k.n, '', k.updated_at
from bench.knowledge as k join bench.titles as t on t.n = 1 + (k.n * 31) % 60000;

-- Links: most assets have a few, some are used everywhere.
create table bench.links as
with drawn as (
  select
    case when random() < 0.9 then 1 + floor(random() * :assets)::int else 1 + ((bench.zipf(:assets / 10)::bigint * 9973) % :assets)::int end as asset,
    1 + floor(random() * :assets / 5)::int as knowledge
  from generate_series(1, (:assets * 4.1)::int)
)
select distinct asset, knowledge from drawn;
delete from bench.links as l using bench.assets as a where a.n = l.asset and not a.may_link;

insert into media.links (id, knowledge, asset, placement, position, created_at)
select gen_random_uuid(), k.id, a.id,
  case when place = 1 and l.knowledge % 10 < 7 then 'cover' else 'inline' end,
  case when place = 1 and l.knowledge % 10 < 7 then 0 else place - 1 - (l.knowledge % 10 < 7)::int end,
  a.created_at
from (select *, row_number() over (partition by knowledge order by asset)::int as place from bench.links) as l
join bench.assets as a on a.n = l.asset
join bench.knowledge as k on k.n = l.knowledge;

-- With the words that media.found_by would find, in one go.
insert into media.assets (
  id, kind, state, purpose, object_path, mime, bytes, original_bytes, original_name, sha256, original_sha256,
  width, height, duration, thumbhash, title, alt_text, words, has_text, uploaded_by, link_count, trashed_at,
  purge_after, created_at
)
select a.id, a.kind, a.state, a.purpose, left(a.id::text, 2) || '/' || a.id || '/original',
  case a.kind when 'image' then 'image/webp' when 'video' then 'video/mp4' else 'audio/ogg' end,
  a.bytes, a.bytes * 6, a.name,
  encode(sha256(a.id::text::bytea), 'hex'), encode(sha256(a.n::text::bytea), 'hex'),
  case when a.kind <> 'sound' then 2048 end, case when a.kind <> 'sound' then 1536 end,
  case when a.kind <> 'image' then 30 end, '1QcSHQRnh493V4dIh4eXh1h4kJUI', a.title, a.alt_text,
  media.words(concat_ws(' ', a.title, a.alt_text, a.name, c.titles, a.read_text)), a.read_text is not null,
  ('00000000-0000-4000-8000-' || lpad(a.uploader::text, 12, '0'))::uuid,
  coalesce(c.links, 0),
  case when a.state = 'trashed' then a.created_at end, case when a.state = 'trashed' then now() end, a.created_at
from (
  select a.*,
    case when a.n % 3 = 0 then 'IMG_' || lpad((a.n * 7 % 100000)::text, 5, '0') || '.jpg'
      else 'series' || a.n / 1500 || '-' || split_part(t.text, ' ', 1) || '-' || a.n || '.webp' end as name,
    case when a.n % 10 < 7 then initcap(t.text) else '' end as title,
    case when a.n % 10 < 5 then p.text else '' end as alt_text,
    r.text as read_text
  from bench.assets as a
  join bench.titles as t on t.n = 1 + (a.n::bigint * 7919) % 60000
  join bench.alt_texts as p on p.n = 1 + (a.n::bigint * 104729) % 60000
  left join bench.pages as r on a.read and a.state = 'ready' and r.n = 1 + (a.n::bigint * 15485863) % 6000
) as a
left join (
  select l.asset, count(*)::int as links, string_agg(t.text, ' ') as titles
  from bench.links as l join bench.titles as t on t.n = 1 + (l.knowledge * 31) % 60000
  group by l.asset
) as c on c.asset = a.n
order by a.n;

insert into media.annotations (asset, kind, state, engine, result, seconds, requested_at, started_at, finished_at)
select a.id, 'ocr', 'done', 'local', jsonb_build_object('text', p.text), 3, a.created_at, a.created_at, a.created_at
from bench.assets as a join bench.pages as p on p.n = 1 + (a.n::bigint * 15485863) % 6000
where a.read and a.state = 'ready';

insert into media.renditions (asset, name, object_path, mime, width, height, bytes)
select id, name, left(id::text, 2) || '/' || id || '/' || name, 'image/webp', 320, 240, 9000
from bench.assets, unnest(array['thumb', 'card']) as name
where state = 'ready' and kind <> 'sound'
order by n;
