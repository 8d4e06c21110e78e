"""A text in which a name of the case stands is found, in whatever letters it stands."""

from __future__ import annotations

import pytest

from candlemark.casefile import facts
from candlemark.casefile.masking import Mask


@pytest.fixture
def mask(desk):
    person = desk.person()
    desk.proceeding(person, mechanism="ecthr", docket="81553/12 and 4711/13")
    names = (
        facts.Spelling(text="Hilal Məmmədov", language="az"),
        facts.Spelling(text="Гилал Мамедов", language="ru"),
        facts.Spelling(text="Ali Oz", language="tr"),
    )
    desk.say(desk.make(facts.IdentityStated, person=person, names=names))
    return Mask(desk.read())


@pytest.mark.parametrize(
    "text",
    [
        "a letter about Hilal",
        "MƏMMƏDOVUN işi",
        "о Мамедове говорили",
        "https://news.example/2014/hilal_m",
        "heard as no. 81553/12",
        "and 4711/13 too",
        "what ali oz said",
    ],
)
def test_a_text_that_names_somebody_is_hidden(mask, text):
    assert mask.hides(text)


@pytest.mark.parametrize(
    "text", ["the editor of a newspaper", "alias", "Ozone", "no. 81553", "", "2012"]
)
def test_a_text_that_names_nobody_is_not(mask, text):
    assert not mask.hides(text)
