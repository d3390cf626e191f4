"""What links to what around an asset or an entry; what nothing uses stands apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import orphans
from mediaops.ui import knowledge_picker, look, viewer
from mediaops.ui.orphan_words import NAMES

MOST_LETTERS: Final = 34
NEXT_VIEW: Final = "_orphan-view-next"
_WORDS: Final = {"cover": "cover", "inline": "", "reply": "answers", "copy": "same bytes"}
_LIGHT: Final = {
    "text": "#1f2024", "line": "#8b8d95", "entry": "#e9eafc", "entry-line": "#4f57d4",
    "asset": "#f6f6f4", "orphan": "#fdecec", "orphan-line": "#c23a47",
}  # fmt: skip
_DARK: Final = {
    "text": "#e9e9ec", "line": "#7b7d86", "entry": "#262a55", "entry-line": "#8b94f5",
    "asset": "#1d1e22", "orphan": "#3a1d22", "orphan-line": "#f2919a",
}  # fmt: skip


def around(*, asset: str = "", knowledge: str = "") -> None:
    """Show the graph around one of these with the next run of the page."""
    st.session_state[NEXT_VIEW] = "connections"
    _centre(asset, knowledge)
    st.rerun(scope="app")


def _centre(asset: str, knowledge: str) -> None:
    st.query_params.pop("asset", None)
    st.query_params.pop("knowledge", None)
    st.query_params["asset" if asset else "knowledge"] = asset or knowledge


def show() -> None:
    """The graph of the address, or a way to choose an entry."""
    client = viewer.client()
    asset, knowledge = st.query_params.get("asset", ""), st.query_params.get("knowledge", "")
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        st.caption("Choose an entry, or select an orphan and choose Connections.")
        if (picked := knowledge_picker.pick(client, "graph")) and picked != st.session_state.get(
            "_graph-picked"
        ):
            st.session_state["_graph-picked"] = picked
            _centre("", picked)
    with right:
        asset, knowledge = st.query_params.get("asset", ""), st.query_params.get("knowledge", "")
        if not look.is_id(asset) and not look.is_id(knowledge):
            look.empty(
                "hub", "Nothing chosen yet", "The graph shows what links to what around an entry or an asset."
            )
            return
        graph = orphans.graph(
            client,
            knowledge=knowledge if look.is_id(knowledge) else None,
            asset=asset if look.is_id(asset) else None,
        )
        if not graph["nodes"]:
            look.empty(
                "help", "There is no such thing", "It may have been removed, or the address is not complete."
            )
            return
        _draw(graph, asset or knowledge)


def _draw(graph: Mapping[str, Any], centre: str) -> None:
    table = st.toggle("As lines of a table", key="lines", bind="query-params")
    if table:
        st.dataframe(  # pyright: ignore[reportUnknownMemberType]
            rows(graph),
            hide_index=True,
            column_config={"from": "From", "how": "How", "to": "To", "orphan": "Orphan"},
        )
        return
    st.graphviz_chart(  # pyright: ignore[reportUnknownMemberType]
        dot(graph, centre, dark=st.context.theme.type == "dark"),
        width="stretch",
        alt="What links to what. The table has the same.",
    )


def dot(graph: Mapping[str, Any], centre: str, *, dark: bool) -> str:
    """The graph in the DOT language: entries as boxes, assets rounded, orphans red and apart."""
    colour = _DARK if dark else _LIGHT
    font = f'fontname="Inter, sans-serif" color={quoted(colour["line"])}'
    lines = [
        "digraph {",
        'rankdir=LR; bgcolor="transparent"; nodesep=0.18; ranksep=0.9; pad=0.2;',
        f'node [{font} fontsize=11 fontcolor={quoted(colour["text"])} shape=box margin="0.14,0.07"];',
        f"edge [{font} fontsize=9 fontcolor={quoted(colour['line'])} arrowsize=0.6];",
        *(_node(node, centre, colour) for node in graph["nodes"]),
        *(_edge(edge, colour) for edge in graph["edges"]),
        "}",
    ]
    return "\n".join(lines)


def _node(node: Mapping[str, Any], centre: str, colour: Mapping[str, str]) -> str:
    label = str(node["label"] or "Untitled")
    shown = label if len(label) <= MOST_LETTERS else label[: MOST_LETTERS - 1].rstrip() + "…"
    wide = 2.4 if node["id"] == centre else 1
    if node["type"] == "knowledge":
        fill, line, style = colour["entry"], colour["entry-line"], "filled"
    elif node["orphan"]:
        fill, line, style = colour["orphan"], colour["orphan-line"], "filled,rounded,dashed"
        shown += "\n" + NAMES.get(node["orphan"], str(node["orphan"]))
    else:
        fill, line, style = colour["asset"], colour["line"], "filled,rounded"
        shown += "\nin the trash" if node["state"] == "trashed" else ""
    return (
        f"{quoted(node['id'])} [label={quoted(shown)} tooltip={quoted(label)} fillcolor={quoted(fill)} "
        f"color={quoted(line)} style={quoted(style)} penwidth={wide}];"
    )


def _edge(edge: Mapping[str, Any], colour: Mapping[str, str]) -> str:
    more = (
        f" style=dashed constraint=false color={quoted(colour['orphan-line'])}"
        if edge["type"] == "copy"
        else ""
    )
    word = _WORDS.get(edge["type"], str(edge["type"]))
    return f"{quoted(edge['from'])} -> {quoted(edge['to'])} [label={quoted(word)}{more}];"


def quoted(text: object) -> str:
    """A string of the DOT language. Titles are people's: nothing in them may end the string, begin an escape
    (``\\N``), or be read as an HTML label or entity."""
    said = "".join(" " if ord(sign) < 32 and sign != "\n" else sign for sign in str(text))
    said = (
        said.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )
    return '"' + said.replace("\n", "\\n") + '"'


def rows(graph: Mapping[str, Any]) -> list[dict[str, str]]:
    """The same as lines of a table; what stands alone has no second end."""
    names = {node["id"]: str(node["label"] or "Untitled") for node in graph["nodes"]}
    orphan = {node["id"]: NAMES.get(node["orphan"] or "", "") for node in graph["nodes"]}
    joined = {end for edge in graph["edges"] for end in (edge["from"], edge["to"])}
    lines = [
        {
            "from": names[edge["from"]],
            "how": _WORDS.get(edge["type"]) or "inside the text",
            "to": names[edge["to"]],
            "orphan": orphan[edge["from"]],
        }
        for edge in graph["edges"]
    ]
    alone = [each for each in names if each not in joined]
    return lines + [{"from": names[each], "how": "", "to": "", "orphan": orphan[each]} for each in alone]
