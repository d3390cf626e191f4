-- The engines that read, as the workers say they are set up, and what those that cost money may cost.
--
-- Settings are in the environment of the workers, rules are here: a worker tells at its start which engines it has
-- (publish_engines). So pages know them without holding a key, and nobody can ask past the budget.

create table media.engines (
  name text primary key check (length(name) between 1 and 50),
  -- The lowest that is available and knows the kind is the default.
  place int not null default 100,
  available boolean not null,
  -- Why it is not available, in words.
  reason text not null default '' check (length(reason) <= 500),
  -- Kind -> the model that does it. What is not there the engine can't do.
  models jsonb not null check (jsonb_typeof(models) = 'object'),
  prompt_version text not null default '' check (length(prompt_version) <= 50),
  paid boolean not null default false,
  -- US dollars a calendar month (UTC); null: no limit.
  monthly_budget numeric check (monthly_budget >= 0),
  -- Kind -> US dollars an answer costs as long as nothing is known from experience; a transcript by the minute.
  expected jsonb not null default '{}' check (jsonb_typeof(expected) = 'object'),
  published_at timestamptz not null default now()
);
comment on table media.engines is 'The engines the workers have, as they published them.';

-- What is there before any worker said so.
insert into media.engines (name, place, available, reason, models, prompt_version, paid) values
  ('local', 20, true, '', '{"ocr": "rapidocr-3.10/PP-OCRv6-small", "highlights": "rapidocr-3.10/PP-OCRv6-small"}', '1', false),
  ('openai', 10, false, 'No worker has said yet that it has a key.', '{}', '', true);

-- Money spent stays spent when what it was spent on is purged.
create table media.engine_costs (
  engine text not null,
  month date not null,
  cost numeric not null default 0,
  answers int not null default 0,
  primary key (engine, month)
);
comment on table media.engine_costs is 'US dollars that answers of an engine cost, by month (UTC).';

alter table media.engines enable row level security;
alter table media.engine_costs enable row level security;

-- Staff see which engines there are.
create policy "staff see engines" on media.engines
  for select to authenticated using ((select media.is_staff()));
-- Staff see what was spent.
create policy "staff see costs" on media.engine_costs
  for select to authenticated using ((select media.is_staff()));

-- Who is to read, with what, or why nobody can.
create type media.engine_choice as (engine text, model text, prompt_version text, refusal jsonb);

-- The engine asked for, else the default of the kind. What no worker offers is refused here, before anything waits
-- for it.
create function media.choose_engine(p_engine text, p_model text, p_prompt_version text, p_kind text)
returns media.engine_choice
language plpgsql
stable
set search_path = ''
as $$
declare
  v_engine media.engines;
  v_refusal jsonb;
begin
  if coalesce(p_engine, '') = '' then
    select * into v_engine from media.engines where available and models ? p_kind order by place, name limit 1;
    if v_engine.name is null then
      return row(null::text, null::text, null::text, media.item_error('no_engine', format('No engine that runs here can do a %s.', p_kind),
        'It needs the engine openai: whoever runs MediaOps sets OPENAI_API_KEY for the workers.'));
    end if;
  else
    select * into v_engine from media.engines where name = p_engine;
    if v_engine.name is null then
      return row(null::text, null::text, null::text, media.item_error('unknown_engine',
        format('There is no engine called %s.', left(p_engine, 50)), coalesce(
          (select 'Choose one of: ' || string_agg(name, ', ' order by place, name) || '.' from media.engines where available),
          'Leave it to the default of each kind.')));
    elsif not v_engine.available then
      v_refusal := media.item_error('engine_unavailable', format('The engine %s is not set up.', p_engine),
        coalesce(nullif(v_engine.reason, ''), 'Choose another engine.'));
    elsif not v_engine.models ? p_kind then
      v_refusal := media.item_error('kind_not_supported', format('The engine %s can''t do a %s.', p_engine, p_kind),
        'Choose another engine.');
    end if;
  end if;
  return row(v_engine.name, coalesce(nullif(p_model, ''), v_engine.models ->> p_kind, ''),
    coalesce(nullif(p_prompt_version, ''), v_engine.prompt_version), v_refusal);
