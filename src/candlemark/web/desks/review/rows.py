"""The table of two records: one row for each column that either of them says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from candlemark.casefile.where import REGIONS
from candlemark.linkage.judging.sides import OPEN
from candlemark.web.desks.review import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from candlemark.linkage.judging import Finding
    from candlemark.linkage.judging.sides import Side
    from candlemark.web.desks.review.asking import Desk

_WHO: Final = ("names", "given", "family", "father", "sex", "birth", "docket", "written")
_SCHEMES: Final = {"offences": "offences", "grounds": "bias-grounds"}
_HOUR: Final = 60
_CELL: Final = Markup('<span class="soft">{}:</span> <bdi>{}</bdi>')


@dataclass(frozen=True)
class Row:
    """One column of two records."""

    column: str
    name: str
    left: tuple[str | Markup, ...]
    right: tuple[str | Markup, ...]
    finding: Finding | None
    """How the two compare; None while the pair is judged blind, and where no run compared them."""


def rows_of(desk: Desk, sides: tuple[Side, Side], findings: Sequence[Finding]) -> list[Row]:
    """The rows, without those that neither record says anything in."""
    by_column = {one.column: one for one in findings}
    found = []
    for column in ("titles", *OPEN, *_WHO):
        if column in by_column or not _said_better(sides, column):
            left, right = (tuple(_said(desk, side, column)) for side in sides)
        else:
            left = right = ()
        if left or right:
            found.append(Row(column, names.column(column), left, right, by_column.get(column)))
    return found


def _said_better(sides: tuple[Side, Side], column: str) -> bool:
    """Whether both records say in another row, as it was written, what this one says in a code.

    Words of a name in Latin letters, where both names stand as they were written; a region by its
    code, where both name the place.
    """
    instead = {"region": "place", "given": "names", "family": "names", "father": "names"}
    return column in instead and all(getattr(side, instead[column]) for side in sides)


def _said(desk: Desk, side: Side, column: str) -> Iterable[str | Markup]:
    """What one record says in one column, as the reader reads it."""
    value, reader = getattr(side, column), desk.reader
    if value in (None, "", ()) or value == {}:
        return ()
    if column in _SCHEMES:
        scheme = desk.door.edition.scheme(_SCHEMES[column])
        return [reader.label(scheme.term(one).labels) if one in scheme else one for one in value]
    several: dict[str, Callable[[], Iterable[str | Markup]]] = {
        "names": lambda: [_written(one.text, one.language) for one in value],
        "written": lambda: [_CELL.format(name, text) for name, text in value],
        "titles": lambda: (reader.label(value),),
        "day": lambda: (reader.dated(value),),
        "birth": lambda: (reader.dated(value),),
        "minute": lambda: (reader.digits(f"{value // _HOUR:02}:{value % _HOUR:02}"),),
        "country": lambda: (reader.locale.territories.get(value, value),),
        "region": lambda: (_region(desk, value),),
        "persons": lambda: (reader.number(value),),
        "sex": lambda: (names.sex(value),),
    }
    if column in several:
        return several[column]()
    return (value,) if isinstance(value, str) else tuple(value)


def _region(desk: Desk, code: str) -> str | Markup:
    """A region by its name, where the definition has its code of ISO 3166-2."""
    regions, term = desk.door.edition.scheme(REGIONS), code.lower()
    return desk.reader.label(regions.term(term).labels) if term in regions else code


def _written(text: str, language: str) -> Markup:
    """A name in its own letters, whichever way they run."""
    if not language:
        return Markup("<bdi>{}</bdi>").format(text)
    return Markup('<bdi lang="{}">{}</bdi>').format(language, text)
