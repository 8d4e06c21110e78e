"""Free text per tongue, and why there is none, as folds give them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.casefile.facts import Absence, Words


def by_tongue(words: Sequence[Words]) -> Mapping[str, str]:
    """The texts under their tongues; several in one tongue follow each other as paragraphs."""
    texts: dict[str, str] = {}
    for one in words:
        before = texts.get(one.language)
        if before is None:
            texts[one.language] = one.text
        elif one.text not in before.split("\n\n"):
            texts[one.language] = f"{before}\n\n{one.text}"
    return MappingProxyType(texts)


def absent(reasons: Sequence[Absence]) -> Mapping[str, str]:
    """Why fields hold nothing, by the field."""
    return MappingProxyType({one.field: one.why for one in reasons})
