"""The team of a case: who can read who its people are, and how that is changed.

What a team holds is a compartment, and what a compartment is, is keys.  A member who was taken out
reads nothing that is said later; what they could read before, they may have read and kept, and no
program takes that back.  Every verb here says so where it matters.

A case is closed to a team when it is opened, wherever several people open the vault.  One that lay
with all others is closed later by saying its identities anew, where fewer read them; what was said
before can then be erased, which two members decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from candlemark.casefile.apart import CODED, IDENTITY, apart_of, own_compartment
from candlemark.casefile.facts import CaseOpened, IdentityStated
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.record import examine, from_model, opening_of, say, shown_of
from candlemark.casefile.shelf import in_shared
from candlemark.casefile.standing import standing
from candlemark.errors import NotEntitled, SettingRefused, UnknownCase
from candlemark.ids import new_id
from candlemark.ledger.merkle import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.casefile.belonging import Shown
    from candlemark.definition import Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.ledger.roster import Erasure, Member


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who can read something.  ``name`` is empty for a founder who never said it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Readable:
    """One compartment that identities of a case lie in, and who can read what is said there."""

    compartment: str
    case: str
    """The case whose team it is of; empty for the compartment all other cases share."""
    readers: tuple[Reader, ...]
    mine: bool
    """Whether the member who asks is one of them."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read a case."""

    coded: tuple[Reader, ...]
    """Who can read what happened."""
    identities: tuple[Readable, ...]
    """Who can read who the people are, for each compartment in use; several after a merge, or
    while what was said before there was a team is not erased."""

    @property
    def apart(self) -> bool:
        """Whether the case has a team of its own."""
        return any(one.case for one in self.identities)

    @property
    def alone(self) -> bool:
        """Whether one member alone reads some of the identities.

        Should their keys be lost, only the recovery key opens them.
        """
        return any(len(one.readers) == 1 for one in self.identities)


def readers(vault: Vault, case_id: str) -> Readers:
    """Who can read a case, what happened and who the people are.

    Raises:
        UnknownCase: the vault has no such case.
        LedgerBroken: the ledger is damaged.
    """
    one = _shown(vault.ledger, case_id)
    cases = tuple(dict.fromkeys((case_id, *(fact.case for _, fact in one.said))))
    there = apart_of(vault.ledger).there
    named = {own: case for case in cases if (own := own_compartment(case)) in there}
    shared = {IDENTITY: ""} if any(_in_shared(vault, case, one) for case in cases) else {}
    me = vault.members.me.kid
    found = []
    for name, case in (named | shared).items():
        people = vault.members.readers(name)
        mine = any(each.kid == me for each in people)
        found.append(Readable(name, case, _readers(people), mine))
    return Readers(_readers(vault.members.readers(CODED)), tuple(found))


def _readers(members: Sequence[Member]) -> tuple[Reader, ...]:
    return tuple(Reader(one.code, one.name) for one in members)


def _in_shared(vault: Vault, case: str, one: Shown) -> bool:
    """Whether identities of a case lie, or may lie, in the compartment all cases share."""
    compartments = vault.members.roster().compartments
    own = compartments.get(own_compartment(case))
    if own is None:
        return True
    opened = next(
        (entry.n for entry, fact in one.said if isinstance(fact, CaseOpened) and fact.case == case),
        None,
    )
    if opened is None or own.epochs[0].began < opened:
        return False  # it had its team before anything could be said in it
    if not apart_of(vault.ledger).reads(IDENTITY):
        return True  # this member cannot see whether anything is left there
    return bool(_lying(vault.ledger, case))


def open_for_team(
    vault: Vault,
    edition: Edition,
    titles: Mapping[str, str],
    reference: str = "",
    *,
    team: Sequence[Member] = (),
    open_to_all: bool = False,
) -> str:
    """Open a case whose identities its team alone reads: the one who opens it and these members.

    In a vault of one there is nobody to close it to, and its identities lie with all others.

    Args:
        vault: open, by whoever opens the case.
        edition: the edition its terms are taken from.
        titles: neutral, one per tongue.
        reference: the group's own number of the case.
        team: who else reads who its people are.
        open_to_all: let everybody who reads the identities of all cases read those of this one.

    Returns:
        The identifier of the case.

    Raises:
        NotInOrder: the titles are not in order.
        SettingRefused: a team was named, and the case was to be open to all.
        VaultBusy, StorageFull, LedgerBroken: the case was not opened.
    """
    if open_to_all and team:
        raise SettingRefused(
            "a case is either its team's or open to all", hint="leave one of them out"
        )
    opened = opening_of(edition, titles, reference)
    examine(vault.ledger, edition, [[opened]])
    if not open_to_all:
        # First the compartment, then the case: nothing can be said in it before it is closed.
        close_from_the_start(vault, opened.case, team)
    say(vault.ledger, edition, [opened], language=next(iter(titles), "en"))
    return opened.case


def close_from_the_start(vault: Vault, case_id: str, team: Sequence[Member] = ()) -> None:
    """Close a case of which nothing was said yet to whoever opens it and these members.

    In a vault of one it does nothing.

    Raises:
        VaultBusy, StorageFull, LedgerBroken: it was not closed.
    """
    if len(vault.members.roster().present) > 1:
        vault.members.open_compartment(own_compartment(case_id), team)


