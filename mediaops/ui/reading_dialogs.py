"""Asking for many readings: of what is selected, of all that matches, of what failed in a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import streamlit as st
from supabase import Client

from mediaops.annotation import requests
from mediaops.annotation.models import Kind
from mediaops.annotation.requests import Asked, Batch, BatchPreview
from mediaops.errors import Conflict
from mediaops.library import assets
from mediaops.library.filters import Filters
from mediaops.ui import bulk_steps, look, reading_choice, reading_words, viewer, words
from mediaops.ui.places import READINGS, go_to
from mediaops.ui.reading_choice import Choice

_AT_A_TIME: Final = 1000  # as many as request_annotations takes


@st.dialog("Read", on_dismiss="rerun", icon=":material/document_scanner:")
@viewer.part
def selected(ids: list[str], names: dict[str, str]) -> None:
    """What to read from the selected and by whom, what it costs; then a result for each."""
    done: list[Asked] | None = bulk_steps.kept("read", ids)
    if done is not None:
        outcomes(done, names)
        bulk_steps.close()
        return
    client = viewer.client()
    rows = {str(row["id"]): row for row in assets.export_rows(client, ids)}
    engines = requests.engines(client)
    kinds = reading_choice.fitting(str(row["kind"]) for row in rows.values())
    choice = reading_choice.draw(engines, kinds, "bulk-read")
    if choice is None:
        return
    if not choice.kinds:
        st.button("Read", type="primary", disabled=True, key="bulk-read-go")
        return
    preview = _preview(client, choice, requests.batch_filter(assets=list(rows)), unread=False)
    reading_choice.price(preview)
    left = len(ids) - preview["assets"]
    if left:
        st.caption(f"{words.plural(left, 'asset')} can't be read; afterwards it says why.")
    if st.button("Read", type="primary", disabled=preview["refusal"] is not None, key="bulk-read-go"):
        names |= {asset: str(row["title"] or row["original_name"]) for asset, row in rows.items()}
        bulk_steps.keep("read", ids, _request(client, ids, rows, choice))
        st.rerun(scope="fragment")


def _request(client: Client, ids: Sequence[str], rows: Mapping[str, Any], choice: Choice) -> list[Asked]:
    """Of each asset the kinds that fit it. What is gone is asked for too: the answer says so."""
    asked: dict[tuple[Kind, ...], list[str]] = {}
    for asset in ids:
        fits = reading_choice.fitting([rows[asset]["kind"]]) if asset in rows else choice.kinds
        # What fits none of the kinds is asked all the same, and answered with the reason.
        kinds: tuple[Kind, ...] = tuple(kind for kind in choice.kinds if kind in fits) or choice.kinds
        asked.setdefault(kinds, []).append(asset)
    return [
        outcome
        for kinds, several in asked.items()
        for since in range(0, len(several), _AT_A_TIME)
        for outcome in requests.request(
            client,
            several[since : since + _AT_A_TIME],
            kinds,
            engine=choice.engine,
            force=choice.again,
            language=choice.language,
        )
    ]


def outcomes(asked: Sequence[Asked], names: Mapping[str, str]) -> None:
    """What became of each request: what was refused one by one with its reason, the rest as numbers."""
    refused = [each for each in asked if each["error"]]
    new = sum(each["ok"] and not each["note"] for each in asked)
    if new:
        st.success(f"{words.plural(new, 'reading')} asked for.", icon=":material/check_circle:")
    for note, says in (
        ("answered before", "answered before: it costs nothing and stands there."),
        ("already under way", "already under way."),
    ):
        if count := sum(each["note"] == note for each in asked):
            st.info(f"{words.plural(count, 'reading')} {says}", icon=":material/history:")
    if new:
        st.caption("You can go on working; the library shows when they are there.")
    budget = next((each["error"] for each in refused if _is_budget(each)), None)
    if budget:
        reading_choice.refused(budget)
    if refused:
        st.error(f"{words.plural(len(refused), 'reading')} could not be asked for.", icon=":material/error:")
        look.rows(
            f"<b>{escape(names.get(each['asset'], 'Asset'))}</b> {escape(_refusal(each))}" for each in refused
        )


def _is_budget(asked: Asked) -> bool:
    return asked["error"] is not None and asked["error"]["code"] == "budget_exhausted"


def _refusal(asked: Asked) -> str:
    error = asked["error"] or {"message": "", "hint": ""}
    said = "The budget is used up." if _is_budget(asked) else f"{error['message']} {error['hint'] or ''}"
    return f"{words.READINGS[asked['kind']].capitalize()}: {said}".strip()


@st.dialog("Read all that match", on_dismiss="rerun", icon=":material/document_scanner:")
@viewer.part
def all_that_match(filters: Filters) -> None:
    """A batch over the library's filter: the count and the cost first."""
    client = viewer.client()
    st.caption(look.plain(reading_words.filter_in_words(requests.batch_filter(filters.conditions()))))
    kinds = reading_choice.fitting(filters.kinds)
    choice = reading_choice.draw(requests.engines(client), kinds, "batch", again=False)
    if choice is None:
        return
    unread = st.checkbox("Only what nobody has read yet", value=True, key="batch-unread")
    if choice.kinds:
        _confirm(client, choice, requests.batch_filter(filters.conditions()), unread=unread)


