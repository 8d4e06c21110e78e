"""What agencies answer to numbers published about them, and what they were asked and left open.

Whoever is counted has the right to answer beside the number.  A member says what came back, in
every tongue and in the agency's own words; another member reads it; then it stands beside the cell
on every page and in the data.  That an agency was asked, and that nothing came by the day that was
named, is said in the same way.  An agency is named, a person never.

Read ``facts``, then ``fold``, then ``saying``.
"""

from __future__ import annotations

from candlemark.publish.answers.facts import KINDS, Step
from candlemark.publish.answers.fold import Answer, Answers, Exchange, answers
from candlemark.publish.answers.saying import (
    Place,
    approve,
    ask,
    place_of,
    received,
    unanswered,
    withdraw,
)
from candlemark.publish.answers.texts import Words, read_agency, read_words, whole_agency

__all__ = [
    "KINDS",
    "Answer",
    "Answers",
    "Exchange",
    "Place",
    "Step",
    "Words",
    "answers",
    "approve",
    "ask",
    "place_of",
    "read_agency",
    "read_words",
    "received",
    "unanswered",
    "whole_agency",
    "withdraw",
]
