"""Which figures there are; the three figures of one import, or of the cases entered by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark import measure
from candlemark.casefile import listing
from candlemark.casefile.pathways import pathways_of
from candlemark.errors import MeasureError, NotUnderstood
from candlemark.web.desks.figures import asking, beside, files
from candlemark.web.desks.figures.question import schemes
from candlemark.web.desks.figures.shown import Shown, shown
from candlemark.web.doors import door_of
from candlemark.web.naming import Names
from candlemark.web.pages import page
from candlemark.web.sources import code_of, listed_code
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.definition.pathway import NationalLimit
    from candlemark.measure import Figure, Study, Taken
    from candlemark.web.desks.figures.asking import Asked
    from candlemark.web.doors import Door

QUESTIONS = ("attrition", "occupancy", "incidence", "durations")


def figures(request: HttpRequest) -> HttpResponse:
    """What figures can be taken of."""
    door = door_of(request)
    listed = [(batch, door.crosswalk_or_none(batch.crosswalk)) for batch in door.latest()]
    return page(
        request,
        "figures/figures.html",
        listed=listed,
        cases=listing.listing(door.vault.ledger, listing.Filter(), door.today()).all,
        simulated=any(crosswalk and crosswalk.simulated for _, crosswalk in listed),
    )


def figure(request: HttpRequest, about: str) -> HttpResponse:
    """The three figures, with the form that asks for others."""
    door = door_of(request)
    code = listed_code(door, about)
    try:
        study = door.card(code)
    except MeasureError as error:
        return page(request, "figures/none.html", error=error)
    asked, misread = asking.read(request.GET, study)
    names = Names(door.edition, door.crosswalk_or_none(code), reader_of(request))
    return page(
        request,
        "figures/figure.html",
        about=about,
        study=study,
        asked=asked,
        misread={fault.field: fault.typed for fault in misread},
        names=names,
        schemes=schemes(study),
        answers_list=[_answer(door, code, question, asked, names) for question in QUESTIONS],
        simulated=study.simulated,
    )


def table_file(request: HttpRequest, about: str, question: str, form: str) -> HttpResponse:
    """One figure as a file, exact, for inside the vault.

    An address that asks for what the public may see is refused: that is what releases hold.
    """
    if "for" in request.GET:
        raise Http404
    door = door_of(request)
    if question in beside.QUESTIONS:
        figure = beside.exact(door, about, question, request.GET.dict())
        return _download(*files.inside_file(figure, form), form)
    code = code_of(door, about)
    asked, misread = asking.read(request.GET, door.card(code))
    if misread:
        raise NotUnderstood(
            "the question in the address cannot be read", hint="download from the page again"
        )
    name, content = files.inside_file(_take(door, code, question, asked).figure, form)
    return _download(name, content, form)


def _download(name: str, content: bytes, form: str) -> HttpResponse:
    response = HttpResponse(content, content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _answer(door: Door, code: str, question: str, asked: Asked, names: Names) -> Shown:
    """The figure as the page shows it, or why there is none."""
    try:
        found = _take(door, code, question, asked)
        answer = shown(found.figure, asked, names, _limits(door, names))
        return replace(answer, identity=found.identity)
    except (MeasureError, NotUnderstood) as error:
        return Shown(question=question, refused=error)


def _limits(door: Door, names: Names) -> tuple[NationalLimit, ...]:
    """Of the law of the agency's country; case files of a vault go by several laws, so none."""
    if names.crosswalk is None:
        return ()
    return pathways_of(door.vault.ledger).of_country(names.crosswalk.country).limits


def _take(door: Door, code: str, question: str, asked: Asked) -> Taken[Figure]:
    def ask(study: Study) -> Figure:
        if question in {"occupancy", "incidence"}:
            over_time = measure.occupancy if question == "occupancy" else measure.incidence
            return over_time(
                study, from_stage=asked.from_stage, at=asked.at, by=asked.by, as_of=asked.as_of
            )
        take = measure.attrition if question == "attrition" else measure.durations
        return take(study, from_stage=asked.from_stage, by=asked.by, as_of=asked.as_of)

    return door.figure(question, asked.key, code, ask)
