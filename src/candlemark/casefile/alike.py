"""Persons whose names sound like one that was asked for, in whatever alphabet they were written.

The keys of names stand in the read models of who somebody is, and nowhere else.  What is found by
them comes behind what holds the words as they are spelled.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final, cast

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
    places = _places(model, keys)
    names = _Names(asked)
    found = []
    for at, part, number, said in model.rows("statement", "case_id", places.values()):
        if (at, part, number) not in places:
            continue
        _, kind, version, data = said
        fact = KINDS.read(str(kind), cast("int", version), cast("bytes", data))
        if isinstance(fact, IdentityStated):
            near, name = min(((names.near(one), one) for one in fact.names), key=itemgetter(0))
            text = Snippet("", name.text, "")
            hit = Hit(fact.case, "names", name.language, name.text, at, part, number, text)
            found.append((near, hit))
    return sorted(found, key=lambda one: one[1].at, reverse=True)


def _places(model: IdentityModel, keys: Sequence[Sequence[str]]) -> dict[tuple[int, int, int], str]:
    """Where the newest statements stand that have a key of each word, and their cases.

    A tenth of all names may have the same key.  So the index is walked from its end and left as
    soon as enough was found: through the keys of the rarest word, each by itself.
    """
    rarest, *others = sorted(keys, key=lambda some: _count(model, some)) if keys[1:] else keys
    both = "".join(
        " AND EXISTS (SELECT 1 FROM {key} AS other WHERE other.at = one.at"
        " AND other.part = one.part AND other.number = one.number"
        f" AND other.key IN ({_marks(some)}))"
        for some in others
    )
    question = (
        "SELECT one.at, one.part, one.number, one.case_id FROM {key} AS one"
        f" WHERE one.key = ?{both} ORDER BY one.at DESC LIMIT {_CANDIDATES}"
    )
    values = [key for some in others for key in some]
    found = {
        (at, part, number): case
        for key in rarest
        for at, part, number, case in model.query(question, [key, *values])
    }
    return dict(sorted(found.items(), reverse=True)[:_CANDIDATES])


def _count(model: IdentityModel, keys: Sequence[str]) -> int:
    question = f"SELECT count(*) FROM {{key}} WHERE key IN ({_marks(keys)})"
    return int(model.query(question, list(keys))[0][0])


def _marks(keys: Sequence[str]) -> str:
    return ", ".join("?" * len(keys))


class _Names:
    """How near names are to the words asked for; a word met before is not looked at again.

    Made for one question and then dropped, because the words are those of sealed names.
    """

    def __init__(self, asked: Sequence[str]) -> None:
        self._asked = asked
        self._known: dict[tuple[str, str, str], int] = {}

    def near(self, name: Spelling) -> int:
        """How near a name as a whole is: the farthest of the words asked for."""
        there = [word for word, _, _ in each_word(name.text)]
        return max(
            min((self._word(one, word, name.language) for word in there), default=_FAR)
            for one in self._asked
        )

    def _word(self, asked: str, there: str, tag: str) -> int:
        key = (asked, there, tag)
        if key not in self._known:
            found = nearness(asked, there, tag)
            self._known[key] = _FAR if found is None else found
        return self._known[key]
