"""Ages that a list is asked for, in days and in weeks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mediaops.cleanup.question import is_week, span, weeks

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_weeks_go_back_a_year_from_the_one_of_today() -> None:
    found = weeks(WEDNESDAY)

    assert found[:2] == ["2026-11-23", "2026-11-16"]
    assert found[-1] == "2025-11-24"
    assert all(is_week(week) for week in found)


@pytest.mark.parametrize(
    ("age", "days"),
    [
        ("", (None, None)),
        ("under a month", (7, 30)),
        ("2026-11-23", (-4.5, 2.5)),
        ("2026-11-16", (2.5, 9.5)),
        # The first week counts what is older, and so does a week from before it.
        ("2025-11-24", (359.5, None)),
        ("2025-11-17", (366.5, None)),
    ],
)
def test_a_week_is_a_span_of_days(age: str, days: tuple[float | None, float | None]) -> None:
    assert span(age, WEDNESDAY) == days


@pytest.mark.parametrize("age", ["", "older", "2026-11-24", "23 Nov 2026", "2026-13-01"])
def test_what_is_no_monday_is_no_week(age: str) -> None:
    assert not is_week(age)
