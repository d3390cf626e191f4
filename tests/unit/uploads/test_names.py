from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaops.uploads.names import MOST_CHARS, clean_name, suffix_of


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("IMG_0042.jpg", "IMG_0042.jpg"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("holiday 🏴󠁧󠁢󠁳󠁣󠁴󠁿 👩‍👩‍👧.png", "holiday 🏴󠁧󠁢󠁳󠁣󠁴󠁿 👩‍👩‍👧.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2067مرحبا\u2069.jpg", "مرحبا.jpg"),
        ("a\x00b\x1b[31m.jpg", "ab[31m.jpg"),
        ("two\nlines\t.jpg", "two lines .jpg"),
        ("zero\u200bwidth\ufeff.jpg", "zerowidth.jpg"),
        ("e\u0301te\u0301.jpg", "été.jpg"),
        ("lone\ud800surrogate.jpg", "lonesurrogate.jpg"),
        ("", "unnamed"),
        ("\u202e \x00", "unnamed"),
    ],
)
def test_a_name_reads_as_it_is_written(sent: str, shown: str) -> None:
    assert clean_name(sent) == shown


def test_a_very_long_name_keeps_its_ending() -> None:
    name = clean_name("x" * 5000 + ".tar.gz")
    assert len(name) == MOST_CHARS
    assert name.endswith(".tar.gz")


@given(st.text())
def test_any_name_becomes_text_that_can_be_stored_and_cleaning_twice_changes_nothing(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned.encode("utf-8").decode() == cleaned
    assert "\x00" not in cleaned
    assert 0 < len(cleaned) <= MOST_CHARS
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.JPG", "jpg"), ("a", ""), (".hidden", "hidden"), ("a.b.c", "c")]
)
def test_the_suffix_is_what_stands_after_the_last_dot(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix
