"""What is done with stored objects: look at, move, copy, remove."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.clock import timestamp
from mediaops.local.context import context
from mediaops.local.database import Connection
from mediaops.local.storage.downloads import get_authenticated
from mediaops.local.storage.errors import StorageFailure, no_such_key, resource_exists
from mediaops.local.storage.requests import (
    answering,
    bucket_of,
    caller_of,
    caller_settings,
    json_body,
    name_of,
    strings,
    text,
    valid_key,
)
from mediaops.local.storage.rows import NewObject, find_object, new_version, row_json
from mediaops.local.storage.uploads import put_direct

MOST_REMOVED = 100_000
# The trigger on the table lets only transactions delete that say so.
MAY_DELETE = {"storage.can_delete": "true"}


async def info(request: Request) -> Response:
    """Facts of an object that the caller may see."""
    bucket, name = bucket_of(request), name_of(request)
    async with context(request).callers.transaction(caller_settings(request)) as connection:
        row = await find_object(connection, bucket, name)
    facts: dict[str, Any] = row["metadata"] or {}
    return JSONResponse(
        {
            "id": str(row["id"]),
            "name": row["name"],
            "version": row["version"],
            "bucket_id": row["bucket_id"],
            "size": facts.get("size"),
            "content_type": facts.get("mimetype"),
            "cache_control": facts.get("cacheControl"),
            "etag": facts.get("eTag"),
            "metadata": row["user_metadata"] or {},
            "last_modified": timestamp(row["updated_at"]),
            "created_at": timestamp(row["created_at"]),
        }
    )


async def move(request: Request) -> Response:
    """Give an object another name. Only the row changes, so it happens at once and wholly."""
    body = await json_body(request)
    bucket, source = text(body, "bucketId"), text(body, "sourceKey")
    target = valid_key(text(body, "destinationKey"))
    target_bucket = body.get("destinationBucket") or bucket
    try:
        async with context(request).callers.transaction(caller_settings(request)) as connection:
            await find_object(connection, bucket, source)
            cursor = await connection.execute(
                "update storage.objects set bucket_id = %s, name = %s where bucket_id = %s and name = %s"
                " returning id",
                [target_bucket, target, bucket, source],
            )
            if await cursor.fetchone() is None:
                raise no_such_key()  # seen, but no policy lets this caller change it
    except psycopg.errors.UniqueViolation as error:
        raise resource_exists() from error
    return JSONResponse({"message": "Successfully moved"})


async def copy(request: Request) -> Response:
    """A second object with the same bytes."""
    body = await json_body(request)
    bucket, source = text(body, "bucketId"), text(body, "sourceKey")
    target = valid_key(text(body, "destinationKey"))
    target_bucket = body.get("destinationBucket") or bucket
    here, owner, version = context(request), caller_of(request).user_id, new_version()
    with here.files.in_doubt([version]):
        try:
            async with here.callers.transaction(caller_settings(request)) as connection:
                row = await find_object(connection, bucket, source)
                wanted = NewObject(
                    target_bucket, target, owner, version, row["metadata"] or {}, row["user_metadata"]
                )
                await here.files.copy(row["version"], version)
                await wanted.insert(connection, upsert=False)
                made = await find_object(connection, target_bucket, target)
        except psycopg.errors.UniqueViolation as error:
            await here.files.remove([version])
            raise resource_exists() from error
        except FileNotFoundError as error:
            raise no_such_key() from error
        except (StorageFailure, psycopg.Error, OSError):
            await here.files.remove([version])
            raise
    return JSONResponse({"Key": f"{target_bucket}/{target}", "Id": str(made["id"]), **row_json(made)})


async def remove_many(request: Request) -> Response:
    """Delete what the caller may delete; answers the rows that went and says nothing of the others."""
    bucket = bucket_of(request)
    names = strings(await json_body(request), "prefixes", MOST_REMOVED)
    return JSONResponse([row_json(row) for row in await _remove(request, bucket, names)])


async def remove_one(request: Request) -> Response:
    """Delete one object."""
    bucket, name = bucket_of(request), name_of(request)
    if not await _remove(request, bucket, [name]):
        raise no_such_key()
    return JSONResponse({"message": "Successfully deleted"})


async def _remove(request: Request, bucket: str, names: list[str]) -> list[dict[str, Any]]:
    files = context(request).files
    settings = caller_settings(request) | MAY_DELETE
    with contextlib.ExitStack() as doubts:
        # The rows go first: a row whose bytes are gone is a broken object, bytes without a row are swept.
        async with context(request).callers.transaction(settings) as connection:
            rows = await _delete_rows(connection, bucket, names)
            versions = [row["version"] for row in rows if row["version"]]
            doubts.enter_context(files.in_doubt(versions))
        await files.remove(versions)
    return rows


async def _delete_rows(connection: Connection, bucket: str, names: list[str]) -> list[dict[str, Any]]:
    cursor = await connection.execute(
        "delete from storage.objects where bucket_id = %s and name = any(%s) returning *", [bucket, names]
    )
    return await cursor.fetchall()


routes = [
    Route("/object/move", answering(move), methods=["POST"]),
    Route("/object/copy", answering(copy), methods=["POST"]),
    Route("/object/info/authenticated/{bucket}/{name:path}", answering(info), methods=["GET"]),
    Route("/object/info/{bucket}/{name:path}", answering(info), methods=["GET"]),
    Route("/object/{bucket}", answering(remove_many), methods=["DELETE"]),
    Route("/object/{bucket}/{name:path}", answering(remove_one), methods=["DELETE"]),
    Route("/object/{bucket}/{name:path}", answering(get_authenticated), methods=["GET"]),
    Route("/object/{bucket}/{name:path}", answering(put_direct), methods=["POST", "PUT"]),
]
