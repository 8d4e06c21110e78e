"""Commands for a vault in several places: share, join, pull, replica, quarantine."""

from __future__ import annotations

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
    vault_option,
)
from candlemark.cli.outside import needed, public_option
from candlemark.cli.people import confirm, say_proposal, shown, yes_option
from candlemark.cli.secret import drawn_passphrase
from candlemark.cli.settling import place_names, say_settled
from candlemark.errors import CandlemarkError, SettingRefused
from candlemark.ledger import Vault
from candlemark.ledger.cards import applicant
from candlemark.ledger.entry import LEAF_LIMIT, read_leaf
from candlemark.ledger.fetching import Source, is_address
from candlemark.ledger.files import read_whole
from candlemark.ledger.genesis import log_name
from candlemark.ledger.joining import join as join_vault
from candlemark.ledger.member_key import KEY_LIMIT
from candlemark.ledger.pulling import QUARANTINE
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.sharing import note_key
from candlemark.ledger.taking import find_quarantined, quarantined, take_from
from candlemark.seal import NoteKey, PublicKey

if TYPE_CHECKING:
    from candlemark.ledger.taking import Quarantined

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("share")
@click.argument("tree", metavar="FOLDER", type=_FOLDER)
@vault_option
@json_option
def share(tree: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring FOLDER (a stick, a synchronised folder) up to this vault, for other places to pull.

    Everything in it is sealed or signed.  What was erased is removed from it.
    """
    with opened(folder, passphrase_file) as vault:
        vault.erasing.carry_out()
        shared = vault.share(tree)
    if as_json:
        paper.print_json(shared)
        return
    paper.say(f"{tree} holds {shared.size:,} entries and {shared.wraps:,} wrapped keys.")
    if shared.removed:
        paper.say(f"{shared.removed:,} parts that were erased are gone from it.")


@click.command("join")
@click.argument("tree", metavar="FOLDER", type=_FOLDER)
@click.argument("path", metavar="DIR", type=_FOLDER)
@click.option("--name", default="", help="Of a new person: what the members will call you.")
@click.option("--key", "key_file", type=_FILE, help="Of a member: the file `key export` wrote.")
@click.option("--card", "card_file", type=_FILE, default=Path("candlemark-card.txt"),
              show_default=True, help="Of a new person: write your card here.")  # fmt: skip
@click.option("--passphrase-file", type=_FILE, help="Write the new passphrase, or read yours.")
@json_option
def join(
    tree: Path,
    path: Path,
    name: str,
    key_file: Path | None,
    card_file: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Begin a further place of the vault that was shared in FOLDER, in the new folder DIR.

    It opens nothing before administrators named its log, and took you in if you are new.
    """
    if bool(name) == (key_file is not None):
        raise SettingRefused(
            "say who joins", hint="a new person gives --name, a member the file of --key"
        )
    if key_file is None:
        if card_file.exists():
            raise SettingRefused("the file for the card is there", hint="name another: --card FILE")
        with drawn_passphrase(passphrase_file) as passphrase:
            joined = join_vault(tree, path, passphrase, name=name)
    else:
        key = read_whole(key_file, KEY_LIMIT)
        if key is None:
            raise SettingRefused("there is no such key file", hint="name what `key export` wrote")
        words = passphrase_file and find_passphrase(path, passphrase_file)
        typed = words or click.prompt("Passphrase", hide_input=True, err=True)
        joined = join_vault(tree, path, typed, key=key)
    log = _note_key(joined.log_name, joined.log)
    person = None
    if joined.card is not None:
        write_card(card_file, joined.card)
        person = applicant(joined.card, bytes.fromhex(Vault.peek(path).id))
    if as_json:
        paper.print_json({"log": log, "card": str(card_file) if person else None,
                          "words": person.words if person else ()})  # fmt: skip
        return
    paper.say(f"Its log, for the administrators: {log}")
    if person is not None:
        paper.say(f"Your card lies in {card_file}. Read them these six words, by voice:")
        paper.say(f"    {' '.join(person.words)}")
    paper.say("Where the vault is: candlemark replica add LOG --label NAME, then candlemark share;")
    paper.say(f"then here: candlemark pull {tree} --vault {path}")


@click.command("pull")
@click.argument("tree", metavar="FOLDER|URL")
@click.option("--token-file", type=_FILE, help="Of a URL: send the token in this file.")
@click.option("--root", type=_FILE, help="Of a URL: the server's root certificate, in PEM.")
@vault_option
@json_option
def pull(
    tree: str,
    token_file: Path | None,
    root: Path | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Take what is new in FOLDER, or behind a URL, which another place of this vault shared.

    Whole or not at all.  What is refused lies under quarantine/ in the vault's folder.  Then what
    follows is done here: keys for new members, locks of those who left, erasures agreed to.
    """
    source = _source(tree, token_file, root)
    passphrase = find_passphrase(folder, passphrase_file)
    with paper.progress("reading what is shared") as tell:
        told = None if tell is None else lambda done, size: tell(done / max(size, 1), "")
        pulled = take_from(folder, passphrase, source, KINDS, member=chosen_member(), progress=told)
    with opened_with(folder, passphrase) as vault:
        settled, erased = vault.members.settle(), vault.erasing.carry_out()
        remains = vault.erasing.remains
    if as_json:
        refused = [{"leaf": one.hash.hex(), "why": one.why, "alarm": one.alarm}
                   for one in pulled.refused]  # fmt: skip
        paper.print_json(
            {
                "log": pulled.log,
                "size": pulled.size,
                "taken": pulled.taken,
                "keys": pulled.keys,
                "refused": refused,
                "erased": erased.parts,
                "settled": settled,
            }
        )
        return
    paper.say(f"{pulled.taken:,} entries and {pulled.keys:,} keys are new here.")
    say_settled(settled, erased, remains)
    for one in pulled.refused:
        paper.say(f"Refused: {one.hash.hex()[:12]}: {one.why}")
    if any(one.alarm for one in pulled.refused):
        paper.say("A device signed two histories. Tell the other members, and revoke it.")


def _source(text: str, token_file: Path | None, root: Path | None) -> Path | Source:
    """The folder or address a person named, with what an address needs."""
    if not is_address(text):
        if token_file is not None or root is not None:
            raise SettingRefused(
                "a folder needs no token and no certificate", hint="leave them out, or name a URL"
            )
        return Path(text)
    token = b"" if token_file is None else needed(token_file, 4096)
    roots = None if root is None else needed(root, 1 << 20)
    return Source(text, token.decode("utf-8", "replace").strip(), roots)


@click.group("replica")
def replica_commands() -> None:
    """The places that keep a log of this vault."""


@replica_commands.command("list")
@vault_option
@json_option
def list_replicas(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the logs of this vault, and which have said that they erased what was to be erased."""
    with opened(folder, passphrase_file) as vault:
        roster, own = vault.members.roster(), vault.ledger.log_key.raw
        names = place_names(roster)
        agreed = [one for one in roster.erasures if one.agreed is not None]
        rows = [
            (
                _note_key(log_name(roster.vault, PublicKey(key)), key),
                sum(key in vault.erasing.without_receipt(one) for one in agreed),
                key == own,
                names[key],
            )
            for key in roster.logs
        ]
    if as_json:
        document = [
            {"log": log, "label": label, "erasures_open": n, "here": here}
            for log, n, here, label in rows
        ]
        paper.print_json({"logs": document})
        return
    paper.print_table(
        ["place", "erasures without its receipt", "is here", "log"],
        [[shown(label), n, here, log] for log, n, here, label in rows],
    )


@replica_commands.command("add")
@click.argument("log")
@click.option("--label", required=True, help="What this place is called; kept sealed.")
@yes_option
@vault_option
@json_option
def add_replica(
    log: str, label: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Name the LOG of a further place, as `candlemark join` printed it."""
    key = NoteKey.parse(log)
    with opened(folder, passphrase_file) as vault:
        if key.name != log_name(bytes.fromhex(vault.id), key.public):
            raise SettingRefused(
                "this log is not one of this vault", hint="give what `candlemark join` printed"
            )
        confirm(f"Let {shown(label)} keep a log of this vault?", yes=yes)
        change = LogAdded(key.public.raw, label)
        say_proposal(vault, vault.members.propose([change]), as_json=as_json)


@click.group("quarantine")
def quarantine_commands() -> None:
    """What came from elsewhere and was refused."""


@quarantine_commands.command("list")
@public_option
@json_option
def list_quarantine(folder: Path, as_json: bool) -> None:
    """List what was refused, and why."""
    found = quarantined(folder)
    if as_json:
        rows = [{"leaf": one.name, "why": one.why, "alarm": one.alarm} for one in found]
        paper.print_json({"refused": rows})
    elif not found:
        paper.say("Nothing was refused.")
    else:
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
        leaf = read_leaf(needed(folder / QUARANTINE / name, LEAF_LIMIT))
    except CandlemarkError as error:
        return {"leaf": error.message}
    return {"vault": leaf.vault.hex(), "action": leaf.action.hex(), "parts": len(leaf.parts)}


def _note_key(name: str, key: bytes) -> str:
    return str(note_key(name, PublicKey(key)))
