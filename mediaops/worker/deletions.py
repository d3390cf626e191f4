"""Emptying the outbox of objects to delete. An object leaves it only when Storage says that it is gone."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any

from supabase import Client

from mediaops.client import rpc
from mediaops.errors import MediaOpsError, Unavailable
from mediaops.settings import get_settings
from mediaops.storage import AT_ONCE, remove, sign_downloads

log = logging.getLogger(__name__)
CHECK_SECONDS = 60


def delete_due_objects(service: Client) -> int:
    """Delete what is due, in batches; answers how many objects are gone.

    One object that can't be deleted is written down with its reason and tried again later; it stops
    nothing else. Raises :class:`Unavailable` when Storage does not answer at all.
    """
    gone = 0
    while due := _due(service):
        gone += _delete(service, due)
    return gone


def _due(service: Client) -> list[dict[str, Any]]:
    # What is handed out is not due again for minutes, so this ends even when nothing can be deleted.
    return rpc(service, "due_object_deletions", p_limit=AT_ONCE)


def _delete(service: Client, due: list[dict[str, Any]]) -> int:
    bucket = get_settings().mediaops_bucket
    here = [row for row in due if row["bucket"] == bucket]
    for row in due:
        if row["bucket"] != bucket:
            _failed(service, row, f"It is in the bucket {row['bucket']!r}, which is not ours.")
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for row in here:
        by_path[str(row["path"])].append(int(row["id"]))
    try:
        gone, still_there = _remove(service, list(by_path))
    except Unavailable:
        raise
    except MediaOpsError as error:
        for row in here:
            _failed(service, row, error.message)
        return 0
    done = [deletion for path in gone for deletion in by_path[path]]
    if done:
        rpc(service, "object_deletions_done", p_ids=done)
    for row in here:
        if row["path"] in still_there:
            _failed(service, row, "Storage did not delete it.")
    return len(gone)


def _remove(service: Client, paths: list[str]) -> tuple[set[str], set[str]]:
    """Storage's answer leaves out what it did not delete: because it was gone, or for another reason."""
    if not paths:
        return set(), set()
    gone = remove(service, paths) & set(paths)
    doubtful = [path for path in paths if path not in gone]
    still_there = set(sign_downloads(service, doubtful, CHECK_SECONDS)) if doubtful else set[str]()
    return gone | (set(doubtful) - still_there), still_there


def _failed(service: Client, row: dict[str, Any], why: str) -> None:
    log.warning("object %s is not deleted: %s", row["path"], why)
    rpc(service, "object_deletion_failed", p_id=row["id"], p_error=why)
