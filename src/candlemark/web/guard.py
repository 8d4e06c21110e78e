"""Who is let in, and what every answer carries.

Let in: requests that name this machine by one of its own names, that only read or send a form, and
that were not made by another site.  Another site may link here (a navigation in the reader's own
window); it may not fetch, frame, load or send anything.

Every answer carries a policy that lets a browser load our style sheet, fonts and pictures and
nothing else, tells no other site where the reader came from, may not be framed, and is not kept on
disk.  One cookie is set, that
of a session (``cookie.py``); any other is removed here and the fault reported.

What went wrong inside is told to the reader without details, and to whoever runs the program as a
class of error and a line of code: an exception's own text may hold what was sealed.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Final

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.http import Http404

from candlemark.errors import CandlemarkError
from candlemark.web import refusals
from candlemark.web.carried import not_kept
from candlemark.web.cookie import remove_others
from candlemark.web.sent import refuse_sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

_LOG: Final = logging.getLogger("candlemark.web")

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a browser may load: nothing that is not ours, and no script at all."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    # Not "no-referrer": that makes a browser say of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}

_READING: Final = frozenset({"GET", "HEAD"})
_OURS: Final = frozenset({"", "same-origin", "none"})
"""Values of Sec-Fetch-Site that are let in; a browser that does not know the header sends none."""


class Guard:
    """The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request in or refuse it; either answer carries the headers."""
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        if remove_others(response):
            _LOG.error("a page tried to set a cookie; it was removed")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost:
            return refusals.wrong_name(request)
        if request.method not in _READING and request.method != "POST":
            return refusals.not_done_here(request)
        if not from_here(request):
            return refusals.from_elsewhere(request)
        if request.method == "POST" and (refused := refuse_sent(request)) is not None:
            return refused
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A page for an error of ours; the rest is Django's to turn into 404, 400 or 500."""
        if isinstance(error, CandlemarkError):
            return not_kept(request, error) or refusals.refused(request, error)
        if not isinstance(error, Http404 | SuspiciousOperation):
            last = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s at %s:%s", type(error).__name__, last.filename, last.lineno)
        return None


def from_here(request: HttpRequest) -> bool:
    """Whether our own pages, or the reader, made a request; another site may only link."""
    if request.headers.get("Sec-Fetch-Site", "") in _OURS:
        return True
    return (
        request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
