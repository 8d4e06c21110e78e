"""What members are called on a page, in the tongue being spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.ledger.roster import Member, Roster
    from candlemark.web.reader import Reader


def called(name: str) -> str:
    """A member by their name; a founder who never said theirs is the founder."""
    return name if name not in {"", "founder"} else _("the founder")


def name_of(member: Member) -> str:
    """What a member is called."""
    return called(member.name)


def known_by(kid: bytes, roster: Roster) -> str:
    """The member with this key; the beginning of the key where nobody has it."""
    member = roster.members.get(kid)
    return name_of(member) if member else kid.hex()[:12]


def names(members: Iterable[Member], reader: Reader) -> str:
    """Several members in one line."""
    return reader.listed(apart(name_of(one)) for one in members)


def apart(name: str) -> str:
    """A name whose direction does not reach the words around it."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"
