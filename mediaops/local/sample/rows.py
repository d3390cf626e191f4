"""A chunk of the library into the tables, in one transaction.

Written directly by the owner of the schema, because functions write the present and this is a past. What the
functions keep is kept here: states and their times, dense positions, one cover, tickets completed once, an
audit event for each thing done; the triggers keep link_count and the search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from mediaops.local.sample import events
from mediaops.local.sample.readings import annotation_rows
from mediaops.local.sample.spec import FOREIGN, Chunk, KnowledgeSpec, LinkSpec, Spec, random_of

Connection = psycopg.Connection[Any]
Stamp = Callable[[float], str]
Facts = Mapping[str, dict[str, Any]]

TEMPORARY_DAYS = 14
TRASH_DAYS = 30
TICKET_DAYS = 2 / 24


def write(db: Connection, chunk: Chunk, facts: Facts, people: dict[str, str], now: datetime) -> None:
    """Write the rows of ``chunk``; ``facts`` by id of what was made. Commit is the caller's."""

    def stamp(days: float) -> str:
        return (now - timedelta(days=max(0.0, days))).isoformat()

    known = [spec for spec in chunk.files if spec.role in ("asset", "broken", "rejected")]
    linked = {link.asset for link in chunk.links}
    assets = [_asset(spec, facts.get(spec.id, {}), spec.id in linked, people, stamp) for spec in known]
    readings = {spec.id: annotation_rows(spec, facts.get(spec.id, {}), people, stamp) for spec in known}
    _insert(db, "knowledge", [_knowledge(entry, stamp) for entry in chunk.knowledge])
    _insert(db, "upload_tickets", [_ticket(spec, people, stamp) for spec in chunk.files if _had_ticket(spec)])
    _insert(db, "assets", assets)
    _insert(
        db, "renditions", [row for spec in known for row in _renditions(spec, facts.get(spec.id, {}), stamp)]
    )
    _insert(db, "annotations", [row for rows in readings.values() for row in rows])
    made = _links(db, chunk.links, people, stamp)
    _audit(db, known, assets, readings, made, people, stamp)
    _age_objects(db, chunk, now)


def _insert(db: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in rows[0])
    db.execute(
        sql.SQL(
            "insert into media.{table} ({columns}) "
            "select {columns} from jsonb_populate_recordset(null::media.{table}, %s)"
        ).format(table=sql.Identifier(table), columns=columns),
        [Jsonb(rows)],
    )


def _knowledge(entry: KnowledgeSpec, stamp: Stamp) -> dict[str, Any]:
    return {
        "id": entry.id, "title": entry.title, "url": entry.url, "excerpt": entry.excerpt, "links_revision": 1,
        "created_at": stamp(entry.days_ago + 20), "updated_at": stamp(entry.days_ago),
    }  # fmt: skip


def _had_ticket(spec: Spec) -> bool:
    """Tickets that served are swept away after their end; what lies in incoming/ still has its own."""
    return spec.role == "abandoned" or spec.created_days_ago < TICKET_DAYS


def _ticket(spec: Spec, people: dict[str, str], stamp: Stamp) -> dict[str, Any]:
    used = spec.role != "abandoned"
    return {
        "id": spec.id, "purpose": spec.purpose, "issued_to": people[spec.uploader],
        "created_at": stamp(spec.created_days_ago + 0.01),
        "expires_at": stamp(spec.created_days_ago + 0.01 - TICKET_DAYS),
        "completed_at": stamp(spec.created_days_ago) if used else None,
    }  # fmt: skip


def _asset(
    spec: Spec, facts: dict[str, Any], linked: bool, people: dict[str, str], stamp: Stamp
) -> dict[str, Any]:
    r = random_of("row", spec.key)
    trashed, ends = spec.trashed_days_ago, spec.expires_days_ago
    picture = facts.get("kind") == "image"
    size = facts.get("bytes", 0)
    alt = spec.alt if spec.alt is not None else facts.get("alt", "")
    described = linked or r.random() < 0.55
    return {
        "id": spec.id, "kind": facts.get("kind"), "purpose": spec.purpose,
        "state": "rejected" if spec.refusal else "ready" if trashed is None else "trashed",
        "object_path": f"{spec.folder}/original", "mime": facts.get("mime"), "bytes": size,
        # What a phone or an editor had made of it before it was compressed in the browser.
        "original_bytes": round(size * float(r.uniform(3, 14) if picture else r.uniform(2, 5))) or 48_213,
        "original_name": spec.original_name, "sha256": facts.get("sha256"),
        "original_sha256": hashlib.sha256(f"picked {facts.get('sha256', spec.id)}".encode()).hexdigest(),
        "phash": facts.get("phash"), "width": facts.get("width"), "height": facts.get("height"),
        "duration": facts.get("duration"), "thumbhash": facts.get("thumbhash"),
        "title": spec.title, "alt_text": alt if described else "", "source_url": None,
        "uploaded_by": people[spec.uploader], "reply_to": spec.reply_to,
        "annotate": ["ocr", "highlights"] if spec.purpose == "annotation" else [],
        "rejection_code": spec.refusal[0] if spec.refusal else None,
        "rejection_message": spec.refusal[1] if spec.refusal else None,
        "revision": 2 if spec.title and described and r.random() < 0.35 else 1,
        "expires_at": None if ends is None else _ahead(stamp, ends),
        "trashed_at": None if trashed is None else stamp(trashed),
        "purge_after": None if trashed is None else _ahead(stamp, trashed - TRASH_DAYS),
        "created_at": stamp(spec.created_days_ago),
    }  # fmt: skip


