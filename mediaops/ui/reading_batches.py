"""Batches of readings: those there are, and one with what became of each item."""

from __future__ import annotations

from html import escape
from typing import Final, cast

import streamlit as st

from mediaops.annotation import requests
from mediaops.annotation.requests import Batch, BatchItem, BatchPage, ItemState
from mediaops.ui import look, reading_choice, reading_dialogs, reading_words, viewer, words
from mediaops.ui.places import ASSET, READINGS

LOOK_AGAIN_SECONDS: Final = 1.0
PAGE: Final = 100
_SHOWN: Final[dict[str, tuple[ItemState, ...]]] = {
    "failed": ("failed",),
    "skipped": ("skipped", "cancelled"),
    "read": ("done",),
    "open": ("planned", "asked"),
}
_NAMES: Final = {"failed": "Failed", "skipped": "Skipped", "read": "Read", "open": "Still open"}


def everything() -> None:
    """The budget, and every batch, those under way first and live."""
    client = viewer.client()
    for engine in requests.engines(client):
        if engine["available"] and (budget := engine["budget"]):
            spent = f"{words.dollars(budget['spent'])} spent"
            if budget["reserved"]:
                spent += f", {words.dollars(budget['reserved'])} reserved for what is under way"
            line = f"{engine['name']} this month: {spent}. {reading_choice.budget_line(budget)}"
            st.html(f'<p class="mo-subtle mo-budget">{escape(line)}</p>')
    found = requests.batches(client)
    if not found:
        look.empty(
            "document_scanner",
            "No batch yet",
            "In the library, search or filter, then choose “Read all that match”. How it goes is told here.",
        )
        return
    running = any(batch["finished_at"] is None for batch in found)
    st.fragment(_list, run_every=LOOK_AGAIN_SECONDS if running else None)(running)


@viewer.part
def _list(running: bool) -> None:
    found = requests.batches(viewer.client())
    for batch in found:
        with st.container(border=True, gap="xsmall", key=f"batch-{batch['id']}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                kinds = reading_words.kinds_in_words(batch["kinds"])
                name = f"{kinds}, {words.plural(batch['items'], 'reading')}"
                st.html(_link(f"?id={batch['id']}", name) + state(batch), width="content")
            if batch["finished_at"] is None:
                _progress(batch)
            st.html(f'<p class="mo-subtle">{escape(_line(batch))}</p>')
    if running and all(batch["finished_at"] for batch in found):
        st.rerun(scope="app")


def state(batch: Batch) -> str:
    """The badge of a batch, as HTML. One that was cancelled ends what it had asked for first."""
    says, tone = reading_words.BATCH_STATES[batch["state"]]
    if batch["state"] == "done" and batch["failed"]:
        says, tone = f"Done, {words.number(batch['failed'])} failed", "warn"
    elif batch["state"] != "running" and batch["finished_at"] is None:
        says = f"{says}, {words.number(batch['asked'])} still being read"
    return look.badge(says, tone)


def _line(batch: Batch) -> str:
    who = batch["requested_by_name"] or "someone who left"
    return " · ".join(
        (
            reading_words.counts_in_words(batch),
            reading_words.cost_in_words(batch),
            f"{who}, {words.ago(batch['requested_at'])}",
        )
    )


def _progress(batch: Batch) -> None:
    done = reading_words.settled(batch)
    st.progress(done / max(1, batch["items"]), f"{words.number(done)} of {words.number(batch['items'])}")


def one(batch_id: str) -> None:
    """One batch. Raises ``not_found``."""
    batch = requests.batch(viewer.client(), batch_id, limit=1)
    look.heading(reading_words.kinds_in_words(batch["kinds"]), reading_words.filter_in_words(batch["filter"]))
    asked = st.query_params.get("show")
    shown = st.pills(
        "Show",
        list(_SHOWN),
        default=asked if asked in _SHOWN else None,
        format_func=lambda name: _NAMES[name],
        key=f"show-{batch_id}",
        label_visibility="collapsed",
    )
    if shown:
        st.query_params["show"] = shown
    else:
        st.query_params.pop("show", None)
    open_now = batch["finished_at"] is None
    st.fragment(_one, run_every=LOOK_AGAIN_SECONDS if open_now else None)(batch_id, shown, open_now)


@viewer.part
def _one(batch_id: str, shown: str | None, open_now: bool) -> None:
    client = viewer.client()
    pages = cast(int, st.session_state.get(f"_pages-{batch_id}-{shown}", 1))
    batch = requests.batch(client, batch_id, states=_SHOWN.get(shown or ""), limit=PAGE)
    if open_now and batch["finished_at"]:
        st.rerun(scope="app")
    _standing(batch)
    items, after = list(batch["results"]), batch["next"]
    for _ in range(pages - 1):
        if after is None:
            break
        more = requests.batch(client, batch_id, states=_SHOWN.get(shown or ""), after=after, limit=PAGE)
        items, after = [*items, *more["results"]], more["next"]
    if items:
        st.html(f'<ul class="mo-outcomes mo-long">{"".join(map(_item, items))}</ul>')
    else:
        st.html(f'<p class="mo-subtle">{_none(shown)}</p>')
    if after is not None and st.button("Show more", icon=":material/expand_more:", key="batch-more"):
        st.session_state[f"_pages-{batch_id}-{shown}"] = pages + 1
        st.rerun(scope="fragment")


def _none(shown: str | None) -> str:
    return f"Nothing is “{_NAMES[shown].lower()}” here." if shown else "Nothing is in it."


def _standing(batch: BatchPage) -> None:
    """How it goes, and what can be done about it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(
            f'<div class="mo-badges" data-state="{batch["state"]}">{state(batch)}'
            f"{look.badge(reading_words.engines_in_words(batch))}</div>",
            width="content",
        )
        if batch["state"] == "running":
            if st.button("Cancel", icon=":material/stop_circle:", key="batch-cancel"):
                requests.cancel_batch(viewer.client(), batch["id"])
                st.rerun(scope="app")
        elif (left := reading_dialogs.failures(batch)) and st.button(
            f"Try {words.number(left)} again", icon=":material/refresh:", key="batch-again"
        ):
            reading_dialogs.again(batch)
    if batch["finished_at"] is None:
        _progress(batch)
    st.html(f'<p class="mo-subtle mo-numbers" data-line="batch">{escape(_line(batch))}</p>')
    if batch["error"]:
        reading_choice.refused(batch["error"])


def _item(item: BatchItem) -> str:
    says, tone = reading_words.ITEM_STATES[item["state"]]
    why, asset = reading_words.reason(item), escape(item["asset"], quote=True)
    return (
        f'<li data-asset="{asset}" data-kind="{item["kind"]}" data-state="{item["state"]}">'
        f'<a data-go href="{ASSET.path}?id={asset}">{escape(item["title"] or "Untitled")}</a> '
        f"<small>{words.READINGS[item['kind']]}</small> {look.badge(says, tone)} "
        f"<small>{escape(why)}</small></li>"
    )


def back() -> None:
    """The way to all of them."""
    st.html(_link("", "← All batches"))


def _link(query: str, name: str) -> str:
    """Within this page: ``st.page_link`` to the page one is on leaves the address as it is."""
    return f'<a class="mo-link" data-go href="{READINGS.path}{query}">{escape(name)}</a> '
