"""Libraries made at random, together with the orphans that they truly have."""

from __future__ import annotations

import random
import uuid

from tests.integration.cleanup.library import OLD, RENDITIONS, Library, path_of


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
