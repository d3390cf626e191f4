"""What a real library collects beside its good order: voices, profile photos, orphans of every class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from mediaops.local.sample.content import books, unused
from mediaops.local.sample.draw.abstract import SCHEMES
from mediaops.local.sample.draw.canvas import Random
from mediaops.local.sample.naming import file_name, title_of
from mediaops.local.sample.sizes import page_number, size_of
from mediaops.local.sample.spec import PEOPLE, TEAM, Chunk, LinkSpec, Role, Spec, random_of

THREADS = (
    ("silas", ("ines", "mara", "silas")), ("ines", ("jonas", "ines", "hugo", "priya")),
    ("hugo", ("mara", "hugo")), ("mara", ("priya", "elif", "mara")),
)  # fmt: skip
REFUSALS = (
    ("invoice-2031.pdf", "not_an_image", "“invoice-2031.pdf” is not an image but a PDF document."),
    ("panorama_full.tif", "image_too_many_pixels", "The picture has 412 megapixels; at most 100 are taken."),
    ("IMG_7710.jpg", "image_broken", "The picture ends in the middle; it seems the transfer was cut off."),
)  # fmt: skip


POOL, SOUNDS, FILMS = unused()


def _file(what: str, key: str, days: float, now: datetime, **more: object) -> Spec:
    r = random_of("file", key)
    number = page_number(what) if what.startswith("page:") else None
    title = title_of(r, what, "", number)
    width, height = size_of(what, key)
    told = {"uploader": TEAM[int(r.integers(len(TEAM)))], **more}
    name = str(told.pop("original_name", file_name(r, what, title, days, now)))
    title = str(told.pop("title", title))
    return Spec(key, what, "", width, height, title, name, created_days_ago=round(days, 4), **told)  # pyright: ignore[reportArgumentType]


def voices(now: datetime) -> Chunk:
    """Profile photos and threads of voice notes."""
    files: list[Spec] = []
    for index, person in enumerate(PEOPLE):
        scheme = list(SCHEMES)[index % len(SCHEMES)]
        name = f"{person.name.split()[0].lower()}.jpg"
        files.append(
            _file(f"portrait:{scheme}", f"profile/{person.key}", 30 + index * 31.7, now,
                  uploader=person.key, purpose="profile", title=person.name, original_name=name,
                  alt=f"Profile picture of {person.name}.")
        )  # fmt: skip
    for number, (first, others) in enumerate(THREADS):
        r = random_of("thread", number)
        days, before = float(r.uniform(5, 200)), None
        for place, who in enumerate((first, *others)):
            key = f"voice/{number}/{place}"
            at = now - timedelta(days=days)
            hint = ("low", "middle", "high")[[p.key for p in PEOPLE].index(who) % 3]
            files.append(
                _file(f"sound:voice:{hint}:Voice note", key, days, now, uploader=who, purpose="voice_note",
                      title="", reply_to=before,
                      original_name=f"WhatsApp Ptt {at:%Y-%m-%d} at {at:%H.%M.%S}.ogg")
            )  # fmt: skip
            before, days = files[-1].id, max(0.01, days - float(r.uniform(0.002, 0.3)))
    return Chunk("people", (), tuple(files), ())


def loose_ends(chunks: list[Chunk], now: datetime) -> Chunk:
    """Everything that nobody uses, and a few uses that cross the topics."""
    linked = [spec for chunk in chunks for spec in chunk.files]
    r = random_of("loose")
    files = [
        *_unlinked(r, now),
        *_pages(r, now),
        *_doubles(r, linked, now),
        *_ended(r, now),
        *_objects(r, linked, now),
    ]
    return Chunk("loose ends", (), tuple(files), _crossing(r, chunks))


def _unlinked(r: Random, now: datetime) -> Iterator[Spec]:
    for index, what in enumerate((*POOL[:34], *SOUNDS, *FILMS[:3])):
        recent = index % 4 == 3
        days = float(r.uniform(0.1, 26) if recent else r.uniform(34, 410))
        yield _file(what, f"loose/{index}", days, now)


def _page(r: Random) -> str:
    keys = sorted(books())
    key = keys[int(r.integers(len(keys)))]
    start = int(r.integers(len(books()[key].paragraphs)))
    return f"page:{key}:{start}" + (":spread" if r.random() < 0.25 else "")


def _pages(r: Random, now: datetime) -> Iterator[Spec]:
    """Photos for reading: ended ones, ones with days left, and old ones that were kept but never linked."""
    for index in range(9):
        days = float(r.uniform(19, 150))
        reading = ("unreviewed", "accepted", "failed")[index % 3]
        yield _file(_page(r), f"expired/{index}", days, now, purpose="annotation",
                    expires_days_ago=round(days - 14, 4), reading=reading)  # fmt: skip
    for index in range(7):
        days = float(r.uniform(0.05, 9))
        reading = "failed" if index == 3 else "unreviewed"
        yield _file(_page(r), f"reading/{index}", days, now, purpose="annotation",
                    expires_days_ago=round(days - 14, 4), reading=reading)  # fmt: skip
    for index in range(8):
        reading = ("fixed", "unreviewed")[index % 2]
        yield _file(_page(r), f"kept/{index}", float(r.uniform(40, 400)), now, reading=reading)


def _doubles(r: Random, linked: list[Spec], now: datetime) -> Iterator[Spec]:
    """The same bytes again under another name, and the same picture saved again a little differently."""
    pictures = [spec for spec in linked if spec.what.split(":")[0] not in ("film", "sound", "page")]
    picked = [pictures[int(i)] for i in r.choice(len(pictures), 12, replace=False)]
    for index, spec in enumerate(picked):
        how = "copy" if index < 7 else "near"
        stem, _, end = spec.original_name.rpartition(".")
        name = f"{stem} ({index % 3 + 1}).{end}" if how == "copy" else f"{stem}-edited.{end}"
        days = max(0.2, spec.created_days_ago - float(r.uniform(0.5, 60)))
        by = TEAM[int(r.integers(len(TEAM)))]
        yield replace(
            spec, key=f"{how}/{index}", what=f"{how}:{spec.key}", original_name=name, uploader=by,
            created_days_ago=round(days, 4), reading=None,
        )  # fmt: skip


def _ended(r: Random, now: datetime) -> Iterator[Spec]:
    """In the trash, refused, or with its object lost."""
    for index in range(13):
        trashed = float(r.uniform(0.3, 27))
        what = _page(r) if index % 4 == 0 else POOL[(index * 7 + 3) % len(POOL)]
        if index in (5, 9):
            what = (SOUNDS[1], FILMS[0])[index == 9]
        yield _file(
            what,
            f"trash/{index}",
            trashed + float(r.uniform(1, 200)),
            now,
            trashed_days_ago=round(trashed, 4),
        )
    for index in range(5):
        yield _file(
            POOL[(index * 5 + 1) % len(POOL)],
            f"broken/{index}",
            float(r.uniform(60, 380)),
            now,
            role="broken",
        )
    for index, (name, code, message) in enumerate(REFUSALS):
        yield _file(POOL[0], f"rejected/{index}", float(r.uniform(1, 50)), now, role="rejected", title="",
                    original_name=name, refusal=(code, message))  # fmt: skip


def _objects(r: Random, linked: list[Spec], now: datetime) -> Iterator[Spec]:
    """Objects in Storage that no asset has."""
    roles: tuple[tuple[Role, int, tuple[float, float]], ...] = (
        ("abandoned", 7, (1.2, 40)), ("ghost", 9, (2, 300)), ("stale", 5, (5, 200)),
    )  # fmt: skip
    for role, count, (newest, oldest) in roles:
        for index in range(count):
            what = POOL[(index * 3 + len(role)) % len(POOL)]
            spec = _file(what, f"{role}/{index}", float(r.uniform(newest, oldest)), now, role=role)
            yield replace(spec, width=480, height=360)  # nobody looks at it
    for index, spec in enumerate(linked[7:70:21]):
        yield Spec(f"leftover/{index}", f"leftover:{spec.id}", "", 400, 300, "", "", spec.uploader,
                   spec.created_days_ago, role="leftover")  # fmt: skip


def _crossing(r: Random, chunks: list[Chunk]) -> tuple[LinkSpec, ...]:
    """Pictures that a second entry uses too."""
    entries = [entry for chunk in chunks if chunk.files for entry in chunk.knowledge]
    pictures = [
        spec for chunk in chunks for spec in chunk.files if not spec.what.startswith(("film", "sound"))
    ]
    links: list[LinkSpec] = []
    picked: list[int] = r.choice(len(pictures), 26, replace=False).tolist()
    for index in picked:
        entry, spec = entries[int(r.integers(len(entries)))], pictures[index]
        days = round(min(entry.days_ago, spec.created_days_ago) * 0.7, 4)
        links.append(
            LinkSpec(entry.id, spec.id, "inline", None, None, TEAM[int(r.integers(len(TEAM)))], days)
        )
    return tuple(links)
