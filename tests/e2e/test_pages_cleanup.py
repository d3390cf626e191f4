"""Clean-up on the page: plan, look, confirm, run, report."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mediaops.client import rpc
from tests.e2e.caring import House, item, numbers, open_run, outcome, run_it, tick
from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import come_in_as, dialog, heading, settled


@pytest.fixture(scope="module")
def dashboard() -> Iterator[Dashboard]:
    running = Dashboard()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def house(dashboard: Dashboard) -> Iterator[House]:
    own = House(dashboard)
    yield own
    own.db.close()


def make_plan(page: Page, *classes: str) -> None:
    come_in_as(page, "ops", "/cleanup")
    for name in classes:
        page.locator('[class*="st-key-plan-class-"]').get_by_text(name, exact=True).click()
    settled(page)
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Not confirmed")).to_be_visible()


@pytest.mark.parametrize("role", ["staff", "moderator"])
def test_it_is_for_ops_and_says_so_to_others(page: Page, house: House, role: str) -> None:
    come_in_as(page, role, "/cleanup")
    expect(page.get_by_text("Cleaning up is for ops")).to_be_visible()
    expect(page.get_by_role("link", name="Clean-up")).to_have_count(0)
    expect(page.get_by_role("link", name="Trash", exact=True)).to_be_visible()


def test_from_the_plan_to_the_report(page: Page, house: House) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    gone, other, spared = house.asset("Grey gulls"), house.asset(formula), house.asset("Spare me")
    fresh, used = house.asset("Fresh", old=False), house.asset("In use")
    house.link(house.entry("An entry"), used)
    make_plan(page, "Unlinked")
    expect(numbers(page)).to_contain_text("3items to clean up")
    expect(item(page, "Grey gulls")).to_contain_text("never linked")
    tick(page, "Spare me")
    expect(numbers(page)).to_contain_text("2items to clean up")
    expect(numbers(page)).to_contain_text("1left out")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert {row["title"]: row["outcome"] for row in rows} == {
        "Grey gulls": "Planned",
        f"'{formula}": "Planned",
        "Spare me": "Left out",
    }
    assert [house.state(asset) for asset in (gone, other)] == ["ready", "ready"]

    run_it(page, 2)

    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()
    expect(outcome(page, "Grey gulls")).to_contain_text("In the trash")
    expect(outcome(page, "Spare me")).to_contain_text("Left out")
    assert [house.state(asset) for asset in (gone, other, spared, fresh, used)] == [
        *("trashed", "trashed"),
        *("ready", "ready", "ready"),
    ]
    address = page.url
    page.get_by_role("link", name="Clean-up", exact=True).first.click()
    page.get_by_text("Plans and runs", exact=True).click()
    page.get_by_role("button", name=re.compile("Clean-up of")).first.click()
    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()
    expect(page).to_have_url(address)
    page.go_back()
    expect(page.get_by_role("button", name=re.compile("Clean-up of")).first).to_be_visible()
    page.goto(address.replace("cleanup-run?id=", "cleanup?run="))
    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()
    house.staff.rpc("trash_assets", p_assets=[spared])


def test_what_changed_since_the_plan_is_skipped_with_its_reason(page: Page, house: House) -> None:
    assets = {
        title: house.asset(title)
        for title in (
            "Linked meanwhile",
            "Restored meanwhile",
            "Purged meanwhile",
            "Kept meanwhile",
            "As it was",
        )
    }
    run = house.plan(list(assets.values()))
    house.link(house.entry("Linked to"), assets["Linked meanwhile"])
    house.staff.rpc("trash_assets", p_assets=[assets["Restored meanwhile"], assets["Purged meanwhile"]])
    house.staff.rpc("restore_assets", p_assets=[assets["Restored meanwhile"]])
    house.staff.rpc("keep_assets", p_assets=[assets["Kept meanwhile"]], p_reason="the logo")
    house.ops.rpc("purge_assets", p_assets=[assets["Purged meanwhile"]])
    open_run(page, run)

    run_it(page, 5)

    expect(page.get_by_text("1 of 5 items cleaned up. 4 items had changed since the plan")).to_be_visible()
    expect(page.get_by_text("are cleaned up.")).to_have_count(0)
    for title, why in (
        ("Linked meanwhile", "It is linked now."),
        ("Restored meanwhile", "It was used or changed since the plan."),
        ("Purged meanwhile", re.compile("It is gone already.|It is being removed for good already.")),
        ("Kept meanwhile", "It is kept now."),
        ("As it was", "In the trash"),
    ):
        expect(outcome(page, title)).to_contain_text(why)
    assert house.state(assets["Linked meanwhile"]) == "ready"
    page.get_by_text(re.compile("^Skipped · 4$")).click()
    expect(page.locator(".mo-items .mo-item")).to_have_count(4)
    house.staff.rpc("trash_assets", p_assets=[assets["Restored meanwhile"]])


def test_of_two_plans_over_the_same_the_second_leaves_alone_what_the_first_did(
    page: Page, house: House
) -> None:
    assets = [house.asset("Twice planned"), house.asset("Twice planned, too")]
    first, second = house.plan(assets), house.plan(assets)
    open_run(page, first)
    run_it(page, 2)
    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()

    page.goto(f"/cleanup-run?id={second}")
    run_it(page, 2)

    expect(page.get_by_text("0 of 2 items cleaned up. 2 items had changed")).to_be_visible()
    expect(outcome(page, "Twice planned, too")).to_contain_text("It is in the trash already.")


def test_more_than_a_hundred_are_confirmed_by_their_number(page: Page, house: House) -> None:
    run = house.plan(house.rows(101, "Row"))
    open_run(page, run)
    expect(page.get_by_text("1–50 of 101")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("51–100 of 101")).to_be_visible()
    page.get_by_role("button", name="Run this plan").click()
    go = dialog(page).get_by_role("button", name="Clean up 101 items")
    expect(go).to_be_disabled()
    dialog(page).get_by_label("Type 101 to confirm").fill("100")
    settled(page)
    expect(go).to_be_disabled()
    dialog(page).get_by_label("Type 101 to confirm").fill("101")
    expect(go).to_be_enabled()
    go.click()

    expect(page.get_by_text("All 101 items are cleaned up.")).to_be_visible()


def test_a_run_is_followed_paused_let_go_on_and_stopped(page: Page, house: House) -> None:
    assets = [house.asset(f"Slow {number}") for number in range(4)]
    run = house.plan(assets)
    with house.worker_busy():
        open_run(page, run)
        page.evaluate("window.sameDocument = true")
        run_it(page, 4)
        expect(page.get_by_text("0 of 4")).to_be_visible()
        house.step(run)
        expect(page.get_by_text("1 of 4")).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused by Ayumi Sato.")).to_be_visible()
        house.step(run)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        house.step(run)
        expect(page.get_by_text("2 of 4")).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Stop for good").click()
        expect(page.get_by_text("2 items were not reached and left alone")).to_be_visible()
        assert page.evaluate("window.sameDocument") is True
        house.step(run)
    assert sorted(str(house.state(asset)) for asset in assets) == ["ready", "ready", "trashed", "trashed"]
    expect(page.get_by_text("are cleaned up.")).to_have_count(0)
    house.staff.rpc("trash_assets", p_assets=assets)


def test_a_failure_is_never_hidden_and_can_be_tried_again(page: Page, house: House) -> None:
    good, bad = house.asset("Goes well"), house.asset("Goes badly")
    run = house.plan([good, bad])
    open_run(page, run)
    with house.disk_full_for(bad):
        run_it(page, 2)
        expect(page.get_by_text("1 of 2 items failed, 1 went well.")).to_be_visible()
    expect(page.locator(".mo-badge.mo-bad", has_text="1 failed")).to_be_visible()
    expect(page.locator(".mo-item")).to_have_count(1)
    expect(page.locator(".mo-item")).to_contain_text("no room on the disk")

    page.get_by_role("button", name="Try the failed again").click()

    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()
    assert [house.state(asset) for asset in (good, bad)] == ["trashed", "trashed"]


def test_a_large_plan_is_seen_while_it_is_made(page: Page, house: House) -> None:
    house.asset("Part of a large plan")
    with house.worker_busy():
        run, thrown = house.planning(), house.planning()
        open_run(page, run)
        expect(page.get_by_text("Making the plan: 0 items")).to_be_visible()
        rpc(house.dashboard.service, "plan_step", p_run=run, p_limit=100_000)
        expect(page.get_by_role("button", name="Run this plan")).to_be_visible()
        page.goto(f"/cleanup-run?id={thrown}")
        page.get_by_role("button", name="Throw it away").click()
        expect(page.get_by_text("The plan was thrown away")).to_be_visible()


def test_one_failure_is_tried_again_by_itself(page: Page, house: House) -> None:
    first, second = house.asset("First of two"), house.asset("Second of two")
    run = house.plan([first, second])
    open_run(page, run)
    with house.disk_full_for(first, second):
        run_it(page, 2)
        expect(page.get_by_text("2 of 2 items failed, 0 went well.")).to_be_visible()

    page.locator(f".st-key-mo-row-{house.item(run, first)}").get_by_role("button", name="Try again").click()

    expect(page.get_by_text("1 of 2 items failed, 1 went well.")).to_be_visible()
    assert [house.state(asset) for asset in (first, second)] == ["trashed", "ready"]
    house.staff.rpc("trash_assets", p_assets=[second])


def test_purging_is_typed_and_leaves_no_byte(page: Page, house: House) -> None:
    asset = house.asset("For good")
    open_run(page, house.plan([asset], p_action="purge"))
    page.get_by_role("button", name="Run this plan").click()
    expect(dialog(page).get_by_text("can't be brought back")).to_be_visible()
    expect(dialog(page).get_by_role("button", name="Clean up 1 item")).to_be_disabled()
    dialog(page).get_by_role("button", name="Close").click()

    run_it(page, 1, typed=True)

    expect(page.get_by_text("It is cleaned up.")).to_be_visible()
    expect(outcome(page, "For good")).to_contain_text("Purged")
    assert house.state(asset) is None
    left = house.db.execute("select count(*) from storage.objects where name like %s", [f"%{asset}%"])
    assert left.fetchone() == (0,)


def test_a_role_taken_away_ends_the_page_and_holds_the_run(page: Page, house: House) -> None:
    olga = house.dashboard.newcomer("ops", "Olga Brandt")
    assets = [house.asset(f"Held {number}") for number in range(2)]
    run = house.plan(assets)
    with house.worker_busy():
        page.goto(f"/cleanup-run?id={run}")
        page.get_by_label("Email").fill(olga.email)
        page.get_by_label("Password").fill(olga.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        run_it(page, 2)
        expect(page.get_by_text("0 of 2")).to_be_visible()
        house.ops.rpc("set_staff", p_user=olga.user_id, p_role="staff", p_display_name=None)
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Cleaning up is for ops")).to_be_visible()
        house.step(run)
    found = house.ops.rpc("get_run", p_run=run)
    assert (found["state"], found["done"]) == ("paused", 0)
    page.context.clear_cookies()
    open_run(page, run)
    expect(page.get_by_text("Whoever confirmed it is not of ops any more.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("All 2 items are cleaned up.")).to_be_visible()


def test_a_plan_of_nothing_says_so_and_is_thrown_away(page: Page, house: House) -> None:
    come_in_as(page, "ops", "/cleanup")
    page.locator('[class*="st-key-plan-class-"]').get_by_text("Unlinked", exact=True).click()
    days = page.get_by_role("spinbutton", name="Orphaned for at least, in days")
    days.fill("36500")
    days.press("Enter")
    settled(page)
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Nothing fits this plan")).to_be_visible()
    expect(page.get_by_role("button", name="Run this plan")).to_have_count(0)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator(".mo-badge", has_text="Thrown away")).to_be_visible()


def test_a_plan_that_was_cut_says_that_there_may_be_more(page: Page, house: House) -> None:
    assets = [house.asset(f"One of three, {number}") for number in range(3)]
    open_run(page, house.plan(assets, p_max_items=2))
    expect(page.get_by_text("These are the 2 longest due.")).to_be_visible()
    expect(page.locator(".mo-item")).to_have_count(2)
    house.staff.rpc("trash_assets", p_assets=assets)


def test_an_address_of_no_plan_says_so(page: Page, house: House) -> None:
    come_in_as(page, "ops", "/cleanup-run?id=nothing")
    expect(page.get_by_text("There is no such plan")).to_be_visible()
    page.goto("/cleanup-run?id=00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("There is no such plan")).to_be_visible()


def test_a_policy_of_a_colleague_is_not_overwritten_unseen(page: Page, house: House) -> None:
    fresh = house.asset("Of today", old=False)
    come_in_as(page, "ops", "/cleanup")
    page.get_by_text("Policies", exact=True).click()
    row = page.locator(".st-key-mo-policy-unlinked")
    row.get_by_role("button", name="Change").click()
    grace = dialog(page).get_by_label("Left alone for, in days")
    grace.fill("0")
    grace.press("Enter")
    settled(page)
    olga = house.dashboard.newcomer("ops", "Otto Lenz")
    policy = {"p_class": "unlinked", "p_retention_days": 7, "p_mode": "manual"}
    version = next(each["version"] for each in olga.rpc("policies") if each["class"] == "unlinked")
    olga.rpc("set_policy", **policy, p_grace_days=60, p_version=version)
    dialog(page).get_by_role("button", name="Save", exact=True).click()

    expect(dialog(page).get_by_text("Not saved: Otto Lenz changed this policy")).to_be_visible()
    expect(dialog(page).locator(".mo-facts")).to_contain_text(
        "Left alone for 60 days, then 7 days in the trash"
    )
    dialog(page).get_by_role("button", name="Keep mine, then save").click()
    expect(dialog(page).get_by_text("Not saved")).to_have_count(0)
    settled(page)
    expect(grace).to_have_value("0")
    dialog(page).get_by_role("button", name="Save", exact=True).click()
    expect(dialog(page)).to_have_count(0)
    expect(row).to_contain_text("Due at once, then 30 days in the trash")
    expect(page.locator(".mo-history li").first).to_contain_text("Ayumi Sato changed Unlinked")
    # No grace: what was uploaded a moment ago is in the next plan.
    planned = house.ops.rpc("plan_cleanup", p_classes=["unlinked"])
    items = house.ops.rpc("run_items", p_run=planned["id"])["items"]
    assert fresh in [each["asset"] for each in items]
    version = next(each["version"] for each in olga.rpc("policies") if each["class"] == "unlinked")
    olga.rpc("set_policy", **{**policy, "p_retention_days": 30}, p_grace_days=30, p_version=version)


def test_the_page_says_what_the_schedule_will_do_and_lists_what_it_did(page: Page, house: House) -> None:
    asset = house.asset("Temporary", purpose="annotation", annotate=())
    house.db.execute("update media.assets set expires_at = now() - interval '1 day' where id = %s", [asset])
    come_in_as(page, "ops", "/cleanup")
    expect(page.locator(".mo-notice")).to_contain_text("Expired photos: 1")
    expect(page.locator(".mo-notice")).to_contain_text("is moved to the trash")

    rpc(house.dashboard.service, "automatic_runs")
    page.get_by_text("Plans and runs", exact=True).click()

    newest = page.locator('[class*="st-key-mo-run-"]').first
    expect(newest).to_contain_text("Automatic")
    expect(newest).to_contain_text("Expired photos")
    newest.get_by_role("button").click()
    expect(page.get_by_text("It is cleaned up.")).to_be_visible()
    expect(heading(page, "Clean-up")).to_have_count(0)
    assert house.state(asset) == "trashed"
