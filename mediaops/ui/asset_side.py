"""Beside the asset: where it is used, its facts, its history, its way to the trash and back."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.library import links
from mediaops.library.models import AssetDetail, AssetLink, Event
from mediaops.ui import bulk, look, viewer, words
from mediaops.ui.bulk_steps import start
from mediaops.ui.places import link_to_connections, link_to_entry


def badges(detail: AssetDetail) -> None:
    """State, kind and purpose at a glance."""
    asset = detail["asset"]
    tones: dict[str, look.Tone] = {"ready": "good", "trashed": "warn", "rejected": "bad"}
    shown = [
        look.badge(words.STATES[asset["state"]], tones.get(asset["state"], "plain")),
        look.badge(words.KINDS.get(asset["kind"] or "", "Unknown")),
        look.badge(words.PURPOSES[asset["purpose"]]),
    ]
    if asset["expires_at"]:
        shown.append(look.badge(f"Goes away {words.day(asset['expires_at'])} unless linked", "warn"))
    st.html(f'<div class="mo-badges">{"".join(shown)}</div>')


def uses(detail: AssetDetail, name: str) -> None:
    """Where it is used, each with the way there and the way out."""
    asset = detail["asset"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("Where it is used", anchor=False)
        if asset["state"] == "ready" and st.button("Link", icon=":material/add_link:", key="asset-link"):
            start(bulk.link_dialog, [asset["id"]], {asset["id"]: name})
    if not detail["links"]:
        st.html('<p class="mo-subtle">Nowhere yet.</p>')
    for link in detail["links"]:
        _use(link)
    link_to_connections(asset=asset["id"])


def _use(link: AssetLink) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"
    ):
        icon = ":material/wallpaper:" if link["placement"] == "cover" else ":material/article:"
        link_to_entry(link["knowledge"], look.plain(link["knowledge_title"]), icon=icon)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            st.html(
                look.badge("Cover" if link["placement"] == "cover" else "Inside the text"), width="content"
            )
            if st.button(
                "",
                icon=":material/link_off:",
                key=f"unlink-{link['id']}",
                type="tertiary",
                help="Take it out of this entry",
            ):
                links.unlink(viewer.client(), link["id"])
                st.session_state["_said"] = "The link is gone."
                st.rerun()


def facts(detail: AssetDetail) -> None:
    """What is known about the file."""
    asset = detail["asset"]
    zone = st.context.timezone
    rows = [("File", asset["original_name"] or "–"), ("Type", asset["mime"] or "–")]
    if asset["width"] and asset["height"]:
        rows.append(("Size", f"{asset['width']} × {asset['height']} px"))
    if asset["duration"]:
        rows.append(("Length", words.length(asset["duration"])))
    stored = words.size(asset["bytes"])
    if asset["original_bytes"] and asset["bytes"] and asset["original_bytes"] > asset["bytes"]:
        stored += f" (picked as {words.size(asset['original_bytes'])})"
    rows += [
        ("Stored", stored),
        (
            "Uploaded",
            f"{words.when(asset['created_at'], zone)} by {detail['uploader_name'] or 'someone who left'}",
        ),
    ]
    if asset["source_url"]:
        rows.append(("Source", asset["source_url"]))
    look.facts(rows)


def to_trash(detail: AssetDetail, name: str) -> None:
    """To the trash, with its uses shown first. The way back stands above the picture."""
    asset = detail["asset"]
    if asset["state"] == "ready" and st.button("Move to trash", icon=":material/delete:", key="asset-trash"):
        start(bulk.trash_dialog, [asset["id"]], {asset["id"]: name})


def history(events: list[Event]) -> None:
    """Who did what, newest first."""
    zone = st.context.timezone
    rows = "".join(
        f"<li><b>{escape(event['actor_name'] or 'MediaOps')}</b> "
        f"{escape(_did(event))}{_changed(event)}<br>"
        f"<time>{escape(words.when(event['at'], zone))}</time></li>"
        for event in events
    )
    st.html(f'<ul class="mo-history">{rows}</ul>')


def _did(event: Event) -> str:
    detail = event["detail"] or {}
    what = words.READINGS.get(str(detail.get("kind")), "text")
    return words.ACTIONS.get(event["action"], event["action"]).format(what=what)


def _changed(event: Event) -> str:
    detail = event["detail"] or {}
    if event["action"] != "asset.edited":
        return ""
    before: dict[str, str] = detail.get("before") or {}
    after: dict[str, str] = detail.get("after") or {}
    if before.get("title") == after.get("title"):
        return ": <small>alt text</small>"
    return f": <small>{escape(before.get('title') or '–')} → {escape(after.get('title') or '–')}</small>"
