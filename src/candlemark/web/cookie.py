"""The one cookie: the token of a session, for this host alone, and gone with the browser window.

``__Host-`` makes a browser refuse it from another port's or another host's page that would set one
over ours, and ``Secure`` keeps it off plain lines.  Over http on a loopback address, Chromium and
Firefox take such a cookie (they hold the machine itself for a safe line; tests/web look at
Chromium).  Safari does not: docs/guides/host.md says what to do there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

COOKIE: Final = "__Host-sid"
_AS_SET: Final = {"secure": True, "httponly": True, "samesite": "Strict", "path": "/", "domain": ""}


def token_of(request: HttpRequest) -> str:
    """The token a request carries; empty without one."""
    return request.COOKIES.get(COOKIE, "")


def hand_over(response: HttpResponseBase, token: str) -> None:
    """Let the browser keep the token until its window is closed."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")


def take_back(response: HttpResponseBase) -> None:
    """Let the browser forget the token."""
    response.set_cookie(
        COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Strict", path="/"
    )


def remove_others(response: HttpResponseBase) -> bool:
    """Remove every cookie but ours as it should be; whether there was one."""
    wrong = [
        name
        for name, one in response.cookies.items()
        if name != COOKIE or any(one[key] != value for key, value in _AS_SET.items())
    ]
    for name in wrong:
        del response.cookies[name]
    return bool(wrong)
