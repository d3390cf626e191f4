"""Plans larger than one portion: made by a worker, the same as those made at once, killed and stopped anywhere."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from supabase import Client

from mediaops.worker import cleanup
from mediaops.worker.scans import connect
from tests.integration.cleanup.library import Library, path_of
from tests.integration.cleanup.random_library import random_library
from tests.integration.database.actors import Actor, Maker, refused

CLASSES = [
    "duplicate",
    "unlinked",
    "expired_annotation",
    "ghost_object",
    "stale_rendition",
    "abandoned_upload",
    "trashed",
]
FIRST_PORTION = 10_000


def begun(make: Maker, by: Actor, classes: list[str], most: int = 1_000_000, automatic: bool = False) -> str:
    """A plan with nothing in it yet, as a worker that was killed in its first portion leaves it."""
    options = {"min_age_days": 0, "min_bytes": 0, "max_items": most, "picked": False, "by_class": []}
    return str(
        make.one(
            "insert into media.cleanup_runs (classes, action, automatic, planned_by, state, place, options)"
            " values (%s, 'purge', %s, %s, 'planning', '{\"class\": 1}', %s) returning id",
            classes,
            automatic,
            None if automatic else by.user_id,
            json.dumps(options),
        )
    )


def gone_on(run: str, portion: int) -> dict[str, Any]:
    """The run when a worker has made the rest of it."""
    with connect() as connection:
        while (status := cleanup.plan_step(connection, run, portion))["state"] == "planning":
            pass
    return status


def items(ops: Actor, run: str) -> list[tuple[Any, ...]]:
    """What is in it, in its order."""
    found = ops.call("run_items", p_run=run, p_limit=5000)["items"]
    return [(each["class"], each["action"], each["asset"], each["path"], each["bytes"]) for each in found]


@pytest.mark.parametrize("seed", range(6))
def test_portions_make_the_plan_that_one_go_makes(
    make: Maker, library: Library, ops: Actor, scan: Callable[[int], dict[str, Any]], seed: int
) -> None:
    chance = random.Random(seed)
    random_library(library, chance, 30)
    ops.call("trash_assets", p_assets=[library.asset() for _ in range(5)])
    scan(100)
    whole = ops.call("plan_cleanup", p_classes=CLASSES, p_action="purge")
    for portion in (1, chance.randint(2, 9), 1000):
        parts = gone_on(begun(make, ops, CLASSES), portion)
        assert items(ops, parts["id"]) == items(ops, whole["id"])
        same = ("state", "count", "bytes", "by_class", "needs_count", "classes", "action")
        assert {name: parts[name] for name in same} == {name: whole[name] for name in same}
    most = max(1, whole["count"] // 2)
    cut = gone_on(begun(make, ops, CLASSES, most), 2)
    assert items(ops, cut["id"]) == items(ops, whole["id"])[:most]


def test_a_large_plan_is_handed_to_a_worker(make: Maker, library: Library, ops: Actor) -> None:
    library.many(FIRST_PORTION + 500)
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])
    assert (planned["state"], planned["count"], planned["ok"]) == ("planning", FIRST_PORTION, None)
    assert make.jobs(planned["id"]) == ["plan_cleanup"]
    with refused("run_state"):
        ops.call("start_run", p_run=planned["id"], p_count=FIRST_PORTION)
    cleanup.plan_cleanup(planned["id"])
    made = ops.call("get_run", p_run=planned["id"])
    assert (made["state"], made["count"]) == ("planned", FIRST_PORTION + 500)
    assert made["by_class"] == [
        {"class": "unlinked", "count": FIRST_PORTION + 500, "bytes": (FIRST_PORTION + 500) * 1000}
    ]
    told = (
        "select count(*) from media.audit_events where action = 'cleanup.planned' and detail ->> 'run' = %s"
    )
    assert make.one(told, planned["id"]) == 1
    # Late or twice: the plan stands as it is.
    cleanup.plan_cleanup(planned["id"])
    assert ops.call("get_run", p_run=planned["id"]) == made


def test_what_is_picked_is_planned_at_once_and_nothing_else(
    library: Library, ops: Actor, scan: Callable[[], dict[str, Any]]
) -> None:
    picked, other = library.asset(), library.asset()
    ghost = path_of(str(uuid.uuid4()))
    library.object(ghost)
    scan()
    every = ops.call("plan_cleanup", p_classes=["unlinked", "ghost_object"])
    assert {each[3] or each[2] for each in items(ops, every["id"])} == {picked, other, ghost}
    planned = ops.call("plan_cleanup", p_classes=["unlinked", "ghost_object"], p_assets=[picked])
    assert (planned["state"], planned["count"]) == ("planned", 1)
    assert [each[2] for each in items(ops, planned["id"])] == [picked]


def test_a_plan_in_the_making_can_be_thrown_away(make: Maker, library: Library, ops: Actor) -> None:
    for _ in range(5):
        library.asset()
    run = begun(make, ops, ["unlinked"])
    with connect() as connection:
        assert cleanup.plan_step(connection, run, 2)["state"] == "planning"
        ops.call("stop_run", p_run=run)
        assert cleanup.plan_step(connection, run, 2)["state"] == "stopped"
    assert len(items(ops, run)) == 2
    with refused("run_state"):
        ops.call("start_run", p_run=run, p_count=2)


def test_a_worker_that_was_killed_is_followed_by_the_next(
    make: Maker, library: Library, ops: Actor, service: Client
) -> None:
    for _ in range(5):
        library.asset()
    run = begun(make, ops, ["unlinked"])
    with connect() as connection:
        cleanup.plan_step(connection, run, 2)
        # Killed inside a portion: nothing of it stays.
        connection.autocommit = False
        cleanup.plan_step(connection, run, 2)
        connection.rollback()
    assert make.jobs(run) == []
    cleanup.resume_cleanup(0)
    assert make.jobs(run) == ["plan_cleanup"]
    cleanup.plan_cleanup(run)
    assert len({each[2] for each in items(ops, run)}) == len(items(ops, run)) == 5


def test_an_automatic_plan_runs_when_it_is_made_and_an_empty_one_leaves_nothing(
    make: Maker, library: Library, ops: Actor
) -> None:
    empty = begun(make, ops, ["expired_annotation"], automatic=True)
    gone_on(empty, 2)
    assert make.one("select count(*) from media.cleanup_runs where id = %s", empty) == 0
    for _ in range(3):
        library.asset(purpose="annotation", expires="now() - interval '1 day'")
    run = begun(make, ops, ["expired_annotation"], automatic=True)
    assert gone_on(run, 2)["state"] == "running"
    assert make.jobs(run) == ["run_cleanup"]
