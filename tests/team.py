"""A vault in a folder and people who open it, for tests of signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.ledger import Vault, application
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import MemberChanged, ThresholdSet
from candlemark.seal import Cost, new_passphrase

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.kinds import Kinds


class Team:
    """People by what they are called; the first one made the vault."""

    def __init__(
        self, folder: Path, kinds: Kinds, *, demonstration: bool = False, postgres: str = ""
    ) -> None:
        self.folder, self.kinds = folder, kinds
        self.words = {"founder": new_passphrase()}
        Vault.create(
            folder,
            self.words["founder"],
            "The house",
            cost=Cost.QUICK,
            kinds=kinds,
            demonstration=demonstration,
            postgres=postgres,
        ).close()

    def open(self, who: str = "founder") -> Vault:
        return Vault.open(self.folder, self.words[who], self.kinds)

    def take_in(self, name: str, *, administrator: bool = False, coded: bool = True) -> str:
        """Let somebody be a member; their code."""
        self.words[name] = new_passphrase()
        card = application(self.folder, name, self.words[name], cost=Cost.QUICK)
        with self.open() as vault:
            vault.members.propose([added(card, administrator=administrator, coded=coded)])
        return self.code(name)

    def member(self, name: str):
        with self.open() as vault:
            if name == "founder":
                return vault.members.me
            everyone = vault.members.roster().members.values()
            return next(one for one in everyone if one.name == name)

    def code(self, name: str) -> str:
        return self.member(name).code

    def remove(self, name: str) -> None:
        member = self.member(name)
        with self.open() as vault:
            vault.members.propose([vault.members.removal(member)])

    def change(self, name: str, **rights: bool) -> None:
        member = self.member(name)
        with self.open() as vault:
            vault.members.propose([MemberChanged(member.kid, **rights)])

    def need(self, count: int) -> None:
        with self.open() as vault:
            vault.members.propose([ThresholdSet(count)])

    def freeze(self, name: str, by: str) -> bool:
        member = self.member(name)
        with self.open(by) as vault:
            return vault.members.freeze(member)
