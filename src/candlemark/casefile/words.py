"""Free text per tongue, as folds give it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.casefile.facts import Words


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