@st.dialog("Try again", on_dismiss="rerun", icon=":material/refresh:")
@viewer.part
def again(batch: Batch) -> None:
    """A new batch of all that did not come to an answer in this one: one press, however many they are."""
    client = viewer.client()
    wanted = requests.left_of(batch["id"])
    left = requests.preview_batch(client, batch["kinds"], wanted, unread=False)
    kinds: list[Kind] = [each["kind"] for each in left["kinds"] if each["items"]]
    if gone := failures(batch) - left["items"]:
        says = "was answered since, or can't" if gone == 1 else "were answered since, or can't"
        st.caption(f"{words.number(gone)} {says} be read any more: in the trash or removed.")
    if not kinds:
        st.info("Nothing of it is left to be read.", icon=":material/done_all:")
        return
    choice = reading_choice.draw(
        requests.engines(client), kinds, "again", again=batch["force"], language=batch["language"]
    )
    if choice is not None and choice.kinds:
        # Also what another engine had read before: it was asked for all the same.
        _confirm(client, choice, wanted, unread=False)


def failures(batch: Batch) -> int:
    """Items that ended without an answer."""
    return batch["failed"] + batch["skipped"] + batch["cancelled"]


def _preview(client: Client, choice: Choice, wanted: Mapping[str, Any], *, unread: bool) -> BatchPreview:
    with st.spinner("Counting…", show_time=False):
        return requests.preview_batch(
            client,
            choice.kinds,
            wanted,
            engine=choice.engine,
            unread=unread,
            force=choice.again,
            language=choice.language,
        )


def _confirm(client: Client, choice: Choice, wanted: Mapping[str, Any], *, unread: bool) -> None:
    """The count and the cost, and the button that starts it. The batch is what was seen: never more."""
    preview = _preview(client, choice, wanted, unread=unread)
    if not preview["items"] and not preview["refusal"]:
        st.info("Nothing that matches is left to be read.", icon=":material/done_all:")
        return
    reading_choice.price(preview)
    label = f"Read {words.number(preview['items'])}"
    if not st.button(label, type="primary", disabled=preview["refusal"] is not None, key="batch-go"):
        return
    try:
        batch = requests.request_batch(
            client,
            choice.kinds,
            wanted,
            items=preview["items"],
            engine=choice.engine,
            unread=unread,
            force=choice.again,
            language=choice.language,
        )
    except Conflict as error:
        # Something changed since the count stood there: the next run of the dialog counts anew.
        look.failure(error)
        return
    bulk_steps.changed()
    go_to(READINGS, id=batch["id"])
