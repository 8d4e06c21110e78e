"""Releases of closed batches, as far as a release of figures rests on them.

``protect`` closes a batch, attacks it and has it approved; here its figures are drafted with texts,
and published only while they are what ``protect`` says was released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark import protect
from candlemark.errors import Fault, NotEntitled, NotInOrder
from candlemark.publish.releases import shelf
from candlemark.publish.table import CLOSED_BATCHES, Sign
from candlemark.publish.turning import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger
    from candlemark.protect import Policy, ProtectedFigure, Source, Wanted
    from candlemark.publish.releases.fold import Draft, Releases
    from candlemark.publish.table import Table


def close_batch(
    ledger: Ledger, source: Source, named: Sequence[Wanted], policy: Policy
) -> tuple[str, tuple[ProtectedFigure, ...]]:
    """Draft the next batch of a source: its code, and the figures as they will stand after it.

    Raises:
        Disclosive, NotInOrder, MeasureError: it cannot be released, and why.
    """
    tried = try_batch(ledger, source, named, policy)
    return protect.draft_tried(ledger, source, tried, policy).code, tried.figures


def try_batch(
    ledger: Ledger, source: Source, named: Sequence[Wanted], policy: Policy
) -> protect.Tried:
    """The next batch of a source, together with everything released before; nothing is said of it.

    The secret of the record keys is made and sealed the first time.

    Raises:
        NotEntitled: the secret cannot be read here.
        Disclosive, NotInOrder, MeasureError: it cannot be released, and why.
    """
    before = protect.released_before(ledger, source.cohort)
    return protect.try_release(source, named, policy, protect.secret_of(ledger), before)


def refuse_unapproved(ledger: Ledger, found: Draft) -> None:
    """Refuse a release whose batches nobody else approved.

    Raises:
        NotEntitled: one waits still, was dropped, or was overtaken.
    """
    faults = [
        Fault(code, f"it is {state.value}")
        for code in found.batches
        if (state := protect.release_named(ledger, code).state) is not protect.State.APPROVED
    ]
    if faults:
        raise NotEntitled(
            "a batch of this release is not approved",
            hint="another member approves it with the release: candlemark release approve",
            faults=faults,
        )


def refuse_overtaken(
    ledger: Ledger,
    found: Draft,
    said: Releases,
    edition: Edition,
    crosswalks: Mapping[str, Crosswalk],
) -> None:
    """Refuse numbers that are not those that closed batches released up to now.

    Raises:
        NotInOrder: another batch of the cohort was released since, or a table was left out;
            ``faults`` names every table.
    """
    if not found.batches:
        return
    cohorts = {protect.release_named(ledger, code).cohort for code in found.batches}
    now = {
        table_of(one, edition, crosswalks.get(one.basis.crosswalk), said.places.publisher).identity
        for cohort in cohorts
        for one in protect.released_figures(ledger, cohort)
    }
    drafted = shelf.tables(ledger, found.tables).values()
    faults = [
        Fault(one.name, "it is not what closed batches released up to now")
        for one in _of_batches(drafted)
        if one.identity not in now
    ]
    if faults:
        raise NotInOrder(
            "these numbers are not those that are released now",
            hint="draft it again, and name every table that was released before",
            faults=faults,
        )


def _of_batches(found: Iterable[Table]) -> Iterator[Table]:
    """The tables that hold numbers of batches; one that only says that there are none has not."""
    for one in found:
        if one.protection.way == CLOSED_BATCHES and any(
            cell.sign is not Sign.MISSING for cell in one.cells
        ):
            yield one
