"""Many connections at once: counts stay right, nothing linked is lost, nobody deadlocks."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg

from tests.integration.database.actors import Actor, Maker, Refused

EXPECTED = {"not_found", "asset_in_use", "stale", "asset_purging", "asset_trashed"}


def miscounted(make: Maker, assets: list[str]) -> list[Any]:
    return make.db.execute(
        "select a.id, a.link_count, count(l.id) from media.assets as a left join media.links as l on l.asset = a.id"
        " where a.id = any (%s) group by a.id having a.link_count <> count(l.id)",
        [assets],
    ).fetchall()


def sparse_lists(make: Maker, entries: list[str]) -> list[Any]:
    """Lists whose positions are not 0, 1, 2, ..."""
    return make.db.execute(
        "select knowledge, placement, array_agg(position order by position) from media.links"
        " where knowledge = any (%s) group by knowledge, placement, carousel"
        " having max(position) <> count(*) - 1 or count(distinct position) <> count(*)",
        [entries],
    ).fetchall()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all at the same moment; what each answered, or the Refused it met."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        except Refused as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def link(staff: Actor, entry: str, asset: str, placement: str = "inline") -> dict[str, Any]:
    return staff.call("link_assets", p_knowledge=entry, p_assets=[asset], p_placement=placement)[0]


def trash(staff: Actor, asset: str) -> dict[str, Any]:
    return staff.call("trash_assets", p_assets=[asset])[0]


class Mess:
    """Everything staff can do to the same few assets and entries, in random order."""

    def __init__(self, make: Maker, staff: Actor, assets: list[str], entries: list[str], seed: int) -> None:
        self.staff, self.assets, self.entries = staff, assets, entries
        self.random = random.Random(seed)
        self.connection = psycopg.connect(make.url)
        self.refusals: set[str] = set()
        self.works = [
            self.link,
            self.link,
            self.cover,
            self.unlink,
            self.trash,
            self.trash_used,
            self.restore,
            self.rename,
        ]

    def some(self) -> list[str]:
        return self.random.sample(self.assets, self.random.randint(1, 4))

    def entry(self) -> str:
        return self.random.choice(self.entries)

    def call(self, function: str, **arguments: Any) -> Any:
        return self.staff.call(function, on=self.connection, **arguments)

    def link(self) -> None:
        self.call("link_assets", p_knowledge=self.entry(), p_assets=self.some(), p_placement="inline")

    def cover(self) -> None:
        self.call("link_assets", p_knowledge=self.entry(), p_assets=self.some()[:1], p_placement="cover")

    def unlink(self) -> None:
        links = self.call("get_knowledge", p_knowledge=self.entry())["links"]
        if links:
            self.call("unlink", p_link=self.random.choice(links)["id"])

    def trash(self) -> None:
        self.call("trash_assets", p_assets=self.some())

    def trash_used(self) -> None:
        self.call("trash_assets", p_assets=self.some(), p_unlink=True)

    def restore(self) -> None:
        self.call("restore_assets", p_assets=self.some())

    def rename(self) -> None:
        renamed = [
            {"id": entry, "title": f"Title {self.random.random()}"}
            for entry in self.random.sample(self.entries, 2)
        ]
        Actor(self.staff.url, "service").call("upsert_knowledge", on=self.connection, p_items=renamed)

    def run(self, rounds: int) -> None:
        with self.connection:
            for _ in range(rounds):
                try:
                    self.random.choice(self.works)()
                    self.connection.commit()
                except Refused as error:
                    self.refusals.add(error.code)
                    self.connection.rollback()


def test_whatever_many_people_do_at_once_the_counts_and_lists_are_right(make: Maker, staff: Actor) -> None:
    assets = [make.asset(staff, p_title=f"Asset {n}") for n in range(8)]
    entries = [make.knowledge(f"Entry {n}") for n in range(4)]
    messes = [Mess(make, staff, assets, entries, seed) for seed in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda mess: mess.run(60), messes))
    assert set().union(*(mess.refusals for mess in messes)) <= EXPECTED
    assert miscounted(make, assets) == []
    assert sparse_lists(make, entries) == []
    wrong = "select count(*) from media.assets where id = any (%s) and link_count > 0 and state <> 'ready'"
    assert make.one(wrong, assets) == 0
    stale = make.db.execute(
        "select id from media.assets, media.found_by(id) as f where id = any (%s) and assets.words <> f.words",
        [assets],
    ).fetchall()
    assert stale == [], "the search knows what the last writer left"


def test_link_and_trash_at_the_same_moment_end_linked_and_alive_or_refused(make: Maker, staff: Actor) -> None:
    entry = make.knowledge()
    ends: set[str] = set()
    for _ in range(40):
        asset = make.asset(staff)
        linked, trashed = at_once(partial(link, staff, entry, asset), partial(trash, staff, asset))
        count = make.one("select link_count from media.assets where id = %s", asset)
        assert linked["ok"], "the trash gives back what is linked"
        assert (make.state(asset), count) == ("ready", 1)
        if trashed["ok"]:
            assert linked["note"] == "restored from the trash"
            ends.add("trash first")
        else:
            assert trashed["error"]["code"] == "asset_in_use"
            ends.add("link first")
    assert ends, "each round ended in one of the two ways"


def test_linking_what_is_being_purged_is_refused_and_what_was_linked_is_not_purged(
    make: Maker, staff: Actor
) -> None:
    entry = make.knowledge()
    purge = "update media.assets set state = 'purging' where id = %s and state = 'trashed'"
    for _ in range(20):
        asset = make.asset(staff)
        staff.call("trash_assets", p_assets=[asset])

        def purge_it(asset: str = asset) -> int:
            with psycopg.connect(make.url) as connection:
                return connection.execute(purge.encode(), [asset]).rowcount

        linked, purged = at_once(partial(link, staff, entry, asset), purge_it)
        if linked["ok"]:
            assert (make.state(asset), purged) == ("ready", 0)
        else:
            assert linked["error"]["code"] == "asset_purging"
            assert (make.state(asset), purged) == ("purging", 1)
    assert sparse_lists(make, [entry]) == []


def test_two_covers_at_the_same_moment_leave_one_and_lose_none(make: Maker, staff: Actor) -> None:
    for _ in range(15):
        entry, assets = make.knowledge(), [make.asset(staff) for _ in range(3)]
        works = [partial(link, staff, entry, asset, "cover") for asset in assets]
        assert all(answer["ok"] for answer in at_once(*works))
        links = staff.call("get_knowledge", p_knowledge=entry)["links"]
        assert sorted(each["placement"] for each in links) == ["cover", "inline", "inline"]
        assert sparse_lists(make, [entry]) == []


def test_a_count_of_links_holds_against_writes_past_the_functions(make: Maker, staff: Actor) -> None:
    one, other = make.asset(staff), make.asset(staff)
    entries = [make.knowledge() for _ in range(3)]
    insert = "insert into media.links (knowledge, asset, placement, position) select unnest(%s::uuid[]), %s, 'inline', 0"
    make.db.execute(insert.encode(), [entries, one])
    make.db.execute("update media.links set asset = %s where knowledge = %s", [other, entries[0]])
    make.db.execute("delete from media.links where knowledge = %s", [entries[1]])
    assert miscounted(make, [one, other]) == []
    assert make.one(
        "select array_agg(link_count order by link_count) from media.assets where id = any (%s)", [one, other]
    ) == [1, 1]


def test_one_open_annotation_per_kind_and_engine_however_many_ask(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    asked = at_once(
        *(lambda: staff.call("request_annotations", p_assets=[asset], p_kinds=["ocr"])[0] for _ in range(6))
    )
    assert len({answer["annotation"] for answer in asked}) == 1
    assert sum(answer["note"] is None for answer in asked) == 1
    assert make.jobs(asked[0]["annotation"]) == ["annotate"]
