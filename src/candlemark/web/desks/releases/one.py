"""One release: its tables as they will be public, what protection did, and what is to be done.

Approved by somebody else than who drafted it, published, withdrawn with reasons in five tongues.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404, HttpResponse

from candlemark.errors import Disclosive, NotEntitled, NotInOrder
from candlemark.publish import answers
from candlemark.publish import releases as floor
from candlemark.publish.open import csv_file
from candlemark.publish.releases import State
from candlemark.web.carried import fills_again
from candlemark.web.desks.releases import acts, words
from candlemark.web.desks.releases.faults_said import said as said_of
from candlemark.web.desks.releases.showing import counts, protects, seen, speaker, told
from candlemark.web.doors import door_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.public_tables import signs, table_shown
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.errors import CandlemarkError
    from candlemark.publish import Table
    from candlemark.publish.releases import Seen
    from candlemark.web.desks.releases.acts import Act
    from candlemark.web.doors import Door

ROWS: Final = 160
"""Rows of all tables on the page of a release together; each has a page and a file of its own."""
FEWEST: Final = 6
"""Rows each table shows at least."""
WHOLE: Final = 400
"""Rows on the page of one table; more are in its file."""


@fills_again
def release(request: HttpRequest, name: str) -> HttpResponse:
    """A release or a draft; what is sent to it is one of the acts on it."""
    door = door_of(request)
    found, act = seen(door, name), acts.read(request)
    if act.ready:
        act.error = _carry_out(door, found, act)
        if act.error is None:
            return SeeOther(address("release", found.draft.id))
    return _shown(request, found, act)


def _carry_out(door: Door, found: Seen, act: Act) -> CandlemarkError | None:
    """Approve, publish or withdraw; why that was refused, where it was."""
    name = found.draft.id
    try:
        if act.what == "approve":
            floor.approve_whole(door.vault, name, door.edition)
        elif act.what == "publish":
            floor.publish_whole(door.vault, name, door.edition)
        elif act.what == acts.WITHDRAW and found.published:
            floor.withdraw(door.vault.ledger, found.published.number, act.reasons)
        else:
            raise Http404
    except (Disclosive, NotEntitled, NotInOrder) as error:
        return error
    return None


def _shown(request: HttpRequest, found: Seen, act: Act) -> HttpResponse:
    door, reader = door_of(request), reader_of(request)
    said = speaker(reader)
    most = max(FEWEST, ROWS // max(len(found.tables), 1))
    return page(
        request,
        "releases/release.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if act.wrong else HTTPStatus.OK,
        act=act,
        seen=found,
        state=words.state(found.state),
        told=told(door, found),
        changes=counts(found.changes),
        tables=[table_shown(one, said, most) for one in found.tables],
        answers=_answers(door, found),
        signs=signs(said),
        mine=found.draft.by == door.me.member.kid,
        agreed=door.me.member.kid in found.draft.approved_by,
        states=State,
        lies=protects(door),
        said=lambda text: said_of(text, reader),
        correction=_correction(door, found),
        simulated=any(one.simulated for one in found.tables),
    )


def _answers(door: Door, found: Seen) -> dict[str, int]:
    """How much was said between the group and agencies about each table."""
    if found.published is None:
        return {}
    counted: dict[str, int] = {}
    for one in answers.answers(door.vault.ledger).items:
        if one.said.release == found.published.number:
            counted[one.said.table] = counted.get(one.said.table, 0) + 1
    return counted


def _correction(door: Door, found: Seen) -> str:
    """The draft that became the release which corrects this one; empty for none."""
    if found.published is None or not found.published.corrected_by:
        return ""
    said = floor.releases(door.vault.ledger)
    return said.numbered(found.published.corrected_by).draft.id


def table(request: HttpRequest, name: str, identity: str) -> HttpResponse:
    """One table of a release, whole."""
    door, reader = door_of(request), reader_of(request)
    found = seen(door, name)
    one, said = _table(found, identity), speaker(reader)
    return page(
        request,
        "releases/table.html",
        seen=found,
        table=table_shown(one, said, WHOLE),
        signs=signs(said),
        simulated=one.simulated,
    )


def table_file(request: HttpRequest, name: str, identity: str) -> HttpResponse:
    """The same as CSV, as it is, or would be, on the site."""
    one = _table(seen(door_of(request), name), identity)
    response = HttpResponse(csv_file.write(one), content_type="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{one.name}.csv"'
    return response


def _table(found: Seen, identity: str) -> Table:
    for one in found.tables:
        if one.identity == identity:
            return one
    raise Http404
