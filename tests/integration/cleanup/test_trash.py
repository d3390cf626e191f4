"""Trash: back with its links, or gone for good with every byte, wherever the power goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mediaops.errors import Unavailable
from mediaops.worker import cleanup, deletions
from mediaops.worker.cleanup import clean, empty_outbox
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker, refused


def uses(make: Maker, knowledge: str) -> list[str]:
    """Assets of an entry, in order; the order has no gaps."""
    rows = make.db.execute(
        "select asset::text, position from media.links where knowledge = %s and placement = 'inline' order by position",
        [knowledge],
    ).fetchall()
    assert [row[1] for row in rows] == list(range(len(rows)))
    return [row[0] for row in rows]


def test_links_come_back_to_their_places(library: Library, staff: Actor, make: Maker) -> None:
    entry = make.knowledge()
    first, second, third = (library.asset() for _ in range(3))
    staff.call("link_assets", p_knowledge=entry, p_assets=[first, second, third], p_placement="inline")
    staff.call("trash_assets", p_assets=[second], p_unlink=True)
    assert uses(make, entry) == [first, third]
    answer = staff.call("restore_assets", p_assets=[second])[0]
    assert (answer["ok"], answer["links"]) == (True, {"restored": 1, "lost": []})
    assert uses(make, entry) == [first, second, third]


def test_a_link_that_does_not_fit_any_more_is_named(library: Library, staff: Actor, make: Maker) -> None:
    entry = make.knowledge("Pruning roses")
    old, new = library.asset(), library.asset()
    staff.call("link_assets", p_knowledge=entry, p_assets=[old], p_placement="cover")
    staff.call("trash_assets", p_assets=[old], p_unlink=True)
    staff.call("link_assets", p_knowledge=entry, p_assets=[new], p_placement="cover")
    details = staff.call("trash_details", p_assets=[old])[0]
    assert [(each["fits"], each["why"]) for each in details["links"]] == [(False, "it has another cover now")]
    assert details["trashed_by_name"] == "Stella"
    answer = staff.call("restore_assets", p_assets=[old])[0]
    assert answer["ok"] is True
    assert "Pruning roses" in answer["note"]
    assert [each["why"] for each in answer["links"]["lost"]] == ["it has another cover now"]


def test_a_second_stay_in_the_trash_forgets_the_first(library: Library, staff: Actor, make: Maker) -> None:
    entry, other = make.knowledge(), make.knowledge()
    asset = library.asset()
    staff.call("link_assets", p_knowledge=entry, p_assets=[asset], p_placement="inline")
    staff.call("trash_assets", p_assets=[asset], p_unlink=True)
    staff.call("link_assets", p_knowledge=other, p_assets=[asset], p_placement="inline")
    staff.call("trash_assets", p_assets=[asset], p_unlink=True)
    staff.call("restore_assets", p_assets=[asset])
    assert (uses(make, entry), uses(make, other)) == ([], [asset])


def test_purging_leaves_nothing_but_the_trail(
    library: Library,
    staff: Actor,
    ops: Actor,
    make: Maker,
    make_asset: Any,
    service: Any,
    work: Callable[[], int],
) -> None:
    asset = make_asset()
    for part in ("thumb", "card"):
        service.storage.from_("media").upload(path_of(asset, part), b"x", {"content-type": "image/webp"})
    service.storage.from_("media").upload(f"incoming/{asset}", b"x", {"content-type": "image/webp"})
    with_no_object = library.asset(stored=False)
    assert ops.call("purge_assets", p_assets=[asset])[0]["error"]["code"] == "invalid"
    staff.call("trash_assets", p_assets=[asset, with_no_object])
    answers = ops.call("purge_assets", p_assets=[asset, with_no_object])
    assert [each["ok"] for each in answers] == [True, True]
    assert make.state(asset) == "purging"
    assert staff.call("restore_assets", p_assets=[asset])[0]["error"]["code"] == "asset_purging"
    work()
    assert (make.state(asset), make.state(with_no_object)) == (None, None)
    assert make.one("select count(*) from storage.objects") == 0
    assert make.actions(asset)[-2:] == ["asset.purging", "asset.purged"]
    assert ops.call("purge_assets", p_assets=[asset])[0]["error"]["code"] == "not_found"


def test_an_object_written_while_its_asset_is_purged_is_reported(
    library: Library, staff: Actor, ops: Actor, make: Maker, work: Callable[[], int]
) -> None:
    replaced, added = library.asset(state="trashed"), library.asset(state="trashed")
    ops.call("purge_assets", p_assets=[replaced, added])
    make.db.execute("update storage.objects set version = 'new' where name = %s", [path_of(replaced)])
    library.object(path_of(added, "thumb"))
    work()
    assert (make.state(replaced), make.state(added)) == (None, None)
    left = make.one("select array_agg(name order by name) from storage.objects")
    assert set(left) == {path_of(replaced), path_of(added, "thumb")}
    noticed = make.db.execute(
        "select class, path, note from media.cleanup_findings order by class"
    ).fetchall()
    assert noticed == [
        ("ghost_object", path_of(replaced), "written_later"),
        ("stale_rendition", path_of(added, "thumb"), "written_later"),
    ]


def test_a_row_with_someone_elses_path_takes_no_file_along(
    library: Library, ops: Actor, make: Maker, work: Callable[[], int]
) -> None:
    asset = library.asset(state="trashed", stored=False)
    foreign = library.object("team/logo.svg")
    make.db.execute("update media.assets set object_path = %s where id = %s", [foreign, asset])
    ops.call("purge_assets", p_assets=[asset])
    work()
    assert make.state(asset) is None
    assert make.one("select count(*) from storage.objects where name = %s", foreign) == 1


CUTS = ["due_object_deletions", "remove", "object_deletions_done", "finish_purges"]


class Killed(BaseException):
    """The power went."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("cut", CUTS)
