"""What moderators approved of an asset as a file: Markdown, JSON or CSV. What nobody checked stays out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, cast

from mediaops.library.export import to_csv
from mediaops.library.models import AnnotationKind, AssetDetail
from mediaops.library.standing import answer, is_checked, standing


@dataclass(frozen=True, slots=True)
class Highlight:
    """One passage: its marker's colour and its text."""

    color: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of speech: seconds from the beginning, who speaks ("" where nobody knows), what is said."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What moderators approved of one asset. ``None``: nothing of that kind was approved."""

    asset: str
    title: str
    sources: list[dict[str, str]]
    text: str | None
    highlights: list[Highlight] | None
    alt_text: str | None
    caption: str | None
    transcript: list[Said] | None = None

    @property
    def empty(self) -> bool:
        """Nothing was approved yet."""
        return all(one is None for one in (self.text, self.highlights, self.caption, self.transcript))


def approved(detail: AssetDetail) -> Approved:
    """The approved answers of an asset, with the entries that use it as its sources."""
    asset = detail["asset"]
    text, marks, caption, said = (
        _checked(detail, kind) for kind in ("ocr", "highlights", "caption", "transcript")
    )
    passages = cast(list[dict[str, Any]], (marks or {}).get("passages") or [])
    segments = cast(list[dict[str, Any]], (said or {}).get("segments") or [])
    return Approved(
        asset=asset["id"],
        title=asset["title"] or asset["original_name"],
        sources=[
            {"title": link["knowledge_title"], "url": link["knowledge_url"] or ""} for link in detail["links"]
        ],
        text=None if text is None else str(text.get("text") or ""),
        highlights=None
        if marks is None
        else [Highlight(str(one.get("color") or ""), str(one.get("text") or "")) for one in passages],
        alt_text=asset["alt_text"] or None,
        caption=None if caption is None else str(caption.get("caption") or caption.get("alt_text") or ""),
        transcript=None if said is None else [_said(one) for one in segments],
    )


def _said(one: dict[str, Any]) -> Said:
    start, end = float(one.get("start") or 0), float(one.get("end") or 0)
    return Said(start, end, str(one.get("speaker") or ""), str(one.get("text") or ""))


def source_line(detail: AssetDetail) -> str:
    """Where a quote comes from: the entry that uses the picture and its address, else the picture's title."""
    title = detail["asset"]["title"] or detail["asset"]["original_name"]
    link = next(iter(detail["links"]), None)
    if link is None:
        return title
    return ", ".join(part for part in (link["knowledge_title"], title, link["knowledge_url"] or "") if part)


def to_markdown(page: Approved) -> str:
    """A heading, the sources, the highlights as quotes, the text, what is said with its times."""
    parts = [f"# {_plain(page.title)}"]
    parts += [
        f"- [{_plain(source['title'])}](<{source['url']}>)"
        if source["url"]
        else f"- {_plain(source['title'])}"
        for source in page.sources
    ]
    if page.caption:
        parts.append(_plain(page.caption))
    if page.highlights:
        parts.append("## Highlights")
        parts += [f"> {_plain(mark.text)}\n>\n> ({mark.color})" for mark in page.highlights]
    if page.text:
        parts += ["## Text", "  \n".join(_plain(line) for line in page.text.splitlines())]
    if page.transcript:
        parts += ["## What is said", "  \n".join(_line_said(one) for one in page.transcript)]
    return "\n\n".join(parts) + "\n"


def _line_said(one: Said) -> str:
    minutes, seconds = divmod(int(one.start), 60)
    speaker = f"{_plain(one.speaker)}: " if one.speaker else ""
    return f"{minutes}:{seconds:02} {speaker}{_plain(one.text)}"


def to_json(page: Approved) -> str:
    """All of it, with ``null`` for what was not approved."""
    return json.dumps(asdict(page), ensure_ascii=False, indent=2) + "\n"


def to_table(page: Approved) -> bytes:
    """A row for each highlight, line of text and stretch of speech; a formula is taken for the text it is."""
    rows = [
        {
            "asset": page.asset,
            "title": page.title,
            "kind": "highlight",
            "color": mark.color,
            "text": mark.text,
        }
        for mark in page.highlights or []
    ]
    rows += [
        {"asset": page.asset, "title": page.title, "kind": "text", "color": "", "text": line}
        for line in (page.text or "").splitlines()
    ]
    rows += [
        {"asset": page.asset, "title": page.title, "kind": "said", "color": "", "text": one.text}
        for one in page.transcript or []
    ]
    return to_csv(rows)


def _checked(detail: AssetDetail, kind: AnnotationKind) -> dict[str, Any] | None:
    found = standing(detail["annotations"], kind)
    return answer(found) if found and is_checked(found) else None


def _plain(text: str) -> str:
    """A line of a page is no Markdown: the signs that would make it some are taken literally."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in " ".join(text.split()))
    return f"\\{escaped}" if escaped[:1] in ("-", "+") else escaped
