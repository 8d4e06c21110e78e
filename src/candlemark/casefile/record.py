"""How statements about cases are said, and how case files are read back.

One action of a person is one entry of the ledger, whatever number of statements it holds.  It is
checked whole (``checks.py``) and refused whole: either every statement of it stands in the ledger
afterwards, or none.

What a person is called is sealed in a part of its own; what is about one person is sealed under
that person as its subject.

Checking reads the case as it is.  Two people who save at the same moment may both correct the same
statement; both corrections are then kept and shown side by side, and nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from candlemark.casefile.checks import check, known_of
from candlemark.casefile.facts import KINDS, CaseOpened, IdentityStated, Statement, Words
from candlemark.casefile.fold import fold_case
from candlemark.casefile.limits import shipped_rules
from candlemark.casefile.meanings import meanings_of
from candlemark.casefile.shelf import said_of
from candlemark.errors import Fault, NotInOrder, UnknownCase, VaultError
from candlemark.ids import new_id
from candlemark.ledger import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from candlemark.casefile.views import CaseFile
    from candlemark.definition import Edition
    from candlemark.ledger import Entry, Ledger

WORTH_A_MODEL: Final = 1_000
"""Entries from which on a read model is made: fewer are read sooner than a file is opened."""


def say(
    ledger: Ledger, edition: Edition, statements: Sequence[Statement], *, language: str = "en"
) -> Entry:
    """Say statements as one action.

    Args:
        ledger: where they are kept.
        edition: the edition their terms are taken from.
        statements: in order; a later one may refer to an earlier one.
        language: the tongue of the person who saves, for free text that has none.

    Raises:
        NotInOrder: ``faults`` names every field; nothing was kept.
        VaultBusy, StorageFull, LedgerBroken: as the ledger's ``append``; nothing was kept.
    """
    return say_all(ledger, edition, [statements], language=language)[0]


def say_all(
    ledger: Ledger,
    edition: Edition,
    actions: Sequence[Sequence[Statement]],
    *,
    language: str = "en",
) -> tuple[Entry, ...]:
    """Say several actions, each one entry, all of them or none.

    Raises:
        NotInOrder, VaultBusy, StorageFull, LedgerBroken: as :func:`say`.
    """
    wanted = {fact.case for action in actions for fact in action}
    said = _said(ledger, wanted)
    known = {case: known_of(said.get(case, [])) for case in wanted}
    rules = frozenset(rule.code for rule in shipped_rules())
    faults: list[Fault] = []
    for n, action in enumerate(actions, 1):
        before = f"action {n}, " if len(actions) > 1 else ""
        found = check(edition, known, action, rules)
        faults.extend(Fault(f"{before}{fault.where}", fault.what) for fault in found)
        if not action:
            faults.append(Fault(f"{before}statements", "there is nothing to say"))
    if faults:
        raise NotInOrder(
            "what was to be said is not in order",
            hint="look at the fields named; nothing was kept",
            faults=faults,
        )
    return ledger.append_all([_parts(action) for action in actions], language=language)


def open_case(
    ledger: Ledger, edition: Edition, titles: Mapping[str, str], reference: str = ""
) -> str:
    """Open a case file under neutral titles, one per tongue; its identifier.

    Raises:
        NotInOrder: see :func:`say`.
    """
    case_id = new_id("case")
    opened = CaseOpened(
        id=new_id("fact"),
        case=case_id,
        edition=edition.code,
        titles=tuple(Words(text, tongue) for tongue, text in titles.items()),
        reference=reference,
    )
    say(ledger, edition, [opened], language=next(iter(titles), "en"))
    return case_id


def cases(ledger: Ledger) -> tuple[CaseFile, ...]:
    """Every case file of the vault, in the order they were opened.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return _fold_all(_said(ledger, None))


def some_cases(ledger: Ledger, wanted: Collection[str]) -> tuple[CaseFile, ...]:
    """The case files of these identifiers; those that are not there are left out.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return _fold_all(_said(ledger, wanted)) if wanted else ()


def case(ledger: Ledger, case_id: str) -> CaseFile:
    """One case file.

    Raises:
        UnknownCase: the vault has no such case, or its opening was taken back.
        LedgerBroken: the ledger is damaged.
    """
    found = _fold_all(_said(ledger, {case_id}))
    if not found:
        raise UnknownCase(
            "the vault has no such case", hint="candlemark case list shows the cases there are"
        )
    return found[0]


def _fold_all(
    said: Mapping[str, Sequence[tuple[Entry, Statement]]],
) -> tuple[CaseFile, ...]:
    meanings = meanings_of(fact.edition for one in said.values() for _, fact in one)
    files = (fold_case(one, meanings) for one in said.values())
    return tuple(one for one in files if one is not None)


def _said(ledger: Ledger, wanted: Iterable[str] | None) -> dict[str, list[tuple[Entry, Statement]]]:
    """The statements of the cases wanted, or of all, in the order of the ledger."""
    only = None if wanted is None else frozenset(wanted)
    models = ledger.models
    if models is not None and ledger.size >= WORTH_A_MODEL and not models.partly:
        # Whatever is the matter with a model: without one the answer is the same, and takes longer.
        with suppress(VaultError):
            return said_of(models, only)
    return read_all(ledger, only)


def read_all(
    ledger: Ledger, only: Collection[str] | None
) -> dict[str, list[tuple[Entry, Statement]]]:
    """The same from the ledger itself, every entry of which is opened for it."""
    said: dict[str, list[tuple[Entry, Statement]]] = defaultdict(list)
    for entry, fact in ledger.facts(kinds=KINDS.codes):
        if isinstance(fact, Statement) and (only is None or fact.case in only):
            said[fact.case].append((entry, fact))
    return said


def _parts(action: Sequence[Statement]) -> list[Part]:
    """The statements of an action by who may open them and whom they are about."""
    parts: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for fact in action:
        compartment = "identity" if isinstance(fact, IdentityStated) else "coded"
        parts[compartment, getattr(fact, "person", "")].append(fact)
    return [Part(compartment, facts, subject) for (compartment, subject), facts in parts.items()]
