"""Asking engines: a choice for one asset, two answers side by side, many at once, and what can go wrong."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mediaops.client import rpc
from tests.e2e.component_page import eventually
from tests.e2e.dashboard import Dashboard, put_asset
from tests.e2e.steps import come_in_as, dialog, heading, search, settled, tile
from tests.openai_api import KEY, Asked, OpenAIServer, Reply, error, heard, says
from tests.support import Person, offered
from tests.unit.media.samples import write_sound

CAPTION = {
    "alt_text": "A round sun over a striped field",
    "caption": "Painted for a test.",
    "tags": ["sun", "field"],
    "language": "en",
}
NewAsset = Callable[..., str]


@pytest.fixture(scope="module")
def api() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def dashboard(api: OpenAIServer) -> Iterator[Dashboard]:
    """One that has a key, and talks to the server on this machine."""
    running = Dashboard(
        settings={"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": api.url, "MEDIAOPS_OPENAI_BUDGET_USD": "20"}
    )
    running.start()
    staff = running.person("staff")
    eventually(lambda: "openai" in available(staff), seconds=60)  # the worker says so once it is up
    yield running
    running.stop()


def available(staff: Person) -> list[str]:
    """The engines that can be asked."""
    return [each["name"] for each in staff.rpc("reading_engines") if each["available"]]


@pytest.fixture(autouse=True)
def captions(api: OpenAIServer) -> None:
    """Every picture has the same caption unless a test says otherwise."""
    api.replies.clear()
    api.always = says(CAPTION)
    api.asked.clear()


def choose(page: Page, *kinds: str) -> Locator:
    """Open the choice of an asset and leave only these kinds chosen."""
    page.get_by_role("button", name="Choose", exact=True).click()
    form = page.get_by_test_id("stPopoverBody")
    pick(page, form, kinds)
    return form


def pick(page: Page, form: Locator, kinds: tuple[str, ...]) -> None:
    expect(form.get_by_text("What to read")).to_be_visible()
    for name in ("Text", "Highlights", "Caption", "Transcript"):
        pill = form.get_by_role("button", name=name, exact=True)
        if pill.count() and (pill.get_attribute("aria-pressed") == "true") != (name in kinds):
            pill.click()
            expect(pill).to_have_attribute("aria-pressed", str(name in kinds).lower())
            settled(page)


def test_a_caption_is_proposed_and_a_person_makes_it_the_alt_text(
    page: Page, dashboard: Dashboard, api: OpenAIServer, new_asset: NewAsset
) -> None:
    asset = new_asset("Sun")
    come_in_as(page, "staff", f"/asset?id={asset}")
    form = choose(page, "Caption")
    expect(form.get_by_text("Expected to cost about $")).to_be_visible()
    form.get_by_role("button", name="Ask", exact=True).click()

    proposed = page.locator('.mo-reading[data-kind="alt-text"]')
    expect(proposed).to_contain_text("Not checked")
    expect(page.get_by_text(CAPTION["alt_text"])).to_be_visible()
    assert dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]["alt_text"] == ""
    page.get_by_role("button", name="Use as alt text").click()
    expect(page.get_by_text("This is its alt text.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Alt text")).to_have_value(CAPTION["alt_text"])

    # Asked once: the same question to the same engine has its answer already.
    assert len(api.asked) == 1
    form = choose(page, "Caption")
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Answered before, so nothing new was asked: caption.")).to_be_visible()
    assert len(api.asked) == 1
    # A file with the same bytes has it too, and it says where from.
    twin = put_asset(dashboard, dashboard.person("staff"), bytes_of(dashboard, asset), "twin.webp")
    dashboard.person("staff").rpc("request_annotations", p_assets=[twin], p_kinds=["caption"])
    page.goto(f"/asset?id={twin}")
    expect(page.locator('.mo-reading[data-kind="caption"]')).to_contain_text("answered before")
    assert len(api.asked) == 1


def bytes_of(dashboard: Dashboard, asset: str) -> bytes:
    path = dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]["object_path"]
    return dashboard.service.storage.from_("media").download(path)


def answer(dashboard: Dashboard, asset: str, kind: str, engine: str, result: dict[str, Any]) -> None:
    """An answer as an engine would give it."""
    staff = dashboard.person("staff")
    with dashboard.connect() as db, offered(db, engine):
        [asked] = staff.rpc(
            "request_annotations", p_assets=[asset], p_kinds=[kind], p_engine=engine, p_force=True
        )
    told = {"p_annotation": asked["annotation"], "p_result": result, "p_seconds": 1.5, "p_model": engine}
    rpc(dashboard.service, "finish_annotation", **told)


def test_two_engines_are_compared_once_there_are_two(
    page: Page, dashboard: Dashboard, new_asset: NewAsset
) -> None:
    asset = new_asset("Two readers")
    empty = {"width": 700, "height": 500, "lines": []}
    answer(dashboard, asset, "ocr", "one", {**empty, "text": "the boats <b>came</b> home\nlate"})
    come_in_as(page, "staff", f"/asset?id={asset}")
    expect(page.locator('.mo-reading[data-kind="ocr"]')).to_contain_text("Not checked")
    expect(page.get_by_role("button", name="Compare", exact=True)).to_have_count(0)

    answer(dashboard, asset, "ocr", "other", {**empty, "text": "the goats <b>came</b> home very late"})
    page.reload()
    page.get_by_role("button", name="Compare", exact=True).click()

    expect(dialog(page).get_by_text("2 words differ; marked in both.")).to_be_visible()
    expect(dialog(page).locator(".mo-said")).to_have_count(2)
    left, right = dialog(page).locator(".mo-said").all()
    assert left.locator("mark").all_inner_texts() == ["goats", "very"]
    assert right.locator("mark").all_inner_texts() == ["boats"]
    expect(right).to_contain_text("<b>came</b>")
    expect(dialog(page).locator("header").first).to_contain_text("Counts for search and pages")


def test_a_sound_is_written_down_and_plays_from_a_line(
    page: Page, dashboard: Dashboard, api: OpenAIServer, tmp_path: Path
) -> None:
    lines = ("The tide turns twice.", "Never at the same hour.")
    api.always = heard(
        [{"start": n * 2.0, "end": n * 2.0 + 1.9, "text": line} for n, line in enumerate(lines)], 4
    )
    content = write_sound(tmp_path / "tide.opus", 4.0).read_bytes()
    asset = put_asset(dashboard, dashboard.person("staff"), content, "tide.opus", title="Tide talk")
    come_in_as(page, "staff", f"/asset?id={asset}")
    page.get_by_role("button", name="Write down what is said").click()

    expect(page.locator(".mo-segments li")).to_have_count(2)
    expect(page.locator('.mo-reading[data-kind="transcript-text"]')).to_contain_text("Not checked")
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    page.get_by_role("button", name="Play from 0:02").click()
    page.wait_for_function("document.querySelector('audio').currentTime >= 2")
    expect(page.locator(".mo-segments li.is-now")).to_contain_text(lines[1])
    with page.expect_download() as started:
        page.get_by_role("button", name="WebVTT").click()
    file = Path(started.value.path()).read_text()
    assert started.value.suggested_filename == "Tide-talk.vtt"
    assert file.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.900\nThe tide turns twice.")


def select(page: Page, *assets: str) -> None:
    for asset in assets:
        tile(page, asset).click(modifiers=["Control"])
    expect(page.locator(".mo-selected")).to_have_text(f"{len(assets)} selected")
    settled(page)


def test_selected_ones_are_read_with_the_cost_first_and_a_result_for_each(
    page: Page, dashboard: Dashboard, api: OpenAIServer, new_asset: NewAsset
) -> None:
    here, away = new_asset("Stays here"), new_asset("Goes away")
    come_in_as(page, "staff")
    select(page, here, away)
    # A colleague was faster.
    dashboard.person("moderator").rpc("trash_assets", p_assets=[away], p_unlink=False)
    page.get_by_role("button", name="Read", exact=True).click()
    pick(page, dialog(page), ("Caption",))
    expect(dialog(page).get_by_text("1 reading of 1 asset.")).to_be_visible()
    expect(dialog(page).get_by_text("Expected to cost about $")).to_be_visible()
    expect(dialog(page).get_by_text("1 asset can't be read; afterwards it says why.")).to_be_visible()
    assert api.asked == []
    dialog(page).get_by_role("button", name="Read", exact=True).click()

    expect(dialog(page).get_by_text("1 reading asked for.")).to_be_visible()
    expect(dialog(page).locator(".mo-outcomes")).to_contain_text(
        "Goes away Caption: It is in the trash. Restore it first."
    )
    dialog(page).get_by_role("button", name="Done").click()
    expect(dialog(page)).to_have_count(0)


def read_all(page: Page, word: str, count: str) -> None:
    """Search, and ask for captions of all that is found."""
    search(page, word)
    page.get_by_role("button", name="Read all that match").click()
    expect(dialog(page).get_by_text(f"matches “{word}”")).to_be_visible()
    pick(page, dialog(page), ("Caption",))
    expect(dialog(page).get_by_text(count)).to_be_visible()
    expect(dialog(page).get_by_text("Expected to cost about $")).to_be_visible()


def item(page: Page, asset: str) -> Locator:
    return page.locator(f'.mo-long li[data-asset="{asset}"]')


def test_all_that_matches_is_read_with_a_result_for_each_and_the_failed_again(
    page: Page, dashboard: Dashboard, api: OpenAIServer, new_asset: NewAsset
) -> None:
    good, bad = new_asset("Lighthouse one"), new_asset("Lighthouse two")
    api.replies.append(error(400, "invalid_image", "The picture is broken."))
    come_in_as(page, "staff")
    read_all(page, "Lighthouse", "2 readings of 2 assets.")
    assert api.asked == []
    dialog(page).get_by_role("button", name="Read 2").click()

    expect(heading(page, "Caption")).to_be_visible()
    expect(page.get_by_text("1 read, 1 failed")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/readings\?id=[0-9a-f-]{36}$"))
    failed = page.locator('.mo-long li[data-state="failed"]')
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text(re.compile("Failed .+"))
    page.get_by_text("Failed", exact=True).first.click()
    expect(page.locator(".mo-long li")).to_have_count(1)
    page.reload()
    expect(page.locator(".mo-long li")).to_have_count(1)

    page.get_by_role("button", name="Try 1 again").click()
    expect(dialog(page).get_by_text("1 reading of 1 asset.")).to_be_visible()
    dialog(page).get_by_role("button", name="Read 1").click()
    expect(page.get_by_text("1 read ·")).to_be_visible()
    page.get_by_role("link", name="All batches").click()
    page.get_by_role("link", name="Caption, 2 readings").click()
    expect(page.get_by_text("1 read, 1 failed")).to_be_visible()
    page.wait_for_url("**/readings?id=*")
    page.reload()
    expect(page.get_by_text("1 read, 1 failed")).to_be_visible()
    page.go_back()
    expect(page.locator(".mo-budget")).to_contain_text("openai this month: $")
    assert {good, bad} == set(read_by(dashboard, good, bad))


def read_by(dashboard: Dashboard, *assets: str) -> list[str]:
    states = dashboard.person("staff").rpc("annotation_states", p_assets=list(assets))
    return [state["asset"] for state in states if state["state"] == "done"]


def test_a_batch_can_be_cancelled_and_what_is_under_way_ends(
    page: Page, dashboard: Dashboard, api: OpenAIServer, new_asset: NewAsset
) -> None:
    word = f"Windmill{uuid.uuid4().hex[:8]}"
    for number in range(7):
        new_asset(f"{word} {number}")
    go_on = threading.Event()

    def held(asked: Asked) -> Reply:
        go_on.wait(60)
        return says(CAPTION)

    api.always = held
    come_in_as(page, "staff")
    read_all(page, word, "7 readings of 7 assets.")
    dialog(page).get_by_role("button", name="Read 7").click()
    expect(page.get_by_text("4 being read, 3 waiting")).to_be_visible()
    expect(page.get_by_text("0 of 7")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("Cancelled, 4 still being read")).to_be_visible()
    go_on.set()

    expect(page.get_by_text("4 read, 3 cancelled")).to_be_visible(timeout=60_000)
    expect(page.locator('.mo-long li[data-state="cancelled"]')).to_have_count(3)
    assert len(api.asked) == 4


@pytest.fixture
def spent(dashboard: Dashboard) -> Iterator[None]:
    """The month's budget is used up."""
    before = dashboard.person("staff").rpc("reading_engines")
    told = [
        {**engine, "place": 10 * place, "monthly_budget": 0 if engine["paid"] else None}
        for place, engine in enumerate(before)
    ]
    rpc(dashboard.service, "publish_engines", p_engines=told)
    yield
    back = [{**engine, "monthly_budget": 20 if engine["paid"] else None} for engine in told]
    rpc(dashboard.service, "publish_engines", p_engines=back)


