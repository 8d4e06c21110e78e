"""What waits for a person, and being handed the next pair."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import BeingJudged
from candlemark.linkage.judging.state import UNITS
from candlemark.web.desks.review.asking import Desk, of_what
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.linkage.judging import Judging

_TRIES: Final = 5
"""How often another pair is tried when somebody was quicker."""


@dataclass(frozen=True)
class Waits:
    """What waits of one unit, for one member."""

    stands: Judging
    title: str
    free: int
    """Pairs this member can be handed."""
    second: int
    """Of these, pairs that lack one more person."""
    between: list[tuple[str, str, int]]
    """Pairs that wait, by the two sources."""


def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by what it is about; who has a pair before them."""
    desk = Desk.of(request)
    return page(
        request,
        "review/queue.html",
        waits=[_waits(desk, one) for one in desk.units],
        held=desk.held,
        elsewhere=sum(one.place(pair) is not None for one in desk.units for pair in desk.taken),
        own=_own(request),
    )


def take_next(request: HttpRequest) -> HttpResponse:
    """Hand over the next pair of a unit, and let nobody else have it for a while."""
    desk = Desk.of(request)
    unit = request.POST.get("unit", "")
    stands = desk.of_unit(unit if unit in UNITS else UNITS[0])
    for _ in range(_TRIES):
        found = desk.next_of(stands)
        if found is None:
            break
        try:
            desk.claims.take(found.pair, desk.member)
        except BeingJudged:
            continue
        return SeeOther(address("review-pair", found.run, str(found.n)))
    return SeeOther(f"{address('review')}?none=yes")


def _waits(desk: Desk, stands: Judging) -> Waits:
    free = stands.between(desk.member, desk.taken)
    between: Counter[tuple[str, str]] = Counter()
    for (one, other), count in free.items():
        left, right = sorted((desk.source_called(one), desk.source_called(other)))
        between[left, right] += count
    return Waits(
        stands,
        of_what(stands.unit),
        free.total(),
        len([one for one in stands.for_second(desk.member) if one.pair not in desk.taken]),
        [(one, other, count) for (one, other), count in between.most_common()],
    )


def _own(request: HttpRequest) -> str:
    """What the page says of what its reader has just done."""
    for name in ("none", "given-back"):
        if request.GET.get(name) == "yes":
            return name
    return ""