def test_a_purge_that_was_killed_at_any_step_is_finished_by_the_next_worker(
    library: Library,
    ops: Actor,
    make: Maker,
    service: Any,
    monkeypatch: pytest.MonkeyPatch,
    cut: str,
    when: str,
) -> None:
    assets = [library.asset(state="trashed", renditions=("thumb",)) for _ in range(3)]
    ops.call("purge_assets", p_assets=assets)
    with monkeypatch.context() as patch:
        for module in (deletions, cleanup):
            for name in ("rpc", "remove"):
                honest = getattr(module, name, None)
                if honest is None:
                    continue

                def killing(*given: Any, honest: Any = honest, name: str = name, **named: Any) -> Any:
                    hit = cut in (name, given[1] if name == "rpc" else "")
                    if hit and when == "before":
                        raise Killed
                    answer = honest(*given, **named)
                    if hit:
                        raise Killed
                    return answer

                patch.setattr(module, name, killing)
        with pytest.raises(Killed):
            empty_outbox(service)
    # What the dead worker had taken comes again after five minutes.
    make.db.execute("update media.object_deletions set due_at = now() where due_at > now()")
    empty_outbox(service)
    assert [make.state(asset) for asset in assets] == [None] * 3
    assert make.one("select count(*) from storage.objects") == 0
    assert make.one("select count(*) from media.object_deletions") == 0
    assert [make.actions(asset).count("asset.purged") for asset in assets] == [1] * 3


def test_a_silent_storage_loses_nothing(
    library: Library, ops: Actor, make: Maker, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = library.asset(state="trashed")
    ops.call("purge_assets", p_assets=[asset])

    def silent(*_: Any) -> set[str]:
        raise Unavailable("Storage did not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(deletions, "remove", silent)
        with pytest.raises(Unavailable):
            empty_outbox(service)
    assert make.state(asset) == "purging"
    make.db.execute("update media.object_deletions set due_at = now()")
    empty_outbox(service)
    assert make.state(asset) is None


def test_the_list_goes_on_by_key_in_every_order(library: Library, staff: Actor, make: Maker) -> None:
    assets = [library.asset() for _ in range(5)]
    for number, asset in enumerate(assets):
        staff.call("trash_assets", p_assets=[asset])
        make.db.execute(
            "update media.assets set bytes = %s, purge_after = now() + make_interval(days => %s) where id = %s",
            [1000 + number % 3, 9 - number % 2, asset],
        )
    for sort, key in (("newest", "trashed_at"), ("due", "purge_after"), ("largest", "bytes")):
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = staff.call("list_trash", p_sort=sort, p_after=after, p_limit=2)
            found += page["items"]
            after = page["next"]
            if after is None:
                break
        assert sorted(each["id"] for each in found) == sorted(assets)
        keys = [each[key] for each in found]
        assert keys == sorted(keys, reverse=sort != "due")
        assert {each["trashed_by_name"] for each in found} == {"Stella"}
    with refused("invalid"):
        staff.call("list_trash", p_sort="due", p_after=staff.call("list_trash", p_limit=2)["next"])
    with refused("invalid"):
        staff.call("list_trash", p_sort="nonsense")


def test_the_list_is_searched_and_says_what_is_due_and_what_storage_refuses(
    library: Library, staff: Actor, ops: Actor, make: Maker, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bee, stone, gone = (
        library.asset(state="trashed", title=title) for title in ("Bee on thyme", "Stone", "x")
    )
    make.db.execute("update media.assets set purge_after = now() - interval '1 hour' where id = %s", [stone])
    ops.call("purge_assets", p_assets=[gone])
    with monkeypatch.context() as patch:
        patch.setattr(deletions, "remove", lambda *_: set[str]())
        empty_outbox(service)
    assert [each["id"] for each in staff.call("list_trash", p_query="thy")["items"]] == [bee]
    assert staff.call("list_trash", p_query="nowhere")["items"] == []
    totals = staff.call("list_trash")["totals"]
    assert {name: totals[name] for name in ("count", "bytes", "due", "purging", "refused", "last_error")} == {
        "count": 2,
        "bytes": 2000,
        "due": 1,
        "purging": 1,
        "refused": 1,
        "last_error": "Storage did not delete it.",
    }


def test_what_a_clean_up_trashed_names_its_run(library: Library, ops: Actor, service: Any) -> None:
    library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    ops.call("start_run", p_run=planned)
    clean(service, planned)
    found = ops.call("list_trash")["items"]
    assert [(each["run"], each["trashed_by_name"]) for each in found] == [(planned, "Odile")]
