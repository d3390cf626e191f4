"""Buckets, under the caller's policies (without any, only the secret key may do something)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import psycopg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.clock import timestamp
from mediaops.local.context import context
from mediaops.local.storage.errors import (
    bucket_exists,
    bucket_not_empty,
    invalid_bucket_name,
    invalid_request,
    no_such_bucket,
)
from mediaops.local.storage.objects import MAY_DELETE
from mediaops.local.storage.requests import answering, bucket_of, caller_of, caller_settings, json_body

NAME = re.compile(r"[\w!\-.*'() &$@=;:+,?]{1,63}", re.ASCII)
SIZE = re.compile(r"(\d+(?:\.\d+)?)(b|kb|mb|gb)", re.IGNORECASE)
UNIT_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


async def create(request: Request) -> Response:
    """A new bucket."""
    body = await json_body(request)
    bucket = str(body.get("id") or body.get("name") or "")
    if not NAME.fullmatch(bucket):
        raise invalid_bucket_name()
    try:
        async with context(request).callers.transaction(caller_settings(request)) as connection:
            await connection.execute(
                "insert into storage.buckets"
                " (id, name, owner_id, public, file_size_limit, allowed_mime_types)"
                " values (%s, %s, %s, %s, %s, %s)",
                [
                    bucket,
                    body.get("name") or bucket,
                    caller_of(request).user_id,
                    bool(body.get("public")),
                    _bytes(body.get("file_size_limit")),
                    body.get("allowed_mime_types"),
                ],
            )
    except psycopg.errors.UniqueViolation as error:
        raise bucket_exists() from error
    return JSONResponse({"name": bucket})


async def get_one(request: Request) -> Response:
    """One bucket."""
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute("select * from storage.buckets where id = %s", [bucket_of(request)])
        row = await cursor.fetchone()
    if row is None:
        raise no_such_bucket()
    return JSONResponse(_json(row))


async def get_all(request: Request) -> Response:
    """Every bucket the caller may see."""
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute("select * from storage.buckets order by name")
        return JSONResponse([_json(row) for row in await cursor.fetchall()])


async def update(request: Request) -> Response:
    """Change what is given."""
    body = await json_body(request)
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        cursor = await connection.execute(
            "update storage.buckets set public = coalesce(%s, public),"
            " file_size_limit = case when %s then %s else file_size_limit end,"
            " allowed_mime_types = case when %s then %s else allowed_mime_types end, updated_at = now()"
            " where id = %s returning id",
            [
                body.get("public"),
                "file_size_limit" in body,
                _bytes(body.get("file_size_limit")),
                "allowed_mime_types" in body,
                body.get("allowed_mime_types"),
                bucket_of(request),
            ],
        )
        if await cursor.fetchone() is None:
            raise no_such_bucket()
    return JSONResponse({"message": "Successfully updated"})


async def delete(request: Request) -> Response:
    """Delete an empty bucket."""
    settings = caller_settings(request) | MAY_DELETE
    try:
        async with context(request).callers.transaction(settings) as connection:
            cursor = await connection.execute(
                "delete from storage.buckets where id = %s returning id", [bucket_of(request)]
            )
            if await cursor.fetchone() is None:
                raise no_such_bucket()
    except psycopg.errors.ForeignKeyViolation as error:
        raise bucket_not_empty() from error
    return JSONResponse({"message": "Successfully deleted"})


routes = [
    Route("/bucket", answering(create), methods=["POST"]),
    Route("/bucket", answering(get_all), methods=["GET"]),
    Route("/bucket/{bucket}", answering(get_one), methods=["GET"]),
    Route("/bucket/{bucket}", answering(update), methods=["PUT"]),
    Route("/bucket/{bucket}", answering(delete), methods=["DELETE"]),
]


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "owner": row["owner_id"] or "",
        "public": bool(row["public"]),
        "file_size_limit": row["file_size_limit"],
        "allowed_mime_types": row["allowed_mime_types"],
        "created_at": timestamp(row["created_at"]),
        "updated_at": timestamp(row["updated_at"]),
    }


def _bytes(limit: Any) -> int | None:
    if limit is None or isinstance(limit, int):
        return limit
    found = SIZE.fullmatch(str(limit))
    if not found:
        raise invalid_request("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B")
    return int(float(found[1]) * UNIT_BYTES[found[2].lower()])
