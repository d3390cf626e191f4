"""Where a text stands among the words of a page."""

from __future__ import annotations

from mediaops.annotation.engines.places import Words
from mediaops.annotation.engines.prompts import AnsweredLine, AnsweredPassage, HighlightsAnswer, OcrAnswer
from mediaops.annotation.engines.reconcile import highlights_of, text_of
from mediaops.annotation.engines.sending import reachable_from_outside
from mediaops.annotation.models import HighlightsResult, Line, OcrResult, Passage, Word

TALE = "It was the best of times, it was the worst of times, it was the age of wisdom"
PAGE = TALE.split()


def find(text: str, page: list[str] | None = None, taken: set[int] | None = None, after: int = 0) -> object:
    found = Words(page or PAGE).find(text.split(), taken or set(), after)
    return found and found.at


def test_a_text_is_found_where_it_stands() -> None:
    assert find("the worst of times") == [[8], [9], [10], [11]]
    assert find("THE WORST, of times!") == [[8], [9], [10], [11]]


def test_of_several_places_it_is_the_one_that_follows_and_is_not_taken() -> None:
    assert find("it was the") == [[0], [1], [2]]
    assert find("it was the", after=5) == [[6], [7], [8]]
    assert find("it was the", taken={0, 1, 2, 6, 7, 8}) == [[12], [13], [14]]


def test_words_that_were_misread_are_where_their_neighbours_are() -> None:
    assert find("the best of times it was", ["the", "hest", "0f", "timcs,", "it", "was"]) == [
        [0], [1], [2], [3], [4], [5],
    ]  # fmt: skip


def test_words_that_ran_together_share_a_place_and_one_that_fell_apart_has_two() -> None:
    found = Words(["the", "bestof", "times"]).find(["the", "best", "of", "times"], set(), 0)
    assert found is not None
    assert found.at == [[0], [1], [1], [2]]
    assert found.share == [(0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.0, 1.0)]
    assert find("the best times", ["the", "be", "st", "times"]) == [[0], [1, 2], [3]]


def test_what_stands_nowhere_is_not_found() -> None:
    assert find("Call me Ishmael") is None
    assert find("of Call me Ishmael some years ago") is None
    assert find("words", ["—"]) is None


def box(x: float, y: float, width: float, height: float = 0.04) -> list[tuple[float, float]]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def seen(*texts: str) -> OcrResult:
    """A page as the local engine sees it: ten lines of a tenth each."""
    lines: list[Line] = []
    count = 0
    for i, text in enumerate(texts):
        words = [
            Word(id=count + k, text=word, polygon=box(0.1 * k, 0.1 * i, 0.09), confidence=0.9)
            for k, word in enumerate(text.split())
        ]
        count += len(words)
        lines.append(Line(id=i, text=text, polygon=box(0, 0.1 * i, 1), confidence=0.9, words=words))
    return OcrResult(text="\n".join(texts), width=1000, height=1000, lines=lines)


def said(*texts: str) -> OcrAnswer:
    return OcrAnswer(language=None, lines=[AnsweredLine(text=text) for text in texts])


def test_a_line_that_only_the_model_reads_lies_between_its_neighbours_and_is_unsure() -> None:
    told = text_of(
        said("one two three", "Рукописи не горят", "four five six"), seen("one two three", "four five six")
    )
    assert [line.text for line in told.lines] == ["one two three", "Рукописи не горят", "four five six"]
    middle = told.lines[1]
    assert (middle.confidence, middle.words) == (0.3, [])
    assert {y for _, y in middle.polygon} == {0.04, 0.1}
    assert [word.id for line in told.lines for word in line.words] == list(range(6))


def test_a_page_that_only_the_model_reads_is_laid_out_from_top_to_bottom() -> None:
    told = text_of(said("Рукописи", "не горят"), seen())
    assert [sorted({y for _, y in line.polygon}) for line in told.lines] == [[0, 0.5], [0.5, 1]]
    assert told.confidence == 0.3


def test_words_are_sure_where_both_read_alike() -> None:
    told = text_of(said("one two three"), seen("one tvvo three"))
    assert [word.confidence for word in told.lines[0].words] == [0.99, 0.7, 0.99]
    assert told.text == "one two three"


def test_columns_in_another_order_are_found_all_the_same() -> None:
    left, right = ("alpha beta gamma", "delta epsilon zeta"), ("eta theta iota", "kappa lambda my")
    told = text_of(said(*right, *left), seen(*left, *right))
    assert [line.words[0].polygon[0][1] for line in told.lines] == [0.2, 0.3, 0.0, 0.1]


def test_a_passage_over_two_lines_has_a_polygon_for_each_and_no_holes() -> None:
    page = seen("one two three", "four five six")
    words = [word for line in page.lines for word in line.words]
    local = [Passage(color="green", text="two three four", polygons=[box(0, 0, 1)], words=[1, 2, 3])]
    told = highlights_of(
        HighlightsAnswer(passages=[AnsweredPassage(color="blue", text="two thr33 four")]),
        HighlightsResult(width=1000, height=1000, passages=local, words=words),
        page,
    )
    (passage,) = told.passages
    assert (passage.words, passage.color, len(passage.polygons)) == ([1, 2, 3], "green", 2)
    assert passage.confidence == 0.97


def test_a_passage_that_the_local_engine_does_not_see_is_less_sure() -> None:
    page = seen("one two three")
    words = [word for line in page.lines for word in line.words]
    answer = HighlightsAnswer(passages=[AnsweredPassage(color="pink", text="two three")])
    told = highlights_of(answer, HighlightsResult(width=9, height=9, passages=[], words=words), page)
    assert [(p.color, p.words, p.confidence) for p in told.passages] == [("pink", [1, 2], 0.55)]


def test_an_address_that_only_this_network_knows_is_not_given_to_others() -> None:
    outside = ["https://abc.supabase.co", "https://media.example.org:8443", "https://8.8.8.8"]
    inside = ["http://abc.supabase.co", "https://localhost:54321", "https://127.0.0.1", "https://10.1.2.3",
              "https://supabase", "https://db.internal", "https://[::1]", "https://media.local.", ""]  # fmt: skip
    assert [reachable_from_outside(url) for url in outside + inside] == [True] * 3 + [False] * 9
