"""What was asked to be read from an asset and how that stands, and asking for more."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from mediaops.annotation import requests
from mediaops.annotation.models import KINDS, Kind
from mediaops.annotation.requests import Asked, EngineInfo
from mediaops.errors import MediaOpsError, NotSignedIn
from mediaops.library.models import Annotation, AssetDetail
from mediaops.ui import asset_compare, look, reading_choice, viewer, words
from mediaops.ui.reading_choice import USUAL, Choice

_STATES: Final[dict[str, tuple[str, look.Tone]]] = {
    "queued": ("Queued", "warn"),
    "running": ("Reading", "accent"),
    "done": ("Read", "good"),
    "failed": ("Failed", "bad"),
}
_CHECKS: Final[dict[str, tuple[str, look.Tone]]] = {
    "unreviewed": ("Not checked", "warn"),
    "accepted": ("Checked", "good"),
    "fixed": ("Corrected", "good"),
    "rejected": ("Rejected", "bad"),
}
_TURN: Final = "_read-asked"
_CHOICE_PX: Final = 320
_PLAIN: Final = {
    "image": ("Read this picture", "Nobody asked yet what stands in it."),
    "video": ("Write down what is said", "Nobody asked yet what is said in it."),
    "sound": ("Write down what is said", "Nobody asked yet what is said in it."),
}


def panel(detail: AssetDetail, engines: Sequence[EngineInfo]) -> None:
    """Under the asset: one line for each kind, the button that asks, and the choice behind it."""
    asset = detail["asset"]
    if asset["kind"] is None or asset["state"] not in ("ready", "trashed"):
        return
    newest: dict[str, Annotation] = {}
    for annotation in detail["annotations"]:
        newest.setdefault(annotation["kind"], annotation)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if newest:
            st.html("".join(_line(newest[kind]) for kind in KINDS if kind in newest), width="content")
        else:
            st.html(f'<p class="mo-subtle">{_PLAIN[asset["kind"]][1]}</p>', width="content")
        with st.container(horizontal=True, gap="xsmall", width="content"):
            asset_compare.button(detail)
            if asset["state"] == "ready":
                _ask(detail, engines, newest)


def _line(annotation: Annotation) -> str:
    says, tone = _STATES[annotation["state"]]
    more: list[str] = []
    if annotation["state"] == "done":
        more = _how(annotation)
        # Nobody should take for a fact what only a machine said.
        says, tone = _CHECKS[annotation["review_state"]]
    elif annotation["state"] == "failed":
        more = [(annotation["error"] or {}).get("message") or "It could not be read."]
    kind = annotation["kind"]
    return (
        f'<div class="mo-reading" data-kind="{kind}" data-state="{annotation["state"]}">'
        f"<b>{words.READINGS[kind].capitalize()}</b>{look.badge(says, tone)}"
        f"<small>{escape(' · '.join(more))}</small></div>"
    )


def _how(annotation: Annotation) -> list[str]:
    told = [annotation["engine"]]
    if annotation["reused_from"]:
        # The same file was asked the same before, and nothing was asked or paid again.
        told.append("answered before")
    elif annotation["seconds"]:
        told.append(f"in {annotation['seconds']:.1f} s")
    if annotation["cost"]:
        told.append(words.dollars(annotation["cost"]))
    return [*told, words.ago(annotation["finished_at"])]


def _ask(detail: AssetDetail, engines: Sequence[EngineInfo], newest: dict[str, Annotation]) -> None:
    asset = detail["asset"]
    fits = reading_choice.fitting([asset["kind"]])
    able = reading_choice.doable(engines, fits)
    usual: tuple[Kind, ...] = tuple(kind for kind in able if kind in USUAL)
    busy = any(each["state"] in ("queued", "running") for each in newest.values())
    if usual and not busy:
        _plain_button(detail, engines, newest, usual)
    # Another key once something was asked for closes it.
    turn = st.session_state.get(_TURN, 0)
    with (
        st.popover("Choose", icon=":material/tune:", key=f"read-choose-{turn}", type="tertiary"),
        st.container(width=_CHOICE_PX),
    ):
        choice = reading_choice.draw(engines, fits, f"read-{asset['id']}")
        if choice is None:
            return
        cost = reading_choice.expected_cost(engines, choice, asset["duration"])
        st.caption(look.plain(reading_choice.cost_line(cost, _budget(engines, choice))))
        st.button(
            "Ask",
            type="primary",
            disabled=not choice.kinds,
            key="read-chosen",
            on_click=_request,
            args=(asset["id"], choice),
        )


def _plain_button(
    detail: AssetDetail,
    engines: Sequence[EngineInfo],
    newest: dict[str, Annotation],
    usual: tuple[Kind, ...],
) -> None:
    """One click, with the engine that is the default; a second time it asks anew."""
    asset = detail["asset"]
    states = {newest[kind]["state"] for kind in usual if kind in newest}
    read = bool(states)
    first = _PLAIN[asset["kind"] or "image"][0]
    label = "Try again" if "failed" in states else "Read it again" if read else first
    choice = Choice(usual, again=read)
    cost = reading_choice.expected_cost(engines, choice, asset["duration"])
    names = dict.fromkeys(
        engine["name"] for kind in usual if (engine := reading_choice.engine_for(engines, kind, None))
    )
    st.button(
        label,
        icon=":material/refresh:" if read else ":material/document_scanner:",
        type="secondary" if "done" in states else "primary",
        key="read-it",
        help=f"With {words.listed(list(names))}" + (f", about {words.dollars(cost)}" if cost else ""),
        on_click=_request,
        args=(asset["id"], choice),
    )


def _budget(engines: Sequence[EngineInfo], choice: Choice) -> requests.Budget | None:
    asked = (reading_choice.engine_for(engines, kind, choice.engine) for kind in choice.kinds)
    return next((engine["budget"] for engine in asked if engine and engine["budget"]), None)


def _request(asset: str, choice: Choice) -> None:
    """A callback: once it is in the trash, the page is drawn without the button that was pressed."""
    try:
        viewer.enter()
        asked = requests.request(
            viewer.client(),
            [asset],
            choice.kinds,
            engine=choice.engine,
            force=choice.again,
            language=choice.language,
        )
    except NotSignedIn:
        return  # the page says so itself
    except MediaOpsError as error:
        st.session_state["_said-bad"] = f"{error.message} {error.hint}".strip()
        return
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    problems = dict.fromkeys(
        f"{each['error']['message']} {each['error']['hint'] or ''}".strip() for each in asked if each["error"]
    )
    if problems:
        st.session_state["_said-bad"] = " ".join(problems)
    elif told := _noted(asked):
        st.session_state["_said"] = told


def _noted(asked: Sequence[Asked]) -> str:
    before = [words.READINGS[each["kind"]] for each in asked if each["note"] == "answered before"]
    return f"Answered before, so nothing new was asked: {words.listed(before)}." if before else ""
