"""What was judged, what contradicts, and how often whoever judges is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark.errors import NotEntitled, NotInOrder, NotUnderstood
from candlemark.ids import check_id
from candlemark.linkage.facts import ANSWERS
from candlemark.linkage.judging import take_back as take_back_said
from candlemark.linkage.judging.measuring import ENOUGH
from candlemark.linkage.judging.saying import REASON_LENGTH
from candlemark.web.carried import fills_again
from candlemark.web.desks.review.asking import Desk, of_what
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from markupsafe import Markup

    from candlemark.linkage.judging import Judging
    from candlemark.linkage.judging.inferring import Contradiction
    from candlemark.linkage.judging.standing import Pair, Word
    from candlemark.linkage.said import Proposer


SHOWN: Final = 200
"""Judgements on the page; the command lists all."""


@dataclass(frozen=True)
class Said:
    """A judgement as it is shown."""

    word: Word
    who: str
    answer: Mapping[str, str]
    sources: tuple[str, str]
    records: tuple[Markup, Markup]
    """What each record is called."""
    place: str
    """The address of the pair; empty where no run that counts proposes it."""
    stands: str
    """``counts``, ``replaced`` by a later answer of the same person, or ``taken-back``."""
    mine: bool
    by: Proposer | None
    """The run that proposed the pair; None where none did."""
    undid: tuple[str, ...]
    """Kept figures that used the link this undid: their sixteen first digits."""


@dataclass(frozen=True)
class Against:
    """A contradiction as it is shown: records along the chain, and the pairs between them."""

    found: Contradiction
    title: str
    records: tuple[tuple[str, Markup], ...]
    """Source of each, and what it is called."""
    steps: tuple[tuple[str, list[str]], ...]
    """For each pair: its address, and who said so.  The last is the one judged different."""


def history(request: HttpRequest) -> HttpResponse:
    """Every judgement, the newest first.

    A pair this member has still to judge blind is left out: its answers are not theirs to see yet.
    """
    desk = Desk.of(request)
    told = [(word, stands) for stands in desk.units for word in stands.told_to(desk.member)]
    newest = sorted(told, key=lambda one: one[0].at, reverse=True)
    return page(
        request,
        "review/history.html",
        several=[_said(desk, stands, word) for word, stands in newest[:SHOWN]],
        all=len(newest),
        taken=request.GET.get("taken-back") == "yes",
    )


def _said(desk: Desk, stands: Judging, word: Word) -> Said:
    counting = {one.fact.id for one in stands.said.counting.get(word.pair, ())}
    gone = stands.said.not_counting
    scheme = desk.door.edition.scheme(ANSWERS)
    return Said(
        word,
        desk.roster_names.get(word.member, ""),
        scheme.term(word.fact.answer).labels if word.fact.answer in scheme else {},
        _sources(desk, word.pair),
        (desk.called(word.pair[0]), desk.called(word.pair[1])),
        _place(stands, word.pair),
        _standing(word.fact.id, counting, gone),
        word.member == desk.member,
        desk.runs.get(word.fact.run),
        desk.undid.get(word.fact.id, ()),
    )


def _standing(judgement: str, counting: set[str], gone: frozenset[str]) -> str:
    if judgement in gone:
        return "taken-back"
    return "counts" if judgement in counting else "replaced"


def _sources(desk: Desk, pair: Pair) -> tuple[str, str]:
    return desk.source(pair[0]), desk.source(pair[1])


def _place(stands: Judging, pair: Pair) -> str:
    place = stands.place(pair)
    return address("review-pair", place.run, str(place.n)) if place else ""


@fills_again
def take_back(request: HttpRequest, judgement: str) -> HttpResponse:
    """Take back what one said of a pair, after what follows from it was shown."""
    desk = Desk.of(request)
    stands, word = _own(desk, judgement)
    fault = ""
    if request.method == "POST":
        try:
            ledger, reason = desk.door.vault.ledger, request.POST.get("reason", "")
            take_back_said(ledger, stands.said, desk.member, judgement, reason)
            return SeeOther(f"{address('review-history')}?taken-back=yes")
        except NotInOrder as error:
            fault = _fault(error)
    return page(
        request,
        "review/take-back.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        word=word,
        answer=desk.door.edition.scheme(ANSWERS).term(word.fact.answer).labels,
        sources=_sources(desk, word.pair),
        records=[desk.called(record) for record in word.pair],
        touched=len(stands.touched(judgement)),
        fault=fault,
        typed=request.POST.get("reason", ""),
        length=REASON_LENGTH,
    )


def _own(desk: Desk, judgement: str) -> tuple[Judging, Word]:
    """A judgement of this member, and where it stands."""
    try:
        check_id(judgement, "judgement")
    except NotUnderstood:
        raise Http404 from None
    for stands in desk.units:
        word = stands.said.word(judgement)
        if word is not None and word.member == desk.member:
            return stands, word
    raise Http404


def _fault(error: NotInOrder | NotEntitled) -> str:
    if any(fault.where == "judgement" for fault in error.faults):
        return _("This was taken back already.")
    return _("The reason is too long: %(number)s letters are the most.") % {"number": REASON_LENGTH}


def contradictions(request: HttpRequest) -> HttpResponse:
    """Answers that cannot all be true, each with the chain that makes it."""
    desk = Desk.of(request)
    return page(
        request,
        "review/contradictions.html",
        several=[
            _against(desk, stands, one) for stands in desk.units for one in stands.contradictions
        ],
        disputed=[
            (
                of_what(stands.unit),
                _sources(desk, one.pair),
                _place(stands, one.pair),
                desk.member in one.members,
            )
            for stands in desk.units
            for one in stands.disputed
        ],
    )


def _against(desk: Desk, stands: Judging, one: Contradiction) -> Against:
    steps = [*one.chain, one.different]
    return Against(
        one,
        of_what(stands.unit),
        tuple((desk.source(record), desk.called(record)) for record in one.records),
        tuple((_place(stands, pair), _who(desk, stands, pair)) for pair in steps),
    )


def _who(desk: Desk, stands: Judging, pair: Pair) -> list[str]:
    words = stands.answers[pair].words if pair in stands.answers else ()
    return [desk.roster_names.get(word.member, "") for word in words if word.decides]


def reviewers(request: HttpRequest) -> HttpResponse:
    """How often each person who judges is wrong, on pairs whose answer is known without them."""
    desk = Desk.of(request)
    return page(
        request,
        "review/reviewers.html",
        units=[
            (
                of_what(stands.unit),
                [(desk.roster_names.get(one.member, ""), one) for one in stands.reviewers],
            )
            for stands in desk.units
        ],
        enough=ENOUGH,
    )
