"""What is to be read and by whom: the same small form wherever readings are asked for, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st

from mediaops.annotation.models import KINDS, Kind
from mediaops.annotation.requests import BatchPreview, Budget, EngineInfo, Trouble
from mediaops.errors import MediaOpsError
from mediaops.ui import look, words

PICTURE: Final[tuple[Kind, ...]] = ("ocr", "highlights", "caption")
TIMED: Final[tuple[Kind, ...]] = ("transcript",)
PAGE: Final[tuple[Kind, ...]] = ("ocr", "highlights")
"""What is read from a photo of a page."""
USUAL: Final[tuple[Kind, ...]] = (*PAGE, *TIMED)
"""What a plain click asks for, of what fits."""
_UNKNOWN_MINUTES: Final = 10.0
_SAY_LANGUAGE: Final = ("caption", "transcript")


@dataclass(frozen=True)
class Choice:
    """``engine`` None: the default of each kind. ``again``: also what was answered before."""

    kinds: tuple[Kind, ...]
    engine: str | None = None
    again: bool = False
    language: str = ""


def fitting(media: Iterable[str | None]) -> tuple[Kind, ...]:
    """The kinds that can be read from assets of these kinds (image, video, sound); of nothing, all."""
    of = set(media) or {"image", "sound"}
    picture: tuple[Kind, ...] = PICTURE if "image" in of else ()
    timed: tuple[Kind, ...] = TIMED if of & {"video", "sound"} else ()
    return picture + timed


def doable(engines: Sequence[EngineInfo], kinds: Sequence[Kind]) -> tuple[Kind, ...]:
    """Of these the kinds that an engine which is set up can do."""
    able = {kind for engine in engines if engine["available"] for kind in engine["kinds"]}
    return tuple(kind for kind in KINDS if kind in kinds and kind in able)


def engine_for(engines: Sequence[EngineInfo], kind: Kind, name: str | None) -> EngineInfo | None:
    """Who reads this kind: the one chosen, else the default."""
    if name:
        return next((each for each in engines if each["name"] == name), None)
    return next((each for each in engines if kind in each["default_for"]), None)


def expected_cost(engines: Sequence[EngineInfo], choice: Choice, seconds: float | None = None) -> float:
    """US dollars that one asset is expected to cost; a transcript by its length in ``seconds``."""
    total = 0.0
    for kind in choice.kinds:
        engine = engine_for(engines, kind, choice.engine)
        unit = engine["expected"].get(kind, 0.0) if engine else 0.0
        minutes = _UNKNOWN_MINUTES if seconds is None else max(seconds, 1) / 60
        total += unit * (minutes if kind == "transcript" else 1)
    return total


def draw(
    engines: Sequence[EngineInfo],
    kinds: Sequence[Kind],
    key: str,
    *,
    again: bool | None = False,
    language: str = "",
) -> Choice | None:
    """The form. None when nothing that is set up here can read any of these kinds; that is said then.

    ``again`` None: it is not asked, and readings are asked for anew. ``language`` stands there to begin with.
    """
    able = doable(engines, kinds)
    if not able:
        nobody(engines, kinds)
        return None
    usual = [kind for kind in able if kind in USUAL] or list(able)
    chosen = st.pills(
        "What to read",
        able,
        default=usual,
        selection_mode="multi",
        format_func=lambda kind: words.READINGS[kind].capitalize(),
        key=f"{key}-kinds",
    )
    picked: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in chosen)
    names = [each["name"] for each in engines if each["available"] and set(picked) <= set(each["kinds"])]
    engine = st.selectbox(
        "Engine",
        ["", *names],
        format_func=lambda name: _engine_label(engines, picked, name),
        key=f"{key}-engine",
        help=_not_set_up(engines) or None,
    )
    said = ""
    if set(picked) & set(_SAY_LANGUAGE):
        said = st.text_input(
            "Language",
            language,
            key=f"{key}-language",
            placeholder="Its own",
            max_chars=35,
            help="Of captions and transcripts, by its short name: en, de, pt-BR.",
        ).strip()
    anew = again is None or st.checkbox("Ask again what was answered before", value=again, key=f"{key}-again")
    if not picked:
        st.caption("Choose at least one.")
    return Choice(picked, engine or None, anew, said)


def nobody(engines: Sequence[EngineInfo], kinds: Sequence[Kind]) -> None:
    """None of the engines that are set up can do it, and what it takes."""
    what = words.listed([words.READINGS[kind] for kind in kinds], "or")
    says = f"No engine that runs here can read a {what}. {_not_set_up(engines)}"
    st.html(f'<p class="mo-subtle">{escape(says)}</p>')


def _not_set_up(engines: Sequence[EngineInfo]) -> str:
    away = [each for each in engines if not each["available"]]
    return " ".join(f"{each['name']} is not set up: {each['reason']}".strip() for each in away)


def _engine_label(engines: Sequence[EngineInfo], kinds: tuple[Kind, ...], name: str) -> str:
    able = {each["name"]: each for kind in kinds if (each := engine_for(engines, kind, name or None))}
    label = name or (f"Default: {words.listed(list(able))}" if able else "Default")
    if not any(each["paid"] for each in able.values()):
        return f"{label} · free" if able else label
    if "transcript" in kinds and kinds != TIMED:
        return label  # by the minute and by the picture: no one number says it
    cost = expected_cost(engines, Choice(kinds, name or None), 60)
    return f"{label} · about {words.dollars(cost)} {'a minute' if kinds == TIMED else 'each'}"


def price(preview: BatchPreview) -> None:
    """How many readings it would be, what they are expected to cost, and why it can't be, if it can't."""
    count = f"**{words.plural(preview['items'], 'reading')}** of {words.plural(preview['assets'], 'asset')}"
    if preview["capped"]:
        count = f"The newest {count}; more match, and can follow afterwards"
    told = [f"{count}."]
    if preview["known"]:
        told.append(f"{words.number(preview['known'])} of them answered before: they cost nothing.")
    st.markdown(" ".join(told))
    st.caption(look.plain(cost_line(preview["expected_cost"], preview["budget"])))
    if preview["refusal"]:
        refused(preview["refusal"])


def cost_line(cost: float, budget: Budget | None) -> str:
    """``Expected to cost about $0.42. $16.80 of $20.00 is left this month.``"""
    if budget is None or not cost:
        return "It costs nothing."
    return f"Expected to cost about {words.dollars(cost)}. {budget_line(budget)}"


def budget_line(budget: Budget) -> str:
    """How the month stands."""
    if budget["monthly"] is None or budget["left"] is None:
        return f"{words.dollars(budget['spent'])} was spent this month; there is no limit."
    return (
        f"{words.dollars(budget['left'])} of {words.dollars(budget['monthly'])} is left this month; "
        f"it begins anew on {words.day(budget['resets_on'])}."
    )


def refused(trouble: Trouble | Mapping[str, str]) -> None:
    """Why something can't be asked, and what to do next."""
    look.failure(MediaOpsError(trouble["message"], code=trouble["code"], hint=trouble.get("hint") or ""))
