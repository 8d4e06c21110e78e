"""The read models of cases, made ready before somebody waits for them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from candlemark.casefile.roles import ROLES
from candlemark.casefile.saved_views import VIEWS
from candlemark.casefile.shelf import MOST_AT_ONCE, STATEMENTS, in_every
from candlemark.errors import NotEntitled

if TYPE_CHECKING:
    from candlemark.ledger import Ledger


def prepare(ledger: Ledger) -> None:
    """Build or catch up every read model of cases, so that the next question does not have to.

    Raises:
        LedgerBroken: the ledger is damaged.
        StorageFull, VaultBusy: a model could not be kept, or waited for.
    """
    models = ledger.models
    if models is None:
        return
    in_every(models, lambda model: model.size)
    with suppress(NotEntitled):
        # Last: what was opened for the large ones need not be opened again for these.
        for small in (ROLES, VIEWS):
            models.coded(small, lambda model: model.size)


def unprepared(ledger: Ledger) -> bool:
    """Whether the next question about cases waits for a minute and more, as :func:`prepare` does.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    models = ledger.models
    return models is not None and models.lacks(STATEMENTS) > MOST_AT_ONCE
