"""What is compared and how, as data: comparisons, blocking, training, thresholds.

A plan says nothing about any row.  It is read from TOML, all its faults together, and becomes part
of the model that is trained by it.  Format: docs/formats/link-model.md.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import Fault, NotInOrder, NotUnderstood, SourceMissing
from candlemark.linkage.columns import VERSION
from candlemark.linkage.facts import CASE, PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KINDS: Final = ("name", "day", "minute", "same", "terms", "number", "text")
SHIPPED: Final = ("cases", "persons")
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_OURS: Final = frozenset({"n", "source", "record", "source_dataset", "unique_id"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: two values of a column, and how alike they can be."""

    name: str
    kind: str
    column: str
    crossed: str = ""
    """For a name: the comparison it may have changed places with."""
    frequency: bool = False
    """A value that few rows have is stronger evidence than one that many have."""
    against: bool = False
    """Only disagreement counts: what else agrees has said already that this does."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key for blocking that the table has not: sound keys of columns that hold names."""

    name: str
    columns: tuple[str, ...]
    """One: the keys of its words.  Two: each key of the one with each of the other."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided before a row is looked at."""

    code: str
    unit: str
    columns: int
    comparisons: tuple[Compared, ...]
    rules: tuple[tuple[str, ...], ...]
    most: int
    exact: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...]
    seed: int
    random_pairs: int
    sure: tuple[tuple[str, ...], ...]
    recall: float
    learn: tuple[tuple[str, ...], ...]
    automatic: float
    people: float

    def compared(self, name: str) -> Compared:
        """The comparison of this name."""
        return next(one for one in self.comparisons if one.name == name)


def load_plan(code: str) -> Plan:
    """A plan that comes with Candlemark.

    Raises:
        NotUnderstood: there is none of this code.
    """
    if code not in SHIPPED:
        raise NotUnderstood(
            f"there is no plan {code[:40]!r}", hint=f"there are {', '.join(SHIPPED)}"
        )
    text = files("candlemark.linkage.engine").joinpath(f"plans/{code}.toml").read_text("utf-8")
    return plan_of(tomllib.loads(text), code)


def read_plan(path: Path) -> Plan:
    """A plan of one's own.

    Raises:
        SourceMissing: the file is not there.
        NotUnderstood: it is not TOML.
        NotInOrder: ``faults`` names everything that is wrong with it.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SourceMissing(
            f"{path.name} is not there, or is no text", hint="name a plan, a file of TOML"
        ) from None
    try:
        return plan_of(tomllib.loads(text), path.name)
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstood(
            f"{path.name} is not TOML: {error}", hint="docs/formats/link-model.md has an example"
        ) from None


def plan_of(file: Mapping[str, Any], where: str) -> Plan:
    """The plan in a document, once it was looked at.

    Raises:
        NotInOrder: ``faults`` names everything that is wrong with it.
    """
    faults: list[Fault] = []
    said = {name: _table(file, name, where, faults) for name in ("plan", "blocking", "training")}
    shares = _table(file, "thresholds", where, faults)
    try:
        plan = Plan(
            code=str(said["plan"].get("code", "")),
            unit=str(said["plan"].get("unit", "")),
            columns=int(said["plan"].get("columns", 0)),
            comparisons=tuple(
                Compared(**{key: one[key] for key in Compared.__slots__ if key in one})
                for one in file.get("comparison", ())
            ),
            rules=_lists(said["blocking"].get("rules", ())),
            most=int(said["blocking"].get("most", 0)),
            exact=tuple(tuple(one["columns"]) for one in file.get("exact", ())),
            keys=tuple(Key(one["name"], tuple(one["columns"])) for one in file.get("key", ())),
            seed=int(said["training"].get("seed", 0)),
            random_pairs=int(said["training"].get("random_pairs", 0)),
            sure=_lists(said["training"].get("sure", ())),
            recall=float(said["training"].get("recall", 0)),
            learn=_lists(said["training"].get("learn", ())),
            automatic=float(shares.get("automatic", 0)),
            people=float(shares.get("people", 0)),
        )
    except (TypeError, ValueError, KeyError) as error:
        faults.append(Fault(where, f"a value is missing or of the wrong kind ({error})"))
    else:
        faults += [Fault(where, what) for what in _wrong(plan)]
    if faults:
        raise NotInOrder(
            f"the plan {where} cannot be used", hint="see the faults for each", faults=faults
        )
    return plan


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan as the document :func:`plan_of` reads."""
    return {
        "plan": {"code": plan.code, "unit": plan.unit, "columns": plan.columns},
        "comparison": [
            {key: getattr(one, key) for key in Compared.__slots__} for one in plan.comparisons
        ],
        "blocking": {"rules": [list(rule) for rule in plan.rules], "most": plan.most},
        "exact": [{"columns": list(one)} for one in plan.exact],
        "key": [{"name": one.name, "columns": list(one.columns)} for one in plan.keys],
        "training": {
            "seed": plan.seed,
            "random_pairs": plan.random_pairs,
            "sure": [list(rule) for rule in plan.sure],
            "recall": plan.recall,
            "learn": [list(rule) for rule in plan.learn],
        },
        "thresholds": {"automatic": plan.automatic, "people": plan.people},
    }


