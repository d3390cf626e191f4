"""The rows of the matrix that are about clean-up."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.integration.database.matrix_words import DENIED, OPS, SERVICE, STAFF, TEAM_ONLY, Rule, World, row

# For the functions alone; their rows are seen in the table below them.
_VIEWS = ("standing_findings", "plannable_findings")
CLEANUP_TABLES = dict.fromkeys(
    (
        "trashed_links",
        "kept_assets",
        "cleanup_policies",
        "cleanup_scans",
        "cleanup_findings",
        "orphan_snapshots",
        "merges",
    ),
    TEAM_ONLY,
) | dict.fromkeys(_VIEWS, row(DENIED, DENIED, DENIED, DENIED, DENIED))


def _assets(world: World) -> dict[str, Any]:
    return {"p_assets": [world.asset]}


def _run(world: World) -> dict[str, Any]:
    return {"p_run": world.run}


CLEANUP_FUNCTIONS: dict[str, Rule] = {
    # for staff: looking, and what can be taken back
    "orphan_summary": Rule(STAFF),
    "orphan_trend": Rule(STAFF),
    "orphan_breakdown": Rule(STAFF),
    "list_orphans": Rule(STAFF, lambda _: {"p_class": "unlinked"}),
    "link_graph": Rule(STAFF, lambda w: {"p_asset": w.asset}),
    "keep_assets": Rule(STAFF, lambda w: {**_assets(w), "p_reason": "wanted"}),
    "unkeep_assets": Rule(STAFF, _assets),
    "list_kept": Rule(STAFF),
    "recover_uploads": Rule(STAFF, lambda _: {"p_paths": ["incoming/x"]}),
    "remake_renditions": Rule(STAFF, _assets),
    "set_profile_photo": Rule(STAFF, lambda _: {"p_asset": None}),
    "scan_status": Rule(STAFF),
    "policies": Rule(STAFF),
    "policy_history": Rule(STAFF),
    "next_automatic": Rule(STAFF),
    "get_run": Rule(STAFF, _run),
    "list_runs": Rule(STAFF),
    "run_items": Rule(STAFF, _run),
    "trash_details": Rule(STAFF, _assets),
    "list_trash": Rule(STAFF),
    "duplicate_groups": Rule(STAFF),
    "near_duplicates": Rule(STAFF, lambda w: {"p_asset": w.asset}),
    "merge_duplicates": Rule(STAFF, lambda w: {"p_keep": w.asset, "p_others": [w.nothing]}),
    "undo_merge": Rule(
        {**STAFF, **dict.fromkeys(("staff", "moderator", "ops"), "not_found")},
        lambda w: {"p_merge": w.nothing},
    ),
    "list_merges": Rule(STAFF),
    # for ops: what can't
    "start_scan": Rule(OPS),
    "stop_scan": Rule(OPS, lambda w: {"p_scan": w.scan}),
    "set_policy": Rule(
        OPS,
        lambda _: {
            "p_class": "unlinked",
            "p_grace_days": 30,
            "p_retention_days": 30,
            "p_mode": "manual",
            "p_version": "1",
        },
    ),
    "plan_cleanup": Rule(OPS, lambda _: {"p_classes": ["unlinked"]}),
    "exclude_items": Rule(OPS, lambda w: {**_run(w), "p_items": [1]}),
    "start_run": Rule(OPS, _run),
    "pause_run": Rule({**OPS, "ops": "run_state"}, _run),
    "resume_run": Rule({**OPS, "ops": "run_state"}, _run),
    "stop_run": Rule(OPS, _run),
    "retry_run": Rule({**OPS, "ops": "run_state"}, _run),
    "purge_assets": Rule(OPS, _assets),
    # for the service
    "scan_step": Rule(SERVICE, lambda w: {"p_scan": w.scan}),
    "bytes_to_verify": Rule(SERVICE, lambda w: {"p_scan": w.scan}),
    "bytes_verified": Rule(
        SERVICE, lambda w: {"p_scan": w.nothing, "p_place": None, "p_seen": 0, "p_broken": []}
    ),
    "fail_scan": Rule(SERVICE, lambda w: {"p_scan": w.scan, "p_error": "x"}),
    "plan_step": Rule(SERVICE, _run),
    "run_step": Rule(SERVICE, _run),
    "run_later": Rule(SERVICE, _run),
    "finish_purges": Rule(SERVICE),
    "automatic_runs": Rule(SERVICE),
    "nightly_scan": Rule(SERVICE, lambda _: {"p_kind": "objects"}),
    "resume_cleanup": Rule(SERVICE),
    "snapshot_orphans": Rule(SERVICE),
}

CLEANUP_INTERNAL = [
    "alike",
    "audit_run",
    "automatic_run_open",
    "begin_plan",
    "begin_purge",
    "bring_back_links",
    "can_recover",
    "class_of_leftover",
    "clean_items",
    "count_for_plan",
    "count_orphans",
    "count_settled",
    "defer_planning",
    "defer_run",
    "defer_scan",
    "delete_items",
    "end_scan",
    "finding_cards",
    "finding_facts",
    "go_on_planning",
    "in_use_sql",
    "item_action",
    "job_open",
    "link_misfit",
    "lock_for_merge",
    "merge_into",
    "merge_item",
    "merge_refusal",
    "missing_objects",
    "move_run",
    "near_cards",
    "next_night",
    "note_release",
    "object_orphans_sql",
    "object_paths",
    "object_size",
    "object_stamp",
    "range_orphans_sql",
    "orphan_cards",
    "orphan_facts",
    "orphans_sql",
    "pack_text_place",
    "phash_parts",
    "plan_portion",
    "plan_source_sql",
    "policy_json",
    "put_link",
    "restored_words",
    "row_classes",
    "run_for_update",
    "run_json",
    "scan_json",
    "scan_range",
    "settle_items",
    "restore_refusal",
    "skip_reason",
    "start_scan_as",
    "still_true",
    "trash_items",
    "trash_totals",
    "unpack_text_place",
    "with_class",
]


def fill(db: psycopg.Connection[Any], asset: str, knowledge: str, run: str) -> str:
    """At least one row in every table of clean-up; answers the id of a scan that runs."""
    row = db.execute(
        "insert into media.cleanup_scans (kind, phase) values ('objects', 'objects')"
        " on conflict (kind) where state = 'running' do update set seen = 0 returning id"
    ).fetchone()
    assert row is not None
    db.execute(
        "insert into media.cleanup_findings (class, path, since, note) values ('ghost_object', 'x', now(), 'foreign')"
    )
    db.execute("insert into media.kept_assets (asset, reason) values (%s, 'wanted')", [asset])
    db.execute(
        "insert into media.orphan_snapshots (day, class, count, bytes) values (current_date, 'unlinked', 1, 1)"
        " on conflict do nothing"
    )
    db.execute(
        "insert into media.trashed_links (id, asset, knowledge, knowledge_title, placement, position, alt_text, created_at)"
        " values (gen_random_uuid(), %s, %s, '', 'inline', 0, '', now())",
        [asset, knowledge],
    )
    db.execute("insert into media.merges (keep, others, moved) values (%s, '{}', '{}')", [asset])
    return str(row[0])
