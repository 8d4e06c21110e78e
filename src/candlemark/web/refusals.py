"""Pages for what cannot be shown: what happened, what it means, what to do.

They tell nothing about the vault: an address of a case that does not exist and one that was never
an address get the same words.  Only messages made to be shown (a figure that cannot be taken, a
date that cannot be read) are shown, in the tongue they were written in and marked as such.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.errors import (
    BeingPrepared,
    CandlemarkError,
    Disclosive,
    MeasureError,
    NotEntitled,
    NotInOrder,
    NotUnderstood,
    SettingRefused,
    StorageFull,
    UnknownBatch,
    UnknownCase,
    UnknownCrosswalk,
    UnknownTerm,
    VaultBusy,
)
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_STATUS: Final[tuple[tuple[type[CandlemarkError], HTTPStatus], ...]] = (
    (UnknownBatch, HTTPStatus.NOT_FOUND),
    (UnknownCase, HTTPStatus.NOT_FOUND),
    (UnknownTerm, HTTPStatus.NOT_FOUND),
    (UnknownCrosswalk, HTTPStatus.NOT_FOUND),
    (NotUnderstood, HTTPStatus.BAD_REQUEST),
    (MeasureError, HTTPStatus.BAD_REQUEST),
    (Disclosive, HTTPStatus.BAD_REQUEST),
)
_NOT_DONE: Final[tuple[tuple[type[CandlemarkError], HTTPStatus], ...]] = (
    (NotEntitled, HTTPStatus.FORBIDDEN),
    (NotInOrder, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SettingRefused, HTTPStatus.BAD_REQUEST),
    (VaultBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
)
"""What was to be done and was not; the message of each was made to be shown."""


AT_ONCE: Final = 1
LATER: Final = 10
"""Seconds after which a page that says that lists are being prepared is loaded again."""


def refused(request: HttpRequest, error: CandlemarkError) -> HttpResponse:
    """The page for an error of our own tree."""
    status = next(
        (status for kind, status in _STATUS if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    if status is HTTPStatus.NOT_FOUND:
        return not_found(request)
    if isinstance(error, BeingPrepared):
        return being_prepared(request, LATER)
    for kind, not_done in _NOT_DONE:
        if isinstance(error, kind):
            return _refusal(
                request,
                not_done,
                title=_("This was not done"),
                happened=_("The vault is as it was."),
                detail=error,
            )
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return broken(request)
    return _refusal(
        request,
        status,
        title=_("This question cannot be answered"),
        happened=_("The vault is as it was. Go back and change the question."),
        detail=error,
    )


def being_prepared(request: HttpRequest, seconds: int) -> HttpResponse:
    """The lists have to be prepared first; the page is loaded again after some seconds.

    With :data:`AT_ONCE` they are prepared by that, and a browser shows this page until they are.
    What was sent as a form is not sent again by itself.
    """
    sent = request.method == "POST"
    response = page(
        request,
        "candlemark/preparing.html",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        desk=None,
        sent=sent,
    )
    response.headers["Retry-After"] = str(seconds)
    if not sent:
        response.headers["Refresh"] = str(seconds)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """There is nothing at this address."""
    return _refusal(
        request,
        HTTPStatus.NOT_FOUND,
        title=_("There is no such page"),
        happened=_("Nothing is kept at this address. It may have been copied with a part missing."),
    )


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """The request itself was malformed."""
    return _refusal(
        request,
        HTTPStatus.BAD_REQUEST,
        title=_("This address cannot be read"),
        happened=_("Something in it is not what a browser sends. Begin again from the front page."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong inside."""
    return _refusal(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        title=_("Something went wrong here"),
        happened=_(
            "The page could not be made. If you were saving something, see whether it is there "
            "before you send it again. Whoever runs Candlemark finds the place of the fault in "
            "the window it was started from."
        ),
    )


def wrong_name(request: HttpRequest) -> HttpResponse:
    """The browser asked for this machine by a name that is not its own."""
    return _refusal(
        request,
        HTTPStatus.MISDIRECTED_REQUEST,
        title=_("This vault does not answer to that name"),
        happened=_("Open it as http://127.0.0.1 on the machine it runs on."),
    )


def not_done_here(request: HttpRequest, allowed: str = "GET, HEAD, POST") -> HttpResponse:
    """Neither asked for, nor sent as a form."""
    response = _refusal(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        title=_("This cannot be done here"),
        happened=_("Pages are opened, and forms on them are sent. Nothing else is answered."),
    )
    response.headers["Allow"] = allowed
    return response


def form_forged(request: HttpRequest) -> HttpResponse:
    """What came was not sent by a page of ours, made for this reader."""
    return _refusal(
        request,
        HTTPStatus.FORBIDDEN,
        title=_("This form was not sent from its own page"),
        happened=_(
            "Nothing was saved. The page may be too old, or another site tried to send it. Go "
            "back, copy what you wrote, open the page again and send it from there."
        ),
    )


def not_a_form(request: HttpRequest) -> HttpResponse:
    """What came cannot be read as a form."""
    return _refusal(
        request,
        HTTPStatus.BAD_REQUEST,
        title=_("What was sent cannot be read"),
        happened=_("It is not what a form of these pages sends. Nothing was saved."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than is taken at once."""
    return _refusal(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        title=_("This is too large to be sent at once"),
        happened=_(
            "Nothing was saved. A text may have about a million letters, a file 32 MB. Go back, "
            "and send it in parts."
        ),
    )


def from_elsewhere(request: HttpRequest) -> HttpResponse:
    """Another site tried to load a page."""
    return _refusal(
        request,
        HTTPStatus.FORBIDDEN,
        title=_("Another site asked for this page"),
        happened=_("Only you can open it, in a window of your own."),
    )


def _refusal(
    request: HttpRequest,
    status: HTTPStatus,
    *,
    title: str,
    happened: str,
    detail: CandlemarkError | None = None,
) -> HttpResponse:
    return page(
        request,
        "candlemark/refusal.html",
        status=status,
        title=title,
        happened=happened,
        detail=detail,
        desk=None,  # a page that is not there belongs to no desk: all of them look alike
    )
