"""Choosing, dropping, pasting, photographing; with a mouse, a keyboard or a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.uploader import files
from tests.e2e.uploader.actions import PICTURE, choose, choosers, expect_phase, row, transfer
from tests.e2e.uploader.server import Show, UploadServer


def test_files_dropped_anywhere_on_the_page_are_taken(page: Page, server: UploadServer, show: Show) -> None:
    show()
    drag = "dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))"
    page.evaluate(f"{transfer(['a.jpg', 'b.jpg'])} window.drag = (type) => document.body.{drag};")
    page.evaluate("drag('dragenter')")
    expect(page.get_by_role("button", name="Let go to upload")).to_be_visible()
    # Taken over: the browser must not open the file in place of the dashboard.
    assert page.evaluate("drag('dragover')") is False
    page.evaluate("drag('drop')")
    expect_phase(page, "a.jpg", "done")
    expect_phase(page, "b.jpg", "done")
    expect(page.get_by_role("button", name="Let go to upload")).to_have_count(0)


def test_a_pasted_picture_gets_a_name_and_text_in_a_field_stays_text(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    options = "{ clipboardData: transfer, bubbles: true, cancelable: true, composed: true }"
    paste = f"dispatchEvent(new ClipboardEvent('paste', {options}))"
    page.evaluate(f"{transfer(['image.jpeg'])} document.body.{paste}")
    expect(page.get_by_role("listitem")).to_have_count(1)
    assert re.fullmatch(
        r"Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpeg",
        page.get_by_role("listitem").get_attribute("aria-label") or "",
    )
    words = f"{transfer(['image.jpeg'])} transfer.setData('text/plain', 'words');"
    left_alone = page.evaluate(f"{words} document.getElementById('field').{paste}")
    assert left_alone is True
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_a_phone_offers_the_camera(browser: Browser, server: UploadServer) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(server.address)
    phone.wait_for_function("window.ready")
    phone.evaluate("data => show(data)", server.data())
    expect(phone.get_by_role("button", name="Take a photo")).to_be_visible()
    expect(phone.get_by_label("Photo to upload")).to_have_attribute("capture", "environment")
    opened = choosers(phone)
    phone.get_by_role("button", name="Take a photo").tap()
    assert opened() == ["Photo to upload"]
    phone.get_by_label("Photo to upload").set_input_files(
        [{"name": "image.jpg", "mimeType": "image/jpeg", "buffer": PICTURE}]
    )
    expect_phase(phone, "image.jpg", "done")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_keyboard_alone_is_enough(page: Page, server: UploadServer, show: Show) -> None:
    show()
    page.get_by_label("A field of the page").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Drop images here, or choose them")).to_be_focused()
    opened = choosers(page)
    page.keyboard.press("Enter")
    assert opened() == ["Images to upload"]
    choose(page, {"a.jpg": files.small_jpeg(1), "b.jpg": files.small_jpeg(2)})
    expect_phase(page, "a.jpg", "done")
    expect_phase(page, "b.jpg", "done")
    remove = page.get_by_role("button", name="Take a.jpg off the list")
    remove.focus()
    page.keyboard.press("Enter")
    expect(row(page, "a.jpg")).to_have_count(0)
    # The focus did not fall off the page with the row.
    expect(row(page, "b.jpg")).to_be_focused()
