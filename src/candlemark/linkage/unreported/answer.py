"""Four answers together, or a lower bound and why there is no more.

What is returned is one of two kinds of thing, so that a number which did not pass the gate cannot
be shown by mistake: :class:`AtLeast` has none.

Chains of many tables take minutes.  Those of a table that is done can be kept by whoever asked
(:class:`Shelf`), so that work that was stopped goes on; they are numbers of people, and nothing
else.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from candlemark.errors import Fault, NotInOrder, NotMeasurable
from candlemark.linkage.unreported import gate
from candlemark.linkage.unreported.chao import LowerBound, lower_bound
from candlemark.linkage.unreported.latent import LatentClasses, Work, latent_classes
from candlemark.linkage.unreported.loglinear import log_linear, mixture_quantiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.linkage.unreported.gate import Reason
    from candlemark.linkage.unreported.loglinear import LogLinear
    from candlemark.linkage.unreported.tables import OverlapTable

NOT_COUNTED: Final = (
    "This counts people whom at least one list could have found. People no list reaches are not"
    " in it. Read it as “at least”."
)
"""Goes with every answer.  In simulated worlds in which a third of the victims is six times less
likely to be on any list, every method leaves out a fifth of all people."""

LINKS_MISSED: Final = (
    "Two records of one person that no link leads to each other count as two people, and make every"
    " number here too large, the lower bound too. The draws know nothing of them."
)
"""Goes with every answer from drawn links.  In simulated worlds in which one link in 25 was missed
the answers were four in a hundred too large, and with one in ten, twelve
(docs/methods/unreported.md)."""

TOO_LITTLE: Final = "the lists overlap too little to say more"

FEWEST_DRAWS: Final = 20
FEWEST_EFFECTIVE: Final = 100.0
"""Independent draws the chains of each table are worth, where there are many tables."""
PATIENCE: Final = 5
"""One table is sampled so many times longer where its chains agree and only change slowly."""
_MIDDLE: Final = (0.025, 0.5, 0.975)


class Shelf(Protocol):
    """Where the chains of a table are kept."""

    def recall(self, name: str) -> bytes | None:
        """What was kept under a name; None where nothing was."""

    def remember(self, name: str, content: bytes) -> None:
        """Keep it; where it cannot be kept, the table is sampled again."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A middle and what holds 95 % around it, in people."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ByModels:
    """What the log-linear models say."""

    average: Interval
    """Of all models that have an estimate, weighed by BIC."""
    best_bic: float
    best_aic: float
    lists: tuple[str, ...]
    """The lists of the models; of more than five the shortest are made one."""
    estimable: int
    """Models that have an estimate (the fewest, over the draws of the links)."""
    models: int


