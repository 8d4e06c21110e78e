"""What people write down of an answer: the agency's name and its answer, in every tongue.

::

    [en]
    agency = "The courts of Valmora"
    text = "We count a case when …"

    [az]
    …

    [original]             # only when the answer came in none of the tongues
    tongue = "hy"
    text = "…"

A tongue that is missing is named; all that are missing are named together.  An address of mail or
a telephone number is refused: it leads to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder
from candlemark.publish.table import TONGUES
from candlemark.publish.tongue_file import read_sections, texts_under, wrong_with
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.publish.table import Texts

LONGEST: Final = 2500
"""Characters of an answer: it stands whole on one page, twice where it was written in another
language."""
_NAME: Final = 120
_LARGEST: Final = 100_000
_TONGUE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_OF_A_PERSON: Final = re.compile(r"\S@\S|\+?\d[\d\s()-]{8,}\d")


@dataclass(frozen=True, slots=True)
class Words:
    """An agency and its answer.

    Raises:
        NotInOrder: something is missing, too long or not to be shown; ``faults`` names everything.
    """

    agency: Texts
    texts: Texts
    tongue: str
    original: str

    def __post_init__(self) -> None:
        faults = [*_faults("agency", self.agency, _NAME), *_faults("text", self.texts, LONGEST)]
        if _TONGUE.fullmatch(self.tongue) is None:
            faults.append(Fault("tongue", "say in which language the answer came: az, hy, uz-Cyrl"))
        if self.tongue not in TONGUES:
            faults += [Fault("original.text", what) for what in _wrong(self.original, LONGEST)]
        if faults:
            raise NotInOrder(
                "this answer is not whole",
                hint="an answer stands in every tongue; it names the agency and no person",
                faults=faults,
            )


def read_words(content: bytes, tongue: str) -> Words:
    """The answer in a TOML file.

    Args:
        content: of the file.
        tongue: in which the answer came; read from ``[original]`` when it is none of ours.

    Raises:
        NotUnderstood: it is no such file.
        NotInOrder: a text is missing in a tongue.
    """
    found = _sections(content)
    original = found.get("original", {})
    texts = texts_under(found, "text")
    tongue = str(original.get("tongue", tongue)).strip()
    text = texts.get(tongue, "") if tongue in TONGUES else str(original.get("text", "")).strip()
    return Words(texts_under(found, "agency"), texts, tongue, text)


def read_agency(content: bytes) -> Texts:
    """The name of an agency, from the key ``agency`` of each section.

    Raises:
        NotUnderstood, NotInOrder: as :func:`read_words`.
    """
    return whole_agency(texts_under(_sections(content), "agency"))


def whole_agency(names: Texts) -> Texts:
    """The name of an agency, once it is said in every tongue.

    Raises:
        NotInOrder: it is missing in one, too long, or leads to a person; all are named.
    """
    faults = tuple(_faults("agency", names, _NAME))
    if faults:
        raise NotInOrder(
            "the agency is not named in every tongue",
            hint="name the agency, and no person",
            faults=faults,
        )
    return names


def _sections(content: bytes) -> Mapping[str, Any]:
    return read_sections(content, _LARGEST, "the answer", _HINT, ("original",))


def _faults(what: str, found: Texts, longest: int) -> Iterator[Fault]:
    for tongue in TONGUES:
        for wrong in _wrong(found.get(tongue, ""), longest, NAMES[tongue]):
            yield Fault(f"{tongue}.{what}", wrong)


def _wrong(text: str, longest: int, tongue: str = "") -> Iterator[str]:
    found = list(wrong_with(text, longest, tongue))
    if not found and _OF_A_PERSON.search(text):
        found = ["it holds an address of mail or a telephone number, which lead to a person"]
    yield from found


_HINT: Final = 'it is TOML with a section for each tongue: [en], then agency = "…" and text = "…"'
