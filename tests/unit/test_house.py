"""The house keeps its shape: imports point one way, files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediaops.settings import ROOT

PACKAGE = ROOT / "mediaops"
# What a part may import of the others. Nothing is said of a part's own modules.
GROUND = {"settings", "prices", "errors", "media", "client", "storage", "origin"}
SERVICES = {"library", "uploads", "annotation", "cleanup", "session"}
MAY_IMPORT = {
    "media": GROUND,
    "library": GROUND,
    "uploads": GROUND,
    "annotation": GROUND,
    "cleanup": GROUND,
    "session": GROUND | {"library", "session_last", "session_seal"},
    "worker": GROUND | SERVICES,
    "api": GROUND | SERVICES,
    "ui": GROUND | SERVICES | {"api"},
}
ENTRY_POINTS = {"start", "start_sample", "__main__", "terminal", "local", "serve"}
LINES = 300


def imported(path: Path) -> Iterator[str]:
    """Every module a file names in an import, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path: Path) -> str:
    """The part of the house a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("name", sorted(MAY_IMPORT))
def test_a_part_imports_only_what_lies_below_it(name: str) -> None:
    files = [path for path in PACKAGE.rglob("*.py") if part(path) == name]
    allowed = MAY_IMPORT[name] | {name}
    astray = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files
        for module in imported(path)
        if module.startswith("mediaops.") and module.split(".")[1] not in allowed
    }

    assert files != []
    assert astray == set()


def test_only_the_entry_points_know_the_embedded_supabase() -> None:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    astray = {
        str(path.relative_to(ROOT))
        for path in files
        if not (path.is_relative_to(PACKAGE) and part(path) in ENTRY_POINTS)
        for module in imported(path)
        if module.startswith("mediaops.local")
    }

    assert astray == set()


def test_nothing_below_the_pages_imports_streamlit() -> None:
    astray = {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if part(path) not in {"ui", "start"}
        for module in imported(path)
        if module.split(".")[0] == "streamlit"
    }

    assert astray == set()


def test_pages_never_hold_the_secret_key() -> None:
    files = [*(ROOT / "pages").glob("*.py"), *(PACKAGE / "ui").rglob("*.py")]
    holders = {
        str(path.relative_to(ROOT))
        for path in files
        if "service_client" in path.read_text() or "supabase_secret_key" in path.read_text()
    }

    assert holders == set()


@pytest.mark.parametrize("folder", ["mediaops", "pages", "benchmarks", "tools", "frontend/src"])
def test_no_file_outgrows_a_screenful_of_screenfuls(folder: str) -> None:
    files = [
        path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".ts", ".tsx", ".css", ".sql"}
    ]
    large = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if "static" not in path.parts and (lines := len(path.read_text().splitlines())) > LINES
    }

    assert files != []
    assert large == {}
