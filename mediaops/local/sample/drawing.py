"""One drawing process: keys come in by lines, files go into a folder, facts go out as JSON. See factory."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import cv2

from mediaops.local.sample.making import make
from mediaops.local.sample.plan import plan


def main() -> None:
    """Serve until the input ends."""
    cv2.setNumThreads(1)
    folder = Path(sys.argv[1])
    chunks = plan(datetime.fromisoformat(sys.argv[2]))
    by_key = {spec.key: spec for chunk in chunks for spec in chunk.files}
    for line in sys.stdin:
        spec = by_key[line.rstrip("\n")]
        file = make(spec, by_key.__getitem__)
        (folder / f"{spec.id}.original").write_bytes(file.data)
        for name, (_, _, data) in file.renditions.items():
            (folder / f"{spec.id}.{name}").write_bytes(data)
        sys.stdout.write(json.dumps(file.facts()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(1)  # whoever asked was killed: nobody reads the answer, nor a complaint at the end
