"""What engines answer: one versioned model per kind of annotation.

Geometry: every polygon is a list of ``(x, y)`` points in 0..1 of the *upright* picture: the stored
picture after its EXIF orientation and then after ``rotation`` degrees clockwise, so that the text
stands upright. ``width`` and ``height`` are the pixels of that upright picture.
``polygon_in_picture`` brings a polygon back into the picture as it is stored.

An answer outside the limits below is refused with a ``ValidationError`` that names the field: a
moderator never sees a half result, and a table row never swells to megabytes because a model
repeated itself. A point that only leans over the edge (rounding) is brought back to it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, computed_field

Kind = Literal["ocr", "highlights", "caption", "transcript"]
Color = Literal["yellow", "orange", "pink", "green", "blue", "purple"]
Rotation = Literal[0, 90, 180, 270]

KINDS: tuple[Kind, ...] = get_args(Kind)
COLORS: tuple[Color, ...] = get_args(Color)

MAX_TEXT_CHARS = 200_000
"""A dense spread holds about 8,000; a megabyte of text is a model that repeats itself."""
MAX_LINE_CHARS = 4_000
MAX_LINES = 5_000
MAX_WORDS = 40_000
MAX_PASSAGES = 500
MAX_POINTS = 400
MAX_SEGMENTS = 50_000
ALT_TEXT_CHARS = 150
LEAN = 0.05
"""How far outside 0..1 a point may lie and still be taken for rounding."""


def _inside(value: float) -> float:
    if not math.isfinite(value) or not -LEAN <= value <= 1 + LEAN:
        raise ValueError("the point lies outside the picture (0..1 expected)")
    return round(min(1.0, max(0.0, value)), 5)


def _clean(text: str) -> str:
    # Postgres can't store NUL in text or jsonb; other control characters only break displays.
    return "".join(c for c in text if c >= " " or c in "\n\t")


Coordinate = Annotated[float, AfterValidator(_inside)]
Point = tuple[Coordinate, Coordinate]
Polygon = Annotated[list[Point], Field(min_length=3, max_length=MAX_POINTS)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, AfterValidator(_clean), Field(max_length=MAX_TEXT_CHARS)]
LineText = Annotated[str, AfterValidator(_clean), Field(max_length=MAX_LINE_CHARS)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class _Model(BaseModel):
    # Unknown fields are dropped, so that an older reader understands a newer answer of its version.
    model_config = ConfigDict(extra="ignore", frozen=True)


class _OnPicture(_Model):
    width: int = Field(gt=0, description="Pixels of the upright picture.")
    height: int = Field(gt=0, description="Pixels of the upright picture.")
    rotation: Rotation = Field(
        default=0,
        description="Degrees clockwise that the stored picture (EXIF applied) is turned to stand upright.",
    )


class Word(_Model):
    """One word; ``id`` counts from 0 over the page in reading order."""

    id: int = Field(ge=0)
    text: LineText
    polygon: Polygon
    confidence: Confidence


class Line(_Model):
    """One printed line; ``id`` counts from 0 over the page in reading order."""

    id: int = Field(ge=0)
    text: LineText
    polygon: Polygon
    confidence: Confidence
    column: int = Field(
        default=0, ge=0, description="Counts the blocks of text that are read one after another."
    )
    words: list[Word] = Field(default_factory=list[Word], max_length=MAX_LINE_CHARS)


class OcrResult(_OnPicture):
    """The text of a picture. No text found is ``text == ""`` and no lines, not an error."""

    version: Literal[1] = 1
    text: Text = Field(description="The lines in reading order, joined by newlines.")
    language: str | None = Field(
        default=None, max_length=35, description="BCP 47, where the engine knows it."
    )
    confidence: Confidence = Field(
        default=0.0, description="Mean over the characters; 0 when there is no text."
    )
    lines: list[Line] = Field(max_length=MAX_LINES)


class Passage(_Model):
    """What someone marked in one go, also over several lines: one polygon per line."""

    color: Color
    text: Text
    polygons: list[Polygon] = Field(min_length=1, max_length=MAX_LINES)
    words: list[int] = Field(
        default_factory=list[int], max_length=MAX_WORDS, description="Ids of the words it covers, in order."
    )
    confidence: Confidence = 1.0


class HighlightsResult(_OnPicture):
    """The marked passages in reading order. Nothing marked is an empty list, not an error."""

    version: Literal[1] = 1
    passages: list[Passage] = Field(max_length=MAX_PASSAGES)
    words: list[Word] = Field(
        default_factory=list[Word],
        max_length=MAX_WORDS,
        description="Every word of the page in reading order, so that an edge can be moved by words.",
    )

    @computed_field
    @property
    def text(self) -> str:
        """The passages, one a line: what the search finds."""
        return "\n".join(passage.text for passage in self.passages)


class CaptionResult(_Model):
    """What a picture shows, for people who don't see it and for the search."""

    version: Literal[1] = 1
    alt_text: Annotated[str, AfterValidator(_clean)] = Field(max_length=ALT_TEXT_CHARS)
    caption: Annotated[str, AfterValidator(_clean)] = Field(default="", max_length=2_000)
    tags: list[Tag] = Field(default_factory=list[Tag], max_length=30)
    language: str | None = Field(default=None, max_length=35)

    @computed_field
    @property
    def text(self) -> str:
        """Alt text, caption and tags: what the search finds."""
        return "\n".join(part for part in (self.alt_text, self.caption, ", ".join(self.tags)) if part)


