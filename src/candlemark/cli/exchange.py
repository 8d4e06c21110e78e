"""Commands by which a vault stands in several places: share, join, pull, replica, quarantine."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.cards import write_card
from candlemark.cli.opening import (
    KINDS,
    chosen_member,
    find_passphrase,
    json_option,
    opened,
    opened_with,
    read_passphrase,
    vault_option,
)
from candlemark.cli.outside import FILE, FOLDER, KeyType, needed, public_option
from candlemark.cli.people import confirm, say_proposal, shown, yes_option
from candlemark.cli.secret import drawn_passphrase
from candlemark.cli.settling import carried_out, replica_names, say_settled, settled
from candlemark.errors import CandlemarkError, SettingRefused
from candlemark.ledger.cards import applicant
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.fetching import Source, is_address
from candlemark.ledger.genesis import log_name
from candlemark.ledger.joining import join as join_vault
from candlemark.ledger.member_key import KEY_LIMIT
from candlemark.ledger.pulling import QUARANTINE
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.sharing import note_key
from candlemark.ledger.taking import find_quarantined, quarantined, take_from
from candlemark.seal import PublicKey, fingerprint_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.ledger.joining import Joined
    from candlemark.ledger.taking import Quarantined
    from candlemark.seal import NoteKey

_LEAF_LIMIT = 1 << 17


@click.command()
@click.argument("target", metavar="FOLDER", type=FOLDER)
@vault_option
@json_option
def share(target: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring FOLDER (a stick, a web server's folder) up to this vault, for its other places.

    Everything in it is sealed or signed.  Whoever finds it learns how many entries there are, how
    large, and for how many holders keys are wrapped.  What was erased is removed from it.
    """
    with opened(folder, passphrase_file) as vault:
        erased = carried_out(vault)
        done = vault.share(target)
    if as_json:
        paper.print_json({**paper.plain(done), "erased": erased})
        return
    say_settled(None, erased)
    paper.say(f"{done.size:,} entries and {done.wraps:,} wrapped keys are in {target}.")
    if done.removed:
        paper.say(f"{done.removed:,} parts that were erased are removed from it.")
    paper.say(f"There: candlemark pull {target} --vault DIR")


