"""Commands about the past of a case: history, compare, as-of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.checks import TERMS
from candlemark.cli import paper
from candlemark.cli.one_case import say_case
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import shown
from candlemark.definition import Definition
from candlemark.ledger import Fact

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.definition import Edition

_case = click.argument("case_id", metavar="CASE")


@click.command("history")
@_case
@click.option("--of", "thing", default="", help="Only of one thing: its identifier.")
@click.option("--field", default="", help="With --of: only of one field.")
@vault_option
@json_option
def show_history(
    case_id: str, thing: str, field: str, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Show who said what of CASE and when, what was corrected, taken back and brought back.

    When is what the writer's clock said.  The order is that of the ledger.
    """
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        told = casefile.history(vault.ledger, case_id)
    happenings = told.of(thing, field) if thing else told.happenings
    if as_json:
        paper.print_json({"case": case_id, "happenings": happenings})
        return
    for one in happenings:
        who = shown(one.name) or "founder"
        after = "" if one.stands == "yes" else f" [{one.stands} since]"
        paper.say(f"{one.n}  {one.written:%Y-%m-%d %H:%M}  {who} {one.deed}: {one.kind}{after}")
        paper.say(f"    {one.thing}")
        for each in one.fields:
            value = _value(edition, one.kind, each.field, each.value)
            before = _value(edition, one.kind, each.field, each.before)
            paper.say(f"    {each.field}: {value}" + (f" (before: {before})" if before else ""))
        if one.names:
            paper.say(f"    names: {', '.join(one.names)}")


@click.command("compare")
@_case
@click.argument("n", type=click.IntRange(0))
@click.argument("m", type=click.IntRange(0))
@vault_option
@json_option
def compare(
    case_id: str, n: int, m: int, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Show in what CASE differs between the entries N and M, as candlemark case history counts."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found = casefile.compare(vault.ledger, case_id, n, m)
    if as_json:
        paper.print_json({"case": case_id, "changed": found})
        return
    if not found:
        paper.say("Nothing differs.")
        return
    paper.print_table(
        ["what", "field", "before", "after"],
        [
            [
                f"{one.kind} {one.thing}",
                one.field,
                _value(edition, one.kind, one.field, one.before) or "–",
                _value(edition, one.kind, one.field, one.after) or "–",
            ]
            for one in found
        ],
    )


@click.command("as-of")
@_case
@click.argument("n", type=click.IntRange(0))
@vault_option
@json_option
def as_of(case_id: str, n: int, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show CASE as it stood after the entry N, as candlemark case history counts."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found = casefile.as_of(vault.ledger, case_id, n)
    told = casefile.account(found, edition, date.today())  # noqa: DTZ011 - where the person is
    if as_json:
        paper.print_json(told)
        return
    say_case(told, edition)


def _value(edition: Edition, kind: str, field: str, value: Any) -> str:
    """What a field says, in one line."""
    if isinstance(value, tuple):
        return "; ".join(filter(None, (_value(edition, kind, field, one) for one in value)))
    if isinstance(value, facts.Words | facts.Spelling):
        return " ".join(value.text.split()) + (f" ({value.language})" if value.language else "")
    if isinstance(value, Fact):
        said = (_value(edition, "", "", getattr(value, name)) for name in value.__struct_fields__)
        return ", ".join(filter(None, said))
    scheme = TERMS.get((getattr(facts, kind, Fact), field), "")
    if scheme and value in edition.scheme(scheme):
        return paper.label(edition.term(scheme, value).labels, value)
    return "" if value is None else str(value)


PAST = (show_history, compare, as_of)
"""The commands of this module."""
