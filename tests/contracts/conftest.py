"""Every test of this folder is run on every store."""

from __future__ import annotations

import pytest

from stores import STORES


@pytest.fixture(params=STORES.values(), ids=STORES)
def opened(request):
    """Opens the same ledger again and again; the patience can be given."""
    stores = []
    make = request.param(request)

    def again(**more):
        stores.append(make(**more))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


@pytest.fixture
def store(opened):
    """An empty ledger."""
    return opened()
