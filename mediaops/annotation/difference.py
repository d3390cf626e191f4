"""How far a person's answer is from the engine's, in numbers; the two answers themselves are kept."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, cast

COMPARED_CHARS = 20_000  # of one text; SequenceMatcher is quadratic in the worst case


def difference(kind: str, engine: dict[str, Any], person: dict[str, Any]) -> dict[str, int]:
    """What was changed, all zero when nothing was.

    ``ocr``: lines_changed, lines_removed, characters. ``highlights``: passages_added, passages_removed,
    passages_changed (other words or text), colors_changed. ``caption``: characters (both texts), tags.
    ``transcript``: segments_changed, segments_removed, characters.
    """
    if kind == "ocr":
        return _of_text(engine, person)
    if kind == "highlights":
        return _of_passages(engine, person)
    if kind == "transcript":
        return _of_transcript(engine, person)
    return {
        "characters": characters(str(engine.get("alt_text") or ""), str(person.get("alt_text") or ""))
        + characters(str(engine.get("caption") or ""), str(person.get("caption") or "")),
        "tags": len(set(engine.get("tags") or []) ^ set(person.get("tags") or [])),
    }


def characters(before: str, after: str) -> int:
    """Characters typed or taken away between two texts."""
    if before == after:
        return 0
    one, other = before[:COMPARED_CHARS], after[:COMPARED_CHARS]
    changed = sum(
        max(end - start, to - since)
        for what, start, end, since, to in SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
        if what != "equal"
    )
    return changed or abs(len(before) - len(after)) or 1


def _of_text(engine: dict[str, Any], person: dict[str, Any]) -> dict[str, int]:
    old = {_key(line, place): line for place, line in enumerate(_list(engine, "lines"))}
    new = {_key(line, place): line for place, line in enumerate(_list(person, "lines"))}
    both = [(str(old[key].get("text") or ""), str(new[key].get("text") or "")) for key in old if key in new]
    gone = [str(line.get("text") or "") for key, line in old.items() if key not in new]
    return {
        "lines_changed": sum(before != after for before, after in both),
        "lines_removed": len(gone),
        "characters": sum(characters(before, after) for before, after in both) + sum(map(len, gone)),
    }


def _of_transcript(engine: dict[str, Any], person: dict[str, Any]) -> dict[str, int]:
    """Segments have no ids, but keep their order and times: what is left stands where the engine had it."""
    changed = removed = typed = 0
    left = iter(_list(person, "segments"))
    mine = next(left, None)
    for segment in _list(engine, "segments"):
        text = str(segment.get("text") or "")
        if mine is None or _times(mine) != _times(segment):
            removed, typed = removed + 1, typed + len(text)
            continue
        said = str(mine.get("text") or "")
        changed, typed = changed + (said != text), typed + characters(text, said)
        mine = next(left, None)
    return {"segments_changed": changed, "segments_removed": removed, "characters": typed}


def _times(segment: dict[str, Any]) -> tuple[object, object]:
    return segment.get("start"), segment.get("end")


def _of_passages(engine: dict[str, Any], person: dict[str, Any]) -> dict[str, int]:
    """Passages are the same where most of their words are; what is left over was added or removed."""
    old, new = _list(engine, "passages"), _list(person, "passages")
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    left = list(old)
    for passage in new:
        best = max(left, key=lambda other: _alike(other, passage), default=None)
        if best is not None and _alike(best, passage) >= 0.5:
            left.remove(best)
            pairs.append((best, passage))
    return {
        "passages_added": len(new) - len(pairs),
        "passages_removed": len(left),
        "passages_changed": sum(_content(before) != _content(after) for before, after in pairs),
        "colors_changed": sum(before.get("color") != after.get("color") for before, after in pairs),
    }


def _alike(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Shared words over the larger passage's: 0..1. Passages without words are told by their text."""
    a, b = set(one.get("words") or []), set(other.get("words") or [])
    if not a or not b:
        return float(one.get("text") == other.get("text"))
    return len(a & b) / max(len(a), len(b))


def _content(passage: dict[str, Any]) -> tuple[object, object]:
    return (passage.get("words") or [], passage.get("text"))


def _list(result: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], result.get(name) or [])


def _key(line: dict[str, Any], place: int) -> object:
    return line.get("id", place)
