"""The rows of the matrix that are about engines, budgets and batches."""

from __future__ import annotations

import psycopg

from tests.integration.database.matrix_words import SERVICE, STAFF, TEAM_ONLY, Rule

ENGINE_TABLES = dict.fromkeys(
    ("engines", "engine_costs", "reading_batches", "reading_batch_items"),
    TEAM_ONLY,
)

ENGINE_FUNCTIONS: dict[str, Rule] = {
    "reading_engines": Rule(STAFF),
    "asset_readings": Rule(STAFF, lambda w: {"p_asset": w.asset}),
    "preview_batch": Rule(STAFF, lambda _: {"p_kinds": ["ocr"], "p_filter": {}}),
    "request_batch": Rule(STAFF, lambda _: {"p_kinds": ["ocr"], "p_filter": {}, "p_unread": False}),
    "get_batch": Rule(STAFF, lambda w: {"p_batch": w.batch}),
    "list_batches": Rule(STAFF),
    "cancel_batch": Rule(STAFF, lambda w: {"p_batch": w.batch}),
    "advance_batch": Rule(SERVICE, lambda w: {"p_batch": w.batch}),
    "sweep_batches": Rule(SERVICE),
    "publish_engines": Rule(SERVICE, lambda _: {"p_engines": []}),
}

ENGINE_INTERNAL = [
    "ask_next",
    "batch_choices",
    "batch_condition",
    "batch_json",
    "batch_plan",
    "budget_json",
    "budget_refusal",
    "choose_engine",
    "choose_free_engine",
    "count_batch",
    "defer_advance",
    "defer_annotation",
    "dollars",
    "expected_cost",
    "kinds_to_read",
    "known_answer",
    "language_for",
    "language_tag",
    "month_now",
    "note_cost",
    "raise_refusal",
    "request_refused",
    "settle_batch",
    "wake_batches",
]


def fill(db: psycopg.Connection[tuple[object, ...]], asset: str) -> str:
    """A batch with an item, and money that was spent; answers the id of the batch."""
    db.execute(
        "insert into media.engine_costs (engine, month, cost) values ('other', '2020-01-01', 1)"
        " on conflict do nothing"
    )
    row = db.execute(
        "insert into media.reading_batches (kinds, choices, filter, language, force, at_once)"
        " values ('{ocr}', '{}', '{}', '', false, 1) returning id"
    ).fetchone()
    assert row is not None
    db.execute(
        "insert into media.reading_batch_items (batch, place, asset, title, kind, state, expected_cost)"
        " values (%s, 1, %s, '', 'ocr', 'done', 0)",
        [row[0], asset],
    )
    return str(row[0])
