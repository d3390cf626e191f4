"""Random libraries whose orphans are known by construction, and a hand to set single cases up."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg

RENDITIONS = ("thumb", "card", "large")
OLD = "now() - interval '100 days'"


def path_of(asset: str, part: str = "original") -> str:
    return f"{asset[:2]}/{asset}/{part}"


@dataclass
class Library:
    """Rows and objects as a superuser writes them; ``truth`` says of which class each is."""

    db: psycopg.Connection[Any]
    user: str
    made: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def asset(
        self,
        state: str = "ready",
        purpose: str = "library",
        *,
        links: int = 0,
        expires: str = "null",
        since: str = OLD,
        content: str | None = None,
        reply_to: str | None = None,
        stored: bool = True,
        title: str = "",
        phash: str | None = None,
        renditions: tuple[str, ...] = (),
    ) -> str:
        """An asset with its objects (rows only, no bytes). ``since`` and ``expires`` are SQL."""
        asset = str(uuid.uuid4())
        digest = hashlib.sha256((content or asset).encode()).hexdigest()
        kind = None if state in ("processing", "rejected") else "image"
        self.db.execute(
            "insert into media.assets (id, kind, state, purpose, object_path, bytes, sha256, uploaded_by, reply_to,"
            " expires_at, created_at, trashed_at, purge_after, title, original_name, phash)"
            f" values (%s, %s, %s, %s, %s, 1000, %s, %s, %s, {expires}, {since},"
            " case when %s = 'trashed' then now() end, case when %s = 'trashed' then now() + interval '9 days' end,"
            " %s, 'a.png', %s)".encode(),
            [
                *(asset, kind, state, purpose, path_of(asset), digest, self.user, reply_to, state, state),
                *(title, phash),
            ],
        )
        for part in renditions:
            self.rendition(asset, part)
        if stored:
            self.object(path_of(asset))
        for _ in range(links):
            self.link(asset)
        self.made.append(asset)
        return asset

    def rendition(self, asset: str, part: str, stored: bool = True) -> None:
        self.db.execute(
            "insert into media.renditions (asset, name, object_path, mime, bytes, created_at)"
            f" values (%s, %s, %s, 'image/webp', 10, {OLD})",
            [asset, part, path_of(asset, part)],
        )
        if stored:
            self.object(path_of(asset, part))

    def object(self, name: str, since: str = OLD) -> str:
        self.db.execute(
            "insert into storage.objects (bucket_id, name, version, metadata, created_at, updated_at)"
            f' values (\'media\', %s, %s, \'{{"size": 1000, "eTag": "x"}}\', {since}, {since})'.encode(),
            [name, str(uuid.uuid4())],
        )
        self.paths.append(name)
        return name

    def knowledge(self) -> str:
        entry = str(uuid.uuid4())
        self.db.execute("insert into media.knowledge (id, title) values (%s, 'An entry')", [entry])
        return entry

    def link(self, asset: str, knowledge: str | None = None) -> None:
        self.db.execute(
            "insert into media.links (knowledge, asset, placement, position) values (%s, %s, 'inline', 0)",
            [knowledge or self.knowledge(), asset],
        )

    def ticket(self, expires: str, completed: bool = False) -> str:
        ticket = str(uuid.uuid4())
        self.db.execute(
            "insert into media.upload_tickets (id, purpose, issued_to, created_at, expires_at, completed_at)"
            f" values (%s, 'library', %s, {OLD}, {expires}, {'now()' if completed else 'null'})".encode(),
            [ticket, self.user],
        )
        return ticket

    def job(self, task: str, asset: str) -> None:
        self.db.execute(
            "insert into procrastinate.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, scheduled_at)"
            " values ('elsewhere', %s, %s, %s, 'infinity')",
            [task, f"{task}:{asset}", f"{task}:{asset}"],
        )


def random_library(library: Library, chance: random.Random, size: int) -> dict[str, set[str]]:
    """Fill ``library`` with ``size`` things and answer the true members of each class.

    Assets go by id, objects by path.
    """
    truth: dict[str, set[str]] = {
        name: set()
        for name in (
            "unlinked",
            "expired_annotation",
            "duplicate",
            "abandoned_upload",
            "ghost_object",
            "broken_asset",
            "stale_rendition",
        )
    }
    some = [_some_asset, _some_asset, _some_asset, _some_object, _some_upload, _some_copies]
    for _ in range(size):
        chance.choice(some)(library, chance, truth)
    return truth


def _some_copies(library: Library, chance: random.Random, truth: dict[str, set[str]]) -> None:
    """The most used one stays, then one that is used without a link, the best described, the oldest."""
    content = str(uuid.uuid4())
    known: list[tuple[int, bool, bool, int, int, str]] = []
    for place in range(chance.randrange(1, 4)):
        links, kept, age = chance.randrange(3), chance.random() < 0.3, chance.randrange(50, 60)
        title = chance.choice(["", "A title"])
        asset = library.asset(
            links=links, content=content, title=title, since=f"now() - interval '{age} days'"
        )
        if kept:
            library.db.execute("insert into media.kept_assets (asset, reason) values (%s, 'wanted')", [asset])
        if not links and not kept:
            truth["unlinked"].add(asset)
        # Of the same day the one that was made first is a little older.
        known.append((-links, not kept, title == "", -age, place, asset))
    # Copies in another state or for another purpose are none.
    library.asset(chance.choice(["trashed", "processing"]), content=content, stored=False)
    library.asset(purpose="profile", content=content)
    truth["duplicate"] |= {asset for _, free, _, _, _, asset in sorted(known)[1:] if free}


def _some_asset(library: Library, chance: random.Random, truth: dict[str, set[str]]) -> None:
    state = chance.choice(["ready"] * 6 + ["trashed", "processing", "rejected"])
    purpose = chance.choice(["library", "library", "annotation", "profile", "voice_note"])
    expires = chance.choice(["null", "null", "now() - interval '2 days'", "now() + interval '2 days'"])
    since = chance.choice([OLD, OLD, "now() - interval '29 days'", "now() - interval '31 days'"])
    links = chance.choice([0, 0, 0, 1, 2]) if state == "ready" else 0
    stored = chance.random() < 0.9
    asset = library.asset(state, purpose, links=links, expires=expires, since=since, stored=stored)
    used = links > 0 or purpose in ("profile", "voice_note")
    special = chance.choice(["", "", "", "", "kept", "profile", "reading", "read", "replied", "reply"])
    if state == "ready" and special:
        used = _use(library, asset, special) or used
    if state == "ready" and not used and expires == "null" and "29" not in since:
        truth["unlinked"].add(asset)
    if state == "ready" and not used and "- interval" in expires:
        truth["expired_annotation"].add(asset)
    if state == "ready" and not stored:
        truth["broken_asset"].add(path_of(asset))
    if state == "rejected" and stored:
        truth["ghost_object"].add(path_of(asset))
    for part in RENDITIONS:
        _some_rendition(library, chance, truth, asset, state, part)


def _use(library: Library, asset: str, special: str) -> bool:
    """Something that is no link and yet a use (or only looks like one)."""
    db = library.db
    if special == "kept":
        db.execute("insert into media.kept_assets (asset, reason) values (%s, 'wanted')", [asset])
    elif special == "profile":
        db.execute("update media.staff set profile_asset = %s where user_id = %s", [asset, library.user])
        # One person has one photo: what had it before is free again, so these stay apart.
        db.execute(
            "insert into auth.users (id, email, created_at) select gen_random_uuid(), %s, now()",
            [f"{asset}@example.org"],
        )
        db.execute(
            "insert into media.staff (user_id, role, profile_asset) select id, 'staff', %s from auth.users where email = %s",
            [asset, f"{asset}@example.org"],
        )
    elif special in ("reading", "read"):
        state, result = ("running", None) if special == "reading" else ("done", "{}")
        db.execute(
            "insert into media.annotations (asset, kind, state, engine, result) values (%s, 'ocr', %s, 'local', %s)",
            [asset, state, result],
        )
        return special == "reading"
    elif special == "replied":
        library.asset("ready", "voice_note", reply_to=asset)
    elif special == "reply":
        db.execute(
            "update media.assets set reply_to = %s where id = %s",
            [library.asset("ready", "voice_note"), asset],
        )
    return True


def _some_rendition(
    library: Library, chance: random.Random, truth: dict[str, set[str]], asset: str, state: str, part: str
) -> None:
    path = path_of(asset, part)
    what = chance.choice(["", "", "whole", "no object", "no row", "no row, being made"])
    if what in ("whole", "no object"):
        library.rendition(asset, part, stored=what == "whole")
        if state == "rejected" and what == "whole":
            truth["stale_rendition"].add(path)
        if state == "ready" and what == "no object":
            truth["broken_asset"].add(path)
    elif what:
        library.object(path)
        if "being made" in what:
            making = library.db.execute("select media.job_open(%s)", [f"make_renditions:{asset}"]).fetchone()
            if making == (False,):
                library.job("make_renditions", asset)
        # Decided for all parts of the asset at the end: one job makes all of them.
        if state in ("ready", "trashed", "rejected"):
            truth["stale_rendition"].add(path)


def settle_truth(library: Library, truth: dict[str, set[str]]) -> None:
    """Renditions that a job is making just now are in flight, those of rejected uploads are not."""
    for asset in library.made:
        row = library.db.execute(
            "select state, media.job_open('make_renditions:' || id) from media.assets where id = %s", [asset]
        ).fetchone()
        assert row is not None
        if row[1] and row[0] != "rejected":
            for part in RENDITIONS:
                truth["stale_rendition"].discard(path_of(asset, part))
                known = library.db.execute(
                    "select 1 from media.renditions where asset = %s and name = %s", [asset, part]
                )
                if known.fetchone():
                    truth["broken_asset"].discard(path_of(asset, part))


def _some_object(library: Library, chance: random.Random, truth: dict[str, set[str]]) -> None:
    nobody = str(uuid.uuid4())
    other = ("0" if nobody[0] != "0" else "1") + nobody[1:2]
    name = chance.choice(
        [
            path_of(nobody),
            path_of(nobody, "unheard"),
            f"{other}/{nobody}/original",
            f"{nobody[:2]}/{nobody}/original/deeper",
            f"{nobody[:2]}/{nobody.upper()}/original",
            f"team/{nobody}.psd",
            f"{nobody}.png",
            f"incoming/{nobody}/x",
            f"incoming/{nobody}.part",
            f"Incoming/{nobody}",
        ]
    )
    if name not in library.paths:
        library.object(name)
        truth["ghost_object"].add(name)
    stale = path_of(nobody, chance.choice(RENDITIONS))
    library.object(stale)
    truth["stale_rendition"].add(stale)


def _some_upload(library: Library, chance: random.Random, truth: dict[str, set[str]]) -> None:
    what = chance.choice(["open", "expired", "nobody", "waiting", "stuck", "swept", "late"])
    if what in ("open", "expired"):
        ticket = library.ticket(
            "now() + interval '1 hour'" if what == "open" else "now() - interval '9 days'"
        )
    elif what in ("waiting", "stuck"):
        ticket = library.asset("processing", stored=False)
        if what == "waiting":
            library.job("complete_upload", ticket)
    elif what in ("swept", "late"):
        ticket = library.asset("ready", links=1)
    else:
        ticket = str(uuid.uuid4())
    path = library.object(f"incoming/{ticket}")
    if what == "swept":
        library.db.execute(
            "insert into media.object_deletions (path, reason, due_at) values (%s, 'late upload', 'infinity')",
            [path],
        )
    if what in ("expired", "nobody", "stuck", "late"):
        truth["abandoned_upload"].add(path)
