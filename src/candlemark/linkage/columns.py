"""The columns that records of different agencies can be compared by.

One row is one record: an agency's counting unit, a case file, or a person of one.  Null means that
nobody knows, and null is never equal to null; an empty list means the same.  Names are here in
the clear, so a table of these rows lives in memory or in an encrypted read model and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

VERSION: Final = 2
"""Of the columns and what they mean; a model is trained for one."""

_WORDS: Final = pa.list_(pa.string())

ROWS: Final = pa.schema(
    [
        ("source", pa.string()),  # code of a crosswalk, or `cases`, or `persons`
        ("record", pa.string()),  # the unit as the batch has it, or a case's or person's identifier
        ("day_lo", pa.date32()),  # what happened happened on this day or later …
        ("day_hi", pa.date32()),  # … and not after this one
        ("day_precision", pa.string()),  # day, month, year
        ("minute", pa.int16()),  # of the day, local time, 0 to 1439
        ("country", pa.string()),  # ISO 3166-1 alpha-2
        ("region", pa.string()),  # ISO 3166-2
        ("place", pa.string()),  # as written, folded and without accents
        ("offences", _WORDS),  # terms of `offences`
        ("grounds", _WORDS),  # terms of `bias-grounds`
        ("persons", pa.int32()),  # people in the record
        ("docket", pa.string()),  # number, without its decoration
        ("given", _WORDS),  # words in the 26 Latin letters; family and given are a guess …
        ("family", _WORDS),
        ("father", _WORDS),
        ("name_words", _WORDS),  # … these are not: both of them, for all persons of the record
        ("name_keys", _WORDS),  # sound keys, for blocking
        ("father_keys", _WORDS),
        ("sex", pa.string()),  # as names say it, of a record about one person
        ("birth_lo", pa.date32()),
        ("birth_hi", pa.date32()),
        ("birth_precision", pa.string()),
        ("folding", pa.string()),  # version of the folding of names
        ("given_keys", _WORDS),
        ("family_keys", _WORDS),
        ("pair_keys", _WORDS),  # a key of a given and one of a family name of one person, together
    ]
)
"""Every column.  ``name_words`` and the other lists are sorted and hold nothing twice."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something in a source that was taken for unknown, or could not be read: counted, not hidden.

    ``value`` is a default value or the name of a script; never somebody's name.
    """

    source: str
    column: str
    value: str
    rows: int
    why: str

    def __str__(self) -> str:
        return f"{self.source}, {self.column}: {self.value} in {self.rows:,} rows: {self.why}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows that can be compared, and what was noticed while making them."""

    rows: pa.Table
    noticed: tuple[Noticed, ...]
    version: int = VERSION
