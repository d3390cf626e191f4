"""Copies side by side: which to keep, what looks alike, and merging the others into it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import duplicates
from mediaops.library import assets
from mediaops.ui import look, pictures, viewer, words
from mediaops.ui.orphan_words import alike, nothing, why_suggested
from mediaops.ui.places import ASSET, link_to_asset

GROUPS_AT_FIRST: Final = 8
MOST_GROUPS: Final = 96
ACROSS: Final = 4
SHOWN: Final = "_copies-shown"
_MODES: Final = {"groups": "Side by side", "list": "As a list"}
Group = dict[str, Any]
Card = dict[str, Any]


def side_by_side() -> bool:
    """Whether copies are looked at in groups; as a list they can be filtered and kept."""
    mode = st.segmented_control(
        "Copies",
        list(_MODES),
        key="copies",
        default="groups",
        required=True,
        format_func=_MODES.__getitem__,
        label_visibility="collapsed",
        bind="query-params",
    )
    return mode == "groups"


def show() -> None:
    """The groups, a page of them at a time."""
    look.links()
    shown = int(st.session_state.get(SHOWN, GROUPS_AT_FIRST))
    after = st.query_params.get("after") or None
    client = viewer.client()
    found = duplicates.groups(client, after=after, limit=shown)
    if not found["items"]:
        look.empty("check_circle", *nothing("duplicate", 0, True))
        return
    cards = [card for group in found["items"] for card in _pictures(group)]
    signed = pictures.urls(client, viewer.person().user_id, [card["thumb_path"] for card in cards])
    for group in found["items"]:
        _group(group, signed)
    if found["next"]:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Show more", icon=":material/expand_more:", on_click=_further, args=(found["next"],))


def _further(next_key: str) -> None:
    """More of the same page; a page that is full gives way to the next."""
    shown = int(st.session_state.get(SHOWN, GROUPS_AT_FIRST))
    if shown < MOST_GROUPS:
        st.session_state[SHOWN] = min(MOST_GROUPS, shown * 2)
    else:
        st.session_state[SHOWN] = GROUPS_AT_FIRST
        st.query_params["after"] = next_key


def _pictures(group: Group) -> list[Card]:
    return [*group["assets"], *(each["asset"] for each in group["near"])]


@st.fragment
@viewer.part
def _group(group: Group, signed: dict[str, str]) -> None:
    """One group. Choosing in it draws nothing but it again."""
    cards: list[Card] = group["assets"]
    key = f"keep-{group['sha256'][:12]}"
    keep = str(st.session_state.get(key, group["suggested"]))
    if keep not in {card["id"] for card in cards}:
        keep = str(group["suggested"])
    with st.container(border=True, key=f"mo-copies-{group['sha256'][:12]}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.html(
                f'<p class="mo-subtle mo-numbers"><b>{words.plural(len(cards), "copy", "copies")}</b> of'
                f" {words.size(group['bytes'])} each · merging saves <b>{words.size(group['saved'])}</b></p>",
                width="content",
            )
            others = [card["id"] for card in cards if card["id"] != keep]
            if st.button(
                f"Merge {words.plural(len(others), 'copy', 'copies')} into the one kept",
                icon=":material/merge:",
                key=f"merge-{group['sha256'][:12]}",
            ):
                st.session_state.pop("_merged", None)
                merge_dialog(group, keep)
        columns = st.columns(ACROSS, gap="small")
        for place, card in enumerate(cards):
            with columns[place % ACROSS], st.container(gap="xxsmall"):
                _copy(card, group, signed, key, keep)
        _near(group["near"], signed)


def _copy(card: Card, group: Group, signed: dict[str, str], key: str, keep: str) -> None:
    kept = card["id"] == keep
    st.html(
        f'<div class="mo-copy{" is-kept" if kept else ""}">'
        f"{opening(card['id'], 'tabindex=-1 aria-hidden=true')}{thumb(card, signed)}</a>"
        f'<div class="mo-badges">{_badges(card)}</div></div>'
    )
    link_to_asset(card["id"], look.plain(name(card)))
    st.html(
        f'<p class="mo-subtle">{escape(card["uploader_name"] or "Someone who left")},'
        f" {words.day(card['created_at'], st.context.timezone)}</p>"
    )
    if kept:
        why = why_suggested(group) if card["id"] == group["suggested"] else "chosen by you"
        st.html(f'<p class="mo-keep"><span class="mo-icon">check_circle</span>Kept: {escape(why)}</p>')
    else:
        st.button(
            "Keep this one",
            key=f"{key}-{card['id']}",
            on_click=_choose,
            args=(key, card["id"]),
            width="stretch",
        )


def _choose(key: str, asset: str) -> None:
    st.session_state[key] = asset


def _badges(card: Card) -> str:
    used = card["link_count"]
    shown = [
        look.badge(f"used in {words.plural(used, 'place')}", "good") if used else look.badge("linked nowhere")
    ]
    if card.get("kept"):
        shown.append(look.badge("marked to keep", "accent"))
    if card["has_text"]:
        shown.append(look.badge("read"))
    return "".join(shown)


def _near(near: Sequence[dict[str, Any]], signed: dict[str, str]) -> None:
    """What looks alike, to be looked at: each is a way to its asset, and nothing here can be chosen."""
    if near:
        st.html(
            '<p class="mo-subtle mo-near-title">Looks alike, other bytes. Merging never touches these.</p>'
            f'<ul class="mo-near">{"".join(_alike(each, signed) for each in near)}</ul>'
        )


def _alike(each: dict[str, Any], signed: dict[str, str]) -> str:
    card: Card = each["asset"]
    measured = f"{card['width']} × {card['height']} · " if card["width"] and card["height"] else ""
    said = [alike(each["distance"]), measured + words.size(card["bytes"])]
    if card["link_count"]:
        said.append(f"used in {words.plural(card['link_count'], 'place')}")
    return (
        f"<li>{opening(card['id'])}{thumb(card, signed)}<b>{escape(name(card))}</b></a>"
        f"{''.join(f'<small>{escape(line)}</small>' for line in said)}</li>"
    )


def opening(asset: str, more: str = "") -> str:
    """The beginning of a link to an asset's page, within the dashboard; see :func:`look.links`."""
    return f'<a data-go href="{ASSET.path}?id={escape(asset, quote=True)}" {more}>'


