"""Every release and draft, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish import releases as floor
from candlemark.web.desks.releases import words
from candlemark.web.desks.releases.showing import Told, counts, protects, told
from candlemark.web.doors import door_of
from candlemark.web.pages import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.publish.releases import Seen
    from candlemark.web.doors import Door


@dataclass(frozen=True, slots=True)
class Row:
    """A release in the list."""

    seen: Seen
    state: str
    told: list[Told]
    changes: tuple[int, int, int, int] | None
    mine: bool
    """Whether the member who looks drafted it, so that another one approves it."""


def listed(request: HttpRequest) -> HttpResponse:
    """The list."""
    door = door_of(request)
    found = floor.overview(door.vault.ledger)
    return page(
        request,
        "releases/releases.html",
        rows=[_row(door, one) for one in found.every],
        published=len(found.said.published),
        faults=found.faults,
        places=found.said.places,
        lies=protects(door),
        simulated=any(table.simulated for one in found.every for table in one.tables),
    )


def _row(door: Door, one: Seen) -> Row:
    return Row(
        one,
        words.state(one.state),
        told(door, one),
        counts(one.changes),
        one.draft.by == door.me.member.kid,
    )
