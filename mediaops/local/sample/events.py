"""The audit trail that a library with this past has, in the words that the functions of the schema write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mediaops.local.sample.spec import LinkSpec, Spec, random_of

Event = dict[str, Any]
Stamp = Callable[[float], str]


def of_file(
    spec: Spec, row: dict[str, Any], readings: list[dict[str, Any]], people: dict[str, str], stamp: Stamp
) -> list[Event]:
    """What happened to one asset."""
    by = people[spec.uploader]
    if spec.refusal:
        code, message = spec.refusal
        detail = {"name": row["original_name"], "code": code, "message": message}
        return [_event(stamp(spec.created_days_ago), "asset.rejected", by, spec.id, detail)]
    facts = {
        "name": row["original_name"],
        "kind": row["kind"],
        "bytes": row["bytes"],
        "purpose": row["purpose"],
    }
    events = [_event(stamp(spec.created_days_ago), "asset.uploaded", by, spec.id, facts)]
    for reading in readings:
        named = {"annotation": reading["id"], "kind": reading["kind"], "engine": reading["engine"]}
        events.append(_event(reading["requested_at"], "annotation.requested", by, spec.id, named))
        if reading["state"] == "failed":
            why = {"code": reading["error_code"], "message": reading["error_message"]}
            events.append(_event(reading["finished_at"], "annotation.failed", None, spec.id, named | why))
        else:
            took = {"seconds": reading["seconds"]}
            events.append(_event(reading["finished_at"], "annotation.done", None, spec.id, named | took))
    if row["revision"] > 1:
        events.append(_edited(spec, row, by, stamp))
    if spec.trashed_days_ago is not None:
        events.append(_event(stamp(spec.trashed_days_ago), "asset.trashed", by, spec.id, {}))
    return events


def _edited(spec: Spec, row: dict[str, Any], by: str, stamp: Stamp) -> Event:
    """The first title was the name of the file."""
    before = {"title": row["original_name"], "alt_text": ""}
    after = {"title": row["title"], "alt_text": row["alt_text"]}
    share = float(random_of("edited", spec.key).uniform(0.97, 0.995))
    end = spec.trashed_days_ago or 0.0
    days = end + (spec.created_days_ago - end) * share
    return _event(stamp(days), "asset.edited", by, spec.id, {"before": before, "after": after})


def of_link(link: LinkSpec, people: dict[str, str], stamp: Stamp) -> Event:
    """That an asset was put to use."""
    event = _event(
        stamp(link.days_ago), "link.created", people[link.by], link.asset, {"placement": link.placement}
    )
    return event | {"knowledge": link.knowledge}


def _event(at: str, action: str, actor: str | None, asset: str, detail: dict[str, Any]) -> Event:
    return {"at": at, "action": action, "actor": actor, "asset": asset, "knowledge": None, "detail": detail}
