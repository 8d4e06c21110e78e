"""Commands about keys: another passphrase, a key to take along, the recovery key.

A recovery key is made where no network is, on a machine that forgets: its shares are printed or
written once, and only their public halves are kept.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import click
import msgspec

from candlemark.cli import paper
from candlemark.cli.opening import find_passphrase, json_option, opened, vault_option
from candlemark.cli.people import confirm, say_proposal
from candlemark.cli.secret import drawn_passphrase, write_secret
from candlemark.errors import LedgerBroken, SettingRefused
from candlemark.ledger.files import read_whole
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.roster_facts import RecoverySet, encode, read_recovery
from candlemark.seal import RecoveryKey, fingerprint_words
from candlemark.seal.recovery import NEEDED, SHARES, join, split

_LIMIT = 8192
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("key")
def key_commands() -> None:
    """Passphrases, a member's key on its way to another machine, and the recovery key."""


@key_commands.command("passphrase")
@click.option("--new-passphrase-file", "new_file", type=_FILE, help="Write the new one here.")
@vault_option
def change_passphrase(new_file: Path | None, folder: Path, passphrase_file: Path | None) -> None:
    """Open the vault with another passphrase from now on.

    The keys stay the same: who copied the folder before, and knows the old passphrase, opens that
    copy for ever.
    """
    with opened(folder, passphrase_file) as vault:
        old = find_passphrase(folder, passphrase_file)
        with drawn_passphrase(new_file) as new:
            vault.change_passphrase(old, new)
    paper.say("The new passphrase opens the vault; the old one does not any more.")


@key_commands.command("export")
@click.argument("file", type=_FILE)
@vault_option
def export_key(file: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Write your key to FILE, to open this vault on another machine too: candlemark join.

    It stays behind your passphrase.
    """
    with opened(folder, passphrase_file) as vault:
        _write_new(file, vault.export_key())
    paper.say(f"Your key lies in {file}, behind your passphrase.")


@key_commands.group("recovery")
def recovery_commands() -> None:
    """The key that opens everything, and that nobody has alone."""


@recovery_commands.command("new")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def new_recovery(folder: Path, as_json: bool) -> None:
    """Make a recovery key: five shares, one file each in FOLDER, and its public halves.

    Do it on a machine without a network.  Give each share, on paper, to another person, in more
    than one country, and destroy the files: three of the five open everything, two learn nothing.
    """
    seed = secrets.token_bytes(32)
    public = folder / "recovery.public"
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise SettingRefused(
            "the folder for the shares cannot be made", hint="name a folder that is not there yet"
        ) from error
    for number, share in enumerate(split(seed), start=1):
        write_secret(folder / f"share-{number}.txt", share)
    halves = encode(public_halves(RecoveryKey(seed)))
    public.write_bytes(halves)
    words = fingerprint_words(halves)
    if as_json:
        paper.print_json({"folder": str(folder), "public": str(public), "words": words})
        return
    paper.say(f"{SHARES} shares lie in {folder}; any {NEEDED} of them are the key.")
    paper.say(f"Its public halves lie in {public}. Their words: {' '.join(words)}")
    paper.say("Print each share, hand each to another person, and destroy the files.")
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
def recover_vault(
    folder: Path, name: str, shares: tuple[Path, ...], passphrase_file: Path | None
) -> None:
    """Become an administrator of the vault in FOLDER with three shares of its recovery key.

    What was done is an entry of the ledger, for everybody to see.
    """
    key = RecoveryKey(join(_shares(shares)))
    with drawn_passphrase(passphrase_file) as passphrase:
        recover(folder, key, name, passphrase)
    paper.say("You open the vault now. Change what has to be changed: candlemark member list")


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


def _write_new(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
    except OSError as error:
        raise SettingRefused(
            "the file cannot be written",
            hint="name one that is not there yet",
        ) from error
