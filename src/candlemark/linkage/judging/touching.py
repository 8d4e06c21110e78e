"""What a judgement reaches: the records whose group is another one without it.

Whoever used links asks this when a judgement is made or taken back: a figure that counted one of
these records counted them otherwise than they stand now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.linkage.judging.grouping import Groups
from candlemark.linkage.judging.standing import counting, linked_pairs, stood, unpublished

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging.standing import Pair, Published, Word


def touched_by(
    judgement: str,
    words: Sequence[Word],
    taken_back: Collection[str] = (),
    automatic: Iterable[Pair] = (),
    published: Published = unpublished,
) -> frozenset[LinkRecord]:
    """The records whose group differs with this judgement and without it.

    A judgement that was taken back is set against having counted: so one asks what taking it back
    changes, before or after it is done.

    Args:
        judgement: ``judgement_…``.
        words: every judgement said, in the order of the ledger.
        taken_back: those that count no more.
        automatic: the pairs a run linked by itself.
        published: see :func:`~candlemark.linkage.judging.standing.stood`.
    """
    linked = sorted(automatic)
    gone = {*taken_back, judgement}
    without = _groups(words, gone, linked, published)
    having = _groups(words, gone - {judgement}, linked, published)
    return frozenset(
        record for record in {*without, *having} if _with(without, record) != _with(having, record)
    )


def _with(
    groups: dict[LinkRecord, frozenset[LinkRecord]], record: LinkRecord
) -> frozenset[LinkRecord]:
    return groups.get(record, frozenset({record}))


def _groups(
    words: Sequence[Word],
    gone: Collection[str],
    automatic: Iterable[Pair],
    published: Published,
) -> dict[LinkRecord, frozenset[LinkRecord]]:
    """The group of every record that is in one of two or more."""
    linked = linked_pairs(stood(counting(words, gone), automatic, published), automatic)
    return {
        record: frozenset(members)
        for members in Groups(linked).members().values()
        for record in members
    }
