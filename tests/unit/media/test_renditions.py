from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from mediaops.media.refusal import NotAcceptable
from mediaops.media.renditions import Derived, derive
from mediaops.media.waveform import peaks
from tests.unit.media import samples


@pytest.fixture
def renditions(tmp_path: Path):
    def make(data: bytes) -> dict[str, Image.Image]:
        file = tmp_path / "original"
        file.write_bytes(data)
        return opened(derive(file, samples.PIXELS))

    return make


def opened(derived: Derived) -> dict[str, Image.Image]:
    return {made.name: Image.open(io.BytesIO(made.data)) for made in derived.renditions}


def test_three_sizes_are_made_as_webp(renditions) -> None:
    made = renditions(samples.jpeg(4000, 3000))
    assert {name: image.size for name, image in made.items()} == {
        "large": (1600, 1200),
        "card": (800, 600),
        "thumb": (320, 240),
    }
    assert {image.format for image in made.values()} == {"WEBP"}


def test_a_small_picture_is_never_enlarged(renditions) -> None:
    made = renditions(samples.jpeg(500, 100))
    assert {name: image.size for name, image in made.items()} == {
        "large": (500, 100),
        "card": (500, 100),
        "thumb": (320, 64),
    }


def test_a_long_strip_keeps_at_least_one_pixel(renditions) -> None:
    assert renditions(samples.encoded(Image.new("RGB", (4000, 3)), "PNG"))["thumb"].size == (320, 1)


def test_place_camera_and_comment_are_gone_and_the_photo_stands_upright(renditions) -> None:
    data = samples.jpeg_with_place(orientation=6)
    assert b"Spy Camera" in data
    for image in renditions(data).values():
        assert dict(image.getexif()) == {}
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(image.info)
        assert image.height > image.width


def test_a_rotated_photo_shows_its_top_at_the_top(renditions) -> None:
    image = Image.new("RGB", (400, 200), "white")
    image.paste((255, 0, 0), (0, 0, 100, 200))  # with orientation 6 the left edge becomes the top
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = renditions(samples.encoded(image, "JPEG", exif=exif))["thumb"].convert("RGB")
    red, green, _ = upright.getpixel((upright.width // 2, 5))
    assert red > 200
    assert green < 60


def test_the_colours_of_another_profile_are_brought_to_srgb(renditions) -> None:
    data = samples.encoded(
        Image.new("RGB", (64, 64), (200, 60, 40)), "PNG", icc_profile=_profile_with_red_and_green_swapped()
    )
    thumb = renditions(data)["thumb"]
    assert "icc_profile" not in thumb.info
    assert thumb.convert("RGB").getpixel((9, 9)) == pytest.approx((60, 200, 40), abs=8)


def _profile_with_red_and_green_swapped() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_a_broken_colour_profile_does_not_stop_anything(renditions) -> None:
    made = renditions(samples.jpeg(400, 300, icc_profile=b"not a profile"))
    assert made["thumb"].size == (320, 240)


def test_transparency_is_kept(renditions) -> None:
    image = samples.picture(400, 300, "RGBA")
    image.putalpha(Image.new("L", (400, 300), 0))
    assert renditions(samples.encoded(image, "PNG"))["thumb"].convert("RGBA").getextrema()[3] == (0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK"])
def test_every_mode_becomes_colour(renditions, mode: str) -> None:
    data = samples.encoded(samples.picture(400, 300, mode), "TIFF" if mode in {"CMYK", "LA"} else "PNG")
    assert renditions(data)["card"].mode in {"RGB", "RGBA"}


def test_sixteen_bit_greys_keep_their_shades(renditions) -> None:
    ramp = np.tile(np.linspace(0, 65535, 400, dtype=np.uint16), (100, 1))
    thumb = renditions(samples.encoded(Image.fromarray(ramp), "PNG"))["thumb"].convert("L")
    shades = [thumb.getpixel((x, 40)) for x in (8, 160, 311)]
    assert shades == pytest.approx([6, 128, 248], abs=6)


def test_the_first_frame_stands_for_an_animation(renditions) -> None:
    first, second = Image.new("RGB", (90, 90), "red"), Image.new("RGB", (90, 90), "blue")
    data = samples.encoded(first, "GIF", save_all=True, append_images=[second])
    assert renditions(data)["thumb"].convert("RGB").getpixel((40, 40))[0] > 200


def test_a_video_is_shown_by_a_frame(tmp_path: Path) -> None:
    derived = derive(samples.write_video(tmp_path / "a.mp4", 2, size=(1280, 720)), samples.PIXELS)
    assert {name: image.size for name, image in opened(derived).items()} == {
        "large": (1280, 720),
        "card": (800, 450),
        "thumb": (320, 180),
    }
    assert derived.thumbhash


def test_a_sound_is_shown_by_its_waveform(tmp_path: Path) -> None:
    derived = derive(samples.write_sound(tmp_path / "a.ogg"), samples.PIXELS)
    images = opened(derived)
    assert {name: image.size for name, image in images.items()} == {
        "large": (1600, 800),
        "card": (800, 400),
        "thumb": (320, 160),
    }
    assert images["large"].mode == "RGBA"
    assert derived.thumbhash


def test_the_waveform_follows_the_loudness(tmp_path: Path) -> None:
    loud = peaks(samples.write_sound(tmp_path / "a.wav", 2, "pcm_s16le"), 20)
    assert len(loud) == 20
    assert max(loud) == 1
    assert loud[0] < 0.4
    assert loud[-1] < 0.4
    assert min(loud[8:12]) > 0.9


def test_what_is_broken_is_refused_here_too(tmp_path: Path) -> None:
    file = tmp_path / "original"
    file.write_bytes(samples.jpeg()[:4000])
    with pytest.raises(NotAcceptable):
        derive(file, samples.PIXELS)