end $$;

-- The default among those that cost nothing.
create function media.choose_free_engine(p_kind text)
returns media.engine_choice
language sql
stable
set search_path = ''
as $$
  select media.choose_engine(
    (select name from media.engines where available and not paid and models ? p_kind order by place, name limit 1), '', '', p_kind)
$$;

create function media.month_now()
returns date
language sql
stable
set search_path = ''
as $$
  select date_trunc('month', now() at time zone 'UTC')::date
$$;

-- What an answer is expected to cost: what the newest fifty cost on average, else what the engine says it does.
-- A sound costs by its length; one of unknown length is taken for ten minutes.
create function media.expected_cost(p_choice media.engine_choice, p_kind text, p_duration double precision)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  v_engine media.engines;
  v_told numeric;
  v_known record;
begin
  select * into v_engine from media.engines where name = p_choice.engine and paid;
  if v_engine.name is null then
    return 0;
  end if;
  v_told := coalesce((v_engine.expected ->> p_kind)::numeric, 0);
  if p_kind = 'transcript' then
    return round(v_told * greatest(coalesce(p_duration, 600), 1)::numeric / 60, 6);
  end if;
  select count(*) as answers, avg(newest.cost) as cost into v_known
  from (
    select n.cost from media.annotations as n
    where n.engine = p_choice.engine and n.model = p_choice.model and n.kind = p_kind and n.state = 'done' and n.cost is not null
    order by n.finished_at desc limit 50
  ) as newest;
  return round(case when v_known.answers >= 5 then v_known.cost else v_told end, 6);
end $$;

-- How the month stands. Reserved is what is under way or planned is expected to cost.
create function media.budget_json(p_engine media.engines)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_spent numeric;
  v_open numeric;
  v_planned numeric;
begin
  if not p_engine.paid then
    return null;
  end if;
  -- In one look: what ends meanwhile is either reserved or spent.
  select
    coalesce((select c.cost from media.engine_costs as c where c.engine = p_engine.name and c.month = media.month_now()), 0),
    coalesce((select sum(n.expected_cost) from media.annotations as n
      where n.engine = p_engine.name and n.state in ('queued', 'running')), 0),
    coalesce((select sum(b.expected_left) from media.reading_batches as b
      where b.paid_engine = p_engine.name and b.state = 'running'), 0)
  into v_spent, v_open, v_planned;
  return jsonb_build_object(
    'monthly', p_engine.monthly_budget, 'spent', v_spent, 'reserved', v_open + v_planned, 'open', v_open,
    'left', case when p_engine.monthly_budget is not null then
      greatest(0, p_engine.monthly_budget - v_spent - v_open - v_planned) end,
    'resets_on', (media.month_now() + interval '1 month')::date);
end $$;

-- Money in words: cents, and more digits below one.
create function media.dollars(p_amount numeric)
returns text
language sql
immutable
set search_path = ''
as $$
  select '$' || case when p_amount > 0 and p_amount < 0.1 then to_char(p_amount, 'FM0.0000') else to_char(p_amount, 'FM999999990.00') end
$$;

-- Why something that costs p_cost can't be asked any more this month, or null. The engine's row stays locked until
-- the caller's reservation is committed: of requests at once each sees what the others reserved.
-- p_reserved: it is part of a batch that reserved it; then only what was spent and what is under way counts.
create function media.budget_refusal(p_engine text, p_cost numeric, p_reserved boolean default false)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_engine media.engines;
  v_budget jsonb;
  v_left numeric;
