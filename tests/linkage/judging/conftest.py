"""A vault in memory with four case files, compared."""

from __future__ import annotations

import pytest

from candlemark import agency, casefile, linkage
from candlemark.definition import Definition
from candlemark.ledger import Vault
from linked import One, say_case, say_run

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS
CASES = (
    One("Attack on a student", "Rəhim Mirzəyev", born="1990-02-01"),
    One("A student was attacked", "Рагим Мирзоев", "ru", born="1990-02-01"),
    One("Threats in a shop", "Leyla Əliyeva", day="2015-05", offence="threats"),
    One("A shop was threatened", "Лейла Алиева", "ru", day="2015-05-03", offence="threats"),
)


@pytest.fixture(scope="session")
def edition():
    return Definition.load()


@pytest.fixture
def vault(edition):
    with Vault.in_memory(KINDS, "Links") as made:
        yield made


@pytest.fixture
def records(vault, edition):
    return [say_case(vault.ledger, edition, one) for one in CASES]


@pytest.fixture
def run(vault, records):
    a, b, c, d = records
    return say_run(vault.ledger, [(a, b, 0.7), (c, d, 0.4), (a, c, 0.99)])


@pytest.fixture
def me(vault):
    return vault.members.me.kid.hex()


@pytest.fixture
def roster(vault):
    return vault.members.roster()
