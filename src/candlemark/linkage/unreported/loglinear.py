"""How many are on no list, by log-linear models, each weighed by what the table says of it.

Each model is a Poisson regression of the counts on its dependences; the number on no list is the
exponential of its first parameter.  Models are weighed by BIC (Hoeting et al., Statist. Sci. 14
(1999) 382-417), all equally likely before.  The answer is the mixture: its middle, and the interval
that leaves 2.5 % of it on either side.  Within a model the logarithm of the number is taken to be
normal, with the variance of its estimate and, since who is on no list is a matter of chance as
well, one over the number.

The best model by AIC is told too.  Where it and the average are far apart, few overlaps decide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln, ndtr

from candlemark.errors import NotMeasurable
from candlemark.linkage.unreported.hierarchical import (
    MODELS,
    MOST_LISTS,
    Term,
    cells,
    design,
    estimable_models,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from candlemark.linkage.unreported.tables import OverlapTable

    Floats = NDArray[np.float64]

_ROUNDS: Final = 200
_CLOSE: Final = 1e-8
"""A step that moves no fitted logarithm by more is the last one."""
_WIDEST: Final = 700.0
"""The exponential of more is no number."""
_COUNTS: Final = 0.01
"""A model with less than this share of the weight of the best is left out of the spread."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One model of one table."""

    model: tuple[Term, ...]
    people: float
    """Everybody: those on a list and the estimate of those on none."""
    unseen: float
    error: float
    """Standard error of the logarithm of ``unseen``, from the estimate alone."""
    bic: float
    aic: float

    @property
    def width(self) -> float:
        """The error of the logarithm with the chance in the number itself."""
        return math.sqrt(self.error**2 + 1 / max(self.unseen, 1e-300))

    @property
    def standard_error(self) -> float:
        """Standard error of ``people``."""
        return self.unseen * self.width


@dataclass(frozen=True, slots=True)
class LogLinear:
    """All models of one table that have an estimate, and what they say together."""

    lists: tuple[str, ...]
    """The lists of the models: the shortest are made one where there are more than five."""
    seen: int
    fits: tuple[Fit, ...]
    """In the order of their weight by BIC."""
    weights: tuple[float, ...]
    """By BIC; they add up to 1."""
    models: int
    """How many models were asked, with and without an estimate."""

    @property
    def best_bic(self) -> Fit:
        """The model with the least BIC."""
        return self.fits[0]

    @property
    def best_aic(self) -> Fit:
        """The model with the least AIC."""
        return min(self.fits, key=lambda fit: (fit.aic, len(fit.model)))

    @property
    def spread(self) -> tuple[float, float]:
        """Least and most people among the models that carry weight."""
        heavy = [
            fit.people
            for fit, weight in zip(self.fits, self.weights, strict=True)
            if weight >= _COUNTS * self.weights[0]
        ]
        return min(heavy), max(heavy)


def log_linear(table: OverlapTable) -> LogLinear:
    """All models of a table, weighed.

    Raises:
        NotMeasurable: no model has an estimate, not even that of lists that know of nothing.
    """
    table = table.merged(MOST_LISTS)
    counts = counts_of(table)
    lists = len(table.lists)
    models = estimable_models(counts)
    fits = fit_all(counts, models)
    if not fits:
        raise NotMeasurable(
            "no log-linear model has an estimate for these lists",
            hint="some list shares nobody with the others: leave it out, or link it first",
        )
    fits.sort(key=lambda fit: (fit.bic, len(fit.model)))
    relative = np.exp([(fits[0].bic - fit.bic) / 2 for fit in fits])
    weights = relative / relative.sum()
    return LogLinear(table.lists, table.people, tuple(fits), tuple(weights.tolist()), MODELS[lists])


def one_model(table: OverlapTable, model: Sequence[Term]) -> Fit:
    """One model of a table of at most five lists, as named by a paper, say ``[(0, 1)]``.

    Raises:
        NotMeasurable: the model has no estimate for this table, or there are too many lists.
    """
    if len(table.lists) <= MOST_LISTS:
        asked = {tuple(sorted(term)) for term in model}
        counts = counts_of(table)
        for known in estimable_models(counts):
            if set(known) == asked and (fits := fit_all(counts, [known])):
                return fits[0]
    raise NotMeasurable(
        "this model has no estimate for these lists", hint="ask for one with fewer dependences"
    )


def counts_of(table: OverlapTable) -> Floats:
    """People per pattern, in the order of :func:`cells`, zeros included."""
    found = dict(table.patterns)
    return np.array(
        [found.get(tuple(int(one) for one in row), 0) for row in cells(len(table.lists))],
        dtype=np.float64,
    )


