-- What the synthetic library is written with: a vocabulary whose words occur by Zipf's law, and pools of phrases
-- and texts made of it. The same every time (setseed).

select setseed(0.42);

create schema bench;

-- 50,000 words of two to four syllables. Common ones are shorter, as in languages.
create table bench.words as
select n, string_agg(
  (array['ba','ce','di','fo','gu','ha','je','ki','lo','mu','na','pe','qui','ro','su','ta','ve','wi','xo','zu',
    'bra','cle','dri','flo','gru','pla','ste','tri','shi','cho'])[1 + (hashint8(n * 7 + k) & 2147483647) % 30], '' order by k) as word
from generate_series(1, 50000) as n, generate_series(1, 2 + (n > 900)::int + (n > 27000)::int) as k
group by n;
-- Different numbers may have made the same word.
update bench.words as w set word = word || n where exists (select from bench.words as o where o.word = w.word and o.n < w.n);
create unique index on bench.words (n);
analyze bench.words;

-- A word by Zipf's law: the chance of the n-th is proportional to 1/n.
create function bench.zipf(p_most int) returns int language sql volatile as $$
  select least(p_most, floor(exp(random() * ln(p_most + 1)))::int)
$$;

create function bench.pool(p_count int, p_least int, p_most int) returns table (n int, text text) language sql volatile as $$
  with slots as materialized (
    select n, k, bench.zipf(50000) as word
    from (select n, p_least + floor(random() * (p_most - p_least + 1))::int as length from generate_series(1, p_count) as n) as wanted,
      generate_series(1, length) as k
  )
  select slots.n, string_agg(w.word, ' ' order by k) from slots join bench.words as w on w.n = slots.word group by slots.n
$$;

create table bench.titles as select * from bench.pool(60000, 2, 5);
create table bench.alt_texts as select * from bench.pool(60000, 5, 14);
create table bench.pages as select * from bench.pool(6000, 60, 220);
create unique index on bench.titles (n);
create unique index on bench.alt_texts (n);
create unique index on bench.pages (n);
analyze bench.titles, bench.alt_texts, bench.pages;
