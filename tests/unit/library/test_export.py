"""The CSV export: readable everywhere, runs nowhere."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from mediaops.library.export import to_csv


def read(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(rows).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("x")']
)
def test_a_formula_stays_text(text: str) -> None:
    assert read([{"title": text}])[0]["title"] == f"'{text}"


def test_numbers_and_ordinary_words_are_left_alone() -> None:
    [row] = read([{"bytes": -5, "title": "a = b", "links": ["One", "Two; three"], "alt_text": None}])

    assert row == {"bytes": "-5", "title": "a = b", "links": "One; Two; three", "alt text": ""}


def test_any_script_quotes_and_lines_survive() -> None:
    title = 'Zoë "says"\nשלום, 你好 🙂'

    assert read([{"title": title}])[0]["title"] == title
    assert to_csv([{"title": title}]).startswith(b"\xef\xbb\xbf")


def test_nothing_is_an_empty_file() -> None:
    assert to_csv([]) == b"\xef\xbb\xbf"
