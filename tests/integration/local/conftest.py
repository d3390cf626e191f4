"""A stack of its own without the product's schema: these tests break things, and bring their own SQL."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from supabase import Client

from mediaops.local.postgres import Postgres
from mediaops.local.stack import LocalStack
from tests.integration.local.servers import ask
from tests.support import client_of

FUNCTIONS = Path(__file__).parent / "functions.sql"
BUCKET = "b"


@pytest.fixture(scope="session")
def bare() -> Iterator[LocalStack]:
    """The embedded Supabase with the functions of ``functions.sql`` and one bucket ``b``."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    stack = LocalStack(directory, demo=False, migrations=False).start()
    try:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute(FUNCTIONS.read_bytes())
        client_of(stack, stack.secret_key).storage.create_bucket(BUCKET)
        yield stack
    finally:
        stack.discard()


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A directory with a cluster that ran once and was stopped."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    with Postgres(directory) as first:
        assert str(ask(first, "show server_version")).startswith("18")
    yield directory
    Postgres(directory).discard()


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    """A copy of it that the user of Postgres can reach; gone afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    shutil.copytree(made, directory, dirs_exist_ok=True)
    yield directory
    Postgres(directory).discard()


@pytest.fixture
def empty() -> Iterator[Path]:
    """A directory for a first start."""
    directory = Path(tempfile.mkdtemp(prefix="mediaops-test-"))
    yield directory
    Postgres(directory).discard()


@pytest.fixture
def postgres(data_dir: Path) -> Iterator[Postgres]:
    """Running."""
    with Postgres(data_dir) as server:
        yield server


@pytest.fixture
def sql(bare: LocalStack) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to it; every statement commits."""
    with psycopg.connect(bare.postgres.url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def admin(bare: LocalStack) -> Client:
    """supabase-py with the secret key."""
    return client_of(bare, bare.secret_key)


@pytest.fixture(scope="session")
def user(bare: LocalStack) -> dict[str, Any]:
    """Someone signed in: the answer of the password grant."""
    admin = client_of(bare, bare.secret_key)
    email = f"{uuid.uuid4().hex[:8]}@example.org"
    admin.auth.admin.create_user({"email": email, "password": "secret one", "email_confirm": True})
    return password_grant(bare, email, "secret one").json()


@pytest.fixture(scope="session")
def wire(bare: LocalStack) -> Iterator[httpx.Client]:
    """Plain HTTP with the secret key."""
    headers = {"apikey": bare.secret_key, "Authorization": f"Bearer {bare.secret_key}"}
    with httpx.Client(base_url=bare.url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def as_user(bare: LocalStack, user: dict[str, Any]) -> Iterator[httpx.Client]:
    """Plain HTTP as the signed-in person."""
    headers = {"apikey": bare.publishable_key, "Authorization": f"Bearer {user['access_token']}"}
    with httpx.Client(base_url=bare.url, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def nobody(bare: LocalStack) -> Iterator[httpx.Client]:
    """Plain HTTP with no key and no token, as a browser that was given a signed URL."""
    with httpx.Client(base_url=bare.url, timeout=60) as client:
        yield client


@pytest.fixture
def folder() -> str:
    """A folder in the bucket that no other test uses."""
    return uuid.uuid4().hex


def password_grant(stack: LocalStack, email: str, password: str) -> httpx.Response:
    """Sign in over plain HTTP."""
    return httpx.post(
        f"{stack.url}/auth/v1/token?grant_type=password",
        json={"email": email, "password": password},
        headers={"apikey": stack.publishable_key},
        timeout=60,
    )
