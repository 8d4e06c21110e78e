"""Two people correct the same statement, not knowing of each other: what can be done about it.

Both corrections are kept whatever is decided.  Whoever comes second sees the first and says which
is to stand: theirs, their own over it, or both beside each other as a contradiction.  Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from candlemark.casefile import facts
from candlemark.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from candlemark.casefile.facts import Statement


def heirs(
    said: Iterable[Statement], live: Collection[str], old: Statement
) -> tuple[Statement, ...]:
    """The statements that stand in the place of one that was corrected; none when taken back.

    Args:
        said: every statement of the case.
        live: identifiers of those that stand.
        old: the one that was corrected.
    """
    later: dict[str, list[Statement]] = {}
    for one in said:
        for before in one.supersedes:
            later.setdefault(before, []).append(one)
    found, waiting, seen = [], [old], {old.id}
    while waiting:
        for one in later.get(waiting.pop(0).id, ()):
            if one.id not in seen:
                seen.add(one.id)
                waiting.append(one)
                found += [one] if one.id in live else []
    return tuple(found)


def same(before: Statement, after: Statement) -> bool:
    """Whether a correction says what was said before."""
    apart = {"id": before.id, "supersedes": before.supersedes, "edition": before.edition}
    return msgspec.structs.replace(after, **apart, case=before.case) == before


def over(theirs: Sequence[Statement], before: Statement, mine: Statement) -> Statement:
    """Mine in the place of theirs: what I changed as I have it, what only they changed as they do.

    Where they took it back, mine is said anew.

    Args:
        theirs: what stands instead of ``before``.
        before: what both corrected.
        mine: my correction of ``before``.
    """
    supersedes = tuple(one.id for one in theirs)
    if not theirs:
        return msgspec.structs.replace(mine, supersedes=supersedes)
    changed = {
        name: getattr(mine, name)
        for name in mine.__struct_fields__
        if name == "id" or getattr(mine, name) != getattr(before, name)
    }
    return msgspec.structs.replace(theirs[0], **(changed | {"supersedes": supersedes}))


def beside(theirs: Sequence[Statement], mine: Statement) -> facts.ContradictionNoted:
    """That theirs and mine stand beside each other; to be said together with mine."""
    return facts.ContradictionNoted(
        id=new_id("fact"),
        case=mine.case,
        edition=mine.edition,
        statements=(*(one.id for one in theirs), mine.id),
    )
