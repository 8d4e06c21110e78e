"""Erasing what was said about a person: their keys and the sealed bytes are destroyed.

The leaf stays, with the hash of what is gone, and everything still verifies: that something was
said, when, and that it was erased, on whose word and for which reason.  Two members decide.  What
was copied elsewhere is erased there when the copy learns of it; what was copied by somebody who
does not follow the vault is out of reach, and docs/threats.md says so.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import LedgerBroken, NotEntitled, SettingRefused
from candlemark.ledger.genesis import log_id, log_name
from candlemark.ledger.roster_facts import ErasureAgreed, ErasureAsked, ErasureDone
from candlemark.seal import PublicKey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.ledger.keystore import Keystore
    from candlemark.ledger.ledger import Ledger
    from candlemark.ledger.membership import Membership
    from candlemark.ledger.roster import Erasure
    from candlemark.ledger.store import Store
    from candlemark.ledger.wraps import Identity

REASONS: Final = ("consent-withdrawn", "asked-by-person", "in-danger", "kept-too-long", "mistake")
"""Why something is erased, as a code: a text could say whom it is about."""
SAID_ANEW: Final = "said-anew"
"""Why only what is older is erased: it was said again where fewer read it."""


_LIE_HINT: Final = "nothing was erased; find out who asked for it: candlemark erase list"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure destroyed here: sealed parts, and keys."""

    parts: int
    keys: int


