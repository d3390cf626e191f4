"""What an engine is: one small interface, its errors, and the way to get one by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from mediaops.annotation.models import Kind, Result
from mediaops.errors import Invalid, Unavailable

Source = Path | str | bytes
"""A file, by path, or its bytes."""


class EngineFailed(Unavailable):
    """The engine could not answer this time; trying again may help. Never the same as "nothing found"."""

    code = "engine_failed"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str = "",
        cost: float | None = None,
        retry_after: float | None = None,
    ) -> None:
        """``cost``: US dollars all the same. ``retry_after``: seconds the engine asked to be left alone."""
        super().__init__(message, code=code, hint=hint)
        self.cost = cost
        self.retry_after = retry_after


class EngineBusy(EngineFailed):
    """The engine did not answer whatever it was asked (overloaded, away): not the picture's fault."""

    code = "engine_busy"


class EngineRefused(Invalid):
    """The engine answered that it will not read this, or not for us; trying again will not help."""

    code = "engine_refused"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str = "", cost: float | None = None
    ) -> None:
        """``cost``: US dollars all the same."""
        super().__init__(message, code=code, hint=hint)
        self.cost = cost


class Reading(dict[Kind, Result]):
    """What one look at a picture gave: kind -> result, for every kind that was asked for.

    ``seconds`` is the wall time of the look, ``tokens`` and ``cost`` (US dollars) what a paid engine counted,
    ``model`` the one that answered where that is not the engine's own.
    """

    def __init__(
        self,
        results: dict[Kind, Result],
        *,
        seconds: float,
        tokens: dict[str, int] | None = None,
        cost: float | None = None,
        model: str | None = None,
    ) -> None:
        super().__init__(results)
        self.seconds = seconds
        self.tokens = tokens
        self.cost = cost
        self.model = model


class Engine(Protocol):
    """Reads pictures (or sounds). Safe to call from several threads; models load on the first call.

    ``name``, ``model`` and ``prompt_version`` together say who answered: the same bytes, kind and
    these three are never asked twice.
    """

    name: str
    model: str
    prompt_version: str
    kinds: frozenset[Kind]

    def read(self, source: Source, kinds: Sequence[Kind]) -> Reading:
        """Every kind in ``kinds`` in one look.

        Raises ``Invalid`` (an unknown kind), ``NotAcceptable`` (bytes that are no whole picture;
        trying again will not help), ``NotFound`` (a path that leads nowhere) or ``EngineFailed``.
        """
        ...


@runtime_checkable
class RemoteEngine(Protocol):
    """An engine over the network: each kind is a question of its own, answered and paid for by itself."""

    def ask(
        self, source: Path, kind: Kind, *, model: str = "", language: str = "", url: str | None = None
    ) -> Reading:
        """One kind, once. ``model``: other than the default; ``language``: for what is put into words;
        ``url``: where the engine can fetch the file itself.

        Raises what ``Engine.read`` raises, ``EngineBusy`` and ``EngineRefused``.
        """
        ...


def check_kinds(engine: Engine, kinds: Iterable[Kind]) -> None:
    """``Invalid`` if the engine does not know one of the kinds, or none is asked for."""
    asked = list(kinds)
    if not asked:
        raise Invalid("No kind of reading was asked for.", hint=f"Ask for {', '.join(sorted(engine.kinds))}.")
    unknown = sorted({str(kind) for kind in asked} - {str(kind) for kind in engine.kinds})
    if unknown:
        raise Invalid(
            f"The engine {engine.name} can't do {', '.join(unknown)}.",
            code="kind_not_supported",
            hint=f"It can do {', '.join(sorted(engine.kinds))}.",
        )


_makers: dict[str, Callable[[], Engine]] = {}
_engines: dict[str, Engine] = {}
_lock = threading.Lock()


def register(name: str, make: Callable[[], Engine]) -> None:
    """Make an engine known by name; ``make`` runs at the first use and once per process."""
    with _lock:
        _makers[name] = make
        _engines.pop(name, None)


def engine_names() -> list[str]:
    """The names that ``get_engine`` knows."""
    return sorted(_makers)


def get_engine(name: str) -> Engine:
    """The engine of this process with that name; ``Invalid`` if there is none."""
    with _lock:
        if name not in _makers:
            raise Invalid(
                f"There is no engine called {name!r}.",
                code="unknown_engine",
                hint=f"There is {', '.join(sorted(_makers))}.",
            )
        if name not in _engines:
            _engines[name] = _makers[name]()
        return _engines[name]
