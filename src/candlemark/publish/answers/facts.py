"""What is said of an agency's answers in the ledger.  Agencies are named; no person is."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - facts are read back by their types
from enum import StrEnum
from typing import Final

from candlemark.ledger import Fact, Kinds
from candlemark.publish.releases.facts import InTongues  # noqa: TC001 - the same


class Step(StrEnum):
    """What happened between the group and an agency."""

    ASKED = "asked"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"  # asked, and nothing came by the day that was named


class AnswerSaid(Fact, frozen=True):
    """Somebody says that an agency was asked about a published figure, answered, or did not.

    It is public once another member approved exactly this.
    """

    id: str
    """32 hexadecimal digits, drawn."""
    step: Step
    release: int
    """The number of the release the figure stands in."""
    table: str
    """The identity of the table."""
    at: tuple[str, ...]
    """A code of every dimension of the table; empty for the table as a whole."""
    measure: str
    """Empty for the table as a whole."""
    agency: InTongues
    on: date
    """The day of the asking, of the answer, or on which somebody looked and nothing had come."""
    by: date | None = None
    """With ``ASKED``: the day by which an answer was asked for."""
    asking: str = ""
    """The asking that this follows; empty for an answer nobody asked for."""
    tongue: str = ""
    """With ``ANSWERED``: the language of the answer itself (BCP 47)."""
    original: str = ""
    """With ``ANSWERED``: the answer, word for word."""
    texts: InTongues = ()
    """With ``ANSWERED``: the answer in every tongue; where it was written in one, that one is the
    original."""


class AnswerApproved(Fact, frozen=True):
    """Somebody read what was said, named by all it says, and agrees that it is public."""

    id: str
    digest: str


class AnswerWithdrawn(Fact, frozen=True):
    """It is no longer stood by; its text is taken down, and why is said in its place."""

    id: str
    on: date
    reasons: InTongues


KINDS: Final = Kinds.of(
    ("release.answer", 1, AnswerSaid),
    ("release.answer.approved", 1, AnswerApproved),
    ("release.answer.withdrawn", 1, AnswerWithdrawn),
)
"""What this package says in the ledger."""
