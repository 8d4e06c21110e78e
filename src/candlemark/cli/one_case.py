"""One case on a terminal: everything its page says, in the same order and the same words.

It takes what ``casefile.account`` gives and finds words for it; nothing is worked out here.  Codes
are said by their labels.  Texts of the case that have no English are printed in the tongue they
are in, with its tag.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from candlemark.casefile import consent, next_steps
from candlemark.casefile.candle import Standing
from candlemark.casefile.naming import Naming
from candlemark.cli import paper
from candlemark.cli.due import called
from candlemark.cli.naming import Names
from candlemark.tongues import pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from candlemark.casefile import Account, PersonPath, PersonState
    from candlemark.casefile.candle import Mark
    from candlemark.casefile.differing import Difference, Side
    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.rows import Row
    from candlemark.casefile.timeline import Mark as Beside
    from candlemark.casefile.views import (
        Charge,
        Incident,
        Number,
        Person,
        Proceeding,
        Source,
        StageEvent,
        Step,
    )
    from candlemark.dates import PartialDate
    from candlemark.definition import Edition

STANDINGS: Final = {
    Standing.REACHED: "reached",
    Standing.BEYOND: "reached",
    Standing.WAITING: "pending",
    Standing.UNRECORDED: "not recorded",
    Standing.AHEAD: "not reached in this record",
}
BESIDE: Final = {
    "incident": "What happened",
    "final": "The decision became final",
    "life": "",
    "intervention": "Somebody spoke up",
    "answer": "An answer came",
    "still-pending": "Seen still pending",
    "note": "Note",
}
TURNS: Final = {
    "detained": "Detained",
    "freed": "Freed",
    "left-country": "Left the country",
    "returned": "Returned",
    "died": "Died",
}
FIELDS: Final = {
    "when": "the date",
    "final": "the day it became final",
    "outcome": "the outcome",
    "sentence": "the sentence",
    "numbers": "a number",
    "": "what was said",
}
WHY: Final = {
    "chosen": "Shown because somebody decided so.",
    "reliability": "Shown because its source is judged more reliable.",
    "precision": "Shown because it is more exact.",
    "recorded-first": "Shown because it was recorded first; nothing else tells them apart.",
    "nothing-shown": "None is shown as right: they stand beside each other.",
}
CUSTODY: Final = {
    "held": "held",
    "free": "free",
    "dead": "died",
    "unknown": "not known whether held or free",
}
GROUNDS: Final = {
    "alleged": "alleged",
    "recognised": "recognised by an authority",
    "found": "found by a court or other deciding body",
    "denied": "denied by an authority",
}
STATES: Final = {
    "open": "open",
    "may-have-passed": "cannot tell: may have passed",
    "in-doubt": "cannot tell: something was lodged, perhaps in time",
    "passed": "passed",
    "met": "met in time",
    "late": "lodged too late",
    "overdue": "its day is over: say what became of it",
    "not-counted": "last day not known",
    "done": "done",
    "dropped": "no longer needed",
    "missed": "missed",
}
DOUBTS: Final = {
    "lodged-before": (
        "What was lodged came before this decision, so it may be about something else."
    ),
    "day-not-exact": "The day of lodging, or the last day, is not known exactly.",
    "day-of-decision": (
        "Only the day the higher court decided is recorded, not the day it was asked."
    ),
    "start-not-dated": (
        "The decision it runs from has no date here. Find the date, and the last day can be"
        " counted."
    ),
    "length-not-known": (
        "How long the law gives was not confirmed. Look it up, and enter the day as a next step."
    ),
}
ANSWERS: Final = {"given": "consent given", "withdrawn": "consent taken back"}
_TIMES: Final = frozenset({"person", "year", "month", "week", "day"})
"""Units that are English words, and take an s."""


def say_case(told: Account, edition: Edition) -> None:
    """Print a case."""
    _Telling(told, edition).say()


class _Telling:
    """One case, its edition, and the short names of its persons and sources."""

    def __init__(self, told: Account, edition: Edition) -> None:
        self.told = told
        self.names = Names(edition, None)
        self.naming = Naming(told.case)

    def say(self) -> None:
        case, line = self.told.case, self.told.timeline
        paper.say(_text(case.titles))
        state = f"{len(line.pending)} pending" if line.pending else "ended"
        differ = f"{_counted(len(self.told.differing), 'disagreement')} of sources"
        parts = [state, differ if self.told.differing else "", f"edition {case.edition}"]
        paper.say(" · ".join(part for part in (*parts, case.reference) if part))
        for sentence in self._whereabouts():
            paper.say(sentence)
        self._candle()
        self._ways()
        self._section("Timeline", (self._row(row) for row in self.told.rows))
        self._section("Where sources differ", map(self._difference, self.told.differing))
        self._section("Next", map(self._step, next_steps.waiting(case)))
        self._section("Persons", map(self._person, case.persons))
        self._section("Proceedings", chain(map(self._proceeding, case.proceedings), self._loose()))
        self._section("What is due", map(self._limit, self.told.limits))
        self._section("What happened", map(self._incident, case.incidents))
        self._section("Sources", map(self._source, case.sources))

    def _whereabouts(self) -> Iterator[str]:
        """Where it went, and what came to it."""
        case = self.told.case
        if case.merged_into:
            yield f"This case was merged into {case.merged_into}, which shows what was said here."
        for one in case.merged:
            yield f"It shows what was said in {one.id} ({_text(one.titles)}) as well."
        for move in case.moves:
            way = f"from {move.case}" if move.to == case.id else f"to {move.to}"
            yield f"{_counted(len(move.statements), 'statement')} went {way}."

    @staticmethod
    def _section(title: str, blocks: Iterable[Iterator[str]]) -> None:
        """A heading and its blocks: the first line of each at the margin, the others set in."""
        for place, block in enumerate(blocks):
            if not place:
                paper.say(f"\n{title}\n{'─' * len(title)}")
            for at, line in enumerate(one for text in block for one in text.splitlines()):
                paper.say(f"    {line}" if at else line)

    # How far it came, who stands where

    def _candle(self) -> None:
        paper.say("\nHow far it came")
        rows = [row for mark in self.told.candle for row in self._mark(mark)]
        paper.print_table(["stage", "how the case stands to it", "when"], rows)

    def _mark(self, mark: Mark) -> Iterator[list[str]]:
        when = _when(mark.when) if mark.dated else ""
        yield [paper.label(mark.stage.labels), STANDINGS[mark.standing], when]
        for part in mark.parts:
            label = self.names.term("stages", part.stage)
            if part.apart:
                label = f"apart from the sentence: {self.names.term('sentences', part.sentence)}"
            yield [f"  {label}", "", _when(part.when)]

    def _ways(self) -> None:
        paper.say("\nWho stands where")
        paper.print_table(
            ["who", "proceeding", "stands at", "", "since"],
            [self._way(way) for way in self.told.ways],
        )

    def _way(self, way: PersonPath) -> list[str]:
        at = way.end or way.last
        stage = self.names.term("stages", at.stage) if at else "no stage recorded"
        if way.end and way.end.outcome:
            stage += f": {self.names.term('outcomes', way.end.outcome)}"
        since = _when(at.when) if at else ""
        if way.seen_pending and not way.end:
            since += f" (seen pending: {_when(way.seen_pending.on)})"
        number = self.naming.proceeding(way.proceeding)
        where = f"no. {number}" if number else "not named"
        beyond = " beyond the state" if way.forum == "beyond" else ""
        who = self._who(way.person) if way.person else "the case as a whole"
        return [who, where + beyond, stage, "ended" if way.end else "pending", since]

    # The timeline

    def _row(self, row: Row) -> Iterator[str]:
        doubts = [
            ("pending", row.pending),
            ("sources differ", row.differs),
            ("order not certain", row.open_order),
            ("its date denies the order its sources give", row.against_dates),
        ]
        tags = "".join(f" [{words}]" for words, holds in doubts if holds)
        if row.event is not None:
            yield f"{_when(row.when)}  {self._called(row.event, apart=row.apart)}{tags}"
            if row.gap:
                least, most = row.gap.least_days, row.gap.most_days
                days = f"{least:,}" if least == most else f"{least:,} to {most:,}"
                yield f"In this proceeding nothing is recorded for {days} days before this."
            yield from self._event(row.event, apart=row.apart)
        elif row.mark is not None:
            yield f"{_when(row.when)}  {_beside(row.mark)}{tags}"
            yield from _lines(", ".join(map(self._who, row.mark.persons)), _text(row.mark.words))
            yield self._says(row.mark.sources)

    def _called(self, event: StageEvent, *, apart: bool) -> str:
        if apart:
            label = self.names.term("sentences", event.sentence)
            return f"{label} [a measure apart from the sentence]"
        return self.names.term("stages", event.stage)

    def _event(self, event: StageEvent, *, apart: bool) -> Iterator[str]:
        what = [
            self._who(event.person) if event.person else "",
            self.names.term("outcomes", event.outcome) if event.outcome else "",
            self.names.term("sentences", event.sentence) if event.sentence and not apart else "",
        ]
        number = self.naming.proceeding(event.proceeding)
        where = [_text(event.authority), f"proceeding no. {number}" if number else ""]
        yield from _lines(
            " · ".join(filter(None, what)),
            self._numbers(event.numbers),
            " · ".join(filter(None, where)) if where[0] else "",
            _text(event.note),
        )
        yield self._says(event.sources)

    def _numbers(self, numbers: Iterable[Number]) -> str:
        return "; ".join(f"{self.names.term('claims', n.what)}: {amount(n)}" for n in numbers)

    # What does not fit together

    def _difference(self, one: Difference) -> Iterator[str]:
        about = f"{self.names.term('stages', one.about.stage)}: " if one.about else ""
        who = f" · {self._who(one.about.person)}" if one.about and one.about.person else ""
        yield f"{about}{FIELDS.get(one.field, 'a detail')}{who}"
        for side in one.sides:
            shown = " [shown]" if side.shown else ""
            yield f"- {self._side(side)}{shown}  {self._says(side.sources)}"
        yield from _lines(WHY[one.why], _text(one.words))

    def _side(self, side: Side) -> str:
        if side.when is not None:
            return _when(side.when)
        if side.scheme and side.text:
            return self.names.term(side.scheme, side.text)
        if side.numbers:
            return self._numbers(side.numbers)
        if side.event is not None and not side.text:
            return f"{self.names.term('stages', side.event.stage)}, {_when(side.event.when)}"
        return side.text or "a statement"

    # Persons and proceedings

    def _person(self, person: Person) -> Iterator[str]:
        roles = [self.names.term("roles", role) for role in person.roles]
        public = ["public figure"] if person.is_public else []
        yield f"{self._who(person.id)}: {', '.join(roles + public)}"
        if person.names:
            yield "Spellings, as sources write them:"
        elif person.sealed:
            yield "Sealed apart: not yours to read."
        else:
            yield "Nobody recorded who this is."
        for name in person.names:
            tongue = f" ({name.language})" if name.language else ""
            yield f"- {name.text}{tongue}{self._refs(name.sources)}"
        yield from self._state(self.told.states[person.id])
        yield from _lines(_text(person.note))
        yield from self._wishes(person.id)

    def _wishes(self, person: str) -> Iterator[str]:
        """What must not be done for a person's sake, and what they agreed to."""
        for one in self.told.case.restraints:
            if one.person == person:
                labels = (self.names.term("restraints", each) for each in one.restraints)
                yield from _lines(", ".join(labels), _text(one.words))
        for use in dict.fromkeys(
            one.use for one in self.told.case.consents if one.person == person
        ):
            answer = consent.answer(self.told.case, person, use)
            said = ANSWERS.get(answer) or self.names.term("absences", answer).lower()
            said += self._exactly(person, use) if answer == consent.GIVEN else ""
            yield f"{self.names.term('consent-uses', use)}: {said}"

    def _exactly(self, person: str, use: str) -> str:
        """How exactly something may be told, where somebody was asked."""
        case = self.told.case
        asked = any(one.detail for one in case.consents if (one.person, one.use) == (person, use))
        detail = consent.detail(case, person, use)
        return f", {self.names.term('consent-details', detail).lower()}" if asked else ""

    def _step(self, one: Step) -> Iterator[str]:
        yield f"{one.due or 'no day'}  {_text(one.what)} [{one.form}]"
        yield from _lines(self._who(one.person) if one.person else "", one.id)

    def _state(self, state: PersonState) -> Iterator[str]:
        since = f", {_when(state.custody_since)}" if state.custody_since else ""
        yield f"Held or free: {CUSTODY[state.custody]}{since}{_unsure(state.custody_certain)}"
        for one in state.sentences:
            end = f" · {self.names.term('stages', one.ended.stage)}" if one.ended else ""
            end += f", {_when(one.ended.when)}" if one.ended else ""
            label = self.names.term("sentences", one.sentence)
            yield f"Sentence: {label}{end}{_unsure(one.certain)}"
        for body in state.beyond:
            seen = body.seen_pending
            parts = [
                f"final: {_when(body.final)}" if body.final else "",
                "no end of its execution recorded" if body.supervised else "",
                f"seen pending: {_when(seen.on)}" if body.supervised and seen else "",
            ]
            if any(parts):
                yield f"Judgment beyond the state: {' · '.join(filter(None, parts))}"
        if state.citizenship_lost:
            yield f"Citizenship: taken away, {_when(state.citizenship_lost.when)}"

    def _proceeding(self, one: Proceeding) -> Iterator[str]:
        body = self.names.term("mechanisms", one.mechanism) if one.mechanism else ""
        name = _text(one.authority) or body
        yield f"No. {self.naming.proceeding(one.id)}{f': {name}' if name else ''}"
        forum = "beyond the state" if one.forum == "beyond" else "before the state’s authorities"
        yield forum + (f" · docket number {one.docket}" if one.docket else "")
        charges = [charge for charge in self.told.case.charges if charge.proceeding == one.id]
        if charges:
            yield "Charges:"
        yield from self._charges(charges)
        yield self._says(one.sources)

    def _loose(self) -> Iterator[Iterator[str]]:
        """The charges that name no proceeding, as a block of their own."""
        charges = [charge for charge in self.told.case.charges if not charge.proceeding]
        if charges:
            yield chain(["Charges in no named proceeding"], self._charges(charges))

    def _charges(self, charges: Iterable[Charge]) -> Iterator[str]:
        for charge in charges:
            who = f"{self._who(charge.person)}: " if charge.person else ""
            offence = f" ({self.names.term('offences', charge.offence)})" if charge.offence else ""
            yield f"- {who}{_text(charge.article)}{offence}"

    # Limits, incidents, sources

    @staticmethod
    def _limit(row: DocketRow) -> Iterator[str]:
        confirm = "" if row.confirmed else " [rule to be confirmed]"
        what = f": {_text(row.what)}" if row.what else ""
        day = "no day" if row.due.earliest is None else str(row.due)
        yield f"{day}  {called(row)}{what} [{STATES[row.state]}]{confirm}"
        if row.days_left is not None:
            days = _counted(abs(row.days_left), "day")
            yield f"in {days}" if row.days_left >= 0 else f"{days} ago"
        if row.effect == "abuse":
            yield "No limit is fixed; after this day the body may refuse it as an abuse."
        if row.due.earliest != row.due.latest:
            legal = "it runs from " if row.article else ""
            yield f"The day {legal}is not exact. Work by the earlier day."
        if not row.certain:
            yield (
                "Another rule could hold instead, because the day of the decision is not exact;"
                " both are shown."
            )
        if row.started:
            note = f" {_text(row.start_note)}" if row.start_note else ""
            yield f"Counted from the decision or end of {_when(row.started)}.{note}"
        yield from _lines(DOUBTS[row.doubt] if row.doubt else "", row.article, row.note)
        if row.counted:
            yield f"How it is counted: {row.counted}"
        if row.legal_source:
            yield f"Source: {row.legal_source}"
        if row.runs_from.earliest is None:
            return
        if row.runs_from.earliest == row.runs_from.latest:
            yield f"Runs from {row.runs_from}."
        else:
            first, last = row.runs_from.earliest, row.runs_from.latest
            yield f"Runs from a day between {first} and {last}."

    def _incident(self, one: Incident) -> Iterator[str]:
        region = self.names.term("regions", one.region) if one.region else ""
        yield " · ".join(filter(None, (_when(one.when), _text(one.place), region)))
        if why := one.absent.get("region"):
            yield f"region: {self.names.term('absences', why)}"
        for ground in one.grounds:
            label = self.names.term("bias-grounds", ground.ground)
            yield f"- {label}: {GROUNDS[ground.standing]}"
        yield from _lines(_text(one.words))
        yield self._says(one.sources)

    def _source(self, one: Source) -> Iterator[str]:
        title = _text(one.title) or (self._who(one.person) if one.person else "")
        yield f"[{self.naming.source(one.id)}] {title or 'a source without a title'}"
        judged = self.names.term("reliability", one.reliability) if one.reliability else ""
        read = f"read {_when(one.retrieved)}" if one.retrieved else ""
        yield from _lines(" · ".join(filter(None, (judged, read))), one.address)

    # Short names

    def _who(self, person: str) -> str:
        return self.naming.name(person) or f"person {self.naming.person(person)}"

    def _refs(self, sources: Iterable[str]) -> str:
        return "".join(f" [{self.naming.source(one)}]" for one in sources)

    def _says(self, sources: Iterable[str]) -> str:
        refs = self._refs(sources)
        return f"Says:{refs}" if refs else "Says: whoever entered it; no source is named"


def amount(number: Number) -> str:
    """A number with its unit: 266 persons, 5 years, 13,000 EUR."""
    if number.unit in _TIMES:
        return _counted(number.number, number.unit)
    return f"{number.number:,} {number.unit}".rstrip()


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _beside(mark: Beside) -> str:
    return TURNS[mark.what] if mark.kind == "life" else BESIDE[mark.kind]


def _when(when: PartialDate | None) -> str:
    return str(when) if when else "not known"


def _unsure(certain: bool) -> str:
    return "" if certain else " [not certain]"


def _text(texts: Mapping[str, str]) -> str:
    """A text of the case, with the tag of its tongue where that is not English."""
    if not any(texts.values()):
        return ""
    said = pick(texts, "en")
    return f"{said.text} ({said.tongue})" if said.fallback else said.text


def _lines(*texts: str) -> Iterator[str]:
    """The texts that say something."""
    yield from filter(None, texts)
