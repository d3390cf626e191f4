"""The questions that the library benchmark asks: named, each with ever different values."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One kind of question; ``ask`` makes the arguments of one call."""

    name: str
    ask: Callable[[], Arguments]
    target_ms: float
    function: str = "find_assets"
    tags: tuple[str, ...] = field(default=())


class Library:
    """What is in the library, as far as questions about it need to know."""

    def __init__(self, connection: psycopg.Connection, seed: int) -> None:
        self.random = random.Random(seed)
        self.assets = self._one(connection, "select count(*) from media.assets")
        self.words = [row[0] for row in connection.execute("select word from bench.words order by n")]
        self.knowledge = [row[0] for row in connection.execute("select id from bench.knowledge limit 5000")]
        self.moments = [
            row[0]
            for row in connection.execute(
                "select created_at from media.assets tablesample bernoulli (1) order by created_at"
            )
        ]
        self.rows = connection.execute(
            "select created_at::text, bytes::text, listed_title, id from media.assets tablesample bernoulli (1)"
            " where state = 'ready'"
        ).fetchall()

    @staticmethod
    def _one(connection: psycopg.Connection, query: str) -> int:
        row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def word(self, least: int, most: int) -> str:
        """A word whose rank by frequency is in this range."""
        return self.words[self.random.randint(least, most) - 1]

    def uploader(self, least: int, most: int) -> UUID:
        """One of the people, by how much they upload (1: most)."""
        return UUID(f"00000000-0000-4000-8000-{self.random.randint(least, most):012}")

    def month(self) -> Arguments:
        """Thirty days or less somewhere in the three years."""
        start = self.random.randrange(len(self.moments) * 9 // 10)
        return {"p_from": self.moments[start], "p_to": self.moments[start + len(self.moments) // 30]}

    def place(self, connection: psycopg.Connection, sort: str) -> str:
        """The marker of a place anywhere in the list."""
        row = self.random.choice(self.rows)
        value = row[{"newest": 0, "oldest": 0, "largest": 1, "smallest": 1, "title": 2}[sort]]
        packed = connection.execute("select media.pack_place(%s, %s, %s)", [sort, value, row[3]]).fetchone()
        return str(packed[0]) if packed else ""


SORTS = ("newest", "oldest", "largest", "smallest", "title")
PAGE_MS = 20.0
SEARCH_MS = 30.0


def cases(connection: psycopg.Connection, seed: int = 7) -> list[Case]:
    """Every question. ``connection`` is the superuser's: it packs markers."""
    library = Library(connection, seed)
    pick = library.random.choice
    uploader, month = library.uploader, library.month
    found: list[Case] = []

    def page(name: str, ask: Callable[[], Arguments], target: float = PAGE_MS) -> None:
        found.append(Case(name, ask, target))

    for sort in SORTS:
        page(f"first page, {sort}", lambda sort=sort: {"p_sort": sort})
        page(
            f"deep page, {sort}",
            lambda sort=sort: {"p_sort": sort, "p_after": library.place(connection, sort)},
        )
    page("linked nowhere", lambda: {"p_linked": False, "p_sort": "newest"})
    page("linked nowhere, deep", lambda: {"p_linked": False, "p_after": library.place(connection, "newest")})
    page("linked nowhere, largest", lambda: {"p_linked": False, "p_sort": "largest"})
    page("linked nowhere, deep, title", lambda: _deep(library, connection, "title", p_linked=False))
    page("linked", lambda: {"p_linked": True, "p_sort": pick(SORTS)})
    page("kind", lambda: {"p_kinds": [pick(["video", "sound"])], "p_sort": pick(SORTS)})
    page("two kinds", lambda: {"p_kinds": ["video", "sound"], "p_sort": pick(SORTS)})
    page("trash", lambda: {"p_states": ["trashed"], "p_sort": pick(SORTS)})
    page("rejected", lambda: {"p_states": ["rejected"], "p_sort": pick(SORTS)})
    page(
        "purpose",
        lambda: {"p_purposes": [pick(["annotation", "profile", "voice_note"])], "p_sort": pick(SORTS)},
    )
    page("uploader, busy", lambda: {"p_uploaders": [uploader(1, 4)], "p_sort": pick(SORTS)})
    page("uploader, occasional", lambda: {"p_uploaders": [uploader(13, 60)], "p_sort": pick(SORTS)})
    page("two uploaders", lambda: {"p_uploaders": [uploader(5, 12), uploader(13, 60)], "p_sort": pick(SORTS)})
    page("month", lambda: {**month(), "p_sort": pick(SORTS)})
    page("size", lambda: _sizes(library, pick(SORTS)))
    page("entry", lambda: {"p_knowledge": pick(library.knowledge), "p_sort": pick(SORTS)})
    page(
        "kind + uploader",
        lambda: {"p_kinds": ["sound"], "p_uploaders": [uploader(1, 60)], "p_sort": pick(SORTS)},
    )
    page(
        "kind + purpose, deep",
        lambda: _deep(library, connection, "newest", p_kinds=["image"], p_purposes=["profile"]),
    )
    page(
        "kind + purpose, none",
        lambda: {"p_kinds": ["video"], "p_purposes": ["voice_note"], "p_sort": pick(SORTS)},
    )
    page(
        "linked nowhere + kind + month",
        lambda: {
            **month(),
            "p_linked": False,
            "p_kinds": [pick(["image", "video", "sound"])],
            "p_sort": pick(SORTS),
        },
    )
    page(
        "uploader + kind + month",
        lambda: {**month(), "p_uploaders": [uploader(1, 20)], "p_kinds": ["image"], "p_sort": pick(SORTS)},
    )
    page(
        "linked nowhere + uploader",
        lambda: {"p_linked": False, "p_uploaders": [uploader(1, 60)], "p_sort": pick(SORTS)},
    )
    _search_cases(found, library, connection)
    _count_cases(found, library)
    return found


def _search_cases(found: list[Case], library: Library, connection: psycopg.Connection) -> None:
    pick = library.random.choice
    word, uploader, month = library.word, library.uploader, library.month

    def search(name: str, ask: Callable[[], Arguments]) -> None:
        found.append(Case(name, ask, SEARCH_MS))

    for name, least, most in (
        ("most common", 1, 10),
        ("common", 11, 100),
        ("medium", 101, 1000),
        ("uncommon", 1001, 10000),
        ("rare", 10001, 50000),
    ):
        search(f"search, {name} word", lambda a=least, b=most: {"p_query": word(a, b)})
    search("search, any word, other orders", lambda: {"p_query": word(1, 5000), "p_sort": pick(SORTS[1:])})
    search("search, any word, deep", lambda: _deep(library, connection, "newest", p_query=word(1, 2000)))
    search("search, two words", lambda: {"p_query": f"{word(1, 300)} {word(1, 3000)}"})
    search("search, beginning of a word", lambda: {"p_query": word(1, 5000)[: library.random.randint(2, 4)]})
    search("search, first letter", lambda: {"p_query": word(1, 5000)[0]})
    search("search, file name", lambda: {"p_query": f"IMG_{library.random.randrange(100000):05}.jpg"})
    search(
        "search, series of one time",
        lambda: {"p_query": f"series{library.random.randrange(1, max(2, library.assets // 1500))}-"},
    )
    search("search, in no asset", lambda: {"p_query": f"nothing{library.random.random()}"})
    search("search + linked nowhere", lambda: {"p_query": word(1, 3000), "p_linked": False})
    search("search + kind", lambda: {"p_query": word(1, 3000), "p_kinds": [pick(["video", "sound"])]})
    search("search + uploader", lambda: {"p_query": word(1, 3000), "p_uploaders": [uploader(1, 60)]})
    search("search + month + order", lambda: {"p_query": word(1, 3000), **month(), "p_sort": pick(SORTS)})
    search(
        "search + purpose",
        lambda: {"p_query": word(1, 3000), "p_purposes": ["annotation"], "p_linked": False},
    )


def _count_cases(found: list[Case], library: Library) -> None:
    pick = library.random.choice

    def count(name: str, ask: Callable[[], Arguments]) -> None:
        found.append(Case(name, ask, SEARCH_MS, "count_assets"))

    count("count, all", dict)
    count("count, linked nowhere", lambda: {"p_linked": False})
    count(
        "count, filters",
        lambda: {
            **library.month(),
            "p_kinds": [pick(["image", "sound"])],
            "p_uploaders": [library.uploader(1, 20)],
        },
    )
    count("count, search", lambda: {"p_query": library.word(1, 5000)})
    found.append(Case("facets", dict, SEARCH_MS, "library_facets"))


def _deep(library: Library, connection: psycopg.Connection, sort: str, **arguments: Any) -> Arguments:
    return {**arguments, "p_sort": sort, "p_after": library.place(connection, sort)}


def _sizes(library: Library, sort: str) -> Arguments:
    least = 2 ** library.random.randint(15, 24)
    return {"p_min_bytes": least, "p_max_bytes": least * 2, "p_sort": sort}
