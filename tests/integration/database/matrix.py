"""Who may do what, as data. Every table and every function of the schema stands here; a test sees to it."""

from __future__ import annotations

from typing import Any

from tests.integration.database.matrix_cleanup import CLEANUP_FUNCTIONS, CLEANUP_INTERNAL, CLEANUP_TABLES
from tests.integration.database.matrix_engines import ENGINE_FUNCTIONS, ENGINE_INTERNAL, ENGINE_TABLES
from tests.integration.database.matrix_review import REVIEW_FUNCTIONS, REVIEW_INTERNAL, REVIEW_TABLES
from tests.integration.database.matrix_words import (
    ACTORS,
    DENIED,
    INTERNAL,
    OK,
    OPS,
    OPS_OR_SERVICE,
    OWNER_OR_STAFF,
    SEES_ALL,
    SEES_NONE,
    SEES_OWN,
    SERVICE,
    SIGNED_IN,
    STAFF,
    TEAM_ONLY,
    Rule,
    World,
    row,
)

__all__ = [
    "ACTORS", "DENIED", "FUNCTIONS", "INTERNAL", "INTERNAL_FUNCTIONS", "OK", "SEES_ALL", "SEES_NONE", "SEES_OWN",
    "TABLES", "World",
]  # fmt: skip

# -- tables: what selecting shows. Nobody, the secret key included, inserts, updates or deletes. --------------
_OWN_TOO = row(DENIED, SEES_NONE, SEES_OWN, SEES_ALL, SEES_ALL)
_NOBODY = row(DENIED, DENIED, DENIED, DENIED, DENIED)

TABLES: dict[str, dict[str, str]] = {
    "assets": _OWN_TOO,
    "renditions": _OWN_TOO,
    "annotations": _OWN_TOO,
    # Of the team, only the one called staff has had tickets in the test.
    "upload_tickets": {**row(DENIED, SEES_NONE, SEES_OWN, SEES_NONE, SEES_ALL), "staff": SEES_OWN},
    "knowledge": TEAM_ONLY,
    "links": TEAM_ONLY,
    "staff": TEAM_ONLY,
    "audit_events": TEAM_ONLY,
    "object_deletions": TEAM_ONLY,
    "cleanup_runs": TEAM_ONLY,
    "cleanup_items": TEAM_ONLY,
    "sessions": _NOBODY,
    **CLEANUP_TABLES,
    **ENGINE_TABLES,
    **REVIEW_TABLES,
}


# -- functions --------------------------------------------------------------------------------------------------
def _assets(world: World) -> dict[str, Any]:
    return {"p_assets": [world.asset]}


