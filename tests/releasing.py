"""A house of two people that publishes, for tests: a founder and a colleague at one vault."""

from __future__ import annotations

import dataclasses
from shutil import copytree
from typing import TYPE_CHECKING

from candlemark import casefile, measure, publish
from candlemark import protect as protection
from candlemark.definition import Definition
from candlemark.publish import releases
from candlemark.publish.site import build
from candlemark.publish.table import TONGUES
from cohorts import occupancy
from stand_in import protect
from team import Team

if TYPE_CHECKING:
    from pathlib import Path

KINDS = casefile.KINDS | measure.KINDS | protection.KINDS | publish.KINDS
EDITION = Definition.load()
PEOPLE = {"": [(20, "convicted")] * 60 + [(30, "acquitted")] * 14 + [(None, "")] * 70}
TEXTS = releases.TextsOf(
    {tongue: f"Title {tongue}" for tongue in TONGUES},
    {tongue: f"Text {tongue}" for tongue in TONGUES},
)
REASONS = {tongue: f"Why {tongue}" for tongue in TONGUES}
NAMES = {tongue: f"The house {tongue}" for tongue in TONGUES}


def of(agency, figure=None, code=""):
    """A protected figure of another agency, so that it can be published beside the others.

    Its codes are those of the definition as it is now, so that this goes along with it.
    """
    figure = figure or occupancy(PEOPLE)
    named = dataclasses.replace(
        figure.basis,
        agency=agency,
        crosswalk=code or f"xx-{agency.lower()}",
        edition_fingerprint=EDITION.fingerprint,
    )
    return protect(dataclasses.replace(figure, basis=named))


def drafted(ledger, *figures, **more):
    figures = figures or (of("One"),)
    return releases.draft(
        ledger, figures, TEXTS, edition=EDITION, crosswalks={}, upto=ledger.size, **more
    )


class House:
    """Two people at one vault; what one of them opens is closed before the other opens it."""

    def __init__(self, team):
        self.team = team

    @classmethod
    def founded(cls, folder: Path) -> House:
        team = Team(folder, KINDS)
        team.take_in("colleague")
        return cls(team)

    def copied(self, folder: Path) -> House:
        """The same house in a folder of its own."""
        copytree(self.team.folder, folder)
        team = Team.__new__(Team)
        team.folder, team.kinds, team.words = folder, KINDS, dict(self.team.words)
        return House(team)

    def draft(self, *figures, who="founder", **more):
        with self.team.open(who) as vault:
            return drafted(vault.ledger, *figures, **more)

    def approve(self, name, who="colleague"):
        with self.team.open(who) as vault:
            return releases.approve(vault.ledger, name, vault.members.me.kid)

    def publish(self, name, who="founder"):
        with self.team.open(who) as vault:
            return releases.publish(vault, name, EDITION, {})

    def release(self, *figures, **more):
        """A release, drafted, approved and published."""
        draft = self.draft(*figures, **more)
        self.approve(draft.id)
        return self.publish(draft.id)

    def withdraw(self, number):
        with self.team.open("colleague") as vault:
            return releases.withdraw(vault.ledger, number, REASONS)

    def places(self, address="", mirrors=(), onion=""):
        with self.team.open() as vault:
            releases.say_places(vault.ledger, address, NAMES, mirrors, onion)

    def said(self):
        with self.team.open() as vault:
            return releases.releases(vault.ledger)

    def build(self, out):
        with self.team.open() as vault:
            return build(vault, out)
