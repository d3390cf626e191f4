"""A moderator at work: the keyboard, one item after another, and what can go wrong meanwhile."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mediaops.client import rpc
from tests.e2e.dashboard import Dashboard
from tests.e2e.reviewing import Desk, caption_of, caught_up, highlights_of, root, shown, text_of
from tests.e2e.steps import come_in_as, heading

MANY = 50
# From a key until another item stands there with its picture loaded and a frame for it began.
WATCH = """() => {
  const all = [...document.querySelectorAll('*')];
  const root = all.map((one) => one.shadowRoot?.querySelector('.v-root')).find(Boolean);
  const at = () => root.dataset;
  window.took = [];
  window.stands = (before) =>
    at().phase === 'empty' ||
    (at().annotation && at().annotation !== before && at().picture === 'there');
  let before = at().annotation;
  const look = () => {
    if (at().annotation && at().annotation !== before && at().picture === 'there') {
      window.took.push(performance.now() - window.pressed);
      before = at().annotation;
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture(scope="module")
def made(dashboard: Dashboard) -> Desk:
    return Desk(dashboard)


@pytest.fixture
def desk(made: Desk) -> Iterator[Desk]:
    made.clear()
    yield made
    made.clear()


def open_review(page: Page) -> None:
    come_in_as(page, "moderator", "/review")
    expect(heading(page, "Review")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_fifty_clear_items_by_one_key_each(page: Page, desk: Desk) -> None:
    made = {desk.read(text_of(n), "ocr") for n in range(MANY)}
    # Before the review listens, which keeps its keys to itself.
    page.add_init_script("addEventListener('keydown', (event) => (window.pressed = event.timeStamp), true)")
    open_review(page)
    expect(page.locator('.v-root[data-picture="there"]')).to_be_visible()
    page.evaluate(WATCH)
    seen: list[str] = []
    for _ in range(MANY):
        here = root(page).get_attribute("data-annotation")
        assert here
        seen.append(here)
        page.keyboard.press("a")
        page.wait_for_function("before => window.stands(before)", arg=here)
    caught_up(page)

    took = sorted(page.evaluate("window.took"))
    p50, p95 = took[len(took) // 2], statistics.quantiles(took, n=20)[-1]
    sys.stdout.write(f"\nkey to next picture ready, {len(took)} items: p50 {p50:.0f} ms, p95 {p95:.0f} ms\n")
    assert set(seen) == made
    expect(page.locator(".v-decided")).to_have_text(f"{MANY} decided now")
    states = {desk.annotation(one)["review_state"] for one in made}
    assert states == {"accepted"}


def test_a_line_is_corrected_and_the_answer_stands_beside_the_engines(page: Page, desk: Desk) -> None:
    annotation = desk.read(text_of(1, sure=0.5))
    open_review(page)
    shown(page, annotation)

    # It begins at the line that the engine was not sure of.
    expect(page.locator('.v-line[aria-current="true"]')).to_contain_text("a1oud")
    press(page, "e", "Control+a")
    page.keyboard.type("Nobody counted them aloud, but everybody counted.")
    press(page, "Enter")
    expect(page.get_by_role("button", name="Fix & accept")).to_be_visible()
    press(page, "a")

    caught_up(page)
    stands = desk.annotation(annotation)
    assert stands["review_state"] == "fixed"
    assert "aloud" in stands["reviewed_result"]["text"]
    assert "a1oud" in stands["result"]["text"]


def test_passages_are_moved_parted_joined_coloured_and_added_by_keys(page: Page, desk: Desk) -> None:
    annotation = desk.read(highlights_of(1), "highlights")
    open_review(page)
    shown(page, annotation)
    passages = page.locator(".v-passage")

    press(page, "ArrowRight")
    expect(passages).to_have_count(1)
    expect(passages).to_contain_text("in a long uneven line,")
    press(page, "t", "Enter")
    expect(passages).to_have_count(2)
    press(page, "m")
    expect(passages).to_have_count(1)
    press(page, "3", "n")
    expect(passages).to_have_count(2)
    press(page, "ArrowRight", "ArrowRight", "2", "a")

    caught_up(page)
    result = desk.annotation(annotation)["reviewed_result"]
    assert [one["color"] for one in result["passages"]] == ["blue", "green"]
    assert result["passages"][0]["words"] == list(range(11, 21))
    assert len(result["passages"][1]["words"]) == 3
    assert result["text"] == "\n".join(one["text"] for one in result["passages"])


def test_a_passage_is_added_by_dragging_over_words_and_one_is_taken_out(page: Page, desk: Desk) -> None:
    annotation = desk.read(highlights_of(1), "highlights")
    open_review(page)
    shown(page, annotation)

    # Hovering waits until the picture stands still.
    page.locator('[data-word="24"]').hover()
    page.mouse.down()
    page.locator('[data-word="27"]').hover()
    page.mouse.up()
    expect(page.locator(".v-passage")).to_have_count(2)
    press(page, "ArrowUp", "x", "a")

    caught_up(page)
    [passage] = desk.annotation(annotation)["reviewed_result"]["passages"]
    assert passage["words"] == [24, 25, 26, 27]


def test_a_caption_is_too_long_until_it_is_shortened(page: Page, desk: Desk) -> None:
    annotation = desk.read(caption_of(1), "caption")
    asset = desk.annotation(annotation)["asset"]
    open_review(page)
    shown(page, annotation)

    press(page, "f", "Control+a")
    page.keyboard.type("word " * 31)
    expect(page.get_by_text("154 / 150")).to_be_visible()
    press(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("150 are the most")
    press(page, "e", "Control+a")
    page.keyboard.type("A printed page about a harbour")
    press(page, "Enter", "a")

    caught_up(page)
    assert desk.staff.rpc("get_asset", p_asset=asset)["asset"]["alt_text"] == "A printed page about a harbour"


def test_reject_undo_and_skip(page: Page, desk: Desk) -> None:
    first, second = desk.read(text_of(1, sure=0.3)), desk.read(text_of(2, sure=0.6))
    open_review(page)
    shown(page, first)

    press(page, "s")
    shown(page, second)
    press(page, "r", "2")
    expect(page.get_by_text("Only what you skipped is left")).to_be_visible()
    press(page, "z")
    shown(page, second)
    press(page, "r")
    page.keyboard.type("Another reason")
    press(page, "Enter", "b")
    shown(page, first)
    press(page, "a")

    caught_up(page)
    assert desk.annotation(second)["review_state"] == "rejected"
    history = desk.staff.rpc("asset_history", p_asset=desk.annotation(second)["asset"])
    assert [event["action"] for event in history[:3]] == [
        "annotation.reviewed",
        "annotation.review_undone",
        "annotation.reviewed",
    ]
    assert history[0]["detail"]["reason"] == "Another reason"


def test_the_keys_are_shown(page: Page, desk: Desk) -> None:
    annotation = desk.read(text_of(1))
    open_review(page)
    shown(page, annotation)
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "a", "Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
    shown(page, annotation)


def test_what_was_trashed_meanwhile_is_said_and_the_next_one_comes(page: Page, desk: Desk) -> None:
    first, second = desk.read(text_of(1, sure=0.3)), desk.read(text_of(2, sure=0.6))
    open_review(page)
    shown(page, first)
    desk.staff.rpc("trash_assets", p_assets=[desk.annotation(first)["asset"]])

    press(page, "a")

    shown(page, second)
    expect(page.get_by_role("alert")).to_contain_text("moved to the trash meanwhile")
    assert desk.annotation(first)["review_state"] == "unreviewed"


def test_a_role_taken_away_ends_the_review(page: Page, dashboard: Dashboard, desk: Desk) -> None:
    first = desk.read(text_of(1, sure=0.3))
    open_review(page)
    shown(page, first)
    moderator = dashboard.person("moderator")
    ops = dashboard.person("ops")
    name = "Tomás Herrera"
    ops.rpc("set_staff", p_user=moderator.user_id, p_role="staff", p_display_name=name)
    try:
        press(page, "a")
        expect(page.get_by_text("Only moderators review what was read.")).to_be_visible()
        page.get_by_role("button", name="Reload the page").click()
        expect(page.get_by_text("Reviewing is for moderators")).to_be_visible()
        assert desk.annotation(first)["review_state"] == "unreviewed"
    finally:
        ops.rpc("set_staff", p_user=moderator.user_id, p_role="moderator", p_display_name=name)


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "polygons outside the picture": (
        "ocr",
        {
            "text": "x",
            "lines": [{"text": "x", "polygon": [[-3, 9], [7, 9], [7, 99], [-3, 99]], "confidence": 0.1}],
        },
    ),
    "a megabyte in one line": (
        "ocr",
        {
            "text": "w" * 1_000_000,
            "lines": [{"text": "w" * 1_000_000, "polygon": [[0, 0], [1, 0], [1, 1]], "confidence": 0.1}],
        },
    ),
    "a megabyte without lines": ("ocr", {"text": "word " * 200_000}),
    "words that are not there": (
        "highlights",
        {"passages": [{"color": "#123", "text": "t", "polygons": [], "words": [7, 8, 999]}], "words": []},
    ),
    "nothing": ("highlights", {}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_answer_that_is_odd_can_be_looked_at_and_rejected(page: Page, desk: Desk, what: str) -> None:
    kind, result = BROKEN[what]
    annotation = desk.read(result, kind)
    open_review(page)
    shown(page, annotation)

    press(page, "ArrowDown", "m", "r", "1")

    caught_up(page)
    assert desk.annotation(annotation)["review_state"] == "rejected"


@pytest.mark.parametrize("role", ["staff", "ops"])
def test_others_see_why_not(page: Page, role: str) -> None:
    come_in_as(page, role, "/review")
    expect(page.get_by_text("Reviewing is for moderators")).to_be_visible()
    expect(page.get_by_role("link", name="Review")).to_have_count(0)


def test_what_nobody_checked_is_marked_and_what_is_checked_can_be_taken_away(
    page: Page, desk: Desk, dashboard: Dashboard
) -> None:
    asset = desk.asset(title="Harbour")
    text = desk.read(text_of(1), asset=asset)
    come_in_as(page, "moderator", f"/asset?id={asset}")
    expect(page.get_by_text("Not checked by a person")).to_be_visible()
    expect(page.get_by_role("button", name="Markdown")).to_have_count(0)
    item = dashboard.person("moderator").rpc("get_review", p_annotation=text)
    rpc(
        dashboard.person("moderator").client,
        "decide_review",
        p_annotation=text,
        p_decision="accepted",
        p_version=item["version"],
    )
    page.reload()
    expect(page.get_by_text("Read by test, checked")).to_be_visible()
    expect(page.get_by_text("Not checked by a person")).to_have_count(0)
    with page.expect_download() as started:
        page.get_by_role("button", name="Markdown").click()
    content = started.value.path().read_text(encoding="utf-8")
    assert content.startswith("# Harbour\n")
    assert "harbour master's daughter" in content
