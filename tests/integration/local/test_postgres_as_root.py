"""Started by root, Postgres runs as someone else, who must reach its binaries and its data."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from mediaops.local.postgres import Postgres
from tests.integration.local.servers import ask, processes_on

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs Postgres as another user")


def test_root_runs_it_as_someone_else(postgres: Postgres) -> None:
    assert {process.uids().real for process in processes_on(postgres.cluster)}.isdisjoint({0})


def test_data_under_a_closed_directory_lives_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    closed = Path(tempfile.mkdtemp(prefix="mediaops-test-"))  # 0700
    server = Postgres(closed / "project" / ".mediaops")
    try:
        with server:
            ask(server, "create table kept as select 1 as n")
            assert str(server.cluster).startswith("/var/lib/mediaops-")
            assert str(server.cluster.parent) in caplog.text
        with server:
            assert ask(server, "select n from kept") == 1
        # The project was moved: the note in its directory still says where the data is.
        (closed / "project").rename(closed / "moved")
        with Postgres(closed / "moved" / ".mediaops") as moved:
            assert ask(moved, "select n from kept") == 1
    finally:
        server.discard()
        Postgres(closed / "moved" / ".mediaops").discard()
        shutil.rmtree(closed)


def test_data_that_came_under_a_closed_directory_is_taken_along(made: Path) -> None:
    outer = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    outer.chmod(0o711)
    shutil.copytree(made, outer / "data")
    with Postgres(outer / "data") as server:
        ask(server, "create table kept as select 1 as n")
    outer.chmod(0o700)
    server = Postgres(outer / "data")
    try:
        with server:
            assert ask(server, "select n from kept") == 1
            assert str(server.cluster).startswith("/var/lib/mediaops-")
    finally:
        server.discard()
        outer.rmdir()


def test_data_copied_by_root_is_given_to_the_user_of_postgres(data_dir: Path) -> None:
    with Postgres(data_dir) as server:
        ask(server, "create table kept as select 1 as n")
        cluster = server.cluster
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, 0, 0)
    with Postgres(data_dir) as server:
        assert ask(server, "select n from kept") == 1


def test_binaries_out_of_reach_are_copied(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mediaops.local import postgres_home

    seen: list[Path] = []
    runs = postgres_home.runs

    def not_from_the_wheel(bin_dir: Path, account: postgres_home.Account | None) -> bool:
        seen.append(bin_dir)
        return not bin_dir.is_relative_to(sys.prefix) and runs(bin_dir, account)

    monkeypatch.setattr(postgres_home, "runs", not_from_the_wheel)
    fallback = empty / "lib"
    fallback.mkdir(mode=0o755)
    empty.chmod(0o711)
    monkeypatch.setattr(postgres_home, "FALLBACK_ROOT", fallback)
    with Postgres(empty / "data") as server:
        assert ask(server, "select 1") == 1
    assert any(path.is_relative_to(fallback) for path in seen)
