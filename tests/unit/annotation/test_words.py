"""Where each word begins and ends on its line."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.reader import is_text
from mediaops.annotation.engines.recognise import Recognised
from mediaops.annotation.engines.words import PlacedWord, place_words

Floats = NDArray[np.float64]
LETTER, SPACE, HEIGHT = 12, 14, 40


def line(text: str, read_as: str | None = None) -> tuple[Pixels, Recognised]:
    """Letters as dark bars 8 px wide; ``read_as`` has the same letters, perhaps other spaces."""
    x, middles = 10, []
    bars: list[tuple[int, int]] = []
    for character in text:
        if character == " ":
            x += SPACE
            continue
        bars.append((x, x + 8))
        middles.append(x + 4)
        x += LETTER
    crop = np.full((HEIGHT, x + 10, 3), 230, dtype=np.uint8)
    for begin, end in bars:
        crop[12:28, begin:end] = 30
    read = read_as or text
    letters = iter(middles)
    at = np.array([next(letters) if character != " " else np.nan for character in read])
    gaps = np.isnan(at)
    at[gaps] = np.interp(np.flatnonzero(gaps), np.flatnonzero(~gaps), at[~gaps])
    return crop, Recognised(read, at / crop.shape[1], np.full(len(read), 0.9))


def place(crop: Pixels, read: Recognised, origin: tuple[float, float] = (0, 0)) -> list[PlacedWord]:
    height, width = crop.shape[:2]
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64) + origin
    return place_words(crop, quad, read)


def test_words_end_where_their_ink_ends() -> None:
    words = place(*line("one two"))
    assert [word.text for word in words] == ["one", "two"]
    ends = [(word.quad[:, 0].min(), word.quad[:, 0].max()) for word in words]
    assert ends == [pytest.approx((10, 42), abs=2), pytest.approx((60, 92), abs=2)]


def test_words_stand_where_the_line_stands_on_the_page() -> None:
    here, there = place(*line("one two")), place(*line("one two"), origin=(500, 300))
    assert [(b.quad - a.quad).tolist() for a, b in zip(here, there, strict=True)] == [[[500, 300]] * 4] * 2


def test_a_space_that_was_not_seen_is_found_in_the_ink() -> None:
    words = place(*line("one two six red blue", read_as="one two sixred blue"))
    assert [word.text for word in words] == ["one", "two", "six", "red", "blue"]


def test_a_wide_gap_in_a_number_or_before_a_comma_is_no_space() -> None:
    words = place(*line("one two 1 5 red blue , six", read_as="one two 15 red blue, six"))
    assert [word.text for word in words] == ["one", "two", "15", "red", "blue,", "six"]


def test_a_marker_behind_the_words_does_not_move_their_ends() -> None:
    crop, read = line("one two")
    crop[:, :52] = np.minimum(crop[:, :52], (230, 220, 90))
    ends = [word.quad[:, 0].max() for word in place(crop, read)]
    assert ends == [pytest.approx(42, abs=2), pytest.approx(92, abs=2)]


def test_an_underline_does_not_join_words() -> None:
    crop, read = line("one two")
    crop[31:33, 5:] = 40
    ends = [word.quad[:, 0].max() for word in place(crop, read)]
    assert ends == [pytest.approx(42, abs=2), pytest.approx(92, abs=2)]


def test_a_line_without_letters_has_no_words() -> None:
    crop, _ = line("one")
    assert place(crop, Recognised("", np.zeros(0), np.zeros(0))) == []
    assert place(crop, Recognised("  ", np.array([0.2, 0.4]), np.ones(2))) == []


@pytest.mark.parametrize(
    ("text", "heights", "it_is"),
    [
        # As the model makes out Cyrillic: sure of the commas, and of spaces where the words are.
        (",  . , , : ", 18.4, False),
        ("  !   ,  . ", 18.4, False),
        ("  !", 7.7, False),
        ("* * *", 5.0, True),
        ("Contents      7", 24.0, True),
        ("a page of print has letters", 12.0, True),
    ],
)
def test_commas_where_words_should_be_are_no_text(text: str, heights: float, it_is: bool) -> None:
    quad = np.array([[0, 0], [heights, 0], [heights, 1], [0, 1]]) * HEIGHT
    sure = Recognised(text, np.linspace(0, 1, len(text)), np.full(len(text), 0.96))
    assert is_text(sure, quad) is it_is
