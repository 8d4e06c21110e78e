"""Commands about keys: recovery, passphrase, export, freeze, thaw.

Whatever must not be read by everybody at this machine is asked without echo, or lies in a file that
only its owner can read.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from candlemark.cli import paper
from candlemark.cli.members import thaw
from candlemark.cli.opening import (
    find_passphrase,
    json_option,
    opened,
    opened_with,
    vault_option,
)
from candlemark.cli.people import confirm, name_of, say_proposal, yes_option
from candlemark.cli.recovery_files import read_recovery_file, recovery_line, shares_from
from candlemark.cli.secret import drawn_passphrase, write_private, write_secret
from candlemark.errors import SettingRefused
from candlemark.ledger import Vault
from candlemark.ledger.recovering import public_halves
from candlemark.ledger.recovering import recover as recover_vault
from candlemark.seal import RecoveryKey, fingerprint_words
from candlemark.seal.recovery import NEEDED, SHARE_WORDS, SHARES, join, split

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("key")
def key_commands() -> None:
    """Your own keys, and the recovery key that three of five people hold together."""


@key_commands.group("recovery")
def recovery_commands() -> None:
    """The key that opens a vault when nobody is left who can.

    Make it on a machine that is on no network.
    """


@recovery_commands.command("new")
@click.argument("public_file", metavar="FILE", type=FILE)
@click.option("--shares", "folder", type=FOLDER, help="Write the shares to files in this folder.")
@json_option
def new(public_file: Path, folder: Path | None, as_json: bool) -> None:
    """Make a recovery key: five shares, and its public FILE for the vault.

    Any three of the shares open everything in the vault; two tell nothing.  Nobody keeps the key
    itself.  Without --shares they are shown one after another, each to the person it is for.
    """
    if public_file.exists():
        raise SettingRefused("the public file is there already", hint="name another one")
    if folder is None and as_json:
        raise SettingRefused(
            "shares are not part of a document", hint="let them be written: --shares FOLDER"
        )
    seed = secrets.token_bytes(32)
    public = public_halves(RecoveryKey(seed))
    shares = split(seed)
    written = _write_shares(folder, shares) if folder is not None else _show_shares(shares)
    try:
        with public_file.open("x", encoding="ascii") as file:
            file.write(recovery_line(public) + "\n")
    except OSError as error:
        for path in written:
            path.unlink()
        raise SettingRefused(
            "the public file cannot be written there", hint="name a file in a folder of yours"
        ) from error
    words = fingerprint_words(public.receiving)
    if as_json:
        paper.print_json(
            {"public": str(public_file), "shares": [str(one) for one in written], "words": words}
        )
        return
    paper.say(f"The public half of the recovery key lies in {public_file}. It opens nothing.")
    paper.say("A new vault takes it with: candlemark init DIR --recovery FILE")
    paper.say("One that is there: candlemark key recovery set FILE --vault DIR")
    paper.say(f"Its six words, to compare where it is set: {' '.join(words)}")
    if written:
        paper.say(f"The {SHARES} shares lie in {folder}: copy each to paper, destroy the files.")
    paper.say(f"Give each share to another person, in two countries at least. {NEEDED} together")
    paper.say("open everything; two tell nothing. Try it every six months with a copy of a vault.")


def _write_shares(folder: Path, shares: tuple[str, ...]) -> list[Path]:
    paths = [folder / f"share-{number}-of-{SHARES}.txt" for number in range(1, SHARES + 1)]
    written: list[Path] = []
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, share in zip(paths, shares, strict=True):
            write_secret(path, share)
            written.append(path)
    except (OSError, SettingRefused) as error:
        for path in written:
            path.unlink()
        raise SettingRefused(
            "the shares cannot be written there; no recovery key was made",
            hint="name a folder that is not there yet, in a folder of yours",
        ) from error
    return written


def _show_shares(shares: tuple[str, ...]) -> list[Path]:
    """One screen for each person, who turns the page when the words are on paper."""
    confirm(f"{SHARES} shares are shown, each once. Is each person ready to write?", yes=False)
    for number, share in enumerate(shares, start=1):
        click.clear()
        words = share.split()
        click.echo(f"Share {number} of {SHARES}, {SHARE_WORDS} words; write them by hand:\n")
        for start in range(0, len(words), 6):
            row = words[start : start + 6]
            line = "  ".join(f"{place:2} {word}" for place, word in enumerate(row, start + 1))
            click.echo(f"    {line}")
        click.prompt("\nWhen it is on paper, press Enter", default="", show_default=False, err=True)
        click.clear()
    return []


@recovery_commands.command("set")
@click.argument("public_file", metavar="FILE", type=FILE)
@yes_option
@vault_option
@json_option
def set_recovery(
    public_file: Path, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Propose that the recovery key of FILE is the one of this vault.

    From then on three of its five shares open everything in it.  What was wrapped for an earlier
    one stays in copies of the vault that somebody has.
    """
    recovery = read_recovery_file(public_file)
    with opened(folder, passphrase_file) as vault:
        paper.aside(f"Its six words: {' '.join(fingerprint_words(recovery.receiving))}")
        paper.aside("Whoever puts three of its shares together can read everything.")
        confirm("Are these the words that were shown when it was made?", yes=yes)
        say_proposal(vault, vault.members.propose([recovery]), as_json=as_json)


