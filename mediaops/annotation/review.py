"""The moderators' review: the queue, the three verbs, and what a person changed.

The rules (who may, claims, what is refused when something changed meanwhile) are SQL functions; here is what
they can't say: how a person's corrections become an answer of its kind, and how much they changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NotRequired, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from supabase import Client
from typing_extensions import TypedDict

from mediaops.annotation.difference import difference
from mediaops.annotation.models import CaptionResult, HighlightsResult, LineText, Passage
from mediaops.client import rpc
from mediaops.errors import Invalid

ReviewKind = Literal["ocr", "highlights", "caption", "transcript"]
Decision = Literal["accepted", "fixed", "rejected"]
REVIEW_KINDS: tuple[ReviewKind, ...] = ("ocr", "highlights", "caption", "transcript")


class ReviewAsset(TypedDict):
    """What an answer was read from; the URLs are added where a browser is to load it.

    ``image_url`` of a sound is None; ``full_url`` is the original: what plays of a sound or a video.
    """

    id: str
    kind: Literal["image", "video", "sound"]
    title: str
    alt_text: str
    width: int | None
    height: int | None
    thumbhash: str | None
    object_path: str
    large_path: str | None
    image_url: NotRequired[str | None]
    full_url: NotRequired[str | None]


class ReviewItem(TypedDict):
    """One answer to look at. ``version`` is what a decision has to name; ``uncertainty`` is 0..1."""

    annotation: str
    version: str
    kind: ReviewKind
    engine: str
    model: str
    uncertainty: float | None
    result: dict[str, Any]
    finished_at: str
    claimed_until: str | None
    asset: ReviewAsset


class Held(TypedDict):
    """Whether an item still is this person's; ``error`` says what happened to it."""

    annotation: str
    held: bool
    error: dict[str, str] | None


class Undone(TypedDict):
    """The item of the decision that was taken back, and what the person had made of it."""

    item: ReviewItem
    decision: Decision
    reason: str
    reviewed_result: dict[str, Any] | None


class EngineStats(TypedDict):
    """How answers of one engine and kind were judged: the newest 2,000 decisions."""

    kind: str
    engine: str
    backlog: int
    decided: int
    accepted: int
    fixed: int
    rejected: int
    median_seconds: float | None


class ReviewStats(TypedDict):
    """``backlog`` is counted up to 10,000."""

    backlog: int
    backlog_exact: bool
    mine_today: int
    engines: list[EngineStats]


class Change(BaseModel):
    """What a person corrected: changed lines or segments, all passages, or the whole caption."""

    model_config = ConfigDict(extra="forbid")

    lines: dict[Annotated[int, Field(ge=0)], LineText | None] | None = Field(
        default=None, description="Place of a line in the engine's answer -> its new text; null takes it out."
    )
    segments: dict[Annotated[int, Field(ge=0)], LineText | None] | None = Field(
        default=None, description="Place of a segment -> its new text; null (or no words) takes it out."
    )
    passages: list[Passage] | None = Field(default=None, max_length=500)
    alt_text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] | None = None
    caption: str | None = None
    tags: list[str] | None = None


def claim(
    client: Client, kinds: Sequence[ReviewKind] = REVIEW_KINDS, skip: Sequence[str] = (), count: int = 1
) -> list[ReviewItem]:
    """The next items, least certain first, this person's for five minutes. None left is an empty list."""
    return cast(
        list[ReviewItem],
        rpc(client, "claim_next_review", p_kinds=list(kinds), p_skip=list(skip), p_count=count),
    )


def hold(client: Client, annotations: Sequence[str]) -> list[Held]:
    """Five more minutes for what is still this person's; the rest says what happened."""
    return cast(list[Held], rpc(client, "hold_reviews", p_annotations=list(annotations)))


def release(client: Client, annotations: Sequence[str]) -> None:
    """Give items back for others."""
    rpc(client, "release_reviews", p_annotations=list(annotations))


