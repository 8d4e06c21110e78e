"""Commands about the definition: show, export."""

from __future__ import annotations

import sys

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option
from candlemark.definition import Definition, to_jsonld, to_turtle


@click.group("definition")
def definition_commands() -> None:
    """The one shared definition: its schemes, terms and notes."""


@definition_commands.command()
@click.argument("scheme", default="")
@click.argument("term", default="")
@click.option("--edition", "edition_code", default="2026.1", show_default=True)
@json_option
def show(scheme: str, term: str, edition_code: str, as_json: bool) -> None:
    """Show the schemes; the terms of a SCHEME; or all about one TERM of it."""
    edition = Definition.load(edition_code)
    if term:
        found = edition.term(scheme, term)
        if as_json:
            paper.print_json(found)
            return
        paper.say(f"{paper.label(found.labels)} ({scheme}/{term}, edition {edition.code})")
        paper.say(found.notes["en"])
        paper.say(f"Source: {found.source}")
        paper.print_table(["tongue", "label"], list(found.labels.items()))
    elif scheme:
        chosen = edition.scheme(scheme)
        if as_json:
            paper.print_json(chosen)
            return
        paper.say(f"{paper.label(chosen.labels)}: {chosen.notes['en']}")
        paper.print_table(
            ["code", "label", "part of"],
            [[each.code, paper.label(each.labels), each.broader] for each in chosen.terms],
        )
    else:
        if as_json:
            paper.print_json(edition)
            return
        paper.say(f"Edition {edition.code}, fingerprint {edition.fingerprint}")
        paper.print_table(
            ["scheme", "terms", "what it names"],
            [[each.code, len(each.terms), paper.label(each.labels)] for each in edition.schemes],
        )


@definition_commands.command()
@click.option("--format", "form", type=click.Choice(["skos", "skos-jsonld"]), default="skos")
@click.option("--edition", "edition_code", default="2026.1", show_default=True)
def export(form: str, edition_code: str) -> None:
    """Print the definition as SKOS: Turtle (skos) or JSON-LD (skos-jsonld)."""
    edition = Definition.load(edition_code)
    sys.stdout.write(to_turtle(edition) if form == "skos" else to_jsonld(edition))