@key_commands.command("recover")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", required=True, help="What the other members will call you.")
@click.option("--share", "files", type=FILE, multiple=True, help="A file with a share; 3 times.")
@click.option(
    "--passphrase-file",
    type=FILE,
    help="Write the new passphrase to this file; read it when the file exists.",
)
@json_option
def recover(
    folder: Path, name: str, files: tuple[Path, ...], passphrase_file: Path | None, as_json: bool
) -> None:
    """Open the vault in DIR again with three shares of its recovery key.

    You become an administrator with new keys, who reads everything.  That this happened stands in
    the ledger for every member to see.
    """
    Vault.peek(folder)
    key = RecoveryKey(join(shares_from(files)))
    with drawn_passphrase(passphrase_file) as passphrase:
        recover_vault(folder, key, name, passphrase)
        with opened_with(folder, passphrase) as vault:
            code = vault.members.me.code
            others = [one for one in vault.members.roster().administrators if one.code != code]
    if as_json:
        paper.print_json({"code": code, "administrators": [one.code for one in others]})
        return
    paper.say(f"You are an administrator; open the vault with --member {code}.")
    for one in others:
        paper.say(f"{name_of(one)} ({one.code}) is still one; if they are lost, remove them.")
    paper.say("Three shares were together: make a new recovery key and set it.")


@key_commands.command("passphrase")
@click.option(
    "--new-passphrase-file",
    "new_file",
    type=FILE,
    help="Write the new passphrase to this file; read it when the file exists.",
)
@vault_option
@json_option
def passphrase(
    new_file: Path | None, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Let another passphrase open what you open here.

    A copy of the folder that somebody made before opens with the old one for ever.  If that may
    have happened, ask to be taken in again with new keys.
    """
    old = find_passphrase(folder, passphrase_file)
    with opened_with(folder, old) as vault, drawn_passphrase(new_file) as changed:
        vault.change_passphrase(old, changed)
        code = vault.members.me.code
    if as_json:
        paper.print_json({"code": code, "changed": True})
        return
    paper.say("The old passphrase opens nothing here any more.")
    paper.say("Earlier copies and backups of this folder still open with it.")


@key_commands.command("export")
@click.argument("target", metavar="FILE", type=FILE)
@vault_option
@json_option
def export(target: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write your key to FILE, to join the same vault on another machine.

    It opens with the passphrase you open this one with, and holds nothing else.
    """
    with opened(folder, passphrase_file) as vault:
        content, code = vault.export_key(), vault.members.me.code
    write_private(target, content, "the key")
    if as_json:
        paper.print_json({"code": code, "key": str(target)})
        return
    paper.say(f"Your key lies in {target}, behind your passphrase.")
    paper.say("Take it to the other machine yourself, and destroy the file afterwards:")
    paper.say(f"  candlemark join FOLDER DIR --key {target.name}")


@key_commands.command("freeze")
@click.argument("code", metavar="[MEMBER]", required=False, default="")
@yes_option
@vault_option
@json_option
def freeze(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Destroy here what a member opens the vault with, until administrators thaw them.

    Without MEMBER it is you, before a journey, and it is done at once.  Somebody else is frozen
    when a second member asks it.  Copies on other machines are frozen when they next pull.
    """
    with opened(folder, passphrase_file) as vault:
        me = vault.members.me
        member = vault.members.find(code) if code else me
        own = member.kid == me.kid
        question = "Freeze yourself? Your passphrase opens nothing here from then on."
        confirm(question if own else f"Freeze {name_of(member)}?", yes=yes)
        frozen = vault.members.freeze(member)
    if as_json:
        paper.print_json({"code": member.code, "frozen": frozen})
    elif frozen:
        paper.say(f"{'You open' if own else name_of(member) + ' opens'} nothing here any more.")
        paper.say(f"Administrators thaw: candlemark key thaw {member.code}")
    else:
        paper.say(f"A second member has to ask the same: candlemark key freeze {member.code}")


key_commands.add_command(thaw)
