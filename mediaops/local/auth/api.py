"""The routes of ``/auth/v1``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import psycopg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.auth import sessions
from mediaops.local.auth.errors import AuthFailure, bad_json, unavailable
from mediaops.local.auth.users import create_user, update_user, user_by_id, user_json
from mediaops.local.context import context
from mediaops.local.database import DatabaseDown
from mediaops.local.rest.api import check_key
from mediaops.local.rest.errors import RestError
from mediaops.local.tokens import Caller, TokenExpired, TokenInvalid, bearer

Handler = Callable[[Request], Awaitable[Response]]
NO_SETTINGS = {"search_path": "auth"}
PER_PAGE, MAX_PER_PAGE = 50, 1000


def answering(handler: Handler, *, key: bool = True) -> Handler:
    """Checks the project's key, and turns failures into their answers."""

    async def answer(request: Request) -> Response:
        try:
            if key:
                check_key(request)
            return await handler(request)
        except (AuthFailure, RestError) as failure:
            return failure.response()
        except DatabaseDown:
            return unavailable().response()
        except psycopg.Error as error:
            message = error.diag.message_primary or str(error)
            return AuthFailure(500, "unexpected_failure", f"Database error: {message}").response()

    return answer


async def token(request: Request) -> Response:
    """``grant_type=password|refresh_token``."""
    body = await _body(request)
    tokens, issuer = context(request).tokens, f"{str(request.base_url).rstrip('/')}/auth/v1"
    grant = request.query_params.get("grant_type")
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        if grant == "password":
            email, password = str(body.get("email") or ""), str(body.get("password") or "")
            if not email:
                raise AuthFailure(400, "validation_failed", "missing email or phone")
            result = await sessions.sign_in(connection, tokens, issuer, email, password)
        elif grant == "refresh_token":
            given = str(body.get("refresh_token") or "")
            if not given:
                raise AuthFailure(400, "validation_failed", "refresh_token required")
            result = await sessions.refresh(connection, tokens, issuer, given)
        else:
            raise AuthFailure(400, "invalid_credentials", "unsupported_grant_type")
    if isinstance(result, AuthFailure):
        raise result
    return JSONResponse(result)


async def user(request: Request) -> Response:
    """GET: who the access token stands for. PUT: change the own password or user_metadata."""
    caller = _signed_in(request)
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        row = await sessions.session_user(connection, caller.claims)
        if request.method == "PUT":
            wanted = {k: v for k, v in (await _body(request)).items() if k in ("password", "data")}
            row = await update_user(connection, str(row["id"]), wanted)
    return JSONResponse(user_json(row))


async def logout(request: Request) -> Response:
    """End sessions; the access token itself stays readable until it expires, as everywhere."""
    caller = _signed_in(request)
    scope = request.query_params.get("scope", "global")
    if scope not in ("global", "local", "others"):
        raise AuthFailure(400, "validation_failed", f"Unsupported logout scope {scope!r}")
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        await sessions.session_user(connection, caller.claims)
        await sessions.sign_out(connection, caller.claims, scope)
    return Response(status_code=204)


async def admin_users(request: Request) -> Response:
    """GET: a page of users. POST: a new one."""
    _must_be_service(request)
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        if request.method == "POST":
            return JSONResponse(user_json(await create_user(connection, await _body(request))))
        page = max(1, _number(request, "page", 1))
        per_page = min(MAX_PER_PAGE, max(1, _number(request, "per_page", PER_PAGE)))
        cursor = await connection.execute(
            "select *, count(*) over () as total from auth.users"
            " order by created_at desc, id limit %s offset %s",
            [per_page, (page - 1) * per_page],
        )
        rows = await cursor.fetchall()
    total = rows[0]["total"] if rows else 0
    body = {"users": [user_json(row) for row in rows], "aud": "authenticated"}
    return JSONResponse(body, headers={"X-Total-Count": str(total)})


async def admin_user(request: Request) -> Response:
    """GET, PUT and DELETE of one user."""
    _must_be_service(request)
    user_id = request.path_params["user_id"]
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        if request.method == "PUT":
            return JSONResponse(user_json(await update_user(connection, user_id, await _body(request))))
        row = await user_by_id(connection, user_id)
        if request.method == "DELETE":
            await connection.execute("delete from auth.users where id = %s", [row["id"]])
            return JSONResponse({})
        return JSONResponse(user_json(row))


async def signup(request: Request) -> Response:
    """People are invited by ops, they don't sign up."""
    raise AuthFailure(422, "signup_disabled", "Signups not allowed for this instance")


async def health(request: Request) -> Response:
    """Whether sign-in can work."""
    async with context(request).auth.transaction(NO_SETTINGS) as connection:
        await connection.execute("select 1")
    return JSONResponse(
        {"version": "embedded", "name": "GoTrue", "description": "MediaOps' embedded Supabase"}
    )


async def jwks(request: Request) -> Response:
    """No public keys: tokens are signed with the shared secret."""
    return JSONResponse({"keys": []})


routes = [
    Route("/auth/v1/token", answering(token), methods=["POST"]),
    Route("/auth/v1/user", answering(user), methods=["GET", "PUT"]),
    Route("/auth/v1/logout", answering(logout), methods=["POST"]),
    Route("/auth/v1/signup", answering(signup), methods=["POST"]),
    Route("/auth/v1/admin/users", answering(admin_users), methods=["GET", "POST"]),
    Route("/auth/v1/admin/users/{user_id}", answering(admin_user), methods=["GET", "PUT", "DELETE"]),
    Route("/auth/v1/health", answering(health, key=False), methods=["GET"]),
    Route("/auth/v1/.well-known/jwks.json", answering(jwks, key=False), methods=["GET"]),
]


async def _body(request: Request) -> dict[str, Any]:
    try:
        body: Any = await request.json()
    except ValueError as error:
        raise bad_json() from error
    if not isinstance(body, dict):
        raise bad_json()
    return cast("dict[str, Any]", body)


def _signed_in(request: Request) -> Caller:
    token = bearer(request)
    if not token:
        raise AuthFailure(401, "no_authorization", "This endpoint requires a valid Bearer token")
    try:
        return context(request).tokens.caller(token)
    except TokenExpired as error:
        message = (
            "invalid JWT: unable to parse or verify signature, token has invalid claims: token is expired"
        )
        raise AuthFailure(403, "bad_jwt", message) from error
    except TokenInvalid as error:
        message = f"invalid JWT: unable to parse or verify signature, {error}"
        raise AuthFailure(403, "bad_jwt", message) from error


def _must_be_service(request: Request) -> None:
    if _signed_in(request).role != "service_role":
        raise AuthFailure(403, "not_admin", "User not allowed")


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name) or str(default)
    return int(text) if text.isdigit() else default
