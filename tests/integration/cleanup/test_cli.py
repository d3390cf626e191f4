"""The command line over the real stack, with real workers: what it does, prints, and answers to a script."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mediaops.__main__ import main
from mediaops.local.stack import LocalStack
from mediaops.settings import ROOT, get_settings
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Maker
from tests.support import PASSWORD, Person


@dataclass
class Answer:
    """What a command answered: exit code, lines of JSON, and what it said to people."""

    code: int
    lines: list[dict[str, Any]]
    said: str


Command = Callable[..., Answer]


@pytest.fixture
def command(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Runs a command with ``--json`` as someone of ops, unless told otherwise."""
    monkeypatch.setenv("MEDIAOPS_PASSWORD", PASSWORD)

    def run(*words: str, by: str = "ops") -> Answer:
        monkeypatch.setenv("MEDIAOPS_EMAIL", people[by].email)
        get_settings.cache_clear()
        capsys.readouterr()
        code = main([*words, "--json"])
        told = capsys.readouterr()
        return Answer(code, [json.loads(line) for line in told.out.splitlines()], told.err)

    yield run
    monkeypatch.undo()
    get_settings.cache_clear()


def test_from_a_plan_to_its_report(
    library: Library,
    command: Command,
    workers: Any,
    make: Maker,
    people: dict[str, Person],
) -> None:
    orphans, linked = {library.asset() for _ in range(3)}, library.asset(links=1)
    planned = command("cleanup", "plan", "--class", "unlinked")
    run = planned.lines[0]["run"]
    assert (planned.code, run["count"], run["state"]) == (0, 3, "planned")
    shown = command("cleanup", "show", run["id"])
    assert {line["item"]["asset"] for line in shown.lines[1:]} == orphans
    # Planned is not done.
    assert command("cleanup", "report", run["id"]).code == 1
    workers.start("--queues", "media")
    ran = command("cleanup", "run", run["id"])
    assert (ran.code, ran.lines[0]["run"]["done"], ran.lines[0]["run"]["ok"]) == (0, 3, True)
    report = command("cleanup", "report", run["id"])
    assert (report.code, [line["item"]["state"] for line in report.lines[1:]]) == (0, ["done"] * 3)
    assert {make.state(each) for each in orphans} == {"trashed"}
    assert make.state(linked) == "ready"
    # In the name of whoever signed in, whose session has ended with the command.
    who = "select distinct actor from media.audit_events where action = 'asset.trashed' and asset = any (%s)"
    assert str(make.one(who, list(orphans))) == people["ops"].user_id
    assert [line["run"]["id"] for line in command("cleanup", "show").lines] == [run["id"]]


def test_a_large_plan_is_waited_for(library: Library, command: Command, workers: Any) -> None:
    library.many(10_100)
    workers.start("--queues", "media")
    planned = command("cleanup", "plan", "--class", "unlinked")
    run = planned.lines[0]["run"]
    assert (planned.code, run["state"], run["count"]) == (0, "planned", 10_100)
    # Confirmed by its whole number, not by what its first portion had.
    assert command("cleanup", "run", run["id"], "--count", "10000", "--no-wait").code != 0
    assert command("cleanup", "stop", run["id"]).lines[0]["run"]["state"] == "stopped"


def test_a_session_ends_with_its_command(
    library: Library, command: Command, make: Maker, people: dict[str, Person]
) -> None:
    sessions = "select count(*) from auth.sessions where user_id = %s"
    before = make.one(sessions, people["ops"].user_id)
    assert command("orphans").code == 0
    assert make.one(sessions, people["ops"].user_id) == before


