"""What can be done with the orphans selected: keep, link, have read, recover, make again, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import orphans, shown
from mediaops.cleanup.models import ROW_CLASSES, Orphan, OrphanClass
from mediaops.cleanup.reasons import reason
from mediaops.ui import bulk, bulk_steps, look, orphan_graph, reading_dialogs, viewer, words

RECOVERABLE: Final = ("abandoned_upload", "ghost_object")
REMAKABLE: Final = ("broken_asset", "stale_rendition")
DONE: Final = "_orphan-done"


def bar(class_: OrphanClass, selected: Sequence[str]) -> bool:
    """The bar for a selection. Answers True when the person lets the selection go."""
    ids = list(selected)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="mo-bulk"):
        st.html(f'<p class="mo-selected">{words.number(len(ids))} selected</p>', width="content")
        if class_ in ROW_CLASSES:
            _asset_buttons(class_, ids)
        if class_ in RECOVERABLE and st.button("Recover", icon=":material/healing:", key="orphan-recover"):
            start(recover_dialog, class_, ids)
        if class_ in REMAKABLE and st.button("Make again", icon=":material/autorenew:", key="orphan-remake"):
            start(remake_dialog, class_, ids)
        if st.button("Export", icon=":material/download:", key="orphan-export"):
            start(export_dialog, class_, ids)
        return _close_button()


def _asset_buttons(class_: OrphanClass, ids: list[str]) -> None:
    if st.button("Keep", icon=":material/bookmark:", key="orphan-keep"):
        start(keep_dialog, class_, ids)
    if st.button("Link", icon=":material/add_link:", key="orphan-link"):
        bulk_steps.start(bulk.link_dialog, ids, names(class_, ids))
    if st.button("Read", icon=":material/document_scanner:", key="orphan-read"):
        bulk_steps.start(reading_dialogs.selected, ids, names(class_, ids))
    if len(ids) == 1 and st.button("Connections", icon=":material/hub:", key="orphan-connections"):
        orphan_graph.around(asset=ids[0])


def kept_bar(selected: Sequence[str]) -> bool:
    """The same for what is kept."""
    ids = list(selected)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="mo-bulk"):
        st.html(f'<p class="mo-selected">{words.number(len(ids))} selected</p>', width="content")
        if st.button("No longer keep", icon=":material/bookmark_remove:", key="orphan-unkeep"):
            start(unkeep_dialog, "unlinked", ids)
        return _close_button()


def start(dialog: Any, class_: OrphanClass, ids: list[str]) -> None:
    """Open a dialog; what the one before said is forgotten."""
    st.session_state.pop(DONE, None)
    dialog(class_, ids)


def names(class_: OrphanClass, ids: Sequence[str]) -> dict[str, str]:
    """What to call them in results, by their ids."""
    return {each["id"]: shown.name(each) for each in orphans.named(viewer.client(), class_, ids[:1000])}


@st.dialog("Keep though nothing uses them", on_dismiss="rerun", icon=":material/bookmark:")
@viewer.part
def keep_dialog(class_: OrphanClass, ids: list[str]) -> None:
    """A reason first: whoever cleans up next year wants to know."""
    if (done := st.session_state.get(DONE)) is not None:
        look.outcomes(done, names(class_, ids), "kept")
        _finish()
        return
    st.write(f"{words.plural(len(ids), 'asset')} will not be listed or cleaned up again, until taken back.")
    why = st.text_input(
        "Reason", key="keep-reason", max_chars=500, placeholder="The printer's proof", live=True
    )
    if st.button("Keep", type="primary", disabled=not (why or "").strip(), key="keep-go"):
        st.session_state[DONE] = orphans.keep(viewer.client(), ids, why)
        st.rerun(scope="fragment")


@st.dialog("No longer keep", on_dismiss="rerun", icon=":material/bookmark_remove:")
@viewer.part
def unkeep_dialog(class_: OrphanClass, ids: list[str]) -> None:
    """They count as orphans again where nothing uses them."""
    if (done := st.session_state.get(DONE)) is not None:
        look.outcomes(done, {}, "no longer kept")
        _finish()
        return
    st.write(f"{words.plural(len(ids), 'asset')} will be listed as orphans again where nothing uses them.")
    if st.button("No longer keep", type="primary", key="unkeep-go"):
        st.session_state[DONE] = orphans.unkeep(viewer.client(), ids)
        st.rerun(scope="fragment")


@st.dialog("Recover files", on_dismiss="rerun", icon=":material/healing:")
@viewer.part
def recover_dialog(class_: OrphanClass, ids: list[str]) -> None:
    """First what can be, then one outcome each."""
    if (done := st.session_state.get(DONE)) is not None:
        look.outcomes(done, {path: path for path in ids}, "on the way to the library")
        st.caption(
            "The worker looks at each now. What turns out to be no picture, video or sound is refused."
        )
        _finish()
        return
    found = orphans.named(viewer.client(), class_, ids)
    good = [each["id"] for each in found if each["facts"]["recoverable"] and not each["facts"]["over"]]
    if good:
        st.write(
            f"{words.plural(len(good), 'file becomes an asset', 'files become assets')} of whoever uploaded"
            " it, or yours where nobody is known. Each is looked at as any upload is."
        )
    if rest := len(ids) - len(good):
        st.caption(
            f"{words.plural(rest, 'file')} can't be recovered: no upload or original of this library,"
            " or settled."
        )
    if st.button("Recover", type="primary", disabled=not good, key="recover-go"):
        answers = orphans.recover(viewer.client(), good)
        st.session_state[DONE] = [{**each, "asset": each["path"]} for each in answers]
        st.rerun(scope="fragment")


@st.dialog("Make renditions again", on_dismiss="rerun", icon=":material/autorenew:")
@viewer.part
def remake_dialog(class_: OrphanClass, ids: list[str]) -> None:
    """Where there is an asset with its original, the worker makes them again."""
    found = orphans.named(viewer.client(), class_, ids)
    of = {
        str(each["asset"]["id"]): shown.name(each)
        for each in found
        if can_be_made_again(each) and each["asset"]
    }
    if (done := st.session_state.get(DONE)) is not None:
        look.outcomes(done, of, "given to the worker")
        _finish()
        return
    if of:
        st.write(f"The small versions of {words.plural(len(of), 'asset')} are made again from the original.")
    rest = sum(not can_be_made_again(each) for each in found)
    if rest or not of:
        st.caption(f"{words.plural(rest, 'file')} can't be made again: the asset or its original is gone.")
    if st.button("Make again", type="primary", disabled=not of, key="remake-go"):
        st.session_state[DONE] = orphans.remake_renditions(viewer.client(), list(of))
        st.rerun(scope="fragment")


def can_be_made_again(orphan: Orphan) -> bool:
    """A rendition whose asset is there."""
    asset, note = orphan["asset"], orphan["facts"].get("note")
    return bool(asset and asset["state"] == "ready" and note in ("rendition_missing", "no_rendition_row"))


@st.dialog("Export as CSV", on_dismiss="rerun", icon=":material/download:")
@viewer.part
def export_dialog(class_: OrphanClass, ids: list[str]) -> None:
    """One row each, for a spreadsheet."""
    found = orphans.named(viewer.client(), class_, ids)
    rows = [csv_row(each, st.context.timezone) for each in found]
    st.write(f"{words.plural(len(rows), 'row is', 'rows are')} ready.")
    if gone := len(ids) - len(rows):
        st.caption(f"{words.number(gone)} of the selection are no orphans of this class any more.")
    bulk.download_csv(rows, f"mediaops-{class_}")


def csv_row(orphan: Orphan, zone: str | None) -> dict[str, Any]:
    """What a spreadsheet gets of an orphan."""
    asset: dict[str, Any] = orphan["asset"] or {}
    return {
        "class": orphan["class"],
        "name": shown.name(orphan),
        "why": reason(orphan, zone),
        "since": orphan["since"],
        "days": orphan["facts"]["days"],
        "bytes": orphan["bytes"],
        "kind": asset.get("kind"),
        "file": asset.get("original_name"),
        "uploaded_by": asset.get("uploader_name") or orphan["facts"].get("ticket_owner_name"),
        "asset": asset.get("id"),
        "path": orphan["path"] or asset.get("object_path"),
    }


@st.dialog("A file without an asset", on_dismiss="rerun", icon=":material/draft:", width="medium")
@viewer.part
def file_dialog(class_: OrphanClass, path: str) -> None:
    """The file itself where it is a picture, and what is known of it."""
    found = orphans.named(viewer.client(), class_, [path])
    if not found:
        look.empty("check_circle", "It is settled", "It is no orphan of this class any more.")
        return
    orphan = found[0]
    card = shown.cards(viewer.client(), viewer.person().user_id, found, st.context.timezone)[0]
    if card["thumb_url"]:
        source = look.escape(card["thumb_url"], quote=True)
        st.html(f'<img class="mo-file" src="{source}" alt="" onerror="this.remove()">')
    st.write(look.plain(card["note"]) + ".")
    look.facts(
        [
            ("Path", path),
            ("Stored", words.size(orphan["bytes"])),
            ("Since", words.when(orphan["since"], st.context.timezone)),
        ]
    )
    if orphan["facts"].get("recoverable") and not orphan["facts"]["over"]:
        st.caption("Select it and choose Recover to make it an asset.")


def _finish() -> None:
    if st.button("Done", type="primary", key="orphan-done"):
        st.session_state["_library-revision"] = st.session_state.get("_library-revision", 0) + 1
        st.session_state["_orphan-selection-cleared"] = (
            st.session_state.get("_orphan-selection-cleared", 0) + 1
        )
        st.rerun(scope="app")


def _close_button() -> bool:
    return st.button("", icon=":material/close:", key="orphan-clear", type="tertiary", help="Clear selection")
