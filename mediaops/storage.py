"""Objects in the bucket, through supabase-py, with our errors. "Not there" and "could not ask" stay apart."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import httpx
from storage3.exceptions import StorageApiError
from storage3.utils import StorageException
from supabase import Client

from mediaops.client import http
from mediaops.errors import Conflict, Forbidden, MediaOpsError, NotFound, NotSignedIn, Unavailable
from mediaops.settings import get_settings

PIECE_BYTES = 1024**2
AT_ONCE = 1000  # Storage takes this many paths in one call
READ_SECONDS = 300  # how long a download link made for ourselves is good


class NotThere(NotFound):
    """Storage answered: there is no such object, or this client may not see it."""

    code = "object_not_found"


class AlreadyThere(Conflict):
    """Storage answered: another object is at that path."""

    code = "object_exists"


@dataclass(frozen=True)
class Stored:
    """What Storage knows of an object. ``size`` in bytes."""

    path: str
    size: int


@dataclass(frozen=True)
class SignedUpload:
    """The right to put one object at ``path``: PUT to ``url``."""

    path: str
    token: str
    url: str


def stat(client: Client, path: str) -> Stored | None:
    """Size of the object, or None when it is not there."""
    try:
        with asking():
            info = _bucket(client).info(path)
    except NotThere:
        return None
    metadata: dict[str, Any] = info.get("metadata") or {}
    size = info.get("size")
    return Stored(path, int(metadata.get("size", 0) if size is None else size))


def move(client: Client, source: str, target: str) -> None:
    """Rename the object. Raises :class:`NotThere` or, when ``target`` is taken, :class:`AlreadyThere`."""
    with asking():
        _bucket(client).move(source, target)


def remove(client: Client, paths: Iterable[str]) -> set[str]:
    """Delete objects; answers those that Storage says it deleted. What was not there is left out."""
    wanted, gone = list(paths), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        with asking():
            rows = _bucket(client).remove(wanted[start : start + AT_ONCE])
        gone |= {str(row["name"]) for row in rows}
    return gone


def put(client: Client, path: str, data: bytes, mime: str) -> None:
    """Store ``data`` at ``path``, replacing what is there."""
    with asking():
        _bucket(client).upload(
            path, data, {"content-type": mime, "upsert": "true", "cache-control": "31536000"}
        )


def fetch(client: Client, path: str, target: Path, most_bytes: int) -> int:
    """Copy the object to the file ``target`` in pieces; answers its bytes.

    Raises :class:`NotThere`, or ``too_large`` as soon as it turns out longer than ``most_bytes``.
    """
    copied = 0
    with _reading(client, path) as response, target.open("wb") as file:
        for piece in response.iter_bytes(PIECE_BYTES):
            copied += len(piece)
            if copied > most_bytes:
                raise MediaOpsError("The object is longer than it was said to be.", code="too_large")
            file.write(piece)
    return copied


def head(client: Client, path: str, count: int) -> bytes:
    """The first ``count`` bytes of the object. Raises :class:`NotThere`."""
    data = b""
    with _reading(client, path, {"Range": f"bytes=0-{count - 1}"}) as response:
        for piece in response.iter_bytes(count):
            data += piece
            if len(data) >= count:  # a server without ranges sends it all; the rest is not read
                break
    return data[:count]


def sign_upload(client: Client, path: str) -> SignedUpload:
    """Ask Storage for the right to put an object at ``path``. Raises ``forbidden`` or ``object_exists``."""
    with asking():
        signed = _bucket(client).create_signed_upload_url(path)
    return SignedUpload(path, signed["token"], signed["signed_url"])


def sign_downloads(client: Client, paths: Sequence[str], seconds: int) -> dict[str, str]:
    """Absolute URLs by path; a path that is not there or not visible is left out."""
    urls: dict[str, str] = {}
    for start in range(0, len(paths), AT_ONCE):
        with asking():
            answers = _bucket(client).create_signed_urls(list(paths[start : start + AT_ONCE]), seconds)
        for answer in answers:
            path, url = answer["path"], answer["signedURL"]
            if path and url and not answer["error"]:
                urls[path] = url
    return urls


def _bucket(client: Client) -> Any:
    return client.storage.from_(get_settings().mediaops_bucket)


@contextmanager
def _reading(client: Client, path: str, headers: dict[str, str] | None = None) -> Generator[httpx.Response]:
    """supabase-py reads an object into memory whole; its signed URL can be read in pieces."""
    with asking():
        url = str(_bucket(client).create_signed_url(path, READ_SECONDS)["signedURL"])
        with http().stream("GET", url, headers=headers) as response:
            if response.status_code == 416:  # a range of an empty object
                yield httpx.Response(200, content=b"")
                return
            if response.is_error:
                response.read()
                raise _api_error(response)
            yield response


def _api_error(response: httpx.Response) -> StorageApiError:
    try:
        body: Any = response.json()
        return StorageApiError(str(body["message"]), str(body["error"]), str(body["statusCode"]))
    except (ValueError, KeyError, TypeError):
        return StorageApiError(response.text[:200], "InternalError", response.status_code)


@contextmanager
def asking() -> Generator[None]:
    """Storage's errors as ours."""
    try:
        yield
    except StorageApiError as error:
        raise _translated(error) from error
    # What is no JSON did not come from Storage, but from something in between.
    except (StorageException, httpx.HTTPError, JSONDecodeError) as error:
        raise _silent() from error


def _translated(error: StorageApiError) -> MediaOpsError:
    status, message, code = str(error.status), str(error.message), str(error.code)
    if status == "404":
        return NotThere("There is no such file in Storage.")
    if status == "409":
        return AlreadyThere("There is already a file at that place in Storage.")
    if code == "InvalidJWT" or status == "401":
        return NotSignedIn("Your session has ended.", hint="Sign in again.")
    if status == "403":
        return Forbidden(f"Storage refused: {message}")
    if status == "413":
        return MediaOpsError("The file is larger than Storage takes.", code="too_large")
    if status == "429" or status.startswith("5"):
        return _silent()
    return MediaOpsError(f"Storage refused: {message}", code="storage")


def _silent() -> Unavailable:
    return Unavailable(
        "The file storage did not answer.", hint="Wait a moment and try again; nothing was lost."
    )
