"""A calendar of what is due, as a file other programs read (iCalendar, RFC 5545).

A calendar lies on telephones, in other people's clouds and on lock screens.  So an entry holds the
case's own number or its random identifier, what runs out, and the day: no name, no title, no words
anybody typed.  Each entry is a whole day and marked private.  Where the last day is a range the
entry stands on its beginning, which is the day to work by.

There is no address a calendar program could ask by itself: to answer it, somebody's keys would have
to lie open on the server while nobody is signed in (docs/decisions/0015-dossier.md).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from candlemark.casefile.docket import DocketRow

_WIDTH: Final = 75
"""Bytes of a line; a longer one is folded."""


@dataclass(frozen=True, slots=True)
class _Entry:
    uid: str
    day: date
    says: str


def calendar_file(
    rows: Iterable[DocketRow], today: date, says: Callable[[DocketRow], str]
) -> bytes:
    """The calendar of these rows; those without a day are left out.

    Args:
        rows: what is due.
        today: the day it is made, which stands in it as the stamp; the same rows on the same day
            give the same bytes.
        says: what runs out, in the reader's tongue: the label of the rule or the kind of step.
    """
    return "".join(_folded(line) for line in _lines(rows, today, says)).encode()


def _lines(
    rows: Iterable[DocketRow], today: date, says: Callable[[DocketRow], str]
) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Candlemark//Docket//EN")
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    for one in _entries(rows, says):
        yield "BEGIN:VEVENT"
        yield f"UID:{one.uid}"
        yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
        yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
        yield f"SUMMARY:{_escaped(one.says)}"
        yield from ("CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _entries(rows: Iterable[DocketRow], says: Callable[[DocketRow], str]) -> Iterator[_Entry]:
    for row in rows:
        if row.due.earliest is not None:
            summary = f"{row.reference or row.case}: {says(row)}"
            yield _Entry(_uid(row), row.due.earliest, summary)


def _uid(row: DocketRow) -> str:
    """The same for the same thing, so that a later file moves an entry instead of doubling it."""
    law = [row.rule, row.start, row.person, row.proceeding]
    what = "\0".join([row.case, *([row.step] if row.step else law)])
    return hashlib.sha256(what.encode()).hexdigest()[:32]


def _escaped(text: str) -> str:
    plain = " ".join(text.split())
    for letter in ("\\", ";", ","):
        plain = plain.replace(letter, "\\" + letter)
    return plain


def _folded(line: str) -> str:
    """A line in pieces of at most 75 bytes, never cut inside a letter."""
    pieces = [""]
    for letter in line:
        room = _WIDTH if len(pieces) == 1 else _WIDTH - 1  # the space that begins a folded piece
        if len((pieces[-1] + letter).encode()) > room:
            pieces.append("")
        pieces[-1] += letter
    return "\r\n ".join(pieces) + "\r\n"
