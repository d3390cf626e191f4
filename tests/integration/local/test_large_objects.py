"""A large object goes through in little memory, up and down, and neither raw nor as a form."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from mediaops.local.postgres import Postgres
from mediaops.settings import ROOT
from tests.integration.local.talk import STORAGE

SIZE = 200 * 1024**2
PIECE = bytes(range(256)) * 4096  # 1 MiB
MOST_GROWTH = 40 * 1024**2


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """The embedded Supabase in a process of its own, so that its memory can be measured."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "mediaops.local", "--data-dir", str(directory), "--port", "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            assert process.stdout is not None
            environment = json.loads(process.stdout.readline())["ready"]
            key = environment["SUPABASE_SECRET_KEY"]
            headers = {"apikey": key, "Authorization": f"Bearer {key}"}
            with httpx.Client(base_url=environment["SUPABASE_URL"], headers=headers, timeout=120) as client:
                client.post(f"{STORAGE}/bucket", json={"id": "large"}).raise_for_status()
                # What is loaded once does not count.
                client.put(f"{STORAGE}/object/large/warm", content=PIECE)
                client.get(f"{STORAGE}/object/large/warm")
                yield client, psutil.Process(process.pid)
            process.terminate()
    finally:
        Postgres(directory).discard()


def content(head: bytes = b"", tail: bytes = b"") -> Iterator[bytes]:
    yield head
    for _ in range(SIZE // len(PIECE)):
        yield PIECE
    yield tail


def digest() -> str:
    whole = hashlib.sha256()
    for piece in content():
        whole.update(piece)
    return whole.hexdigest()


@pytest.mark.parametrize("form", [False, True], ids=["raw", "multipart"])
def test_a_large_object_needs_little_memory(running: tuple[httpx.Client, psutil.Process], form: bool) -> None:
    client, process = running
    before = most = process.memory_info().rss
    path = f"{STORAGE}/object/large/{'form' if form else 'raw'}"
    head = b'--e\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' if form else b""
    tail = b"\r\n--e--\r\n" if form else b""
    headers = {
        "Content-Type": "multipart/form-data; boundary=e" if form else "video/mp4",
        "Content-Length": str(SIZE + len(head) + len(tail)),
    }

    def watched() -> Iterator[bytes]:
        nonlocal most
        for piece in content(head, tail):
            yield piece
            most = max(most, process.memory_info().rss)

    client.post(path, content=watched(), headers=headers).raise_for_status()
    found = hashlib.sha256()
    with client.stream("GET", path) as answer:
        for piece in answer.iter_bytes():
            found.update(piece)
            most = max(most, process.memory_info().rss)
    assert found.hexdigest() == digest()
    assert most - before < MOST_GROWTH
