"""From a source to a release: plan the tables, close batches, attack, and make the figures.

:func:`try_release` says nothing to any ledger: it is what a person looks at before drafting, and
what a researcher does with a file.  :func:`draft_release` says the same as a draft.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from candlemark.errors import Disclosive, Fault, NotInOrder
from candlemark.measure.log import stays_of
from candlemark.protect.attacks.gate import attack, refuse
from candlemark.protect.batch import batch, refuse_nothing
from candlemark.protect.batches.closing import Closing
from candlemark.protect.figures.made import Published, compared, figure_of, missing_figure
from candlemark.protect.figures.planning import Planner
from candlemark.protect.figures.wanted import wanted
from candlemark.protect.protected import PublicBasis
from candlemark.protect.releasing import State, approve, draft, refuse_approval, releases
from candlemark.protect.setting_up import every_policy, existing_secret, secret_of, tag_of
from candlemark.protect.yearly import Yearly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.ledger import Ledger, Vault
    from candlemark.measure import Study
    from candlemark.measure.log import Ask, StayTable
    from candlemark.protect.attacks.gate import Attacked
    from candlemark.protect.batch import Batch
    from candlemark.protect.batches.closing import Row
    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.batches.tables import Table
    from candlemark.protect.figures.planning import Counted
    from candlemark.protect.figures.wanted import Wanted
    from candlemark.protect.policy import Policy
    from candlemark.protect.protected import ProtectedFigure
    from candlemark.protect.releasing import Release


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What is released of: stays, and the cohort in them."""

    stays: StayTable
    ask: Ask

    @classmethod
    def of_study(cls, study: Study, ask: Ask) -> Source:
        """The stays of what a vault holds; cases enter where the study says, or the ask."""
        entered = study.entered_at(ask.from_state)
        start = ask.from_state or entered.stages[entered.entry].own
        return cls(stays_of(entered), replace(ask, from_state=start))

    @property
    def cohort(self) -> tuple[str, str]:
        """By which releases of one cohort find each other."""
        return self.stays.crosswalk, self.ask.from_state

    def basis(self) -> PublicBasis:
        """What the public may know of it."""
        start = self.ask.from_state
        return PublicBasis(
            agency=self.stays.source,
            crosswalk=self.stays.crosswalk,
            unit=self.stays.unit,
            edition=self.stays.edition,
            edition_fingerprint=self.stays.edition_fingerprint,
            as_of=self.ask.as_of or self.stays.known_until,
            from_stage=next((one.stage for one in self.stays.states if one.own == start), ""),
            from_own=start,
            by="",
            simulated=self.stays.simulated,
            overlapping=False,
        )


@dataclass(frozen=True, slots=True)
class Before:
    """What was released of a cohort until now: rows, and their tables by name."""

    rows: tuple[Row, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)

    def categories(self, table: Table) -> tuple[str, ...]:
        """The categories a table was released with; its own where it never was."""
        return self.tables.get(table.name, table).categories


@dataclass(frozen=True, slots=True)
class Tried:
    """A release as it would be."""

    made: Batch
    tables: tuple[Table, ...]
    figures: tuple[ProtectedFigure, ...]
    basis: PublicBasis
    secret: bytes
    """By which the secret it was tried with is known again; nothing follows from it."""


def try_release(
    source: Source,
    named: Sequence[Wanted],
    policy: Policy,
    secret: Secret,
    before: Before | None = None,
    *,
    exact: bool = True,
) -> Tried:
    """The next release of a source, said to nobody.

    Args:
        source: stays and cohort.
        named: the tables.
        policy: the rules.
        secret: of the record keys.
        before: what was released.
        exact: search for exact bounds too.

    Raises:
        NotInOrder, Disclosive: it cannot be released; ``faults`` says where, for people inside.
        MeasureError: the source cannot give a table, and why.
    """
    planner = Planner(source.stays, source.ask, secret, policy)
    can, cannot = planner.possible(named)
    counted = planner.tables(can)
    before = before or Before()
    now = {one.table.name for one in counted}
    tables = [_grown(one.table, before) for one in counted]
    # What is not counted now was published all the same, and is attacked with the rest.
    tables += [table for name, table in before.tables.items() if name not in now]
    said = tuple(row for table in tables for row in _aligned(table, before))
    events = {one.table.name: one.events for one in counted}
    made = batch(tables, events, said, policy, secret, exact=exact)
    basis = source.basis()
    figures = figures_of(tables, (*said, *made.rows), policy, basis, made.suppressed)
    missing = (missing_figure(one, basis, policy) for one in cannot)
    return Tried(made, tuple(tables), (*figures, *missing), basis, tag_of(secret))


