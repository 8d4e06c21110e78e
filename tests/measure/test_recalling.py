"""Figures that were computed at a state of the ledger, and what is remembered of them."""

from __future__ import annotations

import pytest

from candlemark import casefile, measure
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.ledger import Vault
from candlemark.measure import views
from candlemark.measure.canonical import canonical
from candlemark.measure.log import stays_of
from candlemark.measure.process import Limit
from candlemark.measure.views import Viewing
from candlemark.seal import Cost
from candlemark.web.desks.figures.process import views as pages
from candlemark.web.desks.figures.process.asking import Asked
from candlemark.web.doors import Door

PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
LIMITS = (Limit("year", "charged", "judged", 365, "Rule 1"),)
VIEWINGS = {
    "flow": Viewing("flow"),
    "variants": Viewing("variants"),
    "rework": Viewing("rework"),
    "limits": Viewing("limits", limits=LIMITS),
    "law": Viewing("limits", law=True),
    "coverage": Viewing("coverage", period="year"),
}


@pytest.fixture(scope="module")
def edition():
    return Definition.load()


@pytest.fixture(scope="module")
def vault(tmp_path_factory, edition):
    """Case files in a folder, so that what is computed can be remembered beside it."""
    folder = tmp_path_factory.mktemp("recalled") / "vault"
    with Vault.create(folder, PASSPHRASE, kinds=KINDS, cost=Cost.QUICK) as opened:
        say_public_cases(opened.ledger, edition)
        yield opened


def asked(vault, edition, viewing):
    study = measure.study(vault.ledger, edition, vault_name=vault.name)
    law = views.law_at(vault.ledger) if viewing.law else None
    return views.view(measure.Log(stays_of(study)).question((30, 365)), viewing, law=law)


def files(vault):
    return {path.name for path in vault.ledger.models.folder.glob("*.answer")}


@pytest.mark.parametrize("kind", VIEWINGS)
def test_a_view_that_is_remembered_is_the_view_that_was_computed(vault, edition, kind):
    figure = asked(vault, edition, VIEWINGS[kind])
    first = measure.taken_view(vault.ledger, kind, f"of {kind}", lambda: figure)

    def never():
        raise AssertionError("it was remembered")

    again = measure.taken_view(vault.ledger, kind, f"of {kind}", never)

    assert again == first
    assert again.figure == figure
    assert again.identity == measure.identity_of(figure)


def test_a_list_of_waiting_cases_is_remembered_nowhere(vault, edition):
    before = files(vault)
    door = Door(vault, edition)
    figure, identity = pages._take(door, "", "stuck", Asked())

    assert identity == measure.identity_of(figure)
    assert files(vault) == before
    assert not any("stuck" in str(key) for key in door.figures._kept)
    with pytest.raises(KeyError):
        measure.taken_view(vault.ledger, "stuck", "of stuck", lambda: figure)


def test_no_view_that_is_remembered_names_a_case(vault, edition):
    cases = [case.id.encode() for case in casefile.cases(vault.ledger)]

    for kind, viewing in VIEWINGS.items():
        text = canonical(measure.document(asked(vault, edition, viewing)))
        assert not any(case in text for case in cases), kind
