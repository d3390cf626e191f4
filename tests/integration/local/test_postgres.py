"""The embedded Postgres outlives stops, kills and moves, and never runs twice on one directory."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import psutil
import psycopg
import pytest

from mediaops.errors import ConfigurationError, Unavailable
from mediaops.local.postgres import SETTINGS, Postgres
from mediaops.settings import ROOT
from tests.integration.local.servers import ask, processes_on, until


@contextlib.contextmanager
def started_elsewhere(data_dir: Path) -> Generator[subprocess.Popen[str]]:
    """Another process that runs Postgres there until its standard input ends."""
    script = (
        "import sys; from mediaops.local.postgres import Postgres;"
        "p = Postgres(sys.argv[1]).start(); print(p.url, flush=True); sys.stdin.read(); p.stop()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process


def test_it_keeps_what_was_committed(data_dir: Path) -> None:
    with Postgres(data_dir) as first:
        ask(first, "create table kept (n int)")
        ask(first, "insert into kept values (7)")
    with Postgres(data_dir) as second:
        assert ask(second, "select n from kept") == 7
        assert ask(second, "show fsync") == "on"


def test_it_asks_for_a_password_and_listens_on_loopback_only(postgres: Postgres) -> None:
    wrong = postgres.url.replace(postgres.password, "wrong")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)
    listening = {
        connection.laddr.ip
        for process in processes_on(postgres.cluster)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    assert (postgres.cluster.parent / "postgres.json").stat().st_mode & 0o077 == 0


def test_nothing_is_left_running(data_dir: Path) -> None:
    with Postgres(data_dir) as server:
        cluster = server.cluster
        assert processes_on(cluster)
    assert processes_on(cluster) == []
    assert not (cluster / "postmaster.pid").exists()


def test_it_starts_after_a_kill_with_what_was_committed(data_dir: Path) -> None:
    server = Postgres(data_dir).start()
    ask(server, "create table kept as select 1 as n")
    server.restart(signal.SIGKILL)
    assert ask(server, "select n from kept") == 1
    server.stop()


def test_a_stale_pid_file_does_not_keep_it_from_starting(data_dir: Path) -> None:
    with Postgres(data_dir) as server:
        cluster = server.cluster
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n1\n5432\n\n127.0.0.1\n")
    with Postgres(data_dir) as again:
        assert ask(again, "select 1") == 1


def test_a_restart_keeps_the_port_and_so_does_the_next_start(data_dir: Path) -> None:
    with Postgres(data_dir) as server:
        port = server.port
        server.restart()
        assert server.port == port
    with Postgres(data_dir) as later:
        assert later.port == port


def test_a_port_that_was_taken_meanwhile_is_left_to_its_new_owner(data_dir: Path) -> None:
    with Postgres(data_dir) as server:
        port = server.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past connections of the one before
        other.bind(("127.0.0.1", port))
        other.listen()
        with Postgres(data_dir) as later:
            assert later.port != port
            assert ask(later, "select 1") == 1


def test_the_directory_belongs_to_one_process(data_dir: Path, postgres: Postgres) -> None:
    with pytest.raises(ConfigurationError, match="already running") as caught:
        Postgres(data_dir).start()
    assert "MEDIAOPS_DATA_DIR" in caught.value.hint
    assert ask(postgres, "select 1") == 1


def test_it_ends_when_its_process_is_killed(data_dir: Path) -> None:
    cluster = data_dir / "postgres"
    with started_elsewhere(data_dir) as other:
        assert processes_on(cluster)
        other.kill()
    until(lambda: not processes_on(cluster))


def test_an_orphan_is_ended_before_the_next_start(data_dir: Path) -> None:
    with started_elsewhere(data_dir) as other:
        for child in psutil.Process(other.pid).children():
            if child.name() == "sh":
                child.kill()  # the watchdog, so that nobody ends Postgres
        other.kill()
    orphan = (data_dir / "postgres" / "postmaster.pid").read_text().split()[0]
    with Postgres(data_dir) as server:
        assert ask(server, "select 1") == 1
        assert (server.cluster / "postmaster.pid").read_text().split()[0] != orphan


def test_it_is_started_again_when_it_dies_alone(postgres: Postgres) -> None:
    assert postgres.revive() is False
    os.kill(int((postgres.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    until(lambda: not postgres.running)
    assert postgres.revive() is True
    assert ask(postgres, "select 1") == 1


def test_an_interrupted_first_start_leaves_nothing_half_made(empty: Path) -> None:
    (empty / ".initdb").mkdir()
    (empty / ".initdb" / "PG_VERSION").write_text("18")
    with Postgres(empty) as server:
        assert ask(server, "select 1") == 1
    assert not (empty / ".initdb").exists()


def test_a_missing_cluster_elsewhere_is_said_clearly(empty: Path) -> None:
    (empty / "postgres.location").write_text("/var/lib/mediaops-gone\n")
    with pytest.raises(ConfigurationError, match="is not there"):
        Postgres(empty).start()
    (empty / "postgres.location").unlink()


def test_it_keeps_being_started_when_a_start_failed(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.kill(int((postgres.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    until(lambda: not postgres.running)
    monkeypatch.setitem(SETTINGS, "max_connections", "none at all")
    with pytest.raises(Unavailable, match="max_connections"):
        postgres.revive()
    monkeypatch.undo()
    assert postgres.revive() is True
    assert ask(postgres, "select 1") == 1
