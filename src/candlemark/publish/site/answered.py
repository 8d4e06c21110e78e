"""What an agency said, as pages say it: whole on pages of its own, its beginning beside a number.

An answer is at most 2,500 characters when it is said by this program.  One that was said otherwise
may be of any length, and still no page is larger than a page may be: it goes on on the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AROUND: Final = 500
"""Bytes of an exchange, or of one thing that happened in it, besides its texts."""
NAMED: Final = 120
"""Characters of an agency's name that are shown; this program takes no more."""
_PAGE: Final = 30_000
"""Bytes of texts on one page of an exchange."""
_PIECE: Final = 1500
"""Characters of one paragraph at most; a longer one is cut between words."""
_BEGINNING: Final = 240
"""Characters of an answer that stand beside a number where there is no room for more."""
_PARTS: Final = ("reasons", "paragraphs", "original")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, as a page says it."""

    line: str
    paragraphs: tuple[str, ...] = ()
    """The answer in the reader's tongue."""
    original: tuple[str, ...] = ()
    """The answer in its own words, when they are in another tongue."""
    tongue: str = ""
    runs: str = ""
    """The direction of the original's writing."""
    language: str = ""
    reasons: tuple[str, ...] = ()
    """Why it was withdrawn."""

    @property
    def size(self) -> int:
        """About how many bytes of a page it takes."""
        texts = (*self.reasons, *self.paragraphs, *self.original)
        return AROUND + sum(map(_size, texts))


def on_pages(told: Sequence[Told]) -> list[list[Told]]:
    """What happened, on as many pages as it takes; what goes on says its line again."""
    pages: list[list[Told]] = [[]]
    room = _PAGE
    for one in told:
        if room < AROUND:
            pages.append([])
            room = _PAGE
        room -= AROUND
        here: dict[str, list[str]] = {part: [] for part in _PARTS}
        for part, piece in _pieces(one):
            if _size(piece) > room:
                pages[-1].append(_holding(one, here))
                pages.append([])
                here = {part: [] for part in _PARTS}
                room = _PAGE - AROUND
            here[part].append(piece)
            room -= _size(piece)
        pages[-1].append(_holding(one, here))
    return pages


def _holding(one: Told, texts: Mapping[str, Sequence[str]]) -> Told:
    reasons, paragraphs, original = (tuple(texts[part]) for part in _PARTS)
    return replace(one, reasons=reasons, paragraphs=paragraphs, original=original)


def beginning(told: Sequence[Told]) -> str:
    """How the newest answer begins; empty where nobody answered."""
    answered = [one.paragraphs for one in told if one.paragraphs]
    return shortened(" ".join(answered[-1]), _BEGINNING) if answered else ""


def shortened(text: str, most: int) -> str:
    """A text that is too long, cut between words, with a sign that it goes on."""
    first = next(cut(text, most), "")
    return text if len(text) <= most else f"{first.rstrip()} …"


def cut(text: str, most: int) -> Iterator[str]:
    """A text in pieces of at most so many characters, cut between words where there are any."""
    while len(text) > most:
        end = text.rfind(" ", 0, most + 1)
        end = end if end > most // 2 else most
        yield text[:end]
        text = text[end:].lstrip(" ")
    if text:
        yield text


def _pieces(one: Told) -> Iterator[tuple[str, str]]:
    for part in _PARTS:
        for text in getattr(one, part):
            for piece in cut(text, _PIECE):
                yield part, piece


def _size(text: str) -> int:
    """Bytes of a text on a page, with what is around a paragraph."""
    return len(str(escape(text)).encode()) + len("<p></p>\n")
