"""The reader's tongue is the first part of every address, and is kept nowhere else.

``/fa/cases/`` is Persian.  ``/`` asks what the browser prefers, once, and sends the reader on.
Django's own list of tongues is not asked for directions: it says Azerbaijani runs right to left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from candlemark.tongues import INTERFACE, fallbacks
from candlemark.web.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase


class InTheReadersTongue:
    """Middleware: speaks the tongue of the address while the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the tongue of the address."""
        with translation.override(asked_for(request)):
            return self._get_response(request)


def asked_for(request: HttpRequest) -> str:
    """The tongue an address names; what the browser prefers where it names none."""
    first = request.path_info.split("/", 2)[1]
    return first if first in INTERFACE else preferred(request.headers.get("Accept-Language", ""))


def preferred(header: str) -> str:
    """The tongue of the interface nearest to what a browser asks for.

    ``tly`` gets az, ``tly-Arab`` gets fa: the chain of the tongues floor, not of Django.
    """
    for tag, _ in parse_accept_lang_header(header):
        if tag == "*":
            break
        for near in fallbacks(tag)[:-1] or (tag,):
            found = near.split("-")[0]
            if found in INTERFACE and found != "en":
                return found
        if tag.split("-")[0] == "en":
            return "en"
    return "en"


def reader_of(request: HttpRequest) -> Reader:
    """The reader this request is answered to."""
    return Reader(asked_for(request))
