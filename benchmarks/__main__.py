"""``python -m benchmarks [SUBJECT...]`` runs what is measured here, one after the other.

A subject is a module of this package with ``main(argv) -> int``. Each prints a table and writes JSON to
``benchmarks/results/<subject>.json``; each also runs alone, with its own options, as
``python -m benchmarks.<subject> --help``.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def subjects() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def main(argv: list[str]) -> int:
    known = subjects()
    if unknown := [name for name in argv if name not in known]:
        print(f"no such subject: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    RESULTS.mkdir(exist_ok=True)
    failed: list[str] = []
    for name in argv or known:
        print(f"\n== {name} ==", flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        if module.main(["--json", str(RESULTS / f"{name}.json")]):
            failed.append(name)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
