"""Streamlit runs the page again and again, and people leave it: uploads go on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.uploader import files
from tests.e2e.uploader.actions import PICTURE, expect_phase, finished, pick, row
from tests.e2e.uploader.server import Show, UploadServer


def test_uploads_survive_a_rerun_and_leaving_the_page(page: Page, server: UploadServer, show: Show) -> None:
    show()
    server.hold.clear()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "sending")
    show()
    expect_phase(page, "photo.jpg", "sending")
    page.evaluate("leave()")
    with page.expect_response("**/api/uploads/complete"):
        server.hold.set()
    assert finished(page) == []
    show()
    expect_phase(page, "photo.jpg", "done")
    page.wait_for_function("window.triggers.length > 0")
    assert finished(page) == [server.completed[0]["ticket"]]
    assert server.puts == 1


def test_a_finished_upload_is_told_once(page: Page, server: UploadServer, show: Show) -> None:
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    page.wait_for_function("window.triggers.length > 0")
    show()
    pick(page, other__jpg=files.small_jpeg(3))
    expect_phase(page, "other.jpg", "done")
    page.wait_for_function("window.triggers.length > 1")
    assert finished(page) == [each["ticket"] for each in server.completed]


def test_closing_the_page_warns_only_while_something_is_on_its_way(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    leaving = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert page.evaluate(leaving) is False
    server.hold.clear()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "sending")
    assert page.evaluate(leaving) is True
    server.hold.set()
    expect_phase(page, "photo.jpg", "done")
    assert page.evaluate(leaving) is False


def test_clearing_takes_finished_files_off_the_list_and_keeps_failed_ones(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    pick(page, photo__jpg=PICTURE, drawing__svg=files.SVG)
    expect_phase(page, "photo.jpg", "done")
    page.get_by_role("button", name="Clear finished").click()
    expect(row(page, "photo.jpg")).to_have_count(0)
    expect_phase(page, "drawing.svg", "failed")
    page.get_by_role("button", name="Take drawing.svg off the list").click()
    expect(page.get_by_role("button", name="Drop images here, or choose them")).to_be_visible()
