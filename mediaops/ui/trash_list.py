"""The trash as a list: searched, sorted, looked at, selected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from mediaops.cleanup import plans, trash
from mediaops.cleanup.models import Trashed, TrashTotals
from mediaops.ui import bulk, cleanup_words, listing, look, pictures, trash_purge, viewer, words
from mediaops.ui.bulk_steps import start
from mediaops.ui.places import RUN, go_to

SORTS: Final = {"newest": "Newest first", "due": "Next to go first", "largest": "Largest first"}
SOON: Final = timedelta(days=3)
_SELECTED: Final = "_trash-selected"
_ICONS: Final = {"video": "movie", "sound": "graphic_eq"}


def show() -> None:
    """Search and order stand in the address; the selection holds over pages."""
    query, sort = _question()
    pages = listing.Pages("trash", (query, sort), trash.PAGE_SIZE)
    found = trash.find(viewer.client(), sort, query, pages.after)
    _totals(found["totals"])
    if not found["items"]:
        _nothing(query, pages.after is not None)
    else:
        _rows(found["items"])
    pages.show(len(found["items"]), found["next"], None if query else found["totals"]["count"])
    _bar()


def _question() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mo-filters"):
        query = listing.search_field("Search the trash")
        sort = st.selectbox(
            "Sort",
            list(SORTS),
            key="sort",
            format_func=lambda name: SORTS[name],
            label_visibility="collapsed",
            width=190,
            bind="query-params",
        )
        if viewer.person().is_ops and st.button(
            "Empty the trash", icon=":material/delete_forever:", key="trash-empty"
        ):
            _plan_all()
    return query, sort or "newest"


def _plan_all() -> None:
    """Also this is a plan that is looked at and confirmed, like any other."""
    run = plans.plan(viewer.client(), ["trashed"], action="purge")
    go_to(RUN, id=run["id"])


def _totals(totals: TrashTotals) -> None:
    if totals["count"]:
        at = words.when(totals["next_purge_at"], st.context.timezone)
        listing.tiles(
            [
                (words.number(totals["count"]), "in the trash"),
                (words.size(totals["bytes"]), f"in Storage, {cleanup_words.cost(totals['bytes'])}"),
                (words.number(totals["due"]), f"to go for good on {at}"),
            ]
        )
    if totals["held_by"] and totals["due"]:
        st.warning(
            "The automatic purge waits: an earlier one has not ended. Ops see it under Clean-up.",
            icon=":material/pause_circle:",
        )
    if totals["refused"]:
        st.error(
            look.plain(
                f"{words.plural(totals['refused'], 'purged asset')} is not removed from Storage so far: "
                f"{totals['last_error']} It is tried again."
            ),
            icon=":material/error:",
        )
    elif totals["purging"]:
        st.info(
            f"{words.plural(totals['purging'], 'asset is', 'assets are')} being removed for good just now.",
            icon=":material/hourglass_top:",
        )


def _nothing(query: str, beyond: bool) -> None:
    if query:
        look.empty("search_off", "Nothing matches", "Nothing in the trash has words that start like that.")
    elif beyond:
        look.empty("delete", "Nothing more", "What was on this page has left the trash. Go back a page.")
    else:
        look.empty(
            "delete",
            "The trash is empty",
            "What you delete in the library lies here for 30 days before it goes for good.",
        )


def selected() -> dict[str, tuple[str, int]]:
    """What is selected, on whatever page: name and bytes by asset."""
    return st.session_state.setdefault(_SELECTED, {})


def _rows(items: list[Trashed]) -> None:
    chosen = selected()
    signed = pictures.urls(viewer.client(), viewer.person().user_id, (item["thumb_path"] for item in items))
    st.session_state["trash-page"] = all(item["id"] in chosen for item in items)
    st.checkbox(
        f"Select these {len(items)}" if len(items) > 1 else "Select it",
        key="trash-page",
        on_change=_choose,
        args=(items, "trash-page"),
    )
    for item in items:
        key = f"trash-{item['id']}"
        st.session_state[key] = item["id"] in chosen
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"mo-row-{item['id']}"
        ):
            st.checkbox(
                f"Select {_name(item)}",
                key=key,
                label_visibility="collapsed",
                width="content",
                on_change=_choose,
                args=([item], key),
            )
            st.html(_row(item, signed.get(item["thumb_path"] or "")), width="stretch")


def _row(item: Trashed, thumb: str | None) -> str:
    who = item["trashed_by_name"] or "the schedule"
    by = f"clean-up of {who}" if item["run"] and item["trashed_by_name"] else who
    lines = [f"Trashed {words.ago(item['trashed_at'])} by {by}"]
    if item["merged_into"]:
        lines.append("Merged into a copy of it")
    if item["links"]:
        uses = [
            f"“{link['knowledge_title']}”"
            + ("" if link["fits"] else f" (would not come back: {link['why']})")
            for link in item["links"]
        ]
        lines.append(f"Was used in {', '.join(uses)}")
    return listing.row(
        _name(item),
        lines,
        thumb=thumb,
        asset=item["id"],
        icon=_ICONS.get(item["kind"], "image"),
        end=(_due(item["purge_after"]), words.size(item["bytes"])),
    )


def _due(iso: str) -> str:
    """When it goes, loud when that is soon."""
    left = datetime.fromisoformat(iso) - datetime.now(UTC)
    if left <= timedelta():
        return look.badge("Goes tonight", "bad")
    return look.badge(f"Goes {words.day(iso, st.context.timezone)}", "warn" if left < SOON else "plain")


def _name(item: Trashed) -> str:
    return item["title"] or item["original_name"] or "Untitled"


def _choose(items: list[Trashed], key: str) -> None:
    chosen = selected()
    for item in items:
        if st.session_state[key]:
            chosen[item["id"]] = (_name(item), item["bytes"])
        else:
            chosen.pop(item["id"], None)


def _bar() -> None:
    chosen = selected()
    if not chosen:
        return
    names = {asset: name for asset, (name, _) in chosen.items()}
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="mo-bulk"):
        st.html(f'<p class="mo-selected">{words.number(len(chosen))} selected</p>', width="content")
        if st.button("Restore", icon=":material/restore_from_trash:", key="trash-restore"):
            start(bulk.restore_dialog, list(chosen), names)
            chosen.clear()
        if viewer.person().is_ops and st.button(
            "Purge now", icon=":material/delete_forever:", key="trash-purge"
        ):
            trash_purge.start(chosen)
        st.button(
            "",
            icon=":material/close:",
            key="trash-clear",
            type="tertiary",
            help="Clear selection",
            on_click=chosen.clear,
        )
