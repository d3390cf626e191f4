"""Takes bytes in: by signed URL or directly, as multipart or raw. A resumable way may share :func:`store`."""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mediaops.local.context import Context, context
from mediaops.local.database import Connection
from mediaops.local.storage.errors import (
    StorageFailure,
    entity_too_large,
    invalid_jwt,
    invalid_mime_type,
    invalid_request,
    invalid_signature,
    key_exists,
    no_such_key,
)
from mediaops.local.storage.files import Incoming
from mediaops.local.storage.multipart import read_form
from mediaops.local.storage.requests import (
    ADMIN,
    answering,
    bucket_of,
    caller_of,
    caller_settings,
    name_of,
)
from mediaops.local.storage.rows import (
    Bucket,
    NewObject,
    find_bucket,
    find_object,
    metadata,
    new_version,
)
from mediaops.local.storage.signing import signed_path
from mediaops.local.tokens import TokenExpired, TokenInvalid

SIGNED_UPLOAD_SECONDS = 2 * 3600
UPLOAD_SCOPE = "upload"


@dataclass(frozen=True)
class Received:
    """What a request carried besides the bytes."""

    mime: str
    cache_control: str
    user_metadata: dict[str, Any] | None


async def sign_upload(request: Request) -> Response:
    """Make a URL that may write this one object, if the caller's role could insert it now."""
    bucket, name = bucket_of(request), name_of(request)
    owner = caller_of(request).user_id
    upsert = request.headers.get("x-upsert") == "true"
    await _test_permission(request, bucket, name, owner, upsert=upsert)
    claims = {"url": f"{bucket}/{name}", "upsert": upsert, "scope": UPLOAD_SCOPE}
    if owner:
        claims["owner"] = owner
    token = context(request).tokens.sign_for(SIGNED_UPLOAD_SECONDS, claims)
    return JSONResponse(
        {"url": f"{signed_path('object/upload/sign', bucket, name)}?token={token}", "token": token}
    )


async def put_signed(request: Request) -> Response:
    """The bytes for a signed URL; the token is all the right there is."""
    bucket, name = bucket_of(request), name_of(request)
    token = request.query_params.get("token")
    if not token:
        raise invalid_request("querystring must have required property 'token'")
    try:
        claims = context(request).tokens.read(token)
    except (TokenExpired, TokenInvalid) as error:
        raise invalid_jwt(str(error)) from error
    if claims.get("url") != f"{bucket}/{name}" or claims.get("scope") != UPLOAD_SCOPE:
        raise invalid_signature()
    upsert = claims.get("upsert") is True
    here = context(request)
    async with here.storage.transaction(ADMIN) as connection:
        rules = await find_bucket(connection, bucket)
        if not upsert:
            await _must_be_free(connection, bucket, name)
    await _receive(request, rules, name, claims.get("owner"), upsert=upsert)
    return JSONResponse({"Key": f"{bucket}/{name}"})


async def put_direct(request: Request) -> Response:
    """POST: a new object (or ``x-upsert: true``). PUT: replaces."""
    bucket, name = bucket_of(request), name_of(request)
    owner = caller_of(request).user_id
    upsert = request.method == "PUT" or request.headers.get("x-upsert") == "true"
    async with context(request).storage.transaction(ADMIN) as connection:
        rules = await find_bucket(connection, bucket)
    await _test_permission(request, bucket, name, owner, upsert=upsert)
    object_id = await _receive(request, rules, name, owner, upsert=upsert)
    return JSONResponse({"Key": f"{bucket}/{name}", "Id": object_id})


routes = [
    Route("/object/upload/sign/{bucket}/{name:path}", answering(sign_upload), methods=["POST"]),
    Route("/object/upload/sign/{bucket}/{name:path}", answering(put_signed), methods=["PUT"]),
]


