"""What two engines or models said of the same asset, side by side with the words that differ marked."""

from __future__ import annotations

from html import escape
from typing import Final, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mediaops.annotation import comparison
from mediaops.annotation.comparison import Answer, Piece
from mediaops.annotation.models import KINDS, Kind
from mediaops.library import assets
from mediaops.library.models import AssetDetail
from mediaops.library.standing import standing
from mediaops.ui import look, viewer, words

_CHECKS: Final[dict[str, tuple[str, look.Tone]]] = {
    "unreviewed": ("Not checked", "warn"),
    "accepted": ("Checked", "good"),
    "fixed": ("Corrected by a person", "good"),
    "rejected": ("Rejected", "bad"),
}


def button(detail: AssetDetail) -> None:
    """Only where there are two answers to compare."""
    if _kinds(detail) and st.button("Compare", icon=":material/compare:", key="compare", type="tertiary"):
        dialog(detail["asset"]["id"])


def _kinds(detail: AssetDetail) -> list[Kind]:
    return [kind for kind in KINDS if len(comparison.answers(detail["annotations"], kind)) > 1]


@st.dialog("Compare answers", width="large", icon=":material/compare:")
@viewer.part
def dialog(asset: str) -> None:
    """The newest answers of two engines; of which kind and which two, where there are more."""
    detail = assets.get(viewer.client(), asset)
    kinds = _kinds(detail)
    if not kinds:
        st.info("There are no two answers to compare any more.")
        return
    kind = kinds[0]
    if len(kinds) > 1:
        picked = st.segmented_control(
            "Kind",
            kinds,
            default=kind,
            format_func=lambda each: words.READINGS[each].capitalize(),
            key="compare-kind",
            label_visibility="collapsed",
        )
        kind = cast(Kind, picked or kind)
    found = comparison.answers(detail["annotations"], kind)
    left, right = found[0], found[1]
    if len(found) > 2:
        one, other = st.columns(2)
        left = _pick(one, found, 0, f"compare-{kind}-left")
        right = _pick(other, found, 1, f"compare-{kind}-right")
    _show(detail, kind, left, right)


def _pick(column: DeltaGenerator, found: list[Answer], place: int, key: str) -> Answer:
    chosen = column.selectbox(
        "Answer",
        found,
        index=place,
        format_func=lambda each: f"{each.engine} · {each.model}",
        key=key,
        label_visibility="collapsed",
    )
    return chosen or found[place]


def _show(detail: AssetDetail, kind: Kind, left: Answer, right: Answer) -> None:
    ours, theirs = (comparison.plain_text(kind, each.annotation["result"]) for each in (left, right))
    told = comparison.compare(ours, theirs)
    if told.words:
        st.caption(f"{words.plural(told.words, 'word differs', 'words differ')}; marked in both.")
    else:
        st.caption("Both say the same.")
    counting = standing(detail["annotations"], kind)
    counts = counting["id"] if counting else None
    columns = "".join(
        f"<div><header>{_head(each, each.annotation['id'] == counts)}</header>"
        f'<p class="mo-said" dir="auto">{_marked(pieces)}</p></div>'
        for each, pieces in ((left, told.left), (right, told.right))
    )
    st.html(f'<div class="mo-compare" data-kind="{kind}">{columns}</div>')
    if told.cut:
        st.caption(f"Of long answers the first {words.number(comparison.COMPARED_WORDS)} words are compared.")


def _head(answer: Answer, counts: bool) -> str:
    annotation = answer.annotation
    says, tone = _CHECKS[annotation["review_state"]]
    used = look.badge("Counts for search and pages", "accent") if counts else ""
    how = [answer.model]
    if annotation["seconds"]:
        how.append(f"{annotation['seconds']:.1f} s")
    if annotation["cost"]:
        how.append(words.dollars(annotation["cost"]))
    how.append(words.ago(annotation["finished_at"]))
    return (
        f"<b>{escape(answer.engine)}</b>{look.badge(says, tone)}{used}"
        f"<small>{escape(' · '.join(part for part in how if part))}</small>"
    )


def _marked(pieces: list[Piece]) -> str:
    if not pieces:
        return "<small>It found nothing.</small>"
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    words_only = piece.text.rstrip()
    after = piece.text[len(words_only) :]
    return f"<mark>{escape(words_only)}</mark>{after}" if piece.differs else escape(piece.text)
