"""The plan of the sample library: what is in it before anything is drawn."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from mediaops.local.sample.content import books, catalogue
from mediaops.local.sample.draw.canvas import FONTS
from mediaops.local.sample.plan import plan
from mediaops.local.sample.spec import Chunk, Spec

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def chunks() -> list[Chunk]:
    return plan(NOW)


@pytest.fixture(scope="module")
def files(chunks: list[Chunk]) -> list[Spec]:
    return [spec for chunk in chunks for spec in chunk.files]


def kind_of(spec: Spec) -> str:
    return {"film": "video", "sound": "sound"}.get(spec.what.split(":")[0], "image")


def test_the_plan_is_the_same_every_time(chunks: list[Chunk]) -> None:
    assert plan(NOW) == chunks


def test_no_two_files_share_an_id(files: list[Spec]) -> None:
    assert len({spec.id for spec in files}) == len(files)


def test_there_are_more_than_three_hundred_assets_of_all_three_kinds(files: list[Spec]) -> None:
    kinds = Counter(kind_of(spec) for spec in files if spec.role in ("asset", "broken"))
    assert kinds.total() > 300
    assert kinds["image"] > 200
    assert kinds["video"] >= 15
    assert kinds["sound"] >= 30


def test_there_are_more_than_eighty_entries_with_titles_of_their_own(chunks: list[Chunk]) -> None:
    titles = [entry.title for chunk in chunks for entry in chunk.knowledge]
    assert len(titles) > 80
    assert len(set(titles)) == len(titles)
    assert all(len(entry.excerpt) > 20 for entry in catalogue().entries)


def test_every_class_of_orphan_is_there(files: list[Spec], chunks: list[Chunk]) -> None:
    roles = Counter(spec.role for spec in files)
    linked = {link.asset for chunk in chunks for link in chunk.links}
    library = [spec for spec in files if spec.role == "asset" and spec.trashed_days_ago is None]
    unlinked = [s for s in library if s.id not in linked and s.purpose == "library"]
    expired = [s for s in library if s.id not in linked and (s.expires_days_ago or 0) > 0]
    copies = [s for s in library if s.what.startswith("copy:")]
    near = [s for s in library if s.what.startswith("near:")]
    assert sum(spec.created_days_ago > 30 for spec in unlinked) >= 20
    assert min(len(expired), len(copies), len(near)) >= 5
    assert min(roles[role] for role in ("broken", "abandoned", "ghost", "stale", "leftover")) >= 3
    assert sum(spec.trashed_days_ago is not None for spec in files) >= 10


def test_an_entry_has_at_most_one_cover_and_its_positions_have_no_gaps(chunks: list[Chunk]) -> None:
    lists: dict[tuple[str, str, str | None], list[int]] = {}
    for link in (link for chunk in chunks for link in chunk.links):
        if link.position is not None:  # the others come after what is there
            lists.setdefault((link.knowledge, link.placement, link.carousel), []).append(link.position)
    for positions in lists.values():
        assert sorted(positions) == list(range(len(positions)))
    assert all(len(p) == 1 for (_, placement, _), p in lists.items() if placement == "cover")
    assert sum(carousel is not None for _, _, carousel in lists) >= 5


def test_nothing_happens_before_it_could(chunks: list[Chunk], files: list[Spec]) -> None:
    born = {spec.id: spec.created_days_ago for spec in files}
    assert all(link.days_ago < born[link.asset] for chunk in chunks for link in chunk.links)
    assert all((spec.trashed_days_ago or 0) < spec.created_days_ago for spec in files)
    assert all(born[spec.reply_to] > spec.created_days_ago for spec in files if spec.reply_to)


def test_only_living_assets_are_linked(chunks: list[Chunk], files: list[Spec]) -> None:
    alive = {s.id for s in files if s.role == "asset" and s.trashed_days_ago is None}
    assert all(link.asset in alive for chunk in chunks for link in chunk.links)


def test_several_people_upload_over_more_than_a_year(files: list[Spec]) -> None:
    assert len({spec.uploader for spec in files}) >= 8
    ages = [spec.created_days_ago for spec in files]
    assert max(ages) > 365
    assert min(ages) < 2


def test_every_book_has_pages_to_show() -> None:
    for book in books().values():
        assert sum(len(paragraph.split()) for paragraph in book.paragraphs) > 350


def test_every_font_comes_with_its_licence() -> None:
    licences = " ".join(path.read_text() for path in FONTS.glob("OFL-*.txt"))
    for family in ("EB Garamond", "Gelasio", "Spectral", "Fraunces", "Inter", "Caveat"):
        assert family in licences
    assert "SIL Open Font License" in licences