@dataclass(frozen=True, slots=True)
class ByKinds:
    """What the latent classes say."""

    answer: Interval
    r_hat: float
    """The worst over the draws of the links, as all that follows."""
    effective: float
    chains: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """All four answers; made only where the gate lets them pass."""

    lists: tuple[str, ...]
    people: int
    """Different people on at least one list (the middle one, over the draws of the links)."""
    draws: int
    """How many tables it is of: 1, or the draws of uncertain links."""
    bound: LowerBound
    models: ByModels
    kinds: ByKinds
    spread: Interval
    """From the least to the most that any of the answers says, and the middle of their middles."""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A lower bound, and why there is no more."""

    lists: tuple[str, ...]
    people: int
    draws: int
    bound: LowerBound
    reasons: tuple[Reason, ...]


Answer = Estimate | AtLeast


def estimate(
    table: OverlapTable, work: Work | None = None, tell: Callable[[float], None] | None = None
) -> Answer:
    """How many people there are, those on no list included.

    Args:
        table: the overlaps of at least three lists, of everybody: not of a month, not of a small
            region.
        work: how long chains are run.
        tell: is called with the share of the longest work that is done.
    """
    return _answer([table], work or Work(patience=PATIENCE), tell)


def estimate_linked(
    tables: Sequence[OverlapTable],
    work: Work | None = None,
    tell: Callable[[float], None] | None = None,
    shelf: Shelf | None = None,
) -> Answer:
    """The same where it is uncertain who is one person: from draws of the links.

    A link that was missed makes the number too large and a false one makes it too small, so each
    uncertain pair is drawn by its probability, the lists are counted anew, and each count is a
    table.  What the draws say is mixed, all alike in weight.  All must pass the gate.

    Args:
        tables: one for each draw.
        work: how long chains are run.
        tell: is called with the share of the longest work that is done.
        shelf: where the chains of each table are kept until all are done.

    Raises:
        NotInOrder: fewer than twenty draws, or not of the same lists.
    """
    faults = []
    if len(tables) < FEWEST_DRAWS:
        faults.append(Fault("draws", f"there are {len(tables)}, and {FEWEST_DRAWS} are needed"))
    faults += [
        Fault(f"draw {number}", "it has other lists than the first, or in another order")
        for number, table in enumerate(tables, 1)
        if table.lists != tables[0].lists
    ]
    if faults:
        raise NotInOrder(
            "these are not draws of the links of the same lists",
            hint="draw every uncertain pair by its probability, at least twenty times",
            faults=faults,
        )
    work = work or Work()
    # Together the draws are worth more than one table must be; each alone must be worth so many.
    return _answer(
        tables, replace(work, effective=min(work.effective, FEWEST_EFFECTIVE)), tell, shelf
    )


def _answer(
    tables: Sequence[OverlapTable],
    work: Work,
    tell: Callable[[float], None] | None,
    shelf: Shelf | None = None,
) -> Answer:
    reasons = [reason for table in tables for reason in gate.of_the_table(table)]
    answers: list[LogLinear] = []
    try:
        fits = {table: log_linear(table) for table in dict.fromkeys(tables)}  # alike where sure
        answers = [fits[table] for table in tables]
    except NotMeasurable as error:
        reasons.append(gate.Reason("no-model", error.message))
    if reasons:
        return _at_least(tables, reasons)
    sampled: dict[OverlapTable, LatentClasses] = {}
    for number, table in enumerate(fits):
        sampled[table] = _sampled(table, work, _part(tell, number, len(fits)), shelf)
        reasons = gate.of_the_chains(sampled[table], work.effective)
        if reasons:
            return _at_least(tables, reasons)
    low, middle, high = mixture_quantiles(answers, (0.025, 0.5, 0.975))
    models = ByModels(
        average=Interval(middle, low, high),
        best_bic=float(np.median([one.best_bic.people for one in answers])),
        best_aic=float(np.median([one.best_aic.people for one in answers])),
        lists=answers[0].lists,
        estimable=min(len(one.fits) for one in answers),
        models=answers[0].models,
    )
    kinds = _kinds([sampled[table] for table in tables])
    reasons = gate.of_the_answers((low, high), (kinds.answer.low, kinds.answer.high))
    if reasons:
        return _at_least(tables, reasons)
    return Estimate(
        lists=tables[0].lists,
        people=_people(tables),
        draws=len(tables),
        bound=_bound(tables),
        models=models,
        kinds=kinds,
        spread=_spread(models, kinds, answers),
    )


def _sampled(
    table: OverlapTable, work: Work, tell: Callable[[float], None] | None, shelf: Shelf | None
) -> LatentClasses:
    """The chains of a table: those that are kept, or sampled and kept."""
    if shelf is None:
        return latent_classes(table, work, tell)
    said = hashlib.sha256(f"{table.patterns!r} {work!r}".encode()).hexdigest()
    name = f"link-estimate/{said}"
    kept = shelf.recall(name)
    if kept is not None:
        with np.load(io.BytesIO(kept), allow_pickle=False) as found:
            return LatentClasses.of(found["draws"])
    sampled, out = latent_classes(table, work, tell), io.BytesIO()
    np.savez_compressed(out, draws=sampled.draws)
    shelf.remember(name, out.getvalue())
    return sampled


def _part(
    tell: Callable[[float], None] | None, number: int, of: int
) -> Callable[[float], None] | None:
    return (lambda share: tell((number + share) / of)) if tell else None


def _kinds(chains: Sequence[LatentClasses]) -> ByKinds:
    low, middle, high = np.quantile(np.concatenate([one.draws.ravel() for one in chains]), _MIDDLE)
    return ByKinds(
        answer=Interval(float(middle), float(low), float(high)),
        r_hat=max(one.r_hat for one in chains),
        effective=min(one.effective for one in chains),
        chains=len(chains[0].draws),
    )


def _spread(models: ByModels, kinds: ByKinds, answers: Sequence[LogLinear]) -> Interval:
    """Where the answers lie, the models that carry weight one by one."""
    middles = [models.average.middle, models.best_bic, models.best_aic, kinds.answer.middle]
    single = [end for one in answers for end in one.spread]
    return Interval(float(np.median(middles)), min(middles + single), max(middles + single))


def _at_least(tables: Sequence[OverlapTable], reasons: list[Reason]) -> AtLeast:
    different = tuple(dict.fromkeys(reasons))
    return AtLeast(tables[0].lists, _people(tables), len(tables), _bound(tables), different)


def _people(tables: Sequence[OverlapTable]) -> int:
    return int(np.median([table.people for table in tables]))


def _bound(tables: Sequence[OverlapTable]) -> LowerBound:
    """The bound of one table; of several the middle ones, and the ends that hold for all."""
    bounds = [lower_bound(table) for table in tables]
    return LowerBound(
        people=float(np.median([one.people for one in bounds])),
        low=min(one.low for one in bounds),
        high=max(one.high for one in bounds),
        equal_lists=float(np.median([one.equal_lists for one in bounds])),
    )
