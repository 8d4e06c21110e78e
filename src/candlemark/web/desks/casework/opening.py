"""The first page of a case: its title, and who else may know who its people are.

In a vault of several people a case is closed to its team before anything is said in it.  A member
who opens one can therefore always write the names in it, whatever else they may read.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from candlemark.casefile.record import examine
from candlemark.casefile.teams import close_from_the_start
from candlemark.errors import NotInOrder, VaultBusy
from candlemark.ids import new_id
from candlemark.web.carried import fills_again
from candlemark.web.desks.casework.asking.incident import TitleForm
from candlemark.web.desks.casework.beginning import IN_THE_ROW, STEPS
from candlemark.web.desks.casework.writing import KEPT, Draft, Outcome, keeps, say, sent_to
from candlemark.web.doors import door_of
from candlemark.web.forms.faults import Faults
from candlemark.web.forms.setting import Setting
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from candlemark.ledger.roster import Member
    from candlemark.web.doors import Door


@fills_again
def new(request: HttpRequest) -> HttpResponse:
    """Begin a case under a neutral title."""
    door, sent = door_of(request), sent_to(request)
    case_id = new_id("case")
    draft = Draft.of(Setting(reader_of(request), door.edition), TitleForm, sent, case_id=case_id)
    others, ticked = _others(door), sent.getlist("team") if sent else []
    outcome = Outcome(Faults(), HTTPStatus.OK)
    if keeps(request):
        outcome = _open(door, draft, [one for one in others if one.kid.hex() in ticked])
    if outcome.status is KEPT:
        return SeeOther(reverse("record", args=[case_id, STEPS[0].word]))
    return page(
        request,
        "casework/new.html",
        status=outcome.status,
        form=draft.form,
        faults=outcome.faults,
        others=[(one.kid.hex(), one.name, one.kid.hex() in ticked) for one in others],
        steps=len(IN_THE_ROW) + 1,
    )


def _others(door: Door) -> list[Member]:
    """Members who can be let in to a case; whoever is frozen gets no key."""
    roster = door.vault.members.roster()
    mine = door.me.member.kid
    return [one for one in roster.present if one.kid != mine and not one.frozen and one.recipient]


def _open(door: Door, draft: Draft, team: Sequence[Member]) -> Outcome:
    """Close the case to its team, then say its title: only when the title is in order."""
    faults = draft.look()
    if faults:
        return Outcome(faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    action = draft.action()
    try:
        examine(door.vault.ledger, door.edition, [action])
        close_from_the_start(door.vault, draft.case_id, team)
    except NotInOrder as error:
        draft.place(faults, error, action)
        return Outcome(faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    except VaultBusy:
        faults.add(
            "", "", _("Somebody else was writing at this moment. Nothing was kept: try again.")
        )
        return Outcome(faults, HTTPStatus.SERVICE_UNAVAILABLE)
    return say(door, draft, action)
