"""Two answers to the same question beside each other: which there are, and which words differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, cast

COMPARED_WORDS = 6_000
"""Of one answer. A dense page has 800 words."""
CLOSELY = 1_500
"""Above it a match begins at no word that is everywhere: time is quadratic in such words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one engine's model said of one kind, as its newest annotation has it."""

    engine: str
    model: str
    annotation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words one after another that the other answer has as well, or (``differs``) has not."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both answers in pieces; ``words`` that differ, of the longer side; ``cut``: only the beginnings."""

    left: list[Piece]
    right: list[Piece]
    words: int
    cut: bool


def answers(annotations: Sequence[Mapping[str, Any]], kind: str) -> list[Answer]:
    """The newest answer of each engine and model, the newest first. Rejected ones too: they were said."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    done = (each for each in annotations if each["kind"] == kind and each["state"] == "done")
    for each in sorted(done, key=lambda each: str(each["finished_at"] or ""), reverse=True):
        found.setdefault((str(each["engine"]), str(each["model"] or "")), each)
    return [Answer(engine, model, each) for (engine, model), each in found.items()]


def plain_text(kind: str, result: Mapping[str, Any] | None) -> str:
    """An answer as lines of text to compare: passages with their colour, a caption with its tags."""
    said = result or {}
    if kind == "highlights":
        passages = cast(list[dict[str, Any]], said.get("passages") or [])
        return "\n".join(f"{one.get('color') or ''}: {one.get('text') or ''}" for one in passages)
    if kind == "caption":
        tags = ", ".join(map(str, cast(list[Any], said.get("tags") or [])))
        parts = (str(said.get("alt_text") or ""), str(said.get("caption") or ""), tags)
        return "\n".join(part for part in parts if part)
    return str(said.get("text") or "")


def compare(left: str, right: str) -> Comparison:
    """Word by word. Where a line ends is no difference: engines break lines as they like."""
    ours, theirs = _words(left), _words(right)
    cut = max(len(ours), len(theirs)) > COMPARED_WORDS
    ours, theirs = ours[:COMPARED_WORDS], theirs[:COMPARED_WORDS]
    matcher = SequenceMatcher(
        None,
        [word for word, _ in ours],
        [word for word, _ in theirs],
        autojunk=max(len(ours), len(theirs)) > CLOSELY,
    )
    one: list[Piece] = []
    other: list[Piece] = []
    differing = 0
    for what, start, end, since, to in matcher.get_opcodes():
        differs = what != "equal"
        differing += max(end - start, to - since) if differs else 0
        for pieces, words in ((one, ours[start:end]), (other, theirs[since:to])):
            if words:
                pieces.append(Piece("".join(word + after for word, after in words), differs))
    return Comparison(one, other, differing, cut)


def _words(text: str) -> list[tuple[str, str]]:
    """Every word with what follows it: a space or the end of its line."""
    return [
        (word, "\n" if place == last else " ")
        for line in text.splitlines()
        for words in [line.split()]
        for last in [len(words) - 1]
        for place, word in enumerate(words)
    ]
