"""The sign-in page and the ways out.  Whoever is not let in gets one answer, whatever was wrong."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string

from candlemark.errors import CandlemarkError, NotEntitled, VaultBusy, WrongPassphrase
from candlemark.web import arrivals, cookie
from candlemark.web.carried import Carried, brought_back, read_carried, sign_in_page
from candlemark.web.doors import DOOR
from candlemark.web.forms.token import FIELD, FORMS, Made, forms_of
from candlemark.web.house import LockedHouse, house_of
from candlemark.web.onward import ONWARD, onward
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther, sign_in_address
from candlemark.web.tongue import asked_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.web.arrivals import Arrival
    from candlemark.web.house import Inside

_AGAIN: Final = 2
"""Seconds after which the page that says that the vault is being read is loaded again."""
_LONGEST: dict[str, int] = {"code": 60, "passphrase": 300, "factor": 20}
"""Letters that are read of each field; nobody's is longer."""


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is, and let them in."""
    house = house_of(request)
    if not isinstance(house, LockedHouse):
        raise Http404
    if request.method != "POST":
        return _unless_inside(request, house)
    carried = read_carried(request.POST.get("carried", ""))
    typed = {name: request.POST.get(name, "")[:most] for name, most in _LONGEST.items()}
    if forms_of(request).made(request.POST.get(FIELD, "")) is not Made.OURS:
        return sign_in_page(request, carried=carried, said="old", code=typed["code"])
    if "demonstration" in request.POST and house.beside is not None:
        arrival = house.arrive_at_demonstration()
    else:
        arrival = house.arrive(**typed, written=carried.as_text() if carried else "")
    return _let_in(request, house, arrival, arrivals.PATIENCE)


def _let_in(
    request: HttpRequest, house: LockedHouse, arrival: Arrival, patience: float = 0.0
) -> HttpResponse:
    """What becomes of somebody who signs in: inside, not let in, or a page that says wait."""
    try:
        token = arrival.token(patience)
    except CandlemarkError as error:
        house.arrivals.collected(arrival)
        response = _refused(request, house, arrival, error)
        if cookie.token_of(request) == arrival.ticket:
            cookie.take_back(response)
        return response
    if token is None:
        return _being_read(request, arrival)
    house.arrivals.collected(arrival)
    response = _welcome(request, house, token, read_carried(arrival.written))
    cookie.hand_over(response, token)
    return response


def _refused(
    request: HttpRequest, house: LockedHouse, arrival: Arrival, error: CandlemarkError
) -> HttpResponse:
    code, carried = arrival.code, read_carried(arrival.written)
    if isinstance(error, WrongPassphrase):
        return _not_let_in(request, house, code, carried)
    if isinstance(error, NotEntitled):
        return _too_early(request, house, code, carried)
    if not isinstance(error, VaultBusy):
        raise error
    return sign_in_page(
        request,
        carried=carried,
        said="busy",
        code=code,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
    )


def _being_read(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """The page that says that the vault is being read, and asks again by itself."""
    if request.method == "POST":
        there = f"?{ONWARD}={quote(onward(request))}" if onward(request) else ""
        response: HttpResponse = SeeOther(f"{sign_in_address(request)}{there}")
        cookie.hand_over(response, arrival.ticket)
        return response
    response = page(
        request,
        "door/being-read.html",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        carried=bool(arrival.written),
        desk="sign-in",
    )
    response.headers["Retry-After"] = response.headers["Refresh"] = str(_AGAIN)
    return response


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    _end(request)
    response = SeeOther(sign_in_address(request))
    cookie.take_back(response)
    return response


def leave(request: HttpRequest) -> HttpResponse:
    """End the session and show nothing: somebody is coming.

    The answer is the empty page itself.  Where this server may send a browser is bound by the
    policy of the pages, and no other site is to learn that somebody left in a hurry.
    """
    _end(request)
    response = HttpResponse(render_to_string("door/nothing.html"))
    cookie.take_back(response)
    return response


def _end(request: HttpRequest) -> None:
    house = house_of(request)
    if isinstance(house, LockedHouse):
        house.sign_out(cookie.token_of(request))


def _unless_inside(request: HttpRequest, house: LockedHouse) -> HttpResponse:
    arrival = house.arrivals.of(cookie.token_of(request))
    if arrival is not None:
        return _let_in(request, house, arrival)
    try:
        with house.enter(cookie.token_of(request)):
            return SeeOther(_onward(request))
    except NotEntitled:
        return sign_in_page(request)


def _not_let_in(
    request: HttpRequest, house: LockedHouse, code: str, carried: Carried | None
) -> HttpResponse:
    wait = math.ceil(house.entrance.wait(code))
    return sign_in_page(
        request, carried=carried, said="wrong", wait=wait, code=code, status=HTTPStatus.FORBIDDEN
    )


def _too_early(
    request: HttpRequest, house: LockedHouse, code: str, carried: Carried | None
) -> HttpResponse:
    wait = max(1, math.ceil(house.entrance.wait(code)))
    response = sign_in_page(
        request,
        carried=carried,
        said="early",
        wait=wait,
        code=code,
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response.headers["Retry-After"] = str(wait)
    return response


def _welcome(
    request: HttpRequest, house: LockedHouse, token: str, carried: Carried | None
) -> HttpResponse:
    """The page first asked for; or, for somebody whose session ended under a form, that form."""
    if carried is None:
        return SeeOther(_onward(request))
    with house.enter(token) as inside:
        return _with_form(request, inside, carried)


def _onward(request: HttpRequest) -> str:
    """The page first asked for; the front page where none was, or none of ours."""
    return onward(request) or f"/{asked_for(request)}/"


def _with_form(request: HttpRequest, inside: Inside, carried: Carried) -> HttpResponse:
    request.META[DOOR], request.META[FORMS] = inside.door, inside.forms
    try:
        return brought_back(request, carried)
    finally:
        request.META.pop(DOOR)
