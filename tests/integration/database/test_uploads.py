"""Tickets and completion: used once, by whom they were issued to, in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused


def begin(actor: Actor, ticket: str, sha256: str, **arguments: Any) -> dict[str, str]:
    given: dict[str, Any] = {
        "p_original_name": "a.png",
        "p_original_bytes": 10,
        "p_original_sha256": sha256,
    } | arguments
    return actor.call("begin_upload", p_ticket=ticket, **given)


def ticket_for(actor: Actor, purpose: str = "library") -> str:
    return actor.call("issue_tickets", p_purpose=purpose, p_count=1)[0]["id"]


def test_tickets_come_with_their_paths_and_end_after_two_hours(make: Maker, staff: Actor) -> None:
    tickets = staff.call("issue_tickets", p_purpose="annotation", p_count=8)
    assert len({ticket["id"] for ticket in tickets}) == 8
    assert {(t["path"], t["bucket"], t["purpose"]) for t in tickets} == {
        (f"incoming/{t['id']}", "media", "annotation") for t in tickets
    }
    lifetime = (
        "select extract(epoch from expires_at - created_at)::int from media.upload_tickets where id = %s"
    )
    assert make.one(lifetime, tickets[0]["id"]) == 7200


@pytest.mark.parametrize("count", [0, -1, 33, None])
def test_a_senseless_number_of_tickets_is_refused(staff: Actor, count: int | None) -> None:
    with refused("invalid"):
        staff.call("issue_tickets", p_purpose="library", p_count=count)


@pytest.mark.parametrize("purpose", ["library", "annotation"])
def test_strangers_get_no_tickets_for_the_library(make: Maker, purpose: str) -> None:
    with refused("not_staff"):
        make.person().call("issue_tickets", p_purpose=purpose, p_count=1)


def test_a_stranger_cannot_hoard_tickets(make: Maker) -> None:
    stranger = make.person()
    for _ in range(2):
        stranger.call("issue_tickets", p_purpose="profile", p_count=32)
    with refused("too_many_tickets"):
        stranger.call("issue_tickets", p_purpose="profile", p_count=1)


def test_beginning_again_has_the_same_answer_and_one_asset(make: Maker, staff: Actor) -> None:
    ticket, sha256 = ticket_for(staff), make.sha256()
    first = begin(staff, ticket, sha256)
    assert first == begin(staff, ticket, sha256)
    assert first == {
        "asset": ticket,
        "state": "processing",
        "purpose": "library",
        "path": f"incoming/{ticket}",
        "final_path": f"{ticket[:2]}/{ticket}/original",
    }
    assert make.jobs(ticket) == ["complete_upload"]


def test_beginning_at_once_from_two_tabs_makes_one_asset(make: Maker, staff: Actor) -> None:
    ticket, sha256 = ticket_for(staff), make.sha256()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: begin(staff, ticket, sha256), range(16)))
    assert {answer["asset"] for answer in answers} == {ticket}
    assert make.jobs(ticket) == ["complete_upload"]


def test_beginning_after_it_is_done_tells_the_state(make: Maker, staff: Actor) -> None:
    ticket, sha256 = ticket_for(staff), make.sha256()
    begin(staff, ticket, sha256)
    make.service.call("finish_upload", p_asset=ticket, p_facts=make.facts())
    assert begin(staff, ticket, sha256)["state"] == "ready"


def test_a_ticket_used_for_another_file_is_refused(make: Maker, staff: Actor) -> None:
    ticket = ticket_for(staff)
    begin(staff, ticket, make.sha256())
    with refused("ticket_used"):
        begin(staff, ticket, make.sha256())


def test_someone_elses_ticket_is_not_there(make: Maker, staff: Actor) -> None:
    ticket = ticket_for(staff)
    for phase in ("unused", "used"):
        with refused("not_found") as refusal:
            begin(make.person("ops"), ticket, make.sha256())
        assert refusal.error.status == 404, phase
        begin(staff, ticket, "c" * 64)


def test_an_expired_ticket_is_refused_in_words(make: Maker, staff: Actor) -> None:
    ticket = ticket_for(staff)
    make.db.execute(
        "update media.upload_tickets set expires_at = now() - interval '1 second' where id = %s", [ticket]
    )
    with refused("ticket_expired") as refusal:
        begin(staff, ticket, make.sha256())
    assert "ended" in refusal.error.message


def test_an_empty_file_is_refused_at_once(make: Maker, staff: Actor) -> None:
    with refused("empty_file"):
        begin(staff, ticket_for(staff), make.sha256(), p_original_bytes=0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("holiday.jpg", "holiday.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\page 1.png", "page 1.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("🎉 party.webp", "🎉 party.webp"),
        ("line\nbreak\ttab\x07.png", "linebreaktab.png"),
        ("folder/", "unnamed"),
        ("", "unnamed"),
        ("x" * 400, "x" * 255),
    ],
)
def test_a_file_name_is_kept_as_far_as_it_can_be_shown(
    make: Maker, staff: Actor, given: str, kept: str
) -> None:
    ticket = ticket_for(staff)
    begin(staff, ticket, make.sha256(), p_original_name=given)
    assert staff.call("get_asset", p_asset=ticket)["asset"]["original_name"] == kept


def test_finishing_makes_it_ready_once(make: Maker, staff: Actor) -> None:
    asset = make.upload(staff)
    facts = make.facts()
    for _ in range(2):
        assert make.service.call("finish_upload", p_asset=asset, p_facts=facts) == {
            "asset": asset,
            "state": "ready",
            "refused": [],
        }
    assert make.actions(asset) == ["asset.uploaded"]
    assert make.jobs(asset) == ["make_renditions"], "and the job that watched over the upload is gone"
    shown = staff.call("get_asset", p_asset=asset)["asset"]
    assert {key: shown[key] for key in facts} == facts


def test_whoever_decides_first_decides_and_the_other_is_told(make: Maker, staff: Actor) -> None:
    for _ in range(10):
        asset = make.upload(staff)
        with ThreadPoolExecutor(2) as pool:
            finish = pool.submit(make.service.call, "finish_upload", p_asset=asset, p_facts=make.facts())
            reject = pool.submit(
                make.service.call, "reject_upload", p_asset=asset, p_code="image_broken", p_message="x"
            )
            assert finish.result()["state"] == reject.result()["state"] == make.state(asset)


def test_a_rejected_upload_leaves_nothing_and_says_why(make: Maker, staff: Actor) -> None:
    asset = make.upload(staff)
    answer = make.service.call(
        "reject_upload", p_asset=asset, p_code="not_an_image", p_message="This is a program."
    )
    assert answer["state"] == "rejected"
    assert {each["path"] for each in answer["deletions"]} == {
        f"incoming/{asset}",
        f"{asset[:2]}/{asset}/original",
    }
    assert make.service.call("upload_of", p_asset=asset)["rejection"] == {
        "code": "not_an_image",
        "message": "This is a program.",
    }
    assert make.actions(asset) == ["asset.rejected"]
    again = make.service.call("reject_upload", p_asset=asset, p_code="x", p_message="x")
    assert again == {"asset": asset, "state": "rejected", "deletions": []}


def test_a_photo_for_reading_is_read_at_once_and_is_there_for_a_while(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff, "annotation")
    shown = staff.call("get_asset", p_asset=asset)
    assert {each["kind"] for each in shown["annotations"]} == {"ocr", "highlights"}
    assert {each["state"] for each in shown["annotations"]} == {"queued"}
    assert shown["asset"]["expires_at"] is not None
    for each in shown["annotations"]:
        assert make.jobs(each["id"]) == ["annotate"]
    staff.call("link_assets", p_knowledge=make.knowledge(), p_assets=[asset], p_placement="inline")
    assert staff.call("get_asset", p_asset=asset)["asset"]["expires_at"] is None


def test_strangers_do_not_make_engines_work(make: Maker) -> None:
    stranger = make.person()
    asset = make.asset(stranger, "profile", p_annotate=["ocr"])
    assert stranger.call("get_asset", p_asset=asset)["annotations"] == []


def test_the_same_file_is_found_by_either_hash_alive_before_the_trash(make: Maker, staff: Actor) -> None:
    picked, stored = make.sha256(), make.sha256()
    trashed = make.asset(staff, facts={"sha256": stored}, p_original_sha256=picked)
    staff.call("trash_assets", p_assets=[trashed])
    assert staff.call("lookup_upload", p_sha256=picked.upper())["state"] == "trashed"
    alive = make.asset(staff, facts={"sha256": stored}, p_original_sha256=picked)
    for each in (picked, stored):
        found = staff.call("lookup_upload", p_sha256=each)
        assert (found["asset"], found["state"]) == (alive, "ready")
    assert staff.call("lookup_upload", p_sha256=make.sha256()) is None
    assert make.person().call("lookup_upload", p_sha256=picked) is None
    with refused("invalid"):
        staff.call("lookup_upload", p_sha256="nonsense")


def test_an_unused_ticket_ends_by_itself_but_not_while_its_object_waits(make: Maker, staff: Actor) -> None:
    unused, arrived, under_way = ticket_for(staff), ticket_for(staff), make.upload(staff)
    make.db.execute(
        "insert into storage.objects (bucket_id, name) values ('media', %s)", [f"incoming/{arrived}"]
    )
    make.db.execute(
        "update media.upload_tickets set expires_at = now() - interval '1 second' where id = any (%s)",
        [[unused, arrived, under_way]],
    )
    make.service.call("expire_tickets")
    left = make.db.execute(
        "select id::text from media.upload_tickets where id = any (%s)", [[unused, arrived, under_way]]
    ).fetchall()
    assert {row[0] for row in left} == {arrived, under_way}
