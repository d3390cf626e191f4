"""File names as people's devices send them: text to show, never a part of a path."""

from __future__ import annotations

import unicodedata

MOST_CHARS = 200
UNNAMED = "unnamed"


def clean_name(name: str) -> str:
    """The name as one line of text that reads as it is written.

    Control characters go (NUL can't be stored), and so do the marks that turn the direction of text:
    ``photo<U+202E>gpj.exe`` would show as ``photoexe.jpg``. Joiners inside emoji stay, slashes stay.
    A very long name keeps its beginning and its end.
    """
    kept = [letter for letter in unicodedata.normalize("NFC", name) if not _hidden(letter)]
    text = " ".join("".join(kept).split())
    if len(text) > MOST_CHARS:
        text = f"{text[: MOST_CHARS - 21]}…{text[-20:]}"
    return text or UNNAMED


def suffix_of(name: str) -> str:
    """What stands after the last dot, in lower case, without the dot; empty when there is none."""
    _, dot, suffix = name.rpartition(".")
    return suffix.strip().lower() if dot else ""


def _hidden(letter: str) -> bool:
    if letter in "\t\n\r":
        return False  # becomes a space
    category = unicodedata.category(letter)
    if category in {"Cc", "Cs", "Zl", "Zp"}:
        return True
    return category == "Cf" and letter not in "\u200d\u200c" and not _emoji_tag(letter)


def _emoji_tag(letter: str) -> bool:
    return (
        "\U000e0020" <= letter <= "\U000e007f"
    )  # the flags of Scotland, Wales and England are made of these
