from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from supabase import Client

from mediaops.worker.cleanup import clean, empty_outbox
from mediaops.worker.scans import connect, scan_objects
from tests.integration.cleanup.library import Library
from tests.integration.database.actors import Actor, Maker
from tests.integration.database.conftest import make, staff  # noqa: F401 - fixtures
from tests.integration.worker.conftest import eventually, workers  # noqa: F401 - fixtures

JOBS = "procrastinate.procrastinate_jobs"


@pytest.fixture(scope="session")
def ops(make: Maker) -> Actor:  # noqa: F811
    return make.person("ops", "Odile")


@pytest.fixture
def library(make: Maker, staff: Actor) -> Iterator[Library]:  # noqa: F811
    """What the test puts into the library and the bucket: nothing else is there, and none of it is left."""
    assert staff.user_id is not None
    forget(make.db)  # what tests of other files have left in the database of this process
    here = Library(make.db, staff.user_id)
    yield here
    forget(make.db)


def forget(db: psycopg.Connection[Any]) -> None:
    """Everything of clean-up and the library goes: the next test finds nothing orphaned."""
    db.execute("set session_replication_role = replica")
    db.execute("set storage.can_delete = 'true'")
    for table in (
        "links",
        "trashed_links",
        "kept_assets",
        "renditions",
        "annotations",
        "cleanup_findings",
        "cleanup_items",
        "cleanup_runs",
        "cleanup_scans",
        "merges",
        "object_deletions",
        "upload_tickets",
        "assets",
        "knowledge",
    ):
        db.execute(f"delete from media.{table}".encode())
    db.execute("update media.cleanup_policies set revision = 1")
    db.execute("update media.staff set profile_asset = null")
    db.execute("delete from storage.objects")
    db.execute(f"delete from {JOBS}".encode())
    db.execute("set session_replication_role = origin")
    db.execute("reset storage.can_delete")


@pytest.fixture
def scan(ops: Actor) -> Callable[..., dict[str, Any]]:
    """Looks through Storage as the worker does, ``portion`` names and rows at a time."""

    def look(portion: int = 1000) -> dict[str, Any]:
        started = ops.call("start_scan")
        with connect() as connection:
            return scan_objects(connection, started["id"], portion)

    return look


@pytest.fixture
def run(ops: Actor, service: Client) -> Callable[..., dict[str, Any]]:
    """Plans, confirms and runs as the page and the worker do; answers the run."""

    def whole(*classes: str, **arguments: Any) -> dict[str, Any]:
        planned = ops.call("plan_cleanup", p_classes=list(classes), **arguments)
        ops.call("start_run", p_run=planned["id"], p_count=planned["count"])
        return clean(service, planned["id"])

    return whole


@pytest.fixture
def work(service: Client) -> Callable[[], int]:
    """What the worker does for objects and purges that are due."""
    return lambda: empty_outbox(service)
