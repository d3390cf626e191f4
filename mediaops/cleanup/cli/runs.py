"""``cleanup plan|show|run|stop|report``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mediaops.cleanup import plans
from mediaops.cleanup.cli.following import follow_plan, follow_run
from mediaops.cleanup.cli.telling import Acting, Output, day, size
from mediaops.cleanup.models import CLASSES, Item, Run
from mediaops.cleanup.reasons import frozen_reason

STATES = ("planned", "done", "skipped", "failed", "excluded")
RUN_HELP = "id of the plan, as `cleanup plan` and `cleanup show` print it"


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """The parsers of ``cleanup ...``."""
    actions = commands.add_parser("cleanup", help="plan, look, run, report").add_subparsers(
        required=True, metavar="ACTION"
    )

    def action(name: str, command: Any, text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, parents=[common], help=text)
        parser.set_defaults(command=command)
        return parser

    parser = action("plan", plan, "freeze what is orphaned now; nothing happens yet")
    parser.add_argument(
        "--class", dest="classes", action="append", required=True, choices=(*CLASSES, "trashed"), metavar="C",
        help="may be given again; of " + ", ".join((*CLASSES, "trashed")),
    )  # fmt: skip
    parser.add_argument("--action", choices=("trash", "purge"), default="trash", help="default: trash")
    parser.add_argument("--older-than", type=float, metavar="DAYS")
    parser.add_argument("--larger-than", type=int, metavar="BYTES")
    parser.add_argument("--most", type=int, default=1_000_000, metavar="N", help="at most so many items")
    parser.add_argument("--asset", dest="assets", action="append", metavar="ID", help="only this one; again")
    parser.add_argument("--path", dest="paths", action="append", metavar="P", help="only this object; again")

    parser = action("show", show, "plans and runs; or the items of one")
    parser.add_argument("run", nargs="?", help=RUN_HELP)
    parser.add_argument("--state", dest="states", action="append", choices=STATES)
    parser.add_argument("--limit", type=int, default=50, help="at most so many; 0: all (default: 50)")

    parser = action("run", run, "do it, and look on until it has ended")
    parser.add_argument("run", help=RUN_HELP)
    parser.add_argument("--count", type=int, metavar="N", help="confirms a plan of more than 100 items")
    parser.add_argument("--retry", action="store_true", help="what failed once more")
    parser.add_argument("--no-wait", action="store_true", help="begin and leave")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="look on for at most so long")

    parser = action("stop", stop, "end a run for good, or throw a plan away")
    parser.add_argument("run", help=RUN_HELP)
    parser.add_argument("--pause", action="store_true", help="only hold it; `cleanup run` goes on")

    parser = action("report", report, "what became of each item")
    parser.add_argument("run", help=RUN_HELP)


def plan(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``cleanup plan``."""
    made = plans.plan(
        acting.client(),
        options.classes,
        action=options.action,
        min_age_days=options.older_than,
        min_bytes=options.larger_than,
        max_items=options.most,
        assets=options.assets,
        paths=options.paths,
    )
    if made["state"] == "planning":
        made = follow_plan(acting, output, made["id"])
    output.object({"run": made})
    rows = [[each["class"], each["count"], size(each["bytes"])] for each in made["by_class"]]
    output.table(["class", "count", "size"], rows)
    output.say(f"{made['count']} items, {size(made['bytes'])}. Plan {made['id']}")
    if made["count"]:
        count = f" --count {made['count']}" if made["needs_count"] else ""
        output.note(f"Look: cleanup show {made['id']}")
        output.note(f"Run:  cleanup run {made['id']}{count}")
    return 0


