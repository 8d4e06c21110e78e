"""The design page: what exists, in every state.  Outside development there is no such page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from candlemark.casefile import account, listing
from candlemark.casefile.naming import Naming
from candlemark.web.desks.design import samples
from candlemark.web.doors import door_of
from candlemark.web.forms.setting import Setting
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, over the first case of the vault."""
    door, reader = door_of(request), reader_of(request)
    if not door.design:
        raise Http404
    first = listing.listing(
        door.vault.ledger, listing.Filter(sort=listing.Sort.OPENED), door.today()
    )
    if not first.cases:
        raise Http404
    case = door.case(first.cases[-1].id)
    told = account(case, door.edition, door.today())
    setting = Setting(reader, door.edition, case)
    form, faults = samples.refused(setting)
    return page(
        request,
        "design/design.html",
        case=case,
        naming=Naming(case),
        setting=setting,
        told=told,
        empty=samples.empty(setting),
        filled=samples.filled(setting),
        refused=form,
        faults=faults,
        figure=samples.figure(reader, door.edition),
        colours=(
            "ink",
            "soft-ink",
            "rule",
            "edge",
            "waiting",
            "link",
            "reached",
            "ended",
            "beyond",
            "alarm",
        ),
    )
