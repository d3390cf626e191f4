"""Asking the database as people do, and what that costs it."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import psycopg

from benchmarks._cleanup_library import OPS
from benchmarks._figures import computed_ms, percentile


class Asking:
    """Calls as someone of ops, as the gateway makes them."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        named = ", ".join(f"{name} => %({name})s" for name in arguments)
        with self.connection.transaction():
            claims = json.dumps({"sub": OPS, "role": "authenticated"})
            self.connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            self.connection.execute("set local role authenticated")
            row = self.connection.execute(f"select media.{function}({named})".encode(), arguments).fetchone()
        return row[0] if row else None

    def milliseconds(
        self, name: str, function: str, arguments: dict[str, Any], times: int
    ) -> dict[str, float]:
        """Median of what the caller waits, and of what the database computes for it."""
        self.call(function, arguments)
        waited: list[float] = []
        computed: list[float] = []
        for _ in range(times):
            before = computed_ms(self.connection)
            waited.append(timed(lambda: self.call(function, arguments))[0] * 1000)
            computed.append(computed_ms(self.connection) - before)
        return {
            f"{name}_ms": round(statistics.median(waited), 1),
            f"{name}_cpu_ms": round(statistics.median(computed), 1),
        }


class Power:
    """CPU seconds that the whole database has used, ended sessions with it, and this process."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        parent = psutil.Process(connection.info.backend_pid).parent()
        assert parent is not None
        self._postgres = parent

    def used(self) -> float:
        """So far. What others do on the machine is not in it."""
        ended = self._postgres.cpu_times()
        seconds = ended.children_user + ended.children_system + time.process_time()
        for each in self._postgres.children():
            try:
                seconds += sum(each.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue  # it ended at this moment, and is counted with its parent
        return seconds


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Seconds, and the answer."""
    started = time.perf_counter()
    answer = work(*arguments)
    return time.perf_counter() - started, answer


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


class Browsing:
    """Someone who looks at one page of the library after the other, over a connection of their own."""

    QUESTIONS = ({"p_sort": "newest"}, {"p_linked": False}, {"p_kinds": ["image"], "p_sort": "largest"})

    def __init__(self, url: str) -> None:
        self._ask = Asking(url)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.waited_ms: list[float] = []
        self.computed_ms: list[float] = []

    def __enter__(self) -> Browsing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._ask.connection.close()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            computed = computed_ms(self._ask.connection)
            question = self.QUESTIONS[len(self.waited_ms) % len(self.QUESTIONS)]
            self.waited_ms.append(timed(self._ask.call, "find_assets", question)[0] * 1000)
            self.computed_ms.append(computed_ms(self._ask.connection) - computed)

    def figures(self, name: str) -> dict[str, float]:
        """Milliseconds a page took, and how much of it the database computed."""
        return {
            f"{name}: p50_ms": round(percentile(self.waited_ms, 0.5), 1),
            f"{name}: p95_ms": round(percentile(self.waited_ms, 0.95), 1),
            f"{name}: p95_cpu_ms": round(percentile(self.computed_ms, 0.95), 1),
        }
