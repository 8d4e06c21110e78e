"""The pathways of a vault: those shipped with Candlemark, and those somebody added to it.

A state's pathway is added without code: its file is kept in the ledger, whole, so that a limit
that was shown years ago can be found again by the rule it was shown by.  Of several files for one
code the one added last counts; one kept in the vault goes before the shipped one, because whoever
added it knew why.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import Forum
from candlemark.definition import GENERIC, Definition, load_pathway, pathway_codes, read_pathway
from candlemark.errors import DefinitionFaulty, Fault, NotInOrder
from candlemark.ledger import Fact, Kinds, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.casefile.views import CaseFile, Proceeding
    from candlemark.definition import Pathway
    from candlemark.ledger import Ledger

PATHWAY: Final = "case.pathway"


class PathwayKept(Fact, frozen=True):
    """The file of a pathway, as it was added to the vault."""

    code: str
    version: int
    fingerprint: str
    """SHA-256 of ``file``, in hex."""
    file: bytes


PATHWAY_KINDS: Final = Kinds.of((PATHWAY, 1, PathwayKept))
"""What is said of pathways; beside the statements of cases, because it is about no case."""


@dataclass(frozen=True, slots=True)
class Pathways:
    """Every pathway there is, and which of them a case goes by."""

    by_code: Mapping[str, Pathway]
    kept: frozenset[str]
    """Codes of those that were added to the vault."""

    @property
    def fingerprint(self) -> str:
        """Over the files of all of them: another one means that other days may be due."""
        files = sorted((code, one.fingerprint) for code, one in self.by_code.items())
        return hashlib.sha256(repr((files, sorted(self.kept))).encode()).hexdigest()

    def of_country(self, country: str) -> Pathway:
        """The pathway of a state; the generic one where it has none."""
        found = [one for one in self.by_code.values() if country and one.country == country]
        # Of several for one state the one somebody added to this vault goes first.
        found.sort(key=lambda one: (one.code not in self.kept, one.code))
        return found[0] if found else self.by_code[GENERIC]

    def of(self, casefile: CaseFile, proceeding: Proceeding | None = None) -> Pathway:
        """The pathway of a proceeding of a case, or of the case's stages that name none."""
        return self.of_country(country_of(casefile, proceeding))


@cache
def shipped_pathways() -> Pathways:
    """The pathways that come with Candlemark, for the latest edition; read once."""
    edition = Definition.load()
    return Pathways({code: load_pathway(code, edition) for code in pathway_codes()}, frozenset())


def pathways_of(ledger: Ledger, upto: int | None = None) -> Pathways:
    """The pathways of a vault; with ``upto`` as they were after its first so many entries.

    One that was kept under another edition is left out: its stages may mean something else, and the
    shipped or the generic one is told instead.
    """
    kept = (
        fact
        for entry, fact in ledger.facts(kinds={PATHWAY})
        if isinstance(fact, PathwayKept) and (upto is None or entry.n < upto)
    )
    return _with(one.file for one in kept)


def pathways_by(rows: Iterable[Sequence[object]]) -> Pathways:
    """The same from the rows of the read model: code, version, file."""
    return _with(file for _, _, file in rows if isinstance(file, bytes))


def _with(files: Iterable[bytes]) -> Pathways:
    """The shipped pathways, with these in the order in which they were kept."""
    found = dict(shipped_pathways().by_code)
    kept: set[str] = set()
    for file in files:
        with suppress(DefinitionFaulty):
            one = _read(file)
            if one.code not in kept or one.version >= found[one.code].version:
                found[one.code] = one
            kept.add(one.code)
    return Pathways(found, frozenset(kept))


@lru_cache(maxsize=64)
def _read(file: bytes) -> Pathway:
    return read_pathway(file, Definition.load())


def keep_pathway(ledger: Ledger, pathway: Pathway) -> None:
    """Add a pathway to a vault.

    Raises:
        NotInOrder: the vault has this very file, or a later version under this code.
        VaultBusy, StorageFull, LedgerBroken: as the ledger's ``append``; nothing was kept.
    """
    latest: PathwayKept | None = None
    for _, fact in ledger.facts(kinds={PATHWAY}):
        if isinstance(fact, PathwayKept) and fact.code == pathway.code:
            latest = fact
    if latest is not None and latest.version >= pathway.version:
        raise NotInOrder(
            f"the vault has version {latest.version} of the pathway {pathway.code}",
            hint="raise the version in the file when anything else in it changed",
            faults=[Fault("pathway, version", f"must be above {latest.version}")],
        )
    said = PathwayKept(pathway.code, pathway.version, pathway.fingerprint, pathway.file)
    ledger.append([Part("coded", (said,))])
    if ledger.models is not None:
        ledger.models.drop()  # what is due was worked out without it


def country_of(casefile: CaseFile, proceeding: Proceeding | None = None) -> str:
    """The state whose procedure counts; empty when nothing says it, or several do alike."""
    if proceeding is not None and proceeding.country:
        return proceeding.country
    own = [one.country for one in casefile.proceedings if one.forum is Forum.NATIONAL]
    said = Counter(one for one in (*own, *(each.country for each in casefile.incidents)) if one)
    ranked = said.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return ""
    return ranked[0][0]
