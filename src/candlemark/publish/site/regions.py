"""A schematic map of regions: one tile for each, where it lies as nearly as a grid can say it.

A grid draws no boundary and gives every region the same room, so that a large empty one does not
outweigh a small full one.  Values stand in classes, the signs look as they do elsewhere.  A table
of larger regions colours the tiles of what lies in them.  Regions that no map knows have no map:
bars show them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import floor, log10
from typing import TYPE_CHECKING, Any, Final

from candlemark.measure.drawing.svg import Svg, element, image, joined
from candlemark.publish.site.cuts import REGIONS, is_absence
from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import Form, Sign
from candlemark.publish.wording import sign_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.publish.site.cuts import Cut
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.table import Cell

STYLE: Final = (
    ".tiles text{font:600 17px system-ui,'Segoe UI',Roboto,Arial,sans-serif;fill:#1b1e23;"
    "text-anchor:middle}"
    ".tiles rect{stroke:#8a8f98;fill:none}.tiles .c1{fill:#d8e8ec}.tiles .c2{fill:#a3c9d3}"
    ".tiles .c3{fill:#3a7a8c}.tiles .c4{fill:#17495a}.tiles .c3+text,.tiles .c4+text{fill:#fff}"
    ".tiles .none{stroke:#dad7cf}.tiles .none+text{fill:#565d68}"
    ".tiles .waiting{stroke-dasharray:4 4}"
    ".tiles .mark{stroke:#565d68;stroke-width:1.5;fill:none}"
    "@media screen and (prefers-color-scheme:dark){.tiles text{fill:#e8e6e1}"
    ".tiles .c1{fill:#22404a}"
    ".tiles .c2{fill:#2f6171}.tiles .c3{fill:#6fb0c3}.tiles .c4{fill:#b5e0ec}"
    ".tiles .c3+text,.tiles .c4+text{fill:#101418}.tiles .none{stroke:#3a414c}"
    ".tiles .none+text,.tiles .mark{fill:#a9afba}.tiles .mark{fill:none;stroke:#a9afba}}"
    "@media(forced-colors:active){.tiles text{fill:CanvasText!important}"
    ".tiles rect{stroke:CanvasText;fill:Canvas!important}.tiles .mark{stroke:CanvasText}}"
)
"""What the classes look like."""

_TILE: Final = 46
_STEP: Final = 48
_CLASSES: Final = 4
_NICE: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Legend:
    """One kind of tile, and what it stands for."""

    kind: str
    mark: Svg
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """A map and its legend."""

    picture: Svg
    classes: tuple[Legend, ...]


def region_map(cut: Cut, edition: Edition | None, said: Speaker) -> Map | None:
    """The map of a table by region; None when no map knows all of its regions."""
    tiles = _tiles(edition)
    of = {code: cell for code, cell in cut.cells.items() if code in tiles or code in tiles.values()}
    named = [one for one in cut.cells if not is_absence(one, edition)]
    if not of or len(of) < len(named):
        return None
    places = next(one for one in _maps() if any(code in one for code in [*of, *_under(of, tiles)]))
    upto = _bounds([cell.value for cell in of.values() if cell.sign is Sign.NUMBER and cell.value])
    drawn, kinds = [], set()
    for code, (column, row) in places.items():
        cell = of.get(code) or of.get(tiles.get(code, ""))
        kind = _kind(cell, upto)
        kinds.add(kind)
        drawn.append(_tile(code, kind, column * _STEP, row * _STEP))
    width = (1 + max(column for column, _ in places.values())) * _STEP
    height = (1 + max(row for _, row in places.values())) * _STEP
    picture = image(
        said.text(cut.table.titles),
        f"{sentence(cut.table, said)} {said.word('map-schematic')}",
        *drawn,
        class_="tiles",
        viewBox=f"0 0 {width} {height}",
        direction="ltr",
    )
    return Map(picture, tuple(_legend(kinds, upto, cut.measure.form, said)))


@cache
def _maps() -> tuple[Mapping[str, tuple[int, int]], ...]:
    """Of each map the column and the row of each code."""
    found = []
    for one in sorted(files("candlemark.publish.site").joinpath("maps").iterdir(), key=str):
        if one.name.endswith(".toml"):
            said: dict[str, Any] = tomllib.loads(one.read_text("utf-8"))
            lines = said["rows"].strip().splitlines()
            found.append(
                {
                    f"{said['country']}-{code}": (column, row)
                    for row, line in enumerate(lines)
                    for column, code in enumerate(line.split())
                    if code != ".."
                }
            )
    return tuple(found)


def _tiles(edition: Edition | None) -> dict[str, str]:
    """Every code that has a tile, and the larger region it lies in."""
    known = edition is not None and REGIONS in edition.by_code
    broader = (
        {term.code: term.broader for term in edition.scheme(REGIONS).terms}
        if edition is not None and known
        else {}
    )
    return {code: broader.get(code) or "" for one in _maps() for code in one}


def _under(of: Mapping[str, Cell], tiles: Mapping[str, str]) -> Iterator[str]:
    for code, larger in tiles.items():
        if larger in of:
            yield code


def _bounds(values: Sequence[float]) -> tuple[float, ...]:
    """Upper ends of the classes: even steps up to a round number above the largest."""
    largest = max(values, default=0)
    if not largest:
        return ()
    size = 10.0 ** floor(log10(largest / _CLASSES))
    step = next(one * size for one in _NICE if one * size * _CLASSES >= largest)
    step = max(step, 1) if largest > 1 else step
    return tuple(step * number for number in range(1, _CLASSES + 1))


def _kind(cell: Cell | None, upto: Sequence[float]) -> str:
    if cell is None:
        return "none"
    if cell.sign is not Sign.NUMBER or not cell.value:
        return (Sign.ZERO if cell.sign is Sign.NUMBER else cell.sign).value
    return next(f"c{place}" for place, end in enumerate(upto, 1) if cell.value <= end + 1e-9)


def _tile(code: str, kind: str, x: int, y: int) -> Svg:
    square = element("rect", class_=kind, x=x + 1, y=y + 1, width=_TILE, height=_TILE, rx=5)
    mark = _mark(kind)
    word = element("text", code.partition("-")[2].upper(), x=x + 24, y=y + (22 if mark else 30))
    under = [element("svg", mark, x=x + 16, y=y + 26, overflow="visible")] if mark else []
    return joined([square, word, *under])


def _mark(kind: str) -> Svg:
    """The sign of a tile, sixteen wide."""
    if kind == "suppressed":
        return element("path", class_="mark", d="M2 2l12 12M2 14l12 -12")
    if kind == "missing":
        return element("path", class_="mark", d="M1 8h14")
    if kind == "zero":
        return element("circle", class_="mark", cx=8, cy=8, r=6)
    return Svg("")


def _legend(kinds: set[str], upto: Sequence[float], form: Form, said: Speaker) -> Iterator[Legend]:
    before: float = 0
    for place, end in enumerate(upto, 1):
        ends = said.word("class", low=said.value(before, form), high=said.value(end, form))
        yield Legend(f"c{place}", Svg(""), ends)
        before = end
    for sign in (Sign.SUPPRESSED, Sign.WAITING, Sign.ZERO, Sign.MISSING):
        mark = _mark(sign.value)
        mark = element("svg", mark, x=3, y=3, overflow="visible") if mark else mark
        yield Legend(sign.value, mark, said.text(sign_labels(sign)))
    if "none" in kinds:
        yield Legend("none", Svg(""), said.word("not-in-table"))
