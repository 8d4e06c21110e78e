"""What members do in the team: their roles, and what a role lets them do.

A role orders the desks: which of them a member is shown, what the program lets them do there, and
whether names are shown.  It closes nothing.  What somebody can read is decided by the keys that
were wrapped for them (compartments) and by nothing else: whoever holds a key reads what it opens
with another program.  So a role is never the reason why something is secret, and no page may say
so.

Roles are said by administrators, in the compartment ``coded``.  Who is an administrator is not said
here: the roster decides it, with signatures.  Pure but for :func:`roles_of`, which reads.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from candlemark.casefile.record import from_model
from candlemark.errors import Fault, NotEntitled, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Entry, Fact, Kinds, Part
from candlemark.ledger.model import CodedProjection, Row, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.ledger.model import CodedModel
    from candlemark.ledger.roster import Member, Roster
    from candlemark.ledger.said import Said

SCHEME: Final = "member-roles"
ADMINISTRATOR: Final = "administrator"
UNSAID: Final = ("case-worker",)
"""The roles of a member about whom nothing was said: what a small team needs to begin."""
_CODED: Final = "coded"
_TABLE: Final = "role"


class RoleGiven(Fact, frozen=True, kw_only=True):
    """From now on a member has these roles, and no others."""

    id: str
    """``fact_…``."""
    edition: str
    member: str
    """The member's identifier in hexadecimal, whole."""
    roles: tuple[str, ...]
    """Terms of ``member-roles``; never ``administrator``.  Empty: no desk but one's own keys."""


KINDS: Final = Kinds.of(("team.role", 1, RoleGiven))
"""What is said of the team in the compartment ``coded``."""


class Right(StrEnum):
    """What the program lets somebody do.  Each is granted by a role; see :data:`RIGHTS`."""

    READ_CASES = "read-cases"
    WRITE_CASES = "write-cases"
    SEE_IDENTITIES = "see-identities"  # as far as one's keys go; without it, no names are shown
    SEE_FIGURES = "see-figures"
    JUDGE_LINKS = "judge-links"  # say whether two records are one
    IMPORT_SOURCES = "import-sources"
    EXPORT_CASES = "export-cases"
    ASK_ERASURE = "ask-erasure"
    PUBLISH = "publish"
    ADMINISTER = "administer"


RIGHTS: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        "case-worker": frozenset(
            {
                Right.READ_CASES,
                Right.WRITE_CASES,
                Right.SEE_IDENTITIES,
                Right.SEE_FIGURES,
                Right.JUDGE_LINKS,
                Right.EXPORT_CASES,
                Right.ASK_ERASURE,
            }
        ),
        "lawyer": frozenset(
            {
                Right.READ_CASES,
                Right.WRITE_CASES,
                Right.SEE_IDENTITIES,
                Right.SEE_FIGURES,
                Right.JUDGE_LINKS,
                Right.EXPORT_CASES,
            }
        ),
        "analyst": frozenset(
            {
                Right.READ_CASES,
                Right.SEE_FIGURES,
                Right.JUDGE_LINKS,
                Right.IMPORT_SOURCES,
                Right.PUBLISH,
            }
        ),
        "secretary": frozenset({Right.READ_CASES, Right.SEE_FIGURES}),
        ADMINISTRATOR: frozenset(
            {Right.ADMINISTER, Right.SEE_FIGURES, Right.ASK_ERASURE, Right.PUBLISH}
        ),
    }
)
"""The rights of every role; a member has those of all their roles together."""


def rights(roles: Iterable[str]) -> frozenset[Right]:
    """What these roles let somebody do together; a role nobody knows lets them do nothing."""
    return frozenset(right for role in roles for right in RIGHTS.get(role, ()))


def may(roles: Iterable[str], right: Right) -> bool:
    """Whether these roles let somebody do this."""
    return right in rights(roles)


