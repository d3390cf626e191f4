"""Signed URLs for reading: one object or a batch."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.context import context
from mediaops.local.storage.errors import invalid_request
from mediaops.local.storage.requests import (
    answering,
    bucket_of,
    caller_settings,
    json_body,
    name_of,
    strings,
    whole_number,
)
from mediaops.local.storage.rows import find_object

MOST_PATHS = 1000
MISSING = "Either the object does not exist or you do not have access to it"


def signed_path(kind: str, bucket: str, name: str) -> str:
    """``/<kind>/<bucket>/<name>``, quoted for a URL."""
    return f"/{kind}/{quote(bucket)}/{quote(name)}"


async def sign(request: Request) -> Response:
    """A URL for one object that the caller may see."""
    bucket, name = bucket_of(request), name_of(request)
    seconds = _seconds(await json_body(request))
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        await find_object(connection, bucket, name)
    return JSONResponse({"signedURL": _url(request, bucket, name, seconds)})


async def sign_many(request: Request) -> Response:
    """URLs in the order of the paths; a missing one has an error and no URL."""
    bucket = bucket_of(request)
    body = await json_body(request)
    paths, seconds = strings(body, "paths", MOST_PATHS), _seconds(body)
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute(
            "select name from storage.objects where bucket_id = %s and name = any(%s)", [bucket, paths]
        )
        there = {row["name"] for row in await cursor.fetchall()}
    return JSONResponse(
        [
            {
                "error": None if path in there else MISSING,
                "path": path,
                "signedURL": _url(request, bucket, path, seconds) if path in there else None,
            }
            for path in paths
        ]
    )


routes = [
    Route("/object/sign/{bucket}/{name:path}", answering(sign), methods=["POST"]),
    Route("/object/sign/{bucket}", answering(sign_many), methods=["POST"]),
]


def _url(request: Request, bucket: str, name: str, seconds: int) -> str:
    token = context(request).tokens.sign_for(seconds, {"url": f"{bucket}/{name}"})
    return f"{signed_path('object/sign', bucket, name)}?token={token}"


def _seconds(body: dict[str, Any]) -> int:
    seconds = whole_number(body, "expiresIn")
    if seconds < 1:
        raise invalid_request("body/expiresIn must be >= 1")
    return seconds