def show(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``cleanup show``."""
    if options.run is None:
        _list(options, acting, output)
        return 0
    status = plans.get(acting.client(), options.run)
    output.object({"run": status})
    _tell(output, status)
    _items(acting, output, status["id"], options.states, options.limit)
    return 0


def run(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``cleanup run``."""
    status = plans.get(acting.client(), options.run)
    if options.retry:
        status = plans.retry(acting.client(), options.run)
    elif status["state"] == "planned":
        count = options.count if options.count is not None else _typed_count(status)
        status = plans.start(acting.client(), options.run, count)
    elif status["state"] == "paused":
        status = plans.resume(acting.client(), options.run)
    if options.no_wait:
        output.object({"run": status})
        _tell(output, status)
        # It has only begun: whether anything fails is not known yet.
        return 0 if status["state"] == "running" else ended_well(status)
    return finish(acting, output, options.run, options.timeout)


def finish(acting: Acting, output: Output, run_id: str, timeout: float | None = None) -> int:
    """Look on until it has ended; tell what became of it and which items failed."""
    try:
        status = follow_run(acting, output, run_id, timeout)
    except KeyboardInterrupt:
        output.note(f"It goes on without this command. To end it: cleanup stop {run_id}")
        raise
    output.object({"run": status})
    _tell(output, status)
    if status["failed"]:
        _items(acting, output, run_id, ["failed"], 50)
        output.note(f"Once more: cleanup run {run_id} --retry")
    return ended_well(status)


def ended_well(status: Run) -> int:
    """0 only for a run that has ended and of which nothing failed."""
    return 0 if status["ok"] is True else 1


def stop(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``cleanup stop``."""
    status = (plans.pause if options.pause else plans.stop)(acting.client(), options.run)
    output.object({"run": status})
    _tell(output, status)
    return 0


def report(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``cleanup report``: failures first. 1 unless it has ended and nothing failed."""
    status = plans.get(acting.client(), options.run)
    output.object({"run": status})
    _tell(output, status)
    for state in ("failed", "skipped", "planned", "done"):
        _items(acting, output, status["id"], [state], 0)
    return ended_well(status)


def _list(options: argparse.Namespace, acting: Acting, output: Output) -> None:
    page = plans.runs(acting.client(), limit=max(1, min(options.limit or 200, 200)))
    for each in page["items"]:
        output.object({"run": each})
    output.table(
        ["id", "planned", "by", "classes", "count", "size", "state"],
        [
            [
                each["id"],
                day(each["planned_at"]),
                each["planned_by_name"] or "the schedule",
                ", ".join(each["classes"]),
                each["count"] - each["excluded"],
                size(each["bytes"]),
                each["state"] if each["ok"] is not False or each["state"] == "stopped" else "done, not all",
            ]
            for each in page["items"]
        ],
    )
    if not page["items"]:
        output.note("No plan has been made yet: cleanup plan --class ...")


def _tell(output: Output, status: Run) -> None:
    told = f"{status['state']}: {status['done']} done ({size(status['done_bytes'])})"
    told += f", {status['skipped']} skipped, {status['failed']} failed, {status['planned']} to do"
    if status["excluded"]:
        told += f", {status['excluded']} excluded"
    output.say(f"{told}. {status['reason'] or ''}".strip())
    if status["state"] == "done" and not status["ok"]:
        output.say("Not everything was done.")


def _items(acting: Acting, output: Output, run_id: str, states: list[str] | None, limit: int) -> None:
    _, more = output.pages(
        lambda after, portion: plans.items(acting.client(), run_id, states, after, portion),
        ["state", "class", "id", "what", "size", "since", "why"],
        _row,
        limit,
        plans.PORTION_ITEMS,
        "item",
    )
    if more:
        output.note(f"There are more than these {limit}; `cleanup report {run_id}` has all.")


def _row(each: Item) -> list[object]:
    state = "excluded" if each["excluded"] else each["state"]
    why = each["outcome"] or frozen_reason(each)
    return [
        *(state, each["class"], each["asset"] or each["path"], each["title"]),
        *(size(each["bytes"]), day(each["since"]), why),
    ]


def _typed_count(status: Run) -> int | None:
    """What a person at a terminal types to confirm; None where nobody sits, which the database refuses."""
    wanted = status["count"] - status["excluded"]
    if not status["needs_count"] or not sys.stdin.isatty():
        return None
    sys.stderr.write(f"This does something to {wanted} items. Type this number to go on: ")
    sys.stderr.flush()
    typed = sys.stdin.readline().strip().replace(",", "")
    return int(typed) if typed.isdigit() else 0
