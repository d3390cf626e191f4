"""Rows of ``storage.objects``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.types.json import Jsonb

from mediaops.local.clock import timestamp
from mediaops.local.database import Connection
from mediaops.local.storage.errors import no_such_bucket, no_such_key

INSERT = """
insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
values (%(bucket)s, %(name)s, %(owner)s, %(owner_id)s, %(version)s, %(metadata)s, %(user_metadata)s)
"""
UPSERT = (
    INSERT
    + """
on conflict (bucket_id, name) do update set
  owner = excluded.owner, owner_id = excluded.owner_id, version = excluded.version,
  metadata = excluded.metadata, user_metadata = excluded.user_metadata
"""
)
FIND = "select * from storage.objects where bucket_id = %s and name = %s"
FIND_TO_CHANGE = "select * from storage.objects where bucket_id = %s and name = %s for update"


@dataclass(frozen=True)
class Bucket:
    """What an upload must keep to."""

    id: str
    public: bool
    file_size_limit: int | None
    allowed_mime_types: tuple[str, ...]

    def takes(self, mime: str) -> bool:
        """Whether this exact type (no parameters) may be stored; ``image/*`` in the list takes any image."""
        if not self.allowed_mime_types:
            return True
        family = mime.partition("/")[0] + "/*"
        return any(allowed in (mime, family, "*/*") for allowed in self.allowed_mime_types)


@dataclass(frozen=True)
class NewObject:
    """An object to be stored."""

    bucket: str
    name: str
    owner: str | None
    version: str
    metadata: Mapping[str, Any]
    user_metadata: Mapping[str, Any] | None = None

    async def insert(self, connection: Connection, *, upsert: bool) -> uuid.UUID:
        """Write the row under whatever role the transaction has; its id."""
        cursor = await connection.execute(
            ((UPSERT if upsert else INSERT) + "returning id").encode(), self._values()
        )
        row = await cursor.fetchone()
        assert row is not None
        return row["id"]

    async def try_insert(self, connection: Connection, *, upsert: bool) -> None:
        """Insert without reading back, so that only the policies for writing are asked."""
        await connection.execute((UPSERT if upsert else INSERT).encode(), self._values())

    def _values(self) -> dict[str, Any]:
        return {
            "bucket": self.bucket,
            "name": self.name,
            "owner": _uuid(self.owner),
            "owner_id": self.owner,
            "version": self.version,
            "metadata": Jsonb(dict(self.metadata)),
            "user_metadata": Jsonb(dict(self.user_metadata)) if self.user_metadata is not None else None,
        }


def new_version() -> str:
    """A name for bytes that nobody can guess or repeat."""
    return str(uuid.uuid4())


def metadata(etag: str, size: int, mime: str, cache_control: str) -> dict[str, Any]:
    """The column ``metadata`` of a stored object."""
    return {
        "eTag": etag,
        "size": size,
        "mimetype": mime,
        "cacheControl": cache_control,
        "lastModified": timestamp(datetime.now(UTC)),
        "contentLength": size,
        "httpStatusCode": 200,
    }


async def find_bucket(connection: Connection, bucket: str) -> Bucket:
    """The bucket, if the transaction's role may see it. Raises StorageFailure NoSuchBucket."""
    cursor = await connection.execute("select * from storage.buckets where id = %s", [bucket])
    row = await cursor.fetchone()
    if row is None:
        raise no_such_bucket()
    return Bucket(
        row["id"], bool(row["public"]), row["file_size_limit"], tuple(row["allowed_mime_types"] or ())
    )


async def find_object(
    connection: Connection, bucket: str, name: str, *, lock: bool = False
) -> dict[str, Any]:
    """The row, if the transaction's role may see it. Raises StorageFailure NoSuchKey."""
    cursor = await connection.execute(FIND_TO_CHANGE if lock else FIND, [bucket, name])
    row = await cursor.fetchone()
    if row is None:
        raise no_such_key()
    return row


def row_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the API gives it."""
    return {
        "name": row["name"],
        "bucket_id": row["bucket_id"],
        "owner": str(row["owner"]) if row["owner"] else "",
        "owner_id": row["owner_id"] or "",
        "version": row["version"],
        "id": str(row["id"]),
        "updated_at": timestamp(row["updated_at"]),
        "created_at": timestamp(row["created_at"]),
        "last_accessed_at": timestamp(row["last_accessed_at"]),
        "metadata": row["metadata"],
        "user_metadata": row["user_metadata"],
    }


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
