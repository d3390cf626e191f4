"""How well and how fast an engine reads pages: python -m benchmarks.reading [PAGES_DIR] [--json FILE]

PAGES_DIR holds photos of pages (NAME.jpg) with the truth beside them (NAME.json); each is first made what
the browser would upload: WebP, 2048 px. CPU seconds are those of this process, all threads; the peak is its
resident memory, models included. Times depend on what else the machine does, the quality does not.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from benchmarks._figures import keep, parser
from benchmarks._page_scores import PageScore, score_page, sum_up
from mediaops.annotation.cli import as_object
from mediaops.annotation.engines import Engine, get_engine
from mediaops.annotation.models import Kind

PAGES = Path(__file__).parent.parent / "tests" / "data" / "pages"
EDGE_PX, QUALITY = 2048, 65
KINDS: tuple[Kind, ...] = ("ocr", "highlights")


def as_uploaded(photo: Path, to: Path) -> None:
    """What the uploader's defaults for pages make of a photo."""
    with Image.open(photo) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    scale = min(1.0, EDGE_PX / max(upright.size))
    size = (round(upright.width * scale), round(upright.height * scale))
    upright.resize(size, Image.Resampling.BICUBIC).save(to, "WEBP", quality=QUALITY)


def measure(engine: Engine, photos: Sequence[Path]) -> tuple[list[PageScore], list[dict[str, Any]]]:
    """Each page's score, and its row of figures."""
    scores: list[PageScore] = []
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        pages = [Path(folder) / f"{photo.stem}.webp" for photo in photos]
        # In a process of its own: twelve megapixels being encoded are not the engine's memory.
        with multiprocessing.get_context("spawn").Pool(1) as other:
            other.starmap(as_uploaded, zip(photos, pages, strict=True))
        engine.read(pages[0], KINDS)  # loads the models
        for photo, page in zip(photos, pages, strict=True):
            began, cpu = time.perf_counter(), _cpu()
            reading = engine.read(page, KINDS)
            seconds, cpu = time.perf_counter() - began, _cpu() - cpu
            read = as_object(page, reading)
            truth = json.loads(photo.with_suffix(".json").read_text())
            scores.append(score_page(truth, read["ocr"]["text"], read["highlights"]))
            rows.append({"page": photo.stem, **asdict(scores[-1]), "seconds": seconds, "cpu_seconds": cpu})
            print(_line(rows[-1]), flush=True)
    return scores, rows


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['page']:18} cer {row['cer']:.4f} wer {row['wer']:.4f}  words {row['found']} found,"
        f" {row['false']} false, {row['missed']} missed  passages {row['exact']}/{row['passages']} exact,"
        f" {row['extra']} extra  {row['seconds']:.1f} s, {row['cpu_seconds']:.1f} CPU s"
    )


def main(argv: Sequence[str]) -> int:
    made = parser(__doc__)
    made.add_argument("pages", nargs="?", type=Path, default=PAGES, metavar="PAGES_DIR")
    made.add_argument("--engine", default="local")
    options = made.parse_args(argv)
    photos = sorted(path for path in options.pages.glob("*.jpg") if path.with_suffix(".json").exists())
    if not photos:
        print(f"no NAME.jpg with NAME.json in {options.pages}", file=sys.stderr)
        return 2
    scores, rows = measure(get_engine(options.engine), photos)
    totals = sum_up(scores) | {
        "seconds_a_page": sum(row["seconds"] for row in rows) / len(rows),
        "cpu_seconds_a_page": sum(row["cpu_seconds"] for row in rows) / len(rows),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    totals = {name: round(value, 4) for name, value in totals.items()}
    print()
    for name, value in totals.items():
        print(f"{name:22} {value:10g}")
    keep(options.json, "reading", rows, engine=options.engine, totals=totals)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