@dataclass(frozen=True, slots=True)
class Closed:
    """That the identities of a case were said anew for its team.

    ``persons`` are those about whom something older is left where more people read it.
    """

    compartment: str
    said: int
    persons: tuple[str, ...]


def close_to_team(
    vault: Vault, edition: Edition, case_id: str, team: Sequence[Member] = ()
) -> Closed:
    """Close a case that lay with all others: its identities are said anew for a team alone.

    Whoever read the identities of all cases may have read the older ones, and holds the key to them
    until they are erased: :func:`ask_older_erased`.  May be called again should it not have come to
    its end.

    Raises:
        UnknownCase: the vault has no such case.
        NotEntitled: this member does not read its identities, or the vault is of one.
        VaultBusy, StorageFull, LedgerBroken: call it again.
    """
    one = _shown(vault.ledger, case_id)
    apart, name = apart_of(vault.ledger), own_compartment(case_id)
    if len(vault.members.roster().present) == 1:
        raise NotEntitled(
            "nobody else opens this vault, so there is nobody to close the case to",
            hint="take in other members first: candlemark member add",
        )
    if not apart.reads(IDENTITY) or apart.closed(case_id):
        raise NotEntitled(
            "this member does not read who the people of this case are",
            hint="somebody who does closes it to a team: candlemark case team",
        )
    if name not in apart.there:
        vault.members.open_compartment(name, team)
    older = {fact.id: fact for fact in _lying(vault.ledger, case_id)}
    anew = [
        msgspec.structs.replace(
            fact, id=new_id("fact"), edition=edition.code, supersedes=(fact.id,)
        )
        for fact in standing(one.said).live
        if isinstance(fact, IdentityStated) and fact.id in older
    ]
    if anew:
        say(vault.ledger, edition, anew)
    return Closed(name, len(anew), tuple(dict.fromkeys(fact.person for fact in older.values())))


def ask_older_erased(vault: Vault, case_id: str) -> tuple[Erasure, ...]:
    """Ask that what was said of identities before the case had a team is destroyed.

    A second member has to agree to each, as to every erasure.

    Raises:
        UnknownCase: the vault has no such case.
        NotEntitled: it has no team, this member cannot see what is older, or nothing is left.
        VaultBusy, StorageFull, LedgerBroken: nothing more was asked.
    """
    one = _shown(vault.ledger, case_id)
    apart, name = apart_of(vault.ledger), own_compartment(case_id)
    if name not in apart.there or not (apart.reads(name) and apart.reads(IDENTITY)):
        raise NotEntitled(
            "only who reads both can say that the older ones are to go",
            hint="close the case to a team first: candlemark case team --apart",
        )
    older = _lying(vault.ledger, case_id)
    left = {fact.id for fact in older}
    if any(fact.id in left for fact in standing(one.said).live):
        raise NotEntitled(
            "some of it was not said anew yet", hint="say it anew: candlemark case team --apart"
        )
    persons = tuple(dict.fromkeys(fact.person for fact in older))
    if not persons:
        raise NotEntitled("nothing older is left", hint="there is nothing to erase")
    return tuple(vault.erasing.ask_older(person, IDENTITY) for person in persons)


def let_in(vault: Vault, case_id: str, member: Member) -> None:
    """Let a member read who the people of a case are, from the first word on.

    Raises:
        UnknownCase: the vault has no such case.
        NotEntitled: the case has no team, or this member is not of it.
    """
    vault.members.add_reader(_team_of(vault, case_id), member)


def take_out(vault: Vault, case_id: str, member: Member) -> None:
    """Let a member read no longer who the people of a case are; its compartment gets a new key.

    What they could read before, they may have read and kept.

    Raises:
        UnknownCase: the vault has no such case.
        NotEntitled: the case has no team, this member is not of it, or nobody would be left.
    """
    name = _team_of(vault, case_id)
    if all(one.kid != member.kid for one in vault.members.readers(name)):
        raise NotEntitled(
            "this member does not read it", hint="candlemark case team shows who does"
        )
    vault.members.remove_reader(name, member)


def _team_of(vault: Vault, case_id: str) -> str:
    _shown(vault.ledger, case_id)
    name = own_compartment(case_id)
    if name not in apart_of(vault.ledger).there:
        raise NotEntitled(
            "this case has no team of its own",
            hint="close it to one: candlemark case team CASE --apart",
        )
    return name


def _shown(ledger: Ledger, case_id: str) -> Shown:
    one = shown_of(ledger, {case_id}).get(case_id)
    if one is None or not any(isinstance(fact, CaseOpened) for _, fact in one.said):
        raise UnknownCase(
            "the vault has no such case", hint="candlemark case list shows the cases there are"
        )
    return one


def _lying(ledger: Ledger, case_id: str) -> list[IdentityStated]:
    """The identities said in a case that lie with those of all others, and are not erased."""
    found = from_model(ledger, lambda models: in_shared(models, case_id))
    if found is not None:
        return [one.fact for one in found if isinstance(one.fact, IdentityStated)]
    said = ledger.said({"case.identity"}, {IDENTITY}, ledger.state(Tree()), 0)
    facts = (KINDS.read(one.kind, one.version, one.data) for one in said)
    return [one for one in facts if isinstance(one, IdentityStated) and one.case == case_id]
