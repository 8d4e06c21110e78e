"""What people write for a release: its title and text in every tongue, and why one is withdrawn.

::

    [en]
    title = "What the courts of Valmora did in 2025"
    text = "Of 140 charges … "

    [az]
    …

A tongue that is missing is named; all that are missing are named together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder
from candlemark.publish.table import TONGUES
from candlemark.publish.tongue_file import read_sections, texts_under, wrong_with
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.publish.table import Texts

_LARGEST: Final = 200_000
_TITLE: Final = 200
_TEXT: Final = 5000
"""Characters of a text: five tongues of it have to fit on pages of 60 KB with the rest."""


@dataclass(frozen=True, slots=True)
class TextsOf:
    """The title and the text of a release.

    Raises:
        NotInOrder: one is missing in a tongue, or too long; ``faults`` names every one.
    """

    titles: Texts
    texts: Texts

    def __post_init__(self) -> None:
        faults = [*_faults("title", self.titles, _TITLE), *_faults("text", self.texts, _TEXT)]
        if faults:
            raise NotInOrder(
                "the texts of this release are not whole",
                hint="a release says everything in every tongue",
                faults=faults,
            )


def read_texts(content: bytes) -> TextsOf:
    """The texts in a TOML file with a section for each tongue.

    Raises:
        NotUnderstood: it is no such file.
        NotInOrder: a text is missing in a tongue.
    """
    found = _sections(content)
    return TextsOf(texts_under(found, "title"), texts_under(found, "text"))


def read_reasons(content: bytes) -> Texts:
    """Why a release is withdrawn, from the key ``reason`` of each section.

    Raises:
        NotUnderstood, NotInOrder: as :func:`read_texts`.
    """
    return whole_reasons(texts_under(_sections(content), "reason"))


def whole_reasons(reasons: Texts) -> Texts:
    """Why a release is withdrawn, once it is said in every tongue.

    Raises:
        NotInOrder: it is missing in one, or too long; ``faults`` names every one.
    """
    faults = tuple(_faults("reason", reasons, _TEXT))
    if faults:
        raise NotInOrder(
            "the reasons are not whole",
            hint="a withdrawal says why in every tongue",
            faults=faults,
        )
    return reasons


def read_names(content: bytes) -> Texts:
    """What the group calls itself, from the key ``name`` of each section.

    Raises:
        NotUnderstood, NotInOrder: as :func:`read_texts`.
    """
    names = texts_under(_sections(content), "name")
    faults = tuple(_faults("name", names, _TITLE))
    if faults:
        raise NotInOrder("the names are not whole", hint="say it in every tongue", faults=faults)
    return names


def _sections(content: bytes) -> Mapping[str, Any]:
    return read_sections(content, _LARGEST, "the texts", _HINT)


def _faults(what: str, found: Texts, longest: int) -> Iterator[Fault]:
    for tongue in TONGUES:
        for wrong in wrong_with(found.get(tongue, ""), longest, NAMES[tongue]):
            yield Fault(f"{tongue}.{what}", wrong)


_HINT: Final = 'it is TOML with a section for each tongue: [en], then title = "…" and text = "…"'
