"""Orphans as pictures: where the bytes lie, and since when; each also as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import altair as alt
import streamlit as st

from mediaops.cleanup.models import CLASSES, OrphanClass
from mediaops.cleanup.question import AGES, SIZES
from mediaops.ui import words
from mediaops.ui.orphan_filters import age_name, asked_week, chosen_class
from mediaops.ui.orphan_summary import choose
from mediaops.ui.orphan_words import COLORS, NAMES

HEIGHT: Final = 292
LEGEND_HEIGHT: Final = 44
MONTHS_FROM_WEEKS: Final = 12  # with fewer bars the axis names days: months would be named twice
LEAST_SHARE: Final = 0.03  # of the whole, for words in a field
MAP: Final = "orphan-map"
TIMELINE: Final = "orphan-weeks"
_PICKED: Final = "picked"
_PICTURES: Final = {"map": "By age and size", "weeks": "Over time"}
_MEASURES: Final = {"bytes": "Size", "count": "Count"}
Cell = dict[str, Any]
Asked = tuple[OrphanClass, str | None, str | None]


def show(breakdown: dict[str, list[Cell]]) -> None:
    """The picture chosen, measured as chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        picture = st.segmented_control(
            "Picture", list(_PICTURES), key="picture", default="map", required=True,
            format_func=_PICTURES.__getitem__, label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        measure = st.segmented_control(
            "Measure", list(_MEASURES), key="measure", default="bytes", required=True,
            format_func=_MEASURES.__getitem__, label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        table = st.toggle("As a table", key="table", bind="query-params")
    cells = breakdown["cells" if picture == "map" else "weeks"]
    if not cells:
        st.html(f'<div class="mo-blank" style="height:{HEIGHT}px">Nothing is orphaned.</div>')
    elif table:
        st.dataframe(  # pyright: ignore[reportUnknownMemberType]
            rows(cells), hide_index=True, height=HEIGHT, column_config=_columns(), key="orphan-table"
        )
    elif picture == "map":
        nodes = tree(cells, str(measure))
        st.echarts_chart(
            treemap(nodes), key=MAP, height=HEIGHT, on_select=_clicked, renderer="svg",
            alt="Orphans as areas by class, age and size. The table has the same numbers.",
        )  # fmt: skip
        st.session_state["_orphan-map"] = flat(nodes)
    else:
        st.html(legend(cells))
        asked = _asked()
        # What is picked stays picked in a chart: the next one begins anew, so that each click is told.
        key = f"{TIMELINE}-{'-'.join(asked)}" if asked else TIMELINE
        st.altair_chart(
            timeline(cells, str(measure), asked), height=HEIGHT - LEGEND_HEIGHT, key=key,
            on_select=lambda: _week_clicked(key), selection_mode=[_PICKED],
            alt="Orphans by the week since which nothing uses them. The table has the same numbers, and the"
            " filter by age has the weeks.",
        )  # fmt: skip


def tree(cells: Sequence[Cell], measure: str) -> list[dict[str, Any]]:
    """Classes with their fields by age and size, largest first; ``question`` is what a click asks for."""
    nodes: list[dict[str, Any]] = []
    for class_ in CLASSES:
        fields: dict[tuple[str, str], list[int]] = {}
        for cell in cells:
            if cell["class"] == class_:
                sums = fields.setdefault((cell["age"], cell["size"]), [0, 0])
                sums[0] += cell["count"]
                sums[1] += cell["bytes"]
        if fields:
            nodes.append(_class_node(class_, fields, measure))
    return sorted(nodes, key=lambda node: node["value"], reverse=True)


def _class_node(
    class_: OrphanClass, fields: dict[tuple[str, str], list[int]], measure: str
) -> dict[str, Any]:
    place = {age: step for step, age in enumerate(AGES)}
    children: list[dict[str, Any]] = [
        {
            "name": f"{age}\n{size}\n{_amount(count, size_bytes)}",
            "value": max(1, size_bytes if measure == "bytes" else count),
            "itemStyle": {"color": tint(COLORS[class_], 0.07 * (len(AGES) - 1 - place[age]))},
            "question": (class_, age, size),
        }
        for (age, size), (count, size_bytes) in fields.items()
    ]
    children.sort(key=lambda node: node["value"], reverse=True)
    count, size_bytes = (sum(field[place] for field in fields.values()) for place in (0, 1))
    return {
        "name": f"{NAMES[class_]}  {_amount(count, size_bytes)}",
        "value": sum(node["value"] for node in children),
        "itemStyle": {"color": COLORS[class_], "borderColor": COLORS[class_]},
        "children": children,
        "question": (class_, None, None),
    }


def flat(nodes: Sequence[dict[str, Any]]) -> list[Asked]:
    """What a click on each field asks for, in the chart's own order: the root, then depth first."""
    asked: list[Asked] = []
    for node in nodes:
        asked.append(node["question"])
        asked += [child["question"] for child in node["children"]]
    return asked


_LABEL: Final = {"color": "#fff", "fontSize": 12, "lineHeight": 16, "overflow": "truncate"}
_UPPER: Final = {"show": True, "height": 26, "color": "#fff", "fontSize": 12.5, "fontWeight": 600}
_TREEMAP: Final[dict[str, Any]] = {
    "type": "treemap",
    "selectedMode": "single",
    "nodeClick": False,
    "roam": False,
    "sort": False,
    "breadcrumb": {"show": False},
    "left": 0,
    "right": 0,
    "top": 2,
    "bottom": 2,
    "label": _LABEL | {"position": "insideTopLeft"},
    "upperLabel": _UPPER | {"overflow": "truncate"},
    "levels": [
        {"itemStyle": {"gapWidth": 4, "borderWidth": 0}, "upperLabel": {"show": False}},
        {"itemStyle": {"gapWidth": 1, "borderWidth": 2}},
        {"itemStyle": {"gapWidth": 1, "borderWidth": 0}},
    ],
    "select": {"itemStyle": {"borderColor": "#fff", "borderWidth": 3}},
    "emphasis": {"upperLabel": _UPPER, "label": {"color": "#fff"}},
}


def treemap(nodes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The chart's option. What is too small for words has them in its tooltip."""
    whole = sum(node["value"] for node in nodes)
    return {
        "animation": False,
        "tooltip": {"show": True, "formatter": "{b}"},
        "series": [_TREEMAP | {"data": [_plain(node, whole * LEAST_SHARE) for node in nodes]}],
    }


def timeline(weeks: Sequence[Cell], measure: str, asked: tuple[str, str] | None = None) -> alt.Chart:
    """Stacked bars by week, coloured by class. ``asked``: the class and week that the list shows."""
    present = [class_ for class_ in CLASSES if any(week["class"] == class_ for week in weeks)]
    mondays = {week["week"] for week in weeks}
    values = [
        {
            "week": week["week"],
            "monday": week["week"],
            "id": week["class"],
            "class": NAMES[week["class"]],
            "amount": week[measure],
            "since": age_name(week["week"]),
            "words": _amount(week["count"], week["bytes"]),
            "shown": asked is None or asked == (week["class"], week["week"]),
        }
        for week in weeks
    ]
    amount = "datum.value ? format(datum.value, '.2~s') + 'B' : '0'" if measure == "bytes" else "datum.label"
    axis = alt.Axis(title=None, tickCount=4, tickMinStep=1, labelExpr=amount)
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar(size=9, cornerRadiusTopLeft=1, cornerRadiusTopRight=1, cursor="pointer")
        .encode(
            x=alt.X(
                "week:T",
                title="Unused since the week of",
                axis=alt.Axis(format="%b %Y" if len(mondays) > MONTHS_FROM_WEEKS else "%-d %b", grid=False),
                # Mondays are those of UTC; west of it they would be called Sundays.
                scale=alt.Scale(type="utc", padding=8),
            ),
            y=alt.Y("amount:Q", axis=axis, stack="zero"),
            color=alt.Color(
                "class:N",
                title=None,
                scale=alt.Scale(
                    domain=[NAMES[class_] for class_ in present], range=[COLORS[class_] for class_ in present]
                ),
                legend=None,  # Vega's does not wrap
            ),
            opacity=alt.condition("datum.shown", alt.value(1), alt.value(0.3)),
            tooltip=[
                alt.Tooltip("since:N", title="Unused since"),
                alt.Tooltip("class:N", title="Class"),
                alt.Tooltip("words:N", title="Orphans"),
            ],
        )
        .add_params(alt.selection_point(name=_PICKED, fields=["id", "monday"], toggle=False))
    )


def legend(cells: Sequence[Cell]) -> str:
    """The classes that are there with their colours, as HTML."""
    present = {cell["class"] for cell in cells}
    keys = (f'<i style="background:{COLORS[each]}"></i>{NAMES[each]}' for each in CLASSES if each in present)
    return f'<p class="mo-key">{"".join(f"<span>{key}</span>" for key in keys)}</p>'


def rows(cells: Sequence[Cell]) -> list[Cell]:
    """The same numbers as lines of a table, in the order of the pictures."""
    places = {name: place for place, name in enumerate((*CLASSES, *AGES, *SIZES))}

    def order(cell: Cell) -> list[Any]:
        known = (cell["class"], cell.get("age"), cell.get("size"))
        return [*(places.get(str(name), -1) for name in known), cell.get("week", ""), cell.get("kind") or ""]

    return [cell | {"class": NAMES[cell["class"]]} for cell in sorted(cells, key=order)]


def tint(color: str, share: float) -> str:
    """A colour with this much white in it, as ``#rrggbb``."""
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)


def _plain(node: dict[str, Any], least: float) -> dict[str, Any]:
    plain = {name: value for name, value in node.items() if name not in ("question", "children")}
    if "children" in node:
        plain["children"] = [_plain(child, least) for child in node["children"]]
    elif node["value"] < least:
        plain["label"] = {"show": False}
    return plain


def _amount(count: int, size_bytes: int) -> str:
    return f"{words.number(count)} · {words.size(size_bytes)}"


def _columns() -> dict[str, Any]:
    return {
        "class": "Class", "age": "Age", "size": "Size of each", "kind": "Kind",
        "count": st.column_config.NumberColumn("Count", format="localized"),
        "bytes": st.column_config.NumberColumn("Bytes", format="bytes"),
        "week": st.column_config.DateColumn("Since the week of"),
    }  # fmt: skip


def _clicked() -> None:
    """A field was clicked: the list below shows what is in it; clicked again, the whole class."""
    picked: list[dict[str, Any]] = st.session_state[MAP]["selection"]["selected"]
    fields: list[Asked] = st.session_state.get("_orphan-map", [])
    # Node 0 is the root, which has no field of its own.
    places: list[int] = [place - 1 for series in picked for place in series["data_indices"]]
    if places and 0 <= places[0] < len(fields):
        choose(*fields[places[0]])
    elif not places:
        st.session_state.update({"age": None, "size": None})


def _asked() -> tuple[str, str] | None:
    """The class and week that the list below shows."""
    week = asked_week()
    return (chosen_class(), week) if week else None


def _week_clicked(key: str) -> None:
    """A bar was clicked: the list below shows its class and week; clicked again, the whole class."""
    picked: list[dict[str, Any]] = st.session_state[key]["selection"].get(_PICKED, [])
    asked = _asked()
    if picked and (picked[0]["id"], picked[0]["monday"]) != asked:
        choose(picked[0]["id"], picked[0]["monday"])
    elif asked:
        st.session_state["age"] = None
