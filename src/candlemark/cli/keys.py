"""Commands about keys: another passphrase, a key to take along, the recovery key.

A recovery key is made where no network is, on a machine that forgets: its shares are printed or
written once, and only their public halves are kept.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click
import msgspec

from candlemark.cli import paper
from candlemark.cli.factors import totp_commands
from candlemark.cli.members import thaw
from candlemark.cli.opening import (
    find_passphrase,
    json_option,
    opened,
    opened_with,
    vault_option,
)
from candlemark.cli.people import confirm, name_of, say_proposal, yes_option
from candlemark.cli.secret import drawn_passphrase, write_private, write_secret
from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger import Vault
from candlemark.ledger.files import read_whole
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.roster_facts import RecoverySet, encode, read_recovery
from candlemark.seal import RecoveryKey, fingerprint_words
from candlemark.seal.recovery import NEEDED, SHARE_WORDS, SHARES, join, split

_LIMIT = 8192
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("key")
def key_commands() -> None:
    """Passphrases, a member's key on its way to another machine, and the recovery key."""


@key_commands.command("passphrase")
@click.option("--new-passphrase-file", "new_file", type=_FILE, help="Write the new one here.")
@vault_option
@json_option
def change_passphrase(
    new_file: Path | None, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Open the vault with another passphrase from now on.

    The keys stay the same: who copied the folder before, and knows the old passphrase, opens that
    copy for ever.
    """
    old = find_passphrase(folder, passphrase_file)
    with opened_with(folder, old) as vault, drawn_passphrase(new_file) as new:
        vault.change_passphrase(old, new)
        code = vault.members.me.code
    if as_json:
        paper.print_json({"code": code, "changed": True})
        return
    paper.say("The new passphrase opens the vault; the old one does not any more.")
    paper.say("Earlier copies and backups of this folder still open with the old one.")


@key_commands.command("export")
@click.argument("file", type=_FILE)
@vault_option
@json_option
def export_key(file: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write your key to FILE, to open this vault on another machine too: candlemark join.

    It stays behind your passphrase.
    """
    with opened(folder, passphrase_file) as vault:
        write_private(file, vault.export_key(), "the key")
        code = vault.members.me.code
    if as_json:
        paper.print_json({"code": code, "key": str(file)})
        return
    paper.say(f"Your key lies in {file}, behind your passphrase. Destroy the file once you joined.")


@key_commands.group("recovery")
def recovery_commands() -> None:
    """The key that opens everything, and that nobody has alone."""


@recovery_commands.command("new")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--show", is_flag=True, help="Show the shares one after another; write no file.")
@json_option
def new_recovery(folder: Path, show: bool, as_json: bool) -> None:
    """Make a recovery key: five shares, one file each in FOLDER, and its public halves.

    Do it on a machine without a network.  Give each share, on paper, to another person, in more
    than one country, and destroy the files: three of the five open everything, two learn nothing.
    """
    if show:
        confirm(f"{SHARES} shares are shown, once each. Are the people ready to write?", yes=False)
    seed = secrets.token_bytes(32)
    public = folder / "recovery.public"
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise SettingRefused(
            "the folder for the shares cannot be made", hint="name a folder that is not there yet"
        ) from error
    for number, share in enumerate(split(seed), start=1):
        if show:
            _show(number, share)
        else:
            write_secret(folder / f"share-{number}.txt", share)
    halves = encode(public_halves(RecoveryKey(seed)))
    public.write_bytes(halves)
    words = fingerprint_words(halves)
    if as_json:
        paper.print_json({"folder": str(folder), "public": str(public), "words": words})
        return
    if not show:
        paper.say(f"{SHARES} shares lie in {folder}; any {NEEDED} of them are the key.")
    paper.say(f"Its public halves lie in {public}. Their words: {' '.join(words)}")
    if not show:
        paper.say("Print each share, hand each to another person, and destroy the files.")
    paper.say("Try it every six months, with a copy of the vault and three of the people.")
    paper.say(f"Then: candlemark init DIR --recovery {public}")
    paper.say(f"or, for a vault that is there: candlemark key recovery set {public}")


@recovery_commands.command("set")
@click.argument("public", type=_FILE)
@click.option("--words", default="", help="The words `key recovery new` printed; for scripts.")
@vault_option
@json_option
def set_recovery(
    public: Path, words: str, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Let the recovery key whose public halves are in PUBLIC open this vault."""
    recovery = read_public(public)
    expected = fingerprint_words(encode(recovery))
    with opened(folder, passphrase_file) as vault:
        paper.aside("Whoever holds three of its shares will be able to read everything.")
        paper.aside(f"The words of this key: {' '.join(expected)}")
        if words and tuple(words.lower().split()) != expected:
            raise SettingRefused(
                "these are not the words of this key; nothing was changed",
                hint="compare with what was printed when the key was made",
            )
        confirm("Are these the words that were printed?", yes=bool(words))
        say_proposal(vault, vault.members.propose([recovery]), as_json=as_json)


@key_commands.command("recover")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", required=True, help="What the other members will call you.")
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=_FILE,
    help="A file with a share; three times. Without it the shares are asked for.",
)
@click.option("--passphrase-file", type=_FILE, help="Write the new passphrase to this file.")
@json_option
def recover_vault(
    folder: Path,
    name: str,
    shares: tuple[Path, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Become an administrator of the vault in FOLDER with three shares of its recovery key.

    What was done is an entry of the ledger, for everybody to see.
    """
    Vault.peek(folder)
    key = RecoveryKey(join(_shares(shares)))
    with drawn_passphrase(passphrase_file) as passphrase:
        recover(folder, key, name, passphrase)
        with opened_with(folder, passphrase) as vault:
            code = vault.members.me.code
            others = [one for one in vault.members.roster().administrators if one.code != code]
    if as_json:
        paper.print_json({"code": code, "administrators": [one.code for one in others]})
        return
    paper.say(f"You are an administrator. Open the vault with --member {code}.")
    for one in others:
        paper.say(f"{name_of(one)} ({one.code}) is one too. If they are lost: member remove")
    paper.say("Three shares were together: make a new recovery key, and set it.")


@key_commands.command("freeze")
@click.argument("code", metavar="[MEMBER]", required=False, default="")
@yes_option
@vault_option
@json_option
def freeze(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Destroy here what a member opens the vault with, until administrators thaw them.

    Without MEMBER it is you, before a journey, and it is done at once.  Somebody else is frozen
    when a second member asks it.  Other places follow when they next pull.
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


@key_commands.command("destroy")
@click.argument("codes", metavar="KEY...", nargs=-1, required=True)
@yes_option
@vault_option
@json_option
def destroy_strange(
    codes: tuple[str, ...], yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Destroy here a key that is wrapped for somebody who is, and was, no member.

    KEY is what `ledger verify` or `doctor` names, or how it begins.  The keys of members stay.
    Keep a copy of the folder before: it shows what was done to you.
    """
    with opened(folder, passphrase_file) as vault:
        confirm("Destroy these keys of strangers here? There is no way back.", yes=yes)
        gone = vault.members.destroy_strange(codes)
        left = len(vault.members.strange_keys())
    named = sorted({one.compartment for one in gone} - {""})
    if as_json:
        keys = [
            {"key": one.code, "holder": one.holder.hex(), "compartment": one.compartment}
            for one in gone
        ]
        paper.print_json({"destroyed": keys, "left": left, "rotate": named})
        return
    for one in gone:
        paper.say(f"Destroyed: key {one.code}, wrapped for {one.holder.hex()}")
    paper.say("Earlier copies and backups of this folder still hold what was destroyed.")
    for name in named:
        paper.say(f"Whoever had this key reads {name}: candlemark compartment rotate {name}")
    if left:
        paper.say(f"Further keys are wrapped for strangers: {left:,}. candlemark ledger verify")


key_commands.add_command(thaw)
key_commands.add_command(totp_commands)


def read_public(path: Path) -> RecoverySet:
    """The public halves of a recovery key in a file.

    Raises:
        SettingRefused: there is no such file.
        LedgerBroken: they are not in it.
    """
    stored = read_whole(path, _LIMIT)
    if stored is None:
        raise SettingRefused("there is no such file", hint="name the file recovery.public")
    recovery = read_recovery(stored) if len(stored) <= _LIMIT else None
    if recovery is None or msgspec.msgpack.encode(recovery) != stored:
        raise LedgerBroken(
            "these are not the public halves of a recovery key",
            hint="name the file recovery.public that `key recovery new` wrote",
        )
    return recovery


def _shares(files: tuple[Path, ...]) -> list[str]:
    if not files and not sys.stdin.isatty():
        raise SettingRefused(
            f"{NEEDED} shares are needed, and there is no terminal to ask at",
            hint="name a file for each: --share FILE --share FILE --share FILE",
        )
    if not files:
        return [
            click.prompt(f"Share {number} of {NEEDED}", hide_input=True, err=True)
            for number in range(1, NEEDED + 1)
        ]
    found = []
    for file in files:
        stored = read_whole(file, _LIMIT)
        if stored is None:
            raise SettingRefused("there is no such share file", hint="name three files of shares")
        found.append(stored.decode("utf-8", "replace"))
    return found


def _show(number: int, share: str) -> None:
    """One share on one screen, until it is on paper."""
    click.clear()
    click.echo(f"Share {number} of {SHARES}, {SHARE_WORDS} words; write them by hand:\n")
    words = share.split()
    for start in range(0, len(words), 6):
        row = enumerate(words[start : start + 6], start + 1)
        click.echo("    " + "  ".join(f"{place:2} {word}" for place, word in row))
    click.prompt("\nWhen it is on paper, press Enter", default="", show_default=False, err=True)
    click.clear()
