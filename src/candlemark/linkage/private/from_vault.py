"""The people of a vault's case files as a list, without those in whose case somebody said no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile import cases
from candlemark.casefile.consent import STATISTICS, allows
from candlemark.linkage.from_cases import prepare_persons

if TYPE_CHECKING:
    from candlemark.ledger import Ledger
    from candlemark.linkage.columns import Noticed
    from candlemark.linkage.private.agreement import Output

_REFERRAL: Final = "referral"
_USES: Final[dict[str, tuple[str, ...]]] = {
    "counts": (STATISTICS,),
    "links": (STATISTICS, _REFERRAL),
}
"""What must not be refused: for counts, being counted; for links, being handed on besides."""


@dataclass(frozen=True, slots=True)
class People:
    """Rows as :func:`~candlemark.linkage.private.lists.make_ready` takes them."""

    rows: list[dict[str, Any]]
    noticed: tuple[Noticed, ...]
    refused: int
    """Cases left out whole, because somebody in them refused or took consent back."""


def people_of(ledger: Ledger, output: Output) -> People:
    """The people of the case files whose names the member reads.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    files = [one for one in cases(ledger) if not one.merged_into]
    usable = [one for one in files if all(allows(one, use) for use in _USES[output])]
    ready = prepare_persons(usable)
    return People(ready.rows.to_pylist(), ready.noticed, len(files) - len(usable))
