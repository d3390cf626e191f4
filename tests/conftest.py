"""The real thing for every test: an embedded Supabase per test process, people signed in, no mocks."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from supabase import Client

from mediaops.client import http
from mediaops.local.stack import LocalStack
from mediaops.settings import get_settings
from tests.support import AssetMaker, Person, client_of, connections, sign_up

# Whatever key this machine has: tests ask nobody for money. It goes before what a file .env says.
os.environ["OPENAI_API_KEY"] = ""

NAMES = {
    "stranger": "Silvan Roth",
    "owner": "Olga Marek",
    "staff": "Stella Brandt",
    "moderator": "Mateo Rivas",
    "ops": "Odile Fabre",
}


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """A migrated stack; the settings of this process point at it."""
    # Not tmp_path: its parents are closed to the user that Postgres runs as under root.
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    running = LocalStack(directory, demo=False).start()
    before = os.environ.copy()
    os.environ.update(running.environment())
    get_settings.cache_clear()
    try:
        yield running
    finally:
        os.environ.clear()
        os.environ.update(before)
        get_settings.cache_clear()
        for shared in (http, connections):
            shared().close()
            shared.cache_clear()
        running.discard()


@pytest.fixture(scope="session")
def people(stack: LocalStack) -> dict[str, Person]:
    """stranger and owner (signed in, not staff), staff, moderator, ops."""
    return {role: sign_up(stack, role, name) for role, name in NAMES.items()}


@pytest.fixture(scope="session")
def service(stack: LocalStack) -> Client:
    """A client with the secret key."""
    return client_of(stack, stack.secret_key)


@pytest.fixture(scope="session")
def anon(stack: LocalStack) -> Client:
    """A client with the publishable key and nobody signed in."""
    return client_of(stack, stack.publishable_key)


@pytest.fixture
def db(stack: LocalStack) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection; every statement commits."""
    with psycopg.connect(stack.postgres.url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def make_asset(service: Client, people: dict[str, Person], db: psycopg.Connection[Any]) -> AssetMaker:
    """Call it to have a ready asset with a real object, uploaded by staff unless said otherwise."""
    return AssetMaker(service, people["staff"], db)
