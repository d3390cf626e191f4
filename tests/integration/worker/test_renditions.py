from __future__ import annotations

import io

import pytest
from PIL import Image

from mediaops.client import rpc
from mediaops.media.refusal import NotAcceptable
from mediaops.worker import renditions
from mediaops.worker.renditions import make_renditions
from tests.unit.media import samples


def stored(service, path: str) -> Image.Image:
    return Image.open(io.BytesIO(service.storage.from_("media").download(path)))


def rows(people, asset: str) -> dict[str, dict[str, object]]:
    detail = people["staff"].rpc("get_asset", p_asset=asset)
    return {row["name"]: row for row in detail["renditions"]}


def test_renditions_lie_beside_the_original_upright_and_without_a_place(make_asset, service, people) -> None:
    asset = make_asset(content=samples.jpeg_with_place(orientation=6), mime="image/jpeg")
    make_renditions(service, asset)
    made = rows(people, asset)
    assert {name: (row["width"], row["height"]) for name, row in made.items()} == {
        "thumb": (240, 320),
        "card": (600, 800),
        "large": (600, 800),
    }
    for name, row in made.items():
        assert row["path"] == f"{asset[:2]}/{asset}/{name}"
        image = stored(service, str(row["path"]))
        assert image.format == "WEBP"
        assert image.size == (row["width"], row["height"])
        assert dict(image.getexif()) == {}


def test_done_twice_they_are_the_same(make_asset, service, people) -> None:
    asset = make_asset(content=samples.jpeg(900, 600), mime="image/jpeg")
    make_renditions(service, asset)
    first = rows(people, asset)
    make_renditions(service, asset)
    assert rows(people, asset) == first


def test_a_sound_gets_its_waveform_and_a_placeholder(make_asset, service, people, tmp_path) -> None:
    data = samples.write_sound(tmp_path / "a.mp3", codec="libmp3lame").read_bytes()
    facts = {"width": None, "height": None, "duration": 2.0}
    asset = make_asset(content=data, mime="audio/mpeg", kind="sound", name="a.mp3", facts=facts)
    make_renditions(service, asset)
    assert rows(people, asset)["card"]["width"] == 800
    assert people["staff"].rpc("get_asset", p_asset=asset)["asset"]["thumbhash"]


def test_what_is_not_ready_gets_none(make_asset, service, people) -> None:
    asset = make_asset(content=samples.jpeg(), state="processing")
    make_renditions(service, asset)
    assert rows(people, asset) == {}


def test_an_asset_purged_meanwhile_leaves_no_object_behind(make_asset, service, db, monkeypatch) -> None:
    asset = make_asset(content=samples.jpeg(), mime="image/jpeg")
    derive = renditions.derive

    def purged_meanwhile(*arguments):
        for state in ("trashed", "purging"):
            db.execute("update media.assets set state = %s where id = %s", [state, asset])
        return derive(*arguments)

    monkeypatch.setattr(renditions, "derive", purged_meanwhile)
    make_renditions(service, asset)
    names = db.execute("select name from storage.objects where name like %s", [f"%{asset}%"]).fetchall()
    assert names == [(f"{asset[:2]}/{asset}/original",)]


def test_an_original_that_can_not_be_decoded_is_told_and_not_tried_for_ever(make_asset, service) -> None:
    asset = make_asset(content=samples.jpeg()[:3000], mime="image/jpeg")
    with pytest.raises(NotAcceptable):
        make_renditions(service, asset)


def test_a_placeholder_is_written(make_asset, service) -> None:
    asset = make_asset(content=samples.jpeg(), mime="image/jpeg")
    make_renditions(service, asset)
    assert rpc(service, "upload_of", p_asset=asset)["state"] == "ready"
