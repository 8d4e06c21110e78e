"""A protected figure turned into a table: its codes get names in every tongue, its cells signs.

Here a status of protection becomes one of the five signs, and the coordinates of a figure become
dimensions; a dimension that divides nothing is left out.  When protection gives its results in
another form, this is the one module that has to know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.definition import REACHED
from candlemark.measure import PENDING
from candlemark.measure.figure import DRAWN, METHODS
from candlemark.measure.labels import ENDED
from candlemark.protect import Status, wanted
from candlemark.publish import wording
from candlemark.publish.covering import coverings
from candlemark.publish.dataset import only_protected
from candlemark.publish.table import (
    CLOSED_BATCHES,
    NOT_APPLICABLE,
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
    from candlemark.protect import ProtectedFigure, PublicRow
    from candlemark.publish.table import Texts

BY_HAND: Final = "cases"
"""Stands for the crosswalk of cases entered by hand."""
_SIGNS: Final = {
    Status.SHOWN: Sign.NUMBER,
    Status.ZERO: Sign.ZERO,
    Status.HIDDEN: Sign.SUPPRESSED,
    Status.NOT_REACHED: Sign.MISSING,
    Status.MISSING: Sign.MISSING,
    Status.WAITING: Sign.WAITING,
}
_BETWEEN: Final = {"+": "@", ":": "-"}
"""What joins codes of figures, and what stands for it in a file."""

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
        figure: from :func:`candlemark.protect.released_figures`, or of a release that is tried.
        edition: whose codes it holds.
        crosswalk: it was coded by; None for cases entered by hand.
        publisher: what the group calls itself in public.  It stands in place of the name of the
            vault, which is sealed, where the cases were entered by hand.

    Raises:
        Disclosive: the figure did not come through ``protect``.
        NotInOrder: it lacks an as-of day, or something else a table must say.
    """
    basis = only_protected(figure).basis
    names = _Names(edition, crosswalk, figure)
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
            Coverage(
                one.what,
                one.code,
                names.coverage(one.what, one.code),
                one.share,
                one.low,
                one.high,
            )
            for one in coverings(figure, crosswalk)
        ),
        protection=_protection(figure),
        overlap=basis.overlapping,
        simulated=basis.simulated,
        dimensions=tuple(_dimensions(figure, axes)),
        measures=tuple(map(wording.measure, _in_order(map(_measure, figure.cells)))),
        cells=tuple(_cell(row, axes) for row in figure.cells),
    )


def _name(figure: ProtectedFigure) -> str:
    """What the table is called from release to release: what was asked of whom, and no more."""
    basis = figure.basis
    # The broadest terms of a scheme make another table than its terms do, with a name of its own.
    asked = (figure.table or figure.question).replace("^", " broadest ")
    parts = [asked, basis.crosswalk or BY_HAND, basis.unit, "from", basis.from_own]
    if basis.by and not figure.table:
        parts += ["by", basis.by]
    return "-".join(re.findall(r"[a-z0-9]+", " ".join(parts).lower()))


def _protection(figure: ProtectedFigure) -> Protection:
    policy, did = figure.policy, figure.did
    inside: dict[str, int | float] = {
        "least": did.least,
        "noise": round(did.noise, 1),
        "reach": did.reach,
        "batches": did.batches,
    }
    said = {name: f"{value}" for name, value in inside.items()}
    inside |= {"release": did.release, "waiting": did.waiting, "too_small": did.suppressed}
    return Protection(
        policy=f"{policy.name}/{policy.version}",
        way=CLOSED_BATCHES,
        notes=wording.texts("protection", CLOSED_BATCHES, **said),
        parameters=inside,
        suppressed=sum(_SIGNS[row.status] is Sign.SUPPRESSED for row in figure.cells),
    )


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
        _Axis("category", lambda row: row.category, names.category, TOTAL),
        _Axis("stage", lambda row: row.stage, names.stage),
        _Axis("state", lambda row: row.state, names.state),
        _Axis("day", lambda row: "" if row.day is None else str(row.day), _days),
    )
    return [axis for axis in axes if any(axis.of(row) for row in figure.cells)]


def _dimensions(figure: ProtectedFigure, axes: Sequence[_Axis]) -> Iterator[Dimension]:
    """Every code in the order in which the figure says it."""
    for axis in axes:
        codes = _in_order(axis.of(row) or axis.blank for row in figure.cells)
        categories = tuple(Named(_plain(code), axis.label(code)) for code in codes)
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
        at=tuple(_plain(axis.of(row)) or axis.blank for axis in axes),
        measure=_measure(row),
        sign=Sign.ZERO if sign is Sign.NUMBER and row.value == 0 else sign,
        value=row.value,
        low=row.low,
        high=row.high,
        reason=Status.NOT_REACHED.value if row.status is Status.NOT_REACHED else "",
    )


def _measure(row: PublicRow) -> str:
    return _MEASURES.get(row.quantity, row.quantity)


def _plain(code: str) -> str:
    """A code as files can carry it."""
    for joined, instead in _BETWEEN.items():
        code = code.replace(joined, instead)
    return code


def _days(code: str) -> Texts:
    if code == NOT_APPLICABLE:
        return wording.texts("category", code)
    return wording.texts("category", "days", days=int(code))


