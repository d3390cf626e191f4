"""What engines read, checked by a moderator: one item after another."""

from __future__ import annotations

from mediaops.ui import look, review_numbers, viewer
from mediaops.ui.components import review


def page() -> None:
    person = viewer.person()
    look.heading("Review", "" if person.is_moderator else "What engines read, checked by a person.")
    if not person.is_moderator:
        look.empty(
            "rule",
            "Reviewing is for moderators",
            f"Your role is {person.role}. Someone of ops can make you a moderator; Team shows who they are.",
        )
        return
    review_numbers.header()
    review(key=f"review-{person.user_id}")


page()
