"""A library of its own for clean-up: what the tests of other pages made must not be swept away by it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from playwright.sync_api import Locator, Page, expect

from mediaops.client import rpc
from tests.e2e.conftest import picture
from tests.e2e.dashboard import Dashboard, put_asset
from tests.e2e.steps import come_in_as, settled
from tests.support import Person

OLD = "now() - interval '100 days'"


@dataclass
class House:
    """A started dashboard, its people and its database."""

    dashboard: Dashboard
    db: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.db = self.dashboard.connect()

    @property
    def staff(self) -> Person:
        return self.dashboard.person("staff")

    @property
    def ops(self) -> Person:
        return self.dashboard.person("ops")

    def asset(self, title: str, *, old: bool = True, content: bytes | None = None, **more: Any) -> str:
        """A picture, uploaded a hundred days ago unless it is not ``old``."""
        content = content or picture(uuid.uuid4().int, (600 + uuid.uuid4().int % 90, 400))
        asset = put_asset(self.dashboard, self.staff, content, "IMG_0001.jpg", title=title, **more)
        if old:
            self.age(asset)
        return asset

    def age(self, asset: str) -> None:
        self.db.execute(f"update media.assets set created_at = {OLD} where id = %s", [asset])

    def rows(self, count: int, title: str, state: str = "ready") -> list[str]:
        """Many assets at once, as rows alone."""
        made = self.db.execute(
            "insert into media.assets (id, kind, state, purpose, object_path, bytes, sha256, uploaded_by, created_at,"
            " trashed_at, purge_after, title, original_name)"
            " select id, 'image', %(state)s, 'library', left(id::text, 2) || '/' || id || '/original', 1000 + n,"
            f" encode(sha256(id::text::bytea), 'hex'), %(user)s, {OLD},"
            " case when %(state)s = 'trashed' then now() - n * interval '1 hour' end,"
            " case when %(state)s = 'trashed' then now() + n * interval '1 day' end, %(title)s || ' ' || n, 'a.png'"
            " from (select gen_random_uuid() as id, n from generate_series(1, %(count)s) as n) as new returning id::text",
            {"count": count, "state": state, "title": title, "user": self.staff.user_id},
        ).fetchall()
        return [row[0] for row in made]

    def entry(self, title: str) -> str:
        entry = str(uuid.uuid4())
        rpc(self.dashboard.service, "upsert_knowledge", p_items=[{"id": entry, "title": title, "url": None}])
        return entry

    def link(self, entry: str, asset: str, placement: str = "inline") -> None:
        self.staff.rpc("link_assets", p_knowledge=entry, p_assets=[asset], p_placement=placement)

    def state(self, asset: str) -> str | None:
        row = self.db.execute("select state from media.assets where id = %s", [asset]).fetchone()
        return row[0] if row else None

    def plan(self, assets: list[str], **more: Any) -> str:
        """A plan over these assets and no others."""
        asked: dict[str, Any] = {"p_classes": ["unlinked"], "p_assets": assets, **more}
        return self.ops.rpc("plan_cleanup", **asked)["id"]

    def planning(self) -> str:
        """A plan of everything unlinked of which nothing is written down yet, as a large one begins."""
        run = self.plan([])
        self.db.execute(
            "update media.cleanup_runs set state = 'planning', place = '{\"class\": 1}',"
            " options = options || '{\"picked\": false}' where id = %s",
            [run],
        )
        return run

    def item(self, run: str, asset: str) -> int:
        """The number of an asset's item in a run."""
        found = self.ops.rpc("run_items", p_run=run)["items"]
        return next(each["id"] for each in found if each["asset"] == asset)

    def step(self, run: str, items: int = 1) -> None:
        """What the worker does for the next items of a run."""
        rpc(self.dashboard.service, "run_step", p_run=run, p_limit=items)

    @contextmanager
    def worker_busy(self) -> Iterator[None]:
        """Nobody takes up plans, runs or scans by themselves; the test does their steps, and sees each."""
        self._sql(
            "create function media.later() returns trigger language plpgsql as $$ begin"
            " if new.task_name in ('plan_cleanup', 'run_cleanup', 'scan_storage') then new.scheduled_at := 'infinity'; end if; return new; end $$",
            "create trigger later before insert on procrastinate.procrastinate_jobs"
            " for each row execute function media.later()",
        )
        try:
            yield
        finally:
            self._sql(
                "drop trigger later on procrastinate.procrastinate_jobs",
                "drop function media.later()",
                "update procrastinate.procrastinate_jobs set scheduled_at = null"
                " where task_name in ('plan_cleanup', 'run_cleanup', 'scan_storage') and status = 'todo'",
            )

    @contextmanager
    def disk_full_for(self, *assets: str) -> Iterator[None]:
        """These assets can't be moved to the trash."""
        self._sql(
            "create function media.full() returns trigger language plpgsql as $$ begin"
            " raise 'no room on the disk'; end $$",
        )
        self.db.execute(
            "create trigger full_disk before update of state on media.assets"
            f" for each row when (new.id = any ('{{{','.join(assets)}}}'::uuid[])) execute function media.full()".encode()
        )
        try:
            yield
        finally:
            self._sql("drop trigger full_disk on media.assets", "drop function media.full()")

    def _sql(self, *statements: LiteralString) -> None:
        for statement in statements:
            self.db.execute(statement)


def open_run(page: Page, run: str) -> None:
    """Ops look at a plan or run."""
    come_in_as(page, "ops", f"/cleanup-run?id={run}")
    expect(page.locator(".mo-heading h1")).to_contain_text(" of ")
    settled(page)


def item(page: Page, title: str) -> Locator:
    """An item of a plan, an asset of the trash."""
    return page.locator(".mo-item", has_text=title)


def outcome(page: Page, title: str) -> Locator:
    """An item of a run that is under way or ended."""
    return page.locator(".mo-items .mo-item", has_text=title)


def tick(page: Page, title: str) -> None:
    """Click the checkbox before it."""
    row = page.locator('[class*="st-key-mo-row-"]', has=item(page, title)).last
    row.get_by_test_id("stCheckbox").locator("label").click()
    settled(page)


def run_it(page: Page, count: int, *, typed: bool = False) -> None:
    """Confirm the plan on the page."""
    page.get_by_role("button", name="Run this plan").click()
    window = page.get_by_role("dialog")
    if typed:
        window.get_by_label(f"Type {count} to confirm").fill(str(count))
    window.get_by_role("button", name=f"Clean up {count} item").click()
    expect(window).to_have_count(0)


def numbers(page: Page) -> Locator:
    """The large numbers above the list."""
    return page.locator(".mo-tiles").first