async def store(
    here: Context,
    incoming: Incoming,
    rules: Bucket,
    name: str,
    owner: str | None,
    sent: Received,
    *,
    upsert: bool,
) -> str:
    """Give finished bytes their row; the object's id. Row and file come to be together or not at all.

    Raises StorageFailure KeyAlreadyExists when the name was taken meanwhile.
    """
    version = new_version()
    facts = metadata(incoming.etag, incoming.size, sent.mime, sent.cache_control)
    wanted = NewObject(rules.id, name, owner, version, facts, sent.user_metadata)
    replaced: str | None = None
    with contextlib.ExitStack() as doubts:
        try:
            async with here.storage.transaction(ADMIN) as connection:
                replaced = await _version_there(connection, rules.id, name)
                if replaced and not upsert:
                    raise key_exists()
                doubts.enter_context(here.files.in_doubt([version, replaced] if replaced else [version]))
                await here.files.publish(incoming, version)
                object_id = await wanted.insert(connection, upsert=upsert)
        except (StorageFailure, psycopg.Error, OSError):
            await here.files.remove([version])
            raise
        if replaced:
            await here.files.remove([replaced])
    return str(object_id)


async def _receive(request: Request, rules: Bucket, name: str, owner: str | None, *, upsert: bool) -> str:
    here = context(request)
    with here.files.incoming() as incoming:
        content_type = request.headers.get("content-type", "application/octet-stream")
        if content_type.startswith("multipart/form-data"):
            sent = await _read_multipart(request, content_type, incoming, rules)
        else:
            sent = await _read_raw(request, content_type, incoming, rules)
        await incoming.finish()
        return await store(here, incoming, rules, name, owner, sent, upsert=upsert)


async def _read_multipart(request: Request, content_type: str, incoming: Incoming, rules: Bucket) -> Received:
    limit = rules.file_size_limit
    too_large = False

    async def sink(data: bytes) -> None:
        nonlocal too_large
        too_large = too_large or (limit is not None and incoming.size + len(data) > limit)
        if not too_large:
            await incoming.write(data)

    # Read to the end even when it is refused: a client that still sends would not see the answer.
    form = await read_form(content_type, request.stream(), sink)
    if form.mime is None:
        raise invalid_request("No content provided")
    if not rules.takes(form.mime):
        raise invalid_mime_type(form.mime)
    if too_large:
        raise entity_too_large()
    seconds = form.fields.get("cacheControl")
    return Received(
        form.mime,
        f"max-age={seconds}" if seconds else "no-cache",
        _user_metadata(form.fields.get("metadata")),
    )


async def _read_raw(request: Request, content_type: str, incoming: Incoming, rules: Bucket) -> Received:
    refused = _refusal(request, content_type, rules)
    async for piece in request.stream():
        if refused is None:
            await incoming.write(piece)
    if refused is not None:
        raise refused
    encoded = request.headers.get("x-metadata")
    try:
        user_metadata = base64.b64decode(encoded).decode() if encoded else None
    except ValueError as error:
        raise invalid_request("x-metadata must be base64") from error
    return Received(
        content_type, request.headers.get("cache-control", "no-cache"), _user_metadata(user_metadata)
    )


def _refusal(request: Request, content_type: str, rules: Bucket) -> StorageFailure | None:
    if not rules.takes(content_type):
        return invalid_mime_type(content_type)
    # As the real server: only the announced length is looked at, so a chunked body passes the limit.
    # Whoever relies on the size looks at the object itself.
    announced = int(request.headers.get("content-length") or 0)
    if rules.file_size_limit is not None and announced > rules.file_size_limit:
        return entity_too_large()
    return None


def _user_metadata(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        value: Any = json.loads(text)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


async def _test_permission(
    request: Request, bucket: str, name: str, owner: str | None, *, upsert: bool
) -> None:
    """Insert as the caller and roll back: asks the policies, the bucket and the name's uniqueness."""
    trial = NewObject(bucket, name, owner, new_version(), {})
    async with context(request).callers.transaction(caller_settings(request), rollback=True) as connection:
        await trial.try_insert(connection, upsert=upsert)


async def _version_there(connection: Connection, bucket: str, name: str) -> str | None:
    try:
        return (await find_object(connection, bucket, name, lock=True))["version"]
    except StorageFailure as failure:
        if failure.body["code"] != no_such_key().body["code"]:
            raise
        return None


async def _must_be_free(connection: Connection, bucket: str, name: str) -> None:
    if await _version_there(connection, bucket, name):
        raise key_exists()
