"""Tables that were published, beside the checkout, and tables made here."""

import pytest

from candlemark.linkage.unreported import read_overlaps


@pytest.fixture
def published(shared):
    """A published table of overlaps by its name."""

    def table(name):
        return read_overlaps((shared / "data" / "mse" / f"{name}.csv").read_bytes())

    return table
