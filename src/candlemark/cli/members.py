"""Commands about members: apply, list, add, change, role, remove, approve, threshold, freeze, thaw.

What several administrators must decide is proposed here and waits for the others; every command
says who will be able to read what before a key is wrapped for anybody.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.cards import read_card_file, write_card
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import (
    confirm,
    describe,
    member_json,
    name_of,
    proposal_json,
    say_proposal,
    say_readers,
    shown,
    yes_option,
)
from candlemark.cli.roles import role
from candlemark.cli.secret import drawn_passphrase
from candlemark.errors import NotEntitled, SettingRefused
from candlemark.ledger import Vault, application
from candlemark.ledger.cards import applicant
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import (
    MemberAdded,
    MemberChanged,
    MemberThawed,
    ThresholdSet,
    read_card,
)

if TYPE_CHECKING:
    from candlemark.ledger.roster import Member, Proposal, Roster

_CODED, _IDENTITY = COMPARTMENTS


@click.group("member")
def member_commands() -> None:
    """The people who open a vault, each with keys and a passphrase of their own."""


member_commands.add_command(role)


@member_commands.command("apply")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", required=True, help="What the other members will call you.")
@click.option(
    "--card",
    "card_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("candlemark-card.txt"),
    show_default=True,
    help="Write your card to this file.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the new passphrase to this file; read it when the file exists.",
)
@json_option
def apply(
    folder: Path, name: str, card_file: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Make your keys in the vault in FOLDER, and a card to hand to an administrator.

    The keys open nothing until administrators took you in.  The card holds nothing secret.
    """
    vault = bytes.fromhex(Vault.peek(folder).id)
    if card_file.exists():
        raise SettingRefused(
            "the file for the card is there already", hint="name another one: --card FILE"
        )
    with drawn_passphrase(passphrase_file) as passphrase:
        card = application(folder, name, passphrase)
        write_card(card_file, card)
    person = applicant(card, vault)
    if as_json:
        paper.print_json({"code": person.code, "card": str(card_file), "words": person.words})
        return
    paper.say(f"Your card lies in {card_file}. Hand it to an administrator.")
    paper.say("Read them these six words yourself, by voice; they have to see the same ones:")
    paper.say()
    paper.say(f"    {' '.join(person.words)}")
    paper.say()
    paper.say(f"When you were taken in, open the vault with --member {person.code}.")


