"""Tickets, and all that can go wrong between the browser and Storage."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.uploader import files
from tests.e2e.uploader.actions import PICTURE, choose, expect_phase, finished, pick, row
from tests.e2e.uploader.server import CUT, CUT_AFTER_STORING, Show, UploadServer, refused, storage_error


def test_many_files_go_three_at_a_time_each_with_a_ticket_of_its_own(
    page: Page, server: UploadServer, show: Show
) -> None:
    show(tickets=4)
    server.hold.clear()
    choose(page, {f"{n}.png": files.encoded(files.drawing(100, 80, n), "PNG") for n in range(20)})
    page.wait_for_function(
        "document.querySelector('#host').shadowRoot.querySelectorAll('.up-row--ready').length === 17",
        timeout=30_000,
    )
    server.hold.set()
    expect(page.get_by_role("status")).to_have_text("20 of 20 files uploaded.", timeout=30_000)
    assert server.most_sending == 3
    assert len(server.stored) == len({each["ticket"] for each in server.completed}) == 20
    # One request for all that were picked, not one a file.
    assert server.requested[0] >= 16
    assert len(server.requested) <= 3


def test_a_seeded_ticket_is_used_without_asking_the_server_for_another(
    page: Page, server: UploadServer, show: Show
) -> None:
    show(tickets=4)
    seeded = list(server.issued)
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    assert list(server.stored) == seeded[:1]
    assert server.requested == []


def test_tickets_that_have_ended_are_replaced_before_a_file_needs_one(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.ticket_minutes = -1
    data = server.data(tickets=4)
    server.ticket_minutes = 120
    with page.expect_response("**/api/uploads/tickets"):
        page.evaluate("data => show(data)", data)
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    assert not set(server.stored) & {ticket["id"] for ticket in data["tickets"]}


@pytest.mark.parametrize("code", ["InvalidJWT", "InvalidSignature"])
def test_an_expired_signature_is_replaced_without_a_word(
    page: Page, server: UploadServer, show: Show, code: str
) -> None:
    server.storage_answers.append(storage_error("400", code, code))
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    assert (server.puts, len(server.completed)) == (2, 1)


def test_a_signature_that_never_works_is_told_and_leaves_the_others_alone(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.storage_answers.extend(storage_error("400", "InvalidJWT", "InvalidJWT") for _ in range(3))
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "failed")
    expect(row(page, "photo.jpg")).to_contain_text("The upload right ended.")
    row(page, "photo.jpg").get_by_role("button", name="Try again").click()
    expect_phase(page, "photo.jpg", "done")


def test_a_ticket_that_ends_while_the_bytes_travel_means_sending_them_again(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.complete_answers.append(refused(409, "ticket_expired", "The upload right ended."))
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    assert len(server.stored) == 2
    page.wait_for_function("window.triggers.length > 0")
    assert finished(page) == [server.completed[0]["ticket"]]


def test_a_lost_answer_does_not_send_or_complete_twice(page: Page, server: UploadServer, show: Show) -> None:
    server.storage_answers.append(CUT_AFTER_STORING)
    server.complete_answers.append(CUT_AFTER_STORING)
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    assert len(server.stored) == len(server.completed) == 1


def test_a_cut_connection_and_an_outage_are_waited_out(page: Page, server: UploadServer, show: Show) -> None:
    server.storage_answers.extend([CUT, storage_error("503", "Unavailable", "DatabaseTimeout")])
    server.complete_answers.append(refused(503, "unavailable", "The database does not answer."))
    show()
    # Written down as it happens: it stands for no longer than the pause before the next try.
    page.evaluate(
        """() => {
            const shown = document.querySelector("#host").shadowRoot;
            window.said = [];
            new MutationObserver(() => window.said.push(shown.textContent))
                .observe(shown, { subtree: true, childList: true, characterData: true });
        }"""
    )
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "done")
    said = "\n".join(page.evaluate("window.said"))
    assert "The connection was lost. Trying again" in said
    assert "The database does not answer. Trying again" in said
    assert len(server.completed) == 1


def test_offline_waits_for_the_connection_and_goes_on_by_itself(
    page: Page, server: UploadServer, show: Show
) -> None:
    with page.expect_worker():
        show()
    page.context.set_offline(True)
    pick(page, photo__jpg=PICTURE)
    expect(row(page, "photo.jpg")).to_contain_text("You are offline.")
    expect(row(page, "photo.jpg").locator("img")).to_be_visible()
    page.context.set_offline(False)
    expect_phase(page, "photo.jpg", "done")


def test_someone_signed_out_can_sign_in_elsewhere_and_go_on_without_compressing_again(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.complete_answers.append(refused(401, "not_signed_in", "Nobody is signed in."))
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "failed")
    expect(row(page, "photo.jpg")).to_contain_text("You have been signed out.")
    row(page, "photo.jpg").get_by_role("button", name="Try again").click()
    expect_phase(page, "photo.jpg", "done")
    assert server.puts == 1


def test_a_lookup_that_could_not_be_asked_is_not_taken_for_nothing_found(
    page: Page, server: UploadServer, show: Show
) -> None:
    server.lookup_answers.append(refused(401, "not_signed_in", "Nobody is signed in."))
    show()
    pick(page, photo__jpg=PICTURE)
    expect_phase(page, "photo.jpg", "failed")
    assert server.puts == 0
    row(page, "photo.jpg").get_by_role("button", name="Try again").click()
    expect_phase(page, "photo.jpg", "done")


def test_a_cancelled_upload_is_not_completed_and_can_be_taken_up_again(
    page: Page, server: UploadServer, show: Show
) -> None:
    show()
    server.hold.clear()
    pick(page, photo__jpg=PICTURE, other__jpg=files.small_jpeg(2))
    expect_phase(page, "photo.jpg", "sending")
    row(page, "photo.jpg").get_by_role("button", name="Cancel").click()
    expect_phase(page, "photo.jpg", "cancelled")
    server.hold.set()
    expect_phase(page, "other.jpg", "done")
    assert [each["original_name"] for each in server.completed] == ["other.jpg"]
    row(page, "photo.jpg").get_by_role("button", name="Upload after all").click()
    expect_phase(page, "photo.jpg", "done")
