"""What rows of every source are made with: columns of a day and of names, and the table at the end.

Nothing is matched here and nothing is guessed that a source does not say.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from candlemark.dates import PartialDate, Precision
from candlemark.linkage.columns import ROWS, Prepared
from candlemark.linkage.names import FOLDING_VERSION, PersonName, Sex, parse_name
from candlemark.linkage.unknowns import Notebook, known_days, known_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def read_name(text: str, tongue: str, book: Notebook) -> PersonName:
    """A name, taken apart; one that cannot be read is noted, by its script and not as itself."""
    name = parse_name(text, tongue)
    if not name.known:
        scripts = " and ".join(name.scripts) or "no letters"
        book.note("name", scripts, "a script without a table: the name is compared with none")
    return name


def name_columns(names: Sequence[PersonName]) -> dict[str, Any]:
    """The columns of names, of one or several."""
    return {
        "given": _sorted(word.plain for name in names for word in name.given),
        "family": _sorted(word.plain for name in names for word in name.family),
        "father": _sorted(word.plain for name in names for word in name.father),
        "name_words": _sorted(word.plain for name in names for word in name.words),
        "name_keys": _sorted(key for name in names for key in name.keys),
        "father_keys": _sorted(key for name in names for word in name.father for key in word.keys),
        "folding": FOLDING_VERSION if names else None,
        "given_keys": _sorted(key for name in names for word in name.given for key in word.keys),
        "family_keys": _sorted(key for name in names for word in name.family for key in word.keys),
        "pair_keys": _sorted(pair for name in names for pair in pair_keys(name)),
    }


def pair_keys(name: PersonName) -> set[str]:
    """Each key of a given name with each of a family name, whichever is which.

    One key of one word is shared by thousands; two together by few.
    """
    sides = ({key for word in words for key in word.keys} for words in (name.given, name.family))
    return {"|".join(sorted(both)) for both in product(*sides)}


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(set(texts))


def _day_columns(column: str, day: PartialDate | None) -> dict[str, Any]:
    return {
        f"{column}_lo": day.earliest if day else None,
        f"{column}_hi": day.latest if day else None,
        f"{column}_precision": Precision(day.precision).value if day else None,
    }


def sex_of(names: Iterable[PersonName]) -> str | None:
    """What all names that say it agree on; None where they do not, or none says it."""
    said = {name.sex.value for name in names} - {Sex.UNSAID.value}
    return said.pop() if len(said) == 1 else None


def prepared(rows: list[dict[str, Any]], book: Notebook) -> Prepared:
    """The table of rows whose ``day``, ``birth`` and ``minute`` are as the source has them.

    Default values among them, which only all rows together show, become unknown here.
    """
    minutes = known_minutes([row.get("minute") for row in rows], "time", book)
    for row, minute in zip(rows, minutes, strict=True):
        row["minute"] = minute
        for name, kind in zip(ROWS.names, ROWS.types, strict=True):
            if pa.types.is_list(kind) and row.get(name) is None:
                row[name] = []
    for column in ("day", "birth"):
        days = known_days([row.pop(column, None) for row in rows], column, book)
        for row, day in zip(rows, days, strict=True):
            row.update(_day_columns(column, day))
    return Prepared(pa.Table.from_pylist(rows, schema=ROWS), book.noticed)
