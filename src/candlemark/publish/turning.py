"""A protected figure turned into a table: its codes get names in every tongue, its cells signs.

Here a status of protection becomes one of the five signs, and the coordinates of a figure become
dimensions; a dimension that divides nothing is left out.  When protection gives its results in
another form, this is the one module that has to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.definition import REACHED
from candlemark.measure import PENDING
from candlemark.measure.figure import DRAWN
from candlemark.protect import Status
from candlemark.publish import wording
from candlemark.publish.dataset import only_protected
from candlemark.publish.table import (
    NOT_APPLICABLE,
    ROUND_AND_HIDE,
    TONGUES,
    TOTAL,
    Cell,
    Coverage,
    Dimension,
    Named,
    Protection,
    Sign,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.protect import ProtectedFigure, PublicBasis, PublicRow
    from candlemark.publish.table import Texts

BY_HAND: Final = "cases"
"""Stands for the crosswalk of cases entered by hand."""
_SIGNS: Final = {
    Status.SHOWN: Sign.NUMBER,
    Status.ZERO: Sign.ZERO,
    Status.HIDDEN: Sign.SUPPRESSED,
    Status.NOT_REACHED: Sign.MISSING,
}

_MEASURES: Final = {
    "days-0.25": "days-quarter",
    "days-0.5": "days-half",
    "days-0.75": "days-three-quarters",
}
"""Quantities whose name holds a point, which codes of SDMX cannot."""


def table_of(
    figure: ProtectedFigure,
    edition: Edition,
    crosswalk: Crosswalk | None = None,
    publisher: Texts | None = None,
) -> Table:
    """The table of one protected figure.

    Args:
        figure: from :func:`candlemark.protect.protect`.
        edition: whose codes it holds.
        crosswalk: it was coded by; None for cases entered by hand.
        publisher: what the group calls itself in public.  It stands in place of the name of the
            vault, which is sealed, where the cases were entered by hand.

    Raises:
        Disclosive: the figure did not come through ``protect``.
        NotInOrder: it lacks an as-of day, or something else a table must say.
    """
    basis, policy = only_protected(figure).basis, figure.policy
    names = _Names(edition, crosswalk, basis)
    axes = _axes(figure, names)
    question = Named(figure.question, wording.texts("question", figure.question))
    whose = publisher if publisher and not basis.crosswalk else names.agency()
    agency = Named(basis.crosswalk or BY_HAND, whose)
    return Table(
        name=_name(figure),
        titles=names.title(question, agency),
        question=question,
        agency=agency,
        unit=Named(basis.unit, names.term("counting-units", basis.unit)),
        entry=Named(basis.from_own, names.stage(basis.from_own)),
        edition=basis.edition,
        edition_fingerprint=basis.edition_fingerprint,
        as_of=basis.as_of,
        as_of_stated=basis.as_of_stated,
        method=names.method(),
        uncertainty=names.uncertainty(),
        coverage=tuple(
            Coverage(one.what, one.code, names.coverage(one.what, one.code), one.share)
            for one in basis.coverage
        ),
        protection=Protection(
            policy=f"{policy.name}/{policy.version}",
            way=ROUND_AND_HIDE,
            notes=wording.texts(
                "protection",
                ROUND_AND_HIDE,
                base=policy.base,
                threshold=policy.threshold,
                zero=policy.zero_from,
            ),
            parameters={
                "base": policy.base,
                "threshold": policy.threshold,
                "zero_from": policy.zero_from,
            },
            suppressed=figure.hidden,
        ),
        overlap=basis.overlapping,
        simulated=basis.simulated,
        dimensions=tuple(_dimensions(figure, axes)),
        measures=tuple(map(wording.measure, _in_order(map(_measure, figure.cells)))),
        cells=tuple(_cell(row, axes) for row in figure.cells),
    )


def _name(figure: ProtectedFigure) -> str:
    """What the table is called from release to release: what was asked of whom, and no more."""
    basis = figure.basis
    parts = [figure.question, basis.crosswalk or BY_HAND, basis.unit, "from", basis.from_own]
    if basis.by:
        parts += ["by", basis.by]
    return "-".join(parts).lower().replace("_", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class _Axis:
    """A coordinate of a figure's cells, and how its codes are named."""

    code: str
    of: Callable[[PublicRow], str]
    label: Callable[[str], Texts]
    blank: str = NOT_APPLICABLE


def _axes(figure: ProtectedFigure, names: _Names) -> list[_Axis]:
    """The coordinates that divide something in this figure."""
    axes = (
        _Axis("group", lambda row: row.group, names.group, TOTAL),
        _Axis("stage", lambda row: row.stage, names.stage),
        _Axis("state", lambda row: row.state, names.state),
        _Axis("day", lambda row: "" if row.day is None else str(row.day), _days),
    )
    return [axis for axis in axes if any(axis.of(row) for row in figure.cells)]


