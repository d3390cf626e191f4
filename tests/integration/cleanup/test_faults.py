"""Storage that errs, hangs or tells half, and a Postgres that goes away: nothing forgotten, nothing called done."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from supabase import Client

from mediaops.client import http, rpc, service_client
from mediaops.errors import MediaOpsError, Unavailable
from mediaops.local.stack import LocalStack
from mediaops.settings import get_settings
from mediaops.worker import cleanup
from mediaops.worker.cleanup import clean
from mediaops.worker.scans import scan_storage
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker

Send = Callable[[httpx.Client, httpx.Request], httpx.Response]


def refusing(status: int) -> Callable[[Send, httpx.Client, httpx.Request], httpx.Response]:
    def refuse(_send: Send, _client: httpx.Client, request: httpx.Request) -> httpx.Response:
        body = {"statusCode": str(status), "error": "InternalError", "message": "not now"}
        return httpx.Response(status, json=body, request=request)

    return refuse


def silent(_send: Send, _client: httpx.Client, request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("no answer", request=request)


def silent_after_the_deed(send: Send, client: httpx.Client, request: httpx.Request) -> httpx.Response:
    send(client, request).read()
    raise httpx.ReadTimeout("no answer", request=request)


def cut_off(_send: Send, _client: httpx.Client, request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("the line is dead", request=request)


def telling_half(send: Send, client: httpx.Client, request: httpx.Request) -> httpx.Response:
    answer = send(client, request)
    answer.read()
    return httpx.Response(answer.status_code, json=answer.json()[::2], request=request)


def doing_half(send: Send, client: httpx.Client, request: httpx.Request) -> httpx.Response:
    paths = json.loads(request.read())["prefixes"][::2]
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    return send(client, httpx.Request(request.method, request.url, headers=headers, json={"prefixes": paths}))


def talking_nonsense(_send: Send, _client: httpx.Client, request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>a proxy's page</html>", request=request)


FAULTS = {
    "500": refusing(500),
    "503": refusing(503),
    "429": refusing(429),
    "403": refusing(403),
    "silent": silent,
    "silent after the deed": silent_after_the_deed,
    "cut off": cut_off,
    "telling half": telling_half,
    "doing half": doing_half,
    "nonsense": talking_nonsense,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_purge_outlives_a_storage_that_errs(
    library: Library, ops: Actor, make: Maker, service: Client, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    assets = [library.asset(renditions=("thumb",)) for _ in range(3)]
    run = ops.call("plan_cleanup", p_classes=["unlinked"], p_action="purge")["id"]
    ops.call("start_run", p_run=run)
    honest = httpx.Client.send
    met: list[str] = []

    def send(client: httpx.Client, request: httpx.Request, **named: Any) -> httpx.Response:
        if request.method != "DELETE" or "/storage/v1/object/" not in str(request.url):
            return honest(client, request, **named)
        met.append(str(request.url))
        return FAULTS[fault](honest, client, request)

    with monkeypatch.context() as patch:
        patch.setattr(httpx.Client, "send", send)
        try:
            told = clean(service, run)
        except Unavailable:
            told = ops.call("get_run", p_run=run)
    assert met != []
    left = make.one("select count(*) from storage.objects")
    # Whatever it says, it is not "done" while there are bytes, and no row goes before its bytes.
    assert (told["ok"] is True) <= (left == 0), told
    for asset in assets:
        here = make.one("select count(*) from storage.objects where name like %s", f"%{asset}%")
        assert (make.state(asset) is None) <= (here == 0)
    assert told["done"] + told["failed"] + told["planned"] == 3
    # Storage is itself again: what was taken is due after its pause, what failed is tried when someone says so.
    make.db.execute("update media.object_deletions set due_at = now()")
    if ops.call("get_run", p_run=run)["state"] == "done" and told["failed"]:
        ops.call("retry_run", p_run=run)
    ended = clean(service, run)
    assert (ended["state"], ended["done"], ended["failed"], ended["ok"]) == ("done", 3, 0, True)
    assert make.one("select count(*) from storage.objects") == 0
    assert make.one("select count(*) from media.object_deletions") == 0
    assert [make.actions(asset) for asset in assets] == [["asset.trashed", "asset.purged"]] * 3


def test_an_object_that_is_never_deleted_holds_up_no_other(
    library: Library, ops: Actor, make: Maker, service: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = [library.asset(renditions=("thumb",)) for _ in range(4)], library.asset()
    run = ops.call("plan_cleanup", p_classes=["unlinked"], p_action="purge")["id"]
    ops.call("start_run", p_run=run)
    honest = httpx.Client.send

    def send(client: httpx.Client, request: httpx.Request, **named: Any) -> httpx.Response:
        if request.method == "DELETE":
            paths = [path for path in json.loads(request.read())["prefixes"] if bad not in path]
            headers = {key: value for key, value in request.headers.items() if key != "content-length"}
            request = httpx.Request("DELETE", request.url, headers=headers, json={"prefixes": paths})
        return honest(client, request, **named)

    with monkeypatch.context() as patch:
        patch.setattr(httpx.Client, "send", send)
        told = clean(service, run)
    assert (told["state"], told["done"], told["failed"], told["ok"]) == ("done", 4, 1, False)
    assert [make.state(asset) for asset in good] == [None] * 4
    assert make.state(bad) == "purging"
    failed = ops.call("run_items", p_run=run, p_states=["failed"])["items"]
    assert [(each["asset"], each["outcome_code"]) for each in failed] == [(bad, "storage")]


@pytest.fixture(scope="module")
def another_stack() -> Iterator[LocalStack]:
    """A stack whose Postgres may be killed: the other tests keep connections to theirs."""
    running = LocalStack(Path(tempfile.mkdtemp(prefix="mediaops-test-")), demo=False).start()
    yield running
    running.discard()


@pytest.fixture
def breakable(another_stack: LocalStack) -> Iterator[LocalStack]:
    """The same, with the settings pointing at it."""
    before = os.environ.copy()
    os.environ.update(another_stack.environment())
    get_settings.cache_clear()
    yield another_stack
    os.environ.clear()
    os.environ.update(before)
    get_settings.cache_clear()
    http().close()
    http.cache_clear()


def kill_postgres(stack: LocalStack) -> None:
    """SIGKILL, and wait until another one answers: sessions of the dead one linger for a moment."""
    started = "select pg_postmaster_start_time()"
    with psycopg.connect(stack.postgres.url) as connection:
        before = connection.execute(started).fetchone()
    os.kill(int((stack.postgres.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    ends = time.monotonic() + 60
    while True:
        assert time.monotonic() < ends
        try:
            with psycopg.connect(stack.postgres.url) as connection:
                if connection.execute(started).fetchone() == before:
                    continue
            rpc(service_client(), "resume_cleanup")  # the gateway's own connections are the last
            return
        except (MediaOpsError, psycopg.OperationalError):
            continue


def with_postgres_killed_at(
    stack: LocalStack, monkeypatch: pytest.MonkeyPatch, call: int, work: Callable[[], Any]
) -> bool:
    """Do ``work``, with Postgres killed right before its ``call``-th statement or request; False if it had fewer."""
    calls = 0
    with monkeypatch.context() as patch:

        def before(honest: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*given: Any, **named: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == call:
                    with monkeypatch.context() as undone:
                        undone.setattr(httpx.Client, "send", send)
                        undone.setattr(psycopg.Connection, "execute", execute)
                        kill_postgres(stack)
                return honest(*given, **named)

            return counted

        send, execute = httpx.Client.send, psycopg.Connection.execute
        patch.setattr(httpx.Client, "send", before(send))
        patch.setattr(psycopg.Connection, "execute", before(execute))
        try:
            work()
        except (MediaOpsError, psycopg.OperationalError):
            assert calls >= call
    return calls >= call


@pytest.mark.parametrize("call", [1, 2, 3, 4, 6, 8])
def test_postgres_killed_during_a_purge(
    breakable: LocalStack, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    make = Maker(breakable.postgres.url)
    ops, staff = make.person("ops"), make.person("staff")
    library = Library(make.db, str(staff.user_id))
    assets = [library.asset(renditions=("thumb",)) for _ in range(3)]
    used = library.asset(links=1)
    run = ops.call("plan_cleanup", p_classes=["unlinked"], p_action="purge", p_assets=assets)["id"]
    ops.call("start_run", p_run=run)
    assert with_postgres_killed_at(breakable, monkeypatch, call, lambda: clean(service_client(), run, 2))
    make.db.close()
    make.db = psycopg.connect(make.url, autocommit=True)
    make.db.execute("update media.object_deletions set due_at = now()")
    ended = clean(service_client(), run)
    assert (ended["state"], ended["done"], ended["ok"]) == ("done", 3, True)
    assert [make.actions(asset) for asset in assets] == [["asset.trashed", "asset.purged"]] * 3
    assert make.state(used) == "ready"
    paths = [path_of(asset, part) for asset in assets for part in ("original", "thumb")]
    assert make.one("select count(*) from storage.objects where name = any (%s)", paths) == 0
    make.db.close()


def test_postgres_killed_during_a_scan(breakable: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker(breakable.postgres.url)
    ops, staff = make.person("ops"), make.person("staff")
    ghosts = {
        Library(make.db, str(staff.user_id)).object(path_of(f"{n:08x}-0000-4000-8000-000000000000"))
        for n in range(4)
    }
    scan = ops.call("start_scan")["id"]
    assert with_postgres_killed_at(breakable, monkeypatch, 2, lambda: scan_storage(service_client(), scan))
    make.db.close()
    make.db = psycopg.connect(make.url, autocommit=True)
    ended = scan_storage(service_client(), scan)
    assert (ended["state"], ended["id"]) == ("done", scan)
    found = make.one("select array_agg(path) from media.cleanup_findings where class = 'ghost_object'")
    assert sorted(found) == sorted(ghosts)
    make.db.close()


def test_what_lost_its_job_is_taken_up_again(
    library: Library, ops: Actor, make: Maker, service: Client
) -> None:
    asset, ghost = library.asset("trashed"), library.object(path_of("0a0a0a0a-0000-4000-8000-000000000000"))
    ops.call("purge_assets", p_assets=[asset])
    make.db.execute("insert into media.object_deletions (path, reason) values (%s, 'clean-up')", [ghost])
    make.db.execute("delete from procrastinate.procrastinate_jobs")
    cleanup.resume_cleanup(0)
    assert make.jobs("delete_objects") == ["delete_objects"]
