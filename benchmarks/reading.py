"""How well and how fast engines read pages: python -m benchmarks.reading [PAGES_DIR] [--engine NAME]...

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
            figures = {"seconds": seconds, "cpu_seconds": cpu, "dollars": reading.cost or 0.0}
            rows.append({"page": photo.stem, **asdict(scores[-1]), **figures})
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
    made.add_argument("--engine", action="append", help="may be given again, to compare (default: local)")
    options = made.parse_args(argv)
    photos = sorted(path for path in options.pages.glob("*.jpg") if path.with_suffix(".json").exists())
    if not photos:
        print(f"no NAME.jpg with NAME.json in {options.pages}", file=sys.stderr)
        return 2
    kept: list[dict[str, Any]] = []
    totals: dict[str, dict[str, float]] = {}
    for name in options.engine or ["local"]:
        scores, rows = measure(get_engine(name), photos)
        kept += [{"engine": name, **row} for row in rows]
        totals[name] = _totals(scores, rows)
    print(f"\n{'':22}" + "".join(f" {name:>10}" for name in totals))
    for figure in next(iter(totals.values())):
        print(f"{figure:22}" + "".join(f" {told[figure]:10g}" for told in totals.values()))
    keep(options.json, "reading", kept, totals=totals)
    return 0


def _totals(scores: Sequence[PageScore], rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    totals = sum_up(scores) | {
        "seconds_a_page": sum(row["seconds"] for row in rows) / len(rows),
        "cpu_seconds_a_page": sum(row["cpu_seconds"] for row in rows) / len(rows),
        "dollars_a_page": sum(row["dollars"] for row in rows) / len(rows),
        # Of the process: where several engines are compared, of those before as well.
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    return {name: round(value, 4) for name, value in totals.items()}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
