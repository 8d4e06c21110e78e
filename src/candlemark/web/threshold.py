"""Inside the guard: whose request this is, what they may do, and that nothing stays open after it.

An outsider gets nothing, and not even a different answer: whatever they ask for, whether it is
there or not, they are sent to the sign-in page, with what they asked for beside it
(``onward.py``).  The vault a request is about is opened when the request is let in and closed when
the answer is out.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponseRedirect

from candlemark.errors import CandlemarkError, NotEntitled
from candlemark.tongues import INTERFACE
from candlemark.web import refusals
from candlemark.web.carried import came_too_late, carried_from, not_kept
from candlemark.web.cookie import token_of
from candlemark.web.doors import DOOR, door_of
from candlemark.web.forms.token import FIELD, FORMS, Made, fingerprint, forms_of
from candlemark.web.house import house_of
from candlemark.web.onward import with_onward
from candlemark.web.rights import STRANGERS, TABLE, Sent
from candlemark.web.tongue import asked_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponseBase
    from django.urls import ResolverMatch

_SEE_OTHER: Final = 303
_READING: Final = frozenset({"GET", "HEAD"})


class SeeOther(HttpResponseRedirect):
    """Where to go after a form was carried out, so that loading the page again sends nothing."""

    status_code = _SEE_OTHER


class Threshold:
    """The middleware between the guard and the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let a request through to its view, or send whoever asks to the sign-in page."""
        house = house_of(request)
        if house.locked and for_strangers(request.path_info):
            request.META[FORMS] = house.strangers
            return self._get_response(request)
        with ExitStack() as inside:
            try:
                let_in = inside.enter_context(house.enter(token_of(request)))
            except NotEntitled:
                request.META[FORMS] = house.strangers
                return outside(request)
            except CandlemarkError as error:
                request.META[FORMS] = house.strangers
                return not_kept(request, error) or refusals.refused(request, error)
            request.META[DOOR], request.META[FORMS] = let_in.door, let_in.forms
            inside.callback(_forget_door, request)
            response = self._carry_out(request) if _sends(request) else self._get_response(request)
            if response.streaming:  # the vault is read while the answer goes out
                return closing_after(response, inside.pop_all())
            return response

    def process_view(
        self,
        request: HttpRequest,
        _view: object,
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        """Refuse what the member may not do, as if it did not exist."""
        if request.resolver_match is None:
            raise Http404
        return refuse_unless(request, request.resolver_match)

    def _carry_out(self, request: HttpRequest) -> HttpResponseBase:
        """Let a form through once."""
        forms = forms_of(request)
        made = forms.made(request.POST.get(FIELD, ""))
        if made is Made.FORGED:
            return refusals.form_forged(request)
        if made is Made.BEFORE:
            return came_too_late(request) or refusals.form_forged(request)
        sent = fingerprint(request)
        with forms.done.alone(sent) as led:
            if led is not None:
                return SeeOther(led)
            response = self._get_response(request)
            if response.status_code in {302, _SEE_OTHER}:
                forms.done.remember(sent, response.headers["Location"])
            return response


def closing_after(response: HttpResponseBase, inside: ExitStack) -> HttpResponseBase:
    """Close the vault when the answer is out, or whoever asked went away."""
    close = response.close

    def close_both() -> None:
        try:
            close()
        finally:
            inside.close()

    response.close = close_both  # type: ignore[method-assign]
    return response


def outside(request: HttpRequest) -> HttpResponseBase:
    """What somebody who is not signed in gets, whatever they ask for.

    A form of ours is not lost: the page that asks to sign in brings it back.
    """
    if request.method == "POST" and (page := carried_from(request)) is not None:
        return page
    return SeeOther(with_onward(request, sign_in_address(request)))


def sign_in_address(request: HttpRequest) -> str:
    """Where to sign in, in the tongue of the reader."""
    return f"/{asked_for(request)}/sign-in/"


def for_strangers(path: str) -> bool:
    """Whether an address is one of the few that need no session."""
    first, *rest = path.strip("/").split("/")
    return path == "/" or (first in INTERFACE and path == f"/{first}/sign-in/" and bool(rest))


def refuse_unless(request: HttpRequest, match: ResolverMatch) -> HttpResponseBase | None:
    """A page for whoever may not do what a request asks; None for who may.

    Raises:
        Http404: the page is not for them, and looks as if it were not there.
    """
    name = match.url_name or ""
    needs = TABLE.get(name)
    if needs is None:
        raise Http404
    if name in STRANGERS:
        return None
    door = door_of(request)
    sends = _sends(request)
    if not door.may(needs.right) or (sends and not door.may(needs.write)):
        raise Http404
    if sends and needs.sent is Sent.NEVER:
        return refusals.not_done_here(request, "GET, HEAD")
    if not sends and needs.sent is Sent.ONLY:
        return refusals.not_done_here(request, "POST")
    return None


def _sends(request: HttpRequest) -> bool:
    return request.method not in _READING


def _forget_door(request: HttpRequest) -> None:
    request.META.pop(DOOR, None)
