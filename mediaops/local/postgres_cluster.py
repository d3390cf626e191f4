"""A cluster of Postgres before it runs and after it should have stopped; and a port for it."""

from __future__ import annotations

import contextlib
import logging
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import psutil

from mediaops.errors import ConfigurationError, Unavailable
from mediaops.local.postgres_home import Account, as_account, give_to

log = logging.getLogger(__name__)

# Below the ports that systems give to outgoing connections: one of those must not take ours in a restart.
PORTS = range(15_000, 30_000)


@contextlib.contextmanager
def new_cluster(cluster: Path, bin_dir: Path, account: Account | None, superuser: str) -> Generator[str]:
    """Make a cluster; gives the superuser's password, and puts the cluster in its place when that is kept.

    Raises Unavailable with what initdb said.
    """
    staging = cluster.with_name(".initdb")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    password = secrets.token_urlsafe(24)
    password_file = staging.with_name(".password")
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    give_to(staging, account)
    give_to(password_file, account)
    command = [
        str(bin_dir / "initdb"),
        f"--pgdata={staging}",
        f"--username={superuser}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-instructions",
    ]
    made = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, cwd="/", check=False, **as_account(account)
    )
    password_file.unlink()
    if made.returncode != 0:
        raise Unavailable(f"The database could not be created: {made.stderr.strip()}")
    yield password
    if cluster.exists():
        cluster.rmdir()
    staging.rename(cluster)


def end_orphans(cluster: Path, seconds: float) -> None:
    """End a server that a killed process left on this cluster, and wait for what is left of one.

    The caller holds the lock of the cluster, so nobody else runs it. Raises ConfigurationError when it does
    not end.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        _end(int((cluster / "postmaster.pid").read_text().split()[0]), cluster, seconds)
    # Children of a postmaster that was killed by SIGKILL hold its shared memory until they notice.
    deadline = time.monotonic() + seconds
    while survivors := [process for process in psutil.process_iter() if _works_on(process, cluster)]:
        if time.monotonic() > deadline:
            raise ConfigurationError(
                f"Process {survivors[0].pid} (Postgres) works on {cluster} and does not end.",
                hint="End that process, then start again.",
            )
        time.sleep(0.05)


def free_port(wanted: int) -> int:
    """A loopback port nobody listens on: the one of the last time, if it is still free."""
    for candidate in (wanted, *random.sample(PORTS, 50)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As Postgres does: connections of the server before, which linger, don't count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", candidate))
            if candidate:
                return candidate
    raise Unavailable("No free port on 127.0.0.1.")


def _works_on(process: psutil.Process, cluster: Path) -> bool:
    """Whether this is a Postgres process of the cluster (they all change into its directory)."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == cluster.resolve()
    except (psutil.Error, OSError):
        return False


def _end(pid: int, cluster: Path, seconds: float) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        orphan = psutil.Process(pid)
        if not _works_on(orphan, cluster):
            return
        log.warning("A Postgres (process %d) was left running by a killed dashboard; stopping it.", pid)
        os.kill(pid, signal.SIGINT)
        with contextlib.suppress(psutil.TimeoutExpired):
            orphan.wait(seconds)
            return
        os.kill(pid, signal.SIGQUIT)
