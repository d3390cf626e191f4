"""Two engines' answers beside each other."""

from __future__ import annotations

from typing import Any

from mediaops.annotation.comparison import COMPARED_WORDS, Piece, answers, compare, plain_text


def annotation(engine: str, finished: str, **more: Any) -> dict[str, Any]:
    said = {"kind": "ocr", "state": "done", "engine": engine, "model": "m", "finished_at": finished}
    return said | {"review_state": "unreviewed", "result": {"text": engine}} | more


def test_the_newest_answer_of_each_engine_and_model_is_compared() -> None:
    told = [
        annotation("local", "2026-01-01"),
        annotation("openai", "2026-01-02"),
        annotation("openai", "2026-01-04", model="larger"),
        annotation("local", "2026-01-03", review_state="rejected"),
        annotation("local", "2026-01-09", kind="caption"),
        annotation("local", "2026-01-09", state="failed", finished_at=None),
    ]

    found = answers(told, "ocr")

    assert [(each.engine, each.model, each.annotation["finished_at"]) for each in found] == [
        ("openai", "larger", "2026-01-04"),
        ("local", "m", "2026-01-03"),
        ("openai", "m", "2026-01-02"),
    ]


def test_words_that_only_one_side_has_are_marked_there() -> None:
    told = compare("the boats came home\nin a line", "the goats came home in a long line")

    assert told.left == [
        Piece("the ", False),
        Piece("boats ", True),
        Piece("came home\nin a ", False),
        Piece("line\n", False),
    ]
    assert told.right == [
        Piece("the ", False),
        Piece("goats ", True),
        Piece("came home in a ", False),
        Piece("long ", True),
        Piece("line\n", False),
    ]
    assert (told.words, told.cut) == (2, False)


def test_where_a_line_breaks_is_no_difference() -> None:
    assert compare("one two\nthree", "one\n\ntwo three").words == 0


def test_nothing_beside_something_is_all_different() -> None:
    told = compare("", "a word")

    assert (told.left, told.right, told.words) == ([], [Piece("a word\n", True)], 2)


def test_a_megabyte_is_compared_by_its_beginning() -> None:
    told = compare("word " * 200_000, "end " + "word " * 199_999)

    assert told.cut
    assert sum(len(piece.text.split()) for piece in told.left) == COMPARED_WORDS


def test_each_kind_is_compared_by_what_it_says() -> None:
    passages = [{"color": "yellow", "text": "a b"}, {"color": "pink", "text": "c"}]
    caption = {"alt_text": "A hive", "caption": "", "tags": ["bee", "wax"]}

    assert plain_text("highlights", {"passages": passages}) == "yellow: a b\npink: c"
    assert plain_text("caption", caption) == "A hive\nbee, wax"
    assert plain_text("transcript", {"text": "Hello."}) == "Hello."
    assert plain_text("ocr", None) == ""
