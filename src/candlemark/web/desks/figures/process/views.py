"""Pages of the process: each view of one import, or of the cases entered by hand, and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpResponse

from candlemark import measure
from candlemark.casefile.pathways import pathways_of
from candlemark.errors import MeasureError, NotUnderstood
from candlemark.measure import process, views
from candlemark.measure.log import stays_of
from candlemark.measure.views import Viewing
from candlemark.web.desks.figures import files
from candlemark.web.desks.figures.process import asking, drawn, sentences
from candlemark.web.desks.figures.process.worded import Worded
from candlemark.web.desks.figures.question import schemes
from candlemark.web.doors import door_of
from candlemark.web.naming import Names
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.agency import Batch
    from candlemark.measure import Study
    from candlemark.measure.views import ProcessFigure
    from candlemark.web.desks.figures.process.asking import Asked
    from candlemark.web.doors import Door

CASES: Final = "cases"
"""Stands in an address for the cases entered by hand."""
MOST: Final = 50
"""Waiting cases that a page lists."""
TIMED: Final = frozenset({"flow", "rework"})
WINDOWED: Final = frozenset({"changes"})


def view(request: HttpRequest, about: str, name: str) -> HttpResponse:
    """One view, with the form that asks it otherwise."""
    door = door_of(request)
    batch = _batch(door, about)
    code = batch.crosswalk if batch else ""
    names = Names(door.edition, door.crosswalk_or_none(code), reader_of(request))
    try:
        study = door.card(code)
    except MeasureError as error:
        return page(request, "figures/none.html", error=error, batch=batch)
    asked, misread = asking.read(request.GET, name, study)
    words, identity, refused = None, "", None
    try:
        words, identity = _worded(door, code, name, asked, names)
    except (MeasureError, NotUnderstood) as error:
        refused = error
    groups = words.figure.groups if words else ()
    group = asked.group if asked.group in groups else ("" if "" in groups else None)
    return page(
        request,
        "figures/process.html",
        about=about,
        batch=batch,
        name=name,
        study=study,
        asked=asked,
        misread={fault.field: fault.typed for fault in misread},
        names=names,
        schemes=() if name in asking.NO_GROUPS else schemes(study),
        timed=name in TIMED,
        words=words,
        found=words.figure.found if words else None,
        group=group,
        sentence=sentences.sentence(words, group or "") if words else "",
        limit_sentence=sentences.limit_sentence,
        drawn=drawn,
        identity=identity,
        refused=refused,
        no_limits=name == "limits" and words is not None and not words.figure.found.limits,
        simulated=study.simulated,
    )


def view_file(request: HttpRequest, about: str, name: str, form: str) -> HttpResponse:
    """One view as a file, exact, for people inside the vault."""
    door = door_of(request)
    batch = _batch(door, about)
    code = batch.crosswalk if batch else ""
    asked, misread = asking.read(request.GET, name, door.card(code))
    if misread:
        raise NotUnderstood(
            "the question in the address cannot be read", hint="download from the page again"
        )
    figure, _ = _take(door, code, name, asked)
    file, content = files.inside_file(figure, form)
    response = HttpResponse(content, content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _batch(door: Door, about: str) -> Batch | None:
    """The import an address speaks of, which must be the agency's latest; None for case files."""
    if about == CASES:
        return None
    batch = door.batch(about)
    if batch not in door.latest():
        raise Http404
    return batch


def _worded(door: Door, code: str, name: str, asked: Asked, names: Names) -> tuple[Worded, str]:
    figure, identity = _take(door, code, name, asked)
    return Worded(figure, names), identity


def _take(door: Door, code: str, name: str, asked: Asked) -> tuple[ProcessFigure[Any], str]:
    """The figure with its identity.

    Aggregates are remembered; a list of waiting cases names them, and is made for one request.
    """

    def ask(study: Study) -> ProcessFigure[Any]:
        entered = study.entered_at(asked.start)
        viewing = _viewing(door, code, name, asked, entered)
        return views.view(
            measure.Log(stays_of(entered)).question(
                asked.at,
                start=asked.start,
                by=asked.by,
                as_of=asked.as_of,
                window=(asked.first, asked.last),
            ),
            viewing,
            law=views.law_at(door.vault.ledger) if viewing.law else None,
            left_out=entered.left_out,
            crosswalk_fingerprint=entered.crosswalk_fingerprint,
        )

    if name == "stuck":
        figure = door.kept((name, code, asked.key), lambda: ask(door.study(code)))
        return figure, measure.identity_of(figure)
    taken = door.view("law" if name == "limits" and not code else name, asked.key, code, ask)
    return taken.figure, taken.identity


def _viewing(door: Door, code: str, name: str, asked: Asked, study: Study) -> Viewing:
    viewing = Viewing(name)
    if name == "changes":
        days = tuple(day.isoformat() if day else "" for day in (asked.then_first, asked.then_last))
        return replace(viewing, within=asked.within, later=(days[0], days[1]))
    if name == "coverage":
        return replace(viewing, period=asked.period)
    if name == "limits" and not code:
        return replace(viewing, law=True)
    if name in {"limits", "stuck"}:
        viewing = replace(viewing, limits=_limits(door, code, study))
    return replace(viewing, most=MOST) if name == "stuck" else viewing


def _limits(door: Door, code: str, study: Study) -> tuple[process.Limit, ...]:
    """Of the law of the agency's country, those that its stages can tell."""
    crosswalk = door.crosswalk_or_none(code) if code else None
    if crosswalk is None:
        return ()
    pathway = pathways_of(door.vault.ledger).of_country(crosswalk.country)
    return views.law_of(pathway, {stage.stage for stage in study.stages})
