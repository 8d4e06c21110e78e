"""What a table would change in a vault, worked out whole before anything is kept; and keeping it.

Each row stands for one case, known again by its own number.  A row that says what it said the last
time says nothing; one that says something else corrects what was said then; a case that is no
longer in the table is told and left as it is.  What a person has corrected by hand since is theirs:
the row does not touch it, and says so.

Names go where who anybody is lies sealed.  A member who does not read that cannot say it either:
their rows with names are refused, or come in without the names, and that is known before anything
is kept.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from candlemark import casefile
from candlemark.casefile import listing
from candlemark.casefile.apart import apart_of
from candlemark.casefile.facts import IdentityStated
from candlemark.casefile.known import known_of
from candlemark.errors import NotInOrder, StorageFull, VaultBusy
from candlemark.exchange.mapping import check_mapping
from candlemark.exchange.sayings import Row, id_at
from candlemark.exchange.understanding import CellFault, RowRead, understand
from candlemark.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from candlemark.casefile import NewCase
    from candlemark.casefile.apart import Apart
    from candlemark.casefile.facts import Statement
    from candlemark.casefile.known import Known
    from candlemark.definition import Edition
    from candlemark.errors import Fault
    from candlemark.exchange.mapping import Meant
    from candlemark.exchange.tables import Table
    from candlemark.ledger import Ledger

_AT_ONCE: Final = 500
"""Rows in one transaction, and cases read at once."""
NEW: Final = "new"
CHANGED: Final = "changed"
SAME: Final = "same"
REFUSED: Final = "refused"
_CLOSED: Final = "who anybody is here is not this member's to say"


class RowPlan(NamedTuple):
    """What becomes of one row."""

    row: int
    reference: str
    case: str
    fate: str
    """``new``, ``changed``, ``same`` or ``refused``."""
    faults: tuple[CellFault, ...]
    """What was not understood; of a row that is not refused, the cells that were left out."""
    by_hand: tuple[str, ...]
    """Places of the row that somebody has corrected by hand since and that are not touched."""
    action: tuple[Statement, ...]
    new: NewCase | None = None
    """The action once more, of a case that is to be opened."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would change."""

    rows: tuple[RowPlan, ...]
    vanished: int
    """Cases with a number of their own that the table does not name."""
    language: str
    counts: Mapping[str, int] = field(hash=False)

    @property
    def faults(self) -> tuple[CellFault, ...]:
        """Every cell that was not understood."""
        return tuple(fault for row in self.rows for fault in row.faults)

    @property
    def actions(self) -> int:
        """How many entries keeping it would add."""
        return sum(1 for row in self.rows if row.action)


def plan(
    ledger: Ledger, edition: Edition, table: Table, meant: Meant, *, leave_out: bool = False
) -> Plan:
    """What a table would change; nothing is kept.

    Args:
        ledger: of an open vault.
        edition: what terms are looked up in, and new statements are coded under.
        table: the table.
        meant: what its columns mean.
        leave_out: whether a cell that is not understood is left out; otherwise its row is refused.

    Raises:
        NotUnderstood: the mapping cannot be carried out.
        IdsDamaged: the numbers of the cases were rounded.
        LedgerBroken: the ledger is damaged.
    """
    check_mapping(meant, table, edition)
    read = list(understand(table, meant, edition))
    there, apart = listing.references(ledger), apart_of(ledger)
    wanted = Counter(row.reference for row in read if row.reference)
    rows: list[RowPlan] = []
    waiting = iter(read)
    while some := list(islice(waiting, _AT_ONCE)):
        cases = [there[one.reference][0] for one in some if len(there.get(one.reference, ())) == 1]
        known = {case: known_of(one.said) for case, one in casefile.shown_of(ledger, cases).items()}
        for row in some:
            planning = _RowPlanning(row, edition, meant, apart, leave_out=leave_out)
            rows.append(planning.plan(there.get(row.reference, []), wanted[row.reference], known))
    counts = Counter(row.fate for row in rows)
    vanished = sum(1 for reference in there if reference not in wanted)
    return Plan(tuple(rows), vanished, meant.language, counts)


