"""The bytes of objects on disk.

A file is named by the random version in its row, never by what a client sent, so no name can lead out of
the directory, and a move is a change of the row alone. Bytes arrive under a temporary name, are synced, and
renamed; then the row is committed. A journal entry stands while row and file may differ: what a killed
process left is settled by :meth:`ObjectFiles.settle` at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterable
from pathlib import Path
from typing import BinaryIO

from mediaops.local.database import DatabaseDown

BUFFER_BYTES = 1024**2
READ_BYTES = 256 * 1024


class Incoming:
    """One object being written. Memory stays at one buffer, whatever the size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.md5(usedforsecurity=False)
        self._buffer = bytearray()
        self._file: BinaryIO = path.open("xb")

    @property
    def etag(self) -> str:
        """The md5 of all bytes, in quotes, as object stores give it."""
        return f'"{self._hash.hexdigest()}"'

    async def write(self, data: bytes) -> None:
        """Append; goes to disk beside the event loop, a buffer at a time."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= BUFFER_BYTES:
            await self._flush()

    async def finish(self) -> None:
        """Everything is on the disk when this returns."""
        await self._flush()
        await asyncio.to_thread(self._sync)

    def abandon(self) -> None:
        """Close and remove; harmless after the file was renamed."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    async def _flush(self) -> None:
        data, self._buffer = self._buffer, bytearray()
        await asyncio.to_thread(self._store, data)

    def _store(self, data: bytearray) -> None:
        self._hash.update(data)
        self._file.write(data)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class ObjectFiles:
    """The directory of one installation's objects."""

    def __init__(self, root: Path) -> None:
        self._objects = root / "objects"
        self._incoming = root / "incoming"
        self._journal = root / "journal"
        for directory in (self._objects, self._incoming, self._journal):
            directory.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def incoming(self) -> Generator[Incoming]:
        """A new file to write into; removed at the end unless it was published."""
        incoming = Incoming(self._incoming / uuid.uuid4().hex)
        try:
            yield incoming
        finally:
            incoming.abandon()

    @contextlib.contextmanager
    def in_doubt(self, versions: Iterable[str]) -> Generator[None]:
        """While this holds, a kill makes the next start look which of these versions have a row."""
        entry = self._journal / uuid.uuid4().hex
        entry.write_text("\n".join(versions))
        try:
            yield
        except (DatabaseDown, asyncio.CancelledError):
            # Nobody knows whether the commit arrived: the entry stays for the next start.
            raise
        except BaseException:
            entry.unlink(missing_ok=True)
            raise
        else:
            entry.unlink(missing_ok=True)

    async def publish(self, incoming: Incoming, version: str) -> None:
        """Give finished bytes their place; they are there after a power cut too."""
        await asyncio.to_thread(self._publish, incoming.path, self.path(version))

    async def copy(self, source: str, target: str) -> None:
        """The bytes of one version under another one. Raises FileNotFoundError."""
        await asyncio.to_thread(self._link, self.path(source), self.path(target))

    async def remove(self, versions: Collection[str]) -> None:
        """Delete; what is not there is fine."""
        await asyncio.to_thread(self._remove, versions)

    def path(self, version: str) -> Path:
        """Where a version's bytes are. Raises ValueError for what is no version."""
        name = uuid.UUID(version).hex
        return self._objects / name[:2] / name

    async def read(self, file: BinaryIO, start: int, length: int) -> AsyncIterator[bytes]:
        """``length`` bytes from ``start``, in pieces; closes the file."""
        try:
            await asyncio.to_thread(file.seek, start)
            while length > 0:
                piece = await asyncio.to_thread(file.read, min(READ_BYTES, length))
                if not piece:
                    return
                length -= len(piece)
                yield piece
        finally:
            file.close()

    def settle(self, known: Callable[[Collection[str]], Collection[str]]) -> int:
        """Make files agree with rows after a kill; how many files went.

        ``known`` answers which of the versions have a row. To be called before anything is served.
        """
        removed = 0
        for leftover in self._incoming.iterdir():
            leftover.unlink()
            removed += 1
        for entry in self._journal.iterdir():
            versions = set(entry.read_text().split())
            lost = [version for version in versions - set(known(versions)) if self.path(version).exists()]
            self._remove(lost)
            removed += len(lost)
            entry.unlink()
        return removed

    @staticmethod
    def _publish(source: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        source.rename(target)
        _sync_directory(target.parent)

    @staticmethod
    def _link(source: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        # Files are never changed once published, so two versions may share their bytes.
        os.link(source, target)
        _sync_directory(target.parent)

    def _remove(self, versions: Collection[str]) -> None:
        for version in versions:
            self.path(version).unlink(missing_ok=True)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
