"""``python -m mediaops annotate FILE...``: read files with an engine, without any server of ours.

With ``--json`` one object a line and file, in the order given::

    {"file", "width", "height", "ocr": {"text", "lines": [{"text", "polygon", "confidence"}]},
     "highlights": [{"color", "text", "polygons"}], "seconds"}

``ocr`` and ``highlights`` stand there if they were asked for, so do ``caption`` and ``transcript``; polygons
are 0..1 of the upright picture. An engine that costs money adds ``cost`` (US dollars) and ``tokens``.
A file that can't be read gives ``{"file", "error": {"code", "message", "hint"}}`` and the others go on.
Exit code: 0 if every file was read, 1 if one was not, 2 if the command itself is wrong, 130 on Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mediaops.annotation.engines import Engine, Reading, engine_names, get_engine
from mediaops.annotation.engines.base import check_kinds
from mediaops.annotation.models import KINDS, HighlightsResult, Kind, OcrResult, Result, TranscriptResult
from mediaops.errors import ConfigurationError, Invalid, MediaOpsError

USAGE, FAILED, INTERRUPTED = 2, 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; answers the exit code."""
    options = _parser().parse_args(arguments)
    kinds = cast("list[Kind]", list(dict.fromkeys(options.kind or ["ocr"])))
    try:
        engine = get_engine(options.engine)
        check_kinds(engine, kinds)
    except (Invalid, ConfigurationError) as error:
        sys.stderr.write(f"annotate: {error.message} {error.hint}".rstrip() + "\n")
        return USAGE
    try:
        return _annotate(engine, [Path(file) for file in options.files], kinds, options.json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mediaops annotate",
        description="Read text and marked passages out of pictures; say what they show, or what is said.",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a picture (JPEG, PNG, WebP, GIF, AVIF, TIFF); for a transcript a sound or video",
    )
    parser.add_argument(
        "--kind", action="append", choices=KINDS, help="what to read; may be given again (default: ocr)"
    )
    parser.add_argument(
        "--engine", default="local", choices=engine_names(), help="who reads (default: local)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    return parser


def _annotate(engine: Engine, files: list[Path], kinds: list[Kind], as_json: bool) -> int:
    failed = 0
    for file, reading, error in _read_all(engine, files, kinds):
        if error is not None:
            failed += 1
        if as_json:
            told = {"file": str(file), "error": error.as_dict()} if error else as_object(file, reading or {})
            print(json.dumps(told, ensure_ascii=False), flush=True)  # noqa: T201
        elif error is not None:
            sys.stderr.write(f"{file}: {error.message} {error.hint}".rstrip() + "\n")
        else:
            print(_as_text(file, reading or {}, alone=len(files) == 1), flush=True)  # noqa: T201
    return FAILED if failed else 0


def _read_all(
    engine: Engine, files: list[Path], kinds: list[Kind]
) -> Iterator[tuple[Path, Reading | None, MediaOpsError | None]]:
    """Each file with what was read or why not; a progress bar on standard error if a person looks on."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
        # On a terminal the bar makes room for the answers; into a file or pipe they must go untouched.
        redirect_stdout=sys.stdout.isatty(),
    )
    with bar:
        task = bar.add_task("Reading", total=len(files))
        for file in files:
            bar.update(task, description=file.name)
            try:
                yield file, engine.read(file, kinds), None
            except MediaOpsError as error:
                yield file, None, error
            except OSError as error:
                reason = error.strerror or str(error)
                yield file, None, Invalid(f"The file can't be opened: {reason}.", code="unreadable")
            bar.advance(task)


def as_object(file: Path, reading: dict[Kind, Result]) -> dict[str, Any]:
    """What ``--json`` prints for a file."""
    told: dict[str, Any] = {"file": str(file)}
    for result in reading.values():
        if isinstance(result, OcrResult | HighlightsResult):
            told |= {"width": result.width, "height": result.height}
        if isinstance(result, OcrResult):
            told["ocr"] = {
                "text": result.text,
                "lines": [
                    line.model_dump(include={"text", "polygon", "confidence"}) for line in result.lines
                ],
            }
        elif isinstance(result, HighlightsResult):
            told["highlights"] = [
                passage.model_dump(include={"color", "text", "polygons"}) for passage in result.passages
            ]
        else:
            told[type(result).__name__.removesuffix("Result").lower()] = result.model_dump()
    if isinstance(reading, Reading):
        told["seconds"] = reading.seconds
        if reading.cost is not None:
            told |= {"cost": reading.cost, "tokens": reading.tokens}
    return told


def _as_text(file: Path, reading: dict[Kind, Result], *, alone: bool) -> str:
    parts = [] if alone else [f"== {file}"]
    for result in reading.values():
        if isinstance(result, HighlightsResult):
            parts += [f"[{passage.color}] {passage.text}" for passage in result.passages] or [
                "(nothing marked)"
            ]
        elif isinstance(result, TranscriptResult):
            parts.append(result.text or "(nothing is said)")
        else:
            parts.append(result.text or "(no text)")
    return "\n".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
