"""The orphans page in words, and the option of its pictures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mediaops.cleanup.question import weeks
from mediaops.ui import orphan_charts, orphan_graph, orphan_scan, orphan_summary, orphan_words
from mediaops.ui.merges import told
from mediaops.ui.orphan_actions import can_be_made_again, csv_row
from mediaops.ui.orphan_filters import age_name

SCAN: dict[str, Any] = {
    "state": "done",
    "phase": "rows",
    "seen": 1200,
    "expected": 2400,
    "found": 3,
    "seconds": 0.4,
    "finished_at": "2026-03-03T10:00:00+00:00",
    "seen_at": "2026-03-03T09:00:00+00:00",
    "error": None,
}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Storage looked through 2 h ago: 1,200 seen in under a second."),
        ({"seconds": 61.2}, "Storage looked through 2 h ago: 1,200 seen in 61 seconds."),
        (
            {"state": "stopped"},
            "The last scan was stopped 3 Mar 2026, 10:00; what was known before it stands.",
        ),
        (
            {"state": "failed", "error": "disk full", "finished_at": None},
            "The last scan failed 3 Mar 2026, 09:00: disk full",
        ),
    ],
)
def test_how_a_scan_ended(more: dict[str, Any], said: str) -> None:
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    scan: Any = SCAN | more
    assert orphan_scan.ended(scan, now=now) == said


def test_a_running_scan_never_says_that_it_is_through() -> None:
    assert orphan_scan.ended(None) == "Storage was not looked through yet."
    assert orphan_scan.share(SCAN | {"seen": 2400}) == 0.99  # pyright: ignore[reportArgumentType]
    assert orphan_scan.share(SCAN | {"expected": 0}) == 0  # pyright: ignore[reportArgumentType]
    said = orphan_scan.progress(SCAN | {"phase": "objects"})  # pyright: ignore[reportArgumentType]
    assert said == "Looking at files in Storage: 1,200 seen, 3 found"


def summary(**more: Any) -> Any:
    base = {
        "class": "unlinked",
        "source": "rows",
        "count": 2,
        "bytes": 9,
        "oldest": None,
        "waiting": 0,
        "exact": True,
        "as_of": None,
        "policy": {"grace_days": 30},
    }
    return base | more


def test_what_stands_beside_a_number() -> None:
    assert orphan_words.standing(summary()) == "none"
    shown = summary(oldest="2026-03-03T10:00:00+00:00", waiting=1204)
    assert orphan_words.standing(shown) == "oldest 3 Mar 2026 · 1,204 waiting"
    assert orphan_words.standing(summary(source="scan")) == "not looked for yet"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Listed at once"),
        (0.042, "Listed after 1 hour"),
        (1, "Listed after 1 day"),
        (30, "Listed after 30 days"),
    ],
)
def test_graces(days: float, said: str) -> None:
    assert orphan_words.grace(summary(policy={"grace_days": days})) == said


def test_an_unscanned_class_is_not_called_clean() -> None:
    assert orphan_words.nothing("ghost_object", 0, False)[0] == "Storage was not looked through yet"
    title, text = orphan_words.nothing("unlinked", 3, True)
    assert title == "Nothing unused"
    assert "3 are within the grace" in text


@pytest.mark.parametrize(
    ("first", "other", "why"),
    [
        ({"link_count": 3}, {}, "used in 3 places, more than the others"),
        ({"kept": True}, {}, "marked to be kept"),
        ({"title": "Roses"}, {}, "best described"),
        ({"created_at": "2025"}, {}, "the oldest"),
        ({}, {}, "as good as the others"),
    ],
)
def test_why_a_copy_is_suggested(first: dict[str, Any], other: dict[str, Any], why: str) -> None:
    plain = {"link_count": 0, "kept": False, "title": "", "alt_text": "", "created_at": "2026"}

    assert orphan_words.why_suggested({"assets": [plain | first, plain | other]}) == why


def test_what_became_of_a_merge() -> None:
    merge: dict[str, Any] = {
        "others": ["a", "b"],
        "merged_by_name": None,
        "merged_at": "2026-03-03T10:00:00+00:00",
        "undone_at": None,
        "undoable": True,
    }
    said = "2 copies merged into it by someone who left, 3 Mar 2026, 10:00"
    assert told(merge) == said
    assert told(merge | {"undoable": False}) == said + "; the copies are removed for good"
    taken_back = told(merge | {"undoable": False, "undone_at": "2026-03-04T10:00:00+00:00"})
    assert taken_back == said + "; taken back 4 Mar 2026, 10:00"


CELLS: list[dict[str, Any]] = [
    {
        "class": "ghost_object",
        "age": "older",
        "size": "under 1 MB",
        "kind": "object",
        "count": 1,
        "bytes": 500,
    },
    {"class": "unlinked", "age": "older", "size": "under 1 MB", "kind": "image", "count": 2, "bytes": 900},
    {"class": "unlinked", "age": "older", "size": "under 1 MB", "kind": "video", "count": 1, "bytes": 100},
    {
        "class": "unlinked",
        "age": "under a year",
        "size": "larger",
        "kind": "image",
        "count": 1,
        "bytes": 5000,
    },
]


def test_a_click_on_a_field_asks_for_what_it_shows() -> None:
    nodes = orphan_charts.tree(CELLS, "bytes")

    assert [node["value"] for node in nodes] == [6000, 500]
    assert [child["value"] for child in nodes[0]["children"]] == [5000, 1000]
    # The order in which the chart counts its nodes, without the root.
    assert orphan_charts.flat(nodes) == [
        ("unlinked", None, None),
        ("unlinked", "under a year", "larger"),
        ("unlinked", "older", "under 1 MB"),
        ("ghost_object", None, None),
        ("ghost_object", "older", "under 1 MB"),
    ]
    assert "question" not in str(orphan_charts.treemap(nodes))


def test_measured_by_count_the_map_shows_counts() -> None:
    nodes = orphan_charts.tree(CELLS, "count")

    assert [node["value"] for node in nodes] == [4, 1]


def test_the_table_has_the_same_numbers() -> None:
    rows = orphan_charts.rows(CELLS)

    assert [row["class"] for row in rows] == ["Unlinked", "Unlinked", "Unlinked", "Ghost files"]
    assert sum(row["bytes"] for row in rows) == sum(cell["bytes"] for cell in CELLS)


def test_the_timeline_marks_the_week_that_the_list_shows() -> None:
    bars = [{"class": "unlinked", "week": f"2026-01-{day}", "count": 1, "bytes": 9} for day in ("05", "12")]

    def shown(asked: tuple[str, str] | None) -> list[bool]:
        values = orphan_charts.timeline(bars, "count", asked).to_dict()["data"]["values"]
        return [each["shown"] for each in values]

    assert shown(None) == [True, True]
    assert shown(("unlinked", "2026-01-12")) == [False, True]
    assert orphan_charts.legend(bars).count("<span>") == 1


def test_an_age_in_words() -> None:
    newest, *_, first = weeks(datetime.now(UTC))

    assert age_name("under a week") == "under a week"
    assert age_name(newest).startswith("Week of ")
    assert age_name(first).startswith("Before ")


def test_sparklines_need_two_points() -> None:
    trend = [
        {"week": "2026-01-05", "class": "unlinked", "count": 1},
        {"week": "2026-01-05", "class": "x", "count": 9},
    ]

    assert orphan_summary.points(trend, summary()) == [1, 2]
    assert orphan_summary.sparkline([2], "#000000", "now") == ""
    assert 'alt="a &lt;b&gt;"' in orphan_summary.sparkline([0, 0], "#000000", "a <b>")


def test_titles_stay_labels_in_a_graph() -> None:
    evil = 'A"]; b [label="x\\N <b>&amp;\n'
    graph = {
        "nodes": [
            {"id": "k", "type": "knowledge", "label": evil, "state": None, "orphan": None},
            {"id": "a", "type": "asset", "label": "Free", "state": "ready", "orphan": "unlinked"},
        ],
        "edges": [{"from": "a", "to": "k", "type": "inline"}],
    }

    said = orphan_graph.dot(graph, "k", dark=True)

    assert '"A\\"]; b [label=\\"x\\\\N &lt;b&gt;&amp;amp;\\n"' in said
    assert "Free\\nUnlinked" in said
    assert said.count("->") == 1
    assert orphan_graph.rows(graph) == [
        {"from": "Free", "how": "inside the text", "to": evil, "orphan": "Unlinked"}
    ]


def test_what_stands_alone_is_a_line_of_its_own() -> None:
    graph = {
        "nodes": [{"id": "a", "type": "asset", "label": "Free", "state": "ready", "orphan": "unlinked"}],
        "edges": [],
    }

    assert orphan_graph.rows(graph) == [{"from": "Free", "how": "", "to": "", "orphan": "Unlinked"}]


def found(note: str, asset: dict[str, Any] | None) -> Any:
    facts = {"note": note, "days": 3, "since": datetime(2026, 3, 3, tzinfo=UTC).isoformat()}
    return {
        "class": "stale_rendition",
        "id": "p",
        "path": "aa/b/card",
        "asset": asset,
        "bytes": 3,
        "since": facts["since"],
        "facts": facts,
    }


def test_only_what_has_its_asset_can_be_made_again() -> None:
    ready = {"id": "b", "state": "ready", "title": "=1+1", "original_name": "b.png"}

    assert can_be_made_again(found("no_rendition_row", ready))
    assert can_be_made_again(found("rendition_missing", ready))
    assert not can_be_made_again(found("no_asset", None))
    assert not can_be_made_again(found("no_rendition_row", ready | {"state": "trashed"}))
    assert csv_row(found("no_rendition_row", ready), None)["name"] == "=1+1 (card)"
