"""Where on a page a text stands: words that one engine said, found among words that another one placed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

NEAR_WORDS = 2
"""Words by which two readings of a line may drift apart."""
COMMON = 60
"""A word that stands more often on a page says little about where a line is."""
ENOUGH = 0.4
"""Share of a text that must be found; less is chance."""
ALIKE = 0.45
"""From here two readings of a stretch are readings of the same print."""
_OTHER = re.compile(r"[\W_]+")

Polygon = list[tuple[float, float]]


def plain(word: str) -> str:
    """A word for comparing: no case, no ligatures, no punctuation unless that is all of it."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return _OTHER.sub("", folded) or folded.strip()


@dataclass(frozen=True)
class Found:
    """``at``: for each word of the text the places on the page that show it; none: it was not found.

    ``share``: which part of its place it fills, as several words of the text may be one on the page.
    ``same``: read alike.
    """

    at: list[list[int]]
    share: list[tuple[float, float]]
    same: list[bool]

    @property
    def places(self) -> list[int]:
        """All places, in their order."""
        return sorted({place for places in self.at for place in places})


class Words:
    """The words of a page in reading order."""

    def __init__(self, words: Sequence[str]) -> None:
        self._plain = [plain(word) for word in words]
        self._where: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._plain):
            self._where[word].append(place)

    def find(self, text: Sequence[str], taken: set[int], after: int) -> Found | None:
        """Where ``text`` stands, not on places ``taken``, rather soon after ``after``; None: nowhere."""
        asked = [plain(word) for word in text]
        begin = self._offset(asked, taken, after)
        if begin is None:
            return None
        window = [
            place
            for place in range(begin - NEAR_WORDS - 1, begin + len(asked) + NEAR_WORDS + 1)
            if 0 <= place < len(self._plain) and place not in taken
        ]
        found = self._aligned(asked, window)
        letters = sum(len(word) for word in asked) or 1
        hit = sum(len(word) for word, places in zip(asked, found.at, strict=True) if places)
        return found if hit / letters >= ENOUGH else None

    def _offset(self, asked: list[str], taken: set[int], after: int) -> int | None:
        """Each word that stands on the page votes for where the text would begin; longer ones know better."""
        votes: Counter[int] = Counter()
        for i, word in enumerate(asked):
            places = self._where.get(word, [])
            if len(places) <= COMMON:
                for place in places:
                    if place not in taken:
                        votes[place - i] += len(word)
        if not votes:
            return None

        def weight(offset: int) -> float:
            near = sum(votes[offset + drift] for drift in range(-NEAR_WORDS, NEAR_WORDS + 1))
            return near + 0.5 * votes[offset] - min(abs(offset - after), 400) / 400

        return max(votes, key=weight)

    def _aligned(self, asked: list[str], window: list[int]) -> Found:
        at: list[list[int]] = [[] for _ in asked]
        share = [(0.0, 1.0)] * len(asked)
        same = [False] * len(asked)
        shown = [self._plain[place] for place in window]
        matcher = SequenceMatcher(None, asked, shown, autojunk=False)
        blocks = matcher.get_opcodes()
        for number, (what, start, end, since, to) in enumerate(blocks):
            if what == "equal":
                for i in range(end - start):
                    at[start + i], same[start + i] = [window[since + i]], True
            elif what == "replace":
                inner = 0 < number < len(blocks) - 1
                self._pair(asked, window, (start, end, since, to), (at, share), inner=inner)
        return Found(at, share, same)

    def _pair(
        self,
        asked: list[str],
        window: list[int],
        block: tuple[int, int, int, int],
        into: tuple[list[list[int]], list[tuple[float, float]]],
        *,
        inner: bool,
    ) -> None:
        """A stretch that both read, but not alike: word by word as far as they are as many."""
        start, end, since, to = block
        at, share = into
        if not inner:  # at the ends of the window stands what belongs to others
            since, to = self._like(asked[start:end], window, since, to)
        m, n = end - start, to - since
        said = "".join(asked[start:end])
        shown = "".join(self._plain[place] for place in window[since:to])
        if not n or (not inner and SequenceMatcher(None, said, shown, autojunk=False).ratio() < ALIKE):
            return
        for i in range(m):
            first, last = i * n // m, max(i * n // m + 1, (i + 1) * n // m)
            at[start + i] = window[since + first : since + last]
            if m > n:  # several words share this place, by their order
                sharing = [j for j in range(m) if j * n // m == first]
                k = sharing.index(i)
                share[start + i] = (k / len(sharing), (k + 1) / len(sharing))

    def _like(self, asked: list[str], window: list[int], since: int, to: int) -> tuple[int, int]:
        """The part of a stretch at the window's end that is most like what is asked for there."""
        said, size = "".join(asked), len(asked)
        spans = [(a, min(to, a + size)) for a in range(since, max(since + 1, to - size + 1))]

        def likeness(span: tuple[int, int]) -> float:
            shown = "".join(self._plain[place] for place in window[span[0] : span[1]])
            return SequenceMatcher(None, said, shown, autojunk=False).ratio()

        return max(spans, key=likeness)
