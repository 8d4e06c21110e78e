"""What the pages of releases share: who is meant, how tables are said, what may be done here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from candlemark import protect
from candlemark.errors import UnknownRelease
from candlemark.publish import releases as floor
from candlemark.publish.site.speaking import Speaker
from candlemark.web.desks.releases import words
from candlemark.web.member_names import known_by

if TYPE_CHECKING:
    from datetime import date

    from candlemark.publish.releases import Changes, Seen
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Told:
    """Who did what when."""

    what: str
    who: str
    on: date


def seen(door: Door, name: str) -> Seen:
    """The release or draft an address names.

    Raises:
        Http404: there is none.
    """
    try:
        return floor.seen(door.vault.ledger, name)
    except UnknownRelease:
        raise Http404 from None


def told(door: Door, one: Seen) -> list[Told]:
    """Who drafted, approved, published and withdrew it, as members are called elsewhere."""
    roster = door.vault.members.roster()
    return [
        Told(words.step(step.state), known_by(step.by, roster), step.on.date())
        for step in one.steps
    ]


def protects(door: Door) -> protect.SecretLies:
    """Where the secret of the record keys lies: without it nothing is protected here."""
    return protect.secret_lies(door.vault.ledger)


def speaker(reader: Reader) -> Speaker:
    """The public's words for numbers and tables, in the tongue of a reader."""
    return Speaker(reader.tongue)


def counts(changes: Changes | None) -> tuple[int, int, int, int] | None:
    """How many tables are new, differ, stayed the same and are gone."""
    if changes is None:
        return None
    return (len(changes.added), len(changes.changed), len(changes.same), len(changes.gone))
