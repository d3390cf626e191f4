from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mediaops.media.image import ImageFacts, probe_image
from mediaops.media.refusal import NotAcceptable
from tests.unit.media import samples


@pytest.fixture
def probe(tmp_path: Path):
    def look(data: bytes, max_pixels: int = samples.PIXELS) -> ImageFacts:
        file = tmp_path / "original"
        file.write_bytes(data)
        return probe_image(file, max_pixels)

    return look


def refusal(probe, data: bytes, max_pixels: int = samples.PIXELS) -> NotAcceptable:
    with pytest.raises(NotAcceptable) as caught:
        probe(data, max_pixels)
    assert caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_every_accepted_format_is_decoded_and_measured(probe, file_format: str) -> None:
    facts = probe(samples.encoded(samples.picture(640, 480), file_format))
    assert (facts.width, facts.height, facts.animated) == (640, 480, False)
    assert facts.mime == f"image/{file_format.lower()}"
    assert len(bytes.fromhex(facts.phash)) == 8
    assert facts.thumbhash


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_is_decoded(probe, mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.linspace(0, 65535, 320 * 200, dtype=np.uint16).reshape(200, 320))
    else:
        image = samples.picture(320, 200, mode)
    assert probe(samples.encoded(image, "PNG")).width == 320


def test_a_cmyk_jpeg_is_decoded(probe) -> None:
    assert probe(samples.encoded(samples.picture(320, 200, "CMYK"))).width == 320


def test_a_photo_on_its_side_is_measured_upright(probe) -> None:
    facts = probe(samples.jpeg_with_place(orientation=6))
    assert (facts.width, facts.height, facts.orientation) == (600, 800, 6)


def test_an_animation_is_recognised(probe) -> None:
    frames = [samples.picture(64, 64, seed=seed) for seed in range(3)]
    data = samples.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert probe(data).animated is True


def test_a_picture_of_one_pixel_is_a_picture(probe) -> None:
    assert probe(samples.encoded(Image.new("RGB", (1, 1)), "PNG")).width == 1


def test_an_empty_file_is_called_empty(probe) -> None:
    assert refusal(probe, b"").code == "empty_file"


def test_a_renamed_program_is_not_an_image(probe) -> None:
    error = refusal(probe, samples.RENAMED_EXE)
    assert error.code == "not_an_image"
    assert "Windows program" in error.message


def test_a_drawing_with_a_script_is_refused(probe) -> None:
    error = refusal(probe, samples.SVG_WITH_SCRIPT)
    assert error.code == "unsupported_type"
    assert "SVG" in error.message


def test_a_heic_is_refused_with_a_way_out(probe) -> None:
    error = refusal(probe, b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100))
    assert error.code == "unsupported_type"
    assert "JPEG" in error.hint


def test_a_decompression_bomb_is_refused_by_its_header(probe) -> None:
    bomb = samples.png_bomb()
    assert len(bomb) < 10_000
    error = refusal(probe, bomb)
    assert error.code == "image_too_many_pixels"


def test_a_webp_bomb_is_refused_before_its_canvas_is_made(probe) -> None:
    error = refusal(probe, samples.webp_bomb())
    assert error.code == "image_too_many_pixels"
    assert "16384" in error.message


def test_the_limit_of_pixels_is_the_one_that_was_asked_for(probe) -> None:
    data = samples.encoded(samples.picture(200, 100), "PNG")
    assert probe(data, 20_000).width == 200
    assert refusal(probe, data, 19_999).code == "image_too_many_pixels"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_picture_cut_off_in_the_middle_is_broken(probe, file_format: str, share: float) -> None:
    data = samples.encoded(samples.picture(800, 600), file_format)
    assert refusal(probe, data[: int(len(data) * share)]).code == "image_broken"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file_format=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"]), seed=st.integers(0, 10_000)
)
def test_damaged_bytes_give_facts_or_a_refusal_and_nothing_else(probe, file_format: str, seed: int) -> None:
    data = bytearray(samples.encoded(samples.picture(96, 64), file_format))
    rng = random.Random(seed)
    for _ in range(rng.randrange(1, 30)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        seen = "a picture" if probe(bytes(data)).width > 0 else "nonsense"
    except NotAcceptable as refused:
        seen = refused.code
    assert seen in {"a picture", "image_broken", "image_too_many_pixels", "not_an_image", "unsupported_type"}
