"""The library as a table for a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# A spreadsheet runs a cell that starts with one of these as a formula, also when a CSV brings it:
# a file named '=HYPERLINK("http://…")' must stay a name.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as CSV: UTF-8 with a byte order mark, so that Excel reads names in any script."""
    return b"".join(csv_pieces(rows))


def csv_pieces(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The same piece by piece: of a million rows one is held at a time."""
    yield codecs.BOM_UTF8
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow([name.replace("_", " ") for name in row])
        writer.writerow([_cell(value) for value in row.values()])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list):
        return _cell("; ".join(str(part) for part in value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
