"""The log-linear models of a table that the table can tell anything of.

A model is a set of dependences: which lists know of each other, two by two, three by three.  It is
hierarchical: three lists depend on each other together only where any two of them do.  Each list
has a term of its own in every model.  The dependence of all lists at once is never in a model,
since it alone would decide how many people are on none (Fienberg, Biometrika 59 (1972) 591-603).

Not every model has an estimate.  Where a pattern that a dependence speaks of counts nobody the
likelihood may only be largest at infinity, and what a program prints there is the number of its
rounds (on one published table 4.4e13).  Fienberg and Rinaldo (Ann. Statist. 40 (2012) 996-1023):
the estimate exists unless some direction leaves the patterns somebody has as they are and lowers
none but raises some of the others.  That is a linear programme.  A direction of a model is one of
every larger model, so models are grown term by term and what holds a model without an estimate is
never looked at.

Up to four lists every hierarchical model is tried.  With five, dependences of more than two lists
are left out: three-way overlaps of five lists are a handful of people, and models of them win by
what such a handful happens to be (after Chan, Silverman & Vincent, J. Am. Statist. Assoc. 116
(2021) 1297-1306, who stop at pairs).  Of more lists the shortest are made one first.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Term = tuple[int, ...]
"""Lists that depend on each other, by their places from 0: two of them or more."""

MOST_LISTS: Final = 5
"""With six lists there are 7.8 million models, and 32,768 of pairs alone."""

MODELS: Final = {3: 8, 4: 113, 5: 1024}
"""How many models are tried, by the number of lists, where all have an estimate."""

_NOTHING: Final = 1e-7
"""A direction that raises no pattern by more is rounding: the programme bounds them by 1."""


@cache
def cells(lists: int) -> Floats:
    """All patterns of so many lists but the one without any, one row each."""
    rows = list(itertools.product((0.0, 1.0), repeat=lists))[1:]
    return np.array(rows)


@cache
def terms(lists: int) -> tuple[Term, ...]:
    """Every dependence a model can have, the small ones first."""
    largest = lists - 1 if lists < MOST_LISTS else 2
    return tuple(
        term
        for size in range(2, largest + 1)
        for term in itertools.combinations(range(lists), size)
    )


def design(lists: int, model: tuple[Term, ...]) -> Floats:
    """One row per pattern, one column per parameter: 1, the lists, the dependences."""
    rows = cells(lists)
    columns = [rows[:, list(term)].prod(axis=1) for term in model]
    return np.column_stack([np.ones(len(rows)), rows, *columns])


def estimable_models(counts: Floats) -> list[tuple[Term, ...]]:
    """Every hierarchical model that has an estimate, those with few dependences first.

    Args:
        counts: people per pattern, in the order of :func:`cells`.
    """
    lists = (len(counts) + 1).bit_length() - 1
    known = terms(lists)
    place = {term: number for number, term in enumerate(known)}
    # Models are numbers, a bit for each dependence; what a dependence needs are bits as well.
    needs = [
        sum(1 << place[part] for part in itertools.combinations(term, len(term) - 1))
        if len(term) > 2
        else 0
        for term in known
    ]
    found: list[int] = []
    level = {0}
    while level:
        good = {model for model in level if _has_estimate(counts, lists, _spelled(model, known))}
        found += sorted(good)
        level = {
            larger
            for model in good
            for bit, needed in enumerate(needs)
            if not model >> bit & 1 and model & needed == needed
            if (larger := model | 1 << bit) and _all_smaller(larger, needs, good)
        }
    return [_spelled(model, known) for model in found]


def _spelled(model: int, known: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(term for bit, term in enumerate(known) if model >> bit & 1)


def _all_smaller(model: int, needs: list[int], good: set[int]) -> bool:
    """Whether every model with one dependence less has an estimate."""
    inside = [bit for bit in range(len(needs)) if model >> bit & 1]
    held = 0
    for bit in inside:
        held |= needs[bit]
    return all(model & ~(1 << bit) in good for bit in inside if not held >> bit & 1)


def _has_estimate(counts: Floats, lists: int, model: tuple[Term, ...]) -> bool:
    empty = counts == 0
    if not empty.any():
        return True
    matrix = design(lists, model)
    if (counts @ matrix == 0).any():
        return False  # nobody at all where a parameter is seen: it runs to minus infinity
    seen, unseen = matrix[~empty], matrix[empty]
    if np.linalg.matrix_rank(seen) == matrix.shape[1]:
        return True  # nothing but standing still leaves what was seen as it is
    raised = linprog(
        -unseen.sum(axis=0),
        A_ub=np.vstack([-unseen, unseen]),
        b_ub=np.concatenate([np.zeros(len(unseen)), np.ones(len(unseen))]),
        A_eq=seen,
        b_eq=np.zeros(len(seen)),
        bounds=(None, None),
        method="highs",
    )
    return raised.status == 0 and -float(raised.fun or 0.0) < _NOTHING
