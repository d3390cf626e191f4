"""What a person asks the library for: one value that the page, the API and the database share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, get_args

from mediaops.library.models import Kind

KINDS: Final[tuple[str, ...]] = get_args(Kind)
STATES: Final = ("ready", "processing", "trashed", "rejected")
PURPOSES: Final = ("library", "annotation", "profile", "voice_note")
SORTS: Final = ("newest", "oldest", "largest", "smallest", "title")
DEFAULT_STATES: Final = ("ready",)
DEFAULT_SORT: Final = "newest"


@dataclass(frozen=True)
class Filters:
    """Empty means no condition, except ``states``: the library shows what is ready.

    ``day_from`` and ``day_to`` are whole days in UTC, both inclusive; sizes in bytes.
    """

    query: str = ""
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = DEFAULT_STATES
    linked: bool | None = None
    purposes: tuple[str, ...] = ()
    uploaders: tuple[str, ...] = ()
    day_from: date | None = None
    day_to: date | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    sort: str = DEFAULT_SORT

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order differs from the whole library."""
        return self != Filters(sort=self.sort)

    def conditions(self) -> dict[str, Any]:
        """The named arguments that ``find_assets`` and ``count_assets`` share."""
        return {
            "p_query": self.query or None,
            "p_kinds": list(self.kinds) or None,
            "p_states": list(self.states) or None,
            "p_linked": self.linked,
            "p_purposes": list(self.purposes) or None,
            "p_uploaders": list(self.uploaders) or None,
            "p_from": _start(self.day_from),
            "p_to": _end(self.day_to),
            "p_min_bytes": self.min_bytes,
            "p_max_bytes": self.max_bytes,
        }

    def parameters(self) -> dict[str, Any]:
        """The same question as query parameters of ``GET /api/library``; what is not asked is left out."""
        asked: dict[str, Any] = {
            "q": self.query,
            "kind": list(self.kinds),
            "state": list(self.states),
            "linked": None if self.linked is None else str(self.linked).lower(),
            "purpose": list(self.purposes),
            "uploader": list(self.uploaders),
            "from": _start(self.day_from),
            "to": _end(self.day_to),
            "min_bytes": self.min_bytes,
            "max_bytes": self.max_bytes,
            "sort": self.sort,
        }
        return {name: value for name, value in asked.items() if value not in (None, "", [])}


def _start(of: date | None) -> str | None:
    return datetime.combine(of, time.min, UTC).isoformat() if of else None


def _end(of: date | None) -> str | None:
    return _start(of + timedelta(days=1)) if of else None
