"""What a person asks the list of orphans for: one value that the page and the API share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args

from supabase import Client

from mediaops.cleanup import orphans
from mediaops.cleanup.models import CLASSES, Orphan, OrphanClass, OrphanPage

# As `orphan_breakdown` names them; from (included) and to (not included) in days, in bytes (both included).
AGES: Final[dict[str, tuple[float | None, float | None]]] = {
    "under a week": (None, 7),
    "under a month": (7, 30),
    "under 3 months": (30, 90),
    "under a year": (90, 365),
    "older": (365, None),
}
SIZES: Final[dict[str, tuple[int | None, int | None]]] = {
    "under 100 kB": (None, 99_999),
    "under 1 MB": (100_000, 999_999),
    "under 10 MB": (1_000_000, 9_999_999),
    "larger": (10_000_000, None),
}
WEEKS: Final = 52  # back, as `orphan_breakdown` counts them: what is older counts to the first
_WEEK: Final = timedelta(weeks=1)
_DAY: Final = timedelta(days=1)
PAGE: Final = 200  # as many as `list_orphans` answers at once
Sort = Literal["oldest", "newest", "largest", "smallest"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


def weeks(now: datetime | None = None) -> list[str]:
    """The weeks an age can be, newest first: their Mondays in UTC, as ISO dates."""
    today = (now or datetime.now(UTC)).astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    return [(monday - back * _WEEK).isoformat() for back in range(WEEKS + 1)]


def is_week(age: str) -> bool:
    """Whether it is the Monday of a week."""
    try:
        return date.fromisoformat(age).weekday() == 0
    except ValueError:
        return False


def span(age: str, now: datetime | None = None) -> tuple[float | None, float | None]:
    """From (included) and to (not included) in days. The first of :func:`weeks` has what is older, too."""
    if not is_week(age):
        return AGES.get(age, (None, None))
    now = now or datetime.now(UTC)
    begins = datetime.combine(date.fromisoformat(age), time(), UTC)
    to = (now - begins) / _DAY if age > weeks(now)[-1] else None
    return (now - begins - _WEEK) / _DAY, to


@dataclass(frozen=True)
class Question:
    """``age`` is a key of :data:`AGES` or the Monday of a week as an ISO date, ``size`` a key of
    :data:`SIZES`; empty for any."""

    class_: OrphanClass = CLASSES[0]
    kinds: tuple[str, ...] = ()
    age: str = ""
    size: str = ""
    uploaders: tuple[str, ...] = ()
    waiting: bool = False
    sort: Sort = "oldest"

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anything of its class out."""
        return replace(self, waiting=False) != Question(self.class_, sort=self.sort)

    def page(self, client: Client, after: str | None = None, limit: int = 60) -> OrphanPage:
        """What the database answers to it."""
        young, old = span(self.age)
        small, large = SIZES.get(self.size, (None, None))
        return orphans.find(
            client,
            self.class_,
            sort=self.sort,
            min_age_days=young,
            max_age_days=old,
            min_bytes=small,
            max_bytes=large,
            kinds=self.kinds,
            uploaders=self.uploaders,
            waiting=self.waiting,
            after=after,
            limit=limit,
        )

    def every(self, client: Client) -> Iterator[Orphan]:
        """All that it asks for, in its order, a page of them held at a time."""
        after: str | None = None
        while True:
            found = self.page(client, after, PAGE)
            yield from found["items"]
            after = found["next"]
            if after is None:
                return

    def parameters(self) -> dict[str, Any]:
        """The same question as query parameters of ``GET /api/orphans``; what is not asked is left out."""
        asked: dict[str, Any] = {
            "class": self.class_,
            "kind": list(self.kinds),
            "age": self.age,
            "size": self.size,
            "uploader": list(self.uploaders),
            "waiting": "true" if self.waiting else "",
            "sort": self.sort,
        }
        return {name: value for name, value in asked.items() if value}
