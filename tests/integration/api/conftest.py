from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from mediaops import session
from mediaops.api.app import create_api
from mediaops.media.urls import forget_urls
from tests.support import Person

SITE = "http://dashboard.test"


@pytest.fixture
def web(stack: Any) -> Iterator[TestClient]:
    """The API as the dashboard mounts it; nobody is signed in."""
    app = Starlette(routes=[Mount("/api", create_api())])
    with TestClient(app, base_url=SITE, raise_server_exceptions=False) as client:
        yield client
    forget_urls()


@pytest.fixture
def signed_in(web: TestClient, people: dict[str, Person]) -> TestClient:
    """The browser of someone of the staff, on a page of the dashboard."""
    staff = people["staff"]
    web.cookies.set(session.COOKIE, session.open_session(staff.email, staff.password))
    web.headers["origin"] = SITE
    return web
