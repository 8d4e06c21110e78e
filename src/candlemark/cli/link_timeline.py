"""``candlemark link timeline``: one case through the files of every agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark import measure
from candlemark.cli import paper
from candlemark.cli.naming import Names
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import Definition
from candlemark.linkage.facts import CASE, PERSON, LinkRecord

if TYPE_CHECKING:
    from pathlib import Path

_DOUBTS = {
    "": "",
    "undated": "no day",
    "after": "after the file was made",
    "before": "before its first stage",
}


_APART = {
    "different": "people judged it another case",
    "disputed": "people disagree whether it is this case",
    "second": "one person says it is this case; a second has not said so yet",
    "once": "another record of its source is this case",
    "unsure": "may be this case; nobody has judged it",
}


@click.command("timeline")
@click.argument("source")
@click.argument("record")
@click.option("--unit", type=click.Choice([CASE, PERSON]), default=CASE, show_default=True)
@vault_option
@json_option
def timeline_command(
    source: str, record: str, unit: str, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """What every agency says of the case that RECORD of SOURCE (a crosswalk's code) is of."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found = measure.followed(
            vault.ledger, edition, LinkRecord(source, record), unit, vault_name=vault.name
        )
    if as_json:
        paper.print_json(found)
        return
    names = Names(edition, None)
    paper.print_table(
        ["from", "to", "source", "record", "stage", "its own name", "ended", "doubt"],
        [
            [
                step.earliest.isoformat() if step.earliest else None,
                step.latest.isoformat() if step.latest else None,
                step.source,
                step.record,
                names.term("stages", step.stage),
                step.own,
                (names.state(step.outcome) if step.outcome else "yes") if step.ends else "",
                _DOUBTS[step.doubt],
            ]
            for step in found.steps
        ],
    )
    for one in found.records:
        sure = "judged by people" if one.judged else "alone"
        if one.probability is not None:
            sure = f"linked with a probability of {one.probability:.3f}"
        paper.say(f"{one.source} {one.record} ({names.agency(one.agency)}): {sure}")
    for other in found.apart:
        paper.say(f"Not followed: {other.source} {other.record}: {_APART[other.why]}")
