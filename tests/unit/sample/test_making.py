"""Files of the sample library: they decode, they look alike every time, and what is known of them is true."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

import av
import numpy as np
import pytest
from PIL import Image

from mediaops.annotation.models import HighlightsResult, OcrResult, parse_result
from mediaops.local.sample.making import Made, draw, make
from mediaops.local.sample.plan import plan
from mediaops.local.sample.spec import Spec
from mediaops.media.renditions import EDGES_PX

PICTURES = (
    "mountains", "sea", "dunes", "fields", "stars", "aurora", "planet", "skyline", "flow", "glass", "circles",
    "blobs", "marble", "tiles", "ridges", "shapes", "herbarium", "tree", "seedhead", "contours", "streets",
    "island", "table", "shelf", "blocks", "portrait", "chart", "board", "notes", "notebook", "quote", "books",
)  # fmt: skip


@lru_cache(maxsize=1)
def files() -> dict[str, Spec]:
    chunks = plan(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    return {spec.key: spec for chunk in chunks for spec in chunk.files}


def first(accepts: Callable[[Spec], bool]) -> Spec:
    return next(spec for spec in files().values() if accepts(spec))


@lru_cache(maxsize=8)
def made(key: str) -> Made:
    return make(files()[key], files().__getitem__)


@pytest.mark.parametrize("kind", PICTURES)
def test_every_kind_of_picture_shows_something_and_says_what(kind: str) -> None:
    file = make(first(lambda spec: spec.what.startswith(f"{kind}:")), files().__getitem__)
    picture = Image.open(io.BytesIO(file.data))
    assert picture.format == "WEBP"
    assert picture.size == (file.width, file.height)
    assert np.asarray(picture).std() > 4, "one flat colour"
    assert 20 < len(file.alt) <= 1000


def test_every_picture_of_the_plan_can_be_drawn_at_odd_sizes() -> None:
    pictures = [s for s in files().values() if s.what.split(":")[0] in PICTURES]
    for spec in {spec.what: spec for spec in pictures}.values():
        assert draw(replace(spec, width=331, height=221)).pixels.shape == (221, 331, 3), spec.what


@pytest.mark.parametrize("kind", ["mountains", "books", "chart", "page", "film:pendulums", "sound:tune"])
def test_the_same_file_has_the_same_bytes_every_time(kind: str) -> None:
    spec = first(lambda spec: spec.what.startswith(f"{kind}:"))
    one, two = make(spec, files().__getitem__), make(spec, files().__getitem__)
    assert one.data == two.data
    assert one.facts() == two.facts()


def test_renditions_are_webp_and_no_larger_than_they_may_be() -> None:
    file = made(first(lambda spec: spec.what.startswith("page:") and spec.height > EDGES_PX["large"]).key)
    assert set(file.renditions) == set(EDGES_PX)
    for name, (width, height, data) in file.renditions.items():
        assert Image.open(io.BytesIO(data)).size == (width, height)
        assert max(width, height) <= EDGES_PX[name]


def test_a_picture_that_is_no_larger_than_large_stands_for_it_itself() -> None:
    file = made(first(lambda spec: spec.what.startswith("chart:")).key)
    assert set(file.renditions) == {"card", "thumb"}


def test_a_film_plays_to_its_end() -> None:
    file = made(first(lambda spec: spec.what.startswith("film:sorting")).key)
    with av.open(io.BytesIO(file.data), "r") as container:
        assert container.streams.video[0].codec_context.name == "vp8"
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert file.duration == pytest.approx(len(frames) / 12, abs=0.1)
    assert np.abs(frames[0].astype(int) - frames[-1]).mean() > 2, "nothing moves"


@pytest.mark.parametrize("kind", ["tune", "jingle", "pad", "surf", "rain", "voice"])
def test_a_sound_plays_to_its_end(kind: str) -> None:
    file = make(first(lambda spec: spec.what.startswith(f"sound:{kind}:")), files().__getitem__)
    with av.open(io.BytesIO(file.data), "r") as container:
        frames = list(container.decode(audio=0))
    samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float64)
    assert file.duration is not None
    assert sum(frame.samples for frame in frames) / frames[0].sample_rate == pytest.approx(
        file.duration, abs=0.2
    )
    assert np.abs(samples).max() > 0.1, "silence"


def read_page() -> Made:
    return made(first(lambda s: s.what.startswith("page:") and bool(s.reading) and s.key == marked_key()).key)


@lru_cache(maxsize=1)
def marked_key() -> str:
    for spec in files().values():
        if spec.what.startswith("page:") and spec.reading:
            file = make(spec, files().__getitem__)
            if file.readings["highlights"]["passages"]:
                return spec.key
    raise AssertionError("no page with a highlighted passage")


def test_what_is_known_of_a_page_is_an_answer_an_engine_could_give() -> None:
    page = read_page()
    ocr = parse_result("ocr", page.readings["ocr"])
    assert isinstance(ocr, OcrResult)
    assert len(ocr.lines) > 20
    assert ocr.text == "\n".join(line.text for line in ocr.lines)
    highlights = parse_result("highlights", page.readings["highlights"])
    assert isinstance(highlights, HighlightsResult)
    words = [word.text for line in ocr.lines for word in line.words]
    for passage in highlights.passages:
        assert passage.text == " ".join(words[number] for number in passage.words)


def test_letters_are_dark_where_the_page_says_that_a_word_is() -> None:
    page = read_page()
    picture = np.asarray(Image.open(io.BytesIO(page.data)).convert("L")).astype(np.float64)
    height, width = picture.shape
    inside: list[float] = []
    for line in page.readings["ocr"]["lines"][2:12]:
        for word in line["words"]:
            points = np.array(word["polygon"]) * (width, height)
            (x0, y0), (x1, y1) = points.min(0).astype(int), points.max(0).astype(int)
            inside.append(float(picture[y0:y1, x0:x1].std()))
    assert np.median(inside) > 25


def test_a_copy_has_the_same_bytes_and_a_picture_saved_again_nearly_the_same_look() -> None:
    copy = first(lambda spec: spec.what.startswith("copy:"))
    assert made(copy.key).data == make(files()[copy.what.partition(":")[2]], files().__getitem__).data
    near = first(lambda spec: spec.what.startswith("near:"))
    again, original = made(near.key), make(files()[near.what.partition(":")[2]], files().__getitem__)
    assert again.data != original.data
    assert again.phash is not None
    assert original.phash is not None
    assert (int(again.phash, 16) ^ int(original.phash, 16)).bit_count() <= 10