def fold_roles(
    said: Sequence[tuple[Entry, RoleGiven]], roster: Roster
) -> dict[str, tuple[str, ...]]:
    """The roles of every present member, by the member's code.

    Only what an administrator said counts; of that, the newest.  One who is no administrator any
    more has their word counted no more: the others say it again, or something else.

    Args:
        said: what was said of roles, in the order in which the ledger is read.
        roster: who is a member, with which devices, and who an administrator.
    """
    newest: dict[str, tuple[str, ...]] = {}
    for entry, fact in said:
        device = roster.devices.get(bytes.fromhex(entry.device))
        speaker = roster.members.get(device.member) if device else None
        if speaker is not None and speaker.administrator:
            newest[fact.member] = fact.roles
    return {one.code: _with_rank(newest.get(one.kid.hex(), UNSAID), one) for one in roster.present}


def _with_rank(roles: Iterable[str], member: Member) -> tuple[str, ...]:
    """The roles without what only the roster can say, and with it."""
    own = tuple(dict.fromkeys(role for role in roles if role != ADMINISTRATOR))
    return (*own, ADMINISTRATOR) if member.administrator else own


def roles_of(ledger: Ledger, roster: Roster) -> dict[str, tuple[str, ...]]:
    """The roles of every present member, by the member's code; see :func:`fold_roles`.

    A member who does not read ``coded`` cannot read what was said of roles either: to them, nothing
    was said of anybody.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return fold_roles(_said(ledger), roster)


def give_roles(vault: Vault, edition: Edition, member: Member, roles: Collection[str]) -> Entry:
    """Say which roles a member has from now on, in place of those they had.

    Raises:
        NotEntitled: whoever opened the vault is no administrator.
        NotInOrder: a role is none, or is the roster's to give; ``faults`` names each.
        VaultBusy, StorageFull, LedgerBroken: nothing was said.
    """
    if not vault.members.me.administrator:
        raise NotEntitled(
            "only an administrator says what members do",
            hint="candlemark member list shows who they are",
        )
    scheme = edition.scheme(SCHEME)
    faults = [
        Fault("roles", f"{role[:60]!r} is not a term of {SCHEME} in edition {edition.code}")
        for role in roles
        if role not in scheme
    ]
    if ADMINISTRATOR in roles:
        faults.append(
            Fault("roles", "who is an administrator is decided with signatures, not here")
        )
    if faults:
        raise NotInOrder(
            "these roles cannot be given",
            hint="candlemark definition show member-roles lists them; for administrators there is"
            " candlemark member change",
            faults=faults,
        )
    given = tuple(dict.fromkeys(roles))
    fact = RoleGiven(id=new_id("fact"), edition=edition.code, member=member.kid.hex(), roles=given)
    return vault.ledger.append([Part(_CODED, (fact,))])


def _said(ledger: Ledger) -> list[tuple[Entry, RoleGiven]]:
    """What was said of roles, in order; from the read model where there is one."""
    found = from_model(ledger, lambda models: models.coded(ROLES, _taken))
    if found is not None:
        return found
    facts = ledger.facts(kinds=KINDS.codes)
    return [(entry, fact) for entry, fact in facts if isinstance(fact, RoleGiven)]


def _taken(model: CodedModel) -> list[tuple[Entry, RoleGiven]]:
    rows = list(model.rows(_TABLE))
    entries = model.entries({row.at for row in rows})
    read = (
        (row.at, KINDS.read("team.role", cast("int", row.values[0]), cast("bytes", row.values[1])))
        for row in rows
    )
    return [(entries[at], fact) for at, fact in read if isinstance(fact, RoleGiven)]


def _rows(said: Said, fact: Fact) -> Iterable[Row]:
    if isinstance(fact, RoleGiven):
        yield Row(_TABLE, (said.version, said.data))


ROLES: Final = CodedProjection(
    name="roles",
    version=1,
    kinds=KINDS,
    tables=(Table(_TABLE, (("version", "INTEGER"), ("data", "BLOB"))),),
    rows=_rows,
)
"""What was said of roles, kept so that a page need not read the whole ledger for it."""
