"""Commands for a vault in several places: share, join, pull, replica."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from candlemark.cli import paper
from candlemark.cli.cards import write_card
from candlemark.cli.opening import KINDS, find_passphrase, json_option, opened, vault_option
from candlemark.cli.people import confirm, say_proposal, shown, yes_option
from candlemark.cli.secret import drawn_passphrase
from candlemark.errors import SettingRefused
from candlemark.ledger import Vault
from candlemark.ledger.cards import applicant
from candlemark.ledger.files import read_whole
from candlemark.ledger.genesis import log_name
from candlemark.ledger.joining import join as join_vault
from candlemark.ledger.joining import pull as pull_from
from candlemark.ledger.member_key import KEY_LIMIT
from candlemark.ledger.pulling import QUARANTINE
from candlemark.ledger.roster_facts import LogAdded
from candlemark.seal import NoteKey, PublicKey

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
@click.argument("tree", metavar="FOLDER", type=_FOLDER)
@vault_option
@json_option
def pull(tree: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Take what is new in FOLDER, which another place of this vault shared.

    Whole or not at all.  What is refused lies under quarantine/ in the vault's folder.
    """
    passphrase = find_passphrase(folder, passphrase_file)
    context = click.get_current_context()
    member = context.meta.get("candlemark.member", "")
    pulled = pull_from(folder, passphrase, tree, KINDS, member=member)
    with Vault.open(folder, passphrase, KINDS, member=member) as vault:
        erased = vault.erasing.carry_out()
        settled = vault.members.settle()
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
            }
        )
        return
    paper.say(f"{pulled.taken:,} entries and {pulled.keys:,} keys are new here.")
    if erased.parts:
        paper.say(f"{erased.parts:,} parts were erased here too.")
    for name in settled.rotated:
        paper.say(f"{name} has a new key, because a reader left.")
    for one in pulled.refused:
        paper.say(f"Refused: {one.hash.hex()[:12]}: {one.why}")
    if any(one.alarm for one in pulled.refused):
        paper.say("A device signed two histories. Tell the other members, and revoke it.")


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
        agreed = [one for one in roster.erasures if one.agreed is not None]
        rows = [
            (
                _note_key(log_name(roster.vault, PublicKey(key)), key),
                sum(key in vault.erasing.without_receipt(one) for one in agreed),
                key == own,
            )
            for key in roster.logs
        ]
    if as_json:
        paper.print_json(
            {"logs": [{"log": log, "erasures_open": n, "here": here} for log, n, here in rows]}
        )
        return
    paper.print_table(["log", "erasures without its receipt", "is here"], [list(r) for r in rows])


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
@click.option("--vault", "folder", type=_FOLDER, required=True, envvar="CANDLEMARK_VAULT")
@json_option
def list_quarantine(folder: Path, as_json: bool) -> None:
    """List what was refused, and why; no passphrase is needed."""
    rows: list[list[object]] = []
    for path in sorted((folder / QUARANTINE).glob("*.json")):
        said = msgspec.json.decode(read_whole(path, 4096) or b"{}", type=dict[str, object])
        rows.append([path.stem, str(said.get("why", "")), bool(said.get("alarm"))])
    if as_json:
        paper.print_json(
            {"refused": [{"leaf": leaf, "why": why, "alarm": alarm} for leaf, why, alarm in rows]}
        )
    elif not rows:
        paper.say("Nothing was refused.")
    else:
        paper.print_table(["leaf", "why", "two histories"], rows)


def _note_key(name: str, key: bytes) -> str:
    return str(NoteKey(name, 1, PublicKey(key)))
