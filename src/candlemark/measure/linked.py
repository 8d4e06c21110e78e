"""Figures across agencies, and what uncertain links do to them.

Whoever links every pair from a threshold on says with certainty what is only probable.  With
``sampled`` the links are drawn by their probability at least twenty times, the question is asked of
each grouping, and the answers are put together after Rubin on the logit scale: the interval holds
what the links add.  Whole numbers (who entered, who stands where, at risk) are those of the
automatic links, since a share of a case is none.

Beside every such figure stand the same figure at two thresholds, the automatic one and the one
under which no pair was kept.  Where they are far apart, links decide, and not the data.

Rubin, Multiple Imputation for Nonresponse in Surveys (1987).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable, SettingRefused
from candlemark.linkage.facts import CASE, PERSON
from candlemark.linkage.uncertain import Draws, joined_from, links_at
from candlemark.measure.across import joined
from candlemark.measure.attrition import attrition
from candlemark.measure.estimators.coarse import rubin
from candlemark.measure.figure import (
    LINKED,
    Attrition,
    CurvePoint,
    Horizon,
    Incidence,
    IncidenceGroup,
    LinkBasis,
    LinkedSource,
    Occupancy,
    OccupancyGroup,
    ReachedBy,
    StageReached,
)
from candlemark.measure.incidence import incidence
from candlemark.measure.ledger_study import study_at
from candlemark.measure.linked_told import SHARE, Linked, Spread, values_of
from candlemark.measure.moved import moves_kept_figures
from candlemark.measure.occupancy import occupancy
from candlemark.measure.state_values import state_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger
    from candlemark.linkage.uncertain import Groups, Links
    from candlemark.measure.figure import Figure
    from candlemark.measure.study import Study

AUTOMATIC: Final = "automatic"
SAMPLED: Final = "sampled"
THRESHOLD: Final = "threshold"
FEWEST_DRAWS: Final = 20
_MOST_DRAWS: Final = 1_000

Across = Attrition | Incidence | Occupancy
"""What can be asked across agencies."""


@dataclass(frozen=True, slots=True)
class Agencies:
    """What a question across agencies is asked of."""

    base: Study
    """Whose units enter."""
    others: tuple[Study, ...]
    links: Links

    def study(self, groups: Groups) -> Study:
        """The joint study, with records taken for one as ``groups`` says."""
        return joined(self.base, self.others, groups)

    def automatic(self) -> Study:
        """The joint study by the links that are sure enough, with what people judged."""
        return self.study(joined_from(self.links, self.links.thresholds.automatic))

    def basis(self, how: str, threshold: float, draws: int = 0) -> LinkBasis:
        """What a figure says of its links."""
        return LinkBasis(
            how=how,
            unit=self.links.unit,
            sources=tuple(LinkedSource(one.crosswalk, one.batch) for one in self.others),
            runs=self.links.runs,
            judgements=len(self.links.judgements),
            state=self.links.state,
            threshold=threshold,
            people=self.links.thresholds.people,
            draws=draws,
            wrong=self.links.wrong if draws else 0.0,
            known=self.links.known if draws else 0,
        )


def agencies_at(
    ledger: Ledger,
    edition: Edition,
    crosswalk: str,
    others: Sequence[tuple[str, str]],
    size: int,
    *,
    batch: str = "",
    unit: str = "",
    vault_name: str = "",
) -> Agencies:
    """What a question across agencies was asked of when the ledger had ``size`` entries.

    Args:
        ledger: of an opened vault.
        edition: the definition.
        crosswalk: the agency whose units enter.
        others: crosswalk and batch of each other one; an empty batch is the latest, an empty
            crosswalk the case files.
        size: how many entries of the ledger to look at.
        batch: which batch of the first agency; empty: the latest.
        unit: ``case`` or ``person``: what is linked; empty: whichever links the agency.
        vault_name: stands where an agency's name stands, for case files.

    Raises:
        NotMeasurable: no link leads from this agency to the others, or as in ``study_at``.
        UnknownCrosswalk, NothingToMeasure, UnknownBatch: as in ``study_at``.
    """
    if not crosswalk:
        raise NotMeasurable(
            "a figure across agencies follows the units of one of them",
            hint="name whose cases enter: --crosswalk CODE",
        )
    published = moves_kept_figures(ledger, size)
    units = [unit] if unit else [CASE, PERSON]
    found = [links_at(ledger, one, size, published) for one in units]
    links = next((one for one in found if crosswalk in one.sources), None)
    if links is None:
        raise NotMeasurable(
            f"nothing links the records of {crosswalk} with those of another agency",
            hint="candlemark link run finds links",
        )
    base = study_at(ledger, edition, crosswalk, batch, size, vault_name=vault_name)
    studies = tuple(
        study_at(ledger, edition, code, which, size, vault_name=vault_name)
        for code, which in others
    )
    strange = [one.crosswalk for one in studies if (one.crosswalk or "cases") not in links.sources]
    if strange or not studies:
        raise NotMeasurable(
            f"nothing links the records of {crosswalk} with those of {', '.join(strange)}"
            if strange
            else "no other agency is named",
            hint=f"links lead to {', '.join(sorted(links.sources - {crosswalk}))}",
        )
    return Agencies(base, studies, links)


def linked(
    agencies: Agencies,
    ask: Callable[[Study, tuple[int, ...]], Across],
    how: str,
    *,
    at: tuple[int, ...] = (),
    draws: int = FEWEST_DRAWS,
) -> Linked:
    """A question asked across agencies, with the same at two thresholds beside it.

    Args:
        agencies: what is asked.
        ask: asks occupancy, incidence or attrition of a study, at these days after entry.
        how: ``automatic`` or ``sampled``.
        at: days after entry.
        draws: how many groupings are drawn, for ``sampled``.

    Raises:
        SettingRefused: too few draws, too many, or no such way.
        NotMeasurable, NothingToMeasure, UnknownTerm: as the question.
    """
    if how not in {AUTOMATIC, SAMPLED}:
        raise SettingRefused("links are taken in no such way", hint=f"say {AUTOMATIC} or {SAMPLED}")
    if how == SAMPLED and not FEWEST_DRAWS <= draws <= _MOST_DRAWS:
        raise SettingRefused(
            f"{draws} draws of the links are too few or too many",
            hint=f"from {FEWEST_DRAWS} to {_MOST_DRAWS}",
        )
    thresholds = agencies.links.thresholds
    strict = _at(agencies, ask, thresholds.automatic, at, AUTOMATIC)
    loose = _at(agencies, ask, thresholds.people, at, THRESHOLD)
    if how == AUTOMATIC:
        return Linked(strict, strict, loose)
    days = _days(strict, at)
    # The same links and the same number of draws give the same figure, whoever asks again.
    drawn = Draws(agencies.links, seed=int(agencies.links.state[:15], 16))
    found = [ask(agencies.study(drawn.draw()), days) for _ in range(draws)]
    basis = replace(strict.basis, links=agencies.basis(SAMPLED, thresholds.automatic, draws))
    spread = _spread(strict, found)
    if isinstance(strict, Attrition):
        return Linked(replace(strict, basis=basis), strict, loose, spread)
    basis = replace(basis, uncertainty=LINKED)
    if isinstance(strict, Occupancy):
        standing = [one for one in found if isinstance(one, Occupancy)]
        return Linked(_standing(replace(strict, basis=basis), standing, at), strict, loose, spread)
    reached = [one for one in found if isinstance(one, Incidence)]
    return Linked(_reached(replace(strict, basis=basis), reached, at), strict, loose, spread)


def _at(
    agencies: Agencies,
    ask: Callable[[Study, tuple[int, ...]], Across],
    threshold: float,
    at: tuple[int, ...],
    how: str,
) -> Across:
    figure = ask(agencies.study(joined_from(agencies.links, threshold)), at)
    basis = replace(figure.basis, links=agencies.basis(how, threshold))
    return replace(figure, basis=basis)


def _days(figure: Figure, at: tuple[int, ...]) -> tuple[int, ...]:
    """The days asked for and those of the curves, so that every draw is asked of all of them."""
    days = set(at)
    if isinstance(figure, Occupancy):
        days |= {point.day for group in figure.groups for point in group.curve}
    if isinstance(figure, Incidence):
        days |= {by.day for group in figure.groups for row in group.rows for by in row.curve}
    return tuple(sorted(days))


def _standing(figure: Occupancy, drawn: Sequence[Occupancy], at: tuple[int, ...]) -> Occupancy:
    groups = []
    for group in figure.groups:
        sets = [one for each in drawn for one in each.groups if one.group == group.group]
        groups.append(group if len(sets) < len(drawn) else _standing_group(group, sets, at))
    return replace(figure, groups=tuple(groups))


def _standing_group(
    group: OccupancyGroup, sets: Sequence[OccupancyGroup], at: tuple[int, ...]
) -> OccupancyGroup:
    days = [horizon.day for horizon in sets[0].horizons]
    cells = [
        [[(value.p, value.se) for value in horizon.values] for horizon in one.horizons]
        for one in sets
    ]
    mean, error, low, high = _together(np.array(cells), group.entered)
    place = {day: row for row, day in enumerate(days)}
    horizons = tuple(
        Horizon(
            day=one.day,
            at_risk=one.at_risk,
            values=state_values(
                (value.state for value in one.values),
                mean[place[one.day]],
                error[place[one.day]],
                (low[place[one.day]], high[place[one.day]]),
            ),
            ended=one.ended,
        )
        for one in group.horizons
        if one.day in at
    )
    curve = tuple(
        CurvePoint(
            point.day,
            point.at_risk,
            tuple(mean[place[point.day]].tolist()),
            tuple(low[place[point.day]].tolist()),
            tuple(high[place[point.day]].tolist()),
        )
        for point in group.curve
    )
    return replace(group, horizons=horizons, curve=curve)


def _reached(figure: Incidence, drawn: Sequence[Incidence], at: tuple[int, ...]) -> Incidence:
    groups = []
    for group in figure.groups:
        sets = [one for each in drawn for one in each.groups if one.group == group.group]
        rows = [
            _reached_row(row, found, group.entered, at)
            if len(found := [one for each in sets for one in each.rows if one.own == row.own])
            == len(drawn)
            else row
            for row in group.rows
        ]
        groups.append(IncidenceGroup(group.group, group.entered, tuple(rows)))
    return replace(figure, groups=tuple(groups))


def _reached_row(
    row: StageReached, sets: Sequence[StageReached], entered: int, at: tuple[int, ...]
) -> StageReached:
    cells = np.array([[[(by.p, by.se)] for by in one.horizons] for one in sets])
    mean, error, low, high = _together(cells, entered)
    place = {by.day: at for at, by in enumerate(sets[0].horizons)}

    def again(by: ReachedBy) -> ReachedBy:
        here = place[by.day], 0
        return ReachedBy(
            by.day,
            by.at_risk,
            float(mean[here]),
            float(error[here]),
            float(low[here]),
            float(high[here]),
        )

    return replace(
        row,
        horizons=tuple(again(by) for by in row.horizons if by.day in at),
        curve=tuple(map(again, row.curve)),
    )


def _together(
    cells: np.ndarray[tuple[int, ...], np.dtype[np.float64]], entered: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    """Draws, days, columns, and (p, se) of each, after Rubin."""
    p, se = cells[..., 0], cells[..., 1]
    return rubin(p, se, np.full(p.shape[1:], float(max(entered, 1))))


def _spread(strict: Across, drawn: Sequence[Across]) -> tuple[Spread, ...]:
    values = [values_of(one) for one in drawn]
    found = []
    for cell in values_of(strict):
        numbers = [one[cell] for one in values if cell in one]
        # A group that some draws lack has fewer numbers; a count of nobody there is no number.
        if numbers:
            low, high = _ends(numbers, whole=cell.what != SHARE)
            found.append(Spread(cell.group, cell.code, cell.what, low, high, cell.day))
    return tuple(found)


def _ends(numbers: Sequence[float], *, whole: bool) -> tuple[float, float]:
    """Between which 95 of 100 draws lie; of counts no half ones."""
    if whole:
        low = np.quantile(numbers, 0.025, method="lower")
        return float(low), float(np.quantile(numbers, 0.975, method="higher"))
    return float(np.quantile(numbers, 0.025)), float(np.quantile(numbers, 0.975))


def asking(
    question: str, *, from_stage: str = "", by: str = "", as_of: date | None = None
) -> Callable[[Study, tuple[int, ...]], Across]:
    """A question of those that can be asked across agencies.

    Raises:
        NotMeasurable: it is another one.
    """
    if question == "occupancy":
        return lambda study, at: occupancy(study, from_stage=from_stage, at=at, by=by, as_of=as_of)
    if question == "incidence":
        return lambda study, at: incidence(study, from_stage=from_stage, at=at, by=by, as_of=as_of)
    if question == "attrition":
        return lambda study, _at: attrition(study, from_stage=from_stage, by=by, as_of=as_of)
    raise NotMeasurable(
        f"{question} cannot be asked across agencies",
        hint="ask occupancy, incidence or attrition",
    )
