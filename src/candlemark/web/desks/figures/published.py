"""What of an agency's figures is published: tables of releases that stand, and nothing else.

Nothing here looks at an exact figure, and nothing is protected here: a page cannot show a number in
public form that no release holds.  Where none stands, the page says what a release needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from candlemark.protect import HOUSE
from candlemark.publish.open import FORMATS
from candlemark.publish.open.placing import folder_of
from candlemark.publish.releases import standing_of
from candlemark.publish.site.content import gather
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import NOT_APPLICABLE, TOTAL, Sign
from candlemark.publish.wording import knows, sign_labels, sign_notes, texts
from candlemark.web.desks.figures.naming import Names
from candlemark.web.desks.figures.source import listed_code
from candlemark.web.doors import door_of
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from candlemark.publish.releases import Shown, Standing
    from candlemark.publish.table import Cell, Measure, Table
    from candlemark.web.doors import Door

FORMS: Final = {"csv": "table.csv", "json": "table.json"}
"""The files a table can be had in here; the site has every other one."""
ROWS: Final = 120
"""Rows of a table on the page; the rest is in its files."""
ASKED: Final = ("attrition", "occupancy", "incidence", "durations", "case-mix")
"""What can be published, by question."""
NAMED: Final = {
    "attrition": "steps",
    "occupancy": "stands",
    "incidence": "reached/STATE",
    "durations": "lasts/STATE",
    "case-mix": "entered/bias-grounds",
}
"""What a table that answers a question is called in ``release draft --table``."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: where it stands, and a cell for each measure."""

    name: str
    cells: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: a number with its interval, or the sign that stands in its place."""

    sign: str
    """``number``, ``zero``, ``suppressed``, ``waiting``, ``missing``; empty where there is none."""
    text: str = ""
    interval: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class TableShown:
    """A published table for a page."""

    identity: str
    question: str
    number: int
    title: str
    sentence: str
    released: str
    as_of: str
    place: str
    """What the rows are divided by."""
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int
    notes: str
    address: str


def published(request: HttpRequest, about: str) -> HttpResponse:
    """What of an agency's figures stands in a release, and what a release of the rest needs."""
    door = door_of(request)
    code = listed_code(door, about)
    reader = reader_of(request)
    standing, said = _standing(door, code), Speaker(reader.tongue)
    shown = [_shown(one, standing, said) for one in standing.shown]
    answered = {one.question for one in shown}
    crosswalk = door.crosswalk_or_none(code)
    return page(
        request,
        "figures/published.html",
        about=about,
        code=code,
        crosswalk=crosswalk,
        names=Names(door.edition, crosswalk, reader),
        simulated=(crosswalk is not None and crosswalk.simulated)
        or any(one.table.simulated for one in standing.shown),
        shown=shown,
        signs=[
            (one.value, said.text(sign_labels(one)), said.text(sign_notes(one)))
            for one in Sign
            if one is not Sign.NUMBER
        ],
        open_questions=[(one, NAMED[one]) for one in ASKED if one not in answered],
        drafts=standing.drafts,
        withdrawn=standing.withdrawn,
        least=HOUSE.batch,
    )


def published_file(request: HttpRequest, about: str, identity: str, form: str) -> HttpResponse:
    """A published table as a file, the same bytes as on the site."""
    door = door_of(request)
    standing = _standing(door, listed_code(door, about))
    found = standing.with_identity(identity)
    if found is None:
        raise Http404
    site = gather(door.vault)
    table = site.tables[identity]
    (one,) = [each for each in FORMATS if each.name == FORMS[form]]
    content = one.write(table, site.placing(table))
    response = HttpResponse(content, content_type=one.media)
    name = f"{table.name}-release-{found.release.number}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _standing(door: Door, code: str) -> Standing:
    return door.kept(("published", code), lambda: standing_of(door.vault.ledger, code))


def _shown(found: Shown, standing: Standing, said: Speaker) -> TableShown:
    table, base = found.table, standing.places.address
    lines = tuple(_lines(table, said))
    divided = " · ".join(said.text(one.labels) for one in table.dimensions)
    return TableShown(
        identity=table.identity,
        question=table.question.code,
        number=found.release.number,
        title=said.text(table.titles),
        sentence=sentence(table, said),
        released=said.day(found.release.on),
        as_of=said.day(table.as_of),
        place=divided or said.text(table.unit.labels),
        columns=tuple(said.text(one.labels) for one in table.measures),
        lines=lines[:ROWS],
        more=max(len(lines) - ROWS, 0),
        notes=said.text(table.protection.notes),
        address=f"{base}{folder_of(table)}" if base else "",
    )


def _lines(table: Table, said: Speaker) -> Iterator[Line]:
    """The rows: every place of the table once, a cell for each measure."""
    places: dict[tuple[str, ...], dict[str, Cell]] = {}
    for cell in table.cells:
        places.setdefault(cell.at, {})[cell.measure] = cell
    labels = [{one.code: said.text(one.labels) for one in of.categories} for of in table.dimensions]
    for at, cells in places.items():
        named = [
            of[code]
            for code, of in zip(at, labels, strict=True)
            if code not in {TOTAL, NOT_APPLICABLE}
        ]
        yield Line(
            " · ".join(named) or _("Everybody"),
            tuple(_entry(cells.get(one.code), one, said) for one in table.measures),
        )


def _entry(cell: Cell | None, measure: Measure, said: Speaker) -> Entry:
    if cell is None:
        return Entry("")
    reason = (
        texts("reason", cell.reason)
        if cell.reason and knows("reason", cell.reason)
        else sign_labels(cell.sign)
    )
    text = "" if cell.value is None else said.value(cell.value, measure.form)
    interval = "" if cell.low is None or cell.high is None else said.interval(cell, measure.form)
    return Entry(cell.sign.value, text, interval, said.text(reason))
