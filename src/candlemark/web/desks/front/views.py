"""What is in the vault: cases, imports with their coverage, the ledger and the definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpResponseRedirect

from candlemark import casefile
from candlemark.casefile import listing, timeline
from candlemark.casefile.paths import person_paths
from candlemark.casefile.roles import Right
from candlemark.web.covering import Reach, reach_of
from candlemark.web.doors import door_of
from candlemark.web.pages import page
from candlemark.web.tongue import asked_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.agency import Batch
    from candlemark.casefile import CaseFile
    from candlemark.definition import Crosswalk
    from candlemark.web.doors import Door

_DUE_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Holding:
    """An import as the front page lists it."""

    batch: Batch
    crosswalk: Crosswalk | None
    latest: bool
    reach: Reach

    @property
    def simulated(self) -> bool:
        """Whether its data are invented."""
        return self.crosswalk is not None and self.crosswalk.simulated


def by_preference(request: HttpRequest) -> HttpResponse:
    """Send a reader who names no tongue to the one the browser prefers."""
    response = HttpResponseRedirect(f"/{asked_for(request)}/")
    response.headers["Vary"] = "Accept-Language"
    return response


def front(request: HttpRequest) -> HttpResponse:
    """The front page."""
    door = door_of(request)
    holdings = held(door) if door.may(Right.SEE_FIGURES) else []
    ledger, today = door.vault.ledger, door.today()
    may_read = door.may(Right.READ_CASES)
    listed = listing.listing(ledger, listing.Filter(), today) if may_read else None
    due = casefile.soonest(ledger, today, _DUE_SHOWN) if may_read else ()
    shown = [door.case(one.id) for one in listed.cases[:6]] if listed else []
    return page(
        request,
        "front/front.html",
        cases=[(case, waiting(case), bool(person_paths(case))) for case in shown],
        cases_total=listed.all if listed else 0,
        due=due,
        holdings=holdings,
        simulated=any(holding.simulated for holding in holdings),
        ledger=ledger,
        folder_hint="DIR",
    )


def held(door: Door) -> list[Holding]:
    """Every import, the newest first."""
    latest = {batch.id for batch in door.latest()}
    return [
        Holding(
            batch,
            door.crosswalk_or_none(batch.crosswalk),
            batch.id in latest,
            reach_of(batch.report),
        )
        for batch in reversed(door.batches())
    ]


def waiting(case: CaseFile) -> int:
    """How many ways through a proceeding have not ended."""
    return len(timeline(case).pending)