def _ahead(stamp: Stamp, days_ago: float) -> str:
    """As ``stamp``, and also into the future (a negative number of days)."""
    at = datetime.fromisoformat(stamp(0.0)) - timedelta(days=days_ago)
    return at.isoformat()


def _renditions(spec: Spec, facts: dict[str, Any], stamp: Stamp) -> list[dict[str, Any]]:
    return [
        {
            "asset": spec.id, "name": name, "object_path": f"{spec.folder}/{name}", "mime": "image/webp",
            "width": part["width"], "height": part["height"], "bytes": part["bytes"],
            "created_at": stamp(spec.created_days_ago - 0.0001),
        }
        for name, part in facts.get("renditions", {}).items()
    ]  # fmt: skip


def _links(
    db: Connection, links: tuple[LinkSpec, ...], people: dict[str, str], stamp: Stamp
) -> list[LinkSpec]:
    """Links with a position in one statement; those that come after what is there one by one."""
    placed = [link for link in links if link.position is not None]
    rows = [
        {
            "id": link.id, "knowledge": link.knowledge, "asset": link.asset, "placement": link.placement,
            "carousel": link.carousel, "position": link.position, "alt_text": "",
            "created_by": people[link.by], "created_at": stamp(link.days_ago),
        }
        for link in placed
    ]  # fmt: skip
    _insert(db, "links", rows)
    made = list(placed)
    for link in (link for link in links if link.position is None):
        # Someone may be working here already: only what is still ready and not used there yet.
        done = db.execute(
            """
            insert into media.links (id, knowledge, asset, placement, position, created_by, created_at)
            select %(id)s, k.id, a.id, %(placement)s,
              coalesce((select max(position) + 1 from media.links
                where knowledge = k.id and placement = %(placement)s and carousel is null), 0),
              %(by)s, %(at)s
            from (
                select id from media.assets where id = %(asset)s and state = 'ready' for no key update
              ) as a,
              (select id from media.knowledge where id = %(knowledge)s for no key update) as k
            where not exists (select from media.links where knowledge = k.id and asset = a.id)
            returning id
            """,
            {"id": link.id, "knowledge": link.knowledge, "asset": link.asset, "placement": link.placement,
             "by": people[link.by], "at": stamp(link.days_ago)},
        )  # fmt: skip
        made += [link] if done.fetchone() else []
    return made


def _audit(
    db: Connection,
    known: list[Spec],
    assets: list[dict[str, Any]],
    readings: dict[str, list[dict[str, Any]]],
    links: list[LinkSpec],
    people: dict[str, str],
    stamp: Stamp,
) -> None:
    told = [
        event
        for spec, row in zip(known, assets, strict=True)
        for event in events.of_file(spec, row, readings[spec.id], people, stamp)
    ]
    told += [events.of_link(link, people, stamp) for link in links]
    told.sort(key=lambda event: event["at"])  # a later event has the higher id
    db.execute(
        """
        insert into media.audit_events (at, actor, actor_name, action, asset, knowledge, detail)
        select at, actor, coalesce(media.person_name(actor), ''), action, asset, knowledge, detail
        from jsonb_to_recordset(%s)
          as e(at timestamptz, actor uuid, action text, asset uuid, knowledge uuid, detail jsonb)
        """,
        [Jsonb(told)],
    )


def _age_objects(db: Connection, chunk: Chunk, now: datetime) -> None:
    """Objects as old as what they belong to: grace periods count from there. A trigger would date the change
    of each to this moment."""
    db.execute("set local session_replication_role = replica")
    db.execute(
        """
        update storage.objects as o set created_at = aged.at, updated_at = aged.at
        from unnest(%s::text[], %s::timestamptz[]) as aged(folder, at)
        where o.bucket_id = 'media' and o.name like aged.folder || '%%'
        """,
        [
            [_place(spec) for spec in chunk.files],
            [now - timedelta(days=s.created_days_ago) for s in chunk.files],
        ],
    )
    db.execute("set local session_replication_role = origin")


def _place(spec: Spec) -> str:
    """How the paths of a file's objects begin."""
    if spec.role == "abandoned":
        return f"incoming/{spec.id}"
    return FOREIGN.get(spec.key, f"{spec.folder}/")
