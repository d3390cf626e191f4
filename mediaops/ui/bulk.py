"""What can be done with the assets selected: link, trash, restore, have read, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from mediaops.library import assets, links
from mediaops.library.export import to_csv
from mediaops.library.models import Outcome
from mediaops.ui import knowledge_picker, look, reading_dialogs, viewer, words
from mediaops.ui.bulk_steps import close, keep, kept, start


def bar(selected: Sequence[str], names: dict[str, str], states: Sequence[str]) -> bool:
    """The bar for a selection. Answers True when the person lets the selection go."""
    ids = list(selected)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="mo-bulk"):
        st.html(f'<p class="mo-selected">{words.number(len(ids))} selected</p>', width="content")
        if st.button("Link", icon=":material/add_link:", key="bulk-link"):
            start(link_dialog, ids, names)
        if st.button("Read", icon=":material/document_scanner:", key="bulk-read"):
            start(reading_dialogs.selected, ids, names)
        if st.button("Export", icon=":material/download:", key="bulk-export"):
            export_dialog(ids)
        if "trashed" in states and st.button(
            "Restore", icon=":material/restore_from_trash:", key="bulk-restore"
        ):
            start(restore_dialog, ids, names)
        if tuple(states) != ("trashed",) and st.button("Trash", icon=":material/delete:", key="bulk-trash"):
            start(trash_dialog, ids, names)
        return st.button(
            "", icon=":material/close:", key="bulk-clear", type="tertiary", help="Clear selection"
        )


@st.dialog("Link to knowledge", on_dismiss="rerun", icon=":material/add_link:")
@viewer.part
def link_dialog(ids: list[str], names: dict[str, str]) -> None:
    """Choose an entry and a place, then say what became of each."""
    done: Sequence[Outcome] | None = kept("link", ids)
    if done is None:
        client = viewer.client()
        st.caption(look.plain(_listed(ids, names)))
        entry = knowledge_picker.pick(client, "bulk-link")
        place = knowledge_picker.placement("bulk-link", several=len(ids) > 1)
        if st.button("Link", type="primary", disabled=entry is None, key="bulk-link-go") and entry:
            keep("link", ids, links.link(client, entry, ids, place))
            st.rerun(scope="fragment")
        return
    look.outcomes(done, names, "linked")
    close()


@st.dialog("Move to trash", on_dismiss="rerun", icon=":material/delete:")
@viewer.part
def trash_dialog(ids: list[str], names: dict[str, str]) -> None:
    """First where they are used; then, knowingly, away with them."""
    done: Sequence[Outcome] | None = kept("trash", ids)
    if done is not None:
        look.outcomes(done, names, "moved to the trash")
        close()
        return
    client = viewer.client()
    used = [use for use in assets.uses(client, ids) if use["links"]]
    unlink = False
    if used:
        count = sum(len(use["links"]) for use in used)
        st.warning(
            f"{words.plural(len(used), 'asset is', 'assets are')} used in {words.plural(count, 'place')}.",
            icon=":material/link:",
        )
        look.uses(used, names)
        unlink = st.checkbox("Take them out of there as well", key="bulk-trash-unlink")
    else:
        st.write(
            "Nothing uses "
            + ("it" if len(ids) == 1 else "them")
            + ". The trash keeps everything for 30 days."
        )
    going = len(ids) if unlink else len(ids) - len(used)
    label = f"Move {words.plural(going, 'asset')} to the trash" if going else "Move to the trash"
    if st.button(label, type="primary", disabled=going == 0, key="bulk-trash-go"):
        keep("trash", ids, assets.trash(client, ids, unlink=unlink))
        st.rerun(scope="fragment")


@st.dialog("Restore from trash", on_dismiss="rerun", icon=":material/restore_from_trash:")
@viewer.part
def restore_dialog(ids: list[str], names: dict[str, str]) -> None:
    """Out of the trash, with a result for each."""
    done = kept("restore", ids)
    if done is None:
        done = assets.restore(viewer.client(), ids)
        keep("restore", ids, done)
    look.outcomes(done, names, "restored")
    close()


@st.dialog("Export as CSV", on_dismiss="rerun", icon=":material/download:")
@viewer.part
def export_dialog(ids: list[str]) -> None:
    """One row per asset, for a spreadsheet."""
    rows = assets.export_rows(viewer.client(), ids)
    found = {str(row.get("id")) for row in rows}
    missing: list[Outcome] = [_gone(asset) for asset in ids if asset not in found]
    st.write(f"{words.plural(len(rows), 'row is', 'rows are')} ready.")
    if missing:
        look.outcomes(missing, {}, "exported")
    download_csv(rows, "mediaops")


def download_csv(rows: Sequence[Mapping[str, Any]], what: str) -> None:
    """The button that hands the rows over, in a file that tells ``what`` it is and of when."""
    st.download_button(
        "Download CSV",
        to_csv(rows),
        file_name=f"{what}-{datetime.now(UTC):%Y-%m-%d-%H%M}.csv",
        mime="text/csv",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        disabled=not rows,
    )


def _gone(asset: str) -> Outcome:
    return {
        "asset": asset,
        "ok": False,
        "note": None,
        "error": {"code": "not_found", "message": "It is not there any more.", "hint": ""},
    }


def _listed(ids: Sequence[str], names: dict[str, str]) -> str:
    shown = [names.get(asset, "an asset") for asset in ids[:3]]
    rest = len(ids) - len(shown)
    return ", ".join(shown) + (f" and {words.number(rest)} more" if rest else "")
