"""Filters as they are written down in a figure, and applied again from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.errors import NotUnderstood
from candlemark.measure import process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.measure.process import Ways


def followed_by(first: str, then: str, bounds: tuple[int, int | None]) -> tuple[str, ...]:
    """The filter of :func:`process.followed_by`, written down."""
    return ("followed-by", first, then, *_written(bounds))


def lasting(bounds: tuple[int, int | None]) -> tuple[str, ...]:
    """The filter of :func:`process.lasting`, written down."""
    return ("lasting", *_written(bounds))


def between(first: str, last: str) -> tuple[str, ...]:
    """The filter of :func:`process.between`, written down."""
    return ("between", first, last)


def first_steps(steps: int) -> tuple[str, ...]:
    """The filter of :func:`process.first_steps`, written down."""
    return ("first-steps", str(steps))


def narrowed(ways: Ways, filters: Sequence[Sequence[str]]) -> Ways:
    """The ways that the filters leave, applied in their order.

    Raises:
        NotUnderstood: one of them is no filter.
        NotMeasurable: one names what is not there.
    """
    for name, *given in filters:
        try:
            ways = _APPLIED[name](ways, *given)
        except (KeyError, TypeError, ValueError) as error:
            raise NotUnderstood("a filter of this figure cannot be read") from error
    return ways


_APPLIED: Final[dict[str, Callable[..., Ways]]] = {
    "followed-by": lambda ways, first, then, low, high: process.followed_by(
        ways, first, then, *_read(low, high)
    ),
    "lasting": lambda ways, low, high: process.lasting(ways, *_read(low, high)),
    "between": process.between,
    "first-steps": lambda ways, steps: process.first_steps(ways, int(steps)),
}


def _written(bounds: tuple[int, int | None]) -> tuple[str, str]:
    low, high = bounds
    return str(low), "" if high is None else str(high)


def _read(low: str, high: str) -> tuple[int, int | None]:
    return int(low), int(high) if high else None
