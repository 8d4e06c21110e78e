"""A figure across agencies for a page: in words, and each number beside two thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.measure import PENDING, SHARE, told
from candlemark.measure.drawing import mix_bar, top_of
from candlemark.web.naming import Names

if TYPE_CHECKING:
    from candlemark.measure import Linked, Told
    from candlemark.measure.drawing import Svg
    from candlemark.web.desks.figures.across_asking import AskedAcross

MOST: Final = 60
"""Rows of a page; the rest is in the files."""


@dataclass(frozen=True, slots=True)
class NamesAcross(Names):
    """Words for the codes of a figure across agencies: those of the definition."""

    agencies: str = ""

    def agency(self, name: str) -> str:  # noqa: ARG002 - the figure has the names in English only
        """The agencies' names for this reader, the first being whose cases enter."""
        return self.agencies


@dataclass(frozen=True, slots=True)
class Row:
    """One number, and the same beside it, as they are written."""

    name: str
    when: str
    strict: str
    loose: str
    value: str
    """With links drawn; empty where none were."""
    spread: str
    bar: Svg
    some: bool
    """Whether it is more than nothing by any links; what is nothing is not drawn."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The numbers of a figure beside two thresholds."""

    sentence: str
    rows: tuple[Row, ...]
    left: int
    """Numbers that are in the files alone."""
    top: str
    """What the end of every bar is."""
    drawn: bool


def beside(linked: Linked, asked: AskedAcross, names: Names) -> Beside:
    """The numbers of a page: of one group all days, of several groups the last one."""
    every = told(linked)
    last = max((one.cell.day or 0 for one in every), default=0)
    some = [
        one
        for one in every
        if (not asked.group or one.cell.group == asked.group)
        and (not asked.by or asked.group or one.cell.day in {None, last})
    ]
    share = all(one.cell.what == SHARE for one in some)
    highest = max((max(one.value, one.loose or 0.0, one.high or 0.0) for one in some), default=1.0)
    top = top_of(highest) if share else max(highest, 1.0)
    shown = some[:MOST]
    return Beside(
        sentence=_sentence(some, linked, names),
        rows=tuple(_row(one, top, linked, names) for one in shown),
        left=len(every) - len(shown),
        top=names.reader.share(top, 0) if share else names.reader.number(top),
        drawn=bool(linked.spread),
    )


def _row(one: Told, top: float, linked: Linked, names: Names) -> Row:
    cell, low, high = one.cell, one.low, one.high
    known = low is not None and high is not None
    return Row(
        name=_name(one, linked, names),
        when="" if cell.day is None else names.days(cell.day),
        strict=_number(one, one.strict, names),
        loose="" if one.loose is None else _number(one, one.loose, names),
        value=_number(one, one.value, names) if linked.spread else "",
        spread=f"{_number(one, low or 0, names)} – {_number(one, high or 0, names)}"
        if known
        else "",
        bar=mix_bar(
            one.value,
            one.value if low is None else low,
            one.value if high is None else high,
            one.strict if one.loose is None else one.loose,
            top,
            rtl=names.reader.rtl,
        ),
        some=bool(one.strict or one.value or one.loose),
    )


def _number(one: Told, value: float, names: Names) -> str:
    return (
        names.reader.share(value) if one.cell.what == SHARE else names.reader.number(round(value))
    )


def _name(one: Told, linked: Linked, names: Names) -> str:
    cell = one.cell
    if linked.figure.basis.question == "occupancy":
        what = names.state(cell.code)
    elif cell.what == PENDING:
        what = _("%(stage)s, pending there") % {"stage": names.stage(cell.code)}
    else:
        what = names.stage(cell.code)
    if not cell.group:
        return what
    return f"{names.group(linked.figure.basis.by, cell.group)}{names.reader.comma}{what}"


def _sentence(some: list[Told], linked: Linked, names: Names) -> str:
    """How much depends on links: the number that two thresholds put furthest apart."""
    links = linked.figure.basis.links
    most = max(some, key=lambda one: one.apart, default=None)
    if most is None or links is None:
        return ""
    if not most.apart:
        return _("With the sure links alone and with every pair that was kept it is the same.")
    said = {
        "what": _name(most, linked, names),
        "when": "" if most.cell.day is None else names.days(most.cell.day),
        "strict": _number(most, most.strict, names),
        "loose": _number(most, most.loose or 0.0, names),
    }
    if most.cell.day is None:
        return (
            _(
                "Most depends on links at “%(what)s”: %(strict)s if only the sure links are taken,"
                " %(loose)s if every pair that was kept is."
            )
            % said
        )
    return (
        _(
            "Most depends on links at “%(what)s” after %(when)s: %(strict)s if only the sure links"
            " are taken, %(loose)s if every pair that was kept is."
        )
        % said
    )