@click.command()
@click.argument("source", metavar="FOLDER", type=FOLDER)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--name", default="", help="A new person: what the other members will call you.")
@click.option("--key", "key_file", type=FILE, help="A member: what candlemark key export wrote.")
@click.option(
    "--card",
    "card_file",
    type=FILE,
    default=Path("candlemark-card.txt"),
    show_default=True,
    help="A new person: write your card to this file.",
)
@click.option(
    "--passphrase-file",
    type=FILE,
    help="A new person: write the new passphrase here.  A member: read it here.",
)
@json_option
def join(
    source: Path,
    folder: Path,
    name: str,
    key_file: Path | None,
    card_file: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Make another place of the vault shared in FOLDER, at DIR, with a log of its own.

    It opens nothing, and what it says counts nowhere, before administrators at another place took
    in your card and added its log.
    """
    if bool(name) == (key_file is not None):
        raise SettingRefused(
            "either a name or a key is needed",
            hint="a new person: --name NAME; a member already: --key FILE",
        )
    if name and card_file.exists():
        raise SettingRefused(
            "the file for the card is there already", hint="name another one: --card FILE"
        )
    key = b"" if key_file is None else needed(key_file, KEY_LIMIT)
    with _words(passphrase_file, new=bool(name)) as passphrase:
        joined = join_vault(source, folder, passphrase, name=name, key=key)
        if joined.card is not None:
            write_card(card_file, joined.card)
    log = note_key(joined.log_name, PublicKey(joined.log))
    if as_json:
        document: dict[str, object] = {"log": str(log), "log_words": fingerprint_words(joined.log)}
        if joined.card is not None:
            document |= {"card": str(card_file), "words": _card_words(joined)}
        paper.print_json(document)
        return
    paper.say(f"A place of the vault was made in {folder}. It opens nothing yet.")
    if joined.card is not None:
        paper.say(f"Hand {card_file} to an administrator, and read them these words by voice:")
        paper.say(f"    {' '.join(_card_words(joined))}")
    paper.say("Hand them the key of its log too, with its words:")
    paper.say(f"    {log}")
    paper.say(f"    {' '.join(fingerprint_words(joined.log))}")
    paper.say("They run, at their place, and share the vault again:")
    if joined.card is not None:
        paper.say(f"  candlemark member add {card_file.name} --vault DIR")
    paper.say("  candlemark replica add LOG --label WHERE --vault DIR")
    paper.say(f"Then, here: candlemark pull FOLDER --vault {folder}")


def _card_words(joined: Joined) -> tuple[str, ...]:
    vault = bytes.fromhex(joined.log_name.split("/")[1])
    return () if joined.card is None else applicant(joined.card, vault).words


@contextmanager
def _words(file: Path | None, *, new: bool) -> Iterator[str]:
    """A new passphrase, or the one a member has."""
    if new:
        with drawn_passphrase(file) as drawn:
            yield drawn
    elif file is not None:
        yield read_passphrase(file)
    else:
        yield click.prompt("Passphrase", hide_input=True, err=True)


@click.command()
@click.argument("source", metavar="FOLDER|URL")
@click.option("--token-file", type=FILE, help="A URL: send the token in this file.")
@click.option("--root", type=FILE, help="A URL: the server's root certificate, in PEM.")
@vault_option
@json_option
def pull(
    source: str,
    token_file: Path | None,
    root: Path | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Take what is new in what another place shared: all of it that holds, or nothing.

    What is refused lies in quarantine with the reason.  Then everything that follows is done here:
    keys for new members, locks of those who left, erasures that were agreed to.
    """
    passphrase = find_passphrase(folder, passphrase_file)
    place = _source(source, token_file, root)
    with paper.progress("reading what is shared") as tell:
        told = None if tell is None else lambda done, size: tell(min(done / max(size, 1), 1), "")
        pulled = take_from(folder, passphrase, place, KINDS, member=chosen_member(), progress=told)
    with opened_with(folder, passphrase) as vault:
        after, erased = settled(vault), carried_out(vault)
    if as_json:
        refused = [
            {"leaf": one.hash.hex(), "why": one.why, "alarm": one.alarm} for one in pulled.refused
        ]
        paper.print_json(
            {
                "log": pulled.log,
                "size": pulled.size,
                "taken": pulled.taken,
                "keys": pulled.keys,
                "refused": refused,
                "settled": after,
                "erased": erased,
            }
        )
        return
    paper.say(f"{pulled.taken:,} entries and {pulled.keys:,} wrapped keys were taken.")
    if pulled.refused:
        paper.say(f"{len(pulled.refused):,} entries were refused: candlemark quarantine list")
    if any(one.alarm for one in pulled.refused):
        paper.say("A device signed two histories: somebody has a copy of it. Ask its owner.")
    say_settled(after, erased)


def _source(source: str, token_file: Path | None, root: Path | None) -> Path | Source:
    if not is_address(source):
        if token_file is not None or root is not None:
            raise SettingRefused(
                "a folder needs no token and no certificate", hint="leave them out, or name a URL"
            )
        return Path(source)
    token = "" if token_file is None else needed(token_file, 4096).decode("utf-8", "replace")
    return Source(source, token.strip(), None if root is None else needed(root, 1 << 20))


@click.group("replica")
def replica_commands() -> None:
    """The places where this vault stands, each with a log of its own."""


@replica_commands.command("list")
@vault_option
@json_option
def list_replicas(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the logs of this vault, and which have not said that they carried out an erasure."""
    with opened(folder, passphrase_file) as vault:
        names = replica_names(vault)
        roster = vault.members.roster()
        agreed = [one for one in roster.erasures if one.agreed is not None]
        open_at = {
            key: [one.code for one in agreed if key in vault.erasing.without_receipt(one)]
            for key in roster.logs
        }
        vault_id = bytes.fromhex(vault.id)
    keys = {raw: note_key(log_name(vault_id, PublicKey(raw)), PublicKey(raw)) for raw in open_at}
    if as_json:
        paper.print_json(
            [
                {"log": str(keys[raw]), "label": names[raw], "erasures_without_receipt": waiting}
                for raw, waiting in open_at.items()
            ]
        )
        return
    paper.print_table(
        ["place", "log", "erasures without receipt"],
        [
            [shown(names[raw]), keys[raw].name.rsplit("/", 1)[-1], len(waiting)]
            for raw, waiting in open_at.items()
        ],
    )


@replica_commands.command("add")
@click.argument("log", metavar="LOG", type=KeyType())
@click.option("--label", required=True, help="What this place is called, for the members.")
@yes_option
@vault_option
@json_option
def add(
    log: NoteKey,
    label: str,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Propose that what stands in LOG (its key, or a file of it) counts in this vault."""
    with opened(folder, passphrase_file) as vault:
        if log.name != log_name(bytes.fromhex(vault.id), log.public):
            raise SettingRefused(
                "this log is not one of this vault",
                hint="take the line that candlemark join printed at the other place",
            )
        paper.aside(f"The six words of this log: {' '.join(fingerprint_words(log.public.raw))}")
        confirm("Did the person at the other place read you these words?", yes=yes)
        change = LogAdded(log.public.raw, label)
        say_proposal(vault, vault.members.propose([change]), as_json=as_json)


@click.group("quarantine")
def quarantine_commands() -> None:
    """What was refused when it was pulled, and why; nothing in it is part of the vault."""


@quarantine_commands.command("list")
@public_option
@json_option
def list_quarantined(folder: Path, as_json: bool) -> None:
    """List what was refused, with the reasons."""
    found = quarantined(folder)
    if as_json:
        paper.print_json(found)
        return
    if not found:
        paper.say("Nothing is in quarantine.")
        return
    paper.print_table(
        ["name", "alarm", "why"], [[one.name[:12], one.alarm, shown(one.why)] for one in found]
    )


@quarantine_commands.command("show")
@click.argument("name")
@public_option
@json_option
def show_quarantined(name: str, folder: Path, as_json: bool) -> None:
    """Show what can be said about the thing in quarantine called NAME, without opening it."""
    found = find_quarantined(folder, name)
    leaf = _leaf(folder, found)
    if as_json:
        paper.print_json({**paper.plain(found), "leaf": leaf})
        return
    paper.say(f"Refused: {shown(found.why)}")
    for fault in found.faults:
        paper.say(f"  {shown(fault)}")
    if found.alarm:
        paper.say("It is an alarm: keep it, and ask who made it.")
    for key, value in leaf.items():
        paper.say(f"{key}: {value}")
    for file in found.files:
        paper.say(f"kept in {folder / QUARANTINE / file}")


def _leaf(folder: Path, found: Quarantined) -> dict[str, object]:
    """What stands in clear in a refused leaf; empty where it is none."""
    name = f"{found.name}.leaf"
    if name not in found.files:
        return {}
    try:
        leaf = read_leaf(needed(folder / QUARANTINE / name, _LEAF_LIMIT))
    except CandlemarkError as error:
        return {"leaf": error.message}
    return {"vault": leaf.vault.hex(), "action": leaf.action.hex(), "parts": len(leaf.parts)}
