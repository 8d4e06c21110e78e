"""One pair: judged from the records alone, then seen with its evidence, then kept or changed.

The page is in one of three states, which follow from what this member said of the pair:

1. nothing yet: the two records side by side, and four answers.  No score, no mark, nobody's answer;
2. a blind answer: the evidence, and the answer to be kept or changed;
3. that too: what stands, and what others answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from candlemark.casefile.roles import Right
from candlemark.errors import BeingJudged, Fault, NotInOrder
from candlemark.linkage.facts import ANSWERS
from candlemark.linkage.judging import Answer, explanation, judge, show_names
from candlemark.linkage.judging.claims import LASTS
from candlemark.linkage.judging.saying import REASON_LENGTH
from candlemark.linkage.judging.sides import HIDDEN, OPEN, sides_of
from candlemark.linkage.judging.weighed import findings_of
from candlemark.linkage.said import evidence_of, model_of, run_of
from candlemark.web.carried import fills_again
from candlemark.web.charts.weights import weight_bars
from candlemark.web.desks.review import names
from candlemark.web.desks.review.asking import Desk, of_what
from candlemark.web.desks.review.rows import rows_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from candlemark.linkage.judging import Claim, Finding, Judging
    from candlemark.linkage.judging.sides import Side
    from candlemark.linkage.judging.standing import Word
    from candlemark.linkage.judging.worth import Proposed


class Stage(StrEnum):
    """How far this member is with the pair."""

    BLIND = "blind"
    SEEN = "seen"
    DONE = "done"


@dataclass(frozen=True)
class At:
    """A pair as one member has it before them."""

    desk: Desk
    stands: Judging
    place: Proposed

    @property
    def claim(self) -> Claim | None:
        """Who has the pair before them."""
        return self.desk.claims.of(self.place.pair)

    @property
    def mine(self) -> bool:
        """Whether this member has it."""
        claim = self.claim
        return claim is not None and claim.member == self.desk.member

    @property
    def word(self) -> Word | None:
        """What this member said of the pair, and did not take back."""
        words = self.stands.said.counting.get(self.place.pair, ())
        return next((one for one in words if one.member == self.desk.member), None)

    @property
    def stage(self) -> Stage:
        """How far this member is."""
        if self.word is None:
            return Stage.BLIND
        return Stage.SEEN if self.word.fact.blind else Stage.DONE

    @property
    def names_open(self) -> bool:
        """Whether this member asked for the names a moment ago, and may see them."""
        now = self.desk.door.vault.ledger.now()
        return self.desk.door.may(Right.SEE_IDENTITIES) and any(
            one.member == self.desk.member and one.pair == self.place.pair and now - one.at < LASTS
            for one in self.stands.said.shown
        )

    @property
    def here(self) -> str:
        """The address of this page."""
        return address("review-pair", self.place.run, str(self.place.n))


@fills_again
def pair(request: HttpRequest, run: str, n: int) -> HttpResponse:
    """One pair."""
    desk = Desk.of(request)
    found = desk.find(run, n)
    if found is None:
        raise Http404
    here = At(desk, *found)
    deed = {"take": _take, "names": _names, "back": _give_back, "answer": _answer}
    done = deed.get(request.POST.get("do", "")) if request.method == "POST" else None
    return done(request, here) if done else _shown(request, here)


def _take(request: HttpRequest, here: At) -> HttpResponse:
    """Have the pair before one."""
    try:
        here.desk.claims.take(here.place.pair, here.desk.member)
    except BeingJudged:
        return _shown(request, here, status=HTTPStatus.CONFLICT)
    return SeeOther(here.here)


def _give_back(_request: HttpRequest, here: At) -> HttpResponse:
    here.desk.claims.give_back(here.place.pair, here.desk.member)
    return SeeOther(f"{address('review')}?given-back=yes")


def _names(_request: HttpRequest, here: At) -> HttpResponse:
    """Say in the ledger that names are shown, and then show them."""
    if not here.desk.door.may(Right.SEE_IDENTITIES):
        raise Http404
    show_names(here.desk.door.vault.ledger, here.place.pair, HIDDEN)
    return SeeOther(here.here)


def _answer(request: HttpRequest, here: At) -> HttpResponse:
    """Say what this member answers; the first time blind, after that with the evidence seen."""
    desk, blind = here.desk, here.stage is Stage.BLIND
    sides = _sides(here, names=True)  # looked at and not shown: the reason must not hold a name
    given = Answer(
        pair=here.place.pair,
        answer=request.POST.get("answer", ""),
        reason=request.POST.get("reason", ""),
        run=here.place.run,
        blind=blind,
        seen=_seen(here, blind=blind),
        unit=here.stands.unit,
        names=tuple(text for side in sides for text in side.texts),
    )
    try:
        desk.claims.take(here.place.pair, desk.member)
        judge(desk.door.vault.ledger, desk.door.edition, given, language=desk.reader.tongue)
    except BeingJudged:
        return _shown(request, here, status=HTTPStatus.CONFLICT)
    except NotInOrder as error:
        return _shown(request, here, faults=error.faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not blind:
        desk.claims.give_back(here.place.pair, desk.member)
    return SeeOther(here.here)


def _seen(here: At, *, blind: bool) -> tuple[str, ...]:
    """What was shown when the answer was given."""
    shown = [*OPEN, *(HIDDEN if here.names_open else ())]
    return tuple(shown if blind else [*shown, "score"])


def _sides(here: At, *, names: bool) -> tuple[Side, Side]:
    door = here.desk.door
    return sides_of(door.vault.ledger, door.edition, here.place.pair, names=names)


def _shown(
    request: HttpRequest,
    here: At,
    *,
    faults: Sequence[Fault] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    desk, stage = here.desk, here.stage
    sides = _sides(here, names=here.names_open)
    findings = () if stage is Stage.BLIND else _findings(here)
    claim = here.claim
    return page(
        request,
        "review/pair.html",
        status=status,
        here=here,
        stage=stage.value,
        of=of_what(here.stands.unit),
        sides=sides,
        sources=[desk.source(side.record) for side in sides],
        rows=rows_of(desk, sides, findings),
        hidden=not here.names_open and any(side.held for side in sides),
        may_ask=desk.door.may(Right.SEE_IDENTITIES),
        closed=not desk.door.may(Right.SEE_IDENTITIES) or any(one.closed for one in sides),
        taken=claim is not None and claim.member != desk.member,
        until=claim.until if claim is not None else None,
        bars=weight_bars(findings, desk.reader) if findings else (),
        sentence=explanation(findings, desk.reader.tongue, here.stands.unit) if findings else "",
        word=here.word,
        answers=desk.door.edition.scheme(ANSWERS),
        typed=request.POST if faults else {},
        faults=[_said(fault) for fault in faults],
        at_fault={fault.where for fault in faults},
        length=REASON_LENGTH,
        said=names,
        signs=names.MARKS,
        **_after(here, stage),
    )


def _after(here: At, stage: Stage) -> dict[str, object]:
    """What is told only when this member has said their last word for now."""
    if stage is not Stage.DONE:
        return {"stood": None, "others": [], "against": [], "touched": 0}
    stood = here.stands.answers.get(here.place.pair)
    others = [word for word in stood.words if word.member != here.desk.member] if stood else []
    return {
        "stood": stood,
        "others": [(here.desk.roster_names.get(one.member, ""), one) for one in others],
        "against": [
            one
            for one in here.stands.contradictions
            if here.place.pair in {one.different, *one.chain}
        ],
        "touched": len(here.stands.touched(here.word.fact.id)) if here.word else 0,
    }


def _findings(here: At) -> tuple[Finding, ...]:
    ledger = here.desk.door.vault.ledger
    run = run_of(ledger, here.place.run)
    row = evidence_of(ledger, run, here.place.n)
    return findings_of(model_of(ledger, run.fact.model), row)


def _said(fault: Fault) -> tuple[str, str]:
    """A fault of an answer in the tongue being spoken, and the box it is at."""
    if fault.where == "answer":
        return "answer", _("Choose one of the four answers.")
    if fault.what.startswith("it is longer"):
        return "reason", _("The reason is too long: %(number)s letters are the most.") % {
            "number": REASON_LENGTH
        }
    if fault.where == "reason":
        return "reason", _("The reason holds a name of the records. Say it without the name.")
    return fault.where, _(fault.what)
