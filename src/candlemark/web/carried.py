"""What somebody had written when their session ended under it, brought back to the same browser.

So is what could not be kept because the vault was busy, the disk full, or a server gone.

The text is kept nowhere: it comes with the form, goes back in the page that asks to sign in, and
comes again with the passphrase.  Nothing of it is saved on the way; while a vault is read for
whoever signs in, it waits in memory (``arrivals.py``).  After signing in, a view that can show its
form filled in (:func:`fills_again`) shows it; for any other, a page shows what was written and
sends it on, once, when the reader says so.

Passphrases and codes are never carried.  A file cannot be: the reader is told to choose it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.http import Http404, HttpResponse, QueryDict
from django.urls import Resolver404, resolve

from candlemark.errors import OutcomeUnknown, StorageFull, VaultBusy
from candlemark.tongues import INTERFACE
from candlemark.web.forms.token import FIELD, Made, forms_of
from candlemark.web.house import LockedHouse, house_of
from candlemark.web.onward import onward
from candlemark.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.urls import ResolverMatch

_V = TypeVar("_V", bound="Callable[..., Any]")

SECRET: Final = frozenset({FIELD, "passphrase", "factor", "old", "new", "again", "secret"})
"""Fields that are never carried."""
LONG: Final = 30
"""Letters from which on a value is shown in a field of its own, to be read and changed."""
_NOT_KEPT: Final = {
    VaultBusy: ("busy", HTTPStatus.SERVICE_UNAVAILABLE),
    StorageFull: ("full", HTTPStatus.INSUFFICIENT_STORAGE),
    OutcomeUnknown: ("unknown", HTTPStatus.BAD_GATEWAY),
}
"""Why something was not kept though nothing was wrong with it, as the page says it."""
_RETURNING: Final = "candlemark.returning"
_FILLS: Final = "fills_again"


@dataclass(frozen=True)
class Carried:
    """A form that was not saved: where it was going, what it held, how many files it lost."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: int

    def as_text(self) -> str:
        """As one field of a form."""
        return json.dumps([self.path, self.fields, self.files], ensure_ascii=False)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Fields a person wrote into, to be read and changed."""
        return [(name, value) for name, value in self.fields if _was_written(value)]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The others, which go along."""
        return [(name, value) for name, value in self.fields if not _was_written(value)]


def read_carried(text: str) -> Carried | None:
    """What :meth:`Carried.as_text` gave; None where it is anything else."""
    try:
        path, fields, files = json.loads(text)
        found = Carried(path, tuple((name, value) for name, value in fields), int(files))
    except (ValueError, TypeError, RecursionError):
        return None
    words = [found.path, *(text for pair in found.fields for text in pair)]
    if not all(isinstance(one, str) for one in words):
        return None
    ours = found.path.split("/")[1:2]
    return found if found.path.startswith("/") and ours and ours[0] in INTERFACE else None


def carried_of(request: HttpRequest) -> Carried:
    """The form a request sent."""
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        if name not in SECRET
        for value in values
    )
    return Carried(request.path, fields, sum(len(files) for _, files in request.FILES.lists()))


def carried_from(request: HttpRequest) -> HttpResponse | None:
    """The sign-in page with the form that was sent; None where it was no form of ours."""
    if forms_of(request).made(request.POST.get(FIELD, "")) is Made.FORGED:
        return None
    carried = carried_of(request)
    return sign_in_page(request, carried=carried if carried.fields or carried.files else None)


def sign_in_page(
    request: HttpRequest,
    *,
    carried: Carried | None = None,
    wait: int = 0,
    said: str = "",
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page that asks to sign in."""
    house = house_of(request)
    return page(
        request,
        "door/sign-in.html",
        status=status,
        carried=carried,
        onward="" if carried else onward(request),
        wait=wait,
        said=said,
        code=code,
        by_button=isinstance(house, LockedHouse) and house.beside is not None,
        desk="sign-in",
    )


def came_too_late(request: HttpRequest) -> HttpResponse | None:
    """A form made before its reader signed in again: shown once more, not saved.

    None where nothing was written in it.
    """
    carried = carried_of(request)
    return brought_back(request, carried) if carried.fields else None


def brought_back(request: HttpRequest, carried: Carried) -> HttpResponse:
    """The form filled in where its view can show it so, or a page with what was written."""
    match = resolved(carried.path)
    if match is not None and getattr(match.func, _FILLS, False):
        return _shown_by(match, request, carried)
    return _to_send_on(request, carried, known=match is not None)


def not_kept(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """What was written, when the vault could not keep it; None for anything else."""
    told = next((told for kind, told in _NOT_KEPT.items() if isinstance(error, kind)), None)
    if request.method != "POST" or told is None:
        return None
    carried = replace(carried_of(request), path=request.get_full_path())
    if not carried.fields:
        return None
    why, status = told
    return _to_send_on(request, carried, known=True, why=why, status=status)


def _to_send_on(
    request: HttpRequest, carried: Carried, *, known: bool, why: str = "", status: int = 200
) -> HttpResponse:
    """The page with what was written, to be looked through and sent on once more.

    ``why`` is empty where the session ended.
    """
    return page(
        request,
        "door/brought-back.html",
        status=status,
        carried=carried,
        known=known,
        why=why,
    )


def resolved(path: str) -> ResolverMatch | None:
    """The view behind an address; None where there is none."""
    try:
        return resolve(path)
    except Resolver404:
        return None


def _shown_by(match: ResolverMatch, request: HttpRequest, carried: Carried) -> HttpResponse:
    sent = QueryDict(mutable=True)
    for name, value in carried.fields:
        sent.appendlist(name, value)
    request.method = "POST"  # as it was sent; it may come back in answer to a page asked for
    request.POST = sent  # type: ignore[assignment]
    request.path = request.path_info = carried.path
    request.resolver_match = match
    request.META[_RETURNING] = carried
    try:
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return _to_send_on(request, carried, known=False)
    return response


def fills_again(view: _V) -> _V:
    """Mark a view that, asked :func:`returning`, shows its form filled in and saves nothing."""
    setattr(view, _FILLS, True)
    return view


def returning(request: HttpRequest) -> bool:
    """Whether a form comes back after signing in: show it filled from ``POST``, save nothing."""
    return _RETURNING in request.META


def _was_written(value: str) -> bool:
    return len(value) >= LONG or "\n" in value
