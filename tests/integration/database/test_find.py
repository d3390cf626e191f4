"""The library's lists: each row once under every order, filters that mean what they say."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused

SORTS = ("newest", "oldest", "largest", "smallest", "title")


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def pages(staff: Actor, **arguments: Any) -> Iterator[dict[str, Any]]:
    place = None
    while True:
        page = staff.call("find_assets", p_after=place, **arguments)
        yield page
        place = page["next"]
        if place is None:
            return


@pytest.fixture(scope="module")
def shelf(make: Maker) -> tuple[Actor, list[str]]:
    """A person of staff with 53 assets of few different times, sizes and titles."""
    person = make.person("staff", "Shelf")
    made = make.one(
        "with made as (insert into media.assets (id, kind, state, purpose, object_path, bytes, title, uploaded_by,"
        " created_at) select gen_random_uuid(), (array['image', 'video', 'sound'])[1 + n %% 3], 'ready', 'library',"
        " 'x', 100 * (n %% 4), 'Shelf ' || n %% 3, %s, '2026-03-01'::timestamptz + interval '1 day' * (n %% 5)"
        " from generate_series(1, 53) as n returning id) select array_agg(id::text) from made",
        person.user_id,
    )
    return person, made


@pytest.mark.parametrize("query", [None, "shelf"])
@pytest.mark.parametrize("sort", SORTS)
def test_paging_visits_each_row_once_also_with_ties(
    staff: Actor, shelf: tuple[Actor, list[str]], sort: str, query: str | None
) -> None:
    person, made = shelf
    arguments = {"p_sort": sort, "p_limit": 7, "p_query": query, "p_uploaders": [person.user_id]}
    visited = [asset for page in pages(staff, **arguments) for asset in ids(page)]
    assert len(visited) == 53
    assert set(visited) == set(made)


@pytest.mark.parametrize("sort", SORTS)
def test_each_order_is_the_order_it_says(staff: Actor, shelf: tuple[Actor, list[str]], sort: str) -> None:
    items = staff.call("find_assets", p_sort=sort, p_limit=200, p_uploaders=[shelf[0].user_id])["items"]
    key = {"newest": "created_at", "oldest": "created_at", "title": "title"}.get(sort, "bytes")
    values = [(item[key], item["id"]) for item in items]
    assert values == sorted(values, reverse=sort in ("newest", "largest"))


@pytest.mark.parametrize("sort", SORTS)
def test_paging_while_others_upload_shows_every_old_row_once(make: Maker, staff: Actor, sort: str) -> None:
    person = make.person("staff")
    old = [make.asset(person, facts={"bytes": n % 3}, p_title=f"Row {n % 4}") for n in range(12)]
    visited: list[str] = []
    for page in pages(staff, p_sort=sort, p_limit=3, p_uploaders=[person.user_id]):
        visited += ids(page)
        if len(visited) < 9:
            make.asset(person, facts={"bytes": 1}, p_title="Row 2")
    assert len(visited) == len(set(visited))
    assert set(old) <= set(visited)


def test_filters_together_match_a_plain_look_at_the_rows(
    make: Maker, staff: Actor, shelf: tuple[Actor, list[str]]
) -> None:
    dice = random.Random(5)
    person, _ = shelf
    for _ in range(40):
        kinds = dice.choice([None, ["image"], ["video", "sound"], ["image", "video", "sound"]])
        least, start = (
            dice.choice([None, 100, 200]),
            dice.choice([None, "2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z"]),
        )
        query = dice.choice([None, "shelf 1", "she", "shelf 9"])
        arguments = {
            "p_kinds": kinds,
            "p_min_bytes": least,
            "p_from": start,
            "p_query": query,
            "p_linked": dice.choice([None, False]),
            "p_uploaders": [person.user_id, staff.user_id][: dice.randint(1, 2)],
        }
        expected = make.db.execute(
            "select id::text from media.assets where state = 'ready' and uploaded_by = any (%s)"
            " and (%s::text[] is null or kind = any (%s)) and (%s::bigint is null or bytes >= %s)"
            " and (%s::timestamptz is null or created_at >= %s) and (%s::boolean is null or link_count = 0)"
            " and (%s::text is null or lower(title) like '%%' || %s || '%%')",
            [
                arguments["p_uploaders"],
                kinds,
                kinds,
                least,
                least,
                start,
                start,
                arguments["p_linked"],
                query,
                query,
            ],
        ).fetchall()
        found = [
            asset
            for page in pages(staff, p_sort=dice.choice(SORTS), p_limit=20, **arguments)
            for asset in ids(page)
        ]
        assert sorted(found) == sorted(row[0] for row in expected)
        assert staff.call("count_assets", **arguments) == {"count": len(expected), "exact": True}


def test_several_states_and_kinds_are_merged_in_order(make: Maker, staff: Actor) -> None:
    person = make.person("staff")
    made = [make.asset(person, facts={"kind": ("image", "video")[n % 2]}) for n in range(8)]
    staff.call("trash_assets", p_assets=made[::3])
    arguments = {
        "p_states": ["trashed", "ready", "ready"],
        "p_kinds": ["video", "image"],
        "p_uploaders": [person.user_id],
    }
    visited = [asset for page in pages(staff, p_limit=3, **arguments) for asset in ids(page)]
    assert visited == made[::-1]


def test_the_filter_by_entry_shows_what_it_uses(make: Maker, staff: Actor) -> None:
    entry, used, _ = make.knowledge(), make.asset(staff), make.asset(staff)
    staff.call("link_assets", p_knowledge=entry, p_assets=[used], p_placement="inline")
    assert ids(staff.call("find_assets", p_knowledge=entry)) == [used]


@pytest.mark.parametrize(
    "place", ["", "x", "AAAA", "бла", "eyJhIjoxfQ", "W251bGwsbnVsbCxudWxsXQ", "' or 1=1 --"]
)
def test_a_page_marker_that_is_not_ours_is_refused(staff: Actor, place: str) -> None:
    with refused("invalid"):
        staff.call("find_assets", p_after=place)


@pytest.mark.parametrize(
    ("sort", "value"), [("newest", "yesterday-ish"), ("largest", "1e400"), ("oldest", "")]
)
def test_a_page_marker_with_a_forged_place_is_refused(
    make: Maker, staff: Actor, sort: str, value: str
) -> None:
    forged = make.one("select media.pack_place(%s, %s, gen_random_uuid())", sort, value)
    with refused("invalid"):
        staff.call("find_assets", p_sort=sort, p_after=forged)


def test_a_page_marker_of_another_order_is_refused(staff: Actor, shelf: tuple[Actor, list[str]]) -> None:
    place = staff.call("find_assets", p_limit=1, p_uploaders=[shelf[0].user_id])["next"]
    with refused("invalid"):
        staff.call("find_assets", p_after=place, p_sort="title")
    with refused("invalid"):
        staff.call("find_assets", p_sort="random")


def test_a_card_says_what_the_gallery_shows(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff, p_title="Card", p_annotate=["ocr"])
    make.service.call(
        "save_rendition",
        p_asset=asset,
        p_name="thumb",
        p_facts={"path": "t", "mime": "image/webp", "bytes": 1},
    )
    card = next(item for item in staff.call("find_assets", p_query="card")["items"] if item["id"] == asset)
    assert set(card) == {
        "id",
        "kind",
        "state",
        "purpose",
        "title",
        "alt_text",
        "original_name",
        "mime",
        "bytes",
        "original_bytes",
        "width",
        "height",
        "duration",
        "thumbhash",
        "thumb_path",
        "card_path",
        "object_path",
        "link_count",
        "has_text",
        "text_checked",
        "annotation_state",
        "uploaded_by",
        "uploader_name",
        "created_at",
        "trashed_at",
        "expires_at",
    }
    assert (card["thumb_path"], card["card_path"], card["uploader_name"]) == ("t", None, "Stella")
    assert (card["annotation_state"], card["has_text"]) == ("queued", False)


def test_the_facets_name_who_uploaded_and_count_what_is_there(make: Maker, staff: Actor) -> None:
    person = make.person("staff", "Zoë")
    make.asset(person)
    facets = staff.call("library_facets")
    assert {"id": person.user_id, "name": "Zoë"} in facets["uploaders"]
    assert set(facets["states"]) == {"processing", "ready", "rejected", "trashed", "purging"}
    assert set(facets["kinds"]) == {"image", "video", "sound"}
    assert facets["states"]["ready"] > 0


def test_entries_are_found_while_typing_last_changed_first(make: Maker, staff: Actor) -> None:
    mark = f"k{uuid.uuid4().hex[:10]}"
    entries = [make.knowledge(f"{mark} Entry {n}") for n in range(5)]
    seen: list[str] = []
    place = None
    while True:
        page = staff.call("find_knowledge", p_query=mark[:8], p_after=place, p_limit=2)
        seen += [item["id"] for item in page["items"]]
        place = page["next"]
        if place is None:
            break
    assert seen == entries[::-1]
    assert staff.call("find_knowledge", p_query="!!")["query_ignored"] is True
