"""Seeding into a real embedded Supabase, with a part of the library so that it is quick."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mediaops.local.sample import Summary, seed
from mediaops.local.sample.plan import plan
from mediaops.local.sample.spec import Chunk, Spec
from mediaops.local.stack import LocalStack
from tests.support import Person, sign_in

TOPIC = "cooking"
PER_ROLE = 2
Seeded = tuple[LocalStack, Summary, list[tuple[int, int]]]


def some(now: datetime) -> list[Chunk]:
    """One topic, and of the rest two of every sort."""
    return [_part(chunk) for chunk in plan(now) if chunk.name in (TOPIC, "people", "loose ends")]


def _sort(spec: Spec) -> tuple[Any, ...]:
    how = spec.what.split(":")[0] if spec.what.startswith(("copy:", "near:")) else ""
    return spec.role, spec.purpose, spec.trashed_days_ago is None, spec.reading, how


def _part(chunk: Chunk) -> Chunk:
    if chunk.name == TOPIC:
        return chunk
    counts: dict[tuple[Any, ...], int] = {}
    files: list[Spec] = []
    for spec in chunk.files:
        counts[_sort(spec)] = counts.get(_sort(spec), 0) + 1
        if counts[_sort(spec)] <= PER_ROLE and spec.role != "leftover":
            files.append(spec)
    kept = {spec.id for spec in files}
    return replace(
        chunk, files=tuple(s for s in files if not s.reply_to or s.reply_to in kept), links=chunk.links
    )


@pytest.fixture(scope="module")
def seeded() -> Iterator[Seeded]:
    """A stack of its own: other tests count assets."""
    running = LocalStack(Path(tempfile.mkdtemp(prefix="mediaops-test-"))).start()
    told: list[tuple[int, int]] = []
    try:
        yield running, seed(running.environment(), lambda n, of, what: told.append((n, of)), some), told
    finally:
        running.discard()


@pytest.fixture
def db(seeded: Seeded) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(seeded[0].postgres.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def nora(seeded: Seeded) -> Person:
    demo = seeded[0].demo_people[0]
    return sign_in(seeded[0], "staff", demo.email, demo.password)


def none(db: psycopg.Connection[Any], query: str) -> None:
    assert db.execute(query.encode()).fetchall() == []


def test_progress_goes_up_to_the_end(seeded: Seeded) -> None:
    _, summary, told = seeded
    assert not summary.already
    assert summary.files > 40
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_a_second_call_does_nothing(seeded: Seeded) -> None:
    assert seed(seeded[0].environment(), library=some) == Summary(0, 0, already=True)


def test_the_counter_of_links_is_true(db: psycopg.Connection[Any]) -> None:
    none(
        db,
        "select id from media.assets a "
        "where a.link_count <> (select count(*) from media.links where links.asset = a.id)",
    )
    assert db.execute("select count(*) > 20 from media.assets where linked").fetchone() == (True,)


def test_positions_are_dense_and_covers_alone(db: psycopg.Connection[Any]) -> None:
    none(
        db,
        "select knowledge, placement, carousel from media.links group by 1, 2, 3 "
        "having max(position) <> count(*) - 1 or (placement = 'cover' and count(*) > 1)",
    )


def test_states_and_their_times_agree(db: psycopg.Connection[Any]) -> None:
    none(
        db,
        "select id from media.assets "
        "where (state = 'trashed') is distinct from (trashed_at is not null and purge_after > now())",
    )
    none(db, "select id from media.assets where linked and expires_at is not null")
    none(db, "select id from media.assets where created_at > now() or trashed_at < created_at")
    none(db, "select id from media.assets where state = 'rejected' and rejection_message is null")
    none(db, "select id from media.assets a where reply_to is not null and not exists "
             "(select from media.assets where id = a.reply_to and created_at < a.created_at)")  # fmt: skip


def test_every_asset_but_the_broken_has_its_objects(db: psycopg.Connection[Any]) -> None:
    there = (
        "(select from storage.objects where bucket_id = 'media' and name = {}.object_path"
        " and (metadata ->> 'size')::bigint = {}.bytes)"
    )
    assets = "select id from media.assets a where state <> 'rejected'"
    missing = db.execute(f"{assets} and not exists {there.format('a', 'a')}".encode()).fetchall()
    assert len(missing) == PER_ROLE
    none(db, f"select asset from media.renditions r where not exists {there.format('r', 'r')}")
    small = (
        "(select from media.renditions where asset = a.id and name in ('thumb', 'card') having count(*) = 2)"
    )
    none(db, f"{assets} and (thumbhash is null or not exists {small})")


def test_objects_without_rows_are_there_and_old_enough_to_be_noticed(db: psycopg.Connection[Any]) -> None:
    lost = db.execute(
        """
        select name, now() - created_at > interval '1 day' from storage.objects
        where name not in (
          select object_path from media.assets union all select object_path from media.renditions
        )
        """
    ).fetchall()
    assert sum(name.startswith("incoming/") for name, _ in lost) == PER_ROLE
    assert sum(name.endswith("/original") for name, _ in lost) == PER_ROLE
    assert sum(name.endswith("/thumb") for name, _ in lost) == PER_ROLE
    assert all(old for _, old in lost)
    tickets = "select count(*) from media.upload_tickets where completed_at is null and expires_at < now()"
    assert db.execute(tickets).fetchone() == (PER_ROLE,)


def test_every_class_has_orphans_and_a_past(db: psycopg.Connection[Any], nora: Person) -> None:
    summary = nora.rpc("orphan_summary")
    assert {each["class"]: each["count"] > 0 for each in summary["classes"]} == dict.fromkeys(
        (
            "unlinked",
            "expired_annotation",
            "duplicate",
            "abandoned_upload",
            "ghost_object",
            "broken_asset",
            "stale_rendition",
        ),
        True,
    )
    assert summary["scan"]["state"] == "done"
    trend = [week["count"] for week in nora.rpc("orphan_trend") if week["class"] == "unlinked"]
    assert len(trend) == 11
    assert trend == sorted(trend)


def test_the_trail_tells_the_past_in_order(db: psycopg.Connection[Any]) -> None:
    none(db, "select id from media.assets a where not exists (select from media.audit_events "
             "where asset = a.id and action in ('asset.uploaded', 'asset.rejected'))")  # fmt: skip
    none(db, "select id from media.links l where not exists (select from media.audit_events "
             "where asset = l.asset and knowledge = l.knowledge and action = 'link.created')")  # fmt: skip
    none(db, "select e.id from media.audit_events e join media.audit_events l "
             "on l.asset = e.asset and l.id > e.id and l.at < e.at")  # fmt: skip
    none(db, "select id from media.audit_events where at > now()")


def test_no_job_is_left_behind(db: psycopg.Connection[Any]) -> None:
    none(db, "select id from procrastinate.procrastinate_jobs where status = 'todo'")


def test_staff_find_every_page_by_what_is_printed_on_it(db: psycopg.Connection[Any], nora: Person) -> None:
    pages = db.execute(
        "select a.id::text, n.result ->> 'text' from media.annotations n "
        "join media.assets a on a.id = n.asset "
        "where n.kind = 'ocr' and n.state = 'done' and n.review_state = 'unreviewed' and a.state = 'ready'"
    ).fetchall()
    assert pages
    for asset, text in pages:
        longest = sorted({word for word in text.split() if word.isascii() and word.isalpha()}, key=len)[-3:]
        found = nora.rpc("find_assets", p_query=" ".join(longest))["items"]
        assert asset in [item["id"] for item in found], longest
        assert all(item["thumb_path"] for item in found)


def test_the_demo_people_are_among_the_uploaders(nora: Person) -> None:
    names = {person["name"] for person in nora.rpc("library_facets")["uploaders"]}
    assert {"Nora Lindqvist", "Mara Okafor"} <= names
    assert len(names) >= 6


CHILD = """
import json, sys
from mediaops.local.sample import seed
from tests.integration.sample.test_seeding import some
seed(json.loads(sys.stdin.readline()), lambda n, of, what: print(n, flush=True), some)
"""


def test_a_seeding_killed_halfway_is_finished_by_the_next() -> None:
    with_demo = LocalStack(Path(tempfile.mkdtemp(prefix="mediaops-test-"))).start()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(json.dumps(with_demo.environment()) + "\n")
            child.stdin.flush()
            for line in child.stdout:
                if int(line) >= 24:  # the first chunk has 23 files
                    break
            child.send_signal(signal.SIGKILL)
        with psycopg.connect(with_demo.postgres.url, autocommit=True) as db:
            before = db.execute("select count(*) from mediaops_sample.chunks").fetchone()
            summary = seed(with_demo.environment(), library=some)
            after = db.execute("select count(*), count(*) filter (where linked) from media.assets").fetchone()
            links = db.execute("select count(*) from media.links").fetchone()
        expected = [spec for chunk in some(datetime.now().astimezone()) for spec in chunk.files]
        assert before is not None
        assert after is not None
        assert links is not None
        assert before[0] < 3, "it was killed too late"
        assert summary.chunks == 3 - before[0]
        assert after[0] == sum(spec.role in ("asset", "broken", "rejected") for spec in expected)
        assert links[0] >= after[1] > 20
    finally:
        with_demo.discard()


class Enough(Exception):
    """Whoever watches the progress has had enough."""


def test_a_seeding_that_is_stopped_leaves_no_process_and_no_folder_behind() -> None:
    def stop(done: int, total: int, what: str) -> None:
        if done >= 3:
            raise Enough

    folders = Path(tempfile.gettempdir())
    before = set(folders.glob("mediaops-sample-*"))
    running = LocalStack(Path(tempfile.mkdtemp(prefix="mediaops-test-"))).start()
    try:
        with pytest.raises(Enough):
            seed(running.environment(), stop, some)
    finally:
        running.discard()
    assert set(folders.glob("mediaops-sample-*")) <= before