def _dimensions(figure: ProtectedFigure, axes: Sequence[_Axis]) -> Iterator[Dimension]:
    """Every code in the order in which the figure says it."""
    for axis in axes:
        codes = _in_order(axis.of(row) or axis.blank for row in figure.cells)
        categories = tuple(Named(code, axis.label(code)) for code in codes)
        yield Dimension(axis.code, wording.texts("dimension", axis.code), categories)


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Each code once: the whole first, then as they come; days by their number."""
    found = tuple(dict.fromkeys(codes))
    whole = tuple(code for code in (TOTAL, NOT_APPLICABLE) if code in found)
    rest = tuple(code for code in found if code not in whole)
    if all(code.isdigit() for code in rest):
        rest = tuple(sorted(rest, key=int))
    return whole + rest


def _cell(row: PublicRow, axes: Sequence[_Axis]) -> Cell:
    sign = _SIGNS[row.status]
    return Cell(
        at=tuple(axis.of(row) or axis.blank for axis in axes),
        measure=_measure(row),
        sign=Sign.ZERO if sign is Sign.NUMBER and row.value == 0 else sign,
        value=row.value,
        low=row.low,
        high=row.high,
        reason=Status.NOT_REACHED.value if row.status is Status.NOT_REACHED else "",
    )


def _measure(row: PublicRow) -> str:
    return _MEASURES.get(row.quantity, row.quantity)


def _days(code: str) -> Texts:
    if code == NOT_APPLICABLE:
        return wording.texts("category", code)
    return wording.texts("category", "days", days=int(code))


class _Names:
    """What codes are called: by the edition, by the crosswalk, by our own words."""

    def __init__(self, edition: Edition, crosswalk: Crosswalk | None, basis: PublicBasis) -> None:
        self._edition = edition
        self._crosswalk = crosswalk
        self._basis = basis

    def agency(self) -> Texts:
        own = self._basis.agency
        return _whole(self._crosswalk.agency_labels if self._crosswalk else {}, own)

    def title(self, question: Named, agency: Named) -> Texts:
        inside = {"question": question.labels, "agency": agency.labels}
        if not self._basis.by:
            return wording.texts("title", "plain", **inside)
        return wording.texts("title", "by", scheme=self.scheme(self._basis.by), **inside)

    def scheme(self, code: str) -> Texts:
        return _whole(self._edition.scheme(code).labels, code)

    def term(self, scheme: str, code: str) -> Texts:
        found = self._edition.scheme(scheme)
        return _whole(found.term(code).labels, code) if code in found else wording.same(code)

    def group(self, code: str) -> Texts:
        if wording.knows("category", code):
            return wording.texts("category", code)
        by = self._basis.by
        known = by and code in self._edition.scheme(by)
        return self.term(by if known else "absences", code)

    def stage(self, own: str) -> Texts:
        if own == NOT_APPLICABLE:
            return wording.texts("category", own)
        for rule in self._crosswalk.stages if self._crosswalk else ():
            if rule.own == own:
                # Where the agency's word was not translated, the definition's stands.
                return {**self.term("stages", rule.stage), **_said(rule.labels)}
        return self.term("stages", own)

    def state(self, code: str) -> Texts:
        if code == PENDING or wording.knows("category", code):
            return wording.texts("category", code)
        goal = self._crosswalk.goal if self._crosswalk else None
        if code == REACHED and goal is not None:
            return self.stage(goal.own)
        known = code in self._edition.scheme("outcomes")
        return self.term("outcomes", code) if known else self.stage(code)

    def method(self) -> Named:
        code = self._basis.method
        plain = code.removesuffix(DRAWN)
        known = plain if wording.knows("method", plain) else "unstated"
        labels = wording.texts("method", known)
        if code.endswith(DRAWN):
            labels = wording.texts("method", "drawn", method=labels)
        return Named(code or known, labels)

    def uncertainty(self) -> Named:
        code = self._basis.uncertainty
        known = code if wording.knows("uncertainty", code) else "unstated"
        return Named(code or known, wording.texts("uncertainty", known))

    def coverage(self, what: str, code: str) -> Texts:
        inside = self.scheme(code) if what == "group" else self.stage(code)
        return wording.texts("coverage", what, what=inside)


def _whole(labels: Mapping[str, str], own: str) -> Texts:
    """The labels; the thing's own name where it has none in a tongue."""
    return {**wording.same(labels.get("en", own)), **_said(labels)}


def _said(labels: Mapping[str, str]) -> dict[str, str]:
    return {tongue: labels[tongue] for tongue in TONGUES if labels.get(tongue, "").strip()}