def _table(
    file: Mapping[str, Any], name: str, where: str, faults: list[Fault]
) -> Mapping[str, Any]:
    found = file.get(name, {})
    if not isinstance(found, dict):
        faults.append(Fault(where, f"[{name}] is a table"))
        return {}
    return found


def _lists(some: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(part) for part in one) for one in some)


def _wrong(plan: Plan) -> list[str]:
    """What is wrong with a plan, in the order of its file."""
    found = [f"{plan.unit!r} is no unit: case or person"] if plan.unit not in {CASE, PERSON} else []
    if plan.columns != VERSION:
        found.append(f"it is for columns {plan.columns}; this program makes columns {VERSION}")
    found += [*_wrong_comparisons(plan), *_wrong_rules(plan)]
    if not 0 < plan.recall <= 1:
        found.append("recall is a share above 0")
    if not 0 < plan.people <= plan.automatic < 1:
        found.append("thresholds: 0 < people <= automatic < 1")
    if plan.most < 2 or plan.random_pairs < 1000:
        found.append("most is at least 2, random_pairs at least 1,000")
    return found


def _wrong_comparisons(plan: Plan) -> Iterator[str]:
    names = [one.name for one in plan.comparisons]
    if not names or len(set(names)) < len(names):
        yield "comparisons need names, each another"
    for one in plan.comparisons:
        if _WORD.fullmatch(one.name) is None or one.name in _OURS:
            yield f"{one.name!r} cannot name a comparison"
        if one.kind not in KINDS:
            yield f"{one.name}: {one.kind!r} is none of {', '.join(KINDS)}"
        if one.crossed and (one.kind != "name" or one.crossed not in names):
            yield f"{one.name}: only names of two comparisons change places"


def _wrong_rules(plan: Plan) -> Iterator[str]:
    for what, rules in (("blocking", plan.rules), ("sure", plan.sure), ("learn", plan.learn)):
        if not rules or not all(rules):
            yield f"{what} needs at least one rule, and a rule at least one column"
    columns = {
        name for rule in (*plan.rules, *plan.exact, *plan.sure, *plan.learn) for name in rule
    }
    for name in sorted(columns | {key.name for key in plan.keys}):
        if _WORD.fullmatch(name) is None:
            yield f"{name!r} cannot name a column"
    taught = {column for rule in plan.learn for column in rule}
    always = sorted(column for column in taught if all(column in rule for rule in plan.learn))
    if always:
        yield f"learn: {', '.join(always)} is in every rule, so nothing teaches it"
