"""A house that published twice, and its site, built once for all who only look at it."""

from __future__ import annotations

import pytest

from cohorts import attrition, durations, occupancy
from releasing import House, of

ONION = f"http://{'a' * 56}.onion/"
BY_GROUND = occupancy(
    {
        "gay": [(20, "convicted")] * 60 + [(30, "acquitted")] * 4 + [(None, "")] * 70,
        "religion": [(None, "")] * 60,
    },
    by="bias-grounds",
)
WAYS = attrition({"": [(2, "convicted")] * 60 + [(1, "acquitted")] * 14 + [(0, "")] * 70})
LENGTHS = durations({"": (60, 40, (20, 45, None))})


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    return House.founded(tmp_path_factory.mktemp("releases") / "vault")


@pytest.fixture
def house(founded, tmp_path):
    """A copy of the house, so that a test begins at the beginning."""
    return founded.copied(tmp_path / "vault")


@pytest.fixture(scope="session")
def public_house(founded, tmp_path_factory):
    """A house with two releases, an address and mirrors."""
    house = founded.copied(tmp_path_factory.mktemp("public") / "vault")
    house.places("https://example.org/", ["https://mirror.example.net/x"], ONION)
    house.release()
    house.release(of("One"), of("Two", BY_GROUND), of("Three", WAYS), of("Four", LENGTHS))
    return house


@pytest.fixture(scope="session")
def site(public_house, tmp_path_factory):
    """Its site; nobody changes it."""
    out = tmp_path_factory.mktemp("site") / "site"
    public_house.build(out)
    return out
