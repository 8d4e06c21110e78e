"""A page: a template, what it shows, and what stands on every page around it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

from candlemark.casefile.roles import Right
from candlemark.ledger.waiting import waiting
from candlemark.web.doors import door_or_none
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


def page(
    request: HttpRequest,
    template: str,
    *,
    status: HTTPStatus | int = HTTPStatus.OK,
    **shown: object,
) -> HttpResponse:
    """The template filled with what is shown, for the reader of this request.

    Pages about invented data pass ``simulated=True``; the banner that says so is not theirs to
    forget otherwise.
    """
    reader = reader_of(request)
    around = {
        "reader": reader,
        "simulated": False,
        "desk": desk_of(request),
        "tongues": other_tongues(request, reader),
        **_of_the_vault(door_or_none(request)),
    }
    text = render_to_string(template, {**around, **shown}, request)
    response = HttpResponse(text, status=status)
    response.headers["Content-Language"] = reader.tongue
    return response


def _of_the_vault(door: Door | None) -> dict[str, object]:
    """What stands on every page about the vault; of a stranger's page, nothing."""
    if door is None:
        return dict.fromkeys(("demonstration", "edition", "me", "awaited", "to_approve"), None) | {
            "vault_name": ""
        }
    return {
        "vault_name": door.vault.name,
        "demonstration": door.vault.demonstration,
        "edition": door.edition,
        "me": door.me,
        "may": {right.value for right in Right if door.may(right)},
        "signed_in": door.signed_in,
        "to_approve": door.to_approve(),
        "awaited": [one for one in waiting(door.vault) if one.may_agree],
    }


def desk_of(request: HttpRequest) -> str:
    """The word behind the tongue in the address: which entry of the menu is marked."""
    return [*request.path_info.split("/"), "", ""][2]


def other_tongues(request: HttpRequest, reader: Reader) -> list[tuple[str, str, str]]:
    """Every tongue with its own name and the address of this same page in it."""
    rest = request.path_info.split("/", 2)[2:] or [""]
    known = request.path_info.startswith(f"/{reader.tongue}/")
    tail = rest[0] if known else ""
    query = request.META.get("QUERY_STRING", "") if known else ""
    return [
        (tag, name, f"/{tag}/{tail}" + (f"?{query}" if query else ""))
        for tag, name in reader.tongues
    ]
