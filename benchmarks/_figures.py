"""What every subject does with its figures: percentiles, a table, JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table


def parser(doc: str | None) -> argparse.ArgumentParser:
    """A parser that knows ``--json``."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--json", type=Path, help="write the numbers here")
    return made


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0..1) of them lie; the largest where there are few."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[min(98, round(share * 100) - 1)]


def machine() -> dict[str, Any]:
    """Where it was measured; load is the average of the last minute."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def computed_ms(connection: psycopg.Connection[Any]) -> float:
    """Milliseconds the connection's server process has computed so far (Linux; else always 0)."""
    try:
        return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return 0.0


def show(title: str, rows: Sequence[dict[str, Any]]) -> None:
    """The rows as a table; the first one names the columns."""
    table = Table(title=title)
    for number, name in enumerate(rows[0]):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*(f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in row.values()))
    Console(width=140).print(table)


def keep(path: Path | None, subject: str, rows: Sequence[dict[str, Any]], **more: Any) -> None:
    """Write the figures down, with the machine they are of."""
    if path:
        report = {"subject": subject, "machine": machine(), "rows": list(rows), **more}
        path.write_text(json.dumps(report, indent=1) + "\n")
