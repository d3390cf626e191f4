"""``POST /rest/v1/rpc/<function>``."""

from __future__ import annotations

import json
from typing import Any, cast

import psycopg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mediaops.local.context import context
from mediaops.local.database import DatabaseDown
from mediaops.local.rest.errors import RestError, database_down, from_database
from mediaops.local.rest.functions import call, find_function
from mediaops.local.tokens import Caller, TokenExpired, TokenInvalid, bearer

SCHEMAS = ("public", "media")


async def rpc(request: Request) -> Response:
    """Call one function as the caller's role."""
    try:
        check_key(request)
        return await _call(request)
    except RestError as error:
        return error.response()


async def missing(request: Request) -> Response:
    """Tables and views are not served: everything goes through functions."""
    name = request.path_params["rest"].partition("/")[0]
    return RestError(
        404, "PGRST205", f"Could not find the table '{SCHEMAS[0]}.{name}' in the schema cache"
    ).response()


routes = [
    Route("/rest/v1/rpc/{function}", rpc, methods=["POST"]),
    Route("/rest/v1/{rest:path}", missing, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
]


def check_key(request: Request) -> None:
    """The gateway of a project lets no one pass without one of its two keys."""
    key = request.headers.get("apikey") or request.query_params.get("apikey")
    installation = context(request).installation
    if key not in (installation.publishable_key, installation.secret_key):
        message = "Invalid API key" if key else "No API key found in request"
        raise RestError(
            401, "401", message, hint="Send the publishable or the secret key as the header `apikey`."
        )


async def _call(request: Request) -> Response:
    caller = _caller(request)
    schema = request.headers.get("content-profile", SCHEMAS[0])
    if schema not in SCHEMAS:
        raise RestError(
            406,
            "PGRST106",
            f"Invalid schema: {schema}",
            hint=f"Only the following schemas are exposed: {', '.join(SCHEMAS)}",
        )
    raw = await request.body()
    given = _arguments(raw)
    settings = caller.settings() | {
        "search_path": f"{schema}, public, extensions",
        "request.method": request.method,
        "request.path": request.url.path,
        "request.headers": json.dumps(dict(request.headers)),
    }
    try:
        async with context(request).callers.transaction(settings) as connection:
            function = await find_function(connection, schema, request.path_params["function"], list(given))
            cursor = await connection.execute(call(function, given), [raw.decode() or "{}"])
            row = await cursor.fetchone()
    except DatabaseDown as error:
        raise database_down(str(error)) from error
    except psycopg.Error as error:
        raise from_database(error, caller.role) from error
    if function.shape == "void":
        return Response(status_code=204)
    body = row["body"] if row and row["body"] is not None else "null"
    if "application/vnd.pgrst.object+json" in request.headers.get("accept", ""):
        body = _single(body)
    return Response(body, media_type="application/json; charset=utf-8", headers={"Content-Profile": schema})


def _caller(request: Request) -> Caller:
    token = bearer(request)
    if not token and "authorization" in request.headers:
        raise RestError(401, "PGRST301", "Empty JWT is sent in Authorization header")
    try:
        # Without a token of its own the key speaks: the gateway of a project sets it.
        return context(request).tokens.caller(token or request.headers.get("apikey", ""))
    except TokenExpired as error:
        raise RestError(401, "PGRST303", "JWT expired") from error
    except TokenInvalid as error:
        if token.count(".") != 2:
            message = f"Expected 3 parts in JWT; got {token.count('.') + 1}"
            raise RestError(401, "PGRST301", message) from error
        if "role" in str(error):
            raise RestError(401, "22023", str(error)) from error
        raise RestError(401, "PGRST301", "JWT cryptographic operation failed") from error


def _arguments(raw: bytes) -> dict[str, Any]:
    try:
        body: Any = json.loads(raw) if raw.strip() else {}
    except ValueError as error:
        raise RestError(400, "PGRST102", "Empty or invalid json") from error
    if not isinstance(body, dict):
        raise RestError(400, "PGRST102", "All object keys must match")
    return cast("dict[str, Any]", body)


def _single(body: str) -> str:
    rows: Any = json.loads(body)
    if not isinstance(rows, list):
        return body
    found = cast("list[Any]", rows)
    if len(found) != 1:
        raise RestError(
            406,
            "PGRST116",
            "Cannot coerce the result to a single JSON object",
            f"The result contains {len(found)} rows",
        )
    return json.dumps(found[0])
