"""Persons whose names sound like one that was asked for, in whatever alphabet they were written.

The keys of names stand in the read models of who somebody is, and nowhere else.  What is found by
them comes behind what holds the words as they are spelled.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import IdentityStated
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.shelf import in_every
from candlemark.ledger.model import CodedModel, Hit, Snippet
from candlemark.ledger.model import words as each_word
from candlemark.tongues import name_keys, nearness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.casefile.facts import Spelling
    from candlemark.ledger.model import IdentityModel, Models

_NAME_WORDS: Final = 5
"""Words of a question that are looked for among the keys of names."""
_FAR: Final = 9
_CANDIDATES: Final = 200


def named_alike(models: Models, words: str) -> list[Hit]:
    """Names that share a key with every word asked for, the nearest first."""
    asked = [word for word, _, _ in each_word(words)][:_NAME_WORDS]
    keys = [sorted(name_keys(word)) for word in asked]
    if not keys or not all(keys):
        return []
    per_model = in_every(
        models,
        lambda model: [] if isinstance(model, CodedModel) else _alike(model, asked, keys),
    )
    found = [one for of in per_model for one in of]
    return [hit for _, hit in sorted(found, key=itemgetter(0))]


def _alike(
    model: IdentityModel, asked: Sequence[str], keys: Sequence[Sequence[str]]
) -> list[tuple[int, Hit]]:
    """The newest statements of one model that have a key of each word, with how near they are."""
    joins = "".join(
        f" JOIN {{key}} AS k{n} ON k{n}.at = k0.at AND k{n}.part = k0.part"
        f" AND k{n}.number = k0.number AND k{n}.key IN ({_marks(keys[n])})"
        for n in range(1, len(keys))
    )
    question = (
        "SELECT DISTINCT k0.at, k0.part, k0.number, s.data, s.kind, s.version"
        f" FROM {{key}} AS k0{joins} JOIN {{statement}} AS s ON s.at = k0.at"
        " AND s.part = k0.part AND s.number = k0.number"
        f" WHERE k0.key IN ({_marks(keys[0])}) ORDER BY k0.at DESC LIMIT {_CANDIDATES}"
    )
    values = [*(key for some in keys[1:] for key in some), *keys[0]]
    found = []
    for at, part, number, data, kind, version in model.query(question, values):
        fact = KINDS.read(kind, version, data)
        if isinstance(fact, IdentityStated):
            near, name = min(((_near(asked, one), one) for one in fact.names), key=itemgetter(0))
            text = Snippet("", name.text, "")
            hit = Hit(fact.case, "names", name.language, name.text, at, part, number, text)
            found.append((near, hit))
    return found


def _marks(keys: Sequence[str]) -> str:
    return ", ".join("?" * len(keys))


def _near(asked: Sequence[str], name: Spelling) -> int:
    """How near a name as a whole is to what was asked: the farthest of the words asked for."""
    there = [word for word, _, _ in each_word(name.text)]
    return max(_nearest(one, there, name.language) for one in asked)


def _nearest(asked: str, there: Sequence[str], tag: str) -> int:
    known = (nearness(asked, word, tag) for word in there)
    return min((one for one in known if one is not None), default=_FAR)
