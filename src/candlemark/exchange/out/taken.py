"""Which cases an export takes, and under which terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.casefile import listing, shown_of
from candlemark.casefile.belonging import Shown
from candlemark.casefile.consent import allows
from candlemark.casefile.facts import IdentityStated
from candlemark.casefile.record import fold_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.casefile import CaseFile
    from candlemark.casefile.listing import Filter
    from candlemark.definition import Edition
    from candlemark.ledger import Ledger

INSIDE: Final = ""
"""No use outside the group: for its own work, and consent is not asked about it."""
USES: Final = (INSIDE, "statistics", "publication", "referral")
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What an export is for and what it may hold."""

    use: str = INSIDE
    """Term of ``consent-uses``; empty for the group's own work."""
    identities: bool = False
    """Whether names go with it, as far as this member reads them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The cases an export holds, and what had to stay."""

    cases: tuple[CaseFile, ...]
    shown: tuple[Shown, ...]
    """What each of them shows, statement by statement."""
    left_out: int
    """Cases of somebody who does not agree to the use."""
    terms: Terms
    edition: Edition
    made: date
    vault: str


def take(
    ledger: Ledger,
    edition: Edition,
    wanted: Filter,
    today: date,
    terms: Terms | None = None,
    *,
    vault: str = "",
) -> Taken:
    """The cases that meet a filter, without those of somebody who does not agree to the use.

    Args:
        ledger: of an open vault.
        edition: whose words are written beside codes.
        wanted: which cases.
        today: the civil day, written into the file.
        terms: what the export is for; the group's own work when nothing is said.
        vault: the name of the vault, written into the file.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    terms = terms or Terms()
    cases: list[CaseFile] = []
    kept: list[Shown] = []
    left_out = 0
    ids = listing.matching(ledger, wanted, today)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = shown_of(ledger, some)
        for one in (_without_names(found[case], terms) for case in some if case in found):
            for case in fold_all([one]):
                if terms.use and not allows(case, terms.use):
                    left_out += 1
                else:
                    cases.append(case)
                    kept.append(one)
    return Taken(tuple(cases), tuple(kept), left_out, terms, edition, today, vault)


def _without_names(one: Shown, terms: Terms) -> Shown:
    """What a case shows, without who anybody is unless that was asked for."""
    if terms.identities:
        return one
    said = [pair for pair in one.said if not isinstance(pair[1], IdentityStated)]
    return Shown(one.case, said, one.into)


def labelled(taken: Taken, scheme: str, code: str, tongue: str) -> str:
    """The label of a term in a tongue; the code where the edition has no such term."""
    found = taken.edition.by_code.get(scheme)
    if not code or found is None or code not in found:
        return code
    labels = found.term(code).labels
    return labels.get(tongue) or labels["en"]


def words_of(texts: object, tongue: str = "") -> str:
    """A text of a case in one cell: in one tongue, or in the first there is."""
    said = dict(texts) if hasattr(texts, "keys") else {}  # type: ignore[call-overload]
    return str(said.get(tongue) or next(iter(said.values()), ""))


def sources_of(case: CaseFile, sources: Sequence[str]) -> str:
    """The sources of a statement by their numbers in the case, as its page counts them."""
    numbers = {one.id: n for n, one in enumerate(case.sources, 1)}
    return " ".join(str(numbers[one]) for one in sources if one in numbers)
