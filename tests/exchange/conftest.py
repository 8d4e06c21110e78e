"""A vault in memory to bring tables into."""

from __future__ import annotations

import pytest

from candlemark import casefile, exchange
from candlemark.definition import Definition
from candlemark.ledger import Vault


@pytest.fixture(scope="session")
def edition():
    return Definition.load()


class Desk:
    """A vault, and tables brought into it."""

    def __init__(self, edition):
        self.vault = Vault.in_memory(casefile.KINDS)
        self.ledger = self.vault.ledger
        self.edition = edition

    def plan(self, text, language="en", leave_out=False, **changes):
        table = exchange.read_table(text if isinstance(text, bytes) else text.encode())
        guessed = exchange.guess(table, self.edition, language)
        given = {
            "columns": guessed.columns,
            "language": guessed.language,
            "day_first": guessed.day_first,
            "country": guessed.country,
        }
        meant = exchange.Meant(**given | changes)
        return exchange.plan(self.ledger, self.edition, table, meant, leave_out=leave_out)

    def bring(self, text, **options):
        plan = self.plan(text, **options)
        exchange.keep(self.ledger, self.edition, plan)
        return plan

    def case(self, reference):
        (found,) = [one for one in casefile.cases(self.ledger) if one.reference == reference]
        return found


@pytest.fixture
def desk(edition):
    return Desk(edition)
