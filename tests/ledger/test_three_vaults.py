"""Whatever three places say and decide, in whatever order they exchange: they come to the same.

Hypothesis prints the steps that failed, and keeps them.  ``ORDEAL=full`` runs many, ``ROUNDS`` says how
many.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from three import CASE, ThreeVaults

FULL = os.environ.get("ORDEAL") == "full"
EXAMPLES = int(os.environ.get("ROUNDS") or 400) if FULL else 6

APART = {
    "two change the key of a compartment": [("rotate", 0, "coded"), ("rotate", 1, "coded"), ("say", 0), ("say", 1)],
    "and speak of the same person under them": [("rotate", 0, "identity"), ("rotate", 1, "identity"), ("say_of_a_person", 0, "person_1"), ("say_of_a_person", 1, "person_1")],
    "two take somebody in": [("take_in_a_guest", 0), ("take_in_a_guest", 1), ("say", 0), ("say", 1)],
    "one takes somebody in, one changes a key": [("take_in_a_guest", 0), ("rotate", 1, "coded"), ("say", 1)],
    "one removes somebody, one changes keys": [("take_in_a_guest", 0), ("exchange", 0, 1), ("exchange", 1, 2), ("remove_a_guest", 0), ("say", 2), ("rotate", 2, "coded"), ("rotate", 2, "coded"), ("say", 2), ("say", 0)],
    "one takes a reader out, one gives a new key": [("take_out_a_reader", 0, 2), ("rotate", 1, CASE), ("rotate", 1, CASE), ("say_in_the_case", 0), ("say_in_the_case", 1)],
    "one gives a new key, one lets a reader in": [("take_out_a_reader", 0, 2), ("exchange", 0, 1), ("exchange", 0, 2), ("rotate", 1, CASE), ("say_in_the_case", 1), ("let_in_a_reader", 0, 2), ("exchange", 0, 2), ("exchange", 1, 2), ("say_in_the_case", 2)],
    "two take the same reader out": [("take_out_a_reader", 0, 2), ("take_out_a_reader", 1, 2), ("say_in_the_case", 0), ("say_in_the_case", 1)],
    "each takes themselves out": [("take_out_a_reader", 0, 0), ("take_out_a_reader", 1, 1), ("take_out_a_reader", 2, 2), ("say_in_the_case", 0), ("say_in_the_case", 1)],
    "one is taken out while changing keys": [("rotate", 1, CASE), ("take_out_a_reader", 0, 1), ("rotate", 1, CASE), ("rotate", 1, CASE), ("say_in_the_case", 1), ("take_out_a_reader", 2, 1)],
    "two take each other out": [("take_out_a_reader", 0, 1), ("take_out_a_reader", 1, 0), ("say_in_the_case", 0), ("say_in_the_case", 1)],
    "something is said of a person between asking and agreeing": [("say_of_a_person", 0, "person_1"), ("exchange", 0, 1), ("ask_to_erase", 0, "person_1"), ("exchange", 0, 1), ("say_of_a_person", 2, "person_1"), ("agree_to_erase", 1), ("say_of_a_person", 0, "person_1")],
}  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", APART)
def test_places_that_decided_apart_come_to_the_same_and_lose_nothing(name, seed):
    three = ThreeVaults()
    three.begin(seed)
    try:
        for step, *words in APART[name]:
            getattr(three, step)(*words)
    finally:
        three.teardown()


ThreeVaults.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=60 if FULL else 15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.ordeal
class TestThreeVaults(ThreeVaults.TestCase):
    """Quick in ``make test``, long in ``make ordeal``."""
