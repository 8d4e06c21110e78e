"""Groups under one mix of cases, for a page: each as it was and as it would be, and the mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.measure.drawing import Svg, axis_row, mix_bar, top_of
from candlemark.measure.telling import most_apart, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure import Standardised, StandardValue, Stratum
    from candlemark.web.naming import Names

MOST: Final = 40
"""Kinds of cases of a page; the rest is in the files."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One group: its values in the state looked at, day by day."""

    code: str
    name: str
    entered: int
    used: int
    values: tuple[StandardValue, ...]
    bar: Svg


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cases, its weight, and how many each group has."""

    name: str
    weight: float
    sizes: tuple[int, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class Weighted:
    """The figure as a page shows it."""

    sentence: str
    state: str
    states: tuple[tuple[str, str], ...]
    """Code and name of each state that can be looked at."""
    days: tuple[int, ...]
    groups: tuple[Weighed, ...]
    axis: Svg
    kinds: tuple[Kind, ...]
    more: int
    """Kinds that are in the files alone."""
    lost: float
    """Share of all that are of kinds some group lacks."""
    mix: str
    """Whose mix it is; empty: of all groups together."""


def weighted(figure: Standardised, names: Names, state: str = "") -> Weighted:
    """The figure for a page, looked at in one state; in the one with most to say if none is named.

    A state that is not in the figure is taken for none.
    """
    reader, basis = names.reader, figure.basis
    known = list(dict.fromkeys(one.state for one in figure.groups[0].values))
    state = state if state in known else most_apart(figure)
    last = values_of(figure, state)
    top = top_of(max(max(one.high, one.crude) for one in last))
    return Weighted(
        sentence=_sentence(figure, last, names),
        state=names.state(state),
        states=tuple((code, names.state(code)) for code in known),
        days=basis.at,
        groups=tuple(
            Weighed(
                code=group.group,
                name=names.group(basis.by, group.group),
                entered=group.entered,
                used=group.used,
                values=tuple(value for value in group.values if value.state == state),
                bar=mix_bar(one.p, one.low, one.high, one.crude, top, rtl=reader.rtl),
            )
            for group, one in zip(figure.groups, last, strict=True)
        ),
        axis=axis_row([(0.0, reader.share(0, 0)), (1.0, reader.share(top, 0))], rtl=reader.rtl),
        kinds=tuple(_kinds(figure, names)),
        more=max(len(figure.strata) - MOST, 0),
        lost=1 - figure.share,
        mix=names.group(basis.by, figure.to) if figure.to else "",
    )


def _kinds(figure: Standardised, names: Names) -> list[Kind]:
    """Those left out first, then by weight: what is missing must be seen."""

    def rank(one: Stratum) -> tuple[bool, float, tuple[str, ...]]:
        return (one.kept, -one.weight, one.terms)

    return [
        Kind(names.kind(figure.over, one.terms), one.weight, one.sizes, one.kept)
        for one in sorted(figure.strata, key=rank)[:MOST]
    ]


def _sentence(figure: Standardised, last: Sequence[StandardValue], names: Names) -> str:
    reader, by = names.reader, figure.basis.by
    parts = [
        _("%(share)s (%(low)s to %(high)s) of “%(group)s”, as it was %(crude)s")
        % {
            "share": reader.share(value.p),
            "low": reader.share(value.low),
            "high": reader.share(value.high),
            "group": names.group(by, group.group),
            "crude": reader.share(value.crude),
        }
        for group, value in zip(figure.groups[:4], last, strict=False)
    ]
    said = {
        "state": names.state(last[0].state),
        "days": reader.number(last[0].day),
        "list": reader.semicolon.join(parts),
        "mix": names.group(by, figure.to) if figure.to else "",
    }
    if figure.to:
        return (
            _(
                "If all had the mix of cases of “%(mix)s”, there would stand at “%(state)s”"
                " %(days)s days after entry: %(list)s."
            )
            % said
        )
    return (
        _(
            "If all had the mix of cases of all groups together, there would stand at “%(state)s”"
            " %(days)s days after entry: %(list)s."
        )
        % said
    )
