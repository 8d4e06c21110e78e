"""The member's own page: devices, session, passphrase, second factor, travel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.errors import NotEntitled, NotUnderstood, SettingRefused, WrongPassphrase
from candlemark.ledger.roster import DEVICE_DAYS
from candlemark.seal import as_typed, new_passphrase
from candlemark.seal.totp import SECRET_BYTES, new_totp_secret, totp_address, totp_text
from candlemark.web import cookie
from candlemark.web.desks.people import said as said_of
from candlemark.web.desks.people.picture import picture
from candlemark.web.doors import door_of
from candlemark.web.house import LockedHouse, house_of
from candlemark.web.jinja import address
from candlemark.web.pages import page
from candlemark.web.threshold import SeeOther, sign_in_address

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from candlemark.web.doors import Door


def me(request: HttpRequest) -> HttpResponse:
    """Who I am, with which devices, and what I can do about my own access."""
    door = door_of(request)
    roster = door.vault.members.roster()
    mine = [one for one in roster.devices.values() if one.member == door.me.member.kid]
    return page(
        request,
        "people/me.html",
        devices=sorted(mine, key=lambda one: one.begins),
        in_use=door.vault.members.device,
        now=door.vault.ledger.now(),
        factor_set=door.vault.factor is not None and door.vault.factor.is_set,
        said=said_of,
        can_change=door.vault.factor is not None,
    )


def device(request: HttpRequest) -> HttpResponse:
    """Certify the device in use anew, or say that another one counts no longer."""
    members = door_of(request).vault.members
    code = request.POST.get("code", "")
    if request.POST.get("act") == "renew":
        members.renew_device(DEVICE_DAYS)
    else:
        members.give_up_device(code)
    return SeeOther(address("me"))


def sessions(request: HttpRequest) -> HttpResponse:
    """Sign out wherever this member is signed in on this machine."""
    house = house_of(request)
    if isinstance(house, LockedHouse):
        house.entrance.sessions.end_of(door_of(request).me.member.kid)
        house.tidy()
    return _out(request)


def passphrase(request: HttpRequest) -> HttpResponse:
    """Draw another passphrase, and let it open the vault once it is on paper."""
    door, house = door_of(request), house_of(request)
    drawn, said = request.POST.get("new", ""), ""
    if request.method == "POST" and isinstance(house, LockedHouse):
        if as_typed(request.POST.get("again", "")) != as_typed(drawn):
            said = "differs"
        else:
            try:
                house.entrance.change_passphrase(door.vault, request.POST.get("old", ""), drawn)
                house.tidy()
                return _out(request)
            except WrongPassphrase:
                said = "wrong"
            except NotEntitled as error:
                return _shown_passphrase(request, drawn, "early", error)
            except SettingRefused:
                drawn = ""  # it was changed on its way: another one is drawn
    return _shown_passphrase(request, drawn, said)


def _shown_passphrase(
    request: HttpRequest, drawn: str, said: str, error: NotEntitled | None = None
) -> HttpResponse:
    return page(
        request, "people/passphrase.html", drawn=drawn or new_passphrase(), said=said, error=error
    )


def factor(request: HttpRequest) -> HttpResponse:
    """Set up a second factor for signing in, or remove it."""
    door, house = door_of(request), house_of(request)
    held = door.vault.factor
    if held is None:
        raise SettingRefused("a vault in memory has no sign-in", hint="make one in a folder")
    secret, said = new_totp_secret(), ""
    if request.method == "POST" and isinstance(house, LockedHouse):
        try:
            if held.is_set:
                house.entrance.remove_factor(door.vault, request.POST.get("passphrase", ""))
            else:
                secret = _secret(request.POST.get("secret", ""))
                held.set(secret, request.POST.get("factor", ""))
            return SeeOther(address("me"))
        except WrongPassphrase:
            said = "wrong"
        except NotEntitled:
            said = "early" if held.is_set else "differs"
    return page(
        request,
        "people/factor.html",
        is_set=held.is_set,
        said=said,
        secret=secret.hex(),
        text=totp_text(secret),
        picture=picture(totp_address(secret, door.me.code, "Candlemark")),
    )


def travel(request: HttpRequest) -> HttpResponse:
    """Freeze oneself, before a border."""
    door = door_of(request)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        door.vault.members.freeze(door.me.member)
        house = house_of(request)
        if isinstance(house, LockedHouse):
            house.sign_out(cookie.token_of(request))
        return _out(request)
    return page(
        request,
        "people/travel.html",
        missed=request.method == "POST",
        thawers=_thawers(door),
        said=said_of,
    )


def _thawers(door: Door) -> list[object]:
    roster = door.vault.members.roster()
    return [
        one for one in roster.administrators if one.kid != door.me.member.kid and not one.frozen
    ]


def _secret(text: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise NotUnderstood("the secret of the form was changed", hint="open the page again")
    return secret


def _out(request: HttpRequest) -> HttpResponse:
    response = SeeOther(sign_in_address(request))
    cookie.take_back(response)
    return response
