"""The states of an asset: which moves there are, and that nothing gets around them."""

from __future__ import annotations

from itertools import permutations

import psycopg
import pytest

from tests.integration.database.actors import Actor, Maker, refused

STATES = ("processing", "ready", "rejected", "trashed", "purging")
MOVES = {
    ("processing", "ready"),
    ("processing", "rejected"),
    ("ready", "trashed"),
    ("trashed", "ready"),
    ("trashed", "purging"),
}
WAYS = {
    "processing": [],
    "ready": ["ready"],
    "rejected": ["rejected"],
    "trashed": ["ready", "trashed"],
    "purging": ["ready", "trashed", "purging"],
}


def bring_to(make: Maker, asset: str, state: str) -> None:
    make.db.execute("update media.assets set kind = 'image' where id = %s", [asset])
    for step in WAYS[state]:
        make.db.execute("update media.assets set state = %s where id = %s", [step, asset])


@pytest.mark.parametrize(("before", "after"), list(permutations(STATES, 2)))
def test_only_the_drawn_moves_happen_even_for_the_owner_of_the_tables(
    make: Maker, staff: Actor, before: str, after: str
) -> None:
    asset = make.upload(staff)
    bring_to(make, asset, before)
    move = ("update media.assets set state = %s where id = %s", [after, asset])
    if (before, after) in MOVES:
        make.db.execute(*move)
        assert make.state(asset) == after
    else:
        with pytest.raises(psycopg.Error, match="stale"):
            make.db.execute(*move)
        assert make.state(asset) == before


@pytest.mark.parametrize("state", STATES)
def test_a_row_goes_only_after_purging_or_rejection(make: Maker, staff: Actor, state: str) -> None:
    asset = make.upload(staff)
    bring_to(make, asset, state)
    if state in ("purging", "rejected"):
        make.db.execute("delete from media.assets where id = %s", [asset])
        assert make.state(asset) is None
    else:
        with pytest.raises(psycopg.Error, match="stale"):
            make.db.execute("delete from media.assets where id = %s", [asset])
        assert make.state(asset) == state


def test_a_linked_asset_is_ready_whatever_anyone_tries(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    staff.call("link_assets", p_knowledge=make.knowledge(), p_assets=[asset], p_placement="inline")
    with pytest.raises(psycopg.errors.CheckViolation, match="assets_linked_is_ready"):
        make.db.execute("update media.assets set state = 'trashed' where id = %s", [asset])


def test_trashing_starts_the_retention_and_restoring_ends_it(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    staff.call("trash_assets", p_assets=[asset])
    days = "select extract(day from purge_after - trashed_at)::int from media.assets where id = %s"
    assert make.one(days, asset) == 30
    staff.call("restore_assets", p_assets=[asset])
    assert make.one(
        "select trashed_at is null and purge_after is null from media.assets where id = %s", asset
    )


def test_an_edit_of_what_someone_else_changed_is_refused_and_says_who(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    seen = staff.call("get_asset", p_asset=asset)["version"]
    other = make.person("moderator", "Mateo")
    version = other.call("edit_asset", p_asset=asset, p_title="Theirs", p_alt_text=None, p_version=seen)[
        "version"
    ]
    with refused("stale") as refusal:
        staff.call("edit_asset", p_asset=asset, p_title="Mine", p_alt_text=None, p_version=seen)
    assert refusal.error.status == 409
    assert refusal.error.message.startswith("Mateo changed it at ")
    staff.call("edit_asset", p_asset=asset, p_title="Mine", p_alt_text="A page", p_version=version)
    changed = staff.call("get_asset", p_asset=asset)["asset"]
    assert (changed["title"], changed["alt_text"], changed["revision"]) == ("Mine", "A page", 3)


def test_an_edit_that_changes_nothing_leaves_no_trace(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff, p_title="Same")
    assert staff.call("edit_asset", p_asset=asset, p_title=" Same ", p_alt_text="", p_version="1") == {
        "version": "1"
    }
    assert make.actions(asset) == ["asset.uploaded"]


def test_what_is_in_the_trash_is_not_edited(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    staff.call("trash_assets", p_assets=[asset])
    with refused("asset_trashed"):
        staff.call("edit_asset", p_asset=asset, p_title="x", p_alt_text=None, p_version="1")


def test_a_title_that_is_too_long_is_refused_in_words(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    with refused("invalid"):
        staff.call("edit_asset", p_asset=asset, p_title="x" * 301, p_alt_text=None, p_version="1")


def test_the_trail_cannot_be_changed_by_anyone(make: Maker, staff: Actor) -> None:
    make.asset(staff)
    for statement in (
        "update media.audit_events set action = 'asset.edited'",
        "delete from media.audit_events",
        "truncate media.audit_events",
    ):
        with pytest.raises(psycopg.Error, match="forbidden"):
            make.db.execute(statement.encode())


def test_the_history_says_who_did_what_newest_first_page_by_page(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    other = make.person("moderator", "Mateo")
    other.call("trash_assets", p_assets=[asset])
    staff.call("restore_assets", p_assets=[asset])
    first = staff.call("asset_history", p_asset=asset, p_limit=2)
    assert [(event["action"], event["actor_name"]) for event in first] == [
        ("asset.restored", "Stella"),
        ("asset.trashed", "Mateo"),
    ]
    rest = staff.call("asset_history", p_asset=asset, p_before=first[-1]["id"])
    assert [event["action"] for event in rest] == ["asset.uploaded"]
