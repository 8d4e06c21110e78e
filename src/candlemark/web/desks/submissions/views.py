"""Every submission, and one of them: as it would be read, approved, and taken out as files."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from django.http import Http404, HttpResponse

from candlemark.errors import NotInOrder, UnknownRelease
from candlemark.publish import submissions as floor
from candlemark.publish.submissions import State
from candlemark.web.desks.submissions import shown, words
from candlemark.web.doors import door_of
from candlemark.web.jinja import address
from candlemark.web.member_names import apart, known_by
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.publish.submissions import Submission, Submissions
    from candlemark.web.doors import Door

_MEDIA: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


class Row(NamedTuple):
    """A submission in the list."""

    one: Submission
    title: str
    form: str
    state: str
    by: str
    gone: tuple[str, ...]
    for_me: bool


def listed(request: HttpRequest) -> HttpResponse:
    """What was drafted and sent, the newest first, and what recipients are to delete."""
    door, reader = door_of(request), reader_of(request)
    said = _said(door)
    now = floor.cases_now(door.vault.ledger, said.cases)
    roster = door.vault.members.roster()
    rows = [
        Row(
            one,
            reader.text(dict(one.said.titles)),
            words.form(floor.form_named(one.said.form)).title,
            words.state(one.state),
            known_by(one.by, roster),
            floor.no_longer(one, now),
            one.waits_for(door.me.member.kid),
        )
        for one in reversed(said.drafts)
    ]
    return page(request, "submissions/list.html", rows=rows, faults=said.faults, State=State)


def one(request: HttpRequest, name: str) -> HttpResponse:
    """One submission, word by word."""
    return _page(request, _found(door_of(request), name))


def approve(request: HttpRequest, name: str) -> HttpResponse:
    """Agree that it is sent, as somebody who did not draft it."""
    door = door_of(request)
    found = _found(door, name)
    if request.POST.get("sure") != "yes":
        return _page(request, found, missed=True)
    floor.approve(door.vault.ledger, found.id, door.me.member.kid)
    return SeeOther(address("submission", found.id))


def file(request: HttpRequest, name: str) -> HttpResponse:
    """One of its files; with the first it is said that it left."""
    door = door_of(request)
    found = _found(door, name)
    wanted = request.POST.get("file", "")
    if found.approved_by and wanted not in floor.names_of(floor.composed(door.vault.ledger, found)):
        raise Http404
    _left, files = floor.leave(door.vault.ledger, found.id)
    response = HttpResponse(files[wanted], content_type=_MEDIA[PurePath(wanted).suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted}"'
    return response


def _page(request: HttpRequest, found: Submission, *, missed: bool = False) -> HttpResponse:
    door, reader = door_of(request), reader_of(request)
    ledger, me = door.vault.ledger, door.me.member.kid
    roster = door.vault.members.roster()
    now = floor.cases_now(ledger, found.cases)
    form = floor.form_named(found.said.form)
    stale = None
    try:
        floor.refuse_stale(ledger, found)
    except NotInOrder as error:
        stale = words.refused(error)
    whole = floor.composed(ledger, found) if found.whole else None
    wanted = request.GET.get("in", reader.tongue)
    tongue = wanted if wanted in found.said.tongues else found.said.tongues[0]
    content = floor.document(whole, tongue) if whole else None
    return page(
        request,
        "submissions/one.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if missed else HTTPStatus.OK,
        one=found,
        title=reader.label(dict(found.said.titles)),
        form=words.form(form),
        rules=form,
        state=words.state(found.state),
        sent=found.state is State.LEFT,
        approved=found.state is not State.DRAFTED,
        by=known_by(found.by, roster),
        approved_by=reader.listed(apart(known_by(kid, roster)) for kid in found.approved_by),
        mine=found.by == me,
        for_me=found.waits_for(me),
        missed=missed,
        stale=stale,
        gone=floor.no_longer(found, now),
        unread=floor.unread(ledger, found.cases, now),
        alone=sum(each.alike == 1 for each in found.cases),
        told=found.cases,
        counts=floor.counted(whole) if whole else {},
        content=content,
        shown_in=tongue,
        tongue_name=words.tongue,
        bar=shown.bar,
        files=floor.names_of(whole) if whole else (),
        called={case.id: case.reference or reader.text(case.titles) for case in now.values()},
    )


def _said(door: Door) -> Submissions:
    return door.kept("submissions", lambda: floor.submissions(door.vault.ledger))


def _found(door: Door, name: str) -> Submission:
    try:
        return _said(door).draft(name)
    except UnknownRelease:
        raise Http404 from None
