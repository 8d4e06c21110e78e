"""The secret of the record keys, and the policies, as the ledger has them.

Both are folds of signed facts.  The secret is made once, when it is first needed, and is the first
one in the order of the ledger for ever: a second one would give every published number new noise.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.errors import NotEntitled, NotInOrder, SettingRefused
from candlemark.ledger import Part
from candlemark.protect.batches.record_keys import Secret
from candlemark.protect.facts import KINDS, PolicySaid, SecretMade
from candlemark.protect.policy import HOUSE, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.ledger import Ledger

CODED: Final = "coded"
_TAG: Final = 16


class SecretLies(StrEnum):
    """Where the secret of the record keys lies, as the member who opened a vault can tell."""

    HERE = "here"
    NOT_MADE = "not-made"
    """It is made and sealed here the first time that something is tried or drafted."""
    ELSEWHERE = "elsewhere"
    """This member does not read all of what it would be sealed in; nothing is protected here."""


def secret_lies(ledger: Ledger) -> SecretLies:
    """Where the secret lies; nothing is made.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    if CODED not in ledger.readable().whole:
        return SecretLies.ELSEWHERE
    return SecretLies.NOT_MADE if existing_secret(ledger) is None else SecretLies.HERE


def secret_of(ledger: Ledger) -> Secret:
    """The secret of a vault; made and sealed in it the first time.

    Raises:
        NotEntitled: this member does not read all of ``coded``: there may be one they cannot read,
            and a second one would give every published number new noise.
        VaultBusy, StorageFull, LedgerBroken: there is none, and none could be sealed.
    """
    if secret_lies(ledger) is SecretLies.ELSEWHERE:
        raise NotEntitled(
            "the secret of the record keys cannot be read here",
            hint="it stays in the vault that publishes: a member who reads coded there does this",
        )
    found = existing_secret(ledger)
    if found is not None:
        return found
    ledger.append([Part(CODED, (SecretMade(secret=Secret.generate().reveal()),))])
    made = existing_secret(ledger)
    if made is None:
        raise SettingRefused(
            "the secret of the record keys cannot be read back",
            hint="a reader of the compartment coded has to do this",
        )
    return made


def existing_secret(ledger: Ledger) -> Secret | None:
    """The secret of a vault, where it has one."""
    for _, fact in ledger.facts(kinds=("protect.secret",)):
        if isinstance(fact, SecretMade):
            return Secret(fact.secret)
    return None


def tag_of(secret: Secret) -> bytes:
    """By which a secret is known again; nothing follows from it."""
    raw = b"candlemark/protect/secret/v1" + secret.reveal()
    return hashlib.sha256(raw).digest()[:_TAG]


def say_policy(ledger: Ledger, policy: Policy) -> None:
    """Say a policy, signed by whoever says it; a change is the next version.

    A policy that is weaker than the house cannot be made (see :class:`Policy`).

    Raises:
        NotInOrder: its version is not the next one of its name.
    """
    known = policies(ledger).get(policy.name)
    following = 1 if known is None else known.version + 1
    if policy.name == HOUSE.name or policy.version != following:
        raise NotInOrder(
            f"the policy {policy.name} cannot be said in version {policy.version}",
            hint=f"the next one is version {following}; the house's own is not changed by anybody",
        )
    numbers = {
        field.name: getattr(policy, field.name)
        for field in fields(policy)
        if field.name not in {"name", "version"}
    }
    ledger.append([Part(CODED, (PolicySaid(name=policy.name, number=policy.version, **numbers),))])


def policies(ledger: Ledger) -> Mapping[str, Policy]:
    """The newest version of each policy, the house's among them.

    What was said by somebody whose program had looser minimums is passed over.
    """
    found = {HOUSE.name: HOUSE}
    for (name, _), policy in every_policy(ledger).items():
        found[name] = policy
    return found


def every_policy(ledger: Ledger) -> Mapping[tuple[str, int], Policy]:
    """Every version of every policy, in the order they were said."""
    found = {(HOUSE.name, HOUSE.version): HOUSE}
    for _, fact in ledger.facts(kinds=KINDS.codes):
        if isinstance(fact, PolicySaid):
            try:
                policy = _read(fact)
            except SettingRefused:
                continue
            found.setdefault((policy.name, policy.version), policy)
    return found


def _read(fact: PolicySaid) -> Policy:
    numbers = {
        field.name: getattr(fact, field.name)
        for field in fields(Policy)
        if field.name not in {"name", "version"}
    }
    return Policy(fact.name, fact.number, **numbers)


def policy_named(ledger: Ledger, name: str) -> Policy:
    """The newest version of a policy.

    Raises:
        SettingRefused: there is none of this name.
    """
    found = policies(ledger)
    if name not in found:
        raise SettingRefused(
            "there is no policy of this name", hint=f"there are: {', '.join(sorted(found))}"
        )
    return found[name]
