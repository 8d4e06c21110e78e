"""The cases somebody may mean by what they typed: a case's own number, its identifier, or words.

Used where one case is to be named while working on another.  What is found is a few lines of the
list, never every case; a number that fits whole comes before what merely holds the words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from candlemark.casefile.finding import find
from candlemark.casefile.listing import ask_lines, listed
from candlemark.tongues import ascii_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from candlemark.casefile.listed import Listed
    from candlemark.casefile.listing import Lines
    from candlemark.ledger import Ledger

MOST: Final = 20
"""Cases that are shown to choose from; who finds more types a word more."""


def candidates(
    ledger: Ledger, typed: str, today: date, *, chosen: str = "", without: str = ""
) -> tuple[Listed, ...]:
    """The cases somebody may mean, the likeliest first, :data:`MOST` at most and one chosen before.

    Merged and withdrawn cases are not among them.

    Args:
        ledger: of an open vault.
        typed: a case's own number, its identifier, or words it holds; nothing of it is syntax.
        today: the civil day what is due is looked at.
        chosen: the identifier of the case chosen already, which comes first; it may be anything.
        without: the case that is being worked on.

    Raises:
        LedgerBroken: the ledger is damaged.
        StorageFull, VaultBusy: the read model could not be kept, or waited for.
    """
    words = typed.strip()
    found: dict[str, None] = {}
    if words:
        found |= dict.fromkeys(ask_lines(ledger, lambda lines: _numbered(lines, words)))
        found |= dict.fromkeys(_holding(ledger, words))
    found.pop(without, None)
    wanted = dict.fromkeys([chosen] if chosen and chosen != without else []) | found
    there = listed(ledger, list(wanted)[: MOST + 1], today)
    return tuple(there[case] for case in wanted if case in there)


def alone(ledger: Ledger) -> bool:
    """Whether the vault holds one case at most, so that there is no other to choose.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    few = ask_lines(ledger, lambda lines: lines.query("SELECT number FROM {line} LIMIT 2"))
    return len(few) < 2


def _numbered(lines: Lines, number: str) -> list[str]:
    """The cases with this number of their own, or this identifier."""
    question = (
        "SELECT case_id FROM {line} WHERE reference = ? UNION SELECT case_id FROM {line}"
        f" WHERE case_id = ? LIMIT {MOST}"
    )
    return [case for (case,) in lines.query(question, (number, number))]


def _holding(ledger: Ledger, words: str) -> Iterable[str]:
    """The cases that hold words; of a vault with no place to search in, in their titles."""
    if ledger.models is not None:
        return [one.id for one in find(ledger, words, MOST)]
    return ask_lines(ledger, lambda lines: _titled(lines, ascii_key(words).split()))


def _titled(lines: Lines, words: Sequence[str]) -> list[str]:
    found = []
    for case, titles in lines.query("SELECT case_id, titles FROM {line} ORDER BY number DESC"):
        text = ascii_key(" ".join(json.loads(titles).values()))
        if all(word in text for word in words):
            found.append(case)
    return found[:MOST]
