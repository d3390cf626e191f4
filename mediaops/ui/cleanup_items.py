"""The items of a plan: looked through and left out before it runs, each with its outcome after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st
from supabase import Client

from mediaops.cleanup import plans
from mediaops.cleanup.models import Item, Run
from mediaops.cleanup.reasons import frozen_reason
from mediaops.errors import MediaOpsError
from mediaops.ui import cleanup_words, listing, look, orphan_words, pictures, viewer, words

PAGE_SIZE: Final = 50
ALL: Final = "all"
_ICONS: Final = {
    "ghost_object": "draft",
    "abandoned_upload": "upload_file",
    "stale_rendition": "photo_size_select_small",
    "broken_asset": "broken_image",
}


def show(run: Run) -> None:
    """A page of them, with checkboxes as long as the plan has not begun."""
    chosen = _filter(run)
    pages = listing.Pages(f"items-{run['id']}", chosen, PAGE_SIZE)
    found = plans.items(viewer.client(), run["id"], [chosen] if chosen else None, pages.after, PAGE_SIZE)
    items = found["items"]
    if not items:
        st.html('<p class="mo-subtle">None of its items is here.</p>')
    signed = pictures.urls(viewer.client(), viewer.person().user_id, (item["thumb_path"] for item in items))
    if run["state"] == "planned":
        _choose(run, items, signed)
    elif run["state"] in ("done", "paused") and any(item["state"] == "failed" for item in items):
        _try_each(run, items, signed)
    else:
        rows = "".join(f"<li>{_row(item, signed, report=True)}</li>" for item in items)
        st.html(f'<ul class="mo-items">{rows}</ul>')
    pages.show(len(items), found["next"], _counts(run)[chosen or ALL])


def _counts(run: Run) -> dict[str, int]:
    return {
        ALL: run["count"],
        "failed": run["failed"],
        "skipped": run["skipped"],
        "done": run["done"],
        "planned": run["planned"],
        "excluded": run["excluded"],
    }


def _filter(run: Run) -> str | None:
    """Which of them; failures first once there are any, for they want something done."""
    names = {
        ALL: "All",
        "failed": "Failed",
        "skipped": "Skipped",
        "done": "Done",
        "planned": "Not done",
        "excluded": "Left out",
    }
    counts = _counts(run)
    if run["state"] == "planned":
        names["planned"] = "In the plan"
    offered = [name for name in names if counts[name] or name == ALL]
    if len(offered) < 3 and counts[offered[-1]] == run["count"]:
        return None
    key = f"items-state-{run['id']}"
    ended = run["state"] not in ("running", "paused")
    before = st.session_state.get(key)
    # Set anew each time: with every number its labels change, and a changed widget forgets what was chosen.
    st.session_state[key] = (
        before if before in offered else "failed" if "failed" in offered and ended else ALL
    )
    chosen = st.segmented_control(
        "Which items",
        offered,
        key=key,
        required=True,
        format_func=lambda name: f"{names[name]} · {words.number(counts[name])}",
        label_visibility="collapsed",
    )
    return None if chosen == ALL else chosen


def _choose(run: Run, items: list[Item], signed: dict[str, str]) -> None:
    inside = [item["id"] for item in items if not item["excluded"]]
    outside = [item["id"] for item in items if item["excluded"]]
    with st.container(horizontal=True, gap="small"):
        _many("Leave out", "remove_done", run["id"], inside, True)
        _many("Take back", "done_all", run["id"], outside, False)
    for item in items:
        key = f"item-{item['id']}"
        # What the plan says now, not what was clicked here an hour ago: a colleague may work on it, too.
        st.session_state[key] = not item["excluded"]
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"mo-row-{item['id']}"
        ):
            st.checkbox(
                f"Clean up {item['title']}",
                key=key,
                label_visibility="collapsed",
                width="content",
                on_change=_toggle,
                args=(run["id"], item["id"], key),
            )
            st.html(_row(item, signed, report=False), width="stretch")


def _try_each(run: Run, items: list[Item], signed: dict[str, str]) -> None:
    """Failures, each with another try of its own: the cause of one may be mended before the others."""
    for item in items:
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"mo-row-{item['id']}"
        ):
            st.html(_row(item, signed, report=True), width="stretch")
            if item["state"] == "failed":
                st.button(
                    "Try again",
                    icon=":material/refresh:",
                    key=f"item-again-{item['id']}",
                    on_click=_again,
                    args=(run["id"], item["id"]),
                )


def _again(run: str, item: int) -> None:
    _tell(lambda client: plans.retry(client, run, [item]))


def _many(label: str, icon: str, run: str, items: list[int], excluded: bool) -> None:
    if len(items) > 1:
        st.button(
            f"{label} these {words.number(len(items))}",
            icon=f":material/{icon}:",
            key=f"items-{excluded}",
            on_click=_put,
            args=(run, items, excluded),
        )


def _row(item: Item, signed: dict[str, str], *, report: bool) -> str:
    outcome = item["outcome"] or ""
    lines = [frozen_reason(item, st.context.timezone), outcome if report else ""]
    told = (
        look.badge(*cleanup_words.outcome(item)) if report else look.badge(orphan_words.NAMES[item["class"]])
    )
    return listing.row(
        item["title"],
        lines,
        thumb=signed.get(item["thumb_path"] or ""),
        asset=item["asset"],
        icon=_ICONS.get(item["class"], "image"),
        end=(told, words.size(item["bytes"])),
    )


def _toggle(run: str, item: int, key: str) -> None:
    _put(run, [item], not st.session_state[key])


def _put(run: str, items: list[int], excluded: bool) -> None:
    _tell(lambda client: plans.exclude(client, run, items, excluded))


def _tell(step: Callable[[Client], Run]) -> None:
    try:
        viewer.enter()
        step(viewer.client())
    except MediaOpsError as error:
        # The page that follows shows how the plan stands; this says why the click changed nothing.
        st.session_state["_said-bad"] = cleanup_words.error(error)
