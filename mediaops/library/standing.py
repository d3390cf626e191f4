"""Which of several answers counts, as the database's ``standing_annotations`` says it for the search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mediaops.library.models import Annotation, AnnotationKind

CHECKED = ("accepted", "fixed")


def standing(annotations: Sequence[Annotation], kind: AnnotationKind) -> Annotation | None:
    """The newest answer of a kind, one that a moderator approved first, a rejected one never."""
    done = [
        each
        for each in annotations
        if each["kind"] == kind and each["state"] == "done" and each["review_state"] != "rejected"
    ]
    return max(done, key=lambda each: (is_checked(each), each["finished_at"] or ""), default=None)


def is_checked(annotation: Annotation) -> bool:
    """Whether a moderator approved it; everything else is marked as unchecked wherever it is shown."""
    return annotation["review_state"] in CHECKED


def answer(annotation: Annotation | None) -> dict[str, Any]:
    """What it says: the moderator's correction, else the engine's own; empty without one."""
    return (annotation["reviewed_result"] or annotation["result"] or {}) if annotation else {}
