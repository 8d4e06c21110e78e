"""How statements about cases are said, and how case files are read back.

One action of a person is one entry of the ledger, whatever number of statements it holds.  It is
checked whole (``checks.py``) and refused whole: either every statement of it stands in the ledger
afterwards, or none.

What a person is called is sealed in a part of its own, in the compartment of the case's team where
there is one; what is about one person is sealed under that person as its subject.

Checking reads the case as it is.  Two people who save at the same moment may both correct the same
statement; both corrections are then kept and shown side by side, and nothing is lost.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from candlemark.casefile.apart import CODED, IDENTITY, apart_of
from candlemark.casefile.belonging import linked, routes, shown
from candlemark.casefile.checks import check
from candlemark.casefile.facts import (
    CaseOpened,
    ConsentWithdrawn,
    IdentityStated,
    Statement,
    StepDone,
    Words,
)
from candlemark.casefile.fold import fold_case
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.known import Known, known_of
from candlemark.casefile.limits import shipped_rules
from candlemark.casefile.meanings import meanings_of
from candlemark.casefile.shelf import placed
from candlemark.casefile.tying import other_case
from candlemark.errors import Fault, NotEntitled, NotInOrder, UnknownCase, VaultError
from candlemark.ids import new_id
from candlemark.ledger import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from candlemark.casefile.apart import Apart
    from candlemark.casefile.belonging import Shown
    from candlemark.casefile.views import CaseFile
    from candlemark.definition import Edition
    from candlemark.ledger import Entry, Ledger
    from candlemark.ledger.model import Models

_T = TypeVar("_T")

WORTH_A_MODEL: Final = 100
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
        NotEntitled: it names somebody in a case whose identities this member does not read.
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
        NotInOrder, NotEntitled, VaultBusy, StorageFull, LedgerBroken: as :func:`say`.
    """
    known = examine(ledger, edition, actions)
    apart = apart_of(ledger)
    parts = [_parts(action, known, apart) for action in actions]
    return ledger.append_all(parts, language=language)


def examine(
    ledger: Ledger, edition: Edition, actions: Sequence[Sequence[Statement]]
) -> dict[str, Known]:
    """Look at what is to be said without saying it; what each case would then hold.

    Raises:
        NotInOrder: ``faults`` names every field.
        LedgerBroken: the ledger is damaged.
    """
    wanted = {fact.case for action in actions for fact in action}
    wanted |= {case for action in actions for fact in action for case in other_case(fact)}
    files = shown_of(ledger, wanted)
    known = {case: known_of(files[case].said if case in files else []) for case in wanted}
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
    return known


def faults_of(
    edition: Edition, action: Sequence[Statement], before: Known | None = None
) -> tuple[Fault, ...]:
    """What :func:`say` would find wrong with an action about one case, given what that holds."""
    rules = frozenset(rule.code for rule in shipped_rules())
    known = {} if before is None else {action[0].case: before}
    return tuple(check(edition, known, action, rules))


class NewCase(NamedTuple):
    """An action that opens a case nobody else can know of yet, and was found in order."""

    action: tuple[Statement, ...]


def new_case(edition: Edition, action: Sequence[Statement]) -> NewCase:
    """An action that opens a case under a new identifier, looked at once and for all.

    Raises:
        NotInOrder: ``faults`` names every field.
    """
    if faults := faults_of(edition, action):
        raise NotInOrder(
            "what was to be said is not in order", hint="look at the fields named", faults=faults
        )
    return NewCase(tuple(action))


def open_all(ledger: Ledger, new: Sequence[NewCase], *, language: str = "en") -> tuple[Entry, ...]:
    """Open new cases, each with all that is said of it, all of them or none.

    What was looked at before is not looked at again: under an identifier that was drawn a moment
    ago nobody can have said anything meanwhile.

    Raises:
        VaultBusy, StorageFull, LedgerBroken: as :func:`say`.
    """
    apart = apart_of(ledger)
    known: dict[str, Known] = {}
    for one in new:
        if any(isinstance(fact, ConsentWithdrawn | StepDone) for fact in one.action):
            held = known.setdefault(one.action[0].case, Known())
            for fact in one.action:
                held.add(fact)
    parts = [_parts(one.action, known, apart) for one in new]
    return ledger.append_all(parts, language=language)


def open_case(
    ledger: Ledger, edition: Edition, titles: Mapping[str, str], reference: str = ""
) -> str:
    """Open a case file under neutral titles, one per tongue; its identifier.

    Who its people are lies with the identities of all other cases; ``teams.open_for_team`` opens
    one that has a team.

    Raises:
        NotInOrder: see :func:`say`.
    """
    opened = opening_of(edition, titles, reference)
    say(ledger, edition, [opened], language=next(iter(titles), "en"))
    return opened.case


def opening_of(edition: Edition, titles: Mapping[str, str], reference: str = "") -> CaseOpened:
    """The statement that opens a new case; nothing is said yet."""
    return CaseOpened(
        id=new_id("fact"),
        case=new_id("case"),
        edition=edition.code,
        titles=tuple(Words(text, tongue) for tongue, text in titles.items()),
        reference=reference,
    )


