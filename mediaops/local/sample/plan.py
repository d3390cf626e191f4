"""The library as a plan: topic by topic, then people and voices, then loose ends of every class."""

from __future__ import annotations

from datetime import datetime

from mediaops.local.sample.content import Entry, catalogue
from mediaops.local.sample.loose import loose_ends, voices
from mediaops.local.sample.naming import file_name, short, slug, title_of
from mediaops.local.sample.sizes import page_number, size_of
from mediaops.local.sample.spec import TEAM, Chunk, KnowledgeSpec, LinkSpec, Spec, random_of, uid

MONTHS_DAYS = 425.0
READINGS = ("accepted", "unreviewed", "fixed", "unreviewed", "accepted", "unreviewed", None, "rejected")


def plan(now: datetime) -> list[Chunk]:
    """Every chunk in the order it is written; ``now`` only colours file names with dates."""
    topics: dict[str, list[Entry]] = {}
    for entry in catalogue().entries:
        topics.setdefault(entry.topic, []).append(entry)
    chunks = [_topic(topic, entries, now) for topic, entries in topics.items()]
    return [*chunks, voices(now), loose_ends(chunks, now)]


def _topic(topic: str, entries: list[Entry], now: datetime) -> Chunk:
    knowledge: list[KnowledgeSpec] = []
    files: list[Spec] = []
    links: list[LinkSpec] = []
    for entry in entries:
        r = random_of("entry", entry.title)
        days = float(r.uniform(2, MONTHS_DAYS - 12))
        known = KnowledgeSpec(
            uid("knowledge", entry.title),
            entry.title,
            f"https://example.org/k/{slug(entry.title.removeprefix('Draft: '))[:60]}",
            entry.excerpt,
            round(days * float(r.uniform(0.3, 1)), 3),
        )
        knowledge.append(known)
        inline = 0
        for index, medium in enumerate(entry.media):
            if medium.startswith("carousel:"):
                _, name, items = medium.split(":", 2)
                for place, what in enumerate(items.split(",")):
                    spec = _file(entry, f"{index}.{place}", what, days, now)
                    files.append(spec)
                    links.append(_link(known, spec, "inline", name, place))
                continue
            spec = _file(entry, str(index), medium, days, now)
            files.append(spec)
            if index == 0:
                links.append(_link(known, spec, "cover", None, 0))
            else:
                links.append(_link(known, spec, "inline", None, inline))
                inline += 1
    return Chunk(topic, tuple(knowledge), tuple(files), tuple(links))


def _link(known: KnowledgeSpec, spec: Spec, placement: str, carousel: str | None, position: int) -> LinkSpec:
    days = round(spec.created_days_ago * 0.96, 4)
    return LinkSpec(known.id, spec.id, placement, carousel, position, spec.uploader, days)


def _file(entry: Entry, place: str, what: str, days: float, now: datetime) -> Spec:
    key = f"{entry.topic}/{slug(entry.title)[:40]}/{place}"
    r = random_of("file", key)
    kind = what.split(":")[0]
    title = title_of(r, what, entry.topic, page_number(what) if kind == "page" else None)
    if place == "0" and kind not in ("page", "chart", "film", "board", "books", "table") and r.random() < 0.6:
        title = f"Hero – {short(entry.title)}"
    created = round(days + float(r.uniform(0, 9)), 4)
    width, height = size_of(what, key)
    return Spec(
        key,
        what,
        entry.topic,
        width,
        height,
        title,
        file_name(r, what, title, created, now),
        TEAM[int(r.integers(len(TEAM)))],
        created,
        purpose="annotation" if kind == "page" and r.random() < 0.5 else "library",
        reading=READINGS[int(r.integers(len(READINGS)))] if kind == "page" else _caption(r.random(), kind),
    )


def _caption(chance: float, kind: str) -> str | None:
    """A few pictures have had their caption written by an engine too."""
    return "caption" if chance < 0.06 and kind not in ("film", "sound") else None
