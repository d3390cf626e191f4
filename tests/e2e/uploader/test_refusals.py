"""What can not be uploaded is said in words and leaves the other files alone."""

from __future__ import annotations

import base64

from playwright.sync_api import Page, expect

from tests.e2e.uploader import files
from tests.e2e.uploader.actions import PICTURE, choose, expect_phase, pick, row, told
from tests.e2e.uploader.server import Show, UploadServer, refused


def test_bad_files_are_refused_in_words_and_the_good_one_goes_through(
    page: Page, server: UploadServer, show: Show
) -> None:
    show(limits={"maxBytes": 2 * 1024**2, "maxPixels": 100_000_000})
    choose(
        page,
        {
            "invoice.jpg": files.PROGRAM,
            "drawing.svg": files.SVG,
            "nothing.jpg": b"",
            "half.jpg": files.truncated_jpeg(),
            "bomb.png": files.bomb_png(),
            "huge.jpg": PICTURE + bytes(3 * 1024**2),
            "good.jpg": PICTURE,
        },
    )
    expect_phase(page, "good.jpg", "done")
    for name, words in {
        "invoice.jpg": "This is a program, not an image.",
        "drawing.svg": "This is an SVG drawing, which can carry scripts.",
        "nothing.jpg": "This file is empty (0 bytes).",
        "half.jpg": "This file ends before the picture does.",
        "bomb.png": "This image has 60,000 × 60,000 pixels, more than the 100 megapixels that are accepted.",
        "huge.jpg": "This file has 3 MB, more than the 2 MB that are accepted.",
    }.items():
        expect_phase(page, name, "failed")
        expect(row(page, name)).to_contain_text(words)
        expect(row(page, name).get_by_role("button", name="Try again")).to_have_count(0)
    assert len(server.stored) == 1
    expect(page.get_by_role("status")).to_have_text("1 of 7 files uploaded, 6 failed.")


def test_a_rejection_by_the_server_is_shown_with_its_reason(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.complete_answers.append(
        refused(422, "image_broken", "The picture can't be decoded.", "Save it again.")
    )
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "failed")
    expect(row(page, "photo.jpg")).to_contain_text("The picture can't be decoded. Save it again.")
    page.wait_for_function("window.states.uploads?.[0]?.state === 'failed'")
    error = {"code": "image_broken", "message": "The picture can't be decoded.", "hint": "Save it again."}
    assert told(page, "photo.jpg")["error"] == error


def test_names_with_slashes_emoji_and_direction_marks_are_sent_whole_and_shown_legibly(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    page.evaluate(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name));
            dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, cancelable: true }));
        }""",
        ["a:b \U0001f4d6 \u202egpj.exe", base64.b64encode(PICTURE).decode()],
    )
    expect_phase(page, "a:b \U0001f4d6 gpj.exe", "done")
    assert server.completed[0]["original_name"] == "a:b \U0001f4d6 \u202egpj.exe"
