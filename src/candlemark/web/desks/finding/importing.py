"""Bringing in a spreadsheet: what it was understood to say is shown before anything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark import exchange
from candlemark.errors import CandlemarkError, NotUnderstood, SourceError, SourceMalformed
from candlemark.exchange.mapping import IN_TONGUES, STAGE
from candlemark.exchange.tables import read_table
from candlemark.tongues import INTERFACE, NAMES
from candlemark.web.desks.finding import faults_said, shown
from candlemark.web.desks.finding.holding import HELD
from candlemark.web.doors import door_of
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.exchange import Meant, Plan, Table
    from candlemark.web.doors import Door

MOST_ROWS: Final = 10_000
"""Rows of a table that a page brings in; more are for the command, which shows how far it is."""
_SAMPLES: Final = 3
_FAULTS: Final = 50
_FATES: Final = ("refused", "changed", "new", "same")
_ROWS: Final = 200
"""Rows that are told one by one after keeping; a page of all would be too heavy for a phone."""
_TONGUES: Final = (*INTERFACE, "tly", "tly-Cyrl", "tly-Arab")


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column with what it was understood to mean, and some of what stands in it."""

    at: int
    header: str
    field: str
    language: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowShown:
    """What became of one row that was kept or left out."""

    row: int
    reference: str
    case: str
    fate: str
    faults: tuple[faults_said.CellSaid, ...]
    by_hand: bool


def bring_in(request: HttpRequest) -> HttpResponse:
    """The form for a file; then what was understood of it; then, when asked, keeping it."""
    if request.method != "POST":
        return page(request, "finding/import.html", refused=None, tongues_of=_tongues())
    if "held" not in request.POST:
        return _first_look(request)
    content = HELD.held(request.POST["held"], request.POST.get("key", ""))
    if content is None:
        return _again(request, _gone())
    try:
        table = read_table(content, request.POST.get("sheet", ""))
    except SourceError as error:
        return _again(request, error)
    return _look(request, table, request.POST["held"], request.POST.get("key", ""))


def _kept(request: HttpRequest, plan: Plan, names: shown.Names) -> HttpResponse:
    """What became of each row, what asks for a look first.

    This is the answer to the form and has no address of its own: what a table says of cases belongs
    into none, and once it is kept nothing here holds it any longer.
    """
    told = sorted(plan.rows, key=lambda row: (_FATES.index(row.fate), not row.faults, row.row))
    return page(
        request,
        "finding/imported.html",
        counts=plan.counts,
        rows=[
            RowShown(
                row.row,
                row.reference,
                row.case,
                row.fate,
                tuple(faults_said.cell(one, names) for one in row.faults),
                bool(row.by_hand),
            )
            for row in told[:_ROWS]
        ],
        more=max(len(told) - _ROWS, 0),
    )


def _gone() -> SourceError:
    return SourceMalformed(
        "this table is no longer held here",
        hint="choose the file again; what was kept of it is known again by its numbers",
    )


def _again(request: HttpRequest, error: CandlemarkError) -> HttpResponse:
    """The first form once more, with what was wrong."""
    return page(
        request,
        "finding/import.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        refused=faults_said.said(error),
        tongues_of=_tongues(),
    )


def _first_look(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("table")
    try:
        if file is None:
            raise SourceMalformed("no file was chosen", hint="choose the file that holds the cases")
        content = file.read()
        table = read_table(content)
        if len(table.rows) > MOST_ROWS:
            raise SourceMalformed(
                "this table has more than 10,000 rows",
                hint="bring it in with the command: candlemark case import FILE",
            )
    except SourceError as error:
        return _again(request, error)
    name, key = HELD.hold(content)
    return _look(request, table, name, key)


def _look(request: HttpRequest, table: Table, name: str, key: str) -> HttpResponse:
    """Show what the table would change; or keep it, when that was asked and nothing is open."""
    door = door_of(request)
    ledger, edition = door.vault.ledger, door.edition
    meant = _meant(request, table, door)
    leave_out = request.POST.get("leave_out") == "yes"
    plan: Plan | None = None
    refused: faults_said.Refused | None = None
    names = shown.Names(edition, reader_of(request))
    try:
        plan = exchange.plan(ledger, edition, table, meant, leave_out=leave_out)
        if request.POST.get("do") == "keep" and plan.actions:
            exchange.keep(ledger, edition, plan)
            exchange.prepare(ledger)
            HELD.drop(name)
            return _kept(request, plan, names)
    except (NotUnderstood, SourceError) as error:
        refused = faults_said.said(error)
    return page(
        request,
        "finding/mapping.html",
        table=table,
        meant=meant,
        columns=_columns(table, meant),
        fields=_fields(names, door),
        in_tongues=IN_TONGUES,
        tongues_of=_tongues(),
        held=name,
        key=key,
        leave_out=leave_out,
        plan=plan,
        by_hand=sum(bool(row.by_hand) for row in plan.rows) if plan else 0,
        faults=[faults_said.cell(one, names) for one in plan.faults[:_FAULTS]] if plan else [],
        more_faults=max(len(plan.faults) - _FAULTS, 0) if plan else 0,
        refused=refused,
    )


def _meant(request: HttpRequest, table: Table, door: Door) -> Meant:
    """What the columns mean, as the form says; the first time, as they are guessed."""
    language = request.POST.get("language", "")
    language = language if language in _TONGUES else reader_of(request).tongue
    if "column-0" not in request.POST:
        return exchange.guess(table, door.edition, language)
    columns = []
    for at in range(len(table.headers)):
        tongue = request.POST.get(f"tongue-{at}", "")
        field = request.POST.get(f"column-{at}", "")[:60]
        tongue = tongue if tongue in _TONGUES and field in IN_TONGUES else ""
        columns.append(exchange.Column(field, tongue))
    first = {"day": True, "month": False}.get(request.POST.get("first", ""))
    country = request.POST.get("country", "")
    country = country if len(country) == 2 and country.isascii() and country.isupper() else ""
    return exchange.Meant(tuple(columns), language, first, country)


def _columns(table: Table, meant: Meant) -> list[ColumnShown]:
    found = []
    for at, (header, column) in enumerate(zip(table.headers, meant.columns, strict=False)):
        values = dict.fromkeys(str(row[at])[:60] for row in table.rows[:200] if row[at] != "")
        samples = tuple(list(values)[:_SAMPLES])
        found.append(ColumnShown(at, header, column.field, column.language, samples))
    return found


def _fields(names: shown.Names, door: Door) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can mean, in groups as the form shows them."""
    stages = [
        (f"{STAGE}{term.code}", names.reader.text(term.labels))
        for term in door.edition.scheme("stages")
    ]
    plain = [(code, faults_said.field(code, names)) for code in exchange.fields_of(door.edition)]
    return [
        (_("The case"), [one for one in plain if not one[0].startswith(STAGE)]),
        (_("The day a stage was reached"), stages),
    ]


def _tongues() -> list[tuple[str, str]]:
    return [(tag, NAMES[tag]) for tag in _TONGUES]
