"""All classes at a glance, each a way to its list."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

import streamlit as st

from mediaops.cleanup.models import ClassSummary, OrphanClass, Summary
from mediaops.ui import words
from mediaops.ui.orphan_words import COLORS, ICONS, NAMES, as_of, grace, standing

WIDTH, HEIGHT = 84, 26
_LEAST_POINTS: Final = 2


def classes(summary: Summary, trend: Sequence[dict[str, Any]], chosen: OrphanClass) -> None:
    """A row for each class; a click on one shows its list."""
    with st.container(key="mo-classes", gap=None):
        for each in summary["classes"]:
            _row(each, points(trend, each), each["class"] == chosen)


def points(trend: Sequence[dict[str, Any]], summary: ClassSummary) -> list[int]:
    """Counts by week, oldest first, and the count as it is now at the end."""
    return [int(week["count"]) for week in trend if week["class"] == summary["class"]] + [summary["count"]]


def sparkline(values: Sequence[int], color: str, label: str) -> str:
    """A small line as an image; nothing before there are two points. Streamlit takes SVG out of HTML, but
    for an image of its own."""
    if len(values) < _LEAST_POINTS:
        return ""
    top = max(values) or 1
    step = (WIDTH - 6) / (len(values) - 1)
    at = [(3 + place * step, HEIGHT - 4 - value / top * (HEIGHT - 8)) for place, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    x, y = at[-1]
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="1.6" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{color}"/></svg>'
    )
    said = escape(label, quote=True)
    return (
        f'<img class="mo-spark" width="{WIDTH}" height="{HEIGHT}" alt="{said}" title="{said}" '
        f'src="data:image/svg+xml,{quote(drawn)}">'
    )


def trend_label(values: Sequence[int]) -> str:
    """``12 weeks: 3, now 9``."""
    weeks = len(values) - 1
    return f"{words.plural(weeks, 'week')} ago {words.number(values[0])}, now {words.number(values[-1])}"


def _row(summary: ClassSummary, values: list[int], chosen: bool) -> None:
    name, zone = NAMES[summary["class"]], st.context.timezone
    known = summary["source"] == "rows" or summary["as_of"]
    count = words.number(summary["count"]) if known else "–"
    size = words.size(summary["bytes"]) if summary["count"] else ""
    color = COLORS[summary["class"]]
    hint = f"{as_of(summary, zone)} {grace(summary)}."
    with st.container(key=f"class-{summary['class']}"):
        st.html(
            f'<div class="mo-class{" is-chosen" if chosen else ""}{"" if summary["count"] else " is-none"}" '
            f'title="{escape(hint, quote=True)}"><i style="background:{color}"></i>'
            f'<span class="mo-icon" aria-hidden="true">{ICONS[summary["class"]]}</span>'
            f"<span><b>{escape(name)}</b><small>{escape(standing(summary, zone))}</small></span>"
            f"{sparkline(values, color, trend_label(values)) or '<span></span>'}"
            f"<span><b>{count}</b><small>{size}</small></span></div>"
        )
        st.button(
            f"{name}: {count}",
            key=f"choose-{summary['class']}",
            on_click=choose,
            args=(summary["class"],),
            width="stretch",
        )


def choose(class_: OrphanClass, age: str | None = None, size: str | None = None) -> None:
    """Show this class, narrowed to an age and a size. A callback: widgets are set before they are drawn."""
    st.query_params["class"] = class_
    st.session_state["show"] = "orphans"
    st.session_state.update({"age": age, "size": size, "kind": [], "by": []})
