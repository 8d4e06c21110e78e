"""Where somebody goes once they are let in: the page they first asked for, when it is one of ours.

An outsider is sent to sign in with the address they asked for beside them, whether there is such a
page or not; what they are told is what they said.  It is looked at only as text: no address is
resolved before somebody is let in, and none leads away from these pages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from django.http import HttpRequest

ONWARD: Final = "to"
"""Name of the address in the query of the sign-in page and of the hidden field of its form."""
_READING: Final = frozenset({"GET", "HEAD"})
_LONGEST: Final = 1_000
_OURS: Final = re.compile(
    rf"(?!.*(?://|\.\.))/(?:{'|'.join(INTERFACE)})/(?!sign-in)[A-Za-z0-9_.~/-]+"
    r"(?:\?[A-Za-z0-9_.~%=&+-]*)?"
)
"""A tongue, then letters of which none begins a host, a port or a step upwards."""


def ours(text: str) -> str:
    """An address of our own pages as it stands; empty for anything else, and for the front page."""
    return text if len(text) <= _LONGEST and _OURS.fullmatch(text) else ""


def with_onward(request: HttpRequest, sign_in: str) -> str:
    """The address of the sign-in page with the page that was asked for beside it.

    A form is not an address to go to; what was written in it comes back by itself (``carried.py``).
    """
    there = ours(request.get_full_path()) if request.method in _READING else ""
    return f"{sign_in}?{ONWARD}={quote(there, safe='/')}" if there else sign_in


def onward(request: HttpRequest) -> str:
    """Where to go from the sign-in page: what it was told, in the tongue it is read in."""
    told = request.POST if request.method == "POST" else request.GET
    there = ours(told.get(ONWARD, ""))
    if not there:
        return ""
    spoken = request.path_info.split("/", 2)[1]
    return f"/{spoken}/{there.split('/', 2)[2]}"
