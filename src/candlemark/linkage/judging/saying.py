"""How people say what they think of a pair: judge, take back, ask to see the names.

One action is one entry, signed by whoever does it.  A reason is free text that everybody who reads
what happened can read: it is asked to name nobody, and one that holds a name of the records before
the person is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotEntitled, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.linkage.facts import ANSWERS, CASE, Judgement
from candlemark.linkage.judging.facts import JudgementTakenBack, NamesShown
from candlemark.linkage.judging.standing import pair_of
from candlemark.tongues import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from candlemark.definition import Edition
    from candlemark.ledger import Entry, Ledger
    from candlemark.linkage.judging.reading import SaidOfPairs
    from candlemark.linkage.judging.standing import Pair

CODED: Final = "coded"
REASON_LENGTH: Final = 1_000
"""Letters a reason has at most."""
_WORD: Final = re.compile(r"\w+")
_LETTERS: Final = 4
"""A shorter word of a name is a word of too many tongues to be looked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers about a pair, before it is said."""

    pair: Pair
    answer: str
    """Term of ``link-answers``."""
    reason: str = ""
    run: str = ""
    blind: bool = False
    """Whether no score and no other answer had been shown."""
    seen: tuple[str, ...] = ()
    """What was shown: columns, ``score``, ``names``."""
    unit: str = CASE
    names: tuple[str, ...] = ()
    """Names of the two records, which the reason must not hold; they are not kept."""


def judge(ledger: Ledger, edition: Edition, given: Answer, *, language: str = "en") -> str:
    """Say an answer; the identifier of the judgement.

    An answer of the same person about the same pair replaces theirs, and both are kept.

    Raises:
        NotInOrder: ``faults`` names every field; nothing was kept.
        VaultBusy, StorageFull, LedgerBroken: nothing was kept.
    """
    faults = [*_of_answer(edition, given.answer), *_of_reason(given.reason, given.names)]
    if given.pair[0] == given.pair[1]:
        faults.append(Fault("pair", "a record is not compared with itself"))
    if faults:
        raise NotInOrder(
            "this judgement is not in order",
            hint="look at the fields named; nothing was kept",
            faults=faults,
        )
    left, right = pair_of(*given.pair)
    fact = Judgement(
        id=new_id("judgement"),
        edition=edition.code,
        left=left,
        right=right,
        answer=given.answer,
        reason=given.reason.strip(),
        run=given.run,
        blind=given.blind,
        seen=given.seen,
        unit=given.unit,
    )
    ledger.append([Part(CODED, (fact,))], language=language)
    return fact.id


def take_back(
    ledger: Ledger, said: SaidOfPairs, member: str, judgement: str, reason: str = ""
) -> Entry:
    """Take back what one answered about the pair of a judgement: the newest word and the earlier.

    Raises:
        NotInOrder: there is no such judgement, or it counts no more, or the reason is too long.
        NotEntitled: somebody else said it.
        VaultBusy, StorageFull, LedgerBroken: nothing was kept.
    """
    word = said.word(judgement)
    if word is None:
        raise NotInOrder(
            "there is no such judgement", hint="candlemark link review history lists them"
        )
    if word.member != member:
        raise NotEntitled(
            "this judgement is somebody else's",
            hint="judge the pair yourself: one answer against another parts it until it is settled",
        )
    faults = list(_of_reason(reason, ()))
    mine = [one for one in said.words if one.member == member and one.pair == word.pair]
    standing = [one.fact.id for one in mine if one.fact.id not in said.not_counting]
    if not standing:
        faults.append(Fault("judgement", "it was taken back already"))
    if faults:
        raise NotInOrder("this cannot be taken back", hint="nothing was kept", faults=faults)
    back = JudgementTakenBack(id=new_id("fact"), judgements=tuple(standing), reason=reason.strip())
    return ledger.append([Part(CODED, (back,))])


def show_names(ledger: Ledger, pair: Pair, fields: Iterable[str]) -> Entry:
    """Say that names of a pair are about to be shown to whoever opened the vault.

    What was hidden may be shown only after this returned.

    Raises:
        VaultBusy, StorageFull, LedgerBroken: nothing was said, so nothing may be shown.
    """
    left, right = pair_of(*pair)
    fact = NamesShown(id=new_id("fact"), left=left, right=right, fields=tuple(fields))
    return ledger.append([Part(CODED, (fact,))])


def _of_answer(edition: Edition, answer: str) -> list[Fault]:
    if answer in edition.scheme(ANSWERS):
        return []
    what = "choose one of the four" if not answer else f"{answer[:60]!r} is not a term of {ANSWERS}"
    return [Fault("answer", what)]


def _of_reason(reason: str, names: Collection[str]) -> list[Fault]:
    faults = []
    if len(reason.strip()) > REASON_LENGTH:
        faults.append(Fault("reason", f"it is longer than {REASON_LENGTH} letters"))
    said = set(_WORD.findall(fold(reason)))
    named = {word for name in names for word in _WORD.findall(fold(name)) if len(word) >= _LETTERS}
    if any(word.startswith(part) for word in said for part in named):
        faults.append(Fault("reason", "it holds a name of the records; say it without"))
    return faults
