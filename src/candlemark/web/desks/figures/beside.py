"""Pages of groups and periods beside each other: compared, under one mix of cases, over time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from candlemark import measure
from candlemark.errors import MeasureError, NotUnderstood
from candlemark.measure import Comparison, Standardised, Trend, answers
from candlemark.web.desks.figures import beside_asking as asking
from candlemark.web.desks.figures.beside_asking import COMPARISON, STANDARDISED, TREND
from candlemark.web.desks.figures.compared import compared
from candlemark.web.desks.figures.followed import followed
from candlemark.web.desks.figures.weighted import weighted
from candlemark.web.doors import door_of
from candlemark.web.naming import Names
from candlemark.web.pages import page
from candlemark.web.sources import code_of, listed_code
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.measure import Figure, Study, Taken
    from candlemark.web.desks.figures.beside_asking import AskedBeside
    from candlemark.web.doors import Door

QUESTIONS = (COMPARISON, STANDARDISED, TREND)


def compare(request: HttpRequest, about: str) -> HttpResponse:
    """How far groups are apart, with a band that holds all differences at once."""
    return _page(request, about, COMPARISON)


def standardise(request: HttpRequest, about: str) -> HttpResponse:
    """Groups as if they had the same mix of cases."""
    return _page(request, about, STANDARDISED)


def trend(request: HttpRequest, about: str) -> HttpResponse:
    """The cohorts of each period, with the breaks."""
    return _page(request, about, TREND)


def exact(door: Door, about: str, question: str, query: dict[str, str]) -> Figure:
    """The figure of an address, for a file.

    Raises:
        NotUnderstood: the question in the address cannot be read.
        MeasureError: the data cannot answer it.
        UnknownBatch: there is no such import.
    """
    code = code_of(door, about)
    asked, misread = asking.read(query, door.card(code), question)
    if misread:
        raise NotUnderstood(
            "the question in the address cannot be read", hint="download from the page again"
        )
    return _take(door, code, question, asked).figure


def _page(request: HttpRequest, about: str, question: str) -> HttpResponse:
    door = door_of(request)
    code = listed_code(door, about)
    try:
        study = door.card(code)
    except MeasureError as error:
        return page(request, "figures/none.html", error=error)
    asked, misread = asking.read(request.GET.dict(), study, question)
    names = Names(door.edition, door.crosswalk_or_none(code), reader_of(request))
    found: Taken[Figure] | None = None
    shown: object = None
    refused: MeasureError | NotUnderstood | None = None
    try:
        found = _take(door, code, question, asked)
        shown = _shown(found.figure, asked, names)
    except (MeasureError, NotUnderstood) as error:
        refused = error
    return page(
        request,
        "figures/beside.html",
        about=about,
        question=question,
        study=study,
        asked=asked,
        misread={fault.field: fault.typed for fault in misread},
        names=names,
        divisions=asking.divisions(study, question),
        mixes=asking.mixes(study, asked.by),
        found=found,
        shown=shown,
        refused=refused,
        simulated=study.simulated,
    )


def _shown(figure: Figure, asked: AskedBeside, names: Names) -> object:
    match figure:
        case Comparison():
            return compared(figure, names)
        case Standardised():
            return weighted(figure, names, asked.state)
        case Trend():
            return followed(figure, names, asked.state)
        case _:
            raise NotUnderstood("this figure has another page")


def _take(door: Door, code: str, question: str, asked: AskedBeside) -> Taken[Figure]:
    def ask(study: Study) -> Figure:
        put = measure.stepwise(
            study, from_stage=asked.from_stage, at=asked.at, by=asked.by, as_of=asked.as_of
        )
        if question == COMPARISON:
            return answers.compare(put, against=asked.against)
        if question == STANDARDISED:
            return answers.standardise(put, [asked.over], to=asked.against)
        ledger = door.vault.ledger
        breaks = measure.breaks_of(ledger, door.edition, code, ledger.size)
        return partial(answers.follow, breaks=breaks)(put)

    return door.figure(question, asked.key, code, ask)
