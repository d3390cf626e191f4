"""Linking: covers, lists without gaps, orders that others changed, an answer for each item."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused


def link(staff: Actor, entry: str, *assets: str, placement: str = "inline") -> list[dict[str, Any]]:
    return staff.call("link_assets", p_knowledge=entry, p_assets=list(assets), p_placement=placement)


def shown(staff: Actor, entry: str) -> list[tuple[str, int, str]]:
    links = staff.call("get_knowledge", p_knowledge=entry)["links"]
    return [(each["placement"], each["position"], each["asset"]["id"]) for each in links]


def test_links_come_in_the_order_given_and_close_the_gap_when_one_goes(make: Maker, staff: Actor) -> None:
    entry, assets = make.knowledge(), [make.asset(staff) for _ in range(4)]
    answers = link(staff, entry, *assets)
    assert shown(staff, entry) == [("inline", n, asset) for n, asset in enumerate(assets)]
    gone = staff.call("unlink", p_link=answers[1]["link"])
    assert gone == {"asset": assets[1], "knowledge": entry, "link_count": 0}
    assert shown(staff, entry) == [("inline", n, assets[i]) for n, i in enumerate((0, 2, 3))]
    with refused("not_found"):
        staff.call("unlink", p_link=answers[1]["link"])


def test_a_new_cover_makes_the_old_one_the_last_inline_and_says_so(make: Maker, staff: Actor) -> None:
    entry = make.knowledge()
    inline, old, new = (make.asset(staff, p_title=title) for title in ("Inline", "Old cover", "New cover"))
    link(staff, entry, inline)
    link(staff, entry, old, placement="cover")
    answer = link(staff, entry, new, placement="cover")[0]
    assert answer["ok"]
    assert answer["note"] == "replaces Old cover, which is inline now"
    assert shown(staff, entry) == [("cover", 0, new), ("inline", 0, inline), ("inline", 1, old)]
    assert make.actions(old)[-1] == "link.replaced"


def test_an_old_cover_that_is_inline_too_is_not_inline_twice(make: Maker, staff: Actor) -> None:
    entry, old, new = make.knowledge(), make.asset(staff), make.asset(staff)
    link(staff, entry, old)
    link(staff, entry, old, placement="cover")
    link(staff, entry, new, placement="cover")
    assert shown(staff, entry) == [("cover", 0, new), ("inline", 0, old)]
    assert make.one("select link_count from media.assets where id = %s", old) == 1


def test_several_covers_at_once_are_refused(make: Maker, staff: Actor) -> None:
    with refused("invalid"):
        link(staff, make.knowledge(), make.asset(staff), make.asset(staff), placement="cover")


def test_linking_again_changes_nothing_and_says_so(make: Maker, staff: Actor) -> None:
    entry, asset = make.knowledge(), make.asset(staff)
    first, again = link(staff, entry, asset)[0], link(staff, entry, asset)[0]
    assert (again["ok"], again["link"], again["note"]) == (True, first["link"], "already linked")
    assert shown(staff, entry) == [("inline", 0, asset)]


def test_each_item_of_a_call_on_many_has_its_own_answer_in_order(make: Maker, staff: Actor) -> None:
    entry = make.knowledge()
    ready, trashed, purging = (make.asset(staff) for _ in range(3))
    under_way, rejected, missing = make.upload(staff), make.upload(staff), str(uuid.uuid4())
    make.service.call("reject_upload", p_asset=rejected, p_code="x", p_message="x")
    staff.call("trash_assets", p_assets=[trashed, purging])
    make.db.execute("update media.assets set state = 'purging' where id = %s", [purging])
    given = [missing, trashed, purging, ready, under_way, rejected, ready]
    answers = link(staff, entry, *given)
    assert [answer["asset"] for answer in answers] == given
    assert [answer["error"] and answer["error"]["code"] for answer in answers] == [
        "not_found", None, "asset_purging", None, "invalid", "invalid", None,
    ]  # fmt: skip
    assert answers[1]["note"] == "restored from the trash"
    assert all(answer["error"]["message"] for answer in answers if not answer["ok"])
    assert shown(staff, entry) == [("inline", 0, trashed), ("inline", 1, ready)]


def test_trashing_many_answers_for_each_and_names_the_uses(make: Maker, staff: Actor) -> None:
    used, free, missing = make.asset(staff), make.asset(staff), str(uuid.uuid4())
    for title in ("First", "Second", "Third", "Fourth"):
        link(staff, make.knowledge(title), used)
    answers = staff.call("trash_assets", p_assets=[used, free, missing, free])
    assert [answer["ok"] for answer in answers] == [False, True, False, True]
    assert answers[0]["error"]["code"] == "asset_in_use"
    assert answers[0]["error"]["message"] == "It is used by “First”, “Second”, “Third” and 1 more."
    assert (make.state(used), make.state(free)) == ("ready", "trashed")
    assert make.actions(free) == ["asset.uploaded", "asset.trashed"]
    again = staff.call("trash_assets", p_assets=[used, free], p_unlink=True)
    assert [answer["note"] for answer in again] == ["4 link(s) removed", "already in the trash"]
    assert make.one("select link_count from media.assets where id = %s", used) == 0
    restored = staff.call("restore_assets", p_assets=[used, missing])
    assert [(answer["ok"], answer["error"] and answer["error"]["code"]) for answer in restored] == [
        (True, None), (False, "not_found"),
    ]  # fmt: skip


def test_a_thousand_assets_go_to_the_trash_in_one_call(make: Maker, staff: Actor) -> None:
    assets = make.one(
        "with made as (insert into media.assets (id, kind, state, purpose, object_path)"
        " select gen_random_uuid(), 'image', 'ready', 'library', 'x' from generate_series(1, 1000) returning id)"
        " select array_agg(id) from made"
    )
    answers = staff.call("trash_assets", p_assets=assets)
    assert [answer["asset"] for answer in answers] == [str(asset) for asset in assets]
    assert all(answer["ok"] for answer in answers)


def test_lists_that_are_too_long_or_have_gaps_are_refused(staff: Actor) -> None:
    with refused("invalid"):
        staff.call("trash_assets", p_assets=[str(uuid.uuid4())] * 5001)
    with refused("invalid"):
        staff.call("trash_assets", p_assets=[None])
    with refused("invalid"):
        staff.call("trash_assets", p_assets=None)
    assert staff.call("trash_assets", p_assets=[]) == []


def test_a_new_order_holds_and_one_made_from_an_old_look_is_refused(make: Maker, staff: Actor) -> None:
    entry, assets = make.knowledge(), [make.asset(staff) for _ in range(3)]
    link(staff, entry, *assets)
    seen = staff.call("get_knowledge", p_knowledge=entry)
    wanted = [each["id"] for each in reversed(seen["links"])]

    def sort(version: str, links: list[str]) -> Any:
        return staff.call(
            "reorder_links",
            p_knowledge=entry,
            p_placement="inline",
            p_carousel=None,
            p_links=links,
            p_version=version,
        )

    version = sort(seen["version"], wanted)["version"]
    assert [asset for _, _, asset in shown(staff, entry)] == assets[::-1]
    with refused("stale"):
        sort(seen["version"], wanted)
    with refused("stale"):
        sort(version, wanted[:-1])
    with refused("stale"):
        sort(version, [*wanted[:-1], wanted[0]])
    link(staff, entry, make.asset(staff))
    with refused("stale"):
        sort(version, wanted)


def test_where_assets_are_used_is_told_for_each(make: Maker, staff: Actor) -> None:
    used, unused, entry = make.asset(staff), make.asset(staff), make.knowledge("The use")
    made = link(staff, entry, used, placement="cover")[0]["link"]
    assert staff.call("asset_uses", p_assets=[unused, used]) == [
        {"asset": unused, "links": []},
        {
            "asset": used,
            "links": [{"link": made, "knowledge": entry, "knowledge_title": "The use", "placement": "cover"}],
        },
    ]


def test_what_readers_see_is_in_order_with_the_alt_text_of_the_use(make: Maker, staff: Actor) -> None:
    entry, cover, first, second = (
        make.knowledge(),
        *(make.asset(staff, p_alt_text="General") for _ in range(3)),
    )
    staff.call(
        "link_assets", p_knowledge=entry, p_assets=[cover], p_placement="cover", p_alt_text="For this use"
    )
    link(staff, entry, first, second)
    make.service.call(
        "save_rendition",
        p_asset=cover,
        p_name="card",
        p_facts={"path": "c", "mime": "image/webp", "width": 800, "height": 600, "bytes": 1},
    )
    media = make.service.call("knowledge_media", p_knowledge=entry)
    assert media["cover"]["alt_text"] == "For this use"
    assert media["cover"]["renditions"]["card"]["width"] == 800
    assert [(each["asset"], each["alt_text"]) for each in media["inline"]] == [
        (first, "General"),
        (second, "General"),
    ]
    assert media["carousels"] == {}


@pytest.mark.parametrize("placement", ["hero", "", None])
def test_there_are_two_placements(make: Maker, staff: Actor, placement: str | None) -> None:
    with refused("invalid"):
        staff.call("link_assets", p_knowledge=make.knowledge(), p_assets=[], p_placement=placement)


def test_an_entry_that_is_not_there_is_not_found(make: Maker, staff: Actor) -> None:
    with refused("not_found"):
        link(staff, str(uuid.uuid4()), make.asset(staff))
    with refused("not_found"):
        staff.call("get_knowledge", p_knowledge=str(uuid.uuid4()))


def test_the_product_upserts_and_unchanged_entries_keep_their_date(make: Maker, staff: Actor) -> None:
    entry = make.knowledge("As it was")
    dated = "select updated_at from media.knowledge where id = %s"
    before = make.one(dated, entry)
    make.knowledge("As it was", entry)
    assert make.one(dated, entry) == before
    make.knowledge("As it is", entry)
    assert make.one(dated, entry) > before
    with refused("invalid"):
        make.service.call("upsert_knowledge", p_items=[{"id": entry, "title": "  "}])
    with refused("invalid"):
        make.service.call("upsert_knowledge", p_items={"id": entry})