class _RowPlanning:
    def __init__(
        self, row: RowRead, edition: Edition, meant: Meant, apart: Apart, *, leave_out: bool
    ) -> None:
        self._row = row
        self._faults = row.faults
        self._apart = apart
        self._edition = edition
        self._meant = meant
        self._leave_out = leave_out

    def plan(self, there: Sequence[str], named: int, known: Mapping[str, Known]) -> RowPlan:
        row = self._row
        why = self._why_not(there, named)
        if why:
            fault = CellFault(row.row, "", "", why, row.reference[:60])
            return RowPlan(row.row, row.reference, "", REFUSED, (*row.faults, fault), (), ())
        case_id = there[0] if there else new_id("case")
        said = self._without_closed(case_id)
        if self._faults and not self._leave_out:
            return RowPlan(row.row, row.reference, "", REFUSED, self._faults, (), ())
        if not there:
            return self._new(case_id, tuple(said.values()))
        before = known[case_id]
        action, by_hand = _news(said, before)
        faults = casefile.faults_of(self._edition, action, before) if action else ()
        if faults:
            return self._refused(faults)
        fate = CHANGED if action else SAME
        return RowPlan(
            row.row, row.reference, case_id, fate, self._faults, tuple(by_hand), tuple(action)
        )

    def _without_closed(self, case_id: str) -> Mapping[str, Statement]:
        """What the row says, but for names where this member does not read who anybody is."""
        row = self._row
        said = Row(case_id, row, self._meant, self._edition).statements()
        if not self._apart.closed(case_id):
            return said
        names = [place for place, one in said.items() if isinstance(one, IdentityStated)]
        fields = dict.fromkeys(place.partition("/")[0] for place in names)
        self._faults += tuple(CellFault(row.row, "", one, _CLOSED, "") for one in fields)
        return {place: one for place, one in said.items() if place not in names}

    def _new(self, case_id: str, action: tuple[Statement, ...]) -> RowPlan:
        row = self._row
        try:
            new = casefile.new_case(self._edition, action)
        except NotInOrder as error:
            return self._refused(error.faults)
        return RowPlan(row.row, row.reference, case_id, NEW, self._faults, (), action, new)

    def _refused(self, unsaid: Sequence[Fault]) -> RowPlan:
        """A row the casefile floor would not take."""
        row = self._row
        faults = (CellFault(row.row, "", one.where, one.what, "") for one in unsaid)
        return RowPlan(row.row, row.reference, "", REFUSED, (*self._faults, *faults), (), ())

    def _why_not(self, there: Sequence[str], named: int) -> str:
        if named > 1:
            return "several rows have this number"
        if len(there) > 1:
            return "several cases of the vault have this number"
        if not self._row.reference and not self._row.texts.get("title"):
            return "the row has neither a number nor a title"
        return ""


def _news(said: Mapping[str, Statement], before: Known) -> tuple[list[Statement], list[str]]:
    """What the row says that it did not say the last time; and what was corrected by hand since."""
    action, by_hand = [], []
    for place, statement in said.items():
        version, last = _last_said(before, statement.case, place)
        if last is None:
            action.append(statement)
        elif _same(last, statement):
            continue
        elif last.id not in before.standing:
            by_hand.append(place)
        else:
            action.append(
                msgspec.structs.replace(
                    statement,
                    id=id_at("fact", statement.case, place, version + 1),
                    supersedes=(last.id,),
                )
            )
    return action, by_hand


def _last_said(before: Known, case_id: str, place: str) -> tuple[int, Statement | None]:
    """The last statement a table made at a place of a case."""
    version, last = -1, None
    while (found := before.said.get(id_at("fact", case_id, place, version + 1))) is not None:
        version, last = version + 1, found
    return version, last


def _same(last: Statement, now: Statement) -> bool:
    given = {"id": "", "supersedes": (), "edition": ""}
    return msgspec.structs.replace(last, **given) == msgspec.structs.replace(now, **given)


def prepare(ledger: Ledger) -> None:
    """Make the lists ready for what was brought in, so that nobody waits for them afterwards.

    Where that cannot be done now, what was kept stays, and whoever asks next waits.
    """
    with suppress(StorageFull, VaultBusy):
        casefile.prepare(ledger)


def keep(
    ledger: Ledger,
    edition: Edition,
    planned: Plan,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Say what was planned; how many cases were opened or changed.

    Rows are kept some hundreds at a time.  What stops in between can be done again: what was kept
    then says nothing the second time, where its rows have numbers.

    Raises:
        NotInOrder: the vault has changed since the plan was made.
        VaultBusy, StorageFull, LedgerBroken: what was kept before stays.
    """
    waiting = [row for row in planned.rows if row.action]
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        new = [row.new for row in some if row.new is not None]
        changed = [row.action for row in some if row.new is None]
        try:
            if new:
                casefile.open_all(ledger, new, language=planned.language)
            if changed:
                casefile.say_all(ledger, edition, changed, language=planned.language)
        except NotInOrder as error:
            raise NotInOrder(
                "the vault has changed since this was worked out",
                hint="bring the table in again; what was kept until then is known again",
                faults=error.faults,
            ) from None
        if progress is not None:
            progress(min(start + _AT_ONCE, len(waiting)), len(waiting))
    return len(waiting)
