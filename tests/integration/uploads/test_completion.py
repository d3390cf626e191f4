"""The straight way, and every file that has no business here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from mediaops.errors import Conflict, NotFound, Rejected
from mediaops.uploads.completion import NotArrived
from tests.unit.media import samples


def test_a_photo_becomes_an_asset_at_a_path_that_no_ticket_can_write(uploads, final) -> None:
    data = samples.jpeg(1200, 900)
    ticket = uploads.sent(data)
    done = uploads.complete(ticket, data, "Reading corner.jpg")
    assert (done.asset, done.state) == (ticket["id"], "ready")
    assert uploads.objects(done.asset) == [final(done.asset)]
    assert uploads.bytes_at(final(done.asset)) == data
    asset = uploads.asset(done.asset)
    assert (asset["kind"], asset["mime"], asset["width"], asset["height"]) == (
        "image",
        "image/jpeg",
        1200,
        900,
    )
    assert asset["sha256"] == hashlib.sha256(data).hexdigest()
    assert asset["bytes"] == len(data)
    assert asset["original_name"] == "Reading corner.jpg"
    assert asset["thumbhash"]
    assert asset["phash"]


def test_renditions_are_enqueued_and_the_safety_job_is_taken_back(uploads) -> None:
    data = samples.jpeg()
    done = uploads.complete(uploads.sent(data), data)
    assert uploads.jobs(done.asset) == [("make_renditions", "todo")]


def test_a_page_for_reading_is_requested_to_be_read_in_the_same_breath(uploads) -> None:
    data = samples.jpeg(640, 480, quality=60)
    done = uploads.complete(uploads.sent(data, "annotation"), data)
    states = uploads.person.rpc("annotation_states", p_assets=[done.asset])
    assert {(one["kind"], one["state"]) for one in states} == {("ocr", "queued"), ("highlights", "queued")}


@pytest.mark.parametrize(
    ("name", "codec", "kind", "mime"),
    [
        ("clip.mp4", "libx264", "video", "video/mp4"),
        ("clip.webm", "libvpx", "video", "video/webm"),
    ],
)
def test_a_video_becomes_an_asset(uploads, tmp_path: Path, name, codec, kind, mime) -> None:
    data = samples.write_video(tmp_path / name, 1, codec).read_bytes()
    asset = uploads.asset(uploads.complete(uploads.sent(data), data, name).asset)
    assert (asset["kind"], asset["mime"], asset["width"]) == (kind, mime, 320)
    assert asset["duration"] == pytest.approx(1, abs=0.2)


def test_a_voice_note_of_someone_who_is_not_staff_becomes_an_asset(uploads, people, tmp_path: Path) -> None:
    data = samples.write_sound(tmp_path / "note.webm").read_bytes()
    owner = people["owner"]
    ticket = uploads.sent(data, "voice_note", owner)
    done = uploads.complete(ticket, data, "note.webm", owner)
    assert owner.rpc("get_asset", p_asset=done.asset)["asset"]["mime"] == "audio/webm"


REFUSED = {
    "an empty file": (b"", "photo.jpg", "empty_file"),
    "a renamed program": (samples.RENAMED_EXE, "photo.jpg", "not_an_image"),
    "a program": (samples.RENAMED_EXE, "setup.exe", "unsupported_type"),
    "a drawing with a script": (samples.SVG_WITH_SCRIPT, "logo.svg", "unsupported_type"),
    "a drawing called a picture": (samples.SVG_WITH_SCRIPT, "logo.png", "unsupported_type"),
    "a picture of 3.6 billion pixels": (samples.png_bomb(), "big.png", "image_too_many_pixels"),
    "a canvas of 268 million pixels": (samples.webp_bomb(), "big.webp", "image_too_many_pixels"),
    "half a photo": (samples.jpeg(900, 700)[:20_000], "photo.jpg", "image_broken"),
    "half a video": (
        b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(3000),
        "clip.mp4",
        "file_broken",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_no_object_and_says_why(uploads, what: str) -> None:
    data, name, code = REFUSED[what]
    ticket = uploads.sent(data)
    with pytest.raises(Rejected) as refused:
        uploads.complete(ticket, data, name)
    assert refused.value.code == code
    assert refused.value.message
    assert uploads.objects(ticket["id"]) == []
    asset = uploads.asset(ticket["id"])
    assert (asset["state"], asset["rejection_code"]) == ("rejected", code)
    assert asset["rejection_message"] == refused.value.message


def test_asking_again_about_a_refused_upload_gives_the_same_answer(uploads) -> None:
    data = samples.RENAMED_EXE
    ticket = uploads.sent(data)
    for _ in range(2):
        with pytest.raises(Rejected) as refused:
            uploads.complete(ticket, data)
        assert refused.value.code == "not_an_image"


def test_a_picture_over_the_limit_is_refused_by_its_size_alone(uploads, limits) -> None:
    limits(mediaops_max_image_bytes=10_000, mediaops_max_video_bytes=20_000, mediaops_max_sound_bytes=10_000)
    data = samples.jpeg(900, 700)
    assert len(data) > 20_000
    ticket = uploads.sent(data)
    with pytest.raises(Rejected) as refused:
        uploads.complete(ticket, data)
    assert refused.value.code == "too_large"
    assert uploads.objects(ticket["id"]) == []


def test_a_picture_may_not_be_as_large_as_a_video(uploads, limits) -> None:
    limits(mediaops_max_image_bytes=10_000, mediaops_max_video_bytes=10_000_000)
    data = samples.jpeg(900, 700)
    with pytest.raises(Rejected) as refused:
        uploads.complete(uploads.sent(data), data)
    assert refused.value.code == "too_large"


def test_three_hundred_megabytes_are_refused_without_being_read(uploads, limits) -> None:
    limits(mediaops_max_video_bytes=100 * 1024**2)
    ticket = uploads.ticket()

    def stream() -> Iterator[bytes]:
        piece = bytes(4 * 1024**2)
        for _ in range(75):
            yield piece

    answer = httpx.put(ticket["url"], content=stream(), headers={"content-type": "image/jpeg"}, timeout=120)
    answer.raise_for_status()
    with pytest.raises(Rejected) as refused:
        uploads.complete(ticket, b"x")
    assert refused.value.code == "too_large"
    assert "300 MB" in refused.value.message
    assert uploads.objects(ticket["id"]) == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("📚 über/..\\..//holiday.jpg", "holiday.jpg"),
        ("photo\u202egpj.exe.jpg", "photogpj.exe.jpg"),
        ("nul\x00byte.jpg", "nulbyte.jpg"),
        ("مرحبا 🎉.jpg", "مرحبا 🎉.jpg"),
        ("x" * 4000 + ".jpg", None),
    ],
)
def test_a_file_name_is_text_and_never_a_path(uploads, final, sent: str, stored: str | None) -> None:
    data = samples.jpeg(64, 64)
    done = uploads.complete(uploads.sent(data), data, sent)
    name = uploads.asset(done.asset)["original_name"]
    assert name == stored if stored else name.endswith(".jpg")
    assert uploads.objects(done.asset) == [final(done.asset)]


def test_what_has_not_arrived_can_still_come(uploads) -> None:
    data = samples.jpeg()
    ticket = uploads.ticket()
    with pytest.raises(NotArrived):
        uploads.complete(ticket, data)
    uploads.put(ticket, data).raise_for_status()
    assert uploads.complete(ticket, data).state == "ready"


def test_a_ticket_used_twice_gives_the_same_asset_for_the_same_file_and_nothing_for_another(uploads) -> None:
    data = samples.jpeg()
    ticket = uploads.sent(data)
    first = uploads.complete(ticket, data)
    assert uploads.complete(ticket, data) == first
    with pytest.raises(Conflict) as refused:
        uploads.complete(ticket, samples.jpeg(100, 100))
    assert refused.value.code == "ticket_used"
    assert uploads.jobs(first.asset) == [("make_renditions", "todo")]


def test_someone_elses_ticket_does_not_exist(uploads, people) -> None:
    data = samples.jpeg()
    ticket = uploads.sent(data)
    for other in ("moderator", "owner"):
        with pytest.raises(NotFound):
            uploads.complete(ticket, data, person=people[other])
    assert uploads.objects(ticket["id"]) == [f"incoming/{ticket['id']}"]
    assert uploads.complete(ticket, data).state == "ready"


def test_an_expired_ticket_says_so(uploads, db) -> None:
    data = samples.jpeg()
    ticket = uploads.sent(data)
    db.execute("update media.upload_tickets set expires_at = now() where id = %s", [ticket["id"]])
    with pytest.raises(Conflict) as refused:
        uploads.complete(ticket, data)
    assert refused.value.code == "ticket_expired"


def test_bytes_swapped_after_verification_change_nothing(uploads, final) -> None:
    data = samples.jpeg(400, 300)
    ticket = uploads.sent(data)
    done = uploads.complete(ticket, data)
    swapped = uploads.put(ticket, samples.SVG_WITH_SCRIPT)
    assert swapped.is_success  # the signed URL lives until it ends; that is why the object was moved
    assert uploads.complete(ticket, data) == done
    assert uploads.bytes_at(final(done.asset)) == data
    late = uploads.db.execute(
        "select path from media.object_deletions where asset = %s and due_at > now()", [done.asset]
    ).fetchall()
    assert late == [(f"incoming/{ticket['id']}",)]


def test_ten_completions_at_once_make_one_asset(uploads, final) -> None:
    data = samples.jpeg(300, 200)
    ticket = uploads.sent(data)
    with ThreadPoolExecutor(10) as pool:
        done = set(pool.map(lambda _: uploads.complete(ticket, data), range(10)))
    assert {one.state for one in done} == {"ready"}
    assert uploads.objects(ticket["id"]) == [final(ticket["id"])]
    assert uploads.jobs(ticket["id"]) == [("make_renditions", "todo")]


def test_ten_completions_at_once_of_a_bad_file_all_say_the_same(uploads) -> None:
    ticket = uploads.sent(samples.RENAMED_EXE)

    def attempt(_: int) -> str:
        with pytest.raises(Rejected) as refused:
            uploads.complete(ticket, samples.RENAMED_EXE)
        return refused.value.code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(attempt, range(10))) == {"not_an_image"}
    assert uploads.objects(ticket["id"]) == []
