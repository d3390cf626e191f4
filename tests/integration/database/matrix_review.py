"""The review's part of the permission matrix: ops is not moderator."""

from __future__ import annotations

from tests.integration.database.matrix_words import DENIED, OK, STAFF, TEAM_ONLY, Rule, row

MODERATOR = {**row(DENIED, "not_staff", "not_staff", "forbidden", DENIED), "moderator": OK}

REVIEW_TABLES = {"reviews": TEAM_ONLY}

REVIEW_FUNCTIONS: dict[str, Rule] = {
    "review_stats": Rule(STAFF),
    "claim_next_review": Rule(MODERATOR),
    "hold_reviews": Rule(MODERATOR, lambda w: {"p_annotations": [w.answer]}),
    "release_reviews": Rule(MODERATOR, lambda w: {"p_annotations": [w.answer]}),
    "get_review": Rule(MODERATOR, lambda w: {"p_annotation": w.answer}),
    "decide_review": Rule(
        MODERATOR, lambda w: {"p_annotation": w.answer, "p_decision": "accepted", "p_version": "0"}
    ),
    # Of his own: the test has him decide on something.
    "undo_review": Rule(MODERATOR),
}

REVIEW_INTERNAL = [
    "adopt_alt_text",
    "check_decision",
    "is_newest_answer",
    "need_kinds",
    "need_moderator",
    "note_uncertainty",
    "review_json",
    "review_refusal",
    "uncertainty_of",
]
