"""What people write for a submission: title and text in each tongue, and what is told of cases.

::

    [en]
    title = "Hate crime in Valmora in 2025"
    text = "…"

    [case."ref-1"]
    others = "the neighbour is one of some hundred who live there"

    [case."ref-1".en]
    description = "Two men were beaten in a street after …"

A case is named by its reference or its identifier.  What is missing is named, all of it together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder, NotUnderstood
from candlemark.publish.lettering import can_be_shown
from candlemark.publish.table import TONGUES
from candlemark.publish.tongue_file import read_toml
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.publish.releases.facts import InTongues

LARGEST: Final = 1_000_000
_TITLE: Final = 200
_TEXT: Final = 100_000
_DESCRIPTION: Final = 3_000
_REASON: Final = 1_000
_CASE: Final = "case"


@dataclass(frozen=True, slots=True)
class CaseText:
    """What is written about one case."""

    description: Mapping[str, str] = field(default_factory=dict)
    """Per tongue; empty for none."""
    others: str = ""
    """Why persons it tells about as well, who did not agree, cannot be recognised."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All that was written for a submission; ``cases`` by reference or identifier."""

    titles: Mapping[str, str]
    texts: Mapping[str, str]
    cases: Mapping[str, CaseText]

    def in_tongues(self, tongues: Sequence[str]) -> tuple[InTongues, InTongues]:
        """Titles and texts in the tongues of a submission.

        Raises:
            NotInOrder: one is missing, too long, or cannot be shown; ``faults`` names every one.
        """
        faults = [
            *_faults("title", self.titles, tongues, _TITLE),
            *_faults("text", self.texts, tongues, _TEXT),
        ]
        for name, one in self.cases.items():
            if one.description:
                faults += _faults(f"case {name}", one.description, tongues, _DESCRIPTION)
            if len(one.others) > _REASON or not can_be_shown(one.others):
                faults.append(Fault(f"case {name}", "the reason is too long, or cannot be shown"))
        if faults:
            raise NotInOrder(
                "the texts of this submission are not whole",
                hint="a submission says everything in each of its tongues",
                faults=faults,
            )
        return _pairs(self.titles, tongues), _pairs(self.texts, tongues)


def read_texts(content: bytes) -> Texts:
    """The texts in a TOML file.

    Raises:
        NotUnderstood: it is no such file.
    """
    found = read_toml(content, LARGEST, "the texts", _HINT)
    faults = tuple(_strange(found))
    if faults:
        raise NotUnderstood(
            "the file with the texts holds what does not belong in it", hint=_HINT, faults=faults
        )
    cases = found.get(_CASE, {})
    return Texts(
        {tongue: found[tongue].get("title", "").strip() for tongue in TONGUES if tongue in found},
        {tongue: found[tongue].get("text", "").strip() for tongue in TONGUES if tongue in found},
        {name: _case(one) for name, one in cases.items()},
    )


def _case(found: Mapping[str, Any]) -> CaseText:
    description = {
        tongue: found[tongue]["description"].strip()
        for tongue in TONGUES
        if found.get(tongue, {}).get("description", "").strip()
    }
    return CaseText(description, found.get("others", "").strip())


def _strange(found: Mapping[str, Any]) -> Iterator[Fault]:
    for name, one in found.items():
        if name != _CASE:
            yield from _section(name, name, one, {"title", "text"})
    cases = found.get(_CASE, {})
    if not isinstance(cases, dict):
        yield Fault(_CASE, "it is no section")
        return
    for name, one in cases.items():
        where = f"case {name[:40]}"
        if not isinstance(one, dict):
            yield Fault(where, "it is no section")
            continue
        for key, value in one.items():
            if key == "others" and isinstance(value, str):
                continue
            yield from _section(f"{where}.{key[:40]}", key, value, {"description"})


def _section(where: str, tongue: str, one: object, keys: set[str]) -> Iterator[Fault]:
    if tongue not in TONGUES or not isinstance(one, dict):
        yield Fault(where[:90], "this is no tongue of a submission")
        return
    for key, value in one.items():
        if key not in keys or not isinstance(value, str):
            yield Fault(f"{where}.{key[:40]}", f"it is none of {', '.join(sorted(keys))}")


def _faults(
    where: str, found: Mapping[str, str], tongues: Sequence[str], longest: int
) -> Iterator[Fault]:
    for tongue in tongues:
        text = found.get(tongue, "")
        if not text:
            yield Fault(f"{where} ({tongue})", f"it is missing ({NAMES[tongue]})")
        elif len(text) > longest:
            yield Fault(f"{where} ({tongue})", f"it is longer than {longest:,} characters")
        elif not can_be_shown(text):
            yield Fault(f"{where} ({tongue})", "it holds characters that cannot be shown")


def _pairs(found: Mapping[str, str], tongues: Sequence[str]) -> InTongues:
    return tuple((tongue, found[tongue]) for tongue in tongues)


_HINT: Final = (
    'it is TOML with a section for each tongue: [en], then title = "…" and text = "…"; and for a'
    ' case [case."reference".en] with description = "…"'
)
