"""What engines heard, checked like what they read: the same queue, verbs and numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused
from tests.integration.database.test_reviews import Reading, decide, given, mo, nothing_waits, read

__all__ = ["mo", "nothing_waits", "read"]


def heard(*texts: str) -> dict[str, Any]:
    segments = [{"start": 2.0 * n, "end": 2.0 * n + 1.9, "text": said} for n, said in enumerate(texts)]
    return {"text": "\n".join(texts), "segments": segments}


@pytest.fixture
def listen(make: Maker, staff: Actor, read: Reading) -> Any:
    def made(*texts: str) -> str:
        sound = make.asset(staff, facts={"kind": "sound", "mime": "audio/ogg", "duration": 4})
        return read(heard(*texts), "transcript", sound)

    return made


def test_transcripts_wait_with_the_others_between_the_unsure_and_the_sure(
    read: Reading, listen: Any, mo: Actor
) -> None:
    lines = [{"id": 0, "text": "x", "confidence": 0.2}], [{"id": 0, "text": "x", "confidence": 0.99}]
    unsure, sure = (read({"text": "x", "lines": each}) for each in lines)
    silent, spoken = listen(), listen("The tide turns twice.")
    assert given(mo, p_count=10) == [unsure, spoken, silent, sure]
    [item] = mo.call("claim_next_review", p_kinds=["transcript"])
    assert (item["annotation"], item["kind"], item["asset"]["kind"]) == (spoken, "transcript", "sound")


def test_what_was_corrected_is_what_is_found_and_the_engines_words_stay(
    make: Maker, read: Reading, listen: Any, mo: Actor, staff: Actor
) -> None:
    annotation = listen("The qtied turns.", "Um.")
    better = heard("The qtide turns.")
    decide(mo, annotation, "fixed", p_result=better, p_difference={"segments_changed": 1})

    def found(word: str) -> bool:
        return read.asset(annotation) in [c["id"] for c in staff.call("find_assets", p_query=word)["items"]]

    assert (found("qtide"), found("qtied")) == (True, False)
    [stands] = staff.call("get_asset", p_asset=read.asset(annotation))["annotations"]
    assert (stands["review_state"], stands["reviewed_result"]) == ("fixed", better)
    assert stands["result"]["text"] == "The qtied turns.\nUm."
    told = next(each for each in mo.call("review_stats")["engines"] if each["kind"] == "transcript")
    assert (told["engine"], told["fixed"]) == ("test", 1)
    assert (
        make.one(
            "select difference ->> 'segments_changed' from media.reviews where annotation = %s", annotation
        )
        == "1"
    )
    undone = mo.call("undo_review")
    assert undone["reviewed_result"] == better
    assert found("qtied")


@pytest.mark.parametrize("result", [{}, {"text": "x"}, {"segments": []}, {"segments": {}, "text": "x"}])
def test_a_correction_of_another_shape_is_refused(listen: Any, mo: Actor, result: dict[str, Any]) -> None:
    annotation = listen("One.")
    with refused("invalid"):
        decide(mo, annotation, "fixed", p_result=result)


def test_only_moderators_decide_on_what_is_said(make: Maker, listen: Any) -> None:
    annotation = listen("One.")
    for role in ("staff", "ops"):
        person = make.person(role)
        with refused("forbidden"):
            given(person, p_kinds=["transcript"])
        with refused("forbidden"):
            decide(person, annotation)
    with refused("not_staff"):
        decide(make.person(), annotation)


def test_a_sound_in_the_trash_is_nothing_to_decide_on(
    read: Reading, listen: Any, mo: Actor, staff: Actor
) -> None:
    annotation = listen("One.")
    staff.call("trash_assets", p_assets=[read.asset(annotation)])
    assert given(mo) == []
    with refused("asset_trashed"):
        decide(mo, annotation)
