"""What the pages say about engines, costs, batches and transcripts."""

from __future__ import annotations

from typing import Any, cast

import pytest

from mediaops.annotation.models import Segment, TranscriptResult
from mediaops.annotation.requests import Batch, BatchItem, Budget, EngineInfo
from mediaops.ui import asset_transcript, reading_choice, reading_words, words
from mediaops.ui.reading_choice import Choice


def engine(name: str, **more: Any) -> EngineInfo:
    told: dict[str, Any] = {"name": name, "available": True, "reason": "", "paid": False, "budget": None}
    return cast(EngineInfo, told | {"kinds": [], "default_for": [], "expected": {}} | more)


LOCAL = engine("local", kinds=["highlights", "ocr"], default_for=["highlights", "ocr"])
PAID = engine(
    "openai",
    paid=True,
    kinds=["caption", "ocr", "transcript"],
    default_for=["caption", "transcript"],
    expected={"caption": 0.002, "ocr": 0.004, "transcript": 0.006},
)
AWAY = engine("openai", paid=True, available=False, reason="There is no key.", kinds=["caption"])


@pytest.mark.parametrize(
    ("media", "kinds"),
    [
        (["image"], ("ocr", "highlights", "caption")),
        (["video", "sound"], ("transcript",)),
        (["image", "sound", None], ("ocr", "highlights", "caption", "transcript")),
        ([], ("ocr", "highlights", "caption", "transcript")),
    ],
)
def test_what_can_be_read_goes_by_what_it_is(media: list[str | None], kinds: tuple[str, ...]) -> None:
    assert reading_choice.fitting(media) == kinds


def test_only_kinds_that_an_engine_can_do_are_offered() -> None:
    assert reading_choice.doable([LOCAL, PAID], ("caption", "ocr")) == ("ocr", "caption")
    assert reading_choice.doable([LOCAL, AWAY], ("caption", "ocr")) == ("ocr",)
    assert reading_choice.doable([LOCAL], ("transcript",)) == ()


def test_costs_go_by_engine_and_by_the_minute() -> None:
    def cost(choice: Choice, seconds: float | None = None) -> float:
        return round(reading_choice.expected_cost([LOCAL, PAID], choice, seconds), 6)

    assert cost(Choice(("ocr", "highlights"))) == 0
    assert cost(Choice(("ocr",), "openai")) == 0.004
    assert cost(Choice(("ocr", "caption"))) == 0.002
    assert cost(Choice(("transcript",)), 90) == 0.009
    assert cost(Choice(("transcript",))) == 0.06, "of unknown length: ten minutes"


def test_money_says_what_is_left_and_when_it_begins_anew() -> None:
    budget: Budget = {
        "monthly": 20, "spent": 3, "reserved": 0.2, "open": 0, "left": 16.8, "resets_on": "2026-12-01"
    }  # fmt: skip

    assert reading_choice.cost_line(0, budget) == "It costs nothing."
    assert reading_choice.cost_line(0.42, budget) == (
        "Expected to cost about $0.42. $16.80 of $20.00 is left this month; it begins anew on 1 Dec 2026."
    )
    endless: Budget = {**budget, "monthly": None, "left": None}
    assert reading_choice.budget_line(endless) == "$3.00 was spent this month; there is no limit."


@pytest.mark.parametrize(
    ("amount", "says"),
    [(0, "$0.00"), (0.0042, "$0.0042"), (3.5, "$3.50"), (1234.5, "$1,234.50"), (None, "–")],
)
def test_dollars(amount: float | None, says: str) -> None:
    assert words.dollars(amount) == says


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "The whole library."),
        ({"assets": ["a", "b"]}, "2 assets that were chosen one by one."),
        (
            {"query": "tide", "kinds": ["image"], "linked": False},
            "All images that match “tide”, linked nowhere.",
        ),
        ({"batch": "a"}, "What did not come to an answer in a batch before."),
        ({"query": "tide"}, "The whole library, what matches “tide”."),
        (
            {
                "kinds": ["video", "sound"],
                "purposes": ["annotation"],
                "uploaders": ["a"],
                "min_bytes": 1_000_000,
            },
            "All videos and sounds, purpose to be read, uploaded by 1 person, at least 1.0 MB.",
        ),
    ],
)
def test_a_filter_in_words(asked: dict[str, Any], says: str) -> None:
    assert reading_words.filter_in_words(asked) == says


def batch(**more: Any) -> Batch:
    none = dict.fromkeys(("planned", "asked", "done", "failed", "skipped", "cancelled"), 0)
    told: dict[str, Any] = {"items": 5, "cost": 0, "expected_cost": 0, "finished_at": None, "choices": {}}
    return cast(Batch, told | none | more)


def test_a_batch_in_words() -> None:
    going = batch(done=2, failed=1, planned=2, cost=0.02, expected_cost=0.1)

    assert reading_words.settled(going) == 3
    assert reading_words.counts_in_words(going) == "2 read, 1 failed, 2 waiting"
    assert reading_words.cost_in_words(going) == "$0.0200 so far, $0.10 expected"
    assert reading_words.cost_in_words(batch()) == "free"
    assert reading_words.kinds_in_words(["highlights", "ocr"]) == "Text and highlights"
    choices = {"ocr": {"engine": "local", "model": "m"}, "caption": {"engine": "openai", "model": ""}}
    assert reading_words.engines_in_words(batch(choices=choices)) == "local (m) and openai"


def test_an_item_says_why() -> None:
    trouble = {"code": "asset_trashed", "message": "It is in the trash.", "hint": "Restore it first."}

    assert reading_words.reason(cast(BatchItem, {"error": trouble, "note": None})) == (
        "It is in the trash. Restore it first."
    )
    assert (
        reading_words.reason(cast(BatchItem, {"error": None, "note": "answered before"})) == "Answered before"
    )
    assert reading_words.reason(cast(BatchItem, {"error": None, "note": None})) == ""


def test_a_transcript_is_text_and_never_markup() -> None:
    said = TranscriptResult(
        segments=[Segment(start=61.25, end=62, text="<b>tide</b>", speaker="<i>Ada</i>")] * 2,
    )

    html = asset_transcript.segments(said)

    assert html.count("<li ") == 2
    assert 'data-at="61.250"' in html
    assert ">1:01</button>" in html
    assert "<b>&lt;i&gt;Ada&lt;/i&gt;:</b> &lt;b&gt;tide&lt;/b&gt;" in html


def test_a_long_transcript_is_shown_by_its_beginning() -> None:
    said = TranscriptResult(segments=[Segment(start=n, end=n + 1, text="word") for n in range(3000)])

    assert asset_transcript.segments(said).count("<li ") == asset_transcript.SHOWN
