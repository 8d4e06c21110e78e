"""Taking cases out as a file: what for, in which form, and whether names go along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from candlemark import exchange
from candlemark.casefile import listing
from candlemark.casefile.roles import Right
from candlemark.exchange import Form, Terms
from candlemark.exchange.out.taken import INSIDE, USES
from candlemark.web.desks.finding import asking, shown
from candlemark.web.doors import door_of
from candlemark.web.forms.token import forms_of
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST_CASES: Final = 20_000
"""Cases a page takes out at once; more are for the command."""


def send_out(request: HttpRequest) -> HttpResponse:
    """The form that asks what for; by POST, the file."""
    door = door_of(request)
    asked, _lost = asking.read(request.GET, door.edition, forms_of(request).stand_in)
    ledger, today, reader = door.vault.ledger, door.today(), reader_of(request)
    count = listing.listing(ledger, asked.filter, today).count
    form = request.POST.get("form", "")
    if request.method == "POST" and form in set(Form) and count <= MOST_CASES:
        use = request.POST.get("use", INSIDE)
        names = request.POST.get("identities") == "yes" and door.may(Right.SEE_IDENTITIES)
        terms = Terms(use if use in USES else INSIDE, names)
        taken = exchange.take(
            ledger, door.edition, asked.filter, today, terms, vault=door.vault.name
        )
        file = exchange.export(taken, Form(form), reader.tongue)
        response = HttpResponse(file.content, content_type=file.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        return response
    words = shown.Names(door.edition, reader)
    return page(
        request,
        "finding/export.html",
        asked=asked,
        chosen=shown.chosen(asked, words),
        count=count,
        too_many=count > MOST_CASES,
        forms=_forms(),
        uses=_uses(words),
    )


def _forms() -> list[tuple[Form, str, str]]:
    return [
        (Form.CSV, _("CSV"), _("one line for each case")),
        (Form.TABLES, _("CSV tables"), _("a ZIP with a table for each sort of thing")),
        (Form.XLSX, "XLSX", _("a workbook with a sheet for each sort of thing")),
        (Form.JSON, "JSON", _("every statement with its history; can be read back")),
        (Form.OCEL, "OCEL 2.0", _("an object-centric event log for process mining")),
        (Form.XES, "XES", _("an event log of IEEE 1849, a trace for each person’s way")),
    ]


def _uses(names: shown.Names) -> list[tuple[str, str]]:
    return [
        (use, names.term("consent-uses", use) if use else _("the group’s own work")) for use in USES
    ]
