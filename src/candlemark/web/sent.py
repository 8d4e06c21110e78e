"""What a form sent, read into memory and nowhere else, and refused where it is none of ours.

A file is kept in memory whole: Django and waitress would both put a large one on the disk, in
clear, and both are told not to (``settings.py``, ``server.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http.multipartparser import MultiPartParserError

from candlemark.web import refusals
from candlemark.web.settings import LARGEST_FORM, LARGEST_UPLOAD

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_TYPES: Final = {
    "application/x-www-form-urlencoded": LARGEST_FORM,
    "multipart/form-data": LARGEST_UPLOAD,
}
"""What a form may be, and how many bytes of it."""


def from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent this.

    Every browser since 2023 says so in a header no page can set.  An older one names the origin of
    the page.  One that says nothing is not believed.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def refuse_sent(request: HttpRequest) -> HttpResponse | None:
    """Read what was sent; a page where it is not what a form of ours sends."""
    if not from_our_page(request):
        return refusals.form_forged(request)
    limit = _TYPES.get(request.content_type or "")
    if limit is None:
        return refusals.not_a_form(request)
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return refusals.not_a_form(request)
    if size > limit:
        return refusals.too_large(request)
    try:
        request.POST  # noqa: B018 - reads it
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return refusals.too_large(request)
    except (MultiPartParserError, BadRequest, SuspiciousOperation, OSError):
        return refusals.not_a_form(request)
    return None
