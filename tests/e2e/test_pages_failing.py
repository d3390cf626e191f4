"""A Supabase that goes away under a running dashboard, and comes back; and a project that is not ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mediaops.local.stack import LocalStack
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import heading
from tests.support import Person, sign_up


class Project:
    """A Supabase of its own, as if it were hosted; it can go away and come back under the same address."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="mediaops-project-"))
        self.stack = LocalStack(self.directory, demo=False).start()

    def goes_away(self) -> None:
        self.stack.stop()

    def comes_back(self) -> None:
        self.stack = LocalStack(self.directory, self.stack.port, demo=False).start()


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    running = Project()
    yield running
    running.stack.discard()


@pytest.fixture(scope="module")
def person(project: Project) -> Person:
    return sign_up(project.stack, "staff", "Nora Lindqvist")


@pytest.fixture(scope="module")
def deployed(project: Project) -> Iterator[Dashboard]:
    """A dashboard with a project set: it starts nothing of its own."""
    settings = project.stack.environment() | {"MEDIAOPS_EMBEDDED": "false"}
    del settings["MEDIAOPS_DATA_DIR"]
    running = Dashboard(settings=settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, deployed: Dashboard) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1300, "height": 850}, base_url=deployed.address)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def come_in(page: Page, person: Person) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_real_project_offers_no_demo_people(page: Page, deployed: Dashboard, person: Person) -> None:
    page.goto("/")
    expect(heading(page, "Sign in to MediaOps")).to_be_visible()
    expect(page.get_by_text("look around as")).to_have_count(0)

    answer = page.request.post("/auth/demo", form={"person": "ops"}, headers={"origin": deployed.address})

    assert answer.status == 404


def test_an_empty_library_says_what_to_do(page: Page, person: Person) -> None:
    come_in(page, person)

    expect(page.get_by_text("The library is empty")).to_be_visible()
    page.get_by_placeholder("Search titles").fill("anything")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_not_being_able_to_ask_never_looks_like_nothing_found(
    page: Page, project: Project, person: Person
) -> None:
    come_in(page, person)
    expect(page.get_by_text("The library is empty")).to_be_visible()
    project.goes_away()
    try:
        page.get_by_placeholder("Search titles").fill("harbour")
        expect(page.get_by_role("alert")).to_contain_text("did not answer")
        expect(page.get_by_text("Nothing matches")).to_have_count(0)

        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("did not answer")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("alert")).to_contain_text("did not answer")
    finally:
        project.comes_back()

    page.get_by_role("button", name="Try again").click()
    expect(heading(page, "Library")).to_be_visible()


def test_orphans_that_could_not_be_asked_for_are_not_called_none(
    page: Page, project: Project, person: Person
) -> None:
    come_in(page, person)
    expect(page.get_by_text("The library is empty")).to_be_visible()
    page.goto("/orphans")
    expect(page.get_by_text("Nothing unused")).to_be_visible()
    project.goes_away()
    try:
        page.get_by_role("button", name="Duplicates: 0").click()
        expect(page.get_by_role("alert")).to_contain_text("did not answer")
        expect(page.get_by_text("No duplicates")).to_have_count(0)
    finally:
        project.comes_back()

    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No duplicates")).to_be_visible()


def test_signing_in_says_that_the_service_is_away(page: Page, project: Project, person: Person) -> None:
    page.goto("/sign-in")
    project.goes_away()
    try:
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password").fill(person.password)
        page.get_by_role("button", name="Sign in", exact=True).click()

        expect(page.get_by_role("alert")).to_contain_text("The sign-in service did not answer.")
        expect(page.get_by_label("Email")).to_have_value(person.email)
    finally:
        project.comes_back()

    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page, "Library")).to_be_visible()
