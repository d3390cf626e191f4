"""What the library is about: books to quote, entries, people, as data beside the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parent.parent / "texts"
STYLE_OF = {
    "walden": ("garamond", 98),
    "james": ("gelasio", 121),
    "smith": ("spectral", 4),
    "aurelius": ("large", 17),
    "emerson": ("spectral", 46),
    "darwin": ("gelasio", 410),
    "mill": ("garamond", 22),
    "bacon": ("large", 143),
    "austen": ("garamond", 3),
    "franklin": ("gelasio", 88),
}


@dataclass(frozen=True)
class Book:
    """A public-domain text: its paragraphs, how it is set, and the number of its first page."""

    key: str
    author: str
    title: str
    chapter: str
    paragraphs: tuple[str, ...]
    style: str
    first_page: int


@lru_cache(maxsize=1)
def books() -> dict[str, Book]:
    """Every book by its key; all were published before 1900."""
    found: dict[str, Book] = {}
    for key, (style, first) in STYLE_OF.items():
        head, *rest = (TEXTS / f"{key}.txt").read_text(encoding="utf-8").split("\n", 1)
        author, title, chapter = (part.strip() for part in head.split("|"))
        paragraphs = tuple(part.strip() for part in rest[0].split("\n\n") if part.strip())
        found[key] = Book(key, author, title, chapter, paragraphs, style, first)
    return found


@dataclass(frozen=True)
class Entry:
    """One knowledge entry. ``media``: the first is its cover, a ``carousel:`` holds several."""

    topic: str
    title: str
    excerpt: str
    media: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """All that the TOML files tell; charts and quotes by ``topic:key``, boards by ``form:topic:key``."""

    entries: tuple[Entry, ...]
    charts: dict[str, dict[str, Any]]
    boards: dict[str, dict[str, Any]]
    quotes: dict[str, tuple[str, str]]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Read once; the order of files and entries is the order of the library."""
    entries: list[Entry] = []
    charts: dict[str, dict[str, Any]] = {}
    boards: dict[str, dict[str, Any]] = {}
    quotes: dict[str, tuple[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        topic = str(told["topic"])
        entries += [Entry(topic, e["title"], e["excerpt"], tuple(e["media"])) for e in told["entry"]]
        charts |= {f"{topic}:{chart['key']}": chart for chart in told.get("chart", [])}
        for board in told.get("board", []):
            form = board["kind"] if board["kind"] in ("notes", "notebook") else "board"
            boards[f"{form}:{topic}:{board['key']}"] = board
        quotes |= {
            f"{topic}:{quote['key']}": (quote["text"], quote["author"]) for quote in told.get("quote", [])
        }
    return Catalogue(tuple(entries), charts, boards, quotes)


def unused() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Pictures, sounds and films that no entry uses."""
    told = tomllib.loads((Path(__file__).parent / "more" / "loose.toml").read_text(encoding="utf-8"))
    return tuple(told["pictures"]), tuple(told["sounds"]), tuple(told["films"])
