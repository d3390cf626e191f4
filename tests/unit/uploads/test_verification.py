from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mediaops.media.refusal import NotAcceptable
from mediaops.settings import get_settings
from mediaops.uploads.verification import ALL_KINDS, check_head, check_size, most_bytes, verify
from tests.unit.media import samples

SETTINGS = get_settings().model_copy(
    update={
        "mediaops_max_image_bytes": 1_000_000,
        "mediaops_max_video_bytes": 5_000_000,
        "mediaops_max_sound_bytes": 2_000_000,
    }
)


def refused(head: bytes, name: str, purpose: str) -> str:
    with pytest.raises(NotAcceptable) as caught:
        check_head(head, name, purpose)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize(
    ("head", "name", "purpose", "code"),
    [
        (samples.RENAMED_EXE, "holiday.jpg", "library", "not_an_image"),
        (samples.RENAMED_EXE, "holiday.jpg", "annotation", "not_an_image"),
        (samples.RENAMED_EXE, "setup.exe", "library", "unsupported_type"),
        (samples.RENAMED_EXE, "setup.exe", "annotation", "not_an_image"),
        (samples.SVG_WITH_SCRIPT, "logo.svg", "library", "unsupported_type"),
        (samples.SVG_WITH_SCRIPT, "logo.png", "library", "unsupported_type"),
        (samples.SVG_WITH_SCRIPT, "logo.png", "profile", "unsupported_type"),
        (b"ID3\x04\x00", "song.jpg", "annotation", "not_an_image"),
        (samples.jpeg(20, 20), "photo.jpg", "voice_note", "unsupported_type"),
        (b"<html>", "page", "library", "unsupported_type"),
    ],
)
def test_what_a_purpose_does_not_take_is_refused_by_its_bytes(head, name, purpose, code) -> None:
    assert refused(head, name, purpose) == code


@pytest.mark.parametrize(
    ("head", "name", "purpose", "may_be"),
    [
        (samples.jpeg(20, 20), "photo.exe", "library", {"image"}),
        (samples.jpeg(20, 20), "photo", "profile", {"image"}),
        (b"ID3\x04\x00", "song.mp3", "library", {"sound"}),
        (b"ID3\x04\x00", "song.mp3", "voice_note", {"sound"}),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "a.mp4", "library", {"video", "sound"}),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "a.mp4", "voice_note", {"sound"}),
    ],
)
def test_what_a_purpose_takes_is_taken_whatever_it_is_called(head, name, purpose, may_be) -> None:
    assert check_head(head, name, purpose) == may_be


def test_sizes_are_held_to_the_limit_of_the_kind() -> None:
    assert most_bytes(SETTINGS, ALL_KINDS) == 5_000_000
    assert most_bytes(SETTINGS, frozenset({"image"})) == 1_000_000
    check_size(1_000_000, 1_000_000)
    for size, code in [(0, "empty_file"), (1_000_001, "too_large")]:
        with pytest.raises(NotAcceptable) as caught:
            check_size(size, 1_000_000)
        assert caught.value.code == code


def test_the_facts_of_a_picture(tmp_path: Path) -> None:
    file = tmp_path / "original"
    file.write_bytes(samples.jpeg_with_place(orientation=6))
    facts = verify(file, "library", SETTINGS)
    assert (facts.kind, facts.mime, facts.width, facts.height) == ("image", "image/jpeg", 600, 800)
    assert facts.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert facts.bytes == file.stat().st_size
    assert facts.duration is None
    assert facts.thumbhash
    assert facts.phash


def test_the_facts_of_a_video(tmp_path: Path) -> None:
    facts = verify(samples.write_video(tmp_path / "a.mp4", 2), "library", SETTINGS)
    assert (facts.kind, facts.mime, facts.width, facts.height) == ("video", "video/mp4", 320, 180)
    assert facts.duration == pytest.approx(2, abs=0.2)
    assert facts.thumbhash


def test_the_facts_of_a_sound(tmp_path: Path) -> None:
    facts = verify(samples.write_sound(tmp_path / "a.webm"), "voice_note", SETTINGS)
    assert (facts.kind, facts.mime, facts.width, facts.thumbhash) == ("sound", "audio/webm", None, None)


def test_a_video_is_no_voice_note(tmp_path: Path) -> None:
    file = samples.write_video(tmp_path / "a.mp4", 1)
    assert check_head(file.read_bytes(), "a.mp4", "voice_note") == {"sound"}
    with pytest.raises(NotAcceptable):
        verify(file, "voice_note", SETTINGS)


def test_a_sound_that_is_larger_than_a_sound_may_be_is_too_large_even_as_mp4(tmp_path: Path) -> None:
    file = samples.write_sound(tmp_path / "a.mp4", 2, "aac")
    tight = SETTINGS.model_copy(update={"mediaops_max_sound_bytes": 100})
    with pytest.raises(NotAcceptable) as caught:
        verify(file, "library", tight)
    assert caught.value.code == "too_large"
