"""What people said about pairs, read from the ledger once for everything that follows of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from candlemark.casefile.record import from_model
from candlemark.ledger.model import CodedProjection, Row, Table
from candlemark.linkage.facts import CASE, Judgement
from candlemark.linkage.judging.facts import JUDGED, JudgementTakenBack, NamesShown
from candlemark.linkage.judging.standing import Word, counting, pair_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from candlemark.ledger import Entry, Fact, Ledger
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.roster import Roster
    from candlemark.ledger.said import Said
    from candlemark.linkage.judging.standing import Pair

_TABLE: Final = "judged"


@dataclass(frozen=True, slots=True)
class Shown:
    """That somebody was shown the names of a pair."""

    member: str
    at: datetime
    pair: Pair


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That somebody took judgements of their own back."""

    member: str
    at: datetime
    fact: JudgementTakenBack


@dataclass(frozen=True)
class SaidOfPairs:
    """Everything people said of the pairs of one unit, in the order of the ledger."""

    words: tuple[Word, ...]
    taken_back: tuple[TakenBack, ...]
    shown: tuple[Shown, ...]

    @cached_property
    def not_counting(self) -> frozenset[str]:
        """Judgements that were taken back by whoever said them."""
        speaker = {word.fact.id: word.member for word in self.words}
        return frozenset(
            judgement
            for one in self.taken_back
            for judgement in one.fact.judgements
            if speaker.get(judgement) == one.member
        )

    @cached_property
    def counting(self) -> dict[Pair, list[Word]]:
        """For each pair the words that count."""
        return counting(self.words, self.not_counting)

    def word(self, judgement: str) -> Word | None:
        """A judgement by its identifier; None where there is none."""
        return next((word for word in self.words if word.fact.id == judgement), None)


def said_of_pairs(
    ledger: Ledger, roster: Roster, unit: str = CASE, before: int | None = None
) -> SaidOfPairs:
    """What was said of the pairs of one unit; with ``before``, in entries before this one.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    words, back, shown = [], [], []
    for entry, fact in _facts(ledger):
        if before is not None and entry.n >= before:
            continue
        device = roster.devices.get(bytes.fromhex(entry.device))
        member = device.member.hex() if device is not None else ""
        if isinstance(fact, Judgement) and fact.unit == unit:
            words.append(Word(member, entry.written, fact))
        elif isinstance(fact, JudgementTakenBack):
            back.append(TakenBack(member, entry.written, fact))
        elif isinstance(fact, NamesShown):
            shown.append(Shown(member, entry.written, pair_of(fact.left, fact.right)))
    return SaidOfPairs(tuple(words), tuple(back), tuple(shown))


def _facts(ledger: Ledger) -> list[tuple[Entry, Fact]]:
    found = from_model(ledger, lambda models: models.coded(PAIRS_JUDGED, _taken))
    return list(ledger.facts(kinds=JUDGED.codes)) if found is None else found


def _taken(model: CodedModel) -> list[tuple[Entry, Fact]]:
    rows = list(model.rows(_TABLE))
    entries = model.entries({row.at for row in rows})
    return [
        (entries[at], JUDGED.read(str(kind), cast("int", version), cast("bytes", data)))
        for at, _, _, (kind, version, data) in rows
    ]


def _rows(said: Said, _fact: Fact) -> Iterable[Row]:
    yield Row(_TABLE, (said.kind, said.version, said.data))


PAIRS_JUDGED: Final = CodedProjection(
    name="judgements",
    version=1,
    kinds=JUDGED,
    tables=(Table(_TABLE, (("kind", "TEXT"), ("version", "INTEGER"), ("data", "BLOB"))),),
    rows=_rows,
)
"""What was said of pairs, kept so that a page need not read the whole ledger for it."""
