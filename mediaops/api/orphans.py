"""Pages of orphans, and of what is kept, for the gallery."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mediaops.api.callers import SignedIn
from mediaops.cleanup import orphans, shown
from mediaops.cleanup.models import OrphanClass
from mediaops.cleanup.question import AGES, Question, Sort, is_week
from mediaops.library.models import Kind

router = APIRouter()


def _age(age: str) -> str:
    if age and age not in AGES and not is_week(age):
        raise ValueError(f"an age is a Monday's date, or one of: {', '.join(AGES)}")
    return age


Age = Annotated[str, AfterValidator(_age)]
Size = Literal["", "under 100 kB", "under 1 MB", "under 10 MB", "larger"]
After = Annotated[str | None, Field(max_length=2000)]
Limit = Annotated[int, Field(ge=1, le=200)]


class OrphanQuery(BaseModel):
    """The conditions of ``list_orphans`` as query parameters; lists are repeated parameters."""

    model_config = ConfigDict(populate_by_name=True)

    class_: OrphanClass = Field(alias="class")
    kind: list[Kind] = []
    age: Age = ""
    size: Size = ""
    uploader: list[UUID] = []
    waiting: bool = False
    sort: Sort = "oldest"
    zone: str | None = Field(None, max_length=100)
    after: After = None
    limit: Limit = 60

    def question(self) -> Question:
        """As the page asks it."""
        return Question(
            class_=self.class_,
            kinds=tuple(self.kind),
            age=self.age,
            size=self.size,
            uploaders=tuple(str(one) for one in self.uploader),
            waiting=self.waiting,
            sort=self.sort,
        )


@router.get("/orphans")
def page(query: Annotated[OrphanQuery, Query()], who: SignedIn) -> dict[str, Any]:
    """``{"items": [card with note, thumb_url and card_url], "next": key | null}``."""
    found = query.question().page(who.client, query.after, query.limit)
    items = shown.cards(who.client, who.user_id, found["items"], query.zone)
    return {"items": items, "next": found["next"]}


@router.get("/orphans/kept")
def kept(who: SignedIn, after: After = None, limit: Limit = 60) -> dict[str, Any]:
    """The same for what is kept; the note is who keeps it and why."""
    found = orphans.kept(who.client, after, limit)
    return {"items": shown.kept_cards(who.client, who.user_id, found["items"]), "next": found["next"]}
