"""Looking through Storage: a range of names at a time, from where the scan's row says that it stands."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from supabase import Client

from mediaops.client import rpc
from mediaops.errors import MediaOpsError
from mediaops.settings import get_settings
from mediaops.storage import NotThere, fetch

log = logging.getLogger(__name__)

RANGE_OBJECTS = 50_000  # a step of a tenth of a second; nothing of it is held here, 20 MB in the database
BYTES_AT_ONCE = 20
BYTES_SECONDS = 600  # of one go through the bytes, unless the scan says otherwise
MOST_BYTES = 2**40
TEMPORARY_PREFIX = "mediaops-verify-"


def scan_storage(service: Client, scan: str) -> dict[str, Any]:
    """Go on with a scan of whatever kind; answers how it stands.

    Safe to kill anywhere and to run twice: each range is one transaction that also moves the scan's place.
    A kind has one job at most: that of a scan stopped before it began is also the job of the one after it.
    """
    with connect() as connection:
        found = connection.execute(
            "select now_running.id::text, this.kind, coalesce(now_running.seconds, this.seconds)"
            " from media.cleanup_scans as this left join media.cleanup_scans as now_running"
            " on now_running.kind = this.kind and now_running.state = 'running' where this.id = %s",
            [scan],
        ).fetchone()
        if found is None:
            return {}
        running, kind, seconds = found
        if kind == "bytes":
            return verify_bytes(service, running or scan, float(seconds or BYTES_SECONDS))
        return scan_objects(connection, running or scan)


def scan_objects(
    connection: psycopg.Connection[Any], scan: str, limit: int = RANGE_OBJECTS
) -> dict[str, Any]:
    """Range after range until the scan is done, stopped, or someone else's."""
    while True:
        status = step(connection, scan, limit)
        if status["state"] != "running":
            log.info(
                "scan %s is %s: %s seen, %s found", scan, status["state"], status["seen"], status["found"]
            )
            return status


def step(connection: psycopg.Connection[Any], scan: str, limit: int = RANGE_OBJECTS) -> dict[str, Any]:
    """One range."""
    row = connection.execute("select media.scan_step(%s, %s)", [scan, limit]).fetchone()
    return row[0] if row and row[0] else {"state": "failed", "seen": 0, "found": 0}


def verify_bytes(service: Client, scan: str, seconds: float) -> dict[str, Any]:
    """Download originals and compare their checksums, for ``seconds``; the next go continues there."""
    ends = time.monotonic() + seconds
    status: dict[str, Any] = {}
    while time.monotonic() < ends:
        batch: list[dict[str, Any]] = rpc(service, "bytes_to_verify", p_scan=scan, p_limit=BYTES_AT_ONCE)
        broken = [found for each in batch if (found := _look(service, each))]
        place = batch[-1]["asset"] if batch else None
        status = rpc(
            service, "bytes_verified", p_scan=scan, p_place=place, p_seen=len(batch), p_broken=broken
        )
        if not batch or status["state"] != "running":
            break
    return status


def _look(service: Client, asset: dict[str, Any]) -> dict[str, Any] | None:
    """What is wrong with the bytes of an asset; None when they are what they were."""
    found = {"asset": asset["asset"], "path": asset["path"]}
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        copy = Path(folder) / "original"
        try:
            fetch(service, str(asset["path"]), copy, MOST_BYTES)
        except NotThere:
            return found | {"note": "missing"}
        with copy.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return None if digest == asset["sha256"] else found | {"note": "checksum"}


def connect() -> psycopg.Connection[Any]:
    """The worker's own connection: reading a million names through the API would take hours."""
    try:
        return psycopg.connect(get_settings().database_url, autocommit=True, application_name="mediaops-scan")
    except psycopg.OperationalError as error:
        from mediaops.errors import Unavailable

        raise Unavailable("The database did not answer.", hint="It is tried again.") from error


def fail_scan(service: Client, scan: str, error: MediaOpsError | Exception) -> None:
    """Write down why a scan can't go on."""
    rpc(service, "fail_scan", p_scan=scan, p_error=str(error))
