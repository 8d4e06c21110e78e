"""What the pages of the review desk ask the linkage floor, and how records are called."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from markupsafe import Markup

from candlemark.errors import UnknownCase
from candlemark.linkage.facts import PERSON
from candlemark.linkage.from_cases import CASES, PERSONS
from candlemark.linkage.judging import Claims, Page, Turn, judging, next_pair
from candlemark.linkage.judging.state import UNITS
from candlemark.linkage.said import proposers
from candlemark.measure.moved import moves_kept_figures
from candlemark.web.doors import door_of
from candlemark.web.member_names import called
from candlemark.web.tongue import reader_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging import Claim, Judging
    from candlemark.linkage.judging.standing import Pair
    from candlemark.linkage.judging.worth import Proposed
    from candlemark.linkage.said import Proposer
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader


@dataclass(frozen=True)
class Desk:
    """The desk as one member sees it in one request."""

    door: Door
    reader: Reader

    @classmethod
    def of(cls, request: HttpRequest) -> Desk:
        """The desk of whoever asks."""
        return cls(door_of(request), reader_of(request))

    @property
    def member(self) -> str:
        """Who asks, as judgements name them."""
        return self.door.me.member.kid.hex()

    @cached_property
    def claims(self) -> Claims:
        """Who has which pair before them."""
        return Claims(self.door.vault)

    @cached_property
    def roster_names(self) -> dict[str, str]:
        """What members are called, by their identifier; also those who left."""
        roster = self.door.vault.members.roster()
        return {kid.hex(): called(one.name) for kid, one in roster.members.items()}

    @cached_property
    def undid(self) -> dict[str, tuple[str, ...]]:
        """Of each judgement that undid a link the kept figures that had used it."""
        found: dict[str, list[str]] = defaultdict(list)
        for identity, judgements in self.door.undone_links().items():
            for one in judgements:
                found[one].append(identity[7:23])
        return {one: tuple(figures) for one, figures in found.items()}

    @cached_property
    def runs(self) -> dict[str, Proposer]:
        """Of every run, when it was and by which model."""
        return proposers(self.door.vault.ledger)

    def of_unit(self, unit: str) -> Judging:
        """How judging of cases, or of people, stands."""
        ledger, members = self.door.vault.ledger, self.door.vault.members
        moves = self.door.kept("moved by links", lambda: moves_kept_figures(ledger))
        near = Page(frozenset(one.pair for one in self.claims.all()))
        return self.door.kept(
            ("judging", unit, near), lambda: judging(ledger, members.roster(), unit, moves, near)
        )

    @property
    def units(self) -> list[Judging]:
        """Of every unit that was ever linked."""
        return [found for unit in UNITS if (found := self.of_unit(unit)).run]

    def find(self, run: str, n: int) -> tuple[Judging, Proposed] | None:
        """A pair by its run and row; None where no run that counts proposes it."""
        for one in self.units:
            place = one.at(run, n)
            if place is not None:
                return one, place
        return None

    def next_of(self, stands: Judging) -> Proposed | None:
        """The pair this member is handed next; None where nothing waits for them."""
        mine = {word.pair for word in stands.said.words if word.member == self.member}
        turn = Turn(self.member, len(mine), self.claims.secret)
        known = stands.known_to_others(self.member) if turn.known else ()
        return next_pair(turn, stands.queue, stands.said.counting, known, self.taken)

    @property
    def taken(self) -> frozenset[Pair]:
        """Pairs somebody else has before them."""
        return frozenset(one.pair for one in self.claims.all() if one.member != self.member)

    @property
    def held(self) -> list[tuple[Claim, Proposed]]:
        """Pairs this member has before them, with where the runs propose them."""
        mine = [one for one in self.claims.all() if one.member == self.member]
        return [
            (claim, place)
            for claim in mine
            for stands in self.units
            if (place := stands.place(claim.pair)) is not None
        ]

    def called(self, record: LinkRecord) -> Markup:
        """A record by the neutral title of its case file, where it is one; else by its number."""
        if record.source == CASES:
            with suppress(UnknownCase):
                return self.reader.label(self.door.case(record.record).titles)
        return Markup('<bdi class="mono">{}</bdi>').format(record.record)

    def source(self, record: LinkRecord) -> str:
        """What the source of a record is called."""
        return self.source_called(record.source)

    def source_called(self, source: str) -> str:
        """What a source is called."""
        if source == CASES:
            return _("case files")
        if source == PERSONS:
            return _("people of case files")
        crosswalk = self.door.crosswalk_or_none(source)
        return self.reader.text(crosswalk.agency_labels) if crosswalk else source


def of_what(unit: str) -> str:
    """What a unit's pairs are about, as a heading."""
    return _("People") if unit == PERSON else _("Cases")
