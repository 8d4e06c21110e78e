"""Schemes, terms and crosswalks of the edition in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark.definition import to_jsonld, to_turtle
from candlemark.tongues import INTERFACE, NAMES, direction
from candlemark.web.desks.words.mapping import codes_of, column_uses, mapped_to
from candlemark.web.doors import door_of
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest

_SKOS = {"ttl": ("text/turtle", to_turtle), "jsonld": ("application/ld+json", to_jsonld)}


def definition(request: HttpRequest) -> HttpResponse:
    """The edition and its schemes."""
    return page(
        request, "words/definition.html", crosswalk_count=len(door_of(request).crosswalks())
    )


def skos(request: HttpRequest, form: str) -> HttpResponse:
    """The edition for other people's programs."""
    if form not in _SKOS:
        raise Http404
    media, write = _SKOS[form]
    edition = door_of(request).edition
    response = HttpResponse(write(edition), content_type=f"{media}; charset=utf-8")
    name = f"candlemark-definition-{edition.code}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """One list of the definition, in order."""
    return page(request, "words/scheme.html", scheme=door_of(request).edition.scheme(scheme))


def term(request: HttpRequest, scheme: str, code: str) -> HttpResponse:
    """One term: what belongs to it, its labels in every tongue, and what agencies call it."""
    door = door_of(request)
    found = door.edition.scheme(scheme)
    one = found.term(code)
    others = sorted(set(one.labels) - set(INTERFACE))
    return page(
        request,
        "words/term.html",
        scheme=found,
        term=one,
        path=found.path(code)[:-1],
        narrower=found.narrower(code),
        labels=[
            (tag, NAMES.get(tag, tag), direction(tag), one.labels.get(tag, ""))
            for tag in (*INTERFACE, *others)
        ],
        mapped=mapped_to(door.crosswalks(), scheme, code),
    )


def crosswalks(request: HttpRequest) -> HttpResponse:
    """Every crosswalk there is."""
    return page(request, "words/crosswalks.html", crosswalks=door_of(request).crosswalks())


def crosswalk(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: what its files count, every column used or not, its code lists."""
    one = door_of(request).crosswalk(code)
    return page(
        request,
        "words/crosswalk.html",
        crosswalk=one,
        tables=[(table, *column_uses(table)) for table in one.tables],
        simulated=one.simulated,
    )


def code_map(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One code list of an agency, each code with what it is in the definition."""
    one = door_of(request).crosswalk(code)
    if name not in one.maps:
        raise Http404
    return page(
        request,
        "words/codes.html",
        crosswalk=one,
        map=one.maps[name],
        relations=codes_of(one.maps[name]),
        columns=[
            column.name for table in one.tables for column in table.columns if column.map == name
        ],
        simulated=one.simulated,
    )
