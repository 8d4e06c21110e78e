"""What every engine does, and what is the same in those that take a copy of the tables."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray


class Engine(Protocol):
    """Holds tables of whole numbers and answers questions about them."""

    def hold(self, name: str, table: pa.Table) -> None:
        """Make a table of whole numbers known by a name."""

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer to a query, one array a column, in the order of the query."""


def as_columns(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, NDArray[np.int64]]:
    """Rows of whole numbers as columns; what a server gives as a decimal is one too."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        name: np.fromiter((int(value) for value in column), np.int64, len(column))
        for name, column in zip(names, columns, strict=True)
    }


def brought(module: str, what: str, how: str) -> Any:
    """A library that only one engine needs.

    Raises:
        SettingRefused: it is not installed; the hint says how it is.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise SettingRefused(f"{what} is not installed here", hint=how) from None
