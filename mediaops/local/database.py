"""Transactions on the embedded Postgres, as the caller's role with the caller's claims.

A small pool of its own: a library pool retries a dead server with growing pauses, and then answers late
that it is dead and late that it is back. This one connects when asked: a dead database is an error at
once, a restarted one works with the next request.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

Connection = psycopg.AsyncConnection[DictRow]

CONNECT_SECONDS = 5
QUEUE_SECONDS = 10.0


class DatabaseDown(Exception):
    """The database can't be reached, or the connection broke in the middle."""


class Pool:
    """Connections of one login role, opened on demand, at most ``size`` at a time.

    ``url`` is asked anew for every connection, since a restarted Postgres may have moved.
    """

    def __init__(self, url: Callable[[], str], size: int) -> None:
        self._url = url
        self._slots = asyncio.Semaphore(size)
        self._idle: list[Connection] = []

    @contextlib.asynccontextmanager
    async def transaction(
        self, settings: Mapping[str, str], *, rollback: bool = False
    ) -> AsyncGenerator[Connection]:
        """One transaction in which ``settings`` (``role`` among them) hold; rolled back on any error.

        Raises DatabaseDown when there is no database to ask; other psycopg errors pass through.
        """
        try:
            await asyncio.wait_for(self._slots.acquire(), QUEUE_SECONDS)
        except TimeoutError as error:
            raise DatabaseDown("all connections are busy") from error
        connection: Connection | None = None
        healthy = False
        try:
            connection = await self._begin(settings)
            try:
                yield connection
                await (connection.rollback() if rollback else connection.commit())
                healthy = True
            except psycopg.Error as error:
                if connection.broken or error.sqlstate is None or error.sqlstate.startswith("57P0"):
                    raise DatabaseDown(str(error).strip()) from error
                await connection.rollback()
                healthy = True
                raise
            except Exception:
                await connection.rollback()
                healthy = True
                raise
        finally:
            # Anything that left by another way (a cancelled request) has an unknown state: not used again.
            if connection is not None:
                if healthy and not connection.closed:
                    self._idle.append(connection)
                else:
                    await connection.close()
            self._slots.release()

    async def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            await self._idle.pop().close()

    async def _begin(self, settings: Mapping[str, str]) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            try:
                await _apply(connection, settings)
            except psycopg.Error:
                # Postgres was restarted since; nothing has happened yet, so another one may be tried.
                await connection.close()
            else:
                return connection
        try:
            connection = await psycopg.AsyncConnection[DictRow].connect(
                self._url(),
                connect_timeout=CONNECT_SECONDS,
                # A migration may replace what a prepared statement refers to.
                prepare_threshold=None,
                row_factory=dict_row,
            )
            await _apply(connection, settings)
        except psycopg.Error as error:
            raise DatabaseDown(str(error).strip()) from error
        return connection


async def _apply(connection: Connection, settings: Mapping[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values: list[Any] = [part for pair in settings.items() for part in pair]
    await connection.execute(f"select {calls}".encode(), values)
