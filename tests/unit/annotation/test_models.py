"""What an engine may answer, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mediaops.annotation.models import (
    MAX_TEXT_CHARS,
    CaptionResult,
    HighlightsResult,
    Kind,
    OcrResult,
    Passage,
    Rotation,
    Segment,
    TranscriptResult,
    parse_result,
    polygon_in_picture,
)

SQUARE = [(0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2)]


def ocr(**changes: Any) -> dict[str, Any]:
    line = {"id": 0, "text": "one line", "polygon": SQUARE, "confidence": 0.9}
    return {"text": "one line", "width": 300, "height": 400, "lines": [line], **changes}


def test_an_answer_survives_storing_and_reading_back() -> None:
    result = parse_result("ocr", ocr())
    assert parse_result("ocr", result.model_dump(mode="json")) == result


def test_a_field_of_a_newer_version_is_no_reason_to_refuse() -> None:
    assert parse_result("ocr", ocr(handwriting=True)) == parse_result("ocr", ocr())


def test_a_point_that_leans_over_the_edge_is_brought_back() -> None:
    result = OcrResult.model_validate(
        ocr(lines=[{"id": 0, "text": "a", "polygon": [(-0.01, 0), (1.04, 0), (0.5, 1.0)], "confidence": 1}])
    )
    assert result.lines[0].polygon == [(0.0, 0.0), (1.0, 0.0), (0.5, 1.0)]


@pytest.mark.parametrize("point", [(120.0, 0.5), (-0.2, 0.5), (0.5, float("nan")), (float("inf"), 0)])
def test_a_polygon_outside_the_picture_is_refused_by_name(point: tuple[float, float]) -> None:
    line = {"id": 0, "text": "a", "polygon": [(0, 0), (0.5, 0), point], "confidence": 1}
    with pytest.raises(ValidationError, match=r"outside the picture"):
        parse_result("ocr", ocr(lines=[line]))


def test_a_megabyte_of_text_is_refused() -> None:
    with pytest.raises(ValidationError, match=f"{MAX_TEXT_CHARS}"):
        parse_result("ocr", ocr(text="again " * 200_000))


def test_an_unknown_colour_is_refused() -> None:
    passage = {"color": "beige", "text": "a", "polygons": [SQUARE]}
    with pytest.raises(ValidationError, match="color"):
        parse_result("highlights", {"width": 3, "height": 4, "passages": [passage]})


def test_what_the_database_cannot_store_is_taken_out_of_texts() -> None:
    assert parse_result("ocr", ocr(text="a\x00b\x1b[0m\nc")).text == "ab[0m\nc"


def test_the_search_finds_every_marked_passage() -> None:
    passages = [Passage(color="pink", text=text, polygons=[SQUARE]) for text in ("first", "second")]
    result = HighlightsResult(width=3, height=4, passages=passages)
    assert result.model_dump()["text"] == "first\nsecond"


def test_alt_text_is_at_most_150_characters() -> None:
    with pytest.raises(ValidationError, match="150"):
        CaptionResult(alt_text="x" * 151)


def test_a_transcript_becomes_webvtt_that_a_player_takes() -> None:
    segments = [
        Segment(start=0, end=1.5, text="Tom & <b>Jerry</b>\n\nspeak"),
        Segment(start=3661.0004, end=3661, text="Late", speaker="Ann"),
    ]
    assert TranscriptResult(segments=segments).webvtt() == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:01.500\nTom &amp; &lt;b&gt;Jerry&lt;/b&gt; speak\n\n"
        "01:01:01.000 --> 01:01:01.001\n<v Ann>Late\n"
    )


@pytest.mark.parametrize(
    ("rotation", "stored"), [(0, (0.2, 0.1)), (90, (0.1, 0.8)), (180, (0.8, 0.9)), (270, (0.9, 0.2))]
)
def test_a_point_finds_its_way_back_into_the_stored_picture(
    rotation: Rotation, stored: tuple[float, float]
) -> None:
    assert polygon_in_picture([(0.2, 0.1)], rotation) == [pytest.approx(stored)]


@pytest.mark.parametrize("kind", ["ocr", "highlights", "transcript"])
def test_nothing_found_is_an_answer(kind: Kind) -> None:
    empty: dict[Kind, dict[str, Any]] = {
        "ocr": {"text": "", "width": 1, "height": 1, "lines": []},
        "highlights": {"width": 1, "height": 1, "passages": []},
        "transcript": {"segments": []},
    }
    assert parse_result(kind, empty[kind]).text == ""
