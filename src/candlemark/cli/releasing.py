"""Commands of releases: draft, show, approve, publish, withdraw, list."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, measure, protect
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import needed
from candlemark.definition import Definition
from candlemark.measure.log import Ask
from candlemark.publish import releases as floor
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.turning import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.publish import Table
    from candlemark.publish.releases import Draft, Published

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
    edition, crosswalk = Definition.load(), asked["crosswalk"]
    with opened(folder, passphrase_file) as vault:
        upto = vault.ledger.size
        study = measure.study(vault.ledger, edition, crosswalk, vault_name=vault.name)
        day = asked["as_of"]
        ask = Ask(from_state=asked["from_stage"], as_of=day.date() if day else None)
        code, figures = floor.close_batch(
            vault.ledger,
            protect.Source.of_study(study, ask),
            protect.wanted(asked["tables"]),
            protect.policy_named(vault.ledger, asked["policy_name"]),
        )
        made = floor.draft(
            vault.ledger,
            figures,
            said,
            edition=edition,
            crosswalks=_crosswalks(vault.ledger, [crosswalk], edition),
            upto=upto,
            corrects=asked["corrects"] or 0,
            batches=(code,),
        )
        tables = _tables(vault.ledger, made)
    _show(made, tables, as_json=as_json)
    if not as_json:
        paper.say()
        paper.say("Another member reads it and approves it:")
        paper.say(f"  candlemark release approve {made.id[:8]}")


def _crosswalks(ledger: Ledger, codes: Iterable[str], edition: Edition) -> dict[str, Crosswalk]:
    return {code: agency.crosswalk_of(ledger, code, edition) for code in codes if code}


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
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        for code in floor.releases(vault.ledger).draft(name).batches:
            _approve_batch(vault, protect.release_named(vault.ledger, code), edition)
        found = floor.approve(vault.ledger, name, vault.members.me.kid)
    if as_json:
        paper.print_json({"draft": found.id, "digest": found.digest})
        return
    paper.say(f"Approved: {found.titles['en']}")
    paper.say("Publish it with:")
    paper.say(f"  candlemark release publish {found.id[:8]}")


def _approve_batch(vault: Vault, one: protect.Release, edition: Edition) -> None:
    """Approve a batch that waits, once every case in it may still be counted."""
    if one.state is protect.State.APPROVED:
        return
    said = one.said
    study = measure.study(vault.ledger, edition, said.cohort, vault_name=vault.name)
    ask = Ask(from_state=said.from_stage, as_of=date.fromisoformat(said.as_of))
    protect.approve_release(vault, one, protect.Source.of_study(study, ask))


@release_commands.command()
@click.argument("name", metavar="DRAFT")
@vault_option
@json_option
def publish(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Publish DRAFT, which another member approved, under the next number."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        draft_ = floor.releases(vault.ledger).draft(name)
        codes = {one.agency.code for one in _tables(vault.ledger, draft_)} - {BY_HAND}
        crosswalks = _crosswalks(vault.ledger, sorted(codes), edition)
        found = floor.publish(vault, name, edition, crosswalks)
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
        numbered = {one.draft.id: one for one in said.published}
        rows = [
            {
                "release": one.number or None,
                "draft": one.id[:8],
                "state": _state(one, numbered.get(one.id)),
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


def _state(draft: Draft, published: Published | None) -> str:
    if published is None:
        return "approved" if draft.approved_by else "drafted"
    if published.withdrawn is not None:
        return "withdrawn"
    if published.corrected_by:
        return f"corrected by {published.corrected_by}"
    return "published"


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
