"""The response table: of those each agency received, how many stand where, after how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark import agency, measure
from candlemark.cli import paper
from candlemark.cli.naming import state_name
from candlemark.definition import Definition
from candlemark.errors import MeasureError

if TYPE_CHECKING:
    from candlemark.definition import Edition
    from candlemark.ledger import Vault

DAY = 365


def print_response(vault: Vault) -> None:
    """One row per agency of the vault: entered, and the states after a year with intervals.

    An agency whose files cannot answer is listed with the reason, since leaving it out would
    look like an answer.
    """
    edition = Definition.load()
    rows: list[list[object]] = []
    silent: list[str] = []
    for code in sorted({batch.crosswalk for batch in agency.batches(vault.ledger)}):
        crosswalk = agency.crosswalk_of(vault.ledger, code, edition)
        label = paper.label(crosswalk.agency_labels, crosswalk.agency)
        unsaid = crosswalk.simulated and "(simulated)" not in label
        name = f"{label}{' (simulated)' if unsaid else ''}"
        try:
            study = measure.study(vault.ledger, edition, code, vault_name=vault.name)
            figure = measure.occupancy(study, at=(DAY,))
        except MeasureError as error:
            silent.append(f"{name}: {error.message}")
            continue
        rows.extend(_rows(name, figure, edition))
    paper.say("The response of justice")
    paper.say(f"Where the cases stand {DAY} days after they came, with the 95 % interval.")
    paper.say("A case that has not ended is pending: it is counted, and never as an end.")
    paper.say()
    paper.print_table(["agency", "counts", "entered", "stands", f"after {DAY} days", "95 %"], rows)
    for line in silent:
        paper.say(f"No share for {line}")


def _rows(name: str, figure: measure.Occupancy, edition: Edition) -> list[list[object]]:
    unit = paper.label(edition.term("counting-units", figure.basis.unit).labels)
    rows: list[list[object]] = []
    for group in figure.groups:
        first: list[object] = [name, unit, group.entered]
        for value in group.horizons[0].values:
            rows.append(
                [
                    *first,
                    state_name(value.state, edition, figure.basis.crosswalk),
                    paper.percent(value.p),
                    f"{paper.percent(value.low)} – {paper.percent(value.high)}",
                ]
            )
            first = ["", "", ""]
    return rows
