"""The team: who is in it, with which devices, who may read what; freezing, thawing, removing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import Http404

from candlemark import casefile
from candlemark.casefile import roles
from candlemark.errors import NotEntitled, NotUnderstood
from candlemark.ids import check_id
from candlemark.ledger import second_factor
from candlemark.ledger.leaving import leaving
from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import MemberThawed
from candlemark.web.desks.people import said
from candlemark.web.doors import door_of
from candlemark.web.house import LockedHouse, house_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.ledger.roster import Member
    from candlemark.web.doors import Door

REASON_LENGTH: Final = 500
"""Letters a reason has at most, as a change of the roster holds them."""


def team(request: HttpRequest) -> HttpResponse:
    """Every member with their roles and devices, and who reads which compartment."""
    door = door_of(request)
    vault = door.vault
    roster = vault.members.roster()
    return page(
        request,
        "people/team.html",
        roster=roster,
        members=roster.present,
        roles=roles.roles_of(vault.ledger, roster),
        devices={
            one.kid: [it for it in roster.devices.values() if it.member == one.kid]
            for one in roster.present
        },
        compartments=[
            (name, [roster.members[kid] for kid in there.readers], name in roster.closed)
            for name, there in sorted(roster.compartments.items())
        ],
        factors=_factors(request, door),
        strange=len(vault.strange_keys),
        now=vault.ledger.now(),
        said=said,
    )


def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Ask that a member's keys are destroyed here; a second member's word does it."""
    door = door_of(request)
    member = _member(door, code)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        frozen = door.vault.members.freeze(member)
        if frozen:
            _show_out(request, member)
        return SeeOther(address("team"))
    return page(
        request,
        "people/freeze.html",
        member=member,
        missed=request.method == "POST",
        asked=[door.vault.members.roster().members[kid] for kid in member.frozen_by],
        said=said,
    )


def thaw(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that a frozen member gets keys again."""
    door = door_of(request)
    member = _member(door, code)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        door.vault.members.propose([MemberThawed(member.kid)])
        return SeeOther(address("team"))
    return page(
        request,
        "people/thaw.html",
        member=member,
        missed=request.method == "POST",
        threshold=door.vault.members.roster().threshold,
        said=said,
    )


def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that a member is one no longer; what follows is said before."""
    door = door_of(request)
    member = _member(door, code)
    follows = leaving(door.vault.members.roster(), member)
    open_to_me = member.kid != door.me.member.kid and follows.possible and follows.waits is None
    reason = request.POST.get("reason", "").strip()
    long = len(reason) > REASON_LENGTH
    if open_to_me and not long and request.POST.get("sure") == "yes":
        members = door.vault.members
        made = members.propose([members.removal(member)], reason)
        if made.standing is not Standing.MADE:
            return SeeOther(address("waiting"))
        _show_out(request, member)
        return SeeOther(address("team"))
    asked = request.method == "POST"
    refused = HTTPStatus.UNPROCESSABLE_ENTITY if open_to_me else HTTPStatus.FORBIDDEN
    return page(
        request,
        "people/remove.html",
        status=refused if asked else HTTPStatus.OK,
        member=member,
        follows=follows,
        open_to_me=open_to_me,
        reason=reason,
        length=REASON_LENGTH,
        long=long,
        missed=asked and not long,
        said=said,
    )


def strange_keys(request: HttpRequest) -> HttpResponse:
    """Destroy the keys that lie here for nobody who is, or was, a member: those that were shown."""
    members = door_of(request).vault.members
    sent = request.method == "POST"
    if sent and request.POST.get("sure") == "yes":
        try:
            members.destroy_strange(request.POST.getlist("key"))
        except NotEntitled:  # another was quicker: what lies there now is shown
            return SeeOther(address("strange-keys"))
        return SeeOther(address("team"))
    return page(
        request, "people/strange-keys.html", keys=members.strange_keys(), missed=sent, said=said
    )


def factor_of(request: HttpRequest, code: str) -> HttpResponse:
    """Remove the second factor of a member who lost it."""
    door, house = door_of(request), house_of(request)
    member = _member(door, code)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        if isinstance(house, LockedHouse):
            vault = bytes.fromhex(door.vault.id)
            second_factor.forget_for(house.entrance.folder, vault, door.me.member, member)
        return SeeOther(address("team"))
    return page(
        request, "people/factor-of.html", member=member, missed=request.method == "POST", said=said
    )


def readers(request: HttpRequest, case_id: str) -> HttpResponse:
    """Who can read a case: what happened, and who the people are."""
    door = door_of(request)
    try:
        found = door.case(check_id(case_id, "case"))
    except NotUnderstood:
        raise Http404 from None
    return page(
        request,
        "people/readers.html",
        case=found,
        readers=casefile.readers(door.vault, found.id),
        said=said,
    )


def _show_out(request: HttpRequest, member: Member) -> None:
    """End the sessions a member has at this house."""
    house = house_of(request)
    if isinstance(house, LockedHouse):
        house.entrance.sessions.end_of(member.kid)
        house.tidy()


def _member(door: Door, code: str) -> Member:
    try:
        return door.vault.members.find(code)
    except NotEntitled:
        raise Http404 from None


def _factors(request: HttpRequest, door: Door) -> set[bytes]:
    """Kids of the members whom sign-in here asks for a code."""
    house = house_of(request)
    if not isinstance(house, LockedHouse):
        return set()
    vault = bytes.fromhex(door.vault.id)
    return {
        one.kid
        for one in door.vault.members.roster().present
        if second_factor.is_set(house.entrance.folder, vault, one.kid)
    }
