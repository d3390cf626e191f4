"""``python -m mediaops``: the dashboard, the worker, and what is done once by hand."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from collections.abc import Sequence

from mediaops.errors import ConfigurationError, MediaOpsError
from mediaops.settings import ROOT, get_settings

# Each command imports what it needs itself: `--help` must not wait for Streamlit, nor the worker load it.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("mediaops").setLevel(logging.INFO)
    try:
        if given[:1] == ["annotate"]:
            from mediaops.annotation import cli

            return cli.main(given[1:])
        if given[:1] and given[0] in ("orphans", "cleanup", "trash"):
            from mediaops.cleanup import cli
            from mediaops.terminal import act_as

            return cli.main(given, act_as)
        options = _parser().parse_args(given)
        return options.command(options)
    except MediaOpsError as error:
        sys.stderr.write(f"{error.message} {error.hint}".strip() + "\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mediaops", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="start the dashboard (and, without SUPABASE_URL, all it needs)")
    run.set_defaults(command=_run)

    migrate = commands.add_parser("migrate", help="bring the database of DATABASE_URL to the current schema")
    migrate.set_defaults(command=_migrate)

    worker = commands.add_parser(
        "worker", help="do the jobs: uploads, renditions, readings; any number may run"
    )
    worker.add_argument(
        "--queues",
        default="media,annotation,remote",
        help="of: media, annotation (reading here), remote (reading by others); default: all",
    )
    worker.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    worker.set_defaults(command=_worker)

    staff = commands.add_parser("staff", help="who may work with the library")
    add = staff.add_subparsers(required=True, metavar="ACTION").add_parser(
        "add", help="give someone who has an account in the project a role"
    )
    add.add_argument("email")
    add.add_argument("--role", choices=("staff", "moderator", "ops"), default="staff")
    add.add_argument("--name", default="", help="as colleagues see it (default: from the email)")
    add.set_defaults(command=_staff_add)

    commands.add_parser("annotate", help="have pictures read without any server (annotate --help)")
    commands.add_parser("orphans", help="what nothing uses, by class or one by one (orphans --help)")
    commands.add_parser("cleanup", help="plan, look, run, stop, report (cleanup --help)")
    commands.add_parser("trash", help="list, restore, remove for good (trash --help)")
    return parser


def _run(_options: argparse.Namespace) -> int:
    settings = get_settings()
    _check_port(settings.mediaops_host, settings.mediaops_port)
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.address", settings.mediaops_host, "--server.port", str(settings.mediaops_port)]
    os.chdir(ROOT)  # where Streamlit looks for its own settings
    # In place of this process: signals reach the dashboard itself, and nothing stands between.
    os.execv(sys.executable, command)  # noqa: S606 - no shell is meant


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"The dashboard can't listen on {host}, port {port}: {error.strerror}.",
                hint="Stop what uses it, or set MEDIAOPS_PORT (or MEDIAOPS_HOST) to something else.",
            ) from error


def _migrate(_options: argparse.Namespace) -> int:
    from mediaops.migrations import migrate

    url = get_settings().database_url
    if not url:
        raise ConfigurationError(
            "DATABASE_URL is not set.",
            hint="Set it to the project's Postgres URL. The embedded Supabase migrates itself at its start.",
        )
    applied = migrate(url)
    for label in applied:
        sys.stdout.write(f"applied {label}\n")
    sys.stdout.write("The schema is current.\n")
    return 0


def _worker(options: argparse.Namespace) -> int:
    from mediaops.worker.serve import QUEUES, run_worker

    queues = [name.strip() for name in str(options.queues).split(",") if name.strip()]
    if not queues or not set(queues) <= set(QUEUES):
        raise ConfigurationError(f"The queues are {', '.join(QUEUES)}; not {options.queues!r}.")
    run_worker(queues, lifeline=options.lifeline)
    return 0


def _staff_add(options: argparse.Namespace) -> int:
    from mediaops.client import rpc, service_client

    settings = get_settings()
    for name in ("supabase_url", "supabase_secret_key"):
        if not getattr(settings, name):
            raise ConfigurationError(f"{name.upper()} is not set.", hint="Set it in the environment.")
    name = options.name or str(options.email).partition("@")[0]
    rpc(service_client(), "bootstrap_staff", p_email=options.email, p_role=options.role, p_display_name=name)
    sys.stdout.write(f"{options.email} is {options.role} now.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
