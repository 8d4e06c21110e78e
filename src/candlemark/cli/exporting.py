"""``ledger export``: a vault for a lawyer or a court, who check it without this program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.secret import write_secret
from candlemark.errors import SettingRefused, Stopped
from candlemark.ledger.exporting import VERIFIER
from candlemark.seal import new_passphrase

if TYPE_CHECKING:
    from candlemark.ledger.exporting import Disclosure, Export


@click.command()
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@vault_option
@click.option("--compartment", "names", multiple=True, help="Let its holder read this one too.")
@click.option(
    "--new-passphrase-file",
    "words_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the passphrase of the export to this new file; else it is shown once.",
)
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@json_option
def export(
    target: Path,
    folder: Path,
    passphrase_file: Path | None,
    names: tuple[str, ...],
    words_file: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Write the vault to FOLDER for a lawyer or a court, with a program that checks it.

    Everything sealed goes along sealed.  A passphrase made for this export opens the keys of the
    compartments you name, and of meta: who the members are, and who wrote which entry when.  What
    will be readable is shown first.  No key that signs, and none that opens this vault, is in it.
    """
    if as_json and words_file is None:
        raise SettingRefused(
            "a passphrase is not printed into a document",
            hint="say where it is to be kept: --new-passphrase-file FILE",
        )
    with opened(folder, passphrase_file) as vault:
        discloses, others = vault.exporting.disclosures(names)
        _show(discloses, others)
        if not yes:
            if not sys.stdin.isatty():
                raise SettingRefused(
                    "there is no terminal to ask at", hint="say it with --yes, once you are sure"
                )
            if not click.confirm("Hand this over?", err=True):
                raise Stopped("nothing was handed over", hint="name fewer compartments")
        passphrase = new_passphrase()
        if words_file is not None:
            write_secret(words_file, passphrase)
        try:
            done = vault.exporting.export(target, names, passphrase)
        except BaseException:
            if words_file is not None:  # it would look like the key to something
                words_file.unlink(missing_ok=True)
            raise
    if as_json:
        paper.print_json(done)
        return
    _say(done, target)
    if words_file is None:
        paper.say("This passphrase opens it. It is shown once. Hand it over apart from the folder:")
        click.secho(f"    {passphrase}", bold=True)
    else:
        paper.say(f"Its passphrase lies in {words_file}. Hand it over apart from the folder.")


def _show(discloses: tuple[Disclosure, ...], others: int) -> None:
    """What the holder will read, before anything is written; beside a document, never in it."""
    paper.aside("Whoever holds this export and its passphrase reads, for ever:")
    for one in discloses:
        what = f"{one.parts:,} parts under {one.epochs} keys"
        if one.persons:
            what += f", about {one.persons:,} persons"
        if one.compartment == "meta":
            what += "; the names of the members, and who wrote which entry when"
        paper.aside(f"  {one.compartment}: {what}")
    paper.aside(f"{others:,} parts go along and stay sealed.")
    paper.aside("The present keys are among these: what is written next opens with them too, for")
    paper.aside(
        "whoever gets hold of it. Change the keys afterwards: candlemark compartment rotate"
    )


def _say(done: Export, target: Path) -> None:
    paper.say(f"{done.size:,} entries were written to {target}.")
    paper.say(f"Root: {done.root}")
    paper.say(f"{VERIFIER} in it has the SHA-256 {done.verifier}.")
    paper.say("Give root and hash to the other side by a way of their own; how they check it:")
    paper.say(f"  python -m pip install PyNaCl; python {target / VERIFIER} {target}")
