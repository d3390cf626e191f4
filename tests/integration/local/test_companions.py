"""The embedded Supabase as a companion process: ready, restarted, ended with whoever started it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from mediaops.errors import ConfigurationError
from mediaops.local.demo import demo_people
from mediaops.local.postgres import Postgres
from mediaops.local.supervise import Child, EmbeddedSupabase
from mediaops.settings import ROOT
from tests.integration.local.servers import until


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One directory for these tests: only the first start makes everything."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    yield directory
    Postgres(directory).discard()


@pytest.fixture
def supabase(data_dir: Path) -> Iterator[EmbeddedSupabase]:
    """Not started yet; stopped afterwards."""
    embedded = EmbeddedSupabase(data_dir, 0)
    yield embedded
    embedded.stop()


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


def left_of(data_dir: Path) -> list[str]:
    """Command lines of processes that still work in that directory."""
    found: list[str] = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(data_dir) in line and process.status() != psutil.STATUS_ZOMBIE:
            found.append(line)
    return found


def test_it_says_what_to_use_it_with(supabase: EmbeddedSupabase, data_dir: Path) -> None:
    environment = supabase.start()
    assert set(environment) == {
        "SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "DATABASE_URL",
        "MEDIAOPS_EMBEDDED", "MEDIAOPS_DATA_DIR",
    }  # fmt: skip
    assert answers(environment["SUPABASE_URL"])
    for name in ("keys.json", "demo.json", "postgres.json"):
        assert (data_dir / name).stat().st_mode & 0o077 == 0


def test_the_demo_people_can_sign_in_and_are_on_the_team(supabase: EmbeddedSupabase, data_dir: Path) -> None:
    environment = supabase.start()
    key = {"apikey": environment["SUPABASE_PUBLISHABLE_KEY"]}
    for person in demo_people(data_dir):
        session = httpx.post(
            f"{environment['SUPABASE_URL']}/auth/v1/token?grant_type=password",
            json={"email": person.email, "password": person.password},
            headers=key,
        ).json()
        headers = key | {"Authorization": f"Bearer {session['access_token']}", "Content-Profile": "media"}
        who = httpx.post(f"{environment['SUPABASE_URL']}/rest/v1/rpc/whoami", headers=headers).json()
        assert (who["role"], who["display_name"]) == (person.role, person.name)
    assert [person.role for person in demo_people(data_dir)] == ["staff", "moderator", "ops"]


def test_keys_and_people_stay_the_same(data_dir: Path) -> None:
    seen: list[tuple[str, str, str]] = []
    for _ in range(2):
        embedded = EmbeddedSupabase(data_dir, 0)
        environment = embedded.start()
        seen.append(
            (
                environment["SUPABASE_SECRET_KEY"],
                environment["DATABASE_URL"],
                (data_dir / "demo.json").read_text(),
            )
        )
        embedded.stop()
    assert seen[0] == seen[1]


def test_stopping_leaves_no_process(supabase: EmbeddedSupabase, data_dir: Path) -> None:
    supabase.start()
    assert left_of(data_dir)
    supabase.stop()
    assert left_of(data_dir) == []


def test_a_taken_port_is_named_with_its_setting(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port}") as caught:
            EmbeddedSupabase(data_dir, port).start()
    assert "MEDIAOPS_LOCAL_PORT" in caught.value.hint
    assert left_of(data_dir) == []


def test_a_directory_in_use_is_named_with_its_setting(supabase: EmbeddedSupabase, data_dir: Path) -> None:
    supabase.start()
    with pytest.raises(ConfigurationError, match="already running") as caught:
        EmbeddedSupabase(data_dir, 0).start()
    assert "MEDIAOPS_DATA_DIR" in caught.value.hint


def test_killed_it_comes_back_at_the_same_address(supabase: EmbeddedSupabase) -> None:
    environment = supabase.start()
    before = supabase.child.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: supabase.child.pid != before and answers(environment["SUPABASE_URL"]))


def test_ctrl_c_in_the_terminal_does_not_reach_it(supabase: EmbeddedSupabase) -> None:
    supabase.start()
    assert supabase.child.pid is not None
    assert os.getpgid(supabase.child.pid) != os.getpgid(0)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "end of input"])
def test_it_ends_cleanly(data_dir: Path, how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mediaops.local", "--data-dir", str(data_dir), "--port", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "ready" in json.loads(process.stdout.readline())
        if how == "end of input":
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[how])
        assert process.wait(30) == 0
    assert left_of(data_dir) == []
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_it_ends_when_the_dashboard_is_killed(data_dir: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from mediaops.local.supervise import EmbeddedSupabase;"
        "print(EmbeddedSupabase(Path(sys.argv[1]), 0).start()['SUPABASE_URL'], flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data_dir)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as dashboard:
        assert dashboard.stdout is not None
        assert answers(dashboard.stdout.readline().strip())
        dashboard.kill()
    until(lambda: left_of(data_dir) == [])


def test_a_child_that_ignores_the_end_of_input_is_told_by_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediaops.local.supervise.STOP_SECONDS", 0.4)
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(1, flush=True); time.sleep(600)"
    )
    child = Child("stubborn", [sys.executable, "-c", script], speaks=True)
    assert child.start() == "1\n"
    pid = child.pid
    assert pid is not None
    child.stop()
    assert not psutil.pid_exists(pid)


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    child = Child("short-lived", [sys.executable, "-c", f"open({str(tmp_path / 'n')!r}, 'a').write('x')"])
    child.start()
    child.keep()
    until(lambda: (tmp_path / "n").exists() and len((tmp_path / "n").read_text()) >= 2)
    child.stop()
