"""The dashboard as it is really started, and what a test does with it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from supabase import Client

from mediaops.local.demo import DemoPerson, demo_people
from mediaops.local.installation import load_installation
from mediaops.local.postgres import Postgres
from mediaops.settings import ROOT
from mediaops.uploads import completion, tickets
from tests.support import Person, client_of, sign_in, sign_up

START_SECONDS = 120.0
STOP_SECONDS = 40.0


def free_port() -> int:
    """A port nobody listens on now, and that no connection takes by itself until the dashboard is up: the system
    gives those higher numbers."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def plain_environment() -> dict[str, str]:
    """This process's, without what tests of another file have set."""
    away = ("SUPABASE_", "DATABASE_URL", "MEDIAOPS_", "STREAMLIT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(away)}


@dataclass
class Dashboard:
    """One started dashboard with its embedded Supabase. Also stands in for a stack: url and keys."""

    data_dir: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="mediaops-e2e-")))
    port: int = field(default_factory=free_port)
    local_port: int = field(default_factory=free_port)
    command: tuple[str, ...] = (sys.executable, "-m", "mediaops", "run")
    settings: dict[str, str] = field(default_factory=dict[str, str])
    output: list[str] = field(default_factory=list[str])
    _process: subprocess.Popen[str] | None = None
    _listener: threading.Thread = field(default_factory=threading.Thread)

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """SUPABASE_URL."""
        return f"http://127.0.0.1:{self.local_port}"

    @property
    def publishable_key(self) -> str:
        """The key of pages."""
        return load_installation(self.data_dir).publishable_key

    @property
    def secret_key(self) -> str:
        """The key of the service."""
        return load_installation(self.data_dir).secret_key

    def connect(self) -> psycopg.Connection[Any]:
        """Its database, as the superuser; every statement commits."""
        postgres = Postgres(self.data_dir)
        postgres.port = json.loads((postgres.cluster.parent / "postgres.json").read_text())["port"]
        return psycopg.connect(postgres.url, autocommit=True)

    def start(self) -> float:
        """Start it as a person would; answers the seconds until it said that it is ready."""
        since = time.monotonic()
        environment = plain_environment() | {
            "MEDIAOPS_DATA_DIR": str(self.data_dir),
            "MEDIAOPS_PORT": str(self.port),
            "MEDIAOPS_LOCAL_PORT": str(self.local_port),
            "MEDIAOPS_SEED": "false",
            **self.settings,
        }
        self._process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(self._process, ready), daemon=True)
        self._listener.start()
        if not ready.wait(START_SECONDS):
            self.kill()
            raise AssertionError("The dashboard did not start:\n" + "".join(self.output))
        return time.monotonic() - since

    def _listen(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.output.append(line)
            if "MediaOps is ready" in line:
                ready.set()

    def interrupt(self) -> int:
        """Ctrl-C; answers the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._ended(self._process)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._ended(self._process)

    def _ended(self, process: subprocess.Popen[str]) -> int:
        code = process.wait(STOP_SECONDS)
        self._listener.join(STOP_SECONDS)
        assert process.stdout is not None
        process.stdout.close()
        return code

    def stop(self) -> None:
        """End it and forget its data."""
        if self._process is not None and self._process.poll() is None:
            self.interrupt()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def demo(self, role: str) -> DemoPerson:
        """The demo person of a role."""
        return next(person for person in demo_people(self.data_dir) if person.role == role)

    def person(self, role: str) -> Person:
        """The demo person of a role, signed in through the API."""
        someone = self.demo(role)
        return sign_in(self, role, someone.email, someone.password)  # pyright: ignore[reportArgumentType]

    def newcomer(self, role: str, name: str) -> Person:
        """Someone new; ``stranger`` has an account and no role."""
        return sign_up(self, role, name)  # pyright: ignore[reportArgumentType]

    @property
    def service(self) -> Client:
        """A client with the secret key."""
        return client_of(self, self.secret_key)  # pyright: ignore[reportArgumentType]


def put_asset(dashboard: Dashboard, by: Person, content: bytes, name: str, **more: Any) -> str:
    """An asset the way uploads make one; its id. ``purpose`` is library unless said."""
    purpose = more.pop("purpose", "library")
    ticket = tickets.issue(by.client, purpose, 1)[0]
    httpx.put(ticket["url"], content=content, headers={"content-type": "image/webp"}).raise_for_status()
    digest = hashlib.sha256(content).hexdigest()
    picked = completion.Picked(name, len(content), digest, **more)
    return completion.complete(by.client, dashboard.service, ticket["id"], picked).asset
