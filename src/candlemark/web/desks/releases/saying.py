"""The form in which what an agency was asked or answered is said: read, checked whole, said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark.errors import NotInOrder
from candlemark.publish import answers as floor
from candlemark.publish.answers import Step, Words
from candlemark.publish.table import TONGUES
from candlemark.tongues import NAMES
from candlemark.web.desks.releases import texts
from candlemark.web.desks.releases.faults_said import said as said_of
from candlemark.web.desks.releases.showing import speaker
from candlemark.web.forms.faults import Faults

if TYPE_CHECKING:
    from django.http import QueryDict

    from candlemark.publish import Table
    from candlemark.publish.answers import Answer, Place
    from candlemark.publish.releases import Published
    from candlemark.web.doors import Door
    from candlemark.web.reader import Reader

ELSE: Final = "other"
"""The answer came in a language that is none of the interface."""


@dataclass
class Saying:
    """What is typed, what is wrong with it."""

    door: Door
    reader: Reader
    table: Table
    release: Published
    asking: Answer | None
    """The asking that is answered; None for what comes first."""
    step: Step = Step.ASKED
    on: str = ""
    by: str = ""
    cell: dict[str, str] = field(default_factory=dict)
    tongue: str = ""
    other: str = ""
    original: str = ""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    refused: NotInOrder | None = None

    def __post_init__(self) -> None:
        if self.asking is not None:
            self.step = Step.ANSWERED
        self.tongue = self.reader.tongue
        named = dict(self.asking.said.agency) if self.asking else self.table.agency.labels
        self.values = {"agency": dict(named), "text": {}}

    @property
    def asked(self) -> list[texts.Asked]:
        """The texts that are asked for."""
        return [
            texts.Asked("agency", _("Name of the agency")),
            texts.Asked("text", _("Its answer"), long=True),
        ]

    @property
    def tongues(self) -> list[tuple[str, str]]:
        """The languages an answer can have come in."""
        return [*((tag, NAMES[tag]) for tag in TONGUES), (ELSE, _("another language"))]

    @property
    def axes(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """What names one number of the table: a measure, and a category of every dimension."""
        say = speaker(self.reader)
        measures = [(one.code, say.text(one.labels)) for one in self.table.measures]
        return [
            ("measure", _("Number"), measures),
            *(
                (
                    one.code,
                    say.text(one.labels),
                    [(each.code, say.text(each.labels)) for each in one.categories],
                )
                for one in self.table.dimensions
            ),
        ]

    def read(self, sent: QueryDict) -> None:
        """Take what was sent."""
        if self.asking is None and sent.get("step") == Step.ANSWERED.value:
            self.step = Step.ANSWERED
        self.on, self.by = sent.get("on", ""), sent.get("by", "")
        self.cell = {
            code: value for code, _label, _options in self.axes
            if (value := sent.get(f"cell-{code}", ""))
        }  # fmt: skip
        self.tongue = sent.get("tongue", "")
        self.other = sent.get("other", "").strip()
        self.original = sent.get("original", "").replace("\r\n", "\n").strip()
        self.values = texts.typed(sent, self.asked)

    def say(self) -> str:
        """Say it, for another member to approve; its name, or nothing where something is wrong."""
        on = self._day("on", _("The day on which it happened"), self.on)
        place = self._place() if self.asking is None else None
        ledger = self.door.vault.ledger
        try:
            if self.step is Step.ASKED:
                by = self._day("by", _("The day an answer was asked for by"), self.by)
                named = floor.whole_agency(self.values["agency"])
                if self.faults or place is None or on is None or by is None:
                    return ""
                return floor.ask(ledger, place, named, on, by).said.id
            whole = self._words()
            if self.faults or on is None:
                return ""
            asking = self.asking.said.id if self.asking else ""
            return floor.received(ledger, place, whole, on, asking).said.id
        except NotInOrder as error:
            self._place_faults(error)
            return ""

    def _words(self) -> Words:
        ours = self.tongue in TONGUES
        original = self.values["text"].get(self.tongue, "") if ours else self.original
        return Words(
            self.values["agency"],
            self.values["text"],
            self.tongue if ours else self.other,
            original,
        )

    def _place(self) -> Place | None:
        try:
            return floor.place_of(
                self.door.vault.ledger, self.table.name, self.release.number, self.cell
            )
        except NotInOrder:
            self.faults.add(
                "cell",
                _("Which number"),
                _("Choose one of every list, or leave all of them open for the whole table."),
            )
            return None

    def _day(self, box: str, label: str, typed: str) -> date | None:
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self.faults.add(box, label, _("Write it as 2025-12-31."))
            return None

    def _place_faults(self, error: NotInOrder) -> None:
        """Put each fault of the floor at its box; what has none is said above."""
        at = {
            "on": ("on", _("The day on which it happened")),
            "by": ("by", _("The day an answer was asked for by")),
            "tongue": ("other", _("Which language, as az, hy or uz-Cyrl")),
            "original.text": ("original", _("The answer in its own words")),
        }
        for fault in texts.place(self.faults, error.faults, self.asked, self.reader):
            if fault.where in at:
                self.faults.add(*at[fault.where], said_of(fault.what, self.reader))
            else:
                self.refused = error
        if not error.faults:
            self.refused = error