def cases(ledger: Ledger) -> tuple[CaseFile, ...]:
    """Every case file of the vault, in the order they were opened; merged ones are one.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return fold_all(one for one in shown_of(ledger, None).values() if not one.into)


def some_cases(ledger: Ledger, wanted: Collection[str]) -> tuple[CaseFile, ...]:
    """The case files of these identifiers; those that are not there are left out.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    if not wanted:
        return ()
    shown = shown_of(ledger, wanted)
    return fold_all(one for id_, one in shown.items() if id_ in wanted)


def case(ledger: Ledger, case_id: str) -> CaseFile:
    """One case file.  Of one that was merged, what it held; ``merged_into`` says where it is now.

    Raises:
        UnknownCase: the vault has no such case, or its opening was taken back.
        LedgerBroken: the ledger is damaged.
    """
    one = shown_of(ledger, {case_id}).get(case_id)
    found = fold_all([one] if one is not None else [])
    if not found:
        raise UnknownCase(
            "the vault has no such case", hint="candlemark case list shows the cases there are"
        )
    return found[0]


def said_in(ledger: Ledger, case_id: str) -> tuple[tuple[Entry, Statement], ...]:
    """Every statement a case shows with its entry, in the order of the ledger; none for no case.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found = shown_of(ledger, {case_id}).get(case_id)
    return tuple(found.said) if found is not None else ()


def fold_all(files: Iterable[Shown]) -> tuple[CaseFile, ...]:
    """The case files of what cases show, without those nobody opened."""
    given = list(files)
    meanings = meanings_of({fact.edition for one in given for _, fact in one.said})
    folded = (
        fold_case(one.said, meanings, case_id=one.case, into=one.into, closed=one.closed)
        for one in given
    )
    return tuple(one for one in folded if one is not None)


def shown_of(ledger: Ledger, wanted: Collection[str] | None) -> dict[str, Shown]:
    """What the cases wanted show, and those tied to them; or all cases.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    apart = apart_of(ledger)
    said = _said(ledger, None if wanted is None else frozenset(wanted), apart)
    return shown(said, apart.closed)


def said_with(ledger: Ledger, case_id: str) -> Sequence[tuple[Entry, Statement]]:
    """What was said in one case and in those tied to it, in the order of the ledger."""
    return _said(ledger, frozenset({case_id}), apart_of(ledger))


def _said(
    ledger: Ledger, wanted: frozenset[str] | None, apart: Apart
) -> Sequence[tuple[Entry, Statement]]:
    """The statements of these cases and of those tied to them, in the order of the ledger."""
    if apart.reads(CODED):
        found = from_model(ledger, lambda models: placed(models, wanted))
        if found is not None:
            return [(entry, fact) for _, entry, fact in found]
    return read_all(ledger, wanted)


def from_model(ledger: Ledger, ask: Callable[[Models], _T]) -> _T | None:
    """What ``ask`` makes of the read models; None where reading the ledger itself is as well."""
    models = ledger.models
    if models is not None and ledger.size >= WORTH_A_MODEL:
        # Whatever is the matter with a model: without one the answer is the same, and takes longer.
        with suppress(VaultError):
            return ask(models)
    return None


def read_all(ledger: Ledger, wanted: Collection[str] | None) -> list[tuple[Entry, Statement]]:
    """The same from the ledger itself, every entry of which is opened for it."""
    said = [
        (entry, fact)
        for entry, fact in ledger.facts(kinds=KINDS.codes)
        if isinstance(fact, Statement)
    ]
    if wanted is None:
        return said
    ties = (tie for _, fact in said if (tie := routes(fact)) is not None)
    only = linked(ties, wanted)
    return [pair for pair in said if pair[1].case in only]


def _parts(
    action: Sequence[Statement],
    known: Mapping[str, Known] | None = None,
    apart: Apart | None = None,
) -> list[Part]:
    """The statements of an action by who may open them and whom they are about.

    Args:
        action: the statements.
        known: what their cases hold with them; None where they hold nothing else.
        apart: where identities lie; None for cases without a team.

    Raises:
        NotEntitled: an identity is to be said in a case whose team this member is not of.
    """
    parts: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    holds = _held(action) if known is None else known
    for fact in action:
        compartment = CODED
        if isinstance(fact, IdentityStated):
            compartment = IDENTITY if apart is None else apart.compartment(fact.case)
            if apart is not None and apart.closed(fact.case):
                raise NotEntitled(
                    "who the people of this case are is not this member's to say",
                    hint="somebody who reads it lets you: candlemark case team",
                )
        parts[compartment, subject_of(fact, holds)].append(fact)
    return [Part(compartment, facts, subject) for (compartment, subject), facts in parts.items()]


def _held(action: Sequence[Statement]) -> Mapping[str, Known]:
    held: dict[str, Known] = defaultdict(Known)
    for fact in action:
        held[fact.case].add(fact)
    return held


def subject_of(fact: Statement, known: Mapping[str, Known]) -> str:
    """The person a statement is about: named in it, or in what it ends."""
    if isinstance(fact, ConsentWithdrawn | StepDone):
        of = fact.consent if isinstance(fact, ConsentWithdrawn) else fact.step
        return known[fact.case].person_of(of)
    return getattr(fact, "person", "")