def fit_all(counts: Floats, models: Sequence[tuple[Term, ...]]) -> list[Fit]:
    """The estimates of models that have one; models of equal size are computed together."""
    lists = (len(counts) + 1).bit_length() - 1
    by_size: dict[int, list[tuple[Term, ...]]] = {}
    for model in models:
        by_size.setdefault(len(model), []).append(model)
    fits = []
    for alike in by_size.values():
        matrices = np.stack([design(lists, model) for model in alike])
        fits += _fit(counts, alike, matrices)
    return fits


def _fit(counts: Floats, models: list[tuple[Term, ...]], matrices: Floats) -> list[Fit]:
    """Newton's method for Poisson regressions, many at once; one that does not settle is left out.

    Where counts are zero a full step can go too far: then it is halved until it is no worse.
    """
    total, parameters = counts.sum(), matrices.shape[2]
    start = np.broadcast_to(np.log(counts + 0.5), matrices.shape[:2])
    beta = _solved(
        matrices, counts + 0.5, np.einsum("i,mip->mp", (counts + 0.5), matrices * start[..., None])
    )
    eta = np.einsum("mip,mp->mi", matrices, beta)
    height = _likelihood(counts, eta)
    settled = np.zeros(len(models), dtype=bool)
    for _ in range(_ROUNDS):
        mu = np.exp(eta)
        step = _solved(matrices, mu, np.einsum("mip,mi->mp", matrices, counts - mu))
        move = np.einsum("mip,mp->mi", matrices, step)
        settled = np.abs(move).max(axis=1) < _CLOSE
        if settled.all():
            break
        scale = np.ones(len(models))
        for _ in range(40):
            tried = np.minimum(eta + scale[:, None] * move, _WIDEST)
            worse = ~(_likelihood(counts, tried) >= height - 1e-9 * np.abs(height))
            if not worse.any():
                break
            scale[worse] /= 2
        beta = beta + scale[:, None] * step
        eta = np.einsum("mip,mp->mi", matrices, beta)
        height = _likelihood(counts, eta)
    mu = np.exp(eta)
    first = np.zeros((len(models), parameters))
    first[:, 0] = 1.0
    variance = _solved(matrices, mu, first)[:, 0]
    log_likelihood = height - gammaln(counts + 1).sum()
    return [
        Fit(
            model=model,
            people=float(total + np.exp(beta[row, 0])),
            unseen=float(np.exp(beta[row, 0])),
            error=float(np.sqrt(variance[row])),
            bic=float(parameters * np.log(total) - 2 * log_likelihood[row]),
            aic=float(2 * parameters - 2 * log_likelihood[row]),
        )
        for row, model in enumerate(models)
        if settled[row] and variance[row] > 0 and beta[row, 0] < _WIDEST
    ]


def _likelihood(counts: Floats, eta: Floats) -> Floats:
    found: Floats = (counts * eta - np.exp(eta)).sum(axis=1)
    return found


def _solved(matrices: Floats, weights: Floats, right: Floats) -> Floats:
    """Solve (A' W A) x = right for every model."""
    weights = np.broadcast_to(weights, matrices.shape[:2])
    square = np.einsum("mip,mi,miq->mpq", matrices, weights, matrices, optimize=True)
    # A ridge far below anything the data say keeps a matrix invertible whose weights underflow.
    square += 1e-10 * np.eye(matrices.shape[2])
    found: Floats = np.linalg.solve(square, right[..., None])[..., 0]
    return found


def mixture_quantiles(answers: Sequence[LogLinear], shares: Sequence[float]) -> tuple[float, ...]:
    """People at these shares of the mixture of all models of some tables, tables alike in weight.

    Found by halving: the mixture is a sum of normal distributions of the logarithm.
    """
    seen = np.concatenate([np.full(len(one.fits), one.seen) for one in answers])
    center = np.array([math.log(max(fit.unseen, 1e-300)) for one in answers for fit in one.fits])
    width = np.array([fit.width for one in answers for fit in one.fits])
    weight = np.array([weight / len(answers) for one in answers for weight in one.weights])

    def below(people: float) -> float:
        unseen = people - seen
        at = np.where(unseen > 0, np.log(np.maximum(unseen, 1e-300)), -np.inf)
        return float(weight @ ndtr((at - center) / width))

    found = []
    for share in shares:
        low, high = float(seen.min()), float(seen.max()) + 2.0
        while below(high) < share and high < 1e300:
            high = seen.max() + 2 * (high - seen.max())
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if below(middle) < share else (low, middle)
        found.append(high)
    return tuple(found)
