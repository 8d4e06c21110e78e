"""The right of an agency to answer beside its number: asked, answered, nothing came.

One member says it, another reads it and approves it; only then is it public.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import Http404

from candlemark.errors import NotEntitled, NotInOrder, UnknownRelease
from candlemark.publish import answers as floor
from candlemark.publish import releases
from candlemark.publish.answers import Step
from candlemark.web.carried import fills_again, returning
from candlemark.web.desks.releases import acts, texts, words
from candlemark.web.desks.releases.faults_said import said as said_of
from candlemark.web.desks.releases.saying import Saying
from candlemark.web.desks.releases.showing import speaker
from candlemark.web.doors import door_of
from candlemark.web.jinja import address
from candlemark.web.member_names import known_by
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.publish import Table
    from candlemark.publish.answers import Answer, Answers
    from candlemark.publish.releases import Published
    from candlemark.web.desks.releases.acts import Act
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Row:
    """Something said between the group and an agency, as a page tells it."""

    answer: Answer
    step: str
    who: str
    table: str
    place: str
    """The number it is about; empty for the whole table."""
    waits: bool
    mine: bool
    over: bool
    """Whether the day that an answer was asked for by is over and nothing more was said."""


def answers(request: HttpRequest) -> HttpResponse:
    """Everything said between the group and agencies, the newest first."""
    door, reader = door_of(request), reader_of(request)
    found = floor.answers(door.vault.ledger)
    return page(
        request,
        "releases/answers.html",
        rows=_rows(door, reader, found, list(reversed(found.items))),
        faults=found.faults,
        published=[one for one in releases.releases(door.vault.ledger).published if one.stands],
    )


@fills_again
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """One thing said: read, approved by somebody else, withdrawn; or that nothing came of it."""
    door, reader = door_of(request), reader_of(request)
    found = floor.answers(door.vault.ledger)
    one, act = _one(found, name), acts.read(request)
    if act.ready:
        led = _carry_out(door, one, act)
        if led:
            return SeeOther(address("answer", led))
    (row,) = _rows(door, reader, found, [one])
    return page(
        request,
        "releases/answer.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if act.wrong else HTTPStatus.OK,
        act=act,
        row=row,
        steps=Step,
        said=lambda text: said_of(text, reader),
        follows=[each for each in found.items if each.said.asking == one.said.id],
        step_said=words.answer_step,
        language=speaker(reader).language,
        today=door.today(),
    )


def _carry_out(door: Door, one: Answer, act: Act) -> str:
    """Do it: the name of what to look at next; nothing where a floor refused (the act says why)."""
    ledger, name = door.vault.ledger, one.said.id
    try:
        if act.what == "approve":
            floor.approve(ledger, name, door.me.member.kid)
        elif act.what == acts.WITHDRAW:
            floor.withdraw(ledger, name, act.reasons)
        elif act.what == "unanswered":
            name = floor.unanswered(ledger, name, door.today()).said.id
        else:
            raise Http404
    except (NotEntitled, NotInOrder) as error:
        act.error = error
        return ""
    return name


def _one(found: Answers, name: str) -> Answer:
    try:
        return found.one(name)
    except UnknownRelease:
        raise Http404 from None


def _rows(door: Door, reader: Reader, found: Answers, some: list[Answer]) -> list[Row]:
    roster, me, said = door.vault.members.roster(), door.me.member.kid, speaker(reader)
    held = releases.tables(door.vault.ledger, {one.said.table for one in some})
    today = door.vault.ledger.now().date()
    closed = {one.said.asking for one in found.items if one.withdrawn is None}
    awaited = {one.said.id for one in found.awaited(me)}
    return [
        Row(
            one,
            words.answer_step(one.said.step),
            known_by(one.member, roster),
            said.text(held[one.said.table].titles),
            place_said(held[one.said.table], one, reader),
            one.said.id in awaited,
            one.member == me,
            one.said.step is Step.ASKED
            and one.said.by is not None
            and one.said.by < today
            and one.said.id not in closed,
        )
        for one in some
    ]


def place_said(table: Table, one: Answer, reader: Reader) -> str:
    """The number something is about, in words."""
    if not one.said.measure:
        return ""
    say = speaker(reader)
    measure = next(each for each in table.measures if each.code == one.said.measure)
    at = [
        say.text(each.labels)
        for code, of in zip(one.said.at, table.dimensions, strict=True)
        for each in of.categories
        if each.code == code
    ]
    return reader.comma.join([say.text(measure.labels), *at])


@fills_again
def say(request: HttpRequest) -> HttpResponse:
    """Say that an agency was asked, or what it answered, for a second person to approve."""
    door, reader = door_of(request), reader_of(request)
    sent = request.POST if request.method == "POST" else None
    asked_of = request.GET if sent is None else sent
    found = floor.answers(door.vault.ledger)
    asking = _one(found, asked_of.get("asking", "")) if asked_of.get("asking") else None
    table, release = _about(door, asking, asked_of.get("table", ""))
    form = Saying(door, reader, table, release, asking)
    if sent is not None:
        form.read(sent)
        if not returning(request) and (made := form.say()):
            return SeeOther(address("answer", made))
    wrong = bool(form.faults or form.refused)
    return page(
        request,
        "releases/say.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        form=form,
        faults=form.faults,
        at=form.faults.at,
        title=speaker(reader).text(table.titles),
        tongue_boxes=texts.boxes(form.asked, form.values, form.faults),
        said=lambda text: said_of(text, reader),
        today=door.today(),
        simulated=table.simulated,
    )


def _about(door: Door, asking: Answer | None, identity: str) -> tuple[Table, Published]:
    """The table something is said about, and the newest release that stands and carries it."""
    wanted = asking.said.table if asking else identity
    standing = [one for one in releases.releases(door.vault.ledger).published if one.stands]
    for one in reversed(standing):
        if wanted in one.draft.tables:
            return releases.tables(door.vault.ledger, [wanted])[wanted], one
    raise Http404