def _grown(table: Table, before: Before) -> Table:
    """The table with every group and category that it was released with."""
    groups = [row.group for row in before.rows if row.table == table.name]
    return replace(
        table,
        groups=tuple(dict.fromkeys((*table.groups, *groups))),
        categories=tuple(dict.fromkeys((*table.categories, *before.categories(table)))),
    )


def _aligned(table: Table, before: Before) -> Iterator[Row]:
    """The rows of a table with their values in the order of its categories now."""
    was = before.categories(table)
    place = {code: number for number, code in enumerate(was)}
    order = [place.get(code, -1) for code in table.categories]
    for row in before.rows:
        if row.table == table.name:
            yield replace(
                row,
                values=tuple(row.values[one] if one >= 0 else 0 for one in order),
                exact=(row.exact[0], *(row.exact[1:][one] if one >= 0 else 0 for one in order)),
                keys=(row.keys[0], *(row.keys[1:][one] if one >= 0 else 0 for one in order)),
                known=tuple(
                    tuple(mine[one] if one >= 0 else 0 for one in order) for mine in row.known
                ),
            )


def figures_of(
    tables: Iterable[Table],
    rows: Sequence[Row],
    policy: Policy,
    basis: PublicBasis,
    suppressed: Mapping[str, Iterable[str]],
) -> tuple[ProtectedFigure, ...]:
    """The public figures of some rows; nothing but what is published goes into them."""
    some = list(tables)
    found = []
    for table in some:
        telling = sum(bool(one.of) and one.of == table.of and not one.year for one in some)
        published = Published(
            table,
            tuple(row for row in rows if row.table == table.name),
            policy,
            policy.least(1 if table.year else telling),
            frozenset(suppressed.get(table.name, ())),
        )
        found.append(figure_of(published, basis))
    return tuple(found)


def draft_release(
    ledger: Ledger, source: Source, named: Sequence[Wanted], policy: Policy
) -> Release:
    """Draft the next release of a source; another member approves it.

    Raises:
        Disclosive: nothing new has gathered, or an attack opens it.
        VaultBusy, StorageFull, LedgerBroken: nothing was drafted.
    """
    secret = secret_of(ledger)
    tried = try_release(source, named, policy, secret, released_before(ledger, source.cohort))
    return draft_tried(ledger, source, tried, policy)


def draft_tried(ledger: Ledger, source: Source, tried: Tried, policy: Policy) -> Release:
    """Draft what was tried just now, with the secret of this vault.

    Raises:
        Disclosive: nothing new has gathered.
        NotInOrder: it was tried with another secret, or something was released since.
        VaultBusy, StorageFull, LedgerBroken: nothing was drafted.
    """
    refuse_nothing(tried.made)
    secret = secret_of(ledger)
    number = max((row.release for row in released_before(ledger, source.cohort).rows), default=0)
    if tried.made.number != number + 1 or tried.secret != tag_of(secret):
        raise NotInOrder(
            "something was released since this was tried, or it was tried with another secret",
            hint="try it again, and draft that",
        )
    basis = asdict(tried.basis) | {"as_of": tried.basis.as_of.isoformat()}
    return draft(
        ledger,
        tried.made,
        tried.tables,
        policy,
        secret,
        cohort=source.cohort,
        basis=basis,
        attacked=said_of(tried.made.attacked),
    )


def approve_release(vault: Vault, one: Release, source: Source) -> Release:
    """Approve a draft as another member, once it was made again here and attacked again.

    Args:
        vault: opened by that member.
        one: the draft.
        source: what may be counted now.

    Raises:
        NotEntitled: they drafted it, or it waits for nobody.
        NotInOrder: it was made with another secret, or under rules that are not known here.
        Disclosive: it does not come out the same, since a case may not be counted any more or the
            draft is not what it says; or an attack opens it.
    """
    refuse_changed(vault, one, source)
    return approve(vault, one)


def refuse_changed(vault: Vault, one: Release, source: Source) -> None:
    """Refuse what :func:`approve_release` would refuse, and approve nothing.

    For a release of several batches: none is approved before all of them can be.

    Raises:
        NotEntitled, NotInOrder, Disclosive: as there.
    """
    refuse_approval(vault, one)
    secret = existing_secret(vault.ledger)
    policy = every_policy(vault.ledger).get((one.said.policy, one.said.policy_version))
    if secret is None or tag_of(secret) != one.said.secret or policy is None:
        raise NotInOrder(
            "this draft was made with another secret, or under a policy that is not known",
            hint="draft it anew",
        )
    counted = {
        each.table.name: each
        for each in Planner(source.stays, source.ask, secret, policy).tables(
            wanted([table.name for table in one.tables])
        )
    }
    faults = [
        Fault(row.place, "does not come out the same")
        for row in one.rows
        if not _comes_out(counted[row.table], row, one.tables, policy, secret)
    ]
    if faults:
        raise Disclosive(
            "a case in this release may not be counted any more, or it was counted otherwise",
            hint="consent was taken back, or a case was corrected: draft it anew",
            faults=faults,
        )
    before = released_before(vault.ledger, one.cohort)
    tables = [_grown(table, before) for table in one.tables]
    said = [row for table in tables for row in _aligned(table, before)]
    drafted = Before(one.rows, {table.name: table for table in one.tables})
    mine = [row for table in tables for row in _aligned(table, drafted)]
    refuse(attack(tables, [*said, *mine], policy), policy)


