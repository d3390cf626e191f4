"""Gives bytes out: by signed URL or to a caller, whole, in part, or not again (304)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from mediaops.local.context import context
from mediaops.local.storage.errors import invalid_jwt, invalid_request, invalid_signature, no_such_key
from mediaops.local.storage.requests import ADMIN, answering, bucket_of, caller_settings, name_of
from mediaops.local.storage.rows import find_bucket, find_object
from mediaops.local.tokens import TokenExpired, TokenInvalid

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def get_signed(request: Request) -> Response:
    """The object of a signed URL; the token is all the right there is."""
    bucket, name = bucket_of(request), name_of(request)
    token = request.query_params.get("token")
    if not token:
        raise invalid_request("querystring must have required property 'token'")
    try:
        claims = context(request).tokens.read(token)
    except (TokenExpired, TokenInvalid) as error:
        raise invalid_jwt(str(error)) from error
    if claims.get("url") != f"{bucket}/{name}" or claims.get("scope"):
        raise invalid_signature()
    async with context(request).storage.transaction(ADMIN) as connection:
        row = await find_object(connection, bucket, name)
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    return await _send(request, row, {"Expires": format_datetime(expires, usegmt=True)})


async def get_authenticated(request: Request) -> Response:
    """An object that the caller's role may see."""
    bucket, name = bucket_of(request), name_of(request)
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        row = await find_object(connection, bucket, name)
    return await _send(request, row, {"Cache-Control": _cache_control(row)})


async def get_public(request: Request) -> Response:
    """An object of a bucket that was made public."""
    bucket, name = bucket_of(request), name_of(request)
    async with context(request).storage.transaction(ADMIN) as connection:
        if not (await find_bucket(connection, bucket)).public:
            raise no_such_key()
        row = await find_object(connection, bucket, name)
    return await _send(request, row, {"Cache-Control": _cache_control(row)})


signed_routes = [
    Route("/object/sign/{bucket}/{name:path}", answering(get_signed), methods=["GET"]),
    Route("/object/public/{bucket}/{name:path}", answering(get_public), methods=["GET"]),
    Route("/object/authenticated/{bucket}/{name:path}", answering(get_authenticated), methods=["GET"]),
]


async def _send(request: Request, row: Mapping[str, Any], more: Mapping[str, str]) -> Response:
    facts: Mapping[str, Any] = row["metadata"] or {}
    files = context(request).files
    try:
        path = files.path(str(row["version"]))
        file = await asyncio.to_thread(path.open, "rb")
    except (FileNotFoundError, ValueError) as error:
        raise no_such_key() from error
    size = (await asyncio.to_thread(path.stat)).st_size if "size" not in facts else int(facts["size"])
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": _safe_type(facts.get("mimetype")),
        "ETag": str(facts.get("eTag") or f'"{row["version"]}"'),
        "Last-Modified": format_datetime(row["updated_at"].astimezone(UTC), usegmt=True),
        **_disposition(request),
        **more,
    }
    if _unchanged(request, headers["ETag"], row["updated_at"]):
        file.close()
        return Response(status_code=304, headers={k: v for k, v in headers.items() if k != "Content-Type"})
    found = _range(request, headers["ETag"], size)
    if found is None:
        file.close()
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, length, partial = found
    headers["Content-Length"] = str(length)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    status = 206 if partial else 200
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers)
    return StreamingResponse(files.read(file, start, length), status, headers)


def _range(request: Request, etag: str, size: int) -> tuple[int, int, bool] | None:
    """(start, length, whether it is a part); None when nothing of the object is in the range."""
    wanted = RANGE.fullmatch(request.headers.get("range", "").strip())
    # Several ranges at once, other units and a range of another version: the whole object answers.
    if not wanted or not any(wanted.groups()) or request.headers.get("if-range", etag) != etag:
        return 0, size, False
    first, last = wanted.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if start > end:
        return None
    return start, end - start + 1, True


def _unchanged(request: Request, etag: str, modified: datetime) -> bool:
    if known := request.headers.get("if-none-match"):
        return known == "*" or etag in [part.strip().removeprefix("W/") for part in known.split(",")]
    if since := request.headers.get("if-modified-since"):
        try:
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
    return False


def _cache_control(row: Mapping[str, Any]) -> str:
    facts: Mapping[str, Any] = row["metadata"] or {}
    return str(facts.get("cacheControl") or "no-cache")


def _safe_type(mime: str | None) -> str:
    # A page among the objects must not run scripts on Storage's own origin.
    return "text/plain" if mime and "text/html" in mime else mime or "application/octet-stream"


def _disposition(request: Request) -> dict[str, str]:
    name = request.query_params.get("download")
    if name is None:
        return {}
    if not name:
        return {"Content-Disposition": "attachment;"}
    quoted = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename={quoted}; filename*=UTF-8''{quoted};"}
