from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mediaops.media.refusal import NotAcceptable
from mediaops.media.timed import probe_timed
from tests.unit.media import samples


@pytest.mark.parametrize(
    ("name", "codec", "mime", "codecs"),
    [
        ("a.mp4", "libx264", "video/mp4", ("h264",)),
        ("a.mov", "libx264", "video/quicktime", ("h264",)),
        ("a.webm", "libvpx-vp9", "video/webm", ("vp9",)),
        ("a.webm", "libvpx", "video/webm", ("vp8",)),
    ],
)
def test_a_video_is_measured(tmp_path: Path, name: str, codec: str, mime: str, codecs) -> None:
    facts = probe_timed(samples.write_video(tmp_path / name, 2, codec), samples.PIXELS)
    assert (facts.kind, facts.mime, facts.codecs) == ("video", mime, codecs)
    assert (facts.width, facts.height) == (320, 180)
    assert facts.duration == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize(
    ("name", "codec", "mime"),
    [
        ("a.mp3", "libmp3lame", "audio/mpeg"),
        ("a.m4a", "aac", "audio/mp4"),
        ("a.ogg", "libopus", "audio/ogg"),
        ("a.wav", "pcm_s16le", "audio/wav"),
        ("a.flac", "flac", "audio/flac"),
        ("a.webm", "libopus", "audio/webm"),
        ("a.mp4", "aac", "audio/mp4"),
    ],
)
def test_a_sound_is_measured_whatever_its_container_is_called(tmp_path: Path, name, codec, mime) -> None:
    facts = probe_timed(samples.write_sound(tmp_path / name, 2, codec), samples.PIXELS)
    assert (facts.kind, facts.mime) == ("sound", mime)
    assert (facts.width, facts.height) == (None, None)
    assert facts.duration == pytest.approx(2, abs=0.2)


def refusal(path: Path, max_pixels: int = samples.PIXELS) -> str:
    with pytest.raises(NotAcceptable) as caught:
        probe_timed(path, max_pixels)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_a_video_cut_off_in_the_middle_is_broken(tmp_path: Path, name: str) -> None:
    codec = {"a.mp4": "libx264", "a.webm": "libvpx"}[name]
    whole = samples.write_video(tmp_path / name, 6, codec).read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: len(whole) // 3])
    assert refusal(cut) == "file_broken"


def test_noise_behind_a_video_signature_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(range(256)) * 40)
    assert refusal(file) == "file_broken"


def test_a_coding_that_no_browser_plays_is_refused(tmp_path: Path) -> None:
    assert refusal(samples.write_video(tmp_path / "a.mp4", 1, "mpeg4")) == "unsupported_type"


def test_a_video_with_too_many_pixels_is_refused(tmp_path: Path) -> None:
    assert refusal(samples.write_video(tmp_path / "a.mp4", 1), 320 * 180 - 1) == "image_too_many_pixels"


def test_a_playlist_that_points_at_other_files_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")
    assert refusal(file) == "unsupported_type"


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.touch()
    assert refusal(file) == "empty_file"


def test_looking_at_a_video_runs_no_other_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert probe_timed(samples.write_video(tmp_path / "a.mp4", 1), samples.PIXELS).kind == "video"
