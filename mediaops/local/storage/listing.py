"""Lists objects under the caller's policies."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, cast

from psycopg import sql
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.clock import timestamp
from mediaops.local.context import context
from mediaops.local.storage.errors import invalid_request
from mediaops.local.storage.requests import answering, bucket_of, caller_settings, json_body, whole_number

LIST_CAP = 1500
LIST_V2_CAP = 1000
COLUMNS = ("name", "updated_at", "created_at", "last_accessed_at")
ORDERS = ("asc", "desc")

# Folders first, then the objects of this folder, as the real server lists them.
LIST = """
with under as (
  select *, split_part(substr(name, length(%(prefix)s) + 1), '/', 1) as leaf,
    strpos(substr(name, length(%(prefix)s) + 1), '/') > 0 as deeper
  from storage.objects
  where bucket_id = %(bucket)s and starts_with(name, %(prefix)s)
    and starts_with(lower(name), lower(%(prefix)s || %(search)s))
), entries as (
  select distinct leaf as name, null::uuid as id, null::timestamptz as updated_at,
    null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
  from under where deeper
  union all
  select leaf, id, updated_at, created_at, last_accessed_at, metadata from under where not deeper
)
select * from entries
order by id is not null, {column} {order}, name
limit %(limit)s offset %(offset)s
"""

LIST_V2 = """
with under as (
  select *, case when %(fold)s and strpos(substr(name, length(%(prefix)s) + 1), '/') > 0
    then left(name, length(%(prefix)s) + strpos(substr(name, length(%(prefix)s) + 1), '/')) end as folder
  from storage.objects
  where bucket_id = %(bucket)s and starts_with(name, %(prefix)s)
), entries as (
  select distinct folder as key, true as is_folder, null::uuid as id, null::timestamptz as updated_at,
    null::timestamptz as created_at, null::jsonb as metadata
  from under where folder is not null
  union all
  select name, false, id, updated_at, created_at, metadata from under where folder is null
), placed as (
  select *, coalesce({column}::text, '') as place from entries
)
select * from placed
where %(after)s::text is null or (place, key) {beyond} (%(place)s, %(after)s)
order by place {order}, key {order}
limit %(limit)s
"""


async def list_folder(request: Request) -> Response:
    """One folder: names relative to it, folders with ``id`` null."""
    body = await json_body(request)
    limit, offset = whole_number(body, "limit", 100), whole_number(body, "offset", 0)
    if limit < 1 or offset < 0:
        raise invalid_request("body/limit must be >= 1")
    column, order = _sort(body, COLUMNS)
    prefix = str(body.get("prefix") or "")
    statement = sql.SQL(LIST).format(column=sql.Identifier(column), order=_word(order))
    values = {
        "bucket": bucket_of(request),
        "prefix": f"{prefix.strip('/')}/" if prefix.strip("/") else "",
        "search": str(body.get("search") or ""),
        "limit": min(limit, LIST_CAP),
        "offset": offset,
    }
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute(statement, values)
        rows = await cursor.fetchall()
    return JSONResponse([_entry(row) for row in rows])


async def list_pages(request: Request) -> Response:
    """Pages by cursor: full names; with ``with_delimiter`` one level, its folders apart."""
    body = await json_body(request)
    limit = min(whole_number(body, "limit", LIST_V2_CAP), LIST_V2_CAP)
    if limit < 1:
        raise invalid_request("body/limit must be >= 1")
    column, order = _sort(body, COLUMNS[:3])
    place, after = _read_cursor(body.get("cursor"))
    statement = sql.SQL(LIST_V2).format(
        column=sql.Identifier("key" if column == "name" else column),
        order=_word(order),
        beyond=sql.SQL(">" if order == "asc" else "<"),
    )
    values = {
        "bucket": bucket_of(request),
        "prefix": str(body.get("prefix") or ""),
        "fold": body.get("with_delimiter") is True,
        "place": place,
        "after": after,
        "limit": limit + 1,
    }
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute(statement, values)
        rows = await cursor.fetchall()
    page, more = rows[:limit], len(rows) > limit
    answer: dict[str, Any] = {
        "hasNext": more,
        "folders": [{"name": row["key"], "key": row["key"]} for row in page if row["is_folder"]],
        "objects": [_object(row) for row in page if not row["is_folder"]],
    }
    if more:
        answer["nextCursor"] = _cursor(page[-1]["place"], page[-1]["key"])
        answer["nextCursorKey"] = page[-1]["key"]
    return JSONResponse(answer)


routes = [
    Route("/object/list/{bucket}", answering(list_folder), methods=["POST"]),
    Route("/object/list-v2/{bucket}", answering(list_pages), methods=["POST"]),
]


def _sort(body: Mapping[str, Any], columns: tuple[str, ...]) -> tuple[str, str]:
    wanted: Any = body.get("sortBy") or {}
    if not isinstance(wanted, dict):
        raise invalid_request("body/sortBy must be object")
    chosen = cast("dict[str, Any]", wanted)
    column, order = str(chosen.get("column") or "name"), str(chosen.get("order") or "asc").lower()
    if column not in columns:
        raise invalid_request("body/sortBy/column must be equal to one of the allowed values")
    if order not in ORDERS:
        raise invalid_request("body/sortBy/order must be equal to one of the allowed values")
    return column, order


def _word(order: str) -> sql.SQL:
    return sql.SQL("desc") if order == "desc" else sql.SQL("asc")


def _entry(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "id": str(row["id"]) if row["id"] else None,
        "updated_at": timestamp(row["updated_at"]),
        "created_at": timestamp(row["created_at"]),
        "last_accessed_at": timestamp(row["last_accessed_at"]),
        "metadata": row["metadata"],
    }


def _object(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "name": row["key"],
        "key": row["key"],
        "updated_at": timestamp(row["updated_at"]),
        "created_at": timestamp(row["created_at"]),
        "metadata": row["metadata"],
    }


def _cursor(place: str, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([place, key]).encode()).decode()


def _read_cursor(cursor: Any) -> tuple[str | None, str | None]:
    if not cursor:
        return None, None
    try:
        place, key = json.loads(base64.urlsafe_b64decode(str(cursor)))
    except ValueError as error:
        raise invalid_request("body/cursor is not one of ours") from error
    return str(place), str(key)
