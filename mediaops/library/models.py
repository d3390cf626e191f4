"""The shapes that the database's functions answer with. Times are ISO 8601 text, sizes in bytes."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

# Not from typing: before Python 3.12 pydantic, which the API checks its answers with, takes only these.
from typing_extensions import TypedDict

Kind = Literal["image", "video", "sound"]
AssetState = Literal["processing", "ready", "rejected", "trashed", "purging"]
AnnotationKind = Literal["ocr", "highlights", "caption", "transcript"]
AnnotationState = Literal["queued", "running", "done", "failed"]
Placement = Literal["cover", "inline"]


class AssetCard(TypedDict):
    """One asset as lists show it. Pixels for width and height, seconds for duration.

    ``text_checked``: whether a moderator approved all that was read; None where there is no text.
    """

    id: str
    kind: Kind | None
    state: AssetState
    purpose: str
    title: str
    alt_text: str
    original_name: str
    mime: str | None
    bytes: int | None
    original_bytes: int | None
    width: int | None
    height: int | None
    duration: float | None
    thumbhash: str | None
    thumb_path: str | None
    card_path: str | None
    object_path: str
    link_count: int
    has_text: bool
    text_checked: bool | None
    annotation_state: AnnotationState | None
    uploaded_by: str | None
    uploader_name: str | None
    created_at: str
    trashed_at: str | None
    expires_at: str | None
    thumb_url: NotRequired[str | None]
    card_url: NotRequired[str | None]


class AssetPage(TypedDict):
    """One page of a list; ``next`` is the key of the page after, or None at the end."""

    items: list[AssetCard]
    next: str | None
    query_ignored: NotRequired[bool]


class Count(TypedDict):
    """How many match. Not exact above 10,000, where counting on would only cost time."""

    count: int
    exact: bool


class Person(TypedDict):
    """A colleague as filters and histories name them."""

    id: str
    name: str


class Facets(TypedDict):
    """What the library's filters can offer."""

    uploaders: list[Person]
    states: dict[str, int]
    kinds: dict[str, int]


class Rendition(TypedDict):
    """A derived file of an asset."""

    name: str
    path: str
    mime: str
    width: int | None
    height: int | None
    bytes: int


class AssetLink(TypedDict):
    """One use of an asset."""

    id: str
    knowledge: str
    knowledge_title: str
    knowledge_url: str | None
    placement: Placement
    carousel: str | None
    position: int
    alt_text: str | None
    created_by_name: str | None
    created_at: str


class Annotation(TypedDict):
    """What an engine read, or is about to read. ``result`` depends on the kind, ``cost`` is US dollars.

    ``reused_from`` is the annotation of the same bytes whose answer this one repeats.
    """

    id: str
    asset: str
    kind: AnnotationKind
    state: AnnotationState
    engine: str
    model: str | None
    prompt_version: str | None
    result: dict[str, Any] | None
    error: dict[str, str] | None
    attempts: int
    seconds: float | None
    tokens: dict[str, Any] | None
    cost: float | None
    language: str
    review_state: str
    reviewed_result: dict[str, Any] | None
    requested_by_name: str | None
    requested_at: str
    started_at: str | None
    finished_at: str | None
    reused_from: str | None


class AssetRecord(TypedDict):
    """Every column of an asset but its search vector."""

    id: str
    kind: Kind | None
    state: AssetState
    purpose: str
    object_path: str
    mime: str | None
    bytes: int | None
    original_bytes: int | None
    original_name: str
    sha256: str | None
    original_sha256: str | None
    width: int | None
    height: int | None
    duration: float | None
    thumbhash: str | None
    title: str
    alt_text: str
    source_url: str | None
    uploaded_by: str | None
    link_count: int
    expires_at: str | None
    trashed_at: str | None
    purge_after: str | None
    created_at: str
    rejection_code: str | None
    rejection_message: str | None


class AssetDetail(TypedDict):
    """One asset with all that belongs to it. ``version`` guards an edit against a stale page."""

    asset: AssetRecord
    uploader_name: str | None
    renditions: list[Rendition]
    links: list[AssetLink]
    annotations: list[Annotation]
    replies: list[str]
    version: str


class Event(TypedDict):
    """One line of an asset's history."""

    id: int
    at: str
    actor: str | None
    actor_name: str | None
    action: str
    detail: dict[str, Any] | None
    knowledge: str | None


class Problem(TypedDict):
    """Why one item of many failed."""

    code: str
    message: str
    hint: str


class ReadingState(TypedDict):
    """Where one reading stands; ``seconds_running`` while it runs."""

    asset: str
    kind: AnnotationKind
    state: AnnotationState
    annotation: str
    error: dict[str, str] | None
    seconds_running: float | None


class Outcome(TypedDict):
    """What became of one asset of a bulk step."""

    asset: str
    ok: bool
    note: str | None
    error: Problem | None


class LinkOutcome(Outcome):
    """The same, with the link that stands now."""

    link: str | None


class Use(TypedDict):
    """Where an asset is used, in brief."""

    link: str
    knowledge: str
    knowledge_title: str
    placement: Placement


class Uses(TypedDict):
    """The uses of one asset."""

    asset: str
    links: list[Use]


class KnowledgeCard(TypedDict):
    """One knowledge entry as lists show it."""

    id: str
    title: str
    url: str | None
    excerpt: str | None
    updated_at: str
    link_count: int
    cover_thumb_path: str | None
    cover_thumbhash: str | None


class KnowledgePage(TypedDict):
    """One page of knowledge entries."""

    items: list[KnowledgeCard]
    next: str | None


class KnowledgeLink(TypedDict):
    """One asset in an entry."""

    id: str
    placement: Placement
    carousel: str | None
    position: int
    alt_text: str | None
    asset: AssetCard


class KnowledgeRecord(TypedDict):
    """An entry of the product, as it is mirrored here."""

    id: str
    title: str
    url: str | None
    excerpt: str | None
    updated_at: str


class KnowledgeDetail(TypedDict):
    """One entry with its media, cover first, then by position."""

    knowledge: KnowledgeRecord
    links: list[KnowledgeLink]
    version: str


class Staff(TypedDict):
    """Someone who works here."""

    user_id: str
    email: str
    display_name: str
    role: Literal["staff", "moderator", "ops"]
