"""Figures by stage, by ground, by region and by agency: the published tables along each of these.

Each page holds as many sections as it has room for; what is left goes on the next.  The cuts are
the same in every tongue, so that the same section is on the same page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from candlemark.definition import Definition
from candlemark.publish import wording
from candlemark.publish.site.bars import Row, Scale, drawn
from candlemark.publish.site.cells import cell_html, covered, signs
from candlemark.publish.site.cuts import REGIONS, cuts
from candlemark.publish.site.pages import listed
from candlemark.publish.site.picture import MOST, picture, picture_rows
from candlemark.publish.site.regions import region_map
from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import TOTAL, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.publish.site.cuts import Cut
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Cell, Table

    Fragments = Mapping[str, Markup]

GROUNDS: Final = ("bias-grounds", "hate-speech-grounds")
_STAGED: Final = ("attrition", "durations", "incidence", "occupancy")
"""Questions whose answers follow cases from stage to stage."""
_ROOM: Final = 34_000
"""Bytes of sections on a page; the rest is its frame and its style."""
_ROWS: Final = 18_000
"""Bytes of the rows of one section."""
_AROUND: Final = 32
"""Bytes of a row around what it says."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """One door of figures: what is behind it, in sections."""

    door: str
    sections: Callable[[Writer], Iterator[Fragments]]


def pages(writer: Writer) -> dict[str, bytes]:
    """The pages behind the doors ``stages``, ``grounds``, ``regions`` and ``agencies``."""
    found: dict[str, bytes] = {}
    for one in GATHERINGS:
        packed = list(_packed(one.sections(writer))) or [[]]
        for number, sections in enumerate(packed, 1):
            found |= writer.in_every_tongue(
                _name(one.door, number),
                "gathered.html",
                _given(writer, one.door, sections, number, len(packed)),
                door=one.door,
            )
    return found


def _given(
    writer: Writer, door: str, sections: Sequence[Fragments], page: int, count: int
) -> Callable[[Speaker], dict[str, Any]]:
    simulated = any(one.simulated for one in writer.site.current)
    return lambda said: {
        "title": f"door-{door}",
        "says": f"door-{door}-says",
        "inside": [one[said.tongue] for one in sections],
        "simulated": simulated,
        "signs": signs(said),
        "page": page,
        "pages": count,
        "address": lambda number: _name(door, number),
    }


def _name(door: str, page: int) -> str:
    return f"{door}.html" if page == 1 else f"{door}-{page}.html"


def _packed(sections: Iterator[Fragments]) -> Iterator[list[Fragments]]:
    page: list[Fragments] = []
    room = _ROOM
    for one in sections:
        size = max(len(text.encode()) for text in one.values())
        if page and size > room:
            yield page
            page, room = [], _ROOM
        page.append(one)
        room -= size
    if page:
        yield page


# What the sections are


def _by_stage(writer: Writer) -> Iterator[Fragments]:
    """How far cases came, then where they stand, then how long they stay and how soon they come."""
    for question in _STAGED:
        for table in writer.site.current:
            if table.question.code == question:
                yield _fragments(writer, table, partial(_staged, table))


def _staged(table: Table, said: Speaker) -> dict[str, Any]:
    measure, rows = picture_rows(table, said)
    return {
        "sentence": sentence(table, said),
        "picture": picture(table, said, alone=False),
        "rows": [
            (row.label, cell_html(row.cell, measure, said)) if row.cell else (row.label, None)
            for row in rows
        ],
    }


def _by_ground(writer: Writer) -> Iterator[Fragments]:
    for cut in _cuts(writer, GROUNDS):
        yield _fragments(writer, cut.table, partial(_divided, cut, cut.whole(writer.site.current)))


def _by_region(writer: Writer) -> Iterator[Fragments]:
    # From the country down: the table with the fewest regions first.
    for cut in sorted(_cuts(writer, (REGIONS,)), key=lambda cut: len(cut.cells)):
        whole, edition = cut.whole(writer.site.current), _edition(writer, cut.table)
        yield _fragments(writer, cut.table, partial(_on_a_map, cut, whole, edition))


def _cuts(writer: Writer, schemes: Sequence[str]) -> Iterator[Cut]:
    for table in writer.site.current:
        yield from cuts([table], schemes, _edition(writer, table))


def _edition(writer: Writer, table: Table) -> Edition:
    """The definition of a table; of one that this version has no longer, the one it has."""
    return writer.site.edition_of(table) or Definition.load()


def _divided(cut: Cut, whole: Cell | None, said: Speaker) -> dict[str, Any]:
    rows = cut.rows(said)
    shown = rows[:MOST]
    head = Row(said.text(cut.measure.labels))
    kept, more = _rows(cut, whole, said)
    return {
        "sentence": sentence(cut.table, said),
        "picture": drawn(
            said.text(cut.table.titles),
            sentence(cut.table, said),
            [head, *shown],
            Scale.of(rows, cut.measure.form),
            said,
            alone=False,
        )
        if shown
        else Markup(),
        "rows": kept,
        "more": said.number(more) if more else "",
        "measure": said.text(cut.measure.labels),
    }


def _on_a_map(
    cut: Cut, whole: Cell | None, edition: Edition | None, said: Speaker
) -> dict[str, Any]:
    found = _divided(cut, whole, said)
    mapped = region_map(cut, edition, said)
    return found | {"map": mapped} if mapped else found


def _rows(
    cut: Cut, whole: Cell | None, said: Speaker
) -> tuple[list[tuple[str, Markup | None]], int]:
    """Each code with its cell, as far as there is room, and how many are left out.

    Everybody stands first.  A code that only stands over others is a heading; those of nobody
    stand in one row, when they are many, and so do those that wait: the map shows which.
    """
    named = list(cut.named(said))
    gathered = [
        cells
        for sign in (Sign.ZERO, Sign.WAITING)
        if len(
            cells := [cell for code, _, cell in named if cell.sign is sign and not cut.heads(code)]
        )
        > MOST
    ]
    gone = {cells[0].sign for cells in gathered}
    rows: list[tuple[str, Markup | None]] = []
    if whole is not None:
        everybody = said.text(wording.texts("category", TOTAL))
        rows.append((everybody, cell_html(whole, cut.measure, said)))
    for code, label, cell in named:
        if cut.heads(code):
            rows.append((label, None))
        elif cell.sign not in gone:
            rows.append((label, cell_html(cell, cut.measure, said)))
    if gathered:
        # A heading with nothing under it says nothing.
        rows = [
            row
            for row, after in zip(rows, [*rows[1:], ("", None)], strict=True)
            if row[1] is not None or after[1] is not None
        ]
        for cells in gathered:
            label = said.word("others", count=said.number(len(cells)))
            rows.append((label, cell_html(cells[0], cut.measure, said)))
    sizes = accumulate(len(f"{label}{cell}".encode()) + _AROUND for label, cell in rows)
    fits = sum(size <= _ROWS for size in sizes)
    return rows[:fits], len(rows) - fits


def _by_agency(writer: Writer) -> Iterator[Fragments]:
    """What is published of each agency, one after the other."""
    agencies: dict[str, list[Table]] = {}
    for table in writer.site.current:
        agencies.setdefault(table.agency.code, []).append(table)
    for tables in agencies.values():
        yield {
            tongue: writer.part("agency.html", said=said, root="../", **_agency(tables, said))
            for tongue, said in writer.speakers.items()
        }


def _agency(tables: Sequence[Table], said: Speaker) -> dict[str, Any]:
    ways = [one for one in tables if one.question.code == "attrition"]
    return {
        "agency": said.text(tables[0].agency.labels),
        "sentence": sentence(ways[0], said) if ways else "",
        "picture": Markup(picture(ways[0], said, alone=False)) if ways else "",  # noqa: S704 - ours
        "found": listed(tables, said),
    }


def _fragments(
    writer: Writer, table: Table, given: Callable[[Speaker], dict[str, Any]]
) -> Fragments:
    made = {}
    for tongue, said in writer.speakers.items():
        found = {"rows": [], "more": "", "measure": "", "map": None} | given(said)
        made[tongue] = writer.part(
            "cut.html",
            said=said,
            root="../",
            table=table,
            as_of=said.day(table.as_of),
            covers=covered(table, said),
            **found | {"picture": Markup(found["picture"])},  # noqa: S704 - made by us
        )
    return made


GATHERINGS: Final = (
    Gathering("stages", _by_stage),
    Gathering("grounds", _by_ground),
    Gathering("regions", _by_region),
    Gathering("agencies", _by_agency),
)
