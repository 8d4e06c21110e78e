"""How members and changes of the roster are said on a page, in the tongue being spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the name gatherers know

from candlemark.ledger.roster_facts import (
    DeviceRevoked,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MemberThawed,
    RecoverySet,
    ThresholdSet,
    read_card,
)
from candlemark.web.member_names import (
    apart,
    called,  # noqa: F401 - templates say it by this module
    known_by,
    name_of,  # noqa: F401 - the same
    names,  # noqa: F401 - the same
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger.roster import Device, Roster
    from candlemark.ledger.roster_facts import Change
    from candlemark.web.reader import Reader


def label_of(device: Device) -> str:
    """What a device is called; names the program gave by itself are said in the reader's tongue."""
    return {
        "": _("the first device"),
        "first device": _("the first device"),
        "another device": _("another device"),
        "device": _("a device"),
    }.get(device.label, device.label)


def reason(code: str) -> str:
    """Why something is erased."""
    return {
        "consent-withdrawn": _("consent was withdrawn"),
        "asked-by-person": _("the person asked for it"),
        "in-danger": _("somebody is in danger"),
        "kept-too-long": _("it was kept longer than it should be"),
        "mistake": _("it should never have been written"),
    }.get(code, code)


_REMAINS: Final = (
    N_(
        "the server's write-ahead log, its archive and copies of the server keep the sealed bytes"
        " until they are replaced by later ones; nobody can open them, the keys are destroyed"
    ),
)
"""What stores say of themselves (``Store.remains``), so that it stands in the catalogues."""


def remains(of_store: str) -> str:
    """What erasing does not reach for a while, in a sentence; empty where it reaches all."""
    return (
        _("What erasing does not reach: %(remains)s.") % {"remains": _(of_store)}
        if of_store
        else ""
    )


def compartment(name: str) -> str:
    """What is sealed in a compartment."""
    return {
        "meta": _("that something was said, when and by whom"),
        "coded": _("what happened"),
        "identity": _("who the people are"),
    }.get(name, _("who the people of one case are"))


def changes(made: Iterable[Change], roster: Roster, reader: Reader) -> list[str]:
    """What a change of the roster does, one sentence for each part of it."""
    return [_change(one, roster, reader) for one in made]


def _change(change: Change, roster: Roster, reader: Reader) -> str:
    match change:
        case MemberAdded():
            name = read_card(change.card, roster.vault)[0].name
            return _right(name, administrator=change.administrator, coded=change.coded)
        case MemberChanged():
            name = known_by(change.member, roster)
            return _right(name, administrator=change.administrator, coded=change.coded)
        case MemberRemoved():
            return _("%(name)s is a member no longer.") % {"name": _who(change.member, roster)}
        case MemberThawed():
            return _("%(name)s gets keys again.") % {"name": _who(change.member, roster)}
        case DeviceRevoked():
            code = change.ended.device.hex()[:12]
            return _("The device %(code)s counts no longer.") % {"code": code}
        case ThresholdSet():
            number = reader.number(change.threshold)
            return _("A change needs the signatures of %(number)s administrators.") % {
                "number": number
            }
        case RecoverySet():
            return _("The recovery key is another, or none.")
        case LogAdded():
            return _("Another place keeps a log of this vault: %(name)s.") % {"name": change.label}


def _right(name: str, *, administrator: bool, coded: bool) -> str:
    if administrator and coded:
        text = _("%(name)s is an administrator and reads what happened.")
    elif administrator:
        text = _("%(name)s is an administrator and does not read what happened.")
    elif coded:
        text = _("%(name)s is a member and reads what happened.")
    else:
        text = _("%(name)s is a member and does not read what happened.")
    return text % {"name": apart(name)}


def _who(kid: bytes, roster: Roster) -> str:
    return apart(known_by(kid, roster))
