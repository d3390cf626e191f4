"""Upload through the page: a real photo in, a small picture without a past stored."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.dashboard import Dashboard
from tests.e2e.steps import come_in_as, dialog, heading, settled

PHOTO = Path(__file__).resolve().parents[1] / "data" / "pages" / "dev_00003.jpg"
GPS_IFD = 0x8825


@pytest.fixture(scope="module")
def photo() -> bytes:
    """12 MP, with the place where it was taken and the camera in it."""
    out = io.BytesIO()
    with Image.open(PHOTO) as image:
        assert image.width * image.height >= 12_000_000
        exif = image.getexif()
        exif[0x010F] = "Camera maker"
        exif.get_ifd(GPS_IFD).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
        image.save(out, "JPEG", quality=92, exif=exif)
    assert b"Camera maker" in out.getvalue()
    return out.getvalue()


def upload(page: Page, name: str, content: bytes) -> None:
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": content}]
    page.get_by_label("Images to upload").set_input_files(files)  # pyright: ignore[reportArgumentType]


def test_a_photo_of_12_megapixels_is_stored_small_and_without_metadata(
    page: Page, dashboard: Dashboard, photo: bytes
) -> None:
    come_in_as(page, "staff", "/upload")
    upload(page, "IMG_2041.jpg", photo)

    row = page.get_by_role("listitem", name="IMG_2041.jpg", exact=True)
    expect(row).to_have_class(re.compile(r"\bup-row--done\b"), timeout=90_000)
    expect(page.get_by_role("heading", name="1 new asset")).to_be_visible()
    page.get_by_role("link", name="IMG_2041.jpg").last.click()
    expect(heading(page, "IMG_2041.jpg")).to_be_visible()
    page.wait_for_url("**/asset?id=*")
    asset = page.url.rpartition("=")[2]
    record = dashboard.person("staff").rpc("get_asset", p_asset=asset)["asset"]
    stored = dashboard.service.storage.from_("media").download(record["object_path"])
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, max(image.size)) == ("WEBP", 2048)
        assert dict(image.getexif()) == {}
        assert {"exif", "xmp"} & set(image.info) == set()
    assert b"Camera maker" not in stored
    assert record["original_bytes"] == len(photo)
    assert len(stored) < len(photo) / 3
    assert dashboard.service.storage.from_("media").list("incoming") == []


def test_what_was_uploaded_is_linked_from_there(page: Page, dashboard: Dashboard, photo: bytes) -> None:
    entry = {"id": "11111111-2222-4333-8444-555555555555", "title": "Fresh from the camera", "url": None}
    dashboard.service.schema("media").rpc("upsert_knowledge", {"p_items": [entry]}).execute()  # pyright: ignore[reportArgumentType]
    come_in_as(page, "staff", "/upload")
    with Image.open(io.BytesIO(photo)) as image:
        out = io.BytesIO()
        image.resize((640, 480)).save(out, "JPEG")
    upload(page, "small.jpg", out.getvalue())
    page.get_by_role("button", name="Link to knowledge").click()
    dialog(page).get_by_placeholder("Type a few letters").press_sequentially("camera", delay=30)
    dialog(page).get_by_text("Fresh from the camera").click()
    dialog(page).get_by_role("button", name="Link", exact=True).click()

    expect(dialog(page).get_by_text("1 asset linked.")).to_be_visible()
    links = dashboard.person("staff").rpc("get_knowledge", p_knowledge=entry["id"])["links"]
    assert [link["asset"]["original_name"] for link in links] == ["small.jpg"]


def test_a_page_to_be_read_is_read_at_once(page: Page, dashboard: Dashboard) -> None:
    come_in_as(page, "staff", "/upload")
    page.get_by_text("Pages to be read").click()
    expect(page.get_by_text("Photos of book pages")).to_be_visible()
    settled(page)  # until then the uploader for the library is still on the page
    out = io.BytesIO()
    Image.new("RGB", (500, 400), "white").save(out, "JPEG")
    upload(page, "blank.jpg", out.getvalue())
    page.get_by_role("link", name="blank.jpg").last.click()

    expect(heading(page, "blank.jpg")).to_be_visible()
    expect(page.locator('.mo-reading[data-kind="ocr"]')).to_be_visible()
    done = page.locator('.mo-reading[data-kind="ocr"][data-state="done"]')
    expect(done).to_be_visible(timeout=180_000)


def test_what_is_no_picture_is_refused_in_words(page: Page) -> None:
    come_in_as(page, "staff", "/upload")
    upload(page, "photo.jpg", b"MZ" + bytes(range(256)) * 40)

    row = page.get_by_role("listitem", name="photo.jpg", exact=True)
    expect(row).to_have_class(re.compile(r"\bup-row--failed\b"))
    expect(page.get_by_text("new asset")).to_have_count(0)
