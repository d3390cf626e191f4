"""A file that the library has already is offered instead of being sent again."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.uploader.actions import PICTURE, expect_phase, finished, pick, row
from tests.e2e.uploader.server import Show, UploadServer, refused


def test_a_known_file_is_offered_instead_of_being_sent(page: Page, server: UploadServer, show: Show) -> None:
    known = server.known_asset(PICTURE)
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "known")
    expect(row(page, "photo.jpg")).to_contain_text("This file is in the library as Harbour at dusk")
    expect(row(page, "photo.jpg")).to_contain_text("used 2 times")
    page.wait_for_function("window.states.uploads?.[0]?.state === 'duplicate'")
    row(page, "photo.jpg").get_by_role("button", name="Use that one").click()
    expect_phase(page, "photo.jpg", "done")
    page.wait_for_function("window.triggers.length > 0")
    assert finished(page) == [known["asset"]]
    assert server.puts == 0


def test_a_known_file_may_be_sent_anyway(page: Page, server: UploadServer, show: Show) -> None:
    server.known_asset(PICTURE)
    show()
    pick(page, photo__jpg=PICTURE)
    row(page, "photo.jpg").get_by_role("button", name="Upload anyway").click()
    expect_phase(page, "photo.jpg", "done")
    assert len(server.completed) == 1


def test_a_file_in_the_trash_is_restored_and_a_failure_to_do_so_is_told(
    page: Page, server: UploadServer, show: Show
) -> None:
    known = server.known_asset(PICTURE, state="trashed", link_count=0)
    server.restore_answers.append(
        refused(409, "asset_purging", "It is being deleted for good.", "Upload it anew.")
    )
    show()
    pick(page, photo__jpg=PICTURE)
    restore = row(page, "photo.jpg").get_by_role("button", name="Restore it")
    restore.click()
    expect(row(page, "photo.jpg")).to_contain_text("It is being deleted for good. Upload it anew.")
    restore.click()
    expect_phase(page, "photo.jpg", "done")
    assert server.restored == [known["asset"]]


def test_the_same_file_twice_in_one_go_is_noticed(page: Page, server: UploadServer, show: Show) -> None:
    show()
    pick(page, first__jpg=PICTURE, second__jpg=PICTURE)
    expect_phase(page, "second.jpg", "known")
    expect(row(page, "second.jpg")).to_contain_text("The same file as “first.jpg” in this list.")
    expect_phase(page, "first.jpg", "done")
    row(page, "second.jpg").get_by_role("button", name="Leave it out").click()
    expect(row(page, "second.jpg")).to_have_count(0)
    assert len(server.stored) == 1
