"""Commands of releases: draft, show, approve, publish, withdraw, list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import protect
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import needed
from candlemark.definition import Definition
from candlemark.publish import releases as floor
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.speaking import Speaker

if TYPE_CHECKING:
    from candlemark.ledger import Ledger
    from candlemark.publish import Table
    from candlemark.publish.releases import Draft, Releases

_FILE = click.Path(path_type=Path, dir_okay=False)
_TEXTS_LIMIT = 200_001
_number = click.argument("number", type=click.IntRange(min=1))


@click.group("release")
def release_commands() -> None:
    """Publish protected figures under a number: one person drafts, another approves."""


@release_commands.command()
@click.argument("texts", metavar="FILE", type=_FILE)
@click.option(
    "--table",
    "tables",
    multiple=True,
    required=True,
    metavar="NAME",
    help="In closed batches, release after release: entered/bias-grounds, stands, reached/charged,"
    " lasts/charged, steps; of a closed year, once: entered/bias-grounds@region+offences#2025 …",
)
@click.option(
    "--crosswalk",
    default="",
    metavar="CODE",
    help="Which agency's files; the cases entered by hand without it.",
)
@click.option("--from", "from_stage", default="", metavar="STAGE", help="Where cases enter.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The last day looked at.")
@click.option(
    "--policy",
    "policy_name",
    default=protect.HOUSE.name,
    metavar="NAME",
    help="The rules; the house's without it.",
)
@click.option("--corrects", type=click.IntRange(min=1), help="The release this one corrects.")
@vault_option
@json_option
def draft(
    texts: Path, folder: Path, passphrase_file: Path | None, as_json: bool, **asked: Any
) -> None:
    """Propose to publish figures, with the texts in FILE.

    FILE is TOML with a section for each tongue (en, az, ru, fa, tr), each with a title and a text.
    """
    said = floor.read_texts(needed(texts, _TEXTS_LIMIT))
    day = asked["as_of"]
    wish = floor.Wish(
        asked["crosswalk"], asked["tables"], asked["from_stage"], day.date() if day else None
    )
    with opened(folder, passphrase_file) as vault:
        made = floor.draft_whole(
            vault,
            Definition.load(),
            [wish],
            said,
            policy=asked["policy_name"],
            corrects=asked["corrects"] or 0,
        )
        tables = _tables(vault.ledger, made)
    _show(made, tables, as_json=as_json)
    if not as_json:
        paper.say()
        paper.say("Another member reads it and approves it:")
        paper.say(f"  candlemark release approve {made.id[:8]}")


@release_commands.command()
@click.argument("name", metavar="DRAFT")
@vault_option
@json_option
def show(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show what DRAFT would publish, to be read before it is approved."""
    with opened(folder, passphrase_file) as vault:
        found = floor.releases(vault.ledger).draft(name)
        tables = _tables(vault.ledger, found)
    _show(found, tables, as_json=as_json)


@release_commands.command()
@click.argument("name", metavar="DRAFT")
@vault_option
@json_option
def approve(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Agree that DRAFT is published; whoever drafted it cannot."""
    with opened(folder, passphrase_file) as vault:
        found = floor.approve_whole(vault, name, Definition.load())
    if as_json:
        paper.print_json({"draft": found.id, "digest": found.digest})
        return
    paper.say(f"Approved: {found.titles['en']}")
    paper.say("Publish it with:")
    paper.say(f"  candlemark release publish {found.id[:8]}")


@release_commands.command()
@click.argument("name", metavar="DRAFT")
@vault_option
@json_option
def publish(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Publish DRAFT, which another member approved, under the next number."""
    with opened(folder, passphrase_file) as vault:
        found = floor.publish_whole(vault, name, Definition.load())
    if as_json:
        paper.print_json({"release": found.number, "on": found.on, "draft": found.draft.id})
        return
    paper.say(f"Release {found.number} is published: {found.draft.titles['en']}")
    paper.say("Bring the site up to it with:")
    paper.say("  candlemark publish build --out DIR")


@release_commands.command()
@_number
@click.argument("reasons", metavar="FILE", type=_FILE)
@vault_option
@json_option
def withdraw(
    number: int, reasons: Path, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Stand by release NUMBER no longer, for the reasons in FILE.

    FILE is TOML with a section for each tongue, each with a reason.  The numbers are taken down
    when the site is built the next time; the reasons stand in their place.
    """
    said = floor.read_reasons(needed(reasons, _TEXTS_LIMIT))
    with opened(folder, passphrase_file) as vault:
        found = floor.withdraw(vault.ledger, number, said)
    if as_json:
        paper.print_json({"release": found.number, "reasons": said})
        return
    paper.say(f"Release {found.number} is withdrawn.  Take its numbers down with:")
    paper.say("  candlemark publish build --out DIR")


@release_commands.command("list")
@vault_option
@json_option
def list_releases(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List drafts and releases, and in how many cases consent was withdrawn since."""
    with opened(folder, passphrase_file) as vault:
        said = floor.releases(vault.ledger)
        rows = [
            {
                "release": one.number or None,
                "draft": one.id[:8],
                "state": _state(one, said),
                "drafted": one.on.date(),
                "tables": len(one.tables),
                "consent withdrawn": floor.withdrawn_consents(vault.ledger, one),
                "title": one.titles["en"],
            }
            for one in said.drafts
        ]
    if as_json:
        paper.print_json({"releases": rows, "faults": said.faults})
        return
    if not rows:
        paper.say("There is no release and no draft of one.")
    else:
        paper.print_table(list(rows[0]), [list(row.values()) for row in rows])
    for fault in said.faults:
        paper.say(str(fault))


def _state(draft: Draft, said: Releases) -> str:
    state = said.state(draft)
    if state is floor.State.CORRECTED:
        return f"corrected by {said.numbered(draft.number).corrected_by}"
    return state.value


def _tables(ledger: Ledger, draft: Draft) -> list[Table]:
    found = floor.tables(ledger, draft.tables)
    return [found[identity] for identity in draft.tables]


def _show(draft: Draft, tables: list[Table], *, as_json: bool) -> None:
    english = Speaker("en")
    told = [
        {
            "name": one.name,
            "identity": one.identity,
            "cells": len(one.cells),
            "suppressed": one.protection.suppressed,
            "says": sentence(one, english),
        }
        for one in tables
    ]
    if as_json:
        paper.print_json(
            {
                "draft": draft.id,
                "digest": draft.digest,
                "titles": draft.titles,
                "texts": draft.texts,
                "corrects": draft.corrects or None,
                "tables": told,
            }
        )
        return
    paper.say(f"Draft {draft.id[:8]}" + (f", corrects {draft.corrects}" if draft.corrects else ""))
    for tongue, title in draft.titles.items():
        paper.say(f"{tongue}: {title}")
        for line in draft.texts[tongue].splitlines():
            paper.say(f"    {line}")
    paper.say()
    for row in told:
        paper.say(f"{row['name']}: {row['says']}")
        paper.say(f"  {row['cells']} cells, {row['suppressed']} suppressed")
