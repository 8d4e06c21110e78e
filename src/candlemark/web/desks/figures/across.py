"""Cases of one agency followed through the files of others by links, with what links do to it.

The figure stands beside the same by the sure links and by every pair that was kept, always.
Whoever keeps it means to quote it: from then on a link between these agencies takes two people, and
a link that is undone is told beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark import measure
from candlemark.casefile.roles import Right
from candlemark.errors import MeasureError, NotUnderstood
from candlemark.linkage.from_cases import CASES
from candlemark.linkage.said import compared_with
from candlemark.measure.linked import SAMPLED
from candlemark.web.desks.figures import across_asking as asking
from candlemark.web.desks.figures import files
from candlemark.web.desks.figures.across_shown import NamesAcross, beside
from candlemark.web.desks.figures.kept import kept_of
from candlemark.web.desks.figures.question import schemes
from candlemark.web.desks.figures.shown import shown
from candlemark.web.doors import door_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.sources import code_of, listed_code, source_name
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from candlemark.measure import Linked, TakenLinked
    from candlemark.web.desks.figures.across_asking import AskedAcross
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


def across(request: HttpRequest, about: str) -> HttpResponse:
    """One question across agencies, and the form that asks others."""
    door, reader = door_of(request), reader_of(request)
    code = listed_code(door, about)
    sources = _sources(door, code)
    try:
        study = door.card(code)
    except MeasureError as error:
        return page(request, "figures/none.html", error=error)
    asked, misread = asking.read(request.GET, study, sources)
    found: TakenLinked | None = None
    refused: MeasureError | NotUnderstood | None = None
    if sources:
        try:
            found = _take(door, code, asked, sources)
        except (MeasureError, NotUnderstood) as error:
            refused = error
    if request.method == "POST":
        return _keep(door, found)
    of = [code, *(asked.others or sources)]
    names = NamesAcross(door.edition, None, reader, reader.listed(_called(door, reader, of)))
    return page(
        request,
        "figures/across.html",
        about=about,
        whose=_called(door, reader, [code])[0],
        study=study,
        asked=asked,
        misread={fault.field: fault.typed for fault in misread},
        names=names,
        own=NamesAcross(door.edition, door.crosswalk_or_none(code), reader),
        schemes=schemes(study),
        sources=list(zip(sources, _called(door, reader, sources), strict=True)),
        questions=asking.QUESTIONS,
        draws=asking.DRAWS,
        sampled=asked.links == SAMPLED,
        found=found,
        answer=shown(found.linked.figure, asked, names) if found else None,
        links=found.linked.figure.basis.links if found else None,
        beside=beside(found.linked, asked, names) if found else None,
        refused=refused,
        kept=kept_of(door, frozenset(of)),
        may_keep=door.may(Right.JUDGE_LINKS),
        simulated=study.simulated,
    )


def across_file(request: HttpRequest, about: str, form: str) -> HttpResponse:
    """The figure of a page as a file, with what stands beside it."""
    door = door_of(request)
    code = code_of(door, about)
    sources = _sources(door, code)
    asked, misread = asking.read(request.GET, door.card(code), sources)
    if misread or not sources:
        raise NotUnderstood(
            "the question in the address cannot be read", hint="download from the page again"
        )
    name, content = files.across_file(_take(door, code, asked, sources).linked, form)
    response = HttpResponse(content, content_type=files.TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _keep(door: Door, found: TakenLinked | None) -> HttpResponse:
    """Keep the figure of the address under its identity."""
    if found is None:
        raise Http404
    measure.keep(door.vault.ledger, measure.linked_document(found.linked))
    digits = found.identity[7:23]
    return SeeOther(f"{address('kept-figures')}?kept={digits}#f-{digits}")


def _sources(door: Door, code: str) -> tuple[str, ...]:
    """Whose records were compared with those of an agency, and have files here."""
    if not code:
        return ()
    ledger = door.vault.ledger
    known = {CASES, *(one.crosswalk for one in door.latest())}
    found = door.kept(("compared with", code), lambda: compared_with(ledger, code))
    return tuple(one for one in found if one in known)


def _called(door: Door, reader: Reader, sources: Sequence[str]) -> list[str]:
    return [source_name(door, reader, code) for code in sources]


def _take(door: Door, code: str, asked: AskedAcross, sources: Sequence[str]) -> TakenLinked:
    ledger = door.vault.ledger

    def ask() -> Linked:
        agencies = measure.agencies_at(
            ledger,
            door.edition,
            code,
            [("" if one == CASES else one, "") for one in asked.others or sources],
            ledger.size,
            vault_name=door.vault.name,
        )
        question = measure.asking(
            asked.question,
            from_stage=asking.from_stage(asked, door.card(code)),
            by=asked.by,
            as_of=asked.as_of,
        )
        at = () if asked.question == "attrition" else asked.at
        return measure.linked(agencies, question, asked.links, at=at, draws=asked.draws)

    return door.across(asked.question, (*asked.key, tuple(sources)), code, ask)
