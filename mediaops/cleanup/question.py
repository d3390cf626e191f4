"""What a person asks the list of orphans for: one value that the page and the API share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from supabase import Client

from mediaops.cleanup import orphans
from mediaops.cleanup.models import CLASSES, OrphanClass, OrphanPage

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
Sort = Literal["oldest", "newest", "largest", "smallest"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


@dataclass(frozen=True)
class Question:
    """``age`` and ``size`` are keys of :data:`AGES` and :data:`SIZES`, or empty for any."""

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
        young, old = AGES.get(self.age, (None, None))
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
