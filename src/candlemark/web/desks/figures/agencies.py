"""The agencies of a vault side by side: one small picture each, on one scale.

They are not the same cases.  Each is counted in its own unit, from where its own cases enter, up to
its own day, and drawn as far as it rests on enough; nothing is added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark import measure
from candlemark.errors import MeasureError, NotUnderstood
from candlemark.web.desks.figures import asking
from candlemark.web.desks.figures.occupancy import StoodGroup, stood
from candlemark.web.doors import door_of
from candlemark.web.naming import Names
from candlemark.web.pages import page
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.agency import Batch
    from candlemark.errors import CandlemarkError
    from candlemark.measure import Figure, Occupancy, Study
    from candlemark.measure.figure import Basis
    from candlemark.web.desks.figures.asking import Asked
    from candlemark.web.doors import Door

GROUNDS: Final = "bias-grounds"


@dataclass(frozen=True, slots=True)
class AgencyShown:
    """One agency: its picture, or why there is none."""

    about: str
    names: Names
    agency: str
    basis: Basis | None = None
    group: StoodGroup | None = None
    identity: str = ""
    refused: CandlemarkError | None = None


def agencies(request: HttpRequest) -> HttpResponse:
    """Where the cases of each agency stand, of all of them or of one ground."""
    door, reader = door_of(request), reader_of(request)
    typed = request.GET.get("ground", "")
    ground = typed if typed in door.edition.scheme(GROUNDS) else ""
    days, misread = asking.horizons(request.GET.get("at", ""))
    asked = asking.Asked(by=GROUNDS if ground else "", at=days)
    found: list[AgencyShown] = []
    simulated = False
    for batch in door.latest():
        crosswalk = door.crosswalk_or_none(batch.crosswalk)
        names = Names(door.edition, crosswalk, reader)
        shown = _shown(door, batch, names, asked, ground)
        simulated = simulated or bool(crosswalk and crosswalk.simulated)
        found.append(shown)
    return page(
        request,
        "figures/agencies.html",
        found=found,
        grounds=door.edition.scheme(GROUNDS).top,
        ground=ground,
        asked=asked,
        misread={fault.field: fault.typed for fault in misread},
        names=Names(door.edition, None, reader),
        simulated=simulated,
    )


def _shown(door: Door, batch: Batch, names: Names, asked: Asked, ground: str) -> AgencyShown:
    about, code = batch.id, batch.crosswalk

    def ask(study: Study) -> Figure:
        return measure.occupancy(study, at=asked.at, by=asked.by)

    agency = names.agency(code)
    try:
        taken = door.figure("occupancy", asked.key, code, ask)
    except (MeasureError, NotUnderstood) as error:
        return AgencyShown(about, names, agency, refused=error)
    figure: Occupancy = taken.figure  # type: ignore[assignment]  # its question says so
    group = next((one for one in figure.groups if one.group == ground), None)
    if group is None:
        return AgencyShown(about, names, agency, figure.basis, identity=taken.identity)
    drawn = stood(group, figure.basis, names, key=f"of-{code}")
    return AgencyShown(about, names, agency, figure.basis, drawn, taken.identity)
