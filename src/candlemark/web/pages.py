"""A page: a template, what it shows, and what stands on every page around it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string

from candlemark.web.doors import door_of
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.web.reader import Reader


def page(
    request: HttpRequest, template: str, *, status: HTTPStatus = HTTPStatus.OK, **shown: object
) -> HttpResponse:
    """The template filled with what is shown, for the reader of this request.

    Pages about invented data pass ``simulated=True``; the banner that says so is not theirs to
    forget otherwise.
    """
    reader = reader_of(request)
    door = door_of(request)
    around = {
        "reader": reader,
        "vault_name": door.vault.name,
        "demonstration": door.vault.demonstration,
        "edition": door.edition,
        "simulated": False,
        "desk": desk_of(request),
        "tongues": other_tongues(request, reader),
    }
    text = render_to_string(template, {**around, **shown}, request)
    response = HttpResponse(text, status=status)
    response.headers["Content-Language"] = reader.tongue
    return response


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