class Segment(_Model):
    """A stretch of speech; ``start`` and ``end`` in seconds from the beginning."""

    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(ge=0, allow_inf_nan=False)
    text: LineText
    speaker: str | None = Field(default=None, max_length=100)


class TranscriptResult(_Model):
    """What is said in a sound or a video."""

    version: Literal[1] = 1
    language: str | None = Field(default=None, max_length=35)
    duration: float | None = Field(default=None, ge=0, allow_inf_nan=False, description="Seconds.")
    segments: list[Segment] = Field(max_length=MAX_SEGMENTS)

    @computed_field
    @property
    def text(self) -> str:
        """What was said, one segment a line."""
        return "\n".join(segment.text for segment in self.segments)

    def webvtt(self) -> str:
        """The segments as a WebVTT file (text is escaped, a speaker becomes a voice span)."""
        cues = ["WEBVTT"]
        for segment in self.segments:
            text = _vtt_text(segment.text)
            if segment.speaker:
                text = f"<v {_vtt_text(segment.speaker)}>{text}"
            end = max(segment.end, segment.start + 0.001)  # a cue that ends at its start is not valid
            cues.append(f"{_vtt_time(segment.start)} --> {_vtt_time(end)}\n{text}")
        return "\n\n".join(cues) + "\n"


Result = OcrResult | HighlightsResult | CaptionResult | TranscriptResult

MODELS: Mapping[Kind, type[OcrResult | HighlightsResult | CaptionResult | TranscriptResult]] = {
    "ocr": OcrResult,
    "highlights": HighlightsResult,
    "caption": CaptionResult,
    "transcript": TranscriptResult,
}


def parse_result(kind: Kind, data: Mapping[str, Any]) -> Result:
    """A stored or received answer as its model; ``pydantic.ValidationError`` names what is wrong."""
    return MODELS[kind].model_validate(data)


def polygon_in_picture(polygon: list[tuple[float, float]], rotation: Rotation) -> list[tuple[float, float]]:
    """A polygon of the upright picture in 0..1 of the picture as it is stored (EXIF applied)."""
    if rotation == 90:
        return [(y, 1 - x) for x, y in polygon]
    if rotation == 180:
        return [(1 - x, 1 - y) for x, y in polygon]
    if rotation == 270:
        return [(1 - y, x) for x, y in polygon]
    return list(polygon)


def _vtt_text(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(escaped.split())  # an empty line would end the cue


def _vtt_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
