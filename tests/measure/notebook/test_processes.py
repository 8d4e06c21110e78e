"""Views of the process in a notebook: asked of a frame or a vault, shown in a cell."""

from __future__ import annotations

import json
from datetime import date

import pyarrow as pa
import pytest

import candlemark
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.errors import NotMeasurable, NotUnderstood
from candlemark.ledger import Vault
from candlemark.measure import reproduce
from candlemark.measure.labels import Labels
from candlemark.measure.ledger_study import study
from candlemark.measure.notebook.vaults import Holding
from candlemark.measure.process import Limit
from candlemark.measure.views import law_at

TEN = Limit("ten-days", "told", "charged", 10, "Rule 1")


@pytest.fixture(scope="module")
def log():
    rows = []
    for n in range(40):
        rows.append((f"c{n}", "told", f"2020-0{n % 6 + 1}-{n % 28 + 1:02}", "xy"[n % 2]))
        if n % 3:
            rows.append((f"c{n}", "charged", f"2020-0{n % 6 + 2}-{n % 28 + 1:02}", "xy"[n % 2]))
        if n % 6 == 1:
            rows.append((f"c{n}", "told", f"2020-0{n % 6 + 3}-{n % 28 + 1:02}", "xy"[n % 2]))
    names = ("case", "activity", "time", "ground")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    return candlemark.read_events(table, schemes=["ground"], known_until="2020-12-31")


VIEWS = {
    "flow": lambda log: log.flow([30, 90]),
    "variants": lambda log: log.variants(by="ground"),
    "rework": lambda log: log.rework([90]),
    "stuck": lambda log: log.stuck([TEN], most=5),
    "limits": lambda log: log.limits([TEN], by="ground"),
    "changes": lambda log: log.changes(("2020-01-01", "2020-03-31"), ("2020-04-01", None)),
    "coverage": lambda log: log.coverage(period=""),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_shows_itself_in_a_cell_with_its_sentence_its_table_and_its_identity(log, name):
    view = VIEWS[name](log)
    html = view._repr_html_()

    assert view.sentences
    assert all(sentence.endswith(".") for sentence in view.sentences)
    assert view.identity in html
    assert "<table>" in html
    assert "<script" not in html
    assert view.figure.basis.question == name
    assert repr(view).endswith(f"figure {view.identity}.")
    assert json.dumps(view.document)  # it is a plain document
    assert view.to_arrow().num_rows == len(view.rows()) > 0


def test_the_map_is_drawn_and_says_every_stage(log):
    html = log.flow()._repr_html_()

    assert 'class="graph"' in html
    assert "g-back" in html
    assert "↑ back to told" in html


def test_filters_are_given_by_name_and_said(log):
    view = log.variants(followed_by=("told", "charged", None, 40), first_steps=2)

    assert view.figure.asked.narrowed == (
        ("followed-by", "told", "charged", "0", "40"),
        ("first-steps", "2"),
    )
    assert "a selection: followed-by" in repr(view)
    assert log.flow(lasting=(10,), between=("told", "charged")).figure.found.filters
    with pytest.raises(NotUnderstood, match="no bounds"):
        log.flow(lasting=(1, 2, 3))


def test_a_view_of_an_empty_window_is_refused_in_words(log):
    with pytest.raises(candlemark.errors.NothingToMeasure, match="no unit entered"):
        log.flow(window=("1990-01-01", "1990-12-31"))


def test_a_vault_is_asked_for_the_limits_of_its_law_and_the_figure_is_that_of_the_command():
    edition = Definition.load()
    with Vault.in_memory(KINDS, "A vault") as vault:
        say_public_cases(vault.ledger, edition)
        found = study(vault.ledger, edition, vault_name=vault.name)
        holding = Holding(found, Labels(edition, None), law_at(vault.ledger))
        view = holding.limits(by="bias-grounds")

        assert any("Azerbaijan" in sentence for sentence in view.sentences)
        again = reproduce(json.loads(json.dumps(view.document)), vault.ledger, edition,
                          vault_name=vault.name)  # fmt: skip
        assert again.same
        flow = holding.log.flow(as_of=date(2020, 1, 1))
        assert flow.figure.basis.edition == edition.code
        with pytest.raises(NotMeasurable, match="a law runs in the case files"):
            Holding(found, Labels(edition, None)).limits()
