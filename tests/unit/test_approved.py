"""What leaves the house as approved, and how far a person was from the engine."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, cast

from mediaops.annotation.difference import difference
from mediaops.library.approved import approved, source_line, to_json, to_markdown, to_table
from mediaops.library.models import AssetDetail
from mediaops.library.standing import standing


def answered(
    kind: str, state: str, result: dict[str, Any], at: str = "2026-01-01", **more: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "state": "done",
        "review_state": state,
        "result": result,
        "reviewed_result": None,
        "finished_at": at,
    } | more


def page(*annotations: dict[str, Any], title: str = "A page") -> AssetDetail:
    asset = {"id": "1", "title": title, "original_name": "a.jpg", "alt_text": ""}
    link = {"knowledge_title": "On maps", "knowledge_url": "https://example.org/maps"}
    return cast(AssetDetail, {"asset": asset, "links": [link], "annotations": list(annotations)})


MARKS = {"passages": [{"color": "yellow", "text": "=1+1 <b>bold</b>"}], "text": ""}


def test_what_nobody_checked_stays_out() -> None:
    detail = page(answered("ocr", "unreviewed", {"text": "maybe"}), answered("highlights", "rejected", MARKS))
    assert approved(detail).empty


def test_the_correction_is_what_leaves_and_the_newest_answer_without_a_check_does_not() -> None:
    detail = page(
        answered("ocr", "fixed", {"text": "wr0ng"}, reviewed_result={"text": "right"}),
        answered("ocr", "unreviewed", {"text": "newer"}, at="2026-02-01"),
    )
    assert approved(detail).text == "right"
    found = standing(detail["annotations"], "ocr")
    assert found is not None
    assert found["review_state"] == "fixed"


def test_markdown_takes_what_people_wrote_literally() -> None:
    detail = page(
        answered("ocr", "accepted", {"text": "# not a heading\n- not a list"}),
        answered("highlights", "accepted", MARKS),
        title="*Stars*",
    )
    text = to_markdown(approved(detail))
    assert text.startswith("# \\*Stars\\*\n\n- [On maps](<https://example.org/maps>)\n")
    assert "> =1+1 \\<b\\>bold\\</b\\>" in text
    assert "\\# not a heading  \n\\- not a list" in text


def test_a_table_runs_nothing() -> None:
    detail = page(answered("highlights", "accepted", MARKS), answered("ocr", "accepted", {"text": "a\nb"}))
    rows = list(csv.DictReader(io.StringIO(to_table(approved(detail)).decode("utf-8-sig"))))
    assert [(row["kind"], row["text"]) for row in rows] == [
        ("highlight", "'=1+1 <b>bold</b>"),
        ("text", "a"),
        ("text", "b"),
    ]


SAID = {"segments": [{"start": 75.4, "end": 77, "text": "- The *tide*", "speaker": "Ann"}]}


def test_what_is_said_comes_with_its_times_once_it_is_approved() -> None:
    detail = page(answered("transcript", "accepted", SAID))
    assert to_markdown(approved(detail)).endswith("## What is said\n\n1:15 Ann: \\- The \\*tide\\*\n")
    assert json.loads(to_json(approved(detail)))["transcript"] == [
        {"start": 75.4, "end": 77.0, "speaker": "Ann", "text": "- The *tide*"}
    ]
    [row] = csv.DictReader(io.StringIO(to_table(approved(detail)).decode("utf-8-sig")))
    assert (row["kind"], row["text"]) == ("said", "'- The *tide*")
    assert approved(page(answered("transcript", "unreviewed", SAID))).empty


def test_json_tells_nothing_approved_from_nothing_found() -> None:
    said = json.loads(to_json(approved(page(answered("highlights", "accepted", {"passages": []})))))
    assert (said["text"], said["highlights"]) == (None, [])


def test_a_quote_names_the_entry_the_picture_and_the_address() -> None:
    assert source_line(page()) == "On maps, A page, https://example.org/maps"


def test_the_difference_counts_lines_and_characters() -> None:
    engine = {"lines": [{"id": 0, "text": "a1oud"}, {"id": 1, "text": "same"}, {"id": 2, "text": "gone"}]}
    person = {"lines": [{"id": 0, "text": "aloud"}, {"id": 1, "text": "same"}]}
    assert difference("ocr", engine, person) == {"lines_changed": 1, "lines_removed": 1, "characters": 5}
    assert not any(difference("ocr", engine, engine).values())


def test_the_difference_of_transcripts_counts_segments_and_characters() -> None:
    one, two, three = (
        {"start": n, "end": n + 1, "text": text} for n, text in enumerate(("tied", "Um.", "x"))
    )
    said = difference(
        "transcript", {"segments": [one, two, three]}, {"segments": [{**one, "text": "tide"}, three]}
    )
    assert said == {"segments_changed": 1, "segments_removed": 1, "characters": 5}
    assert not any(difference("transcript", {"segments": [one]}, {"segments": [one]}).values())


def test_the_difference_tells_a_moved_edge_from_another_passage() -> None:
    engine = {"passages": [{"color": "yellow", "words": [1, 2, 3]}, {"color": "pink", "words": [8, 9]}]}
    person = {"passages": [{"color": "green", "words": [1, 2, 3, 4]}, {"color": "pink", "words": [20]}]}
    assert difference("highlights", engine, person) == {
        "passages_added": 1,
        "passages_removed": 1,
        "passages_changed": 1,
        "colors_changed": 1,
    }
