"""Whether what people wrote for outside tells more than was agreed to, as far as a program can see.

A text is held against every spelling of a name and every court number of the cases told, and where
the persons agreed to less than day and place, against the recorded place and anything that looks
like a day.  A nickname, a face in words, the only bakery of a village cannot be found like this:
that is what the second person reads for.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from candlemark import casefile
from candlemark.casefile.masking import Mask
from candlemark.casefile.where import REGIONS, iso_of
from candlemark.definition import Definition
from candlemark.definition.places import own_words
from candlemark.errors import Fault, NotInOrder
from candlemark.publish.submissions.coarsening import AS_RECORDED, REGION, YEAR
from candlemark.tongues import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from candlemark.casefile.views import CaseFile
    from candlemark.ledger import Ledger
    from candlemark.publish.releases.facts import InTongues
    from candlemark.publish.submissions.facts import CaseTold

_WORD: Final = re.compile(r"\w+")
_LETTERS: Final = 4
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-](\d{2}){1,2}\b")


def refuse_telling(
    ledger: Ledger,
    titles: InTongues,
    texts: InTongues,
    cases: Sequence[CaseTold],
    now: Mapping[str, CaseFile],
) -> None:
    """Refuse texts that tell more than was agreed to, as far as this member reads identities.

    Args:
        ledger: of an opened vault.
        titles: of the whole.
        texts: of the whole.
        cases: what is told of each incident.
        now: the case of each incident as it stands, which may be another than when it was drafted.

    Raises:
        NotInOrder: ``faults`` names every text, and no name.
    """
    files = _with_names(ledger, cases, now)
    masks = {name: Mask(one) for name, one in files.items()}
    faults = [
        Fault(f"{where} ({tongue})", "a name or a court's number of a case stands in it")
        for where, said in (("title", titles), ("text", texts))
        for tongue, text in said
        if any(mask.hides(text, tongue) for mask in masks.values())
    ]
    several = Counter(one.case for one in cases)
    for one in cases:
        case = files[one.incident]
        where = f"case {case.reference or case.id}"
        if several[one.case] > 1:
            where += f", incident {one.incident}"
        faults += _of_case(one, masks[one.incident], case, where)
    if faults:
        raise NotInOrder(
            "a text tells more than was agreed to",
            hint="write it again without what is named; nothing was kept",
            faults=faults,
        )


def unread(ledger: Ledger, cases: Sequence[CaseTold], now: Mapping[str, CaseFile]) -> int:
    """In how many incidents there is an identity that this member does not read.

    No text can be held against it; somebody who reads it should approve.
    """
    files = _with_names(ledger, cases, now).values()
    return sum(any(person.sealed for person in one.persons) for one in files)


def _with_names(
    ledger: Ledger, cases: Sequence[CaseTold], now: Mapping[str, CaseFile]
) -> Mapping[str, CaseFile]:
    """The case of each incident told, with who is in it, as far as this member reads that."""
    return {
        one.incident: casefile.case(ledger, now[one.incident].id)
        for one in cases
        if one.incident in now
    }


def _of_case(told: CaseTold, mask: Mask, case: CaseFile, where: str) -> Iterator[Fault]:
    for tongue, text in told.told.description:
        here = f"{where} ({tongue})"
        if told.told.detail == YEAR:
            yield Fault(here, "its people agreed to the year and the country, to no description")
            continue
        if mask.hides(text, tongue):
            yield Fault(here, "a name or a court's number stands in it")
        if told.told.detail != AS_RECORDED:
            if _DAY.search(fold(text, tongue)):
                yield Fault(here, "a day stands in it; its people agreed to the month")
            if _names(text, tongue, _places(case)):
                agreed = "large region" if told.told.detail == REGION else "country"
                yield Fault(here, f"the place stands in it; its people agreed to the {agreed}")


def _places(case: CaseFile) -> Iterator[tuple[str, str]]:
    """Words of the places, and of the regions that were coded, by their tongue."""
    regions = Definition.load(case.edition).scheme(REGIONS)
    for one in case.incidents:
        yield from one.place.items()
        if iso_of(one.region) and one.region in regions:
            for tongue, label in regions.term(one.region).labels.items():
                yield tongue, own_words(label)


def _names(text: str, tongue: str, places: Iterable[tuple[str, str]]) -> bool:
    """Whether a word of a place stands in a text, with or without an ending grown onto it."""
    words = _WORD.findall(fold(text, tongue))
    parts = [
        part
        for language, place in places
        for part in _WORD.findall(fold(place, language))
        if len(part) >= _LETTERS
    ]
    return any(word.startswith(part) for word in words for part in parts)
