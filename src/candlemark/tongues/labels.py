"""The text for a reader, in the reader's tongue or openly in another.

A fallback is never passed off as a translation: what was said carries the tongue it is in, so that
a page can set ``lang`` and ``dir`` right and mark it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import NotUnderstood
from candlemark.tongues.languages import INTERFACE, direction, fallbacks, same

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the tongue it is in."""

    text: str
    tongue: str
    """Tag of the tongue the text is in."""
    asked: str = ""
    """Tag of the tongue that was asked for."""

    @property
    def fallback(self) -> bool:
        """Whether the reader gets another tongue, or another script, than the one asked for."""
        return not same(self.tongue, self.asked or self.tongue)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, of this text and not of the page around it."""
        return direction(self.tongue)

    def __str__(self) -> str:
        return self.text


def pick(labels: Mapping[str, str], tag: str) -> Said:
    """The text for a reader of ``tag``: their tongue, else the next they are likely to read.

    When no tongue of the reader's chain has a text, the first tongue that has one is given, in the
    order of the interface and then by tag.

    Raises:
        NotUnderstood: no tongue has a text.
    """
    others = [tongue for tongue in INTERFACE if tongue in labels]
    for tongue in (*fallbacks(tag), *others, *sorted(labels)):
        text = labels.get(tongue)
        if text:
            return Said(text, tongue, tag)
    raise NotUnderstood("there is no text in any tongue", hint="give at least the English one")
