"""Functions that are compiled on their first call, and kept compiled where that can be written.

numba keeps what it compiled beside the module, or in the cache folder of the account; where neither
can be written it refuses to load.  Then it is compiled in every process, which takes some seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as machine code; it lets other threads run meanwhile."""
    try:
        kept: Callable[P, R] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        kept = numba.njit(nogil=True)(function)
    return kept
