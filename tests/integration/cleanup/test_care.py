"""Merging copies, keeping false positives, recovering uploads, and the pictures of it."""

from __future__ import annotations

import uuid
from typing import Any

from tests.integration.cleanup.library import Library
from tests.integration.cleanup.test_trash import uses
from tests.integration.database.actors import Actor, Maker, refused
from tests.support import offered


def test_merging_moves_everything_and_undoing_brings_it_back(
    library: Library, staff: Actor, make: Maker
) -> None:
    both, only = make.knowledge(), make.knowledge()
    keep, copy = library.asset(content="same"), library.asset(content="same", title="Roses")
    before = library.asset()
    staff.call("link_assets", p_knowledge=both, p_assets=[before, keep], p_placement="inline")
    staff.call(
        "link_assets", p_knowledge=both, p_assets=[copy], p_placement="inline", p_alt_text="in full bloom"
    )
    staff.call("link_assets", p_knowledge=only, p_assets=[copy], p_placement="cover")
    with offered(make.db, "test"):
        asked = staff.call("request_annotations", p_assets=[copy], p_kinds=["caption"], p_engine="test")
    reading = asked[0]["annotation"]
    make.db.execute("update media.annotations set state = 'done', result = '{}' where id = %s", [reading])
    reply = library.asset("ready", "voice_note", reply_to=copy)
    merged = staff.call("merge_duplicates", p_keep=keep, p_others=[copy])
    assert [each["ok"] for each in merged["assets"]] == [True]
    assert (make.state(copy), uses(make, both)) == ("trashed", [before, keep])
    facts = "select title, link_count from media.assets where id = %s"
    assert make.db.execute(facts, [keep]).fetchone() == ("Roses", 2)
    assert (
        make.one("select alt_text from media.links where knowledge = %s and asset = %s", both, keep)
        == "in full bloom"
    )
    assert str(make.one("select asset from media.annotations where id = %s", reading)) == keep
    assert str(make.one("select reply_to from media.assets where id = %s", reply)) == keep
    assert staff.call("trash_details", p_assets=[copy])[0]["merged_into"] == keep
    assert staff.call("list_merges")[0]["undoable"] is True

    staff.call("undo_merge", p_merge=merged["merge"])
    assert (make.state(copy), uses(make, both)) == ("ready", [before, keep, copy])
    assert make.db.execute(facts, [keep]).fetchone() == ("", 1)
    assert make.db.execute(facts, [copy]).fetchone() == ("Roses", 2)
    assert str(make.one("select asset from media.annotations where id = %s", reading)) == copy
    assert str(make.one("select reply_to from media.assets where id = %s", reply)) == copy
    with refused("stale"):
        staff.call("undo_merge", p_merge=merged["merge"])


def test_what_is_no_copy_is_not_merged(
    library: Library, staff: Actor, ops: Actor, make: Maker, work: Any
) -> None:
    keep, other, copy = library.asset(content="a"), library.asset(content="b"), library.asset(content="a")
    answers = staff.call("merge_duplicates", p_keep=keep, p_others=[other, keep, str(uuid.uuid4()), copy])[
        "assets"
    ]
    assert [each["ok"] for each in answers] == [False, False, False, True]
    merge = staff.call("list_merges")[0]["merge"]
    ops.call("purge_assets", p_assets=[copy])
    work()
    with refused("asset_purging"):
        staff.call("undo_merge", p_merge=merge)


def test_keeping_is_for_good_until_taken_back(library: Library, staff: Actor) -> None:
    asset = library.asset()
    with refused("invalid"):
        staff.call("keep_assets", p_assets=[asset], p_reason=" ")
    staff.call("keep_assets", p_assets=[asset], p_reason="the printer's proof")
    assert staff.call("list_orphans", p_class="unlinked")["items"] == []
    kept = staff.call("list_kept")["items"]
    assert [(each["asset"]["id"], each["reason"], each["kept_by_name"]) for each in kept] == [
        (asset, "the printer's proof", "Stella")
    ]
    staff.call("unkeep_assets", p_assets=[asset])
    assert [each["id"] for each in staff.call("list_orphans", p_class="unlinked")["items"]] == [asset]


def test_an_abandoned_upload_is_recovered_for_who_sent_it(
    library: Library, staff: Actor, service: Any, make: Maker
) -> None:
    from mediaops.uploads.completion import settle
    from tests.support import png

    ticket = library.ticket("now() - interval '3 days'")
    path = f"incoming/{ticket}"
    service.storage.from_("media").upload(path, png(), {"content-type": "image/png"})
    answers = staff.call("recover_uploads", p_paths=[path, "team/plans.psd"])
    assert [each["ok"] for each in answers] == [True, False]
    settle(service, ticket)
    assert make.state(ticket) == "ready"
    assert str(make.one("select uploaded_by from media.assets where id = %s", ticket)) == staff.user_id


def test_the_graph_shows_what_hangs_together(library: Library, staff: Actor, make: Maker) -> None:
    entry = make.knowledge("Roses")
    used, copy = library.asset(content="same"), library.asset(content="same")
    staff.call("link_assets", p_knowledge=entry, p_assets=[used], p_placement="inline")
    graph = staff.call("link_graph", p_asset=used)
    nodes = {each["id"]: each for each in graph["nodes"]}
    assert set(nodes) == {entry, used, copy}
    assert (nodes[used]["orphan"], nodes[copy]["orphan"]) == (None, "unlinked")
    assert {(each["from"], each["to"], each["type"]) for each in graph["edges"]} == {
        (used, entry, "inline"),
        (copy, used, "copy"),
    }


def test_the_picture_counts_what_the_summary_counts(library: Library, staff: Actor, service: Any) -> None:
    for _ in range(3):
        library.asset()
    library.asset(purpose="annotation", expires="now() - interval '3 days'")
    shown = staff.call("orphan_breakdown")
    assert sum(each["count"] for each in shown["cells"]) == 4
    assert {each["age"] for each in shown["cells"] if each["class"] == "expired_annotation"} == {
        "under a week"
    }
    assert sum(each["count"] for each in shown["weeks"]) == 4
    from mediaops.client import rpc

    rpc(service, "snapshot_orphans")
    rpc(service, "snapshot_orphans")
    assert [each["count"] for each in staff.call("orphan_trend") if each["class"] == "unlinked"] == [3]
