from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import thumbhash as reference
from PIL import Image

from mediaops.media.fingerprint import dhash, sha256_of, thumbhash
from tests.unit.media import samples


@pytest.mark.parametrize("size", [(100, 75), (60, 100), (32, 32), (100, 9)])
def test_a_thumbhash_is_the_one_of_the_reference_encoder(size: tuple[int, int]) -> None:
    image = samples.picture(*size, mode="RGBA")
    pixels = list(image.tobytes())
    assert thumbhash(image) == base64.b64encode(bytes(reference.rgba_to_thumb_hash(*size, pixels))).decode()


def test_a_thumbhash_keeps_transparency() -> None:
    image = samples.picture(80, 60, mode="RGBA")
    image.putalpha(Image.new("L", (80, 60), 128))
    decode: Any = reference.thumb_hash_to_rgba
    width, height, rgba = decode(list(base64.b64decode(thumbhash(image))))
    assert width > height
    assert sum(rgba[3::4]) / (width * height) == pytest.approx(128, abs=12)


def test_a_thumbhash_shows_the_colour_of_the_picture() -> None:
    image = Image.new("RGB", (50, 50), (200, 100, 50))
    average: Any = reference.thumb_hash_to_average_rgba
    red, green, blue, alpha = average(list(base64.b64decode(thumbhash(image))))
    assert (red * 255, green * 255, blue * 255) == pytest.approx((200, 100, 50), abs=8)
    assert alpha == 1


def test_the_same_picture_in_other_bytes_has_nearly_the_same_perceptual_hash() -> None:
    original = samples.picture(1200, 900)
    smaller = original.resize((300, 225))
    assert _differing_bits(dhash(original), dhash(smaller)) <= 4
    assert _differing_bits(dhash(original), dhash(samples.picture(1200, 900, seed=2))) > 12


def test_the_perceptual_hash_is_sixty_four_bits_of_hex() -> None:
    assert len(bytes.fromhex(dhash(samples.picture()))) == 8


def test_a_file_is_hashed_whole(tmp_path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 5000)
    assert sha256_of(file) == hashlib.sha256(file.read_bytes()).hexdigest()


def _differing_bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
