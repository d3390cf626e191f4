from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediaops.local.stack import LocalStack
from tests.integration.database.actors import Actor, Maker


@pytest.fixture(scope="session")
def make(stack: LocalStack) -> Iterator[Maker]:
    maker = Maker(stack.postgres.url)
    yield maker
    maker.db.close()


@pytest.fixture(scope="session")
def staff(make: Maker) -> Actor:
    return make.person("staff", "Stella")


@pytest.fixture(scope="session")
def owner(make: Maker) -> Actor:
    return make.person()


@pytest.fixture(scope="session")
def actors(make: Maker, staff: Actor, owner: Actor) -> dict[str, Actor]:
    """All who call: the seven columns of the permission matrix."""
    return {
        "anon": make.anon,
        "stranger": make.person(),
        "owner": owner,
        "staff": staff,
        "moderator": make.person("moderator"),
        "ops": make.person("ops"),
        "service": make.service,
    }
