"""Clean-up in words."""

from __future__ import annotations

from typing import Any

import pytest

from mediaops.cleanup.models import Run
from mediaops.ui import cleanup_csv, cleanup_words, words


@pytest.mark.parametrize(
    ("plan", "class_", "happens"),
    [
        ("trash", "unlinked", "trash"),
        ("purge", "unlinked", "purge"),
        ("purge", "duplicate", "merge"),
        ("trash", "ghost_object", "delete"),
        ("purge", "trashed", "purge"),
    ],
)
def test_what_happens_depends_on_the_class(plan: str, class_: str, happens: str) -> None:
    assert cleanup_words.action(plan, class_) == happens


@pytest.mark.parametrize(
    ("state", "failed", "started", "said"),
    [
        ("done", 0, "2026-03-03T10:00:00Z", ("Done", "good")),
        ("done", 3, "2026-03-03T10:00:00Z", ("3 failed", "bad")),
        ("stopped", 0, "2026-03-03T10:00:00Z", ("Stopped", "warn")),
        ("stopped", 0, None, ("Thrown away", "plain")),
    ],
)
def test_nothing_is_green_over_a_failure(
    state: str, failed: int, started: str | None, said: tuple[str, str]
) -> None:
    run: Any = {"state": state, "failed": failed, "started_at": started}
    given: Run = run
    assert cleanup_words.state(given) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "$0.00 a month"),
        (1_000_000, "under $0.01 a month"),
        (10 * 10**9, "$0.21 a month"),
        (100 * 10**12, "$2,100.00 a month"),
    ],
)
def test_what_bytes_cost(count: int, said: str) -> None:
    assert cleanup_words.cost(count) == said


@pytest.mark.parametrize(
    ("typed", "number"),
    [("101", 101), (" 1,234 ", 1234), ("", None), (None, None), ("all", None), ("-3", None), ("१०१", None)],
)
def test_a_number_that_was_typed(typed: str | None, number: int | None) -> None:
    assert words.typed_number(typed) == number


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 days"), (0.5, "12 hours"), (0.042, "1 hour"), (1, "1 day"), (30, "30 days")]
)
def test_spans(count: float, said: str) -> None:
    assert cleanup_words.days(count) == said


def test_a_row_of_the_table_tells_the_whole_story() -> None:
    skipped: Any = {
        **{"id": 7, "class": "unlinked", "action": "trash", "asset": "a", "path": None, "title": "A map"},
        **{"reason": {"created_at": "2026-01-02T10:00:00Z"}, "bytes": 1000, "since": "2026-03-03T10:00:00Z"},
        **{"state": "skipped", "excluded": False, "keep": None, "outcome": "It is linked now."},
        **{"outcome_code": "used", "touched_at": None, "thumb_path": None, "thumbhash": None},
    }
    row = cleanup_csv.row(skipped)
    assert (row["class"], row["outcome"], row["why"]) == ("Unlinked", "Skipped", "It is linked now.")
    assert (row["what_happens"], row["reason"]) == (
        "moved to the trash",
        "File of 2 January 2026, never linked",
    )
