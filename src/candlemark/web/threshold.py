"""Inside the guard: whose request this is, what they sent, and that nothing stays open after it.

The vault a request is about is opened when the request is let in and closed when the answer is out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponseRedirect

from candlemark.web import refusals
from candlemark.web.forms.token import FIELD, Made, fingerprint, forms_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

_SEE_OTHER: Final = 303


class SeeOther(HttpResponseRedirect):
    """Where to go after a form was carried out, so that loading the page again sends nothing."""

    status_code = _SEE_OTHER


class Threshold:
    """The middleware between the guard and the views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let a request through to its view."""
        if request.method == "POST":
            return self._carry_out(request)
        return self._get_response(request)

    def _carry_out(self, request: HttpRequest) -> HttpResponseBase:
        """Let a form through once."""
        forms = forms_of(request)
        made = forms.made(request.POST.get(FIELD, ""))
        if made is not Made.OURS:
            return refusals.form_forged(request)
        sent = fingerprint(request)
        with forms.done.alone(sent) as led:
            if led is not None:
                return SeeOther(led)
            response = self._get_response(request)
            if response.status_code in {302, _SEE_OTHER}:
                forms.done.remember(sent, response.headers["Location"])
            return response
