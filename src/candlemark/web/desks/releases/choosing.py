"""What is to be released, as the form has it: sources, tables by ticks, a day, rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from candlemark import protect
from candlemark.casefile import listing
from candlemark.errors import CandlemarkError, MeasureError, NotUnderstood
from candlemark.publish import releases as floor
from candlemark.publish.releases import Wish
from candlemark.web.desks.releases.faults_said import said
from candlemark.web.desks.releases.words import Words
from candlemark.web.naming import Names
from candlemark.web.sources import CASES, source_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from candlemark.measure import StudyCard
    from candlemark.measure.stages import StudyStage
    from candlemark.web.doors import Door
    from candlemark.web.forms.faults import Faults
    from candlemark.web.reader import Reader

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """An agency's latest import, or the cases entered by hand."""

    about: str
    """In an address and in the names of boxes: random, and no name of an agency."""
    code: str
    name: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """One table that can be ticked."""

    name: str
    said: str
    before: bool
    """Whether it was released before, and goes on."""
    ticked: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """One source of the form, with what is ticked of it."""

    source: Source
    words: Words
    ticks: tuple[Tick, ...]
    more: str
    """Further tables by their names, as they were typed."""
    entries: tuple[tuple[StudyStage, str], ...]
    """Stages at which cases can enter, where there are several."""
    from_stage: str
    known_until: date | None
    why_not: CandlemarkError | None = None
    """Why nothing can be counted of it."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of everything that is asked for, each once."""
        ticked = [one.name for one in self.ticks if one.ticked]
        return tuple(dict.fromkeys([*ticked, *self.more.split()]))

    def wish(self, as_of: date | None) -> Wish:
        """The same as the floor takes it."""
        return Wish(self.source.code, self.tables, self.from_stage, as_of)


def sources(door: Door, reader: Reader) -> list[Source]:
    """Everything that figures are taken from."""
    found = []
    for batch in door.latest():
        crosswalk = door.crosswalk_or_none(batch.crosswalk)
        name = source_name(door, reader, batch.crosswalk)
        found.append(
            Source(batch.id, batch.crosswalk, name, crosswalk is not None and crosswalk.simulated)
        )
    if listing.listing(door.vault.ledger, listing.Filter(), door.today()).all:
        found.append(Source(CASES, "", source_name(door, reader, "")))
    return found


def chosen(door: Door, reader: Reader, source: Source, sent: QueryDict | None) -> Chosen:
    """A source with what is ticked: what was sent, else what was released of it before.

    Where nothing of it was released, how far cases came and who came are ticked.
    """
    words = Words(Names(door.edition, door.crosswalk_or_none(source.code), reader))
    try:
        card = door.card(source.code)
    except MeasureError as error:
        return Chosen(source, words, (), "", (), "", None, error)
    known = floor.released(door.vault.ledger, card)
    offered = floor.offered(card)
    names = {one.name for one in offered}
    others = protect.wanted(sorted(known - names)) if known - names else ()
    if sent is None:
        ticked = set(known) or {one.name for one in offered if one.name in {"steps", "entered"}}
    else:
        ticked = set(sent.getlist(f"tables-{source.about}"))
    ticks = tuple(
        Tick(one.name, words.table(one), one.name in known, one.name in ticked)
        for one in (*offered, *others)
    )
    more = sent.get(f"more-{source.about}", "")[:_LONGEST] if sent is not None else ""
    stage = sent.get(f"from-{source.about}", "") if sent is not None else ""
    entries = _entries(card, words)
    return Chosen(
        source,
        words,
        tuple(sorted(ticks, key=lambda one: not one.before)),
        more,
        entries,
        stage if stage in {one.own for one, _name in entries} else "",
        card.known_until,
    )


def _entries(card: StudyCard, words: Words) -> tuple[tuple[StudyStage, str], ...]:
    if len(card.entry_stages) < 2:
        return ()
    return tuple((one, words.names.stage(one.own)) for one in card.entry_stages)


def day(text: str, faults: Faults) -> date | None:
    """The last day looked at; None where none was said."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.add("as-of", _("The last day looked at"), _("Write it as 2025-12-31."))
        return None


def check_names(some: list[Chosen], faults: Faults, say: Reader) -> None:
    """Every name that names no table, at the box of its source."""
    for one in some:
        if not one.tables:
            where = f"tables-{one.source.about}"
            faults.add(where, one.source.name, _("Tick at least one table."))
            continue
        try:
            protect.wanted(one.tables)
        except NotUnderstood as error:
            _place(error, one, faults, say)


def _place(error: NotUnderstood, one: Chosen, faults: Faults, reader: Reader) -> None:
    for fault in error.faults:
        what = f"“{fault.where}”: {said(fault.what, reader)}"
        faults.add(f"more-{one.source.about}", one.source.name, what)