class Erasing:
    """Erasures of one opened vault."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        identity: Identity,
        keystore: Keystore | None,
        members: Membership,
    ) -> None:
        self._ledger = ledger
        self._members = members
        self._store = store
        self._identity = identity
        self._keystore = keystore
        self.after: list[Callable[[], None]] = []
        """Called after something was destroyed, so that nothing computed from it stays."""

    @property
    def remains(self) -> str:
        """Where sealed bytes of what is erased are left for a while; see ``Store.remains``."""
        return self._store.remains

    def asked(self) -> tuple[Erasure, ...]:
        """Every erasure that was ever asked for, in order."""
        return self._ledger.roster().erasures

    def ask(self, subject: str, reason: str) -> Erasure:
        """Ask that everything sealed about a person is destroyed; done at once in a vault of one.

        Args:
            subject: the identifier of the person, as parts carry it.
            reason: one of :data:`REASONS`.

        Raises:
            SettingRefused: there is no such reason.
            NotEntitled: nothing this member can see is sealed about such a person.
            VaultBusy, StorageFull, LedgerBroken: nothing was asked, or nothing destroyed yet.
        """
        if reason not in REASONS:
            raise SettingRefused(
                "there is no such reason to erase", hint=f"the reasons are: {', '.join(REASONS)}"
            )
        self._members.begin()
        parts = tuple(self._ledger.parts_about(subject))
        if not parts:
            raise NotEntitled(
                "nothing is sealed about such a person",
                hint="give the identifier of the person, not a name",
            )
        kids = self._identity.keyring.compartments.subject_kids(subject)
        return self._asked(subject, reason, parts, kids)

    def ask_older(self, subject: str, compartment: str) -> Erasure:
        """Ask that what is sealed about a person in one compartment is destroyed, and no other.

        For what was said anew in another compartment before.

        Raises:
            NotEntitled: nothing there is sealed under a key of this person that this member holds.
            VaultBusy, StorageFull, LedgerBroken: as :meth:`ask`.
        """
        self._members.begin()
        held = self._identity.keyring.compartments.persons(compartment)
        kids = tuple(key.kid for _, who, key in held if who == subject)
        parts = tuple(self._ledger.parts_about(subject, under=frozenset(kids)))
        if not parts:
            raise NotEntitled(
                "nothing is sealed about such a person there",
                hint="what is sealed elsewhere about them is erased by: candlemark erase ask",
            )
        return self._asked(subject, SAID_ANEW, parts, kids)

    def _asked(
        self, subject: str, reason: str, parts: tuple[bytes, ...], kids: tuple[bytes, ...]
    ) -> Erasure:
        name = secrets.token_bytes(16)
        self._ledger.append_own([ErasureAsked(name, subject, reason, parts, kids)])
        self.carry_out()
        return next(one for one in self.asked() if one.id == name)

    def agree(self, code: str) -> Erasure:
        """Agree to an erasure, and carry it out.

        Raises:
            NotEntitled: no erasure with this code waits, or this member asked for it.
            VaultBusy, StorageFull, LedgerBroken: nothing was agreed, or nothing destroyed yet.
        """
        found = [
            one
            for one in self.asked()
            if code and one.id.hex().startswith(code) and one.agreed is None
        ]
        if len(found) != 1 or self._identity.keyring.identity.kid in found[0].by:
            raise NotEntitled(
                "no single erasure with this code waits for this member",
                hint="the one who asked for it cannot be the second who agrees",
            )
        under = found[0].kids if found[0].reason == SAID_ANEW else None
        if any(self._ledger.parts_about(found[0].subject, found[0].asked, under)):
            # Their key goes, and what was said under it since would be called lost, not erased.
            raise NotEntitled(
                "something was said about this person since the erasure was asked for",
                hint="ask for it again, so that all of it is erased",
            )
        self._ledger.append_own([ErasureAgreed(found[0].id)])
        self.carry_out()
        return next(one for one in self.asked() if one.id == found[0].id)

    def carry_out(self) -> Erased:
        """Destroy here whatever was agreed to; what is gone already stays gone.

        Raises:
            VaultBusy: somebody reads and does not stop; ask again.
            LedgerBroken: an erasure names parts that are about somebody else.
        """
        here = log_id(log_name(self._identity.vault, self._identity.keyring.log.public))
        agreed = [one for one in self.asked() if one.agreed is not None]
        new = [one for one in agreed if here not in one.done]
        there = set(self._store.parts([part for one in agreed for part in one.parts]))
        if new or there:  # or every leaf would be looked at each time, for ever
            about = self._ledger.subjects_of(there, {kid for one in new for kid in one.kids})
            _refuse_others(agreed, about, there)
            # Also what was said under a key of theirs where nobody knew of the erasure yet.
            gone = self._ledger.roster().gone
            there |= {part for part, (kid, whom) in about.items() if gone.holds(part, kid, whom)}
        keys = self._destroy_keys({kid: one.subject for one in agreed for kid in one.kids})
        # An empty list too: a log that could not be emptied the last time is emptied now.
        erased = self._store.erase(sorted(there)) if new or there else 0
        if erased or keys:
            for done in self.after:
                done()
        if new:
            self._ledger.append_own([ErasureDone(one.id) for one in new])
        return Erased(erased, keys)

    def without_receipt(self, erasure: Erasure) -> tuple[bytes, ...]:
        """Public keys of the logs whose instances have not said yet that they erased it."""
        vault, roster = self._identity.vault, self._ledger.roster()
        return tuple(
            key
            for key in roster.logs
            if log_id(log_name(vault, PublicKey(key))) not in erasure.done
        )

    def _destroy_keys(self, whose: Mapping[bytes, str]) -> int:
        keyring, kids = self._identity.keyring, frozenset(whose)
        shared = {*keyring.compartments.kids, keyring.log.kid}
        others = [
            kid
            for kid, subject in whose.items()
            if (person := keyring.compartments.person(kid)) is not None and person[0] != subject
        ]
        if kids & shared or others:
            raise LedgerBroken(
                "an erasure names keys that are not a person's, or another's", hint=_LIE_HINT
            )
        keyring.compartments.forget(kids)
        if self._keystore is None:
            return 0
        held = {kid for kid, _ in self._keystore.kept(self._identity.vault, kids)}
        if held:
            self._keystore.destroy_kids(held)
        return len(held)


def _refuse_others(
    agreed: list[Erasure], about: Mapping[bytes, tuple[bytes, str]], there: set[bytes]
) -> None:
    for one in agreed:
        if any(about[part][1] != one.subject for part in one.parts & there if part in about):
            raise LedgerBroken("an erasure names what is said about somebody else", hint=_LIE_HINT)
