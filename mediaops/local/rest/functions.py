"""Which function a call means, and the SQL that calls it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, LiteralString, cast

from psycopg import sql

from mediaops.local.database import Connection
from mediaops.local.rest.errors import RestError

Shape = Literal["void", "scalar", "scalars", "object", "objects"]

# One row per function of that name; modes i, b, v are what a caller passes, o, b, t what comes back.
LOOKUP = """
select
  p.prokind = 'p' as is_procedure,
  p.proretset as returns_set,
  p.prorettype = 'void'::regtype as returns_void,
  coalesce(p.proargmodes::text[] && '{o,b,t}', false) or t.typtype = 'c' as returns_rows,
  array(
    select jsonb_build_object(
      'name', coalesce(p.proargnames[a.i], ''),
      'type', pg_catalog.format_type(a.type, null)
    )
    from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
      with ordinality as a (type, i)
    where coalesce(p.proargmodes[a.i]::text, 'i') in ('i', 'b', 'v')
    order by a.i
  ) as arguments,
  p.pronargdefaults as defaults
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_type t on t.oid = p.prorettype
where n.nspname = %s and p.proname = %s and p.prokind = 'f'
order by p.oid
"""


@dataclass(frozen=True)
class Function:
    """A function that can be called by name."""

    schema: str
    name: str
    arguments: tuple[tuple[str, str], ...]
    """(name, type) in order."""
    required: int
    shape: Shape

    @property
    def takes_whole_body(self) -> bool:
        """Whether the one unnamed json argument is the body itself."""
        return len(self.arguments) == 1 and self.arguments[0] in (("", "json"), ("", "jsonb"))

    def accepts(self, given: Collection[str]) -> bool:
        """Whether these argument names fit: none unknown, none missing that has no default."""
        names = [name for name, _ in self.arguments]
        return set(given) <= set(names) and set(names[: self.required]) <= set(given)

    @property
    def signature(self) -> str:
        """As PostgREST writes it when it can't choose."""
        arguments = ", ".join(f"{name} => {kind}" for name, kind in self.arguments)
        return f"{self.schema}.{self.name}({arguments})"


async def find_function(connection: Connection, schema: str, name: str, given: Collection[str]) -> Function:
    """The one function of that name which takes these arguments.

    Raises RestError PGRST202 (none) or PGRST203 (several).
    """
    cursor = await connection.execute(LOOKUP, [schema, name])
    found = [_function(schema, name, row) for row in await cursor.fetchall()]
    fitting = [f for f in found if not f.takes_whole_body and f.accepts(given)]
    if not fitting:
        fitting = [f for f in found if f.takes_whole_body]
    if len(fitting) > 1:
        raise RestError(
            300,
            "PGRST203",
            "Could not choose the best candidate function between: "
            + ", ".join(f.signature for f in fitting),
            hint="Try renaming the parameters or the function itself in the database"
            " so function overloading can be resolved",
        )
    if fitting:
        return fitting[0]
    raise _not_found(schema, name, given, found)


def call(function: Function, given: Collection[str]) -> sql.Composed:
    """The statement that calls ``function`` with the body (its one parameter) and answers one json column."""
    target = sql.Identifier(function.schema, function.name)
    passed = [(name, kind) for name, kind in function.arguments if name in given]
    if function.takes_whole_body:
        source, arguments = sql.SQL("(select 1)"), sql.SQL("%s::{}").format(_type(function.arguments[0][1]))
    elif passed:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), _type(kind)) for name, kind in passed
        )
        source = sql.SQL("json_to_record(%s::json) as args({})").format(columns)
        source = sql.SQL("(select * from {} limit 1)").format(source)
        arguments = sql.SQL(", ").join(
            sql.SQL("{0} => args.{0}").format(sql.Identifier(name)) for name, _ in passed
        )
    else:
        source, arguments = sql.SQL("(select %s::json)"), sql.SQL("")
    return sql.SQL(_RESULT[function.shape]).format(source=source, call=target, arguments=arguments)


_RESULT: Mapping[Shape, Any] = {
    "void": "select {call}({arguments})::text as body from {source} args",
    "scalar": "select to_json({call}({arguments}))::text as body from {source} args",
    "scalars": "select coalesce(json_agg(s.v), '[]')::text as body"
    " from (select {call}({arguments}) as v from {source} args) s",
    "object": "select to_json(r)::text as body from {source} args"
    " left join lateral (select * from {call}({arguments})) r on true",
    "objects": "select coalesce(json_agg(r), '[]')::text as body from {source} args,"
    " lateral (select * from {call}({arguments})) r",
}


def _type(name: str) -> sql.SQL:
    # As format_type() writes it, so it comes from the catalogue and is quoted where it must be.
    return sql.SQL(cast("LiteralString", name))


def _function(schema: str, name: str, row: Mapping[str, Any]) -> Function:
    shape: Shape
    if row["returns_void"]:
        shape = "void"
    elif row["returns_rows"]:
        shape = "objects" if row["returns_set"] else "object"
    else:
        shape = "scalars" if row["returns_set"] else "scalar"
    arguments = tuple((a["name"], a["type"]) for a in row["arguments"])
    return Function(schema, name, arguments, len(arguments) - row["defaults"], shape)


def _not_found(schema: str, name: str, given: Collection[str], found: list[Function]) -> RestError:
    names = ", ".join(given)
    with_them = f"({names})" if given else " without parameters"
    searched = f" with parameter{'s' if len(given) > 1 else ''} {names}" if given else " without parameters"
    hint = f"Perhaps you meant to call the function {found[0].signature}" if found else None
    return RestError(
        404,
        "PGRST202",
        f"Could not find the function {schema}.{name}{with_them} in the schema cache",
        f"Searched for the function {schema}.{name}{searched} or with a single unnamed json/jsonb parameter,"
        " but no matches were found in the schema cache.",
        hint,
    )
