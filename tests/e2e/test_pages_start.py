"""Starting and ending the dashboard as a person does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from mediaops.settings import ROOT
from tests.e2e.dashboard import Dashboard, free_port, plain_environment

SECOND_START_SECONDS = 10.0


@pytest.fixture(scope="module")
def own() -> Iterator[Dashboard]:
    """One that these tests may end; started once, so that later starts are second ones."""
    running = Dashboard()
    running.start()
    yield running
    running.stop()


def belonging_to(folder: Path) -> list[str]:
    """Command lines of processes that have to do with a data folder."""
    found: list[str] = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        words = " ".join(process.info["cmdline"] or [])
        try:
            # A worker names the folder only in its environment.
            there = process.environ().get("MEDIAOPS_DATA_DIR") == str(folder)
        except psutil.Error:
            there = False
        if there or str(folder) in words or str(process.info["cwd"] or "").startswith(str(folder)):
            found.append(words)
    return found


def gone_within(folder: Path, seconds: float) -> list[str]:
    """What is still there after so long; empty as soon as nothing is."""
    deadline = time.monotonic() + seconds
    while (left := belonging_to(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


@contextmanager
def taken() -> Iterator[int]:
    """A port that someone else listens on."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield int(holder.getsockname()[1])


def test_ctrl_c_leaves_no_process_behind_and_a_second_start_is_quick(own: Dashboard) -> None:
    assert belonging_to(own.data_dir) != []
    own.interrupt()
    assert gone_within(own.data_dir, 30) == []

    seconds = own.start()

    page = httpx.get(f"{own.address}/sign-in")
    assert page.status_code == 200
    assert "Nora Lindqvist" in page.text
    # A machine that is busy for a moment is given another chance, one that always is its share of time.
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    for _ in range(2):
        if seconds >= SECOND_START_SECONDS * crowd:
            own.interrupt()
            seconds = min(seconds, own.start())
    assert seconds < SECOND_START_SECONDS * crowd


def test_a_start_after_kill_9_works_and_the_companions_were_gone(own: Dashboard) -> None:
    own.kill()
    assert gone_within(own.data_dir, 30) == []

    own.start()

    assert httpx.get(f"{own.address}/sign-in").status_code == 200


def test_streamlit_run_does_the_same(own: Dashboard) -> None:
    own.interrupt()
    before = own.command
    own.command = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(own.port))
    try:
        own.start()
        assert "Nora Lindqvist" in httpx.get(f"{own.address}/sign-in").text
        assert any(own.address in line for line in own.output)
    finally:
        own.command = before


@pytest.mark.parametrize("setting", ["MEDIAOPS_PORT", "MEDIAOPS_LOCAL_PORT"])
def test_a_taken_port_is_named_with_its_setting(tmp_path: Path, setting: str) -> None:
    with taken() as port:
        ports = {"MEDIAOPS_PORT": str(free_port()), "MEDIAOPS_LOCAL_PORT": str(free_port())}
        ended = subprocess.run(
            [sys.executable, "-m", "mediaops", "run"],
            cwd=ROOT,
            env=plain_environment()
            | ports
            | {setting: str(port), "MEDIAOPS_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert str(port) in said
    assert setting in said
    assert "Traceback" not in said
