"""``python -m mediaops.local.sample --preview DIR``: the library as contact sheets, without any server."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from PIL import Image

from mediaops.local.sample.making import Made, make, preview
from mediaops.local.sample.naming import now
from mediaops.local.sample.plan import plan
from mediaops.local.sample.spec import Chunk, Spec

TILE_PX, COLUMNS = 320, 8


def main() -> None:
    """Parse the command line and write the sheets."""
    parser = argparse.ArgumentParser(prog="python -m mediaops.local.sample", description=__doc__)
    parser.add_argument(
        "--preview", metavar="DIR", type=Path, required=True, help="write contact sheets to DIR"
    )
    parser.add_argument(
        "--only", metavar="WORD", default="", help="only chunks and drawings whose name has WORD"
    )
    chosen = parser.parse_args()
    folder: Path = chosen.preview
    folder.mkdir(parents=True, exist_ok=True)
    chunks = plan(now())
    by_key = {spec.key: spec for chunk in chunks for spec in chunk.files}
    for chunk in chunks:
        wanted = [s for s in chunk.files if chosen.only in chunk.name or chosen.only in s.what]
        began = time.process_time()
        made = [(spec, make(spec, by_key.__getitem__)) for spec in wanted if spec.role != "rejected"]
        if made:
            _sheet(chunk, made).save(folder / f"{chunk.name.replace(' ', '-')}.png")
            size = sum(len(m.data) + sum(len(p[2]) for p in m.renditions.values()) for _, m in made)
            words = (
                f"{chunk.name}: {len(made)} files, {size / 1e6:.1f} MB, {time.process_time() - began:.1f} s\n"
            )
            sys.stdout.write(words)


def _sheet(chunk: Chunk, made: list[tuple[Spec, Made]]) -> Image.Image:
    rows = -(-len(made) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE_PX, rows * TILE_PX), "white")
    for index, (_, file) in enumerate(made):
        tile = preview(file.renditions["thumb"][2])
        tile.thumbnail((TILE_PX - 12, TILE_PX - 12))
        left = (index % COLUMNS) * TILE_PX + (TILE_PX - tile.width) // 2
        top = (index // COLUMNS) * TILE_PX + (TILE_PX - tile.height) // 2
        sheet.paste(tile, (left, top), tile)
    return sheet


if __name__ == "__main__":
    main()
