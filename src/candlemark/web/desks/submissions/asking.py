"""What somebody typed into the form of a submission, kept as it was typed until it is understood.

Names of boxes: ``country``, ``first``, ``last``, ``words``, ``release``; ``tongue``, ``table`` and
``tell``, each as often as something is ticked; ``title-en`` and ``text-en`` in each tongue;
``said-INCIDENT-en`` for what is told of an incident, ``others-CASE`` for why others are safe.
``seen`` names each incident that was on the page, so that none is told that nobody looked at.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from candlemark.publish import submissions as floor
from candlemark.publish.submissions import Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import QueryDict

    from candlemark.publish.submissions import CaseText, SubmissionForm, Verdict

MOST: Final = 100
"""Incidents a page offers; more of them are for the command."""


@dataclass(frozen=True)
class Typed:
    """One form of a submission as it was sent; as it begins where nothing was."""

    form: SubmissionForm
    sent: QueryDict
    tongue: str
    """The reader's, which is the first one offered."""
    home: str
    """The country that cases entered by hand are of; empty when nobody said."""
    today: date

    def text(self, name: str) -> str:
        """What stands in a box."""
        return self.sent.get(name, "").strip().replace("\r\n", "\n")

    @cached_property
    def begun(self) -> bool:
        """Whether anything was sent yet."""
        return "country" in self.sent

    @property
    def country(self) -> str:
        """Of the incidents."""
        return self.text("country") if self.begun else self.home

    @property
    def first(self) -> str:
        """The first day, as typed; for the yearly form, that of the last whole year."""
        if self.begun or self.form.code != floor.ODIHR:
            return self.text("first")
        return date(self.today.year - 1, 1, 1).isoformat()

    @property
    def last(self) -> str:
        """The last day, as typed."""
        if self.begun or self.form.code != floor.ODIHR:
            return self.text("last")
        return date(self.today.year - 1, 12, 31).isoformat()

    @property
    def tongues(self) -> tuple[str, ...]:
        """The tongues it is to be in, in the order of its form."""
        if not self.begun:
            known = self.tongue in self.form.tongues
            return (self.tongue if known else self.form.tongues[0],)
        ticked = self.sent.getlist("tongue")
        return tuple(one for one in self.form.tongues if one in ticked)

    @property
    def release(self) -> int:
        """The number of a release; 0 for none."""
        return _number(self.text("release"))

    @property
    def seen(self) -> frozenset[str]:
        """Incidents that were on the page."""
        return frozenset(self.sent.getlist("seen"))

    def tells(self, one: Verdict) -> bool:
        """Whether an incident is ticked; where all are told, one that is new on the page is."""
        incident = one.incident.id if one.incident else ""
        told = self.form.cases == "all" and one.why is Why.IN
        return (told and incident not in self.seen) or incident in self.sent.getlist("tell")

    def scope(self) -> floor.Scope:
        """Which incidents are asked for."""
        return floor.Scope(self.form, self.country, _day(self.first), _day(self.last))

    def misread(self) -> tuple[str, ...]:
        """Boxes in which something stands that is not what they are for."""
        days = [one for one in ("first", "last") if self.text(one) and not _day(self.text(one))]
        counts = [one for one in ("words",) if self.text(one) and not _number(self.text(one))]
        return (*days, *counts)

    def asked(self, offered: Sequence[Verdict]) -> floor.Asked:
        """What is asked for, of what is offered."""
        return floor.Asked(
            form=self.form.code,
            tongues=self.tongues,
            texts=floor.Texts(
                {one: self.text(f"title-{one}") for one in self.tongues},
                {one: self.text(f"text-{one}") for one in self.tongues},
                self._cases(offered),
            ),
            country=self.country,
            first=_day(self.first),
            last=_day(self.last),
            release=self.release,
            tables=tuple(self.sent.getlist("table")),
            words=_number(self.text("words")),
            left_out=tuple(
                one.incident.id for one in offered if one.incident and not self.tells(one)
            ),
        )

    def _cases(self, offered: Sequence[Verdict]) -> Mapping[str, CaseText]:
        """What is told of each case that is ticked, incident by incident."""
        said: dict[str, dict[str, Mapping[str, str]]] = {}
        for one in offered:
            if one.incident and self.tells(one):
                said.setdefault(one.case.id, {})[one.incident.id] = self._description(
                    one.incident.id
                )
        return {
            case: floor.CaseText({}, self.text(f"others-{case}"), incidents)
            for case, incidents in said.items()
        }

    def _description(self, incident: str) -> Mapping[str, str]:
        return {
            tongue: text
            for tongue in self.tongues
            if (text := self.text(f"said-{incident}-{tongue}"))
        }

    def elsewhere(self, shown: frozenset[str], ticks: Mapping[str, frozenset[str]]) -> list[Pair]:
        """What was typed into boxes that are not on the page now, so that it is not lost.

        Args:
            shown: names of the boxes on the page.
            ticks: the values on the page of each name that is ticked.
        """
        return [
            (name, value)
            for name, values in self.sent.lists()
            if _KEPT.intersection({name, name.split("-")[0]}) and name not in shown
            for value in values
            if value and value not in ticks.get(name, frozenset())
        ]


Pair = tuple[str, str]
_KEPT: Final = frozenset({"title", "text", "said", "others", "tell", "table", "seen", "words"})


def may_be_told(answers: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The incidents a form offers: those people agreed to, also where others need a reason."""
    return tuple(one for one in answers if one.why in {Why.IN, Why.OTHERS})


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _number(text: str) -> int:
    plain = text.replace(",", "").replace(".", "").replace(" ", "")
    return int(plain) if plain.isdecimal() and len(plain) < 8 else 0
