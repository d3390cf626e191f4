"""Asking several questions at once: a page waits for the slowest, not for the sum."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

WORKERS = 16


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="ask")


def ask(question: Callable[[], A]) -> Future[A]:
    """Start asking; ``.result()`` waits and raises what was raised. Never touches Streamlit."""
    return _pool().submit(question)


def both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Two answers at once."""
    later = ask(second)
    return first(), later.result()


def all_three(first: Callable[[], A], second: Callable[[], B], third: Callable[[], C]) -> tuple[A, B, C]:
    """Three answers at once."""
    later, last = ask(second), ask(third)
    return first(), later.result(), last.result()
