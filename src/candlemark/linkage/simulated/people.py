"""People of the region as six agencies would have them: alphabets, patronymics, slips, gaps.

A person is in 1 to 4 files.  Each file has its own habit of writing names (``people.toml``), slips
of letters, given and family name in each other's place, a day and a month turned, a year and no
day, 1900-01-01 for *not known*, and gaps.  Homonyms come by themselves: common names are common.

It is a simulation and says so: what is measured on it is true of it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from candlemark.dates import PartialDate
from candlemark.linkage.preparing import name_columns, prepared, read_name, sex_of
from candlemark.linkage.unknowns import Notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.linkage.columns import Prepared

_FILE: Final[dict[str, Any]] = tomllib.loads(
    files("candlemark.linkage.simulated").joinpath("people.toml").read_text("utf-8")
)
_LETTERS: Final[dict[str, dict[str, list[str]]]] = _FILE["letters"]
_HABITS: Final[dict[str, dict[str, float]]] = _FILE["habits"]
_TIMES: Final = ((1, 0.68), (2, 0.22), (3, 0.07), (4, 0.03))
"""In how many files a person is."""
_REGIONS: Final = tuple(f"AZ-{a}{b}" for a in "BGLMNSX" for b in "ABCDEFGHIK")[:66]
_OFFENCES: Final[tuple[str, ...]] = tuple(_FILE["offences"])
TRUTH: Final = "truth"
"""Name of the column that says which person a row is; no model is shown it."""

SLIP: Final = 0.08
CROSSED: Final = 0.02
TURNED: Final = 0.03
YEAR_ONLY: Final = 0.04
DEFAULT_DAY: Final = 0.01
NO_BIRTH: Final = 0.12
NO_REGION: Final = 0.10
OTHER_REGION: Final = 0.08
OTHER_OFFENCE: Final = 0.30
NO_FATHER: Final = 0.55
"""Shares of rows; the first is of each of the two names."""


@dataclass(frozen=True, slots=True)
class _Person:
    given: str
    family: str
    father: str
    woman: bool
    birth: date
    region: str
    offence: str


def simulated_people(rows: int, seed: int = 7) -> pa.Table:
    """Rows as agencies would have them, in no order.

    Returns:
        ``source``, ``record``, ``given``, ``family``, ``father``, ``birth`` (ISO 8601 or null),
        ``region``, ``offence``, and :data:`TRUTH`: whose row it is, which no file would have.
    """
    chance = np.random.default_rng(seed)
    people = _people(chance, int(rows / sum(n * p for n, p in _TIMES)) + 2)
    times = chance.choice([n for n, _ in _TIMES], len(people), p=[p for _, p in _TIMES])
    whose = np.repeat(np.arange(len(people)), times)[:rows]
    sources = list(_HABITS)
    found: list[dict[str, Any]] = []
    used: dict[int, set[str]] = {}
    for row, person in enumerate(whose.tolist()):
        left = [name for name in sources if name not in used.setdefault(person, set())]
        source = left[int(chance.integers(len(left)))]
        used[person].add(source)
        found.append(
            {"source": source, "record": f"{row:07d}", TRUTH: person}
            | _as_written(people[person], source, chance)
        )
    order = chance.permutation(len(found))
    return pa.Table.from_pylist([found[at] for at in order])


def listed_people(on: np.ndarray, lists: Sequence[str], seed: int = 7) -> pa.Table:
    """Rows of lists of which is known who is on which, in no order.

    Args:
        on: people by lists, whether each is on each; a person is on a list once.
        lists: their names, those of agencies of ``people.toml``.
        seed: of who they are and how they are written.

    Returns:
        The columns of :func:`simulated_people`.
    """
    chance = np.random.default_rng(seed)
    people = _people(chance, len(on))
    found = [
        {"source": lists[place], "record": f"{row:07d}", TRUTH: person}
        | _as_written(people[person], lists[place], chance)
        for row, (person, place) in enumerate(np.argwhere(on).tolist())
    ]
    return pa.Table.from_pylist([found[at] for at in chance.permutation(len(found))])


def _people(chance: np.random.Generator, count: int) -> list[_Person]:
    men, women = (_shuffled(_FILE[name], chance) for name in ("men", "women"))
    common = {n: 1 / np.arange(1, n + 1) ** 0.8 for n in (len(men), len(women), len(_REGIONS))}

    def drawn(names: Sequence[str], times: int = count) -> list[str]:
        shares = common[len(names)]
        return [names[at] for at in chance.choice(len(names), times, p=shares / shares.sum())]

    woman = chance.random(count) < 0.3
    given = np.where(woman, drawn(women), drawn(men)).tolist()
    stems, fathers = drawn(men), drawn(men)
    endings = chance.choice(["ov", "li", "zadə", "oğlu"], count, p=[0.75, 0.14, 0.10, 0.01])
    days = chance.integers(0, 365 * 60, count).tolist()
    regions, offences = drawn(_REGIONS), chance.choice(_OFFENCES, count).tolist()
    return [
        _Person(
            given[at],
            _family(stems[at], str(endings[at]), bool(woman[at])),
            fathers[at],
            bool(woman[at]),
            date(1945, 1, 1) + timedelta(days=days[at]),
            regions[at],
            offences[at],
        )
        for at in range(count)
    ]


def _shuffled(names: Sequence[str], chance: np.random.Generator) -> list[str]:
    return [names[at] for at in chance.permutation(len(names))]


def _family(stem: str, ending: str, woman: bool) -> str:  # noqa: FBT001 - a plain rule of grammar
    if ending == "ov":
        return stem + ("yev" if stem[-1] in "aəıoöuüei" else "ov") + ("a" if woman else "")
    return stem + ending


def _as_written(person: _Person, source: str, chance: np.random.Generator) -> dict[str, Any]:
    habits = _HABITS[source]
    habit = str(chance.choice(list(habits), p=list(habits.values())))
    given, family = (
        _slip(name, chance) if chance.random() < SLIP else name
        for name in (person.given, person.family)
    )
    given, family = (written(name, habit, chance) for name in (given, family))
    if chance.random() < CROSSED:
        given, family = family, given
    return {
        "given": given,
        "family": family,
        "father": None if chance.random() < NO_FATHER else _father(person, habit, chance),
        "birth": _birth(person.birth, chance),
        "region": _region(person.region, chance),
        "offence": str(chance.choice(_OFFENCES))
        if chance.random() < OTHER_OFFENCE
        else person.offence,
    }


def _father(person: _Person, habit: str, chance: np.random.Generator) -> str:
    word = "qızı" if person.woman else "oğlu"
    if habit == "russian":
        return f"{written(person.father, habit, chance)} {'кызы' if person.woman else 'оглы'}"
    if habit == "persian":
        return written(person.father, habit, chance)
    return f"{written(person.father, habit, chance)} {written(word, habit, chance)}"


def written(name: str, habit: str, chance: np.random.Generator) -> str:
    """A name by a habit of ``people.toml``; ``plain`` leaves it as it is."""
    if habit == "plain":
        return name
    rest, made = name.replace("İ", "i").replace("I", "ı").lower(), []
    table = _LETTERS[habit]
    if habit == "persian" and rest[0] in "aəeiıoöuü":
        made.append("ا")
    while rest:
        piece = next((p for p in table if len(p) > 1 and rest.startswith(p)), rest[0])
        some = table.get(piece, [piece])
        made.append(some[int(chance.integers(len(some)))])
        rest = rest[len(piece) :]
    joined = "".join(made).replace("اا", "ا")
    return joined if habit == "persian" else joined.capitalize()


def _slip(name: str, chance: np.random.Generator) -> str:
    """One letter left out, another, or two turned."""
    if len(name) < 4:
        return name
    at, how = int(chance.integers(1, len(name) - 1)), chance.random()
    if how < 0.35:
        return name[:at] + name[at + 1 :]
    if how < 0.7:
        return name[:at] + str(chance.choice(list("aeiouəılnrmstdk"))) + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _birth(day: date, chance: np.random.Generator) -> str | None:
    drawn = chance.random()
    for share, said in (
        (NO_BIRTH, None),
        (DEFAULT_DAY, "1900-01-01"),
        (YEAR_ONLY, str(day.year)),
        (TURNED, f"{day.year}-{day.day:02}-{day.month:02}" if day.day <= 12 else day.isoformat()),
    ):
        if drawn < share:
            return said
        drawn -= share
    return day.isoformat()


def _region(region: str, chance: np.random.Generator) -> str | None:
    drawn = chance.random()
    if drawn < NO_REGION:
        return None
    return str(chance.choice(_REGIONS)) if drawn < NO_REGION + OTHER_REGION else region


def prepare_people(rows: pa.Table) -> Prepared:
    """The rows as they are compared: ``columns.ROWS``."""
    book = Notebook("simulated people")
    made = []
    for row in rows.drop_columns([TRUTH]).to_pylist():
        rest = " ".join(filter(None, (row["given"], row["father"])))
        name = read_name(f"{row['family']}, {rest}", "", book)
        names = [name] if name.known else []
        made.append(
            {
                "source": row["source"],
                "record": row["record"],
                "country": "AZ",
                "region": row["region"],
                "offences": [row["offence"]],
                "persons": 1,
                "birth": PartialDate.parse(row["birth"]) if row["birth"] else None,
                "sex": sex_of(names),
                **name_columns(names),
            }
        )
    return prepared(made, book)