def decide(
    client: Client,
    annotation: str,
    decision: Decision,
    *,
    version: str,
    change: Change | None = None,
    reason: str = "",
    seconds: float | None = None,
) -> dict[str, Any]:
    """Accept, fix and accept, or reject: ``{annotation, review_state, version, alt_text}``.

    Raises ``stale``, ``asset_trashed``, ``asset_purging`` or ``not_found`` with what happened meanwhile, and
    :class:`Invalid` for corrections that are no answer of this kind.
    """
    result = changed = None
    if decision == "fixed":
        item = cast(ReviewItem, rpc(client, "get_review", p_annotation=annotation))
        result = corrected(item["kind"], item["result"], change or Change())
        changed = difference(item["kind"], item["result"], result)
        if not any(changed.values()):
            decision, result, changed = "accepted", None, None
    return cast(
        dict[str, Any],
        rpc(
            client,
            "decide_review",
            p_annotation=annotation,
            p_decision=decision,
            p_result=result,
            p_reason=reason,
            p_version=version,
            p_seconds=seconds,
            p_difference=changed,
        ),
    )


def undo(client: Client) -> Undone:
    """Take this person's last decision back; the item is theirs again."""
    return cast(Undone, rpc(client, "undo_review"))


def stats(client: Client) -> ReviewStats:
    """What waits, and how often people change what engines say."""
    return cast(ReviewStats, rpc(client, "review_stats"))


def corrected(kind: ReviewKind, result: dict[str, Any], change: Change) -> dict[str, Any]:
    """The engine's answer with a person's corrections, as a new answer. Raises :class:`Invalid`."""
    try:
        if kind == "ocr":
            return _text(result, change.lines or {})
        if kind == "highlights":
            return _highlights(result, change.passages or [])
        if kind == "transcript":
            return _transcript(result, change.segments or {})
        if change.alt_text is None:
            raise Invalid("A caption needs an alt text.", hint="Write one, or reject the caption.")
        return CaptionResult(
            alt_text=change.alt_text,
            caption=result.get("caption") or "" if change.caption is None else change.caption,
            tags=result.get("tags") or [] if change.tags is None else change.tags,
            language=result.get("language"),
        ).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{where}: {first['msg']}", hint="Correct it and send it again.") from error


def _text(result: dict[str, Any], lines: dict[int, str | None]) -> dict[str, Any]:
    old = cast(list[dict[str, Any]], result.get("lines") or [])
    if beyond := [place for place in lines if place >= len(old)]:
        raise Invalid(f"There is no line {beyond[0] + 1}.", hint="Load the page again.")
    new = [
        line if place not in lines else _line(line, text)
        for place, line in enumerate(old)
        if (text := lines.get(place, "")) is not None
    ]
    return {**result, "lines": new, "text": "\n".join(str(line.get("text") or "") for line in new)}


def _transcript(result: dict[str, Any], segments: dict[int, str | None]) -> dict[str, Any]:
    """The times stay the engine's: they are where it was heard."""
    old = cast(list[dict[str, Any]], result.get("segments") or [])
    if beyond := [place for place in segments if place >= len(old)]:
        raise Invalid(f"There is no segment {beyond[0] + 1}.", hint="Load the page again.")
    texts = [segments.get(place, str(each.get("text") or "")) for place, each in enumerate(old)]
    new = [
        each if place not in segments else {**each, "text": text.strip()}
        for place, (each, text) in enumerate(zip(old, texts, strict=True))
        if text is not None and (place not in segments or text.strip())
    ]
    return {**result, "segments": new, "text": "\n".join(str(each.get("text") or "") for each in new)}


def _line(line: dict[str, Any], text: str | None) -> dict[str, Any]:
    """A person is sure of what they typed. The words keep their places while there are as many of them."""
    typed = (text or "").split()
    words = cast(list[dict[str, Any]], line.get("words") or [])
    kept = [
        {**word, "text": said, "confidence": 1.0}
        for word, said in (zip(words, typed, strict=True) if len(words) == len(typed) else ())
    ]
    return {**line, "text": (text or "").strip(), "confidence": 1.0, "words": kept}


def _highlights(result: dict[str, Any], passages: list[Passage]) -> dict[str, Any]:
    known = {word.get("id") for word in cast(list[dict[str, Any]], result.get("words") or [])}
    for passage in passages:
        if known and not known.issuperset(passage.words):
            raise Invalid("A passage covers a word that is not on the page.", hint="Load the page again.")
    found = HighlightsResult(
        width=result.get("width") or 1, height=result.get("height") or 1, rotation=0, passages=passages
    )
    # The words stay as the engine gave them, whatever they look like.
    return {**result, **found.model_dump(mode="json", include={"passages", "text"})}
