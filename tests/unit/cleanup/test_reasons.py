"""Why something is an orphan, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mediaops.cleanup.models import CLASSES, Item, Orphan
from mediaops.cleanup.reasons import frozen_reason, reason
from mediaops.cleanup.shown import name

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
CREATED = "2026-03-03T10:00:00+00:00"
FACTS: dict[str, Any] = {
    "purpose": "library",
    "created_at": CREATED,
    "since": CREATED,
    "last_linked_at": None,
    "expires_at": None,
    "days": 29,
}
ASSET: dict[str, Any] = {"id": "a", "kind": "image", "title": "", "original_name": "IMG_1.jpg"}


def orphan(class_: str, path: str | None = None, asset: dict[str, Any] | None = None, **facts: Any) -> Orphan:
    made: Any = {
        "class": class_,
        "id": path or "a",
        "asset": asset,
        "path": path,
        "bytes": 10,
        "since": CREATED,
        "facts": FACTS | facts,
    }
    return made


@pytest.mark.parametrize(
    ("facts", "kind", "said"),
    [
        ({}, "image", "Picture of 3 March, never linked, unused for 29 days"),
        ({"days": 1}, "video", "Video of 3 March, never linked, unused for 1 day"),
        ({"days": 0}, "sound", "Sound of 3 March, never linked, unused for less than a day"),
        (
            {"last_linked_at": "2025-12-31T23:30:00+00:00", "days": 1234},
            "image",
            "Picture of 3 March, unused since 31 December 2025, for 1,234 days",
        ),
        (
            {"purpose": "annotation"},
            "image",
            "Photo for reading of 3 March, never linked, unused for 29 days",
        ),
        (
            {"waiting": True},
            None,
            "File of 3 March, never linked, unused for 29 days; still within its grace",
        ),
    ],
)
def test_unlinked(facts: dict[str, Any], kind: str | None, said: str) -> None:
    assert reason(orphan("unlinked", asset=ASSET | {"kind": kind}, **facts), now=NOW) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"days": 12}, "Temporary photo of 3 March, never linked, expired 12 days ago"),
        ({"days": 0}, "Temporary photo of 3 March, never linked, expired today"),
        (
            {"days": 2, "last_linked_at": "2026-03-20T00:00:00+00:00"},
            "Temporary photo of 3 March, unused since 20 March, expired 2 days ago",
        ),
    ],
)
def test_expired_photos(facts: dict[str, Any], said: str) -> None:
    photo = orphan("expired_annotation", asset=ASSET, purpose="annotation", expires_at=CREATED, **facts)

    assert reason(photo, now=NOW) == said


def test_a_copy_names_the_one_that_stays() -> None:
    assert (
        reason(orphan("duplicate", asset=ASSET, keep_title="Harbour"), now=NOW)
        == "The same bytes as “Harbour”, uploaded 3 March"
    )


@pytest.mark.parametrize(
    ("class_", "path", "facts", "said"),
    [
        (
            "abandoned_upload",
            "incoming/a",
            {"note": "expired_ticket", "ticket_owner_name": "Nora"},
            "Upload by Nora of 3 March, sent and never completed",
        ),
        (
            "abandoned_upload",
            "incoming/a",
            {"note": "stuck"},
            "Upload of 3 March, stuck while it was looked at",
        ),
        (
            "abandoned_upload",
            "incoming/a",
            {"note": "no_ticket"},
            "Upload of 3 March without an upload right",
        ),
        ("abandoned_upload", "x", {"note": "new"}, "Upload of 3 March that nobody needs any more"),
        (
            "ghost_object",
            "aa/b/original",
            {"note": "no_asset"},
            "File of 3 March that no asset knows",
        ),
        (
            "ghost_object",
            "team/x.psd",
            {"note": "foreign"},
            "File of 3 March, not one of this library's",
        ),
        ("ghost_object", "x", {"note": "new"}, "File of 3 March that nothing knows"),
        (
            "broken_asset",
            "aa/b/thumb",
            {"note": "rendition_missing"},
            "Its thumb is gone from Storage and can be made again",
        ),
        (
            "broken_asset",
            "aa/b/original",
            {"note": "missing"},
            "Its original of 3 March is gone from Storage",
        ),
        (
            "broken_asset",
            "aa/b/original",
            {"note": "checksum"},
            "Its bytes in Storage are not the ones that were uploaded",
        ),
        (
            "stale_rendition",
            "aa/b/card",
            {"note": "no_asset"},
            "Card of 3 March, made for an asset that is gone",
        ),
        (
            "stale_rendition",
            "aa/b/card",
            {"note": "no_rendition_row", "over": True},
            "Card of 3 March that its asset does not know; settled since the scan",
        ),
    ],
)
def test_what_a_scan_found(class_: str, path: str, facts: dict[str, Any], said: str) -> None:
    assert reason(orphan(class_, path, **facts), now=NOW) == said


def test_days_are_those_of_the_readers_clock() -> None:
    late = orphan("ghost_object", "x", note="foreign", since="2026-03-03T23:30:00+00:00")

    assert "4 March" in reason(late, "Europe/Berlin", NOW)
    assert "3 March" in reason(late, "no/where", NOW)


@pytest.mark.parametrize("class_", CLASSES)
def test_every_class_has_words(class_: str) -> None:
    assert reason(orphan(class_, "x", ASSET, note="unheard of"), now=NOW)


def frozen(class_: str, path: str | None = None, since: str = "2025-11-25T23:30:00Z", **facts: Any) -> Item:
    """An item of a plan: it knows less of the asset than a list does."""
    made: Any = {
        "class": class_,
        "path": path,
        "since": since,
        "reason": {"created_at": CREATED, "since": since, "days": 127, **facts},
    }
    return made


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (frozen("unlinked"), "File of 3 March 2026, never linked"),
        (frozen("unlinked", kind="video"), "Video of 3 March 2026, never linked"),
        (
            frozen("unlinked", last_linked_at="2026-03-04T10:00:00Z"),
            "File of 3 March 2026, unused since 4 March 2026",
        ),
        (frozen("unlinked", purpose="annotation"), "Photo for reading of 3 March 2026, never linked"),
        (
            frozen("expired_annotation", purpose="annotation", expires_at="2025-11-25T23:30:00Z"),
            "Temporary photo of 3 March 2026, never linked, expired on 25 November 2025",
        ),
        (frozen("duplicate", keep="b"), "The same bytes as another one, uploaded 3 March 2026"),
        (
            frozen("trashed", purge_after="2025-12-25T23:30:00Z"),
            "In the trash since 25 November 2025, would go by itself from 25 December 2025",
        ),
        (
            frozen("abandoned_upload", "incoming/a", note="expired_ticket"),
            "Upload of 25 November 2025, sent and never completed",
        ),
        (
            frozen("ghost_object", "aa/b/original", note="no_asset"),
            "File of 25 November 2025 that no asset knows",
        ),
        (
            frozen("broken_asset", "aa/b/original", note="missing"),
            "Its original of 25 November 2025 is gone from Storage",
        ),
        (
            frozen("stale_rendition", "aa/b/card", note="no_rendition_row"),
            "Card of 25 November 2025 that its asset does not know",
        ),
    ],
)
def test_a_plan_speaks_in_dates_that_do_not_grow_old(item: Item, said: str) -> None:
    assert frozen_reason(item) == said


def test_a_plans_days_are_those_of_the_readers_clock() -> None:
    item = frozen("ghost_object", "x", note="foreign")

    assert frozen_reason(item, "Europe/Berlin") == "File of 26 November 2025, not one of this library's"


@pytest.mark.parametrize("class_", [*CLASSES, "trashed"])
def test_a_plan_has_words_for_every_class(class_: str) -> None:
    assert frozen_reason(frozen(class_, "x", note="unheard of"))


UUID = "47b11a40-dcb1-5864-a60a-84ceb8b0b7a6"


@pytest.mark.parametrize(
    ("found", "called"),
    [
        (orphan("unlinked", asset=ASSET | {"title": "Roses"}), "Roses"),
        (orphan("unlinked", asset=ASSET), "IMG_1.jpg"),
        (orphan("stale_rendition", f"47/{UUID}/card", ASSET), "IMG_1.jpg (card)"),
        (orphan("ghost_object", f"47/{UUID}/original"), "original of 47b11a40"),
        (orphan("ghost_object", "team/plans 2.psd"), "plans 2.psd"),
        (orphan("abandoned_upload", f"incoming/{UUID}"), "Upload 47b11a40"),
        (orphan("abandoned_upload", f"incoming/{UUID}", ticket_owner_name="Nora"), "Upload by Nora"),
    ],
)
def test_names(found: Orphan, called: str) -> None:
    assert name(found) == called
