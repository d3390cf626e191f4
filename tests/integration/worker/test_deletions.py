from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest
from supabase import Client

from mediaops.errors import Unavailable
from mediaops.worker import deletions
from mediaops.worker.deletions import delete_due_objects


@pytest.fixture
def outbox(service: Client, db: psycopg.Connection[Any]):
    """An outbox with nothing in it; call it to put objects there, with their bytes or without."""
    db.execute("delete from media.object_deletions")

    def add(count: int, *, there: bool = True, later: str = "0 hours") -> list[str]:
        paths = [f"zz/{uuid.uuid4()}/thumb" for _ in range(count)]
        for path in paths:
            if there:
                service.storage.from_("media").upload(path, b"x", {"content-type": "image/webp"})
            db.execute(
                "insert into media.object_deletions (path, reason, due_at)"
                " values (%s, 'test', now() + %s::interval)",
                [path, later],
            )
        return paths

    yield add
    db.execute("delete from media.object_deletions")


def left(db, paths: list[str]) -> tuple[int, int]:
    objects = db.execute("select count(*) from storage.objects where name = any(%s)", [paths]).fetchone()[0]
    rows = db.execute("select count(*) from media.object_deletions where path = any(%s)", [paths]).fetchone()[
        0
    ]
    return objects, rows


def test_what_is_due_is_deleted_and_leaves_the_outbox(outbox, service, db) -> None:
    paths = outbox(12)
    assert delete_due_objects(service) == 12
    assert left(db, paths) == (0, 0)


def test_what_is_gone_already_leaves_the_outbox(outbox, service, db) -> None:
    paths = outbox(3, there=False)
    delete_due_objects(service)
    assert left(db, paths) == (0, 0)


def test_what_is_due_later_stays(outbox, service, db) -> None:
    paths = outbox(2, later="1 hour")
    assert delete_due_objects(service) == 0
    assert left(db, paths) == (2, 2)


def test_what_storage_did_not_delete_stays_with_its_reason_and_stops_nothing_else(
    outbox, service, db, monkeypatch
) -> None:
    stuck, fine = outbox(1), outbox(4)
    remove = deletions.remove
    monkeypatch.setattr(
        deletions,
        "remove",
        lambda client, paths: remove(client, [path for path in paths if path not in stuck]),
    )
    assert delete_due_objects(service) == 4
    assert left(db, fine) == (0, 0)
    assert left(db, stuck) == (1, 1)
    row = db.execute(
        "select last_error, attempts, due_at > now() from media.object_deletions where path = %s", stuck
    ).fetchone()
    assert row == ("Storage did not delete it.", 1, True)


def test_storage_that_is_away_is_tried_again_and_nothing_is_struck_off(
    outbox, service, db, monkeypatch
) -> None:
    paths = outbox(3)

    def away(client: Client, paths: list[str]) -> set[str]:
        raise Unavailable("The file storage did not answer.")

    monkeypatch.setattr(deletions, "remove", away)
    with pytest.raises(Unavailable):
        delete_due_objects(service)
    assert left(db, paths) == (3, 3)


def test_the_same_object_written_down_twice_is_one_deletion(outbox, service, db) -> None:
    paths = outbox(1)
    db.execute("insert into media.object_deletions (path, reason) values (%s, 'again')", paths)
    delete_due_objects(service)
    assert left(db, paths) == (0, 0)
