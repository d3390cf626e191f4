"""One plan from its making to its report, under its own address."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import Run
from mediaops.errors import MediaOpsError
from mediaops.ui import (
    cleanup_confirm,
    cleanup_csv,
    cleanup_items,
    cleanup_words,
    listing,
    look,
    viewer,
    words,
)

LOOK_AGAIN_SECONDS: Final = 1.0
WORKER_SECONDS: Final = 20


def show(run: Run) -> None:
    """Plan, run or report, by how it stands."""
    look.heading(cleanup_words.name(run), _about(run))
    badges = look.badge("Automatic") if run["automatic"] else ""
    st.html(f'<div class="mo-badges">{badges}{look.badge(*cleanup_words.state(run))}</div>')
    look.said()
    if run["state"] == "planning":
        st.fragment(_in_the_making, run_every=LOOK_AGAIN_SECONDS)(run["id"])
    elif run["state"] == "planned":
        _plan(run)
    elif run["state"] in ("running", "paused"):
        # Looks by itself only while something moves.
        st.fragment(_live, run_every=LOOK_AGAIN_SECONDS if run["state"] == "running" else None)(
            run["id"], run["state"]
        )
    else:
        _report(run)


def _about(run: Run) -> str:
    told = [cleanup_words.classes(run), "purge now" if run["action"] == "purge" else "to the trash"]
    options = run["options"]
    if options.get("min_age_days"):
        told.append(f"orphaned for {cleanup_words.days(float(options['min_age_days']))} or longer")
    if options.get("min_bytes"):
        told.append(f"over {words.size(int(options['min_bytes']))}")
    if run["planned_by_name"]:
        told.append(f"planned by {run['planned_by_name']}")
    if run["confirmed_by_name"]:
        told.append(f"confirmed by {run['confirmed_by_name']}")
    return " · ".join(told)


@viewer.part
def _in_the_making(run_id: str) -> None:
    """A worker is writing the plan down; how many there will be is known when it is through."""
    look.said()
    run = plans.get(viewer.client(), run_id)
    if run["state"] != "planning":
        st.rerun(scope="app")
    so_far = f"{words.plural(run['count'], 'item')}, {words.size(run['bytes'])} so far"
    # Not as a context: that would say "complete" at its end.
    making = st.status(f"Making the plan: {so_far}", state="running", expanded=True)
    making.write("You may leave this page; the plan is made all the same and is listed under Clean-up.")
    _away(run)


def _plan(run: Run) -> None:
    count, size = run["count"] - run["excluded"], run["bytes"] - run["excluded_bytes"]
    if run["count"] == 0:
        look.empty(
            "done_all",
            "Nothing fits this plan",
            "With these classes, this age and this size there is nothing to clean up. Choose others.",
        )
    else:
        listing.tiles(
            [
                (words.number(count), "item to clean up" if count == 1 else "items to clean up"),
                (words.size(size), "in Storage"),
                (cleanup_words.cost(size), _saved(run)),
                *([(words.number(run["excluded"]), "left out")] if run["excluded"] else []),
            ]
        )
    if run["count"] and run["count"] >= int(run["options"].get("max_items") or 0):
        st.info(
            f"These are the {words.number(run['count'])} longest due. What is left comes with the next plan.",
            icon=":material/content_cut:",
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if run["count"] and st.button(
            "Run this plan",
            type="primary",
            icon=":material/play_arrow:",
            disabled=count == 0,
            key="run-confirm",
            help=None if count else "All its items are left out.",
        ):
            cleanup_confirm.start(run)
        cleanup_csv.button(run)
        _away(run)
    if run["count"]:
        cleanup_items.show(run)


def _away(run: Run) -> None:
    st.button(
        "Throw it away",
        icon=":material/delete_sweep:",
        key="run-away",
        on_click=_do,
        args=("stop", run["id"], "The plan was thrown away; nothing was touched."),
    )


@viewer.part
def _live(run_id: str, drawn: str) -> None:
    look.said()
    run = plans.get(viewer.client(), run_id)
    if run["state"] != drawn or not viewer.person().is_ops:
        st.rerun(scope="app")
    whole, settled = run["count"] - run["excluded"], run["done"] + run["skipped"] + run["failed"]
    st.progress(
        settled / whole if whole else 1.0,
        text=f"{words.number(settled)} of {words.number(whole)}{_left(run, settled, whole)}",
    )
    if run["reason"]:
        st.warning(look.plain(run["reason"]), icon=":material/pause_circle:")
    elif settled == 0 and (run["seconds"] or 0) > WORKER_SECONDS:
        st.info(
            "No worker has taken it up yet. It begins as soon as one is free.",
            icon=":material/hourglass_top:",
        )
    _numbers(run)
    with st.container(horizontal=True, gap="small"):
        if run["state"] == "running":
            st.button("Pause", icon=":material/pause:", key="run-pause", on_click=_do, args=("pause", run_id))
        else:
            st.button(
                "Go on",
                icon=":material/play_arrow:",
                type="primary",
                key="run-resume",
                on_click=_do,
                args=("resume", run_id),
            )
        with st.popover("Stop", icon=":material/stop:", key="mo-stop"):
            st.write("What is done stays done; the rest is left alone. A stopped run can't go on.")
            st.button("Stop for good", key="run-stop", on_click=_do, args=("stop", run_id))
    cleanup_items.show(run)


def _left(run: Run, settled: int, whole: int) -> str:
    seconds = run["seconds"] or 0
    if run["state"] != "running" or seconds < 5 or not settled or settled == whole:
        return ""
    return f" · about {words.length(seconds / settled * (whole - settled))} left"


def _report(run: Run) -> None:
    _verdict(run)
    if run["started_at"]:
        _numbers(run)
    with st.container(horizontal=True, gap="small"):
        if run["failed"] and run["state"] == "done":
            st.button(
                "Try the failed again",
                type="primary",
                icon=":material/refresh:",
                key="run-retry",
                on_click=_do,
                args=("retry", run["id"]),
            )
        cleanup_csv.button(run)
    if run["count"]:
        cleanup_items.show(run)


def _verdict(run: Run) -> None:
    """How it ended, in a sentence. Green only when all of it happened."""
    whole, failed, skipped = run["count"] - run["excluded"], run["failed"], run["skipped"]
    done, of = words.number(run["done"]), words.plural(whole, "item")
    if failed:
        again = (
            "Look at why, then try them again." if run["state"] == "done" else "The next plan has them again."
        )
        st.error(f"{words.number(failed)} of {of} failed, {done} went well. {again}", icon=":material/error:")
    if run["state"] == "stopped":
        st.warning(
            look.plain(f"{run['reason'] or 'It was stopped.'}{_spared(run)}"), icon=":material/stop_circle:"
        )
    elif not failed and skipped:
        had = words.plural(skipped, "item had", "items had")
        st.info(
            f"{done} of {of} cleaned up. {had} changed since the plan and stayed as before.",
            icon=":material/info:",
        )
    elif not failed:
        said = (
            f"All {of} are cleaned up." if whole > 1 else "It is cleaned up." if whole else "Nothing to do."
        )
        st.success(said, icon=":material/check_circle:")


def _saved(run: Run) -> str:
    """Bytes in the trash cost what they did before."""
    happens = {cleanup_words.action(run["action"], each["class"]) for each in run["by_class"]}
    return "saved once it has left the trash" if happens & {"trash", "merge"} else "saved"


def _spared(run: Run) -> str:
    if not run["started_at"] or not run["planned"]:
        return ""
    rest = words.plural(run["planned"], "item was", "items were")
    return f" {rest} not reached and left alone; only what Storage was told to delete by then still goes."


def _numbers(run: Run) -> None:
    to_come = "to come" if run["state"] in ("running", "paused") else "not done"
    cells = (
        (run["done"], "done"),
        (run["skipped"], "skipped"),
        (run["failed"], "failed"),
        (run["planned"], to_come),
        (run["excluded"], "left out"),
    )
    shown = [(words.number(count), what) for count, what in cells if count or what == "done"]
    size = "removed" if run["action"] == "purge" else "cleaned up"
    listing.tiles(
        [*shown, (words.size(run["done_bytes"]), size), (cleanup_words.cost(run["done_bytes"]), _saved(run))]
    )


_STEPS: Final[dict[str, Any]] = {
    "pause": plans.pause,
    "resume": plans.resume,
    "stop": plans.stop,
    "retry": plans.retry,
}


def _do(step: str, run: str, said: str = "") -> None:
    try:
        viewer.enter()
        _STEPS[step](viewer.client(), run)
        if said:
            st.session_state["_said"] = said
    except MediaOpsError as error:
        st.session_state["_said-bad"] = cleanup_words.error(error)


def for_ops() -> None:
    """What people of other roles see here."""
    look.heading("Clean-up")
    look.empty(
        "cleaning_services",
        "Cleaning up is for ops",
        f"Your role is {viewer.person().role}. Someone of ops can do it for you; Team shows who they are.",
    )
