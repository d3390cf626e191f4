"""Coming in, staying in, going out: what the browser shows and what it holds."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import ROLES, asks, come_in_as, heading, signed_in

SIGN_IN = "Sign in to MediaOps"


@pytest.mark.parametrize("path", ["/", "/upload", "/knowledge", "/asset?id=1", "/team", "/nowhere"])
def test_without_a_session_every_page_is_the_sign_in_page(page: Page, path: str) -> None:
    page.goto(path)

    expect(heading(page, SIGN_IN)).to_be_visible()
    expect(page.get_by_label("Email")).to_be_focused()


@pytest.mark.parametrize("role", ["staff", "moderator", "ops"])
def test_a_demo_person_comes_in_by_a_click(page: Page, role: str) -> None:
    come_in_as(page, role)

    expect(heading(page, "Library")).to_be_visible()
    expect(signed_in(page)).to_contain_text(role.capitalize())


def test_with_the_keyboard_alone_to_the_page_that_was_asked_for(page: Page, dashboard: Dashboard) -> None:
    nora = dashboard.demo("staff")
    page.goto("/knowledge?q=map")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(nora.email)
    page.keyboard.press("Tab")
    page.keyboard.type(nora.password)
    page.keyboard.press("Enter")

    expect(heading(page, "Knowledge")).to_be_visible()
    expect(page.get_by_placeholder("Search entries")).to_have_value("map")
    asks(page, lambda query: query == {"q": ["map"]})


def test_a_wrong_password_is_said_and_the_address_stays(page: Page, dashboard: Dashboard) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(dashboard.demo("staff").email)
    page.get_by_label("Password").fill("guessed")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("don't go together")
    expect(page.get_by_label("Email")).to_have_value(dashboard.demo("staff").email)
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_reload_and_a_new_tab_keep_the_session(page: Page, context: BrowserContext) -> None:
    come_in_as(page, "staff")
    page.reload()
    expect(signed_in(page)).to_contain_text(ROLES["staff"])

    other = context.new_page()
    other.goto("/knowledge")

    expect(heading(other, "Knowledge")).to_be_visible()


def test_nothing_of_the_session_is_in_reach_of_scripts(page: Page, context: BrowserContext) -> None:
    come_in_as(page, "staff")

    [cookie] = [cookie for cookie in context.cookies() if cookie.get("name") == "mediaops_session"]
    assert cookie.get("httpOnly") is True
    assert cookie.get("sameSite") == "Lax"
    assert cookie.get("path") == "/"
    value = cookie.get("value", "")
    assert "mediaops_session" not in page.evaluate("document.cookie")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])")
    for place in (kept, page.content()):
        assert value not in place
        assert "refresh_token" not in place


def test_signing_out_ends_it_and_a_stale_tab_notices(page: Page, context: BrowserContext) -> None:
    come_in_as(page, "moderator")
    stale = context.new_page()
    stale.goto("/")
    expect(heading(stale, "Library")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    assert [cookie for cookie in context.cookies() if cookie.get("name") == "mediaops_session"] == []

    stale.get_by_placeholder("Search titles").fill("harbour")
    expect(heading(stale, SIGN_IN)).to_be_visible()
    assert urlsplit(stale.url).path == "/sign-in"


def test_the_cookie_of_an_ended_session_opens_nothing(page: Page, context: BrowserContext) -> None:
    come_in_as(page, "staff")
    kept = context.cookies()
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page, SIGN_IN)).to_be_visible()
    context.add_cookies(kept)  # pyright: ignore[reportArgumentType]

    page.goto("/knowledge")

    expect(heading(page, SIGN_IN)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Your session has ended")


@pytest.mark.parametrize("value", ["forged", "forged-but-well-shaped-" + "x" * 20, "%00%ff", "a" * 3000])
def test_a_forged_cookie_meets_the_sign_in_page(
    page: Page, context: BrowserContext, dashboard: Dashboard, value: str
) -> None:
    context.add_cookies([{"name": "mediaops_session", "value": value, "url": dashboard.address}])

    page.goto("/")

    expect(heading(page, SIGN_IN)).to_be_visible()


def test_someone_who_is_not_staff_sees_that_and_nothing_else(page: Page, dashboard: Dashboard) -> None:
    silvan = dashboard.newcomer("stranger", "Silvan Roth")
    page.goto("/upload")
    page.get_by_label("Email").fill(silvan.email)
    page.get_by_label("Password").fill(silvan.password)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("not part of the MediaOps team")).to_be_visible()
    expect(page.get_by_test_id("stPageLink-NavLink")).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    page.goto("/asset?id=0")
    expect(page.get_by_text("not part of the MediaOps team")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page, SIGN_IN)).to_be_visible()


def test_a_role_taken_away_counts_at_the_next_click(page: Page, dashboard: Dashboard) -> None:
    lena = dashboard.newcomer("staff", "Lena Vogt")
    page.goto("/")
    page.get_by_label("Email").fill(lena.email)
    page.get_by_label("Password").fill(lena.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page, "Library")).to_be_visible()

    dashboard.person("ops").rpc("remove_staff", p_user=lena.user_id)
    page.get_by_placeholder("Search titles").fill("map")

    expect(page.get_by_text("not part of the MediaOps team")).to_be_visible()
    expect(heading(page, "Library")).to_have_count(0)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/auth/sign-out",
    ],
)
def test_signing_in_never_leads_to_another_site(dashboard: Dashboard, elsewhere: str) -> None:
    nora = dashboard.demo("staff")
    form = {"email": nora.email, "password": nora.password, "next": elsewhere}

    answer = httpx.post(f"{dashboard.address}/auth/sign-in", data=form, headers={"origin": dashboard.address})

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
@pytest.mark.parametrize("route", ["/auth/sign-in", "/auth/demo", "/auth/sign-out"])
def test_another_sites_form_is_refused(dashboard: Dashboard, route: str, origin: str) -> None:
    nora = dashboard.demo("staff")
    form = {"email": nora.email, "password": nora.password, "person": "staff"}

    answer = httpx.post(f"{dashboard.address}{route}", data=form, headers={"origin": origin})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_guesser_has_to_wait(dashboard: Dashboard) -> None:
    form = {"email": "guessed@example.org", "password": "no"}
    headers = {"origin": dashboard.address, "accept": "application/json"}
    codes = [
        httpx.post(f"{dashboard.address}/auth/sign-in", data=form, headers=headers).status_code
        for _ in range(9)
    ]

    assert codes == [401] * 8 + [429]