def thumb(card: Card, signed: dict[str, str]) -> str:
    """The picture of an asset, as HTML."""
    url = signed.get(card["thumb_path"] or "")
    if url:
        return f'<img class="mo-thumb" src="{escape(url, quote=True)}" alt="" loading="lazy">'
    icon = {"video": "movie", "sound": "graphic_eq"}.get(card["kind"] or "", "image")
    return f'<div class="mo-thumb mo-none"><span class="mo-icon">{icon}</span></div>'


def name(card: Card) -> str:
    """What people call it."""
    return str(card["title"] or card["original_name"] or "Untitled")


@st.dialog("Merge copies", on_dismiss="rerun", icon=":material/merge:", width="medium")
@viewer.part
def merge_dialog(group: Group, keep: str) -> None:
    """What moves, then one outcome for each copy and a way back."""
    names = {card["id"]: name(card) for card in group["assets"]}
    others = [card["id"] for card in group["assets"] if card["id"] != keep]
    client = viewer.client()
    if (done := st.session_state.get("_merged")) is not None:
        _merged(done, names)
        return
    uses = [use for use in assets.uses(client, others) if use["links"]]
    count = sum(len(use["links"]) for use in uses)
    st.write(
        f"**{look.plain(names[keep])}** stays. {words.plural(len(others), 'copy goes', 'copies go')}"
        " to the trash, and can come back until purged."
    )
    if uses:
        st.write(f"{words.plural(count, 'link moves', 'links move')} to it:")
        look.uses(uses, names)
    else:
        st.caption("No links have to move.")
    st.caption("Missing titles and alt texts are filled in; readings and voice-note replies come along.")
    if st.button(
        f"Merge {words.plural(len(others), 'copy', 'copies')}",
        type="primary",
        icon=":material/merge:",
        key="merge-go",
    ):
        st.session_state["_merged"] = duplicates.merge(client, keep, others)
        st.rerun(scope="fragment")


def _merged(done: dict[str, Any], names: dict[str, str]) -> None:
    if done.get("undone"):
        look.outcomes(done["assets"], names, "back in the library")
    else:
        look.outcomes(done["assets"], names, "merged")
        if done["merge"] and st.button("Undo", icon=":material/undo:", key="merge-undo"):
            answer = duplicates.undo(viewer.client(), done["merge"])
            st.session_state["_merged"] = {**answer, "undone": True}
            st.rerun(scope="fragment")
    if st.button("Done", type="primary", key="merge-done"):
        st.rerun(scope="app")
