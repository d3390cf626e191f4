"""One Postgres 18 from the binaries of a wheel, for one machine and for tests.

It listens on a loopback port with a password. It ends with the process that started it: orderly by
:meth:`Postgres.stop`, and through a watchdog when that process is killed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import quote

import psycopg

from mediaops.errors import Unavailable
from mediaops.local.postgres_cluster import end_orphans, free_port, new_cluster
from mediaops.local.postgres_home import account_for, as_account, binaries, choose_home, give_to, lock

log = logging.getLogger(__name__)

SUPERUSER = "supabase_admin"
OWNER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_MAX_BYTES = 10 * 1024**2
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # A hung client must not hold a shutdown or a lock for hours.
    "tcp_keepalives_idle": "60",
}
# Waits for the end of its stdin, whose other end only our process holds, then asks for a fast shutdown.
WATCHDOG = 'read -r _; kill -INT "$1" 2>/dev/null'


class Postgres:
    """Start and stop one cluster under ``data_dir``; durable across restarts, stops and kills."""

    def __init__(self, data_dir: Path | str) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.port = 0
        self._home: Path | None = None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None
        self._change = threading.RLock()

    # -- addresses ------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """URL of the superuser (``supabase_admin``); for bootstrap and tests."""
        return self._url(SUPERUSER)

    @property
    def owner_url(self) -> str:
        """URL of ``postgres``, who owns the schema and, as in a Supabase project, is no superuser."""
        return self._url(OWNER)

    def role_url(self, role: str) -> str:
        """URL of another login role; all of the installation's own roles share its password."""
        return self._url(role)

    def _url(self, role: str) -> str:
        if not self.port:
            raise Unavailable("The embedded Postgres is not running.")
        return f"postgresql://{role}:{quote(self.password)}@127.0.0.1:{self.port}/postgres"

    @property
    def password(self) -> str:
        """The password of this installation's roles."""
        return str(self._state()["password"])

    @property
    def running(self) -> bool:
        """Whether the server process this object started is alive."""
        return self._process is not None and self._process.poll() is None

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> Self:
        """Start the server (making the cluster at the first time) and return when it answers.

        Raises ConfigurationError when the directory is in use or unusable, Unavailable when Postgres
        does not come up; the message then carries the last lines of its log.
        """
        with self._change:
            if self.running:
                return self
            if self._lock is None:
                self._home = choose_home(self.data_dir)
                self._lock = lock(self._home)
            try:
                end_orphans(self.cluster, STOP_SECONDS)
                self._ensure_cluster()
                self._launch()
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, a checkpoint is written, the port is free."""
        with self._change:
            self._end_server(signal.SIGINT)
            self.port = 0
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop (``SIGKILL``: as a crash) and start again on the same port."""
        with self._change:
            self._end_server(how)
            end_orphans(self.cluster, STOP_SECONDS)
            self._launch()

    def revive(self) -> bool:
        """Start the server again if it died; True if it had."""
        with self._change:
            if self._lock is None or self.running:
                return False
            log.error("Postgres ended unexpectedly; starting it again.")
            self.restart()
            return True

    def discard(self) -> None:
        """Stop and remove the cluster and everything kept for it. For tests."""
        self.stop()
        if self._home is not None and self._home != self.data_dir:
            shutil.rmtree(self._home, ignore_errors=True)
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- inside ---------------------------------------------------------------------------------

    @property
    def cluster(self) -> Path:
        """The directory of the cluster (PGDATA)."""
        if self._home is None:
            self._home = choose_home(self.data_dir)
        return self._home / "postgres"

    @property
    def log_file(self) -> Path:
        """What the server wrote to its log."""
        return self.cluster.parent / "postgres.log"

    def _state_file(self) -> Path:
        return self.cluster.parent / "postgres.json"

    def _state(self) -> dict[str, Any]:
        return json.loads(self._state_file().read_text())

    def _remember(self, **values: Any) -> None:
        path = self._state_file()
        state = (self._state() if path.exists() else {}) | values
        staging = path.with_suffix(".new")
        staging.touch(mode=0o600)
        staging.write_text(json.dumps(state))
        staging.replace(path)

    def _ensure_cluster(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            account = account_for(self.cluster)
            # Its place comes last: what was interrupted before is made anew, with another password.
            with new_cluster(self.cluster, binaries(self.data_dir, account), account, SUPERUSER) as password:
                self._remember(password=password)

    def _launch(self) -> None:
        account = account_for(self.cluster)
        give_to(self.cluster, account)
        postgres = binaries(self.data_dir, account) / "postgres"
        for _ in range(5):
            port = self.port or free_port(self._state().get("port", 0))
            options = SETTINGS | {"port": str(port)}
            command = [str(postgres), "-D", str(self.cluster)]
            command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            with self._open_log() as output:
                self._process = subprocess.Popen(  # noqa: S603
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    # Its own session: Ctrl-C in the terminal must reach us first, not the database.
                    start_new_session=True,
                    **as_account(account),
                )
            self._watchdog = subprocess.Popen(  # noqa: S603
                ["/bin/sh", "-c", WATCHDOG, "sh", str(self._process.pid)],
                stdin=subprocess.PIPE,
                cwd="/",
                start_new_session=True,
                **as_account(account),
            )
            if self._wait_until_ready(port):
                self.port = port
                self._remember(port=port)
                return
            self._end_server(signal.SIGINT)
            if "Address already in use" not in self._log_tail():
                break
        raise Unavailable(f"Postgres did not start. Its log ({self.log_file}) ends with:\n{self._log_tail()}")

    def _wait_until_ready(self, port: int) -> bool:
        deadline = time.monotonic() + START_SECONDS
        url = f"postgresql://{SUPERUSER}:{quote(self.password)}@127.0.0.1:{port}/postgres"
        while self.running and time.monotonic() < deadline:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    return False  # someone else's server took the port between our look and our start
                time.sleep(0.03)
            else:
                return self.running
        return False

    def _end_server(self, how: signal.Signals) -> None:
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.wait()
            if self._watchdog.stdin:
                self._watchdog.stdin.close()
            self._watchdog = None
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("Postgres did not stop within %d s; asking for an immediate shutdown.", STOP_SECONDS)
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_SECONDS)
        self._process = None

    def _open_log(self) -> IO[bytes]:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_MAX_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        return self.log_file.open("ab")

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])
        return ""
