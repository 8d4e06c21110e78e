"""A scheme and its terms: codes that explain themselves.

A term has a code, a label in every tongue of the interface, a scope note that says what belongs to
it and what does not, and the source the note was written after.  Nothing here reads a file; what
is read was checked before, so a scheme in hand is whole.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from candlemark.errors import UnknownTerm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a scheme."""

    code: str
    """Kebab-case, unique within the scheme, never used again for something else."""
    scheme: str
    broader: str
    """Code of the term this one is a part of; empty at the top."""
    labels: Mapping[str, str] = field(hash=False)
    """What readers see, per tongue."""
    notes: Mapping[str, str] = field(hash=False)
    """Scope note per tongue; ``en`` always."""
    source: str
    order: int
    """Place in the scheme, from 0; in ``stages`` it is the way of a case."""
    rank: int = 0
    """Which of several outcomes of one day stands: the highest; a narrower term has its group's."""

    @property
    def note(self) -> str:
        """The scope note in English."""
        return self.notes["en"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One list of the definition, in order."""

    code: str
    labels: Mapping[str, str] = field(hash=False)
    notes: Mapping[str, str] = field(hash=False)
    source: str
    terms: tuple[Term, ...]
    by_code: Mapping[str, Term] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = MappingProxyType({term.code: term for term in self.terms})
        object.__setattr__(self, "by_code", by_code)  # the one way to fill a frozen field

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    @property
    def note(self) -> str:
        """What the scheme is for, in English."""
        return self.notes["en"]

    @property
    def top(self) -> tuple[Term, ...]:
        """The terms that are part of no other."""
        return tuple(term for term in self.terms if not term.broader)

    def term(self, code: str) -> Term:
        """The term with this code; :class:`UnknownTerm` names the nearest ones."""
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownTerm(
                f"the scheme {self.code} has no term {code[:60]!r}",
                hint=nearest(code, self.by_code),
            ) from None

    def narrower(self, code: str) -> tuple[Term, ...]:
        """The terms directly below this one, in order."""
        self.term(code)
        return tuple(term for term in self.terms if term.broader == code)

    def path(self, code: str) -> tuple[Term, ...]:
        """The term and every broader one, outermost first."""
        found = [self.term(code)]
        while found[0].broader:
            found.insert(0, self.by_code[found[0].broader])
        return tuple(found)

    def group(self, code: str) -> Term:
        """The outermost term this one is a part of, which may be the term itself."""
        return self.path(code)[0]


def nearest(code: str, codes: Iterable[str]) -> str:
    """A hint that names the codes most like the one asked for, or the first few."""
    known = list(codes)
    close = difflib.get_close_matches(code.casefold(), known, n=3, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(close)}"
    shown = ", ".join(known[:12])
    return f"known: {shown}{', …' if len(known) > 12 else ''}"