@pytest.mark.usefixtures("spent")
def test_a_spent_budget_says_so_and_when_it_begins_anew(page: Page, new_asset: NewAsset) -> None:
    asset = new_asset("Too dear")
    come_in_as(page, "staff", f"/asset?id={asset}")
    form = choose(page, "Caption")
    expect(form.get_by_text("$0.00 of $0.00 is left this month")).to_be_visible()
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("The budget begins anew on 1 ")).to_be_visible()

    page.goto("/?q=Too+dear")
    expect(tile(page, asset)).to_be_visible()
    read_all(page, "Too dear", "1 reading of 1 asset.")
    expect(dialog(page).locator('.mo-failure[data-code="budget_exhausted"]')).to_contain_text(
        "begins anew on 1 "
    )
    expect(dialog(page).get_by_role("button", name="Read 1")).to_be_disabled()


def test_an_asset_that_went_meanwhile_is_not_asked_for(
    page: Page, dashboard: Dashboard, api: OpenAIServer, new_asset: NewAsset
) -> None:
    asset = new_asset("Going, going")
    come_in_as(page, "staff", f"/asset?id={asset}")
    form = choose(page, "Caption")
    dashboard.person("moderator").rpc("trash_assets", p_assets=[asset], p_unlink=False)
    form.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("It is in the trash. Restore it first.")).to_be_visible()
    assert api.asked == []


def test_an_address_without_a_batch_says_so(page: Page) -> None:
    come_in_as(page, "staff", "/readings?id=00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("There is no such batch")).to_be_visible()


@pytest.fixture
def ousted(dashboard: Dashboard) -> Iterator[Callable[[], None]]:
    """Takes the role of the demo staff away; they have it back afterwards."""
    nora = dashboard.demo("staff")

    def oust() -> None:
        dashboard.person("ops").rpc("remove_staff", p_user=dashboard.person("staff").user_id)

    yield oust
    rpc(dashboard.service, "bootstrap_staff", p_email=nora.email, p_role="staff", p_display_name=nora.name)


def test_who_is_no_staff_any_more_can_ask_for_nothing(
    page: Page, api: OpenAIServer, new_asset: NewAsset, ousted: Callable[[], None]
) -> None:
    new_asset("Beacon")
    come_in_as(page, "staff")
    read_all(page, "Beacon", "1 reading of 1 asset.")
    ousted()
    dialog(page).get_by_role("button", name="Read 1").click()

    expect(page.get_by_text("You are signed in, but").first).to_be_visible()
    assert api.asked == []
