"""What the codes in a case's statements mean, by the edition each statement was coded under.

The folds are pure, so the editions are handed to them.  A code, or an edition, that is not known
here does not stop a case from being read: it groups with nothing and ranks last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from candlemark.definition import Definition
from candlemark.errors import UnknownTerm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from candlemark.definition import Edition, Scheme

LAST: Final = 1_000_000
"""The place of a term nobody knows."""

UNJUDGED: Final = 5
"""The rank of a source nobody judged: below fairly reliable (4), above unreliable (6)."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """The editions a fold may need, by their codes."""

    editions: Mapping[str, Edition]

    def group(self, edition: str, scheme: str, code: str) -> str:
        """The outermost term ``code`` is a part of; the code itself where that is not known."""
        found = self._scheme(edition, scheme)
        if found is None or code not in found:
            return code
        return found.group(code).code

    def order(self, edition: str, scheme: str, code: str) -> int:
        """The place of a term in its scheme, from 0; :data:`LAST` where that is not known."""
        found = self._scheme(edition, scheme)
        if found is None or code not in found:
            return LAST
        return found.term(code).order

    def reliability(self, edition: str, code: str) -> int:
        """The rank of a source, 0 the best.

        One that nobody judged is not worse than one that is known to be unreliable, so it does not
        take its place from the scheme, where it stands last.
        """
        order = self.order(edition, "reliability", code)
        return UNJUDGED if order == LAST or code == "unknown" else 2 * order

    def codes(self, edition: str, scheme: str) -> tuple[str, ...]:
        """Every code of a scheme, in order; none where the edition is not known."""
        found = self._scheme(edition, scheme)
        return tuple(term.code for term in found.terms) if found is not None else ()

    def agree(self, edition: str, scheme: str, one: str, other: str) -> bool:
        """Whether two codes can both be true: the same, or one is a part of the other."""
        if one == other:
            return True
        found = self._scheme(edition, scheme)
        if found is None or one not in found or other not in found:
            return False
        above_one = {term.code for term in found.path(one)}
        above_other = {term.code for term in found.path(other)}
        return one in above_other or other in above_one

    def _scheme(self, edition: str, scheme: str) -> Scheme | None:
        found = self.editions.get(edition)
        if found is None or scheme not in found.by_code:
            return None
        return found.scheme(scheme)


def meanings_of(editions: Iterable[str]) -> Meanings:
    """The editions named; those this version does not ship are left out."""
    found = {code: _shipped(code) for code in sorted(set(editions))}
    return Meanings({code: edition for code, edition in found.items() if edition is not None})


@lru_cache(maxsize=16)
def _shipped(code: str) -> Edition | None:
    """An edition, read once: it never changes, and every case that is read needs it."""
    try:
        return Definition.load(code)
    except UnknownTerm:  # written by a later version; its terms stay codes
        return None
