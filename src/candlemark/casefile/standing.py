"""Which statements of a case still stand.

Two rules, and no others:

1. A statement that any other names in ``supersedes`` is *corrected*, for good.  Taking back the
   correction does not bring it back: a page that shows a withdrawn step must not suddenly show the
   older mistake underneath it.
2. A statement that a standing withdrawal names is *withdrawn*.  A withdrawal that is itself
   withdrawn takes nothing back, so what it named stands again.

Two people may correct the same statement without knowing of each other.  Then both corrections
stand, and the folds show them as a contradiction instead of letting the later one win.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from candlemark.casefile.facts import Withdrawn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from candlemark.casefile.facts import Statement
    from candlemark.ledger import Entry


class Stands(StrEnum):
    """Whether a statement still counts."""

    YES = "yes"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Saying:
    """That a statement was made, where in the ledger, and what became of it."""

    fact: str
    """Identifier of the statement."""
    kind: str
    """Name of its class: ``StageReached``."""
    n: int
    """Place of the entry in the ledger: the order that is proved."""
    written: datetime
    """What the writer's clock said: a claim."""
    device: str
    stands: Stands
    by: tuple[str, ...]
    """The statements that corrected it or took it back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The statements of a case that still count, in the order they were said; and all of them."""

    live: tuple[Statement, ...]
    history: tuple[Saying, ...]
    heirs: dict[str, str]
    """For a corrected statement, the standing one that it led to; the first when there are two."""


def standing(said: Sequence[tuple[Entry, Statement]]) -> Standing:
    """Work out what stands of the statements of one case, given in the order of the ledger."""
    corrected: dict[str, list[str]] = {}
    for _, fact in said:
        for old in fact.supersedes:
            if old != fact.id:
                corrected.setdefault(old, []).append(fact.id)
    withdrawn = _withdrawn(said, corrected)
    live = []
    history = []
    for entry, fact in said:
        by = corrected.get(fact.id) or withdrawn.get(fact.id) or []
        stands = Stands.YES
        if fact.id in corrected:
            stands = Stands.CORRECTED
        elif fact.id in withdrawn:
            stands = Stands.WITHDRAWN
        else:
            live.append(fact)
        history.append(
            Saying(
                fact=fact.id,
                kind=type(fact).__name__,
                n=entry.n,
                written=entry.written,
                device=entry.device,
                stands=stands,
                by=tuple(by),
            )
        )
    heirs = _heirs(corrected, {fact.id for fact in live})
    return Standing(tuple(live), tuple(history), heirs)


def _withdrawn(
    said: Sequence[tuple[Entry, Statement]], corrected: dict[str, list[str]]
) -> dict[str, list[str]]:
    """What was taken back, and by what.  A withdrawal is read before those it may take back."""
    withdrawn: dict[str, list[str]] = {}
    for _, fact in reversed(said):
        if not isinstance(fact, Withdrawn) or fact.id in corrected or fact.id in withdrawn:
            continue
        for old in fact.statements:
            withdrawn.setdefault(old, []).append(fact.id)
    return withdrawn


def _heirs(corrected: dict[str, list[str]], live: set[str]) -> dict[str, str]:
    """Follow each correction to a statement that stands; a circle leads nowhere."""
    heirs = {}
    for old, corrections in corrected.items():
        seen = {old}
        waiting = list(corrections)
        while waiting:
            new = waiting.pop(0)
            if new in live:
                heirs[old] = new
                break
            if new not in seen:
                seen.add(new)
                waiting.extend(corrected.get(new, ()))
    return heirs