begin
  select * into v_engine from media.engines where name = p_engine and paid and monthly_budget is not null for no key update;
  if v_engine.name is null then
    return null;
  end if;
  v_budget := media.budget_json(v_engine);
  v_left := case when p_reserved
    then greatest(0, v_engine.monthly_budget - (v_budget ->> 'spent')::numeric - (v_budget ->> 'open')::numeric)
    else (v_budget ->> 'left')::numeric end;
  if v_left > 0 and p_cost <= v_left then
    return null;
  end if;
  return media.item_error('budget_exhausted',
    format('It would cost about %s; of the %s a month for the engine %s, %s is left.', media.dollars(p_cost),
      media.dollars(v_engine.monthly_budget), p_engine, media.dollars(v_left)),
    format('The budget begins anew on %s (UTC). Until then choose an engine that costs nothing, or have the budget raised.',
      to_char((v_budget ->> 'resets_on')::date, 'FMDD FMMonth YYYY')));
end $$;

-- Writes down what an answer cost, good or not.
create function media.note_cost(p_engine text, p_cost numeric)
returns void
language sql
set search_path = ''
as $$
  insert into media.engine_costs as c (engine, month, cost, answers)
  select p_engine, media.month_now(), p_cost, 1
  where p_engine is not null and p_cost > 0
  on conflict (engine, month) do update set cost = c.cost + excluded.cost, answers = c.answers + 1
$$;

-- A worker says which engines it has; what it does not name is not there any more. Workers are set up alike.
-- Security definer: the service writes no table directly.
create function media.publish_engines(p_engines jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  if jsonb_typeof(p_engines) is distinct from 'array' then
    perform media.fail(422, 'invalid', 'The engines are no list.');
  end if;
  -- In one order, and alone: workers start together.
  perform from media.engines order by name for no key update;
  insert into media.engines as e (name, place, available, reason, models, prompt_version, paid, monthly_budget, expected)
  select name, coalesce(place, 100), coalesce(available, true), coalesce(reason, ''), coalesce(models, '{}'),
    coalesce(prompt_version, ''), coalesce(paid, false), monthly_budget, coalesce(expected, '{}')
  from jsonb_to_recordset(p_engines) as told (name text, place int, available boolean, reason text, models jsonb,
    prompt_version text, paid boolean, monthly_budget numeric, expected jsonb)
  order by name
  on conflict (name) do update set
    place = excluded.place, available = excluded.available, reason = excluded.reason, models = excluded.models,
    prompt_version = excluded.prompt_version, paid = excluded.paid, monthly_budget = excluded.monthly_budget,
    expected = excluded.expected, published_at = now();
  update media.engines set available = false, reason = 'No worker has it any more.'
  where available and name <> all (array(select told ->> 'name' from jsonb_array_elements(p_engines) as told));
  return (select jsonb_agg(name order by name) from media.engines where available);
end $$;

-- The engines a person can choose from, the preferred first, and how the month stands.
-- Security definer: the role is checked once.
create function media.reading_engines()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform media.need_staff();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', e.name, 'available', e.available, 'reason', e.reason, 'models', e.models,
      'prompt_version', e.prompt_version, 'paid', e.paid,
      'kinds', (select coalesce(jsonb_agg(kind order by kind), '[]') from jsonb_object_keys(e.models) as kind),
      'default_for', (select coalesce(jsonb_agg(kind order by kind), '[]') from jsonb_object_keys(e.models) as kind
        where (media.choose_engine('', '', '', kind)).engine = e.name),
      'expected', (select coalesce(jsonb_object_agg(kind, media.expected_cost(media.choose_engine(e.name, '', '', kind), kind, 60)), '{}')
        from jsonb_object_keys(e.models) as kind),
      'budget', media.budget_json(e)
    ) order by e.place, e.name), '[]')
    from media.engines as e
  );
end $$;

revoke execute on all functions in schema media from public;
grant select on media.engines, media.engine_costs to authenticated, service_role;
grant execute on function media.publish_engines(jsonb) to service_role;
grant execute on function media.reading_engines() to authenticated;
