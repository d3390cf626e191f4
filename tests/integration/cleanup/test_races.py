"""Linking, clean-up, restoring and purging at once, over real connections. Whoever wins: nothing that is linked is
lost, no link leads nowhere, no object is left over.

A few rounds here; ``MEDIAOPS_TEST_RACES=10000`` for the long run.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.integration.cleanup.library import Library
from tests.integration.database.actors import Actor, Maker, Refused

ROUNDS = int(os.environ.get("MEDIAOPS_TEST_RACES", "300"))
ASSETS = 4
# Refusals that an honest race may meet.
OPEN: list[psycopg.Connection[Any]] = []
EXPECTED = {"stale", "run_state", "asset_purging", "not_found", "asset_in_use"}


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


class Racer:
    """One connection of its own, and what it does in a round."""

    def __init__(self, make: Maker, actor: Actor) -> None:
        self.actor = actor
        self.make = make
        self.connection = psycopg.connect(make.url)
        OPEN.append(self.connection)

    def call(self, function: str, **arguments: Any) -> Any:
        try:
            answer = self.actor.call(function, on=self.connection, **arguments)
            self.connection.commit()
        except Refused as error:
            self.connection.rollback()
            assert error.code in EXPECTED, str(error)
            return None
        return answer


def steps(make: Maker, ops: Actor, staff: Actor) -> dict[str, Callable[[list[str], str, random.Random], Any]]:
    """What happens at once, each over its own connection."""
    linker, runner, restorer, purger, unlinker, worker = (
        Racer(make, actor) for actor in (staff, ops, staff, ops, staff, make.service)
    )

    def link(assets: list[str], entry: str, chance: random.Random) -> None:
        placement = chance.choice(["inline", "inline", "cover"])
        some = chance.sample(assets, 1 if placement == "cover" else 2)
        answers = linker.call("link_assets", p_knowledge=entry, p_assets=some, p_placement=placement)
        for answer in answers or []:
            assert answer["ok"] or answer["error"]["code"] in EXPECTED, answer

    def clean(assets: list[str], _entry: str, chance: random.Random) -> None:
        action = chance.choice(["trash", "purge"])
        run = runner.call(
            "plan_cleanup", p_classes=["unlinked", "duplicate"], p_action=action, p_assets=assets
        )
        runner.call("start_run", p_run=run["id"])
        for _ in range(4):
            worker.call("run_step", p_run=run["id"], p_limit=2)

    def restore(assets: list[str], _entry: str, _chance: random.Random) -> None:
        restorer.call("restore_assets", p_assets=assets)

    def purge(assets: list[str], _entry: str, chance: random.Random) -> None:
        purger.call("trash_assets", p_assets=chance.sample(assets, 1), p_unlink=chance.random() < 0.3)
        purger.call("purge_assets", p_assets=chance.sample(assets, 1))

    def merge(assets: list[str], _entry: str, _chance: random.Random) -> None:
        unlinker.call("merge_duplicates", p_keep=assets[0], p_others=assets[1:2])

    return {"link": link, "clean": clean, "restore": restore, "purge": purge, "merge": merge}


def test_whoever_wins_nothing_is_lost(
    library: Library, make: Maker, ops: Actor, staff: Actor, work: Callable[[], int], scan: Callable[[], Any]
) -> None:
    chance = random.Random(7)
    doing = steps(make, ops, staff)
    with ThreadPoolExecutor(len(doing)) as pool:
        for number in range(ROUNDS):
            assets = [library.asset(content=f"{number} {n // 2}") for n in range(ASSETS)]
            entry = library.knowledge()
            start = threading.Barrier(3)
            chosen = ["link", "clean", chance.choice(["restore", "purge", "merge"])]

            def act(
                name: str, seed: float, start: threading.Barrier = start, a: Any = assets, e: str = entry
            ) -> None:
                start.wait(10)
                doing[name](a, e, random.Random(seed))

            for each in [pool.submit(act, name, chance.random()) for name in chosen]:
                each.result(60)
            # What was linked is there (a dangling link would break its foreign key), and alive.
            lost = make.one(
                "select count(*) from media.links as l left join media.assets as a on a.id = l.asset"
                " where l.knowledge = %s and a.state is distinct from 'ready'",
                entry,
            )
            assert lost == 0, f"round {number}: {chosen}"
            wrong = make.one(
                "select count(*) from media.assets as a where id = any (%s)"
                " and link_count <> (select count(*) from media.links where asset = a.id)",
                assets,
            )
            assert wrong == 0, f"round {number}: {chosen}"
            # An object that is there belongs to a row, or to one on its way out.
            missing = make.one(
                "select count(*) from media.assets as a where id = any (%s) and state in ('ready', 'trashed')"
                " and not exists (select from storage.objects where name = a.object_path)",
                assets,
            )
            assert missing == 0
            places = make.db.execute(
                "select position from media.links where knowledge = %s and placement = 'inline' order by 1",
                [entry],
            ).fetchall()
            assert [row[0] for row in places] == list(range(len(places)))
    nothing_is_left_over(make, work, scan)


def nothing_is_left_over(make: Maker, work: Callable[[], int], scan: Callable[[], Any]) -> None:
    """What is on its way out arrives there, and a look through all of Storage finds nothing amiss."""
    work()
    assert make.one("select count(*) from media.assets where state = 'purging'") == 0
    assert make.one("select count(*) from media.object_deletions") == 0
    scan()
    found = make.db.execute("select class, path, note from media.cleanup_findings").fetchall()
    assert found == []


def test_in_the_end_no_object_is_left_over(
    library: Library, make: Maker, ops: Actor, staff: Actor, work: Callable[[], int], scan: Callable[[], Any]
) -> None:
    chance = random.Random(11)
    doing = steps(make, ops, staff)
    assets = [library.asset(content=str(n // 2), renditions=("thumb",)) for n in range(24)]
    entry = library.knowledge()

    def act(name: str, seed: int) -> None:
        own = random.Random(seed)
        for _ in range(6):
            doing[name](own.sample(assets, 4), entry, own)

    with ThreadPoolExecutor(6) as pool:
        acting = [pool.submit(act, name, chance.randrange(1000)) for name in doing]
        for _ in range(3):
            pool.submit(work).result(60)
        for each in acting:
            each.result(120)
    nothing_is_left_over(make, work, scan)
