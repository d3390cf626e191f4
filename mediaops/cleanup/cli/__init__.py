"""``python -m mediaops orphans|cleanup|trash``: clean-up at a terminal, as a person of ops.

Over the same functions of the database and the same checks as the pages. With ``--json`` one object a line;
without it tables on a terminal and tab-separated lines elsewhere. Progress goes to standard error, and only
to a terminal. A run goes on in the workers whether or not a command looks on.

Exit code: 0 nothing failed (also: there was nothing to do); 1 something failed, was stopped or has not ended;
2 the command itself is wrong; 3 not signed in, or not of ops; 4 could not ask; 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from mediaops.cleanup.cli import orphans, runs, trash
from mediaops.cleanup.cli.telling import Acting, Output
from mediaops.errors import ConfigurationError, Forbidden, Invalid, MediaOpsError, NotSignedIn, Unavailable

FAILED, USAGE, REFUSED, NOT_ASKED, INTERRUPTED = 1, 2, 3, 4, 130
EXIT_CODES: tuple[tuple[type[MediaOpsError], int], ...] = (
    (NotSignedIn, REFUSED),
    (Forbidden, REFUSED),
    (Unavailable, NOT_ASKED),
    (ConfigurationError, NOT_ASKED),
    (Invalid, USAGE),
)


def main(arguments: Sequence[str], act_as: Callable[[str], AbstractContextManager[Acting]]) -> int:
    """Run the command; answers the exit code. ``act_as`` signs someone in by email ("" for the default)."""
    options = _parser().parse_args(arguments)
    output = Output(options.json)
    try:
        with act_as(options.as_email) as acting:
            return options.command(options, acting, output)
    except MediaOpsError as error:
        output.error(error)
        return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mediaops", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    common.add_argument(
        "--as",
        dest="as_email",
        default="",
        metavar="EMAIL",
        help="who acts (default: MEDIAOPS_EMAIL; beside a local `make run` its demo person of ops)",
    )
    orphans.add_commands(commands, common)
    runs.add_commands(commands, common)
    trash.add_commands(commands, common)
    return parser
