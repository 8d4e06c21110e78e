"""Days from which a vault's cases were recorded by something else: breaks of a trend.

- An agency's files are read whole by one crosswalk, under one edition.  What changes within them is
  what its crosswalk, or an earlier or later revision of it that the vault holds, says: the day from
  which it speaks for the agency's rows, and the last one.
- Case files are coded statement by statement, each under the edition of its day: the first day on
  which somebody wrote under another edition is a break.

When an agency began to see its cases stands in the stay table itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from candlemark import agency, casefile
from candlemark.dates import PartialDate
from candlemark.measure.figure import Break

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger

CROSSWALK = "crosswalk"
EDITION = "edition"


def breaks_of(ledger: Ledger, edition: Edition, crosswalk: str, size: int) -> tuple[Break, ...]:
    """The breaks that a vault knows of, oldest first.

    Args:
        ledger: of an opened vault.
        edition: the definition.
        crosswalk: whose files; empty: the cases entered by hand.
        size: how many entries of the ledger to look at.

    Raises:
        UnknownCrosswalk: no crosswalk has this code.
    """
    if not crosswalk:
        return tuple(_of_cases(ledger, size))
    prints = dict.fromkeys(
        one.crosswalk_fingerprint
        for one in agency.batches(ledger)
        if one.crosswalk == crosswalk and one.entry < size
    )
    found = {
        one
        for fingerprint in prints
        for one in _of_crosswalk(agency.crosswalk_of(ledger, crosswalk, edition, fingerprint))
    }
    return tuple(sorted(found, key=lambda one: (one.day, one.says)))


def _of_crosswalk(crosswalk: Crosswalk) -> Iterator[Break]:
    says = f"{crosswalk.code} {crosswalk.version}"
    if crosswalk.valid_from:
        yield Break(PartialDate.parse(crosswalk.valid_from).earliest, CROSSWALK, says)
    if crosswalk.valid_to:
        last = PartialDate.parse(crosswalk.valid_to).latest
        yield Break(last + timedelta(days=1), CROSSWALK, says)


def _of_cases(ledger: Ledger, size: int) -> Iterator[Break]:
    seen: set[str] = set()
    for entry, fact in ledger.facts(kinds=casefile.KINDS.codes):
        code = getattr(fact, "edition", "")
        if entry.n < size and code and code not in seen:
            if seen:
                yield Break(entry.written.date(), EDITION, code)
            seen.add(code)