def test_one_failure_is_a_failure_until_it_is_mended(
    library: Library,
    command: Command,
    workers: Any,
    make: Maker,
) -> None:
    bad, _ = library.asset(), library.asset()
    run = command("cleanup", "plan", "--class", "unlinked").lines[0]["run"]["id"]
    workers.start("--queues", "media")
    make.db.execute(
        "create function media.break_one() returns trigger language plpgsql as $$ begin"
        f" if new.id = '{bad}' then raise 'no room on the disk'; end if; return new; end $$".encode()
    )
    make.db.execute(
        "create trigger break_one before update of state on media.assets for each row execute function media.break_one()"
    )
    try:
        ran = command("cleanup", "run", run)
    finally:
        make.db.execute("drop trigger break_one on media.assets")
        make.db.execute("drop function media.break_one()")
    assert (ran.code, ran.lines[0]["run"]["done"], ran.lines[0]["run"]["failed"]) == (1, 1, 1)
    assert [(line["item"]["asset"], line["item"]["outcome"]) for line in ran.lines[1:]] == [
        (bad, "no room on the disk")
    ]
    assert "--retry" in ran.said
    report = command("cleanup", "report", run)
    assert (report.code, [line["item"]["state"] for line in report.lines[1:]]) == (1, ["failed", "done"])
    # The same command again changes nothing and says the same.
    assert command("cleanup", "run", run).code == 1
    assert command("cleanup", "run", run, "--retry").code == 0
    assert command("cleanup", "report", run).code == 0


def test_more_than_a_hundred_must_be_counted(library: Library, command: Command, make: Maker) -> None:
    for _ in range(101):
        library.asset(stored=False)
    run = command("cleanup", "plan", "--class", "unlinked").lines[0]["run"]["id"]
    for wrong in ([], ["--count", "100"]):
        refused = command("cleanup", "run", run, "--no-wait", *wrong)
        assert (refused.code, refused.lines[0]["error"]["code"]) == (2, "confirm_count")
    begun = command("cleanup", "run", run, "--no-wait", "--count", "101")
    assert (begun.code, begun.lines[0]["run"]["state"]) == (0, "running")
    # Nobody works: looking on ends, and what has not ended has not gone well.
    waited = command("cleanup", "run", run, "--timeout", "0.2")
    assert (waited.code, waited.lines[0]["run"]["state"]) == (1, "running")
    assert command("cleanup", "stop", run, "--pause").lines[0]["run"]["state"] == "paused"
    assert command("cleanup", "stop", run).lines[0]["run"]["state"] == "stopped"
    assert command("cleanup", "run", run).code == 1
    assert command("cleanup", "stop", run).code == 1
    assert make.one("select count(*) from media.assets where state = 'trashed'") == 0


def test_only_ops_act_and_all_of_staff_look(library: Library, command: Command) -> None:
    asset = library.asset()
    assert command("orphans", by="staff").code == 0
    refused = command("cleanup", "plan", "--class", "unlinked", by="staff")
    assert (refused.code, refused.lines[0]["error"]["code"]) == (3, "forbidden")
    assert command("trash", "purge", asset, "--count", "1", by="staff").code == 3
    assert command("orphans", by="stranger").code == 3


