"""Annotations as engines and moderators would have left them: the generator knows what is on a page."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from mediaops.local.sample.draw.canvas import Random
from mediaops.local.sample.spec import Spec, random_of, uid

Stamp = Callable[[float], str]
ENGINE, MODEL = "sample", "generated"
SLIPS = (("rn", "m"), ("li", "h"), ("cl", "d"), ("I", "l"), ("ii", "u"), ("e", "c"), ("h", "b"))
FAILURES = (
    ("engine_timeout", "The engine did not answer within two minutes."),
    ("image_too_dark", "The picture is too dark to find lines in it."),
)


NOTHING: dict[str, Any] = {"result": None, "answered_model": None}


def annotation_rows(
    spec: Spec, facts: dict[str, Any], people: dict[str, str], stamp: Stamp
) -> list[dict[str, Any]]:
    """Rows for ``media.annotations``. ``people``: ids by key; ``stamp(days)``: ISO time, days ago."""
    if not spec.reading:
        return []
    r = random_of("reading", spec.key)
    return [_row(r, spec, kind, result, people, stamp) for kind, result in facts["readings"].items()]


def _row(
    r: Random, spec: Spec, kind: str, result: dict[str, Any], people: dict[str, str], stamp: Stamp
) -> dict[str, Any]:
    seconds = round(float(r.uniform(1.4, 6.8) if kind == "ocr" else r.uniform(0.3, 0.9)), 2)
    asked = spec.created_days_ago - 0.0002
    row: dict[str, Any] = {
        "id": uid("annotation", spec.key, kind), "asset": spec.id, "kind": kind, "state": "done",
        "engine": ENGINE, "model": "", "answered_model": MODEL, "prompt_version": "", "result": result,
        "attempts": 1, "seconds": seconds, "review_state": "unreviewed",
        "requested_by": people[spec.uploader],
        "requested_at": stamp(asked), "started_at": stamp(asked - 0.0001),
        "finished_at": stamp(asked - 0.0001 - seconds / 86400),
    }  # fmt: skip
    row |= {"error_code": None, "error_message": None, "reviewer": None, "reviewed_at": None}
    row |= {"reviewed_result": None}  # every row has every column: they go into one insert
    if spec.reading == "failed" and kind == "ocr":
        code, message = FAILURES[int(r.integers(len(FAILURES)))]
        return row | {
            "state": "failed",
            "result": None,
            "error_code": code,
            "error_message": message,
            "attempts": 3,
        }
    return row | _review(r, spec, kind, result, people, stamp)


def _review(
    r: Random, spec: Spec, kind: str, result: dict[str, Any], people: dict[str, str], stamp: Stamp
) -> dict[str, Any]:
    """What a moderator made of it; a correction stands beside the engine's answer, which had slips."""
    if spec.reading not in ("accepted", "fixed", "rejected"):
        return {}
    state = spec.reading if kind == "ocr" or spec.reading != "fixed" else "accepted"
    reviewer = people[("moderator", "priya")[int(r.integers(2))]]
    days = spec.created_days_ago * float(r.uniform(0.4, 0.9))
    told: dict[str, Any] = {"review_state": state, "reviewer": reviewer, "reviewed_at": stamp(days)}
    if state == "fixed":
        told |= {"result": _misread(r, result, 0.02), "reviewed_result": result}
    elif state == "rejected" and kind == "ocr":
        told |= {"result": _misread(r, result, 0.3)}
    return told


def _misread(r: Random, result: dict[str, Any], share: float) -> dict[str, Any]:
    """The truth with slips as engines make them, in about ``share`` of the words."""
    read = copy.deepcopy(result)
    for line in read["lines"]:
        for word in line["words"]:
            if r.random() < share:
                word["text"] = _slip(r, word["text"])
                word["confidence"] = round(float(r.uniform(0.55, 0.8)), 3)
        line["text"] = " ".join(word["text"] for word in line["words"])
        line["confidence"] = round(sum(w["confidence"] for w in line["words"]) / len(line["words"]), 3)
    read["text"] = "\n".join(line["text"] for line in read["lines"])
    return read


def _slip(r: Random, text: str) -> str:
    order: list[int] = r.permutation(len(SLIPS)).tolist()
    for index in order:
        right, misread = SLIPS[index]
        wrong = text.replace(right, misread, 1)
        if wrong != text:
            return wrong
    return text + "."
