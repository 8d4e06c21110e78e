"""Saved views of the list: kept under a name, opened by a link, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.urls import reverse

from candlemark.casefile.listing import Sort
from candlemark.casefile.saved_views import drop_view, keep_view, views
from candlemark.errors import NotInOrder, NotUnderstood
from candlemark.ids import check_id
from candlemark.web.desks.finding import asking
from candlemark.web.doors import door_of
from candlemark.web.forms.token import forms_of
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.casefile.saved_views import ViewKept
    from candlemark.definition import Edition
    from candlemark.web.desks.finding.asking import Veil
    from candlemark.web.doors import Door


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A saved view as the list offers it."""

    id: str
    name: str
    query: str


def shown(door: Door, veil: Veil) -> list[ViewShown]:
    """The saved views, with the end of the address of each."""
    return [
        ViewShown(one.view, one.name, _asked(one, door.edition, veil).query)
        for one in views(door.vault.ledger)
    ]


def _asked(view: ViewKept, edition: Edition, veil: Veil) -> asking.Asked:
    """What a view asks for, as far as this edition knows its terms."""
    asked = asking.Asked(veil=veil)
    fields = [one.partition("=")[::2] for one in view.terms]
    fields += [(asking.DUE, view.due), (asking.SINCE, view.since), (asking.SORT, view.sort)]
    for name, value in fields:
        asked = asking.taken(asked, edition, name, value) or asked
    return asked


def save(request: HttpRequest) -> HttpResponse:
    """Keep the filter in the address under the name that was typed."""
    if request.method != "POST":
        raise Http404
    door = door_of(request)
    asked, _ = asking.read(request.GET, door.edition, forms_of(request).stand_in)
    try:
        keep_view(
            door.vault.ledger,
            request.POST.get("name", ""),
            asked.terms,
            due=asked.due.value if asked.due else "",
            since=asked.since.isoformat() if asked.since else "",
            sort="" if asked.sort is Sort.SAID else asked.sort.value,
        )
    except NotInOrder as error:  # the form asks for a name, and stands beside a filter only
        raise NotUnderstood(error.message, hint=error.hint, faults=error.faults) from None
    return SeeOther(f"{reverse('cases')}{asked.behind('').query}")


def drop(request: HttpRequest, view_id: str) -> HttpResponse:
    """Take a view away."""
    if request.method != "POST":
        raise Http404
    try:
        drop_view(door_of(request).vault.ledger, check_id(view_id, "view"))
    except NotUnderstood:
        raise Http404 from None
    return SeeOther(reverse("cases"))