def _comes_out(
    counted: Counted, row: Row, tables: Sequence[Table], policy: Policy, secret: Secret
) -> bool:
    """Whether a row of a draft is what its events give with the noise of their keys."""
    (table,) = [table for table in tables if table.name == row.table]
    telling = sum(bool(one.of) and one.of == table.of and not one.year for one in tables)
    closing = (
        Yearly(counted.table, policy, secret)
        if counted.table.margins
        else Closing(counted.table, policy, secret, 1 if table.year else max(telling, 1))
    )
    again = closing.again(counted.events, row)
    if again is None or again.total != row.total:
        return False
    now = dict(zip(counted.table.categories, again.values, strict=True))
    said = dict(zip(table.categories, row.values, strict=True))
    return all(now.get(code, 0) == value for code, value in said.items()) and all(
        value == 0 or code in said for code, value in now.items()
    )


@dataclass(frozen=True, slots=True)
class _Released:
    """What the ledger says was released of a cohort."""

    tables: Mapping[str, Table]
    rows: tuple[Row, ...]
    suppressed: Mapping[str, frozenset[str]]
    policy: Policy
    basis: PublicBasis


def released_before(ledger: Ledger, cohort: tuple[str, str]) -> Before:
    """What was released of a cohort, for the next release to go on from."""
    found = _released(ledger, cohort)
    if found is None:
        return Before()
    return Before(found.rows, found.tables)


def _released(ledger: Ledger, cohort: tuple[str, str]) -> _Released | None:
    approved = [
        one for one in releases(ledger) if one.state is State.APPROVED and one.cohort == cohort
    ]
    if not approved:
        return None
    tables: dict[str, Table] = {}
    rows: dict[str, tuple[Row, ...]] = {}
    suppressed: dict[str, frozenset[str]] = {}
    for one in approved:
        for table in one.tables:
            mine = tuple(row for row in one.rows if row.table == table.name)
            known = tables.get(table.name, table)
            before = Before(rows.get(table.name, ()), {table.name: known})
            tables[table.name] = _grown(table, before)
            said = Before(mine, {table.name: table})
            rows[table.name] = (
                *_aligned(tables[table.name], before),
                *_aligned(tables[table.name], said),
            )
        for name, groups in one.suppressed.items():
            suppressed[name] = suppressed.get(name, frozenset()) | groups
    last = approved[-1].said
    # A batch that was drafted early says ``coverage`` too; it was always empty.
    basis = {name: said for name, said in json.loads(last.basis).items() if name != "coverage"}
    return _Released(
        tables,
        tuple(row for some in rows.values() for row in some),
        suppressed,
        every_policy(ledger)[last.policy, last.policy_version],
        PublicBasis(**(basis | {"as_of": date.fromisoformat(basis["as_of"])})),
    )


def released_figures(ledger: Ledger, cohort: tuple[str, str]) -> tuple[ProtectedFigure, ...]:
    """The public figures of a cohort as they stand after its last approved release.

    Nothing is counted: they are made of what the ledger says was published.
    """
    found = _released(ledger, cohort)
    if found is None:
        return ()
    return figures_of(
        found.tables.values(), found.rows, found.policy, found.basis, found.suppressed
    )


def released_comparison(
    ledger: Ledger, cohort: tuple[str, str], table: str, groups: tuple[str, str]
) -> ProtectedFigure:
    """How two groups of a yearly curve that was released differ: the first less the second.

    Raises:
        NotInOrder: no such table was released.
        Disclosive: one of the groups is too small.
    """
    found = _released(ledger, cohort)
    if found is None or table not in found.tables or "span" not in found.tables[table].by:
        raise NotInOrder(
            "no curve of this name was released", hint="name one such as stands@bias-grounds#2025"
        )
    mine = tuple(row for row in found.rows if row.table == table)
    published = Published(found.tables[table], mine, found.policy, found.policy.least(1))
    return compared(published, found.basis, *groups)


def said_of(found: Attacked) -> dict[str, Any]:
    """What attacks found, as a document for people inside."""
    return {
        "cells": found.cells,
        "small": found.small,
        "exact_bounds": found.exact,
        "opened": [asdict(one) for one in found.opened],
        "guessing": {
            of: {kind: asdict(each) | {"gain": each.gain} for kind, each in kinds.items()}
            for of, kinds in found.guessing.items()
        },
        "seconds": found.seconds,
    }
