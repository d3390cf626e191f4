"""What storage handlers need from a request: the caller, the names, the JSON body."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

import psycopg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from mediaops.local.context import context
from mediaops.local.database import DatabaseDown
from mediaops.local.storage.errors import (
    StorageFailure,
    access_denied,
    body_too_large,
    database_timeout,
    from_database,
    internal,
    invalid_key,
    invalid_request,
)
from mediaops.local.tokens import Caller, TokenExpired, TokenInvalid, bearer

Handler = Callable[[Request], Awaitable[Response]]
ADMIN = {"search_path": "storage"}
JSON_MAX_BYTES = 1024**2
KEY = re.compile(r"[\w/!\-.*'() &$@=;:+,?]+", re.ASCII)
KEY_MAX_BYTES = 1024


def answering(handler: Handler) -> Handler:
    """Turns failures into their answers."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except StorageFailure as failure:
            return failure.response()
        except DatabaseDown:
            return database_timeout().response()
        except psycopg.Error as error:
            return from_database(error).response()
        except ClientDisconnect:
            return Response(status_code=499)
        except OSError as error:
            return internal(f"The object's bytes could not be read or written: {error.strerror}").response()

    return answer


def caller_of(request: Request) -> Caller:
    """Who asks. Raises StorageFailure when there is no valid bearer token."""
    if "authorization" not in request.headers:
        raise invalid_request("headers must have required property 'authorization'")
    try:
        return context(request).tokens.caller(bearer(request))
    except (TokenExpired, TokenInvalid) as error:
        raise access_denied(str(error)) from error


def caller_settings(request: Request) -> dict[str, str]:
    """What holds in a transaction of the caller."""
    return caller_of(request).settings() | {"search_path": "storage, public, extensions"}


def bucket_of(request: Request) -> str:
    """The bucket in the path."""
    return str(request.path_params["bucket"])


def name_of(request: Request) -> str:
    """The object's name in the path. Raises StorageFailure InvalidKey."""
    return valid_key(str(request.path_params["name"]))


def valid_key(key: str) -> str:
    """The key itself, if an object store would take it."""
    parts = key.split("/")
    if not KEY.fullmatch(key) or len(key.encode()) > KEY_MAX_BYTES or {"", ".", ".."} & set(parts):
        raise invalid_key(key)
    return key


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object in the body (an empty one is ``{}``). Raises StorageFailure."""
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > JSON_MAX_BYTES:
            raise body_too_large()
    try:
        body: Any = json.loads(raw) if raw.strip() else {}
    except ValueError as error:
        raise invalid_request("Body is not valid JSON") from error
    if not isinstance(body, dict):
        raise invalid_request("body must be object")
    return cast("dict[str, Any]", body)


def text(body: dict[str, Any], name: str) -> str:
    """A required string of the body."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise invalid_request(f"body must have required property '{name}'")
    return value


def strings(body: dict[str, Any], name: str, most: int) -> list[str]:
    """A required list of 1 to ``most`` strings of the body."""
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(v, str) for v in cast("list[Any]", value)):
        raise invalid_request(f"body/{name} must be array")
    found = cast("list[str]", value)
    if not 1 <= len(found) <= most:
        limits = "fewer than 1" if not found else f"more than {most}"
        raise invalid_request(f"body/{name} must NOT have {limits} items")
    return found


def whole_number(body: dict[str, Any], name: str, default: int | None = None) -> int:
    """A number of the body, given as a number or as digits."""
    value = body.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise invalid_request(f"body/{name} must be integer") from error
