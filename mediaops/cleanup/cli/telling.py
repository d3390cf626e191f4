"""What the commands print: tables for people, lines for pipes, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from supabase import Client

from mediaops.errors import MediaOpsError


class Acting(Protocol):
    """Whoever is signed in."""

    name: str
    role: str | None

    def client(self) -> Client:
        """A client that acts as this person, good at this moment."""
        ...


class Output:
    """Where a command's answers go; ``as_json`` as ``--json`` asks."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def object(self, value: Mapping[str, Any]) -> None:
        """One line of JSON; nothing without ``--json``."""
        if self.as_json:
            self.line(json.dumps(value, ensure_ascii=False))

    def say(self, sentence: str) -> None:
        """A sentence for people; nothing with ``--json``."""
        if not self.as_json:
            self.line(shown(sentence))

    def table(self, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows for people: a table on a terminal, else lines with tabs between; nothing with ``--json``."""
        if self.as_json or not rows:
            return
        if not sys.stdout.isatty():
            for row in rows:
                self.line("\t".join(shown(cell) for cell in row))
            return
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in names:
            # Ids stay whole, to be copied; what a narrow terminal costs is breaks in the words.
            justify = "right" if name in ("count", "size") else "left"
            table.add_column(name, justify=justify, overflow="fold", no_wrap=name == "id")
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        Console().print(table)

    def pages(
        self,
        ask: Callable[[Any, int], Any],
        names: Sequence[str],
        row: Callable[[Any], Sequence[object]],
        limit: int,
        portion: int = 200,
        called: str = "",
    ) -> tuple[int, bool]:
        """A list as it comes, at most ``limit`` items (0: all): how many, and whether there are more.

        ``ask`` gets the ``next`` of the page before and how many to answer; ``called`` puts each item's JSON
        under a name.
        """
        left, after, told = limit or None, None, 0
        while True:
            page = ask(after, portion if left is None else min(portion, left))
            for each in page["items"]:
                self.object({called: each} if called else each)
            self.table(names, [row(each) for each in page["items"]])
            told += len(page["items"])
            left = None if left is None else left - len(page["items"])
            after = page["next"]
            if after is None or (left is not None and left <= 0):
                return told, after is not None

    def note(self, sentence: str) -> None:
        """What is worth knowing and no answer: to standard error."""
        sys.stderr.write(shown(sentence) + "\n")

    def error(self, error: MediaOpsError) -> None:
        """Why it did not work: a sentence on standard error, and JSON for programs."""
        self.object({"error": error.as_dict()})
        self.note(f"{error.message} {error.hint}".strip())

    @staticmethod
    def line(text: str) -> None:
        """At once, so that whoever reads a pipe sees it while the command goes on."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def shown(cell: object) -> str:
    """Text as a terminal may show it: file names of others must not move its cursor or colour it."""
    text = "" if cell is None else str(cell)
    return "".join(each if each.isprintable() else " " for each in text)


@contextmanager
def progress(what: str) -> Generator[tuple[Progress, Any]]:
    """A bar on standard error when a person looks on; nothing in a pipe."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),
    )
    with bar:
        yield bar, bar.add_task(what, total=None)


def size(count: int) -> str:
    """``1536`` -> ``1.5 kB``."""
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if units[0] == "B" or value >= 100 else f"{value:.1f} {units[0]}"


def day(iso: str | None) -> str:
    """``2026-11-22``; a dash for never."""
    return datetime.fromisoformat(iso).astimezone(UTC).date().isoformat() if iso else "-"
