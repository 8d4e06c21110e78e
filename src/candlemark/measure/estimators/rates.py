"""Rates of moves, constant within pieces of the time in stage: drawn from stays, and evaluated.

For the drawing of coarse dates only; figures rest on no such model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from candlemark.measure.estimators.counts import CENSORED

if TYPE_CHECKING:
    from candlemark.measure.estimators.counts import Floats, Integers

PIECES: Final = 8
"""Into so many pieces the time in a stage is cut, with about as many moves in each."""
_MOVES_A_PIECE: Final = 10
"""A stage with few moves is cut into fewer pieces."""
_NEVER: Final = 1e-12
"""The rate of a move nobody was seen to make: so small that it is not drawn."""


class Lengths(NamedTuple):
    """Stays as times in a stage; arrays of one length."""

    state: Integers
    to: Integers
    """Where it went, or ``CENSORED``."""
    seen: Floats
    """Days in the stage when observation began; 0 when it was seen from its beginning."""
    length: Floats
    """Days in the stage when it was left or last seen."""


def pieces(states: int, stays: Lengths) -> Floats:
    """Where the pieces of each state begin: (states, pieces); infinite where there is none.

    They are quantiles of the lengths of the stays that ended.
    """
    cuts = np.full((states, PIECES), np.inf)
    cuts[:, 0] = 0.0
    for place in range(states):
        mine = stays.length[(stays.state == place) & (stays.to != CENSORED)]
        many = min(PIECES, len(mine) // _MOVES_A_PIECE)
        if many > 1:
            cuts[place, 1:many] = np.quantile(mine, np.arange(1, many) / many)
    return cuts


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Rates per day of each move in each piece of the time in stage."""

    cuts: Floats
    """Shape (states, pieces): where each piece begins."""
    each: Floats
    """Shape (states, states, pieces)."""

    @classmethod
    def drawn(cls, random: np.random.Generator, cuts: Floats, stays: Lengths) -> Rates:
        """A draw of the rates given the lengths of stays."""
        state, to, seen, length = stays
        states, many = cuts.shape
        time = np.zeros((states, many))
        width = _widths(cuts)
        for piece in range(many):
            begin, wide = cuts[state, piece], width[state, piece]
            inside = _within(length, begin, wide) - _within(seen, begin, wide)
            time[:, piece] = np.bincount(state, weights=inside, minlength=states)
        moved = to != CENSORED
        piece_of = (length[moved, None] >= cuts[state[moved]]).sum(axis=1) - 1
        moves = np.zeros((states, states, many))
        np.add.at(moves, (state[moved], to[moved], piece_of), 1.0)
        overall = moves.sum(axis=2) / np.maximum(time.sum(axis=1), 1e-9)[:, None]
        shape = 0.5 + moves
        rate = 0.5 / np.maximum(overall, 1e-9)[:, :, None] + time[:, None, :]
        each = np.where(overall[:, :, None] > 0, random.gamma(shape) / rate, _NEVER)
        return cls(cuts, each)

    def log_density(self, state: Integers, to: Integers, length: Floats) -> Floats:
        """The logarithm of the density of leaving for ``to`` after ``length``, up to a constant.

        Where ``to`` is censored, of not having left by then.

        Args:
            state: shape (stays,).
            to: shape (stays,).
            length: shape (stays, places).
        """
        total = self.each.sum(axis=1)
        width = _widths(self.cuts)
        found = np.zeros_like(length)
        piece_of = np.full(length.shape, -1)
        for piece in range(self.cuts.shape[1]):
            begin = self.cuts[state, piece, None]
            found -= total[state, piece, None] * _within(length, begin, width[state, piece, None])
            piece_of += length >= begin
        moved = np.flatnonzero(to != CENSORED)
        rate = self.each[state[moved, None], to[moved, None], np.maximum(piece_of[moved], 0)]
        found[moved] += np.log(np.maximum(rate, _NEVER))
        return found


def _widths(cuts: Floats) -> Floats:
    """How wide each piece is; the last one has no end."""
    end = np.append(cuts[:, 1:], np.full((len(cuts), 1), np.inf), axis=1)
    return np.where(np.isfinite(end), end - np.where(np.isfinite(cuts), cuts, 0.0), np.inf)


def _within(length: Floats, begin: Floats, wide: Floats) -> Floats:
    """How much of each length lies in a piece; nothing in one that begins nowhere (infinity)."""
    inside: Floats = np.minimum(np.maximum(length - begin, 0.0), wide)
    return inside
