"""The local engine on real pages and on what is none."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks._page_scores import PageScore, character_errors, score_page
from benchmarks.reading import as_uploaded
from mediaops.annotation.cli import as_object
from mediaops.annotation.engines import Engine, Reading, get_engine
from mediaops.annotation.models import HighlightsResult, Kind, OcrResult
from mediaops.errors import Invalid, NotFound

PAGES = Path(__file__).parents[2] / "data" / "pages"
BOTH: tuple[Kind, ...] = ("ocr", "highlights")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return get_engine("local")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A page as the browser uploads it."""
    folder = tmp_path_factory.mktemp("pages")

    def uploaded(name: str) -> Path:
        file = folder / f"{name}.webp"
        if not file.exists():
            as_uploaded(PAGES / f"{name}.jpg", file)
        return file

    return uploaded


def truth_of(name: str) -> dict[str, Any]:
    return json.loads((PAGES / f"{name}.json").read_text())


def score(name: str, reading: Reading) -> PageScore:
    read = as_object(Path(name), reading)
    return score_page(truth_of(name), read["ocr"]["text"], read["highlights"])


def text_of(reading: Reading) -> str:
    return cast(OcrResult, reading["ocr"]).text


@pytest.mark.parametrize("name", ["dev_00003", "dev_00008", "dev_00012", "dev_00020"])
def test_a_page_is_read_and_its_marked_words_are_found(
    engine: Engine, page: Callable[[str], Path], name: str
) -> None:
    reading = engine.read(page(name), BOTH)
    reached = score(name, reading)
    assert reached.cer <= 0.001
    assert reached.wer <= 0.006
    assert (reached.false, reached.extra) == (0, 0)
    assert reached.missed <= 1
    assert reached.coloured == reached.passages
    assert reached.exact >= reached.passages - 1
    assert reading.seconds > 0


def test_words_of_a_reading_are_numbered_and_passages_name_them(
    engine: Engine, page: Callable[[str], Path]
) -> None:
    reading = engine.read(page("dev_00008"), BOTH)
    ocr, marked = cast(OcrResult, reading["ocr"]), cast(HighlightsResult, reading["highlights"])
    words = [word for line in ocr.lines for word in line.words]
    assert [word.id for word in words] == list(range(len(words)))
    assert [line.id for line in ocr.lines] == list(range(len(ocr.lines)))
    assert marked.words == words
    for passage in marked.passages:
        assert passage.text.split() == [words[i].text for i in passage.words]
        assert passage.words == list(range(passage.words[0], passage.words[-1] + 1))
    assert ocr.confidence > 0.95


@pytest.mark.parametrize(("turned", "rotation"), [(180, 180), (90, 270)], ids=["upside down", "sideways"])
def test_a_photo_that_was_not_turned_reads_right(
    engine: Engine, page: Callable[[str], Path], tmp_path: Path, turned: int, rotation: int
) -> None:
    file = tmp_path / "turned.webp"
    how = {180: Image.Transpose.ROTATE_180, 90: Image.Transpose.ROTATE_270}[turned]  # Pillow counts leftwards
    Image.open(page("dev_00008")).transpose(how).save(file, quality=80)
    reading = engine.read(file, BOTH)
    ocr = cast(OcrResult, reading["ocr"])
    assert (ocr.rotation, ocr.width, ocr.height) == (rotation, 1536, 2048)
    reached = score("dev_00008", reading)
    assert reached.cer <= 0.002
    assert (reached.false, reached.missed, reached.coloured) == (0, 0, 5)


def test_the_orientation_in_the_file_is_obeyed(
    engine: Engine, page: Callable[[str], Path], tmp_path: Path
) -> None:
    file = tmp_path / "exif.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(page("dev_00008")).transpose(Image.Transpose.ROTATE_90).save(file, exif=exif, quality=90)
    ocr = cast(OcrResult, engine.read(file, ["ocr"])["ocr"])
    assert (ocr.rotation, ocr.width, ocr.height) == (0, 1536, 2048)
    assert character_errors(truth_of("dev_00008")["text"], ocr.text) <= 0.002


def test_a_page_at_45_degrees_reads_right(
    engine: Engine, page: Callable[[str], Path], tmp_path: Path
) -> None:
    file = tmp_path / "tilted.webp"
    Image.open(page("dev_00008")).rotate(45, expand=True, resample=Image.Resampling.BICUBIC).save(file)
    reading = engine.read(file, ["ocr"])
    assert character_errors(truth_of("dev_00008")["text"], text_of(reading)) <= 0.02


def drawn(*lines: str, size: tuple[int, int] = (900, 400)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    for i, text in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 60 * i), text, "black", ImageFont.load_default(36))
    return picture


def as_bytes(picture: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def noise() -> Image.Image:
    grain = np.random.default_rng(1).normal(120, 30, (600, 800, 3))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    "picture",
    [Image.new("RGB", (1200, 1600), "ivory"), noise(), Image.new("L", (3, 2))],
    ids=["paper", "noise", "three-pixels"],
)
def test_a_picture_without_text_gives_empty_results(engine: Engine, picture: Image.Image) -> None:
    reading = engine.read(as_bytes(picture), BOTH)
    ocr, marked = cast(OcrResult, reading["ocr"]), cast(HighlightsResult, reading["highlights"])
    assert (ocr.text, ocr.lines, ocr.confidence) == ("", [], 0.0)
    assert (marked.passages, marked.text) == ([], "")


def test_bytes_are_read_like_a_file(engine: Engine) -> None:
    reading = engine.read(as_bytes(drawn("Hello reader", "this is a second line")), ["ocr"])
    assert text_of(reading).splitlines() == ["Hello reader", "this is a second line"]
    assert list(reading) == ["ocr"]


def test_what_is_transparent_is_paper(engine: Engine) -> None:
    picture = Image.new("RGBA", (700, 150), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text(
        (30, 50), "dark letters on nothing", (20, 20, 20, 255), ImageFont.load_default(40)
    )
    assert text_of(engine.read(as_bytes(picture), ["ocr"])) == "dark letters on nothing"


def test_a_long_strip_keeps_its_small_letters(engine: Engine) -> None:
    picture = drawn("a panorama is wide and low", size=(6000, 400))
    assert text_of(engine.read(as_bytes(picture), ["ocr"])) == "a panorama is wide and low"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"MZ\x90 no picture", "not_an_image"),
        ((PAGES / "dev_00008.jpg").read_bytes()[:200_000], "image_broken"),
    ],
)
def test_a_bad_file_is_an_error_and_no_empty_page(engine: Engine, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        engine.read(content, BOTH)
    assert refused.value.code == code


def test_a_path_that_leads_nowhere_is_said_to(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        engine.read(tmp_path / "nothing.jpg", BOTH)


def test_a_kind_that_the_engine_does_not_know_is_refused(engine: Engine) -> None:
    with pytest.raises(Invalid) as refused:
        engine.read(b"", ["caption"])
    assert refused.value.code == "kind_not_supported"


def test_an_engine_that_does_not_exist_is_named() -> None:
    with pytest.raises(Invalid, match="'remote'"):
        get_engine("remote")
