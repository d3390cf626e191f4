"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mediaops.ui import words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, "–"),
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (12_345, "12.3 kB"),
        (87_000, "87.0 kB"),
        (348_000, "348 kB"),
        (2_500_000, "2.5 MB"),
        (3 * 10**12, "3.0 TB"),
        (4 * 10**15, "4000 TB"),
    ],
)
def test_sizes(count: int | None, said: str) -> None:
    assert words.size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "–"), (0, "0:00"), (9.4, "0:09"), (75, "1:15"), (3_725, "1:02:05")]
)
def test_lengths(seconds: float | None, said: str) -> None:
    assert words.length(seconds) == said


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        (None, "–"),
        ("2026-11-22T11:59:30+00:00", "just now"),
        ("2026-11-22T11:55:00Z", "5 min ago"),
        ("2026-11-22T12:00:00+02:00", "2 h ago"),
        ("2026-11-21T11:00:00+00:00", "1 day ago"),
        ("2026-11-12T12:00:00+00:00", "10 days ago"),
        ("2026-09-01T12:00:00+00:00", "1 Sep 2026"),
    ],
)
def test_how_long_ago(iso: str | None, said: str) -> None:
    assert words.ago(iso, datetime(2026, 11, 22, 12, tzinfo=UTC)) == said


def test_a_moment_in_the_persons_own_time() -> None:
    assert words.when("2026-11-22T23:30:00+00:00", "Asia/Tokyo") == "23 Nov 2026, 08:30"
    assert words.when("2026-11-22T23:30:00+00:00", "Nowhere/Land") == "22 Nov 2026, 23:30"


@pytest.mark.parametrize(
    ("name", "letters"), [("Nora Lindqvist", "NL"), ("ops@demo.local", "OD"), ("Élodie", "É"), ("", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters


def test_one_and_many() -> None:
    assert words.plural(1, "asset") == "1 asset"
    assert words.plural(12_000, "asset") == "12,000 assets"
    assert words.plural(2, "asset is", "assets are") == "2 assets are"
