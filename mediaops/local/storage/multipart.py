"""Reads a multipart upload as it arrives: fields into memory (they are short), the file into a sink."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mediaops.local.storage.errors import invalid_request

FIELD_MAX_BYTES = 1024**2


@dataclass
class Form:
    """What was in the form besides the file's bytes."""

    fields: dict[str, str] = field(default_factory=dict[str, str])
    mime: str | None = None
    """Type of the file part; None when there was none."""


async def read_form(
    content_type: str, stream: AsyncIterator[bytes], sink: Callable[[bytes], Awaitable[None]]
) -> Form:
    """Feed the first file's bytes to ``sink``. Raises StorageFailure when it is no multipart body."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise invalid_request("Multipart: Boundary not found")
    reader = _Reader(boundary)
    try:
        async for piece in stream:
            reader.feed(piece)
            for data in reader.take():
                await sink(data)
    except FormParserError as error:
        raise invalid_request(f"Multipart: {error}") from error
    if not reader.complete:
        raise invalid_request("Multipart: Unexpected end of form")
    return reader.form


class _Reader:
    """The parser calls back synchronously; what belongs to the file is kept until it is taken."""

    def __init__(self, boundary: bytes) -> None:
        self.form = Form()
        self.complete = False
        self._file_data: list[bytes] = []
        self._headers: dict[str, str] = {}
        self._header = [b"", b""]
        self._field: str | None = None
        self._value = bytearray()
        self._in_file = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header_part(0, data[start:end]),
                "on_header_value": lambda data, start, end: self._header_part(1, data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
        )

    def feed(self, piece: bytes) -> None:
        self._parser.write(piece)

    def take(self) -> list[bytes]:
        taken, self._file_data = self._file_data, []
        return taken

    def _begin(self) -> None:
        self._headers = {}
        self._field, self._in_file = None, False
        self._value.clear()

    def _header_part(self, which: int, data: bytes) -> None:
        self._header[which] += data

    def _header_end(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        self._header = [b"", b""]

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", ""))
        # A file part has a file name; its field name may be anything, empty too (storage-js).
        if b"filename" in options:
            self._in_file = self.form.mime is None
            if self._in_file:
                self.form.mime = self._headers.get("content-type", "application/octet-stream")
        else:
            self._field = options.get(b"name", b"").decode()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._file_data.append(data[start:end])
        elif self._field is not None:
            self._value += data[start:end]
            if len(self._value) > FIELD_MAX_BYTES:
                raise FormParserError("field too long")

    def _part_end(self) -> None:
        if self._field is not None:
            self.form.fields[self._field] = self._value.decode(errors="replace")

    def _end(self) -> None:
        self.complete = True
