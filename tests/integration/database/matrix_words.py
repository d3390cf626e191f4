"""The words that the matrix is written in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ACTORS = ("anon", "stranger", "owner", "staff", "moderator", "ops", "service")

OK = "ok"
DENIED = "denied"  # by the grants: SQLSTATE 42501
SEES_ALL = "sees all"
SEES_OWN = "sees own"
SEES_NONE = "sees none"


def row(anon: str, stranger: str, owner: str, team: str, service: str) -> dict[str, str]:
    """What each actor meets; staff, moderator and ops alike."""
    return dict(zip(ACTORS, (anon, stranger, owner, team, team, team, service), strict=True))


TEAM_ONLY = row(DENIED, SEES_NONE, SEES_NONE, SEES_ALL, SEES_ALL)

SIGNED_IN = row(DENIED, OK, OK, OK, DENIED)
STAFF = row(DENIED, "not_staff", "not_staff", OK, DENIED)
OPS = {**row(DENIED, "not_staff", "not_staff", "forbidden", DENIED), "ops": OK}
OPS_OR_SERVICE = {**OPS, "service": OK}
SERVICE = row(DENIED, DENIED, DENIED, DENIED, OK)
OWNER_OR_STAFF = row(DENIED, "not_found", OK, OK, DENIED)
INTERNAL = row(DENIED, DENIED, DENIED, DENIED, DENIED)


@dataclass
class World:
    """Things to call functions with: ``owner`` has an asset with everything, and an open ticket."""

    asset: str
    ticket: str
    annotation: str
    answer: str
    knowledge: str
    link: str
    deletion: int
    session: str
    someone: str
    run: str
    scan: str
    batch: str
    sha256: str = "a" * 64
    nothing: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Rule:
    """Who may call a function, and with what it is tried."""

    who: dict[str, str]
    arguments: Callable[[World], dict[str, Any]] = lambda _: {}
