"""An edition: every scheme of the definition, at one version, with the fingerprint of its content.

The fingerprint says that two people mean the same words.  It is taken over a canonical form that
does not depend on how the files are split, named, ordered or laid out, and that does depend on
every code, label, note and source and on the order of the terms, because that order has a meaning.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from candlemark.definition.terms import nearest
from candlemark.errors import UnknownTerm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.definition.terms import Scheme, Term

FORM = "candlemark-edition 1"
"""First line of the canonical form; a change of the form changes this line."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the definition.  It never changes; a correction is a new edition."""

    code: str
    """Year and number: ``2026.1``."""
    labels: Mapping[str, str] = field(hash=False)
    notes: Mapping[str, str] = field(hash=False)
    schemes: tuple[Scheme, ...]
    """In the order readers meet them."""
    fingerprint: str = field(init=False)
    """SHA-256 over :func:`canonical`, in hex."""
    by_code: Mapping[str, Scheme] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code = MappingProxyType({scheme.code: scheme for scheme in self.schemes})
        object.__setattr__(self, "by_code", by_code)
        object.__setattr__(self, "fingerprint", hashlib.sha256(canonical(self)).hexdigest())

    def scheme(self, code: str) -> Scheme:
        """The scheme with this code; :class:`UnknownTerm` names the nearest ones."""
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownTerm(
                f"the definition has no scheme {code[:60]!r}",
                hint=nearest(code, self.by_code),
            ) from None

    def term(self, scheme: str, code: str) -> Term:
        """The term of a scheme; :class:`UnknownTerm` when either does not exist."""
        return self.scheme(scheme).term(code)


def canonical(edition: Edition) -> bytes:
    """The bytes the fingerprint is taken over: sorted JSON in UTF-8 after one line that names it.

    Schemes stand under their codes.  Terms stand in a list, in order.  What follows from the rest
    (a rank taken from the group, a place in the list) is not repeated.
    """
    content = {
        "code": edition.code,
        "labels": dict(edition.labels),
        "notes": dict(edition.notes),
        "schemes": {scheme.code: _scheme(scheme) for scheme in edition.schemes},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{FORM}\n{text}\n".encode()


def _scheme(scheme: Scheme) -> dict[str, object]:
    return {
        "labels": dict(scheme.labels),
        "notes": dict(scheme.notes),
        "source": scheme.source,
        "terms": [_term(term) for term in scheme.terms],
    }


def _term(term: Term) -> dict[str, object]:
    return {
        "broader": term.broader,
        "code": term.code,
        "labels": dict(term.labels),
        "notes": dict(term.notes),
        "rank": term.rank,
        "source": term.source,
    }
