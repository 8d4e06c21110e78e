"""Two public cases as facts, read from TOML files and said into a ledger as anybody would say them.

The files in ``public_cases/`` hold facts about public figures from public sources, each with its
source, in words of our own; dates are as exact as the source.  In a file, things have short names
(``sentence``, ``caucasian-knot``) that refer to each other; identifiers are drawn when it is said.

Each file becomes one action per saved step: the case with its sources, each person, the incidents,
the proceedings with their charges, and every stage and note by itself.  Either all of it is kept or
nothing.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile import facts, say_all
from candlemark.dates import PartialDate
from candlemark.errors import Fault, NotInOrder
from candlemark.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.definition import Edition
    from candlemark.ledger import Fact, Ledger

FOLDER: Final = "public_cases"

_DATES: Final = frozenset({"when", "until", "final", "served", "on", "retrieved", "birth"})
_TO_THINGS: Final = frozenset({"person", "proceeding", "intervention"})
_TO_SEVERAL: Final = frozenset({"sources", "persons", "charges", "follows", "statements"})
_ENUMS: Final = {
    "form": facts.SourceForm,
    "forum": facts.Forum,
    "turn": facts.Turn,
    "trigger": facts.Trigger,
    "standing": facts.GroundStanding,
}
_INSIDE: Final[dict[str, type[Fact]]] = {
    "names": facts.Spelling,
    "acts": facts.Act,
    "grounds": facts.BiasGround,
    "speech": facts.SpeechAnswer,
    "claims": facts.Claim,
}
_SECTIONS: Final[dict[str, tuple[type[facts.Statement], str]]] = {
    # section: (statement, the field with the identifier of the thing it brings in)
    "source": (facts.SourceCited, "source"),
    "person": (facts.PersonInRole, "person"),
    "identity": (facts.IdentityStated, ""),
    "incident": (facts.IncidentDescribed, "incident"),
    "proceeding": (facts.ProceedingOpened, "proceeding"),
    "charge": (facts.ChargeBrought, "charge"),
    "stage": (facts.StageReached, ""),
    "still-pending": (facts.StillPending, ""),
    "life": (facts.LifeTurned, ""),
    "limit": (facts.LimitTriggered, ""),
    "intervention": (facts.InterventionMade, "intervention"),
    "answer": (facts.InterventionAnswered, ""),
    "note": (facts.NoteMade, ""),
    "contradiction": (facts.ContradictionNoted, ""),
}
_TOGETHER: Final = (("source",), ("person", "identity"), ("incident",), ("proceeding", "charge"))
"""Sections that are said in one action; every item of the others is one by itself."""


def say_public_cases(ledger: Ledger, edition: Edition) -> tuple[str, ...]:
    """Say every public case into the ledger, all or none; the identifiers of the cases.

    Raises:
        NotInOrder: a file does not fit the definition; every fault is named.
    """
    folder = files(__package__ or "candlemark.cli.demonstration").joinpath(FOLDER)
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".toml"))
    cases = []
    actions = []
    for name in names:
        content = tomllib.loads(folder.joinpath(name).read_text("utf-8"))
        reading = _Reading(name, content, edition)
        actions += reading.actions()
        cases.append(reading.case)
        if reading.faults:
            raise NotInOrder(
                f"{name} is not in order",
                hint="look at the sections named",
                faults=reading.faults,
            )
    say_all(ledger, edition, actions)
    return tuple(cases)


class _Reading:
    """One file on its way to statements."""

    def __init__(self, name: str, content: Mapping[str, Any], edition: Edition) -> None:
        self.case = new_id("case")
        self.faults: list[Fault] = []
        self._content = content
        self._edition = edition
        self._things: dict[str, str] = {}
        self._statements: dict[str, str] = {}
        for section in content.keys() - _SECTIONS.keys() - {"case"}:
            self.faults.append(Fault(name, f"there is no section {section!r}"))
        for section, (_, thing) in _SECTIONS.items():
            for item in content.get(section, ()):
                if "name" in item:
                    self._statements[item["name"]] = new_id("fact")
                    if thing:
                        self._things[item["name"]] = new_id(thing)

    def actions(self) -> list[list[facts.Statement]]:
        """The statements of the file, by the action that says them."""
        opened = facts.CaseOpened(
            id=new_id("fact"),
            case=self.case,
            edition=self._edition.code,
            titles=self._words(self._content["case"]["titles"]),
            reference=self._content["case"]["reference"],
        )
        actions: list[list[facts.Statement]] = [[opened]]
        for sections in _TOGETHER:
            said = [one for section in sections for one in self._section(section)]
            if sections == ("source",):
                actions[0] += said
            elif said:
                actions.append(said)
        grouped = {section for sections in _TOGETHER for section in sections}
        for section in _SECTIONS:
            if section not in grouped:
                actions += [[one] for one in self._section(section)]
        return actions

    def _section(self, section: str) -> Iterator[facts.Statement]:
        kind, thing = _SECTIONS[section]
        for n, item in enumerate(self._content.get(section, ()), 1):
            where = f"{section} {n}"
            name = item.get("name", "")
            fields = self._fields(where, kind, {k: v for k, v in item.items() if k != "name"})
            if thing:
                fields[thing] = self._things.get(name, "")
            yield kind(
                id=self._statements.get(name) or new_id("fact"),
                case=self.case,
                edition=self._edition.code,
                **fields,
            )

    def _fields(self, where: str, kind: type[Fact], item: Mapping[str, Any]) -> dict[str, Any]:
        fields = {}
        for key, value in item.items():
            if key not in kind.__struct_fields__:
                self.faults.append(Fault(where, f"there is no field {key!r}"))
            else:
                fields[key] = self._value(where, kind, key, value)
        return fields

    def _value(self, where: str, kind: type[Fact], key: str, value: Any) -> Any:
        """What stands in a file under ``key``, as the statement wants it."""
        if key in _DATES:
            return PartialDate.parse(value)
        if key in _ENUMS:
            return _ENUMS[key](value)
        if key in _INSIDE:
            inside = _INSIDE[key]
            return tuple(inside(**self._fields(where, inside, one)) for one in value)
        if key in _TO_THINGS or key == "shown":
            return self._named(where, key, value)
        if key in _TO_SEVERAL or (kind is facts.Act and key in {"by", "to"}):
            return tuple(self._named(where, key, one) for one in value)
        if isinstance(value, dict):
            return self._words(value)
        return tuple(value) if isinstance(value, list) else value

    def _named(self, where: str, key: str, name: str) -> str:
        """The identifier of the thing, or for some fields the statement, called ``name``."""
        known = self._statements if key in {"follows", "statements", "shown"} else self._things
        if name not in known:
            self.faults.append(Fault(where, f"nothing is called {name!r}"))
            return ""
        return known[name]

    @staticmethod
    def _words(texts: Mapping[str, str]) -> tuple[facts.Words, ...]:
        return tuple(facts.Words(text, tongue) for tongue, text in texts.items())
