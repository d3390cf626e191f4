"""``orphans``: every class at a glance, or the members of one."""

from __future__ import annotations

import argparse
from typing import Any, cast

from mediaops.cleanup import orphans
from mediaops.cleanup.cli.following import follow_scan
from mediaops.cleanup.cli.telling import Acting, Output, day, size
from mediaops.cleanup.models import CLASSES, Orphan, OrphanClass
from mediaops.cleanup.reasons import reason


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """The parser of ``orphans``."""
    parser = commands.add_parser("orphans", parents=[common], help="what nothing uses")
    parser.add_argument("--class", dest="class_", choices=CLASSES, help="its members instead of the summary")
    parser.add_argument("--scan", action="store_true", help="look through Storage first, and wait for it")
    parser.add_argument("--older-than", type=float, metavar="DAYS")
    parser.add_argument("--larger-than", type=int, metavar="BYTES")
    parser.add_argument("--waiting", action="store_true", help="also those within their grace")
    parser.add_argument("--sort", choices=("oldest", "newest", "largest"), default="oldest")
    parser.add_argument("--limit", type=int, default=50, help="at most so many; 0: all (default: 50)")
    parser.set_defaults(command=show)


def show(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """The command; answers its exit code."""
    if options.scan:
        started = orphans.start_scan(acting.client())
        ended = follow_scan(acting, output, started["id"])
        if ended["state"] != "done":
            output.object({"scan": ended})
            output.note(f"The scan is {ended['state']}. {ended['error'] or ''}".strip())
            return 1
    if options.class_ is None:
        _summary(acting, output)
    else:
        _members(options, acting, output)
    return 0


def _summary(acting: Acting, output: Output) -> None:
    summary = orphans.summary(acting.client())
    output.object(cast("dict[str, Any]", summary))
    rows: list[list[object]] = []
    for each in summary["classes"]:
        known = each["source"] == "rows" or each["as_of"] is not None
        seen = "now" if each["source"] == "rows" else f"scan of {day(each['as_of'])}"
        rows.append(
            [
                each["class"],
                # Nobody has looked yet: that is no zero.
                each["count"] if known else "?",
                size(each["bytes"]) if known else "?",
                day(each["oldest"]),
                each["policy"]["mode"],
                seen if known else "no scan yet: orphans --scan",
            ]
        )
    trash = summary["trash"]
    rows.append(
        [
            "(in the trash)",
            trash["count"],
            size(trash["bytes"]),
            day(trash["oldest"]),
            f"{trash['due']} due",
            "",
        ]
    )
    output.table(["class", "count", "size", "oldest", "policy", "as of"], rows)


def _members(options: argparse.Namespace, acting: Acting, output: Output) -> None:
    shown, more = output.pages(
        lambda after, limit: orphans.find(
            acting.client(),
            cast(OrphanClass, options.class_),
            sort=options.sort,
            min_age_days=options.older_than,
            min_bytes=options.larger_than,
            waiting=options.waiting,
            after=after,
            limit=limit,
        ),
        ["id", "what", "size", "since", "why"],
        _row,
        options.limit,
    )
    if shown == 0:
        output.note("There are none past their grace." if not options.waiting else "There are none.")
    elif more:
        output.note(f"There are more than these {shown}; --limit 0 shows all.")


def _row(each: Orphan) -> list[object]:
    card: dict[str, Any] = each["asset"] or {}
    called = card.get("title") or card.get("original_name") or each["path"] or ""
    return [each["id"], called, size(each["bytes"]), day(each["since"]), reason(each)]