@member_commands.command("list")
@vault_option
@json_option
def list_members(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the members, what waits for signatures, and what needs a new key."""
    with opened(folder, passphrase_file) as vault:
        roster, now = vault.members.roster(), vault.ledger.now()
    due = {name: why for name in sorted(roster.compartments) if (why := roster.due(name, now))}
    if as_json:
        paper.print_json(
            {
                "threshold": roster.threshold,
                "members": [member_json(one) for one in roster.members.values()],
                "waiting": [proposal_json(one, roster) for one in roster.waiting],
                "due": due,
            }
        )
        return
    paper.print_table(
        ["code", "name", "administrator", "reads what happened", "devices", "is"],
        [
            [
                one.code,
                name_of(one),
                one.administrator,
                one.coded,
                _devices(one, roster),
                "frozen" if one.frozen else "a member",
            ]
            for one in roster.present
        ],
    )
    paper.say(
        f"{roster.threshold} of {len(roster.administrators)} administrators must sign a change."
    )
    for proposal in roster.waiting:
        _say_waiting(proposal, roster)
    for name, why in due.items():
        paper.say(f"{name} needs a new key, because {why}: candlemark compartment rotate {name}")


def _devices(member: Member, roster: Roster) -> int:
    return sum(one.member == member.kid and one.last is None for one in roster.devices.values())


def _say_waiting(proposal: Proposal, roster: Roster) -> None:
    names = ", ".join(name_of(roster.members[kid]) for kid in proposal.signers)
    paper.say(f"Waiting, {proposal.code}, signed by {names}:")
    for sentence in describe(proposal.change.changes, roster):
        paper.say(f"    {sentence}")


@member_commands.command("add")
@click.argument("card_file", metavar="CARD", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--administrator", is_flag=True, help="Their signature counts under changes.")
@click.option("--not-coded", is_flag=True, help="They do not read what happened.")
@click.option("--words", default="", help="The six words they read to you; for scripts.")
@click.option("--reason", default="", help="Kept, sealed, with the change.")
@vault_option
@json_option
def add(
    card_file: Path,
    administrator: bool,
    not_coded: bool,
    words: str,
    reason: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Take in the person whose CARD was handed over.

    Whoever carried the card could have made another one: compare its words with the person, by
    voice, before you say yes.
    """
    card = read_card_file(card_file)
    with opened(folder, passphrase_file) as vault:
        person = vault.members.read_card(card)
        paper.aside(f"The card of {shown(person.name)} ({person.code}). Its six words:")
        paper.aside(f"    {' '.join(person.words)}")
        say_readers(vault, META, person.name)
        if not not_coded:
            say_readers(vault, _CODED, person.name)
        paper.aside(
            f"They do not read {_IDENTITY} (who the people are), nor the cases of a team: whoever"
            f" does lets them, with: candlemark compartment add {_IDENTITY} {person.code}"
        )
        if words:
            if tuple(words.lower().split()) != person.words:
                raise NotEntitled(
                    "these are not the words of the card; nothing was changed",
                    hint="ask the person for a new card over a channel nobody else writes to",
                )
        else:
            confirm("Did they read you these very words?", yes=False)
        change = added(card, administrator=administrator, coded=not not_coded)
        say_proposal(vault, vault.members.propose([change], reason), as_json=as_json)


@member_commands.command("change")
@click.argument("code")
@click.option("--administrator/--no-administrator", default=None)
@click.option("--coded/--not-coded", default=None, help="Whether they read what happened.")
@yes_option
@vault_option
@json_option
def change_member(
    code: str,
    administrator: bool | None,
    coded: bool | None,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Change what the member CODE may do."""
    if administrator is None and coded is None:
        raise SettingRefused(
            "nothing was to be changed", hint="say --administrator, --coded or their opposites"
        )
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        after = replace(
            member,
            administrator=member.administrator if administrator is None else administrator,
            coded=member.coded if coded is None else coded,
        )
        if after.coded:
            say_readers(vault, _CODED, name_of(after))
        else:
            say_readers(vault, _CODED, without=after)
        confirm("Propose it?", yes=yes)
        change = MemberChanged(member.kid, after.administrator, after.coded)
        say_proposal(vault, vault.members.propose([change]), as_json=as_json)


@member_commands.command("remove")
@click.argument("code")
@click.option("--reason", default="", help="Kept, sealed, with the change.")
@yes_option
@vault_option
@json_option
def remove(
    code: str,
    reason: str,
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """End the membership of CODE, and change the keys they had.

    What was written until now stays readable to them, if they kept a copy: no program can take
    back what somebody read.
    """
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        for name, there in sorted(vault.members.roster().compartments.items()):
            if member.kid in there.readers:
                say_readers(vault, name, without=member)
        paper.aside(f"What was written until now stays readable to {name_of(member)} in a copy.")
        paper.aside("Their keys do not come back: they would apply again with new ones.")
        confirm(f"Remove {name_of(member)}?", yes=yes)
        change = vault.members.removal(member)
        say_proposal(vault, vault.members.propose([change], reason), as_json=as_json)


@member_commands.command("approve")
@click.argument("code")
@yes_option
@vault_option
@json_option
def approve(
    code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Sign the change CODE that another administrator proposed."""
    with opened(folder, passphrase_file) as vault:
        roster = vault.members.roster()
        for proposal in roster.waiting:
            if code and proposal.hash.hex().startswith(code):
                _say_for_approval(vault, proposal, roster)
                confirm("Sign it?", yes=yes)
        say_proposal(vault, vault.members.approve(code), as_json=as_json)


def _say_for_approval(vault: Vault, proposal: Proposal, roster: Roster) -> None:
    for sentence in describe(proposal.change.changes, roster):
        paper.aside(f"    {sentence}")
    if proposal.change.reason:
        paper.aside(f"    the reason given: {shown(proposal.change.reason)}")
    for change in proposal.change.changes:
        if isinstance(change, MemberAdded):
            person = applicant(change.card, roster.vault)
            paper.aside(f"    the six words of their card: {' '.join(person.words)}")
            name = read_card(change.card, roster.vault)[0].name
            for compartment in (META, _CODED) if change.coded else (META,):
                say_readers(vault, compartment, name)


@member_commands.command("threshold")
@click.argument("count", type=click.IntRange(1, 64))
@yes_option
@vault_option
@json_option
def threshold(
    count: int, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Let COUNT administrators have to sign a change of the roster."""
    with opened(folder, passphrase_file) as vault:
        people = len(vault.members.roster().administrators)
        paper.aside(f"{count} of {people} administrators would have to sign a change.")
        if count == people > 1:
            paper.aside("If one of them is lost, nothing can be changed without the recovery key.")
        confirm("Propose it?", yes=yes)
        say_proposal(vault, vault.members.propose([ThresholdSet(count)]), as_json=as_json)


@member_commands.command("freeze")
@click.argument("code")
@yes_option
@vault_option
@json_option
def freeze(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Destroy here what the member CODE opens the vault with, until administrators thaw them.

    Of yourself (before a border) it is done at once; of another when a second member asks it.
    """
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        confirm(f"Freeze {name_of(member)}? Administrators can thaw them again.", yes=yes)
        frozen = vault.members.freeze(member)
    if as_json:
        paper.print_json({"code": member.code, "frozen": frozen})
    elif frozen:
        paper.say(f"{name_of(member)} opens nothing here any more.")
    else:
        paper.say("A second member has to ask the same.")


@member_commands.command("thaw")
@click.argument("code")
@yes_option
@vault_option
@json_option
def thaw(code: str, yes: bool, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Let the member CODE, who was frozen, have keys again."""
    with opened(folder, passphrase_file) as vault:
        member = vault.members.find(code)
        say_readers(vault, META, name_of(member))
        if member.coded:
            say_readers(vault, _CODED, name_of(member))
        confirm(f"Thaw {name_of(member)}?", yes=yes)
        change = MemberThawed(member.kid)
        say_proposal(vault, vault.members.propose([change]), as_json=as_json)