def test_nothing_found_and_could_not_ask_differ(
    library: Library, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = command("orphans", "--class", "unlinked")
    assert (nothing.code, nothing.lines) == (0, [])
    summary = command("orphans").lines[0]
    assert {each["class"]: each["as_of"] for each in summary["classes"]}["ghost_object"] is None
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:9")
    silent = command("orphans", "--class", "unlinked")
    assert (silent.code, silent.lines[0]["error"]["code"]) == (4, "unavailable")


def test_a_wrong_password_is_no_answer(
    library: Library, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAOPS_PASSWORD", "wrong")
    refused = command("orphans")
    assert (refused.code, refused.lines[0]["error"]["code"]) == (3, "wrong_password")


def test_a_look_through_storage_is_waited_for(library: Library, command: Command, workers: Any) -> None:
    ghost = library.object(path_of(str(uuid.uuid4())))
    workers.start("--queues", "media")
    found = command("orphans", "--scan", "--class", "ghost_object")
    assert (found.code, [line["id"] for line in found.lines]) == (0, [ghost])


def test_the_trash_is_listed_restored_and_purged_with_an_answer_for_each(
    library: Library,
    command: Command,
    workers: Any,
    make: Maker,
) -> None:
    back, gone, ready = library.asset("trashed"), library.asset("trashed"), library.asset()
    listed = command("trash", "list")
    assert {line["asset"] for line in listed.lines} == {back, gone}
    restored = command("trash", "restore", back, str(uuid.uuid4()))
    assert (restored.code, [line["ok"] for line in restored.lines]) == (1, [True, False])
    assert command("trash", "restore", back).code == 0
    unsure = command("trash", "purge", gone, ready)
    assert (unsure.code, make.state(gone)) == (2, "trashed")
    workers.start("--queues", "media")
    purged = command("trash", "purge", gone, ready, "--count", "2")
    assert (purged.code, purged.lines[0]["asset"], purged.lines[0]["ok"]) == (1, ready, False)
    assert purged.lines[1]["run"]["ok"] is True
    assert (make.state(gone), make.state(ready), make.state(back)) == (None, "ready", "ready")
    assert make.one("select count(*) from storage.objects where name = %s", path_of(gone)) == 0
    assert command("trash", "purge", "no-id", "--count", "1").code == 2
    # A purge of nothing leaves no plan about.
    assert command("trash", "purge", ready, "--count", "1").code == 1
    assert [line["run"]["state"] for line in command("cleanup", "show").lines] == ["stopped", "done"]


def test_a_title_cannot_steer_the_terminal(
    library: Library, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    library.asset(title="\x1b[2Jgone\r\n\tcolumns")
    assert command("orphans").code == 0  # signs in as the fixture says
    assert main(["orphans", "--class", "unlinked"]) == 0
    line = capsys.readouterr().out
    assert "\x1b" not in line
    assert (line.count("\n"), line.count("\t")) == (1, 4)
    assert "never linked" in line


@pytest.fixture(scope="module")
def embedded() -> Iterator[dict[str, str]]:
    """The environment of someone beside a running `make run`: no keys, only where it is."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    running = LocalStack(directory, demo=True).start()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    yield kept | {"MEDIAOPS_DATA_DIR": str(directory), "MEDIAOPS_LOCAL_PORT": str(running.port)}
    running.discard()


def beside(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mediaops", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_beside_a_running_dashboard_nothing_need_be_set(embedded: dict[str, str]) -> None:
    planned = beside(embedded, "cleanup", "plan", "--class", "unlinked", "--json")
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["run"]["planned_by_name"] == "Ayumi Sato"
    assert "\x1b" not in planned.stderr
    refused = beside(embedded, "cleanup", "plan", "--class", "unlinked", "--as", "staff@demo.local")
    assert refused.returncode == 3
    summary = beside(embedded, "orphans")
    assert summary.stdout.splitlines()[0] == "unlinked\t0\t0 B\t-\tmanual\tnow"


def test_where_nothing_runs_it_says_what_to_do(embedded: dict[str, str], tmp_path: Path) -> None:
    silent = beside(embedded | {"MEDIAOPS_LOCAL_PORT": "9"}, "orphans", "--json")
    assert (silent.returncode, json.loads(silent.stdout)["error"]["code"]) == (4, "unavailable")
    assert "make run" in silent.stderr
    never = beside(embedded | {"MEDIAOPS_DATA_DIR": str(tmp_path)}, "orphans")
    assert (never.returncode, never.stdout) == (4, "")
    assert "make run" in never.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_command_is_said_to_be_wrong(embedded: dict[str, str]) -> None:
    assert beside(embedded, "orphans", "--class", "nothing").returncode == 2
    assert beside(embedded, "cleanup").returncode == 2
    assert beside(embedded, "cleanup", "show", str(uuid.uuid4())).returncode == 1
    assert beside(embedded, "cleanup", "show", "no-id").returncode == 2
