"""What people write for a submission: title and text in each tongue, and what is told of cases.

::

    [en]
    title = "Hate crime in Valmora in 2025"
    text = "…"

    [case."ref-1"]
    others = "the neighbour is one of some hundred who live there"

    [case."ref-1".en]
    description = "Two men were beaten in a street after …"

    [case."ref-2".incident."2025-03-14".en]
    description = "Their shop was set on fire."

A case is named by its reference or its identifier.  Of a case with several incidents each has a
text of its own, under its date as it is recorded or its identifier.  What is missing is named, all
of it together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder, NotUnderstood
from candlemark.publish.lettering import can_be_shown
from candlemark.publish.table import TONGUES
from candlemark.publish.tongue_file import read_toml, wrong_with
from candlemark.tongues import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from candlemark.casefile.views import Incident
    from candlemark.publish.releases.facts import InTongues

LARGEST: Final = 1_000_000
_TITLE: Final = 200
_TEXT: Final = 100_000
_DESCRIPTION: Final = 3_000
_REASON: Final = 1_000
_CASE: Final = "case"
_INCIDENT: Final = "incident"


def calls(incident: Incident) -> tuple[str, ...]:
    """What an incident can be called in a text: its identifier, its date as recorded."""
    return (incident.id, str(incident.when)) if incident.when else (incident.id,)


@dataclass(frozen=True, slots=True)
class CaseText:
    """What is written about one case."""

    description: Mapping[str, str] = field(default_factory=dict)
    """Per tongue; empty for none."""
    others: str = ""
    """Why persons it tells about as well, who did not agree, cannot be recognised."""
    incidents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What is told of its incidents, by identifier or date as recorded, each per tongue."""

    def names(self, incident: Incident) -> bool:
        """Whether an incident of the case is meant; all of them where none is named."""
        return not self.incidents or any(one in self.incidents for one in calls(incident))

    def about(self, incident: Incident) -> Mapping[str, str]:
        """What is told of an incident per tongue: its own text, or that of the whole case."""
        own = (self.incidents[one] for one in calls(incident) if one in self.incidents)
        return next(own, self.description)


@dataclass(frozen=True, slots=True)
class Texts:
    """All that was written for a submission; ``cases`` by reference or identifier."""

    titles: Mapping[str, str]
    texts: Mapping[str, str]
    cases: Mapping[str, CaseText]

    def in_tongues(self, tongues: Sequence[str]) -> tuple[InTongues, InTongues]:
        """Titles and texts in the tongues of a submission, as far as they are there."""
        return _pairs(self.titles, tongues), _pairs(self.texts, tongues)

    def refuse_missing(self, tongues: Sequence[str]) -> None:
        """Refuse texts that are not whole.

        Raises:
            NotInOrder: one is missing, too long, or cannot be shown; ``faults`` names every one.
        """
        faults = [
            *_faults("title", self.titles, tongues, _TITLE),
            *_faults("text", self.texts, tongues, _TEXT),
        ]
        for name, one in self.cases.items():
            written = {"": one.description} | dict(one.incidents)
            for which, described in written.items():
                if described:
                    where = f"case {name}, incident {which}" if which else f"case {name}"
                    faults += _faults(where, described, tongues, _DESCRIPTION)
            if len(one.others) > _REASON or not can_be_shown(one.others):
                faults.append(Fault(f"case {name}", "the reason is too long, or cannot be shown"))
        if faults:
            raise NotInOrder(
                "the texts of this submission are not whole",
                hint="a submission says everything in each of its tongues",
                faults=faults,
            )


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
    incidents = {name: _description(one) for name, one in found.get(_INCIDENT, {}).items()}
    return CaseText(_description(found), found.get("others", "").strip(), incidents)


def _description(found: Mapping[str, Any]) -> Mapping[str, str]:
    return {
        tongue: found[tongue]["description"].strip()
        for tongue in TONGUES
        if found.get(tongue, {}).get("description", "").strip()
    }


def _strange(found: Mapping[str, Any]) -> Iterator[Fault]:
    for name, one in found.items():
        if name != _CASE:
            yield from _section(name, name, one, {"title", "text"})
    yield from _each(_CASE, found.get(_CASE, {}), _strange_case)


def _strange_case(where: str, found: Mapping[str, Any]) -> Iterator[Fault]:
    for key, one in found.items():
        if key == _INCIDENT:
            yield from _each(f"{where}, {_INCIDENT}", one, _strange_incident)
        elif key != "others" or not isinstance(one, str):
            yield from _section(f"{where}.{key[:40]}", key, one, {"description"})


def _strange_incident(where: str, found: Mapping[str, Any]) -> Iterator[Fault]:
    for tongue, one in found.items():
        yield from _section(f"{where}.{tongue[:40]}", tongue, one, {"description"})


def _each(
    where: str, found: object, strange: Callable[[str, Mapping[str, Any]], Iterator[Fault]]
) -> Iterator[Fault]:
    """What is strange in sections whose names are people's own."""
    if not isinstance(found, dict):
        yield Fault(where, "it is no section")
        return
    for name, one in found.items():
        here = f"{where} {name[:40]}"
        if isinstance(one, dict):
            yield from strange(here, one)
        else:
            yield Fault(here, "it is no section")


def _section(where: str, tongue: str, one: object, keys: set[str]) -> Iterator[Fault]:
    if tongue not in TONGUES or not isinstance(one, dict):
        yield Fault(where[:120], "this is no tongue of a submission")
        return
    for key, value in one.items():
        if key not in keys or not isinstance(value, str):
            yield Fault(f"{where}.{key[:40]}", f"it is none of {', '.join(sorted(keys))}")


def _faults(
    where: str, found: Mapping[str, str], tongues: Sequence[str], longest: int
) -> Iterator[Fault]:
    for tongue in tongues:
        for what in wrong_with(found.get(tongue, ""), longest, NAMES[tongue]):
            yield Fault(f"{where} ({tongue})", what)


def _pairs(found: Mapping[str, str], tongues: Sequence[str]) -> InTongues:
    return tuple((tongue, found[tongue]) for tongue in tongues if found.get(tongue))


_HINT: Final = (
    'it is TOML with a section for each tongue: [en], then title = "…" and text = "…"; and for a'
    ' case [case."reference".en] with description = "…", or for one of its incidents'
    ' [case."reference".incident."2025-03-14".en]'
)