FUNCTIONS: dict[str, Rule] = {
    # for everyone signed in
    "whoami": Rule(SIGNED_IN),
    "is_staff": Rule(SIGNED_IN),
    "may_upload": Rule(SIGNED_IN, lambda w: {"p_name": f"incoming/{w.ticket}"}),
    "owns_object": Rule(SIGNED_IN, lambda w: {"p_name": f"{w.asset[:2]}/{w.asset}/original"}),
    "issue_tickets": Rule(SIGNED_IN, lambda _: {"p_purpose": "profile", "p_count": 2}),
    "lookup_upload": Rule(SIGNED_IN, lambda w: {"p_sha256": w.sha256}),
    "begin_upload": Rule(
        row(DENIED, "not_found", OK, "not_found", DENIED),
        lambda w: {
            "p_ticket": w.ticket,
            "p_original_name": "a.png",
            "p_original_bytes": 1,
            "p_original_sha256": w.sha256,
        },
    ),
    "get_asset": Rule(OWNER_OR_STAFF, lambda w: {"p_asset": w.asset}),
    # for staff
    "find_assets": Rule(STAFF, lambda _: {"p_query": "picture"}),
    "count_assets": Rule(STAFF),
    "library_facets": Rule(STAFF),
    "asset_history": Rule(STAFF, lambda w: {"p_asset": w.asset}),
    "edit_asset": Rule(
        STAFF, lambda w: {"p_asset": w.asset, "p_title": "t", "p_alt_text": "", "p_version": "1"}
    ),
    "asset_uses": Rule(STAFF, _assets),
    "export_assets": Rule(STAFF, _assets),
    "link_assets": Rule(STAFF, lambda w: {**_assets(w), "p_knowledge": w.knowledge, "p_placement": "cover"}),
    "unlink": Rule(STAFF, lambda w: {"p_link": w.link}),
    "reorder_links": Rule(
        STAFF,
        lambda w: {
            "p_knowledge": w.knowledge,
            "p_placement": "inline",
            "p_carousel": None,
            "p_links": [w.link],
            "p_version": "2",
        },
    ),
    "trash_assets": Rule(STAFF, lambda w: {**_assets(w), "p_unlink": True}),
    "restore_assets": Rule(STAFF, _assets),
    "find_knowledge": Rule(STAFF),
    "get_knowledge": Rule(STAFF, lambda w: {"p_knowledge": w.knowledge}),
    "request_annotations": Rule(STAFF, lambda w: {**_assets(w), "p_kinds": ["caption"]}),
    "annotation_states": Rule(STAFF, _assets),
    "staff_list": Rule(STAFF),
    # for ops
    "set_staff": Rule(OPS, lambda w: {"p_user": w.someone, "p_role": "staff", "p_display_name": "New"}),
    "remove_staff": Rule(OPS, lambda w: {"p_user": w.someone}),
    "upsert_knowledge": Rule(OPS_OR_SERVICE, lambda w: {"p_items": [{"id": w.nothing, "title": "New"}]}),
    # for the service
    "bootstrap_staff": Rule(SERVICE, lambda w: {"p_email": f"{w.someone}@example.org"}),
    "upload_of": Rule(SERVICE, lambda w: {"p_asset": w.asset}),
    "finish_upload": Rule(SERVICE, lambda w: {"p_asset": w.asset, "p_facts": {}}),
    "reject_upload": Rule(SERVICE, lambda w: {"p_asset": w.asset, "p_code": "x", "p_message": "x"}),
    "save_rendition": Rule(
        SERVICE,
        lambda w: {
            "p_asset": w.asset,
            "p_name": "card",
            "p_facts": {"path": "p", "mime": "image/webp", "bytes": 1},
        },
    ),
    "set_thumbhash": Rule(SERVICE, lambda w: {"p_asset": w.asset, "p_thumbhash": "abc"}),
    "start_annotation": Rule(SERVICE, lambda w: {"p_annotation": w.annotation}),
    "finish_annotation": Rule(
        SERVICE, lambda w: {"p_annotation": w.annotation, "p_result": {"text": "x"}, "p_seconds": 1}
    ),
    "fail_annotation": Rule(
        SERVICE, lambda w: {"p_annotation": w.annotation, "p_code": "x", "p_message": "x"}
    ),
    "due_object_deletions": Rule(SERVICE),
    "object_deletions_done": Rule(SERVICE, lambda w: {"p_ids": [w.deletion]}),
    "object_deletion_failed": Rule(SERVICE, lambda w: {"p_id": w.deletion, "p_error": "x"}),
    "expire_tickets": Rule(SERVICE),
    "knowledge_media": Rule(SERVICE, lambda w: {"p_knowledge": w.knowledge}),
    "session_put": Rule(
        SERVICE,
        lambda w: {
            "p_id": "b" * 64,
            "p_user": w.someone,
            "p_sealed": "s",
            "p_access_expires": "infinity",
            "p_expires": "infinity",
        },
    ),
    "session_get": Rule(SERVICE, lambda w: {"p_id": w.session}),
    "session_claim_refresh": Rule(SERVICE, lambda w: {"p_id": w.session, "p_version": 1}),
    "session_update": Rule(
        SERVICE,
        lambda w: {"p_id": w.session, "p_sealed": "s", "p_access_expires": "infinity", "p_version": 1},
    ),
    "session_drop": Rule(SERVICE, lambda w: {"p_id": w.session}),
    **CLEANUP_FUNCTIONS,
    **ENGINE_FUNCTIONS,
    **REVIEW_FUNCTIONS,
}

# Helpers and triggers: called by the functions above and by nobody else.
INTERNAL_FUNCTIONS = [
    "annotation_json",
    "annotation_refusal",
    "asset_cards",
    "asset_label",
    "asset_of_path",
    "audit",
    "audit_each",
    "clean_name",
    "close_gaps",
    "count_links",
    "defer",
    "expected",
    "fail",
    "find_after",
    "find_branches",
    "find_match",
    "find_options",
    "find_order",
    "find_page",
    "find_page_sql",
    "find_take",
    "found_by",
    "guard_annotation_result",
    "guard_asset_end",
    "guard_asset_state",
    "guard_ticket_completed",
    "is_service",
    "item_error",
    "link_refusal",
    "lock_assets",
    "lock_for_linking",
    "lock_knowledge",
    "need_list",
    "need_ops",
    "need_other_ops",
    "need_staff",
    "need_user",
    "outbox",
    "pack_place",
    "person_name",
    "refresh_words",
    "refuse_audit_change",
    "refuse_truncate",
    "request_for",
    "request_one",
    "schedule_deletions",
    "search_page",
    "split_words",
    "staff_role",
    "standing_annotations",
    "trash_refusal",
    "undefer",
    "unpack_place",
    "upload_answer",
    "word_query",
    "words",
    "words_of_annotation",
    "words_of_changed_asset",
    "words_of_changed_knowledge",
    "words_of_new_asset",
    "yield_cover",
    *CLEANUP_INTERNAL,
    *ENGINE_INTERNAL,
    *REVIEW_INTERNAL,
]
