"""What every engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Engine(Protocol):
    """Holds tables of whole numbers and answers questions about them."""

    def hold(self, name: str, table: pa.Table) -> None:
        """Make a table of whole numbers known by a name."""

    def view(self, name: str, query: str) -> None:
        """Give a query a name; what it had before is gone."""

    def keep(self, name: str, query: str) -> None:
        """Compute a query once and give the answer a name."""

    def ask(self, query: str) -> dict[str, NDArray[np.int64]]:
        """The answer to a query, one array a column, in the order of the query."""
