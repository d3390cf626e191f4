"""``trash list|restore|purge``."""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from mediaops.cleanup import plans
from mediaops.cleanup import trash as service
from mediaops.cleanup.cli.runs import finish
from mediaops.cleanup.cli.telling import Acting, Output, day, size
from mediaops.cleanup.models import Trashed
from mediaops.errors import Invalid

AT_ONCE = 5000


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """The parsers of ``trash ...``."""
    actions = commands.add_parser("trash", help="list, restore, remove for good").add_subparsers(
        required=True, metavar="ACTION"
    )
    parser = actions.add_parser("list", parents=[common], help="what is in the trash")
    parser.add_argument("--limit", type=int, default=50, help="at most so many; 0: all (default: 50)")
    parser.set_defaults(command=show)
    parser = actions.add_parser("restore", parents=[common], help="back into the library, with its links")
    parser.add_argument("assets", nargs="+", metavar="ID", help="- reads ids from standard input")
    parser.set_defaults(command=restore)
    parser = actions.add_parser("purge", parents=[common], help="remove for good; there is no way back")
    parser.add_argument("assets", nargs="+", metavar="ID", help="- reads ids from standard input")
    parser.add_argument("--count", type=int, metavar="N", help="how many these are, to confirm")
    parser.set_defaults(command=purge)


def show(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``trash list``."""
    seen, more = output.pages(
        lambda after, limit: service.find(acting.client(), after=after, limit=limit),
        ["id", "what", "size", "trashed", "by", "until", "links"],
        _row,
        options.limit,
    )
    if seen == 0:
        output.note("The trash is empty.")
    elif more:
        output.note(f"There are more than these {seen}; --limit 0 shows all.")
    return 0


def _row(item: Trashed) -> list[object]:
    links = item["links"]
    return [
        item["id"],
        item["title"] or item["original_name"],
        size(item["bytes"]),
        day(item["trashed_at"]),
        item["trashed_by_name"] or "the schedule",
        day(item["purge_after"]),
        f"{sum(link['fits'] for link in links)} of {len(links)} would come back" if links else "",
    ]


def restore(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``trash restore``: an answer for each; 1 if one did not come back."""
    failed = 0
    for portion in _portions(_ids(options.assets)):
        for each in service.restore(acting.client(), portion):
            output.object(each)
            error = each["error"]
            failed += not each["ok"]
            told = f"{error['message']} {error['hint']}".strip() if error else each["note"] or "restored"
            output.table(["id", "ok", "what"], [[each["asset"], "ok" if each["ok"] else "FAILED", told]])
    return 1 if failed else 0


def purge(options: argparse.Namespace, acting: Acting, output: Output) -> int:
    """``trash purge``: a run over just these, so that each has its outcome; 1 unless all are gone."""
    ids = _ids(options.assets)
    _confirm(ids, options.count)
    worst = 0
    for portion in _portions(ids):
        made = plans.plan(acting.client(), ["trashed"], action="purge", assets=portion)
        here = {each["asset"] for each in plans.all_items(acting.client(), made["id"])}
        for asset in (asset for asset in portion if asset not in here):
            worst = 1
            error = {"code": "invalid", "message": "It is not in the trash.", "hint": ""}
            output.object({"asset": asset, "ok": False, "error": error})
            output.table(["id", "ok", "what"], [[asset, "FAILED", error["message"]]])
        if not here:
            plans.stop(acting.client(), made["id"])
            continue
        plans.start(acting.client(), made["id"], made["count"])
        worst = max(worst, finish(acting, output, made["id"]))
    return worst


def _confirm(ids: list[str], count: int | None) -> None:
    if count is None and sys.stdin.isatty():
        sys.stderr.write(f"This removes {len(ids)} for good. Type this number to go on: ")
        sys.stderr.flush()
        typed = sys.stdin.readline().strip().replace(",", "")
        count = int(typed) if typed.isdigit() else None
    if count != len(ids):
        raise Invalid(
            f"These are {len(ids)}.", code="confirm_count", hint=f"Give --count {len(ids)} to confirm."
        )


def _ids(given: Sequence[str]) -> list[str]:
    """Each once, in the order given. Raises Invalid for what is no id, before anything is done."""
    words = [word for each in given for word in (sys.stdin.read().split() if each == "-" else [each])]
    for word in words:
        try:
            uuid.UUID(word)
        except ValueError as error:
            raise Invalid(f"{word!r} is not the id of an asset.", hint="`trash list` shows ids.") from error
    if not words:
        raise Invalid("No ids were given.", hint="`trash list` shows ids.")
    return list(dict.fromkeys(str(uuid.UUID(word)) for word in words))


def _portions(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
