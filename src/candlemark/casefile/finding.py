"""Finding cases by words: in titles, notes, names, places, articles, numbers.

A case is found where a statement that still stands holds every word asked for.  What was corrected
or taken back finds nothing, because a person who looks for it would be shown a case that no longer
says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from candlemark.casefile.alike import named_alike
from candlemark.casefile.apart import apart_of
from candlemark.casefile.belonging import shown
from candlemark.casefile.facts import CaseOpened
from candlemark.casefile.shelf import in_every, placed
from candlemark.casefile.standing import standing
from candlemark.casefile.words import by_tongue
from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from candlemark.ledger import Ledger
    from candlemark.ledger.model import Hit, Models, Snippet

_CANDIDATES: Final = 200
"""Texts looked at; of a word that stands in more, the best so many."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where a case holds what was asked for: the field, its tongue, and the words around it."""

    field: str
    language: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that was found, its titles by tongue, and where it holds the words."""

    id: str
    titles: Mapping[str, str]
    places: tuple[FoundPlace, ...]


def find(
    ledger: Ledger,
    words: str,
    limit: int = 20,
    without: Callable[[Sequence[str]], Collection[str]] | None = None,
) -> tuple[FoundCase, ...]:
    """The cases that hold every word in one text, the best first.

    Args:
        ledger: of a vault in a folder.
        words: whatever was typed; nothing of it is syntax.
        limit: how many cases at most.
        without: which of the cases that may hold them are not wanted; none is left out otherwise.

    Raises:
        SettingRefused: the vault has no place for read models.
        LedgerBroken: the ledger is damaged.
        StorageFull, VaultBusy: the read model could not be kept, or waited for.
    """
    models = ledger.models
    if models is None:
        raise SettingRefused(
            "this vault has no place to search in", hint="open a vault that lies in a folder"
        )
    per_model = in_every(models, lambda model: model.search(words, max(limit, _CANDIDATES)))
    by_case: dict[str, list[Hit]] = defaultdict(list)
    for hit in _interleaved(per_model):
        by_case[hit.about].append(hit)
    if len(by_case) < limit:
        for hit in named_alike(models, words):
            by_case[hit.about].append(hit)
    found: dict[str, FoundCase] = {}
    unwanted = without(list(by_case)) if without is not None else ()
    waiting = [case_id for case_id in by_case if case_id not in unwanted]
    while waiting and len(found) < limit:
        some, waiting = waiting[:limit], waiting[limit:]
        hits = {case_id: by_case[case_id] for case_id in some}
        for one in _standing(models, hits, apart_of(ledger).closed):
            found.setdefault(one.id, one)
    return tuple(found.values())[:limit]


def _interleaved(per_model: list[tuple[Hit, ...]]) -> list[Hit]:
    """The best of each model, then the second best: their ranks cannot be compared."""
    return [one for rank in zip_longest(*per_model) for one in rank if one is not None]


def _standing(
    models: Models, hits: Mapping[str, list[Hit]], closed: Callable[[str], bool]
) -> list[FoundCase]:
    """The cases that show those hits, where the statement they stand in still does.

    A hit in a case that was merged is shown in the one it was merged into.  An identity of a case
    that is not this member's to read finds nothing.
    """
    there = placed(models, hits)
    said_at = {place: fact.id for place, _, fact in there}
    files = shown(((entry, fact) for _, entry, fact in there), closed)
    places_of: dict[str, list[tuple[int, Hit]]] = defaultdict(list)
    for rank, one in enumerate(hit for of in hits.values() for hit in of):
        statement = said_at.get((one.at, one.part, one.number))
        if statement is not None:
            places_of[statement].append((rank, one))
    best: list[tuple[int, FoundCase]] = []
    for file in files.values():
        live = {fact.id: fact for fact in standing(file.said).live}
        opened = next(
            (
                fact
                for fact in live.values()
                if isinstance(fact, CaseOpened) and fact.case == file.case
            ),
            None,
        )
        kept = sorted((pair for one in live for pair in places_of.get(one, ())), key=itemgetter(0))
        if opened is not None and kept and not file.into:
            places = tuple(FoundPlace(hit.field, hit.language, hit.snippet) for _, hit in kept)
            best.append((kept[0][0], FoundCase(file.case, by_tongue(opened.titles), places)))
    return [found for _, found in sorted(best, key=itemgetter(0))]
