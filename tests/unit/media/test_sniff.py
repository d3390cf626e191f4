from __future__ import annotations

import pytest

from mediaops.media import sniff as types
from mediaops.media.sniff import describe, sniff
from tests.unit.media import samples


@pytest.mark.parametrize(
    ("file_format", "expected"),
    [
        ("JPEG", types.JPEG),
        ("PNG", types.PNG),
        ("GIF", types.GIF),
        ("WEBP", types.WEBP),
        ("AVIF", types.AVIF),
        ("TIFF", types.TIFF),
        ("BMP", types.BMP),
    ],
)
def test_pictures_are_known_by_their_bytes(file_format: str, expected: types.FileType) -> None:
    assert sniff(samples.encoded(samples.picture(), file_format)) == expected


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        ("a.mp4", "libx264", types.MP4),
        ("a.mov", "libx264", types.MOV),
        ("a.webm", "libvpx", types.WEBM),
    ],
)
def test_videos_are_known_by_their_bytes(tmp_path, name, codec, expected) -> None:
    assert sniff(samples.write_video(tmp_path / name, 0.4, codec).read_bytes()) == expected


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        ("a.ogg", "libopus", types.OGG),
        ("a.opus", "libopus", types.OGG),
        ("a.mp3", "libmp3lame", types.MP3),
        ("a.wav", "pcm_s16le", types.WAV),
        ("a.flac", "flac", types.FLAC),
        ("a.m4a", "aac", types.M4A),
        ("a.webm", "libopus", types.WEBM),
    ],
)
def test_sounds_are_known_by_their_bytes(tmp_path, name, codec, expected) -> None:
    assert sniff(samples.write_sound(tmp_path / name, 0.4, codec).read_bytes()) == expected


def test_an_mp3_without_tags_is_known_by_its_first_frame() -> None:
    assert sniff(b"\xff\xfb\x90\x00" + bytes(400)) == types.MP3


def test_an_iphone_picture_is_recognised_as_heic() -> None:
    assert sniff(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic") == types.HEIC


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (samples.SVG_WITH_SCRIPT, "an SVG drawing"),
        (b"\xef\xbb\xbf\n <svg onload=alert(1)>", "an SVG drawing"),
        (b"<!DOCTYPE html><script>", "a web page"),
        (samples.RENAMED_EXE, "a Windows program"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive or an Office document"),
        (b"plain words", ""),
        (b"\xff\xf1\x50\x80", ""),
        (b"BM is how a word may begin", ""),
        (b"RIFF1234AVI LIST", ""),
        (b"", ""),
    ],
)
def test_what_is_not_on_the_list_is_refused_and_named_where_it_can_be(head: bytes, words: str) -> None:
    assert sniff(head) is None
    assert describe(head) == words