class _Names:
    """What codes are called: by the edition, by the crosswalk, by our own words."""

    def __init__(
        self, edition: Edition, crosswalk: Crosswalk | None, figure: ProtectedFigure
    ) -> None:
        self._edition = edition
        self._crosswalk = crosswalk
        self._basis = figure.basis
        self._question = figure.question
        named = wanted([figure.table])[0] if figure.table else None
        entered = named is not None and named.what == "entered"
        self._of = named.of if named and entered else ""
        self._to = named.of if named and not entered else ""
        self._year = named.year if named else ""
        self._by = tuple(named.by) if named else tuple(filter(None, [figure.basis.by]))

    def agency(self) -> Texts:
        own = self._basis.agency
        return _whole(self._crosswalk.agency_labels if self._crosswalk else {}, own)

    def title(self, question: Named, agency: Named) -> Texts:
        inside = {"question": question.labels, "agency": agency.labels}
        schemes = [self.scheme(code) for code in filter(None, (self._of, *self._by))]
        title = wording.texts("title", "plain", **inside)
        if schemes:
            title = wording.texts("title", "by", scheme=_joined(schemes), **inside)
        more = [self.stage(self._to)] if self._to else []
        return _joined([title, *more, *([wording.same(self._year)] if self._year else [])])

    def scheme(self, code: str) -> Texts:
        plain = code.rstrip("^")
        known = plain in {one.code for one in self._edition.schemes}
        label = _whole(self._edition.scheme(plain).labels, plain) if known else wording.same(plain)
        return wording.texts("title", "broadest", scheme=label) if code != plain else label

    def term(self, scheme: str, code: str) -> Texts:
        found = self._edition.scheme(scheme)
        return _whole(found.term(code).labels, code) if code in found else wording.same(code)

    def group(self, code: str) -> Texts:
        if wording.knows("category", code):
            return wording.texts("category", code)
        parts = code.split("+") if len(self._by) > 1 else [code]
        schemes = self._by if len(parts) == len(self._by) else ("",) * len(parts)
        return _joined([self._coded(one, part) for one, part in zip(schemes, parts, strict=True)])

    def category(self, code: str) -> Texts:
        if wording.knows("category", code):
            return wording.texts("category", code)
        return self._coded(self._of, code)

    def _coded(self, scheme: str, code: str) -> Texts:
        if wording.knows("category", code):
            return wording.texts("category", code)
        scheme = scheme.rstrip("^")
        schemes = {one.code for one in self._edition.schemes}
        known = scheme in schemes and code in self._edition.scheme(scheme)
        return self.term(scheme if known else "absences", code)

    def stage(self, own: str) -> Texts:
        if own == NOT_APPLICABLE:
            return wording.texts("category", own)
        for rule in self._crosswalk.stages if self._crosswalk else ():
            if rule.own == own:
                # Where the agency's word was not translated, the definition's stands.
                return {**self.term("stages", rule.stage), **_said(rule.labels)}
        return self.term("stages", own)

    def state(self, code: str) -> Texts:
        goal = self._crosswalk.goal if self._crosswalk else None
        if code == REACHED and goal is not None and self._question != "incidence":
            return self.stage(goal.own)
        if code == PENDING or wording.knows("category", code):
            return wording.texts("category", code)
        code = code.removeprefix(ENDED)
        known = code in self._edition.scheme("outcomes")
        return self.term("outcomes", code) if known else self.stage(code)

    def method(self) -> Named:
        code = self._basis.method or METHODS.get(self._question, "count")
        plain = code.removesuffix(DRAWN)
        known = plain if wording.knows("method", plain) else "unstated"
        labels = wording.texts("method", known)
        if code.endswith(DRAWN):
            labels = wording.texts("method", "drawn", method=labels)
        return Named(code or known, labels)

    def uncertainty(self) -> Named:
        code = self._basis.uncertainty or CLOSED_BATCHES
        known = code if wording.knows("uncertainty", code) else "unstated"
        return Named(code or known, wording.texts("uncertainty", known))

    def coverage(self, what: str, code: str) -> Texts:
        """What one thing that a table covers is called."""
        since, _, until = code.partition("/")
        every: dict[str, dict[str, Texts | str]] = {
            "records": {"agency": self.agency()},
            "since": {"since": since},
            "between": {"since": since, "until": until},
            "year": {"year": code},
            "said": {"what": self.scheme(code)},
            "groups": {"what": _joined([self.scheme(one) for one in code.split("+")])},
            "date": {"what": self.stage(code)},
        }
        return wording.texts("coverage", what, **every.get(what, {}))


def _joined(found: Sequence[Texts]) -> Texts:
    """Several names side by side."""
    return {tongue: " · ".join(one[tongue] for one in found) for tongue in TONGUES}


def _whole(labels: Mapping[str, str], own: str) -> Texts:
    """The labels; the thing's own name where it has none in a tongue."""
    return {**wording.same(labels.get("en", own)), **_said(labels)}


def _said(labels: Mapping[str, str]) -> dict[str, str]:
    return {tongue: labels[tongue] for tongue in TONGUES if labels.get(tongue, "").strip()}
