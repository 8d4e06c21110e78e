"""Pages and the style sheet travel compressed: a first page and all it loads stay below 100 KB.

Compressing what holds a secret beside what somebody else can choose lets them guess the secret from
the size (BREACH).  Here another site can have no page made with words of its choice (the guard
refuses it, and no cookie goes along), a form's token is new in every answer, and Django adds bytes
of random number to each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.middleware.gzip import GZipMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase


class Squeezing(GZipMiddleware):
    """Compresses text; fonts and pictures are as small as they get."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, smaller where the browser can read it so."""
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith(("text/html", "text/css", "image/svg+xml")):
            return response
        squeezed: HttpResponseBase = super().process_response(request, response)
        return squeezed
