"""Starts the dashboard's companions (embedded Supabase, worker) and ends them with it.

Each is a child in a session of its own, so Ctrl-C in the terminal reaches only the dashboard, which ends
them in order. Each holds the reading end of a pipe as its standard input: when the dashboard dies, even by
SIGKILL, the pipe ends and the child ends itself. A child that dies alone is started again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from mediaops.errors import ConfigurationError, MediaOpsError, Unavailable
from mediaops.settings import ROOT

log = logging.getLogger(__name__)

READY_SECONDS = 120.0
STOP_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0


class Child:
    """One companion process. ``speaks``: it says in one line on standard output when it is ready."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        speaks: bool = False,
    ) -> None:
        self.name = name
        self.command = list(command)
        self._environment = dict(environment or {})
        self._speaks = speaks
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._keeper: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process as it runs now; another one after a restart."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Start; the line it said (empty for one that does not speak).

        Raises Unavailable when it ends or stays silent instead of saying its line.
        """
        self._ending.clear()
        return self._launch()

    def keep(self) -> None:
        """From now on, start it again whenever it ends by itself."""
        self._keeper = threading.Thread(target=self._keep, name=f"keep-{self.name}", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Let it end by closing its standard input, ask again by SIGTERM, then end it by SIGKILL."""
        self._ending.set()
        process = self._process
        if process is None:
            return
        _close(process.stdin)
        for how, seconds in (
            (None, STOP_SECONDS / 2),
            (signal.SIGTERM, STOP_SECONDS / 2),
            (signal.SIGKILL, 5),
        ):
            if how is not None and process.poll() is None:
                log.warning("%s does not end; sending %s.", self.name, how.name)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break
        if self._keeper is not None and self._keeper is not threading.current_thread():
            self._keeper.join(STOP_SECONDS)
        _close(process.stdout)
        self._process = None

    def _launch(self) -> str:
        process = self._process = subprocess.Popen(  # noqa: S603 - our own modules
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if self._speaks else None,
            cwd=ROOT,
            env=os.environ | self._environment,
            start_new_session=True,
        )
        if not self._speaks:
            return ""
        assert process.stdout is not None
        said: list[bytes] = []
        reader = threading.Thread(target=lambda: said.append(process.stdout.readline()), daemon=True)  # pyright: ignore[reportOptionalMemberAccess]
        reader.start()
        reader.join(READY_SECONDS)
        if not said or not said[0]:
            _close(process.stdin)
            process.kill()
            process.wait()
            raise Unavailable(f"{self.name} did not start.", hint="Its messages above say why.")
        return said[0].decode()

    def _keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._ending.is_set():
            process, since = self._process, time.monotonic()
            assert process is not None
            process.wait()
            if self._ending.is_set():
                return
            if time.monotonic() - since > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            log.error("%s ended by itself (%s); starting it again.", self.name, process.returncode)
            _close(process.stdin)
            _close(process.stdout)
            if self._ending.wait(pause):
                return
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            try:
                self._launch()
            except (Unavailable, OSError):
                log.exception("%s could not be started again; trying on.", self.name)


class EmbeddedSupabase:
    """The embedded Supabase as a companion of this process."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self._data_dir = data_dir
        self.child = Child("The embedded Supabase", self._command(port), speaks=True)

    def start(self) -> dict[str, str]:
        """The environment with which this process and a worker use it, once it answers.

        Raises ConfigurationError (a taken port, named with its setting; a directory in use) or Unavailable.
        """
        said = cast("dict[str, Any]", json.loads(self.child.start()))
        if "ready" in said:
            environment: dict[str, str] = said["ready"]
            # Whatever port it found, it is to have the same one when it is started again.
            self.child.command = self._command(int(environment["SUPABASE_URL"].rpartition(":")[2]))
            self.child.keep()
            return environment
        self.child.stop()
        raise _as_error(said["error"])

    def stop(self) -> None:
        """End it, Postgres with it."""
        self.child.stop()

    def _command(self, port: int) -> list[str]:
        module = [sys.executable, "-m", "mediaops.local"]
        return [*module, "--data-dir", str(self._data_dir), "--port", str(port)]


def worker(environment: Mapping[str, str]) -> Child:
    """The worker as a companion of this process: ``start()`` it, then ``keep()`` it."""
    return Child("The worker", [sys.executable, "-m", "mediaops", "worker", "--lifeline"], environment)


def _as_error(body: Mapping[str, str]) -> MediaOpsError:
    kind = ConfigurationError if body["code"] == ConfigurationError.code else Unavailable
    return kind(body["message"], code=body["code"], hint=body["hint"])


def _close(pipe: Any) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()
