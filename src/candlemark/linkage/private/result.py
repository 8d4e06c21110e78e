"""What comes out: counts in which no single person shows, or links each side reads for itself.

``counts``: how many are in both lists, rounded, and *fewer than* where few are, or where few of a
list are not.  ``links``: each side gets a file with the numbers of its own rows that were linked
and a random name for each link.  A name stands in both files and says nothing else; whoever is
given rows of both sides under these names can join them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from candlemark.errors import NotTogether, SourceEmpty
from candlemark.linkage.private import comparing, papers
from candlemark.linkage.private.exchanging import open_rows
from candlemark.linkage.private.papers import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.linkage.private.agreement import Agreement
    from candlemark.linkage.private.exchanging import Encodings, SealedRows
    from candlemark.seal import SealingKey

RESULT: Final = "result"
_SAME_LIST: Final = 0.95
_NAME_BYTES: Final = 12


class Count(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many are in both lists, as far as it may be said."""

    said: Literal["about", "fewer than", "all but fewer than"]
    number: int
    """Of people; for ``all but fewer than``, of those who are in one list only."""
    of: str = ""
    """For ``all but fewer than``, the list: ``a``, ``b`` or ``a and b``."""


class Linked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A row of the side the file is for, and the name of its link."""

    row: int
    name: str


class Result(Paper, frozen=True, kw_only=True):
    """The result for one side; for ``counts`` both get the same."""

    agreement: str
    encodings: dict[str, str]
    """Hashes of the encodings of both sides."""
    output: Literal["counts", "links"]
    side: str
    """Whose rows are linked; empty for counts."""
    count: Count
    links: tuple[Linked, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """What the linkage unit hands out."""

    files: dict[str, Result]
    """By side; one without a side for counts."""
    undecided: int
    """Rows that were linked with nobody because two were equally near: for the unit to look at,
    and in no file."""


def match(
    agreement: Agreement,
    one: Encodings,
    other: Encodings,
    tell: Callable[[float], None] = lambda _done: None,
) -> Matched:
    """Compare the encodings of both sides, as agreed.

    Raises:
        NotTogether: they are of other agreements, secrets or sizes, of one side, or of one list.
        SourceEmpty: a list is shorter than agreed.
        SourceMalformed: a file does not hold what it says.
    """
    _check(agreement, one, other)
    left, right = sorted((one, other), key=lambda each: each.side)
    bits = left.array(), right.array()
    if comparing.same_rows(*bits) >= _SAME_LIST:
        raise NotTogether(
            "the two lists are nearly the same: one list was given twice",
            hint="ask both organisations what they encoded",
        )
    pairs = comparing.match(*bits, agreement.scheme.threshold, tell)
    count = counted(len(pairs.links), left.rows, right.rows, agreement)
    hashes = {"a": left.check, "b": right.check}
    if agreement.output == "counts":
        return Matched({"": _result(agreement, hashes, count)}, pairs.undecided)
    names = [secrets.token_hex(_NAME_BYTES) for _ in pairs.links]
    files = {}
    for at, side in enumerate(("a", "b")):
        numbers = [(row, column)[at] for row, column, _ in pairs.links]
        linked = sorted(map(Linked, numbers, names), key=lambda each: each.name)
        files[side] = _result(agreement, hashes, count, side=side, links=tuple(linked))
    return Matched(files, pairs.undecided)


def _check(agreement: Agreement, one: Encodings, other: Encodings) -> None:
    for each in (one, other):
        if each.agreement != agreement.check:
            raise NotTogether(
                f"the encodings of side {each.side} were made under another agreement",
                hint="another scheme or secret: both encode again under this one",
            )
        if each.secret != agreement.secret:
            raise NotTogether(
                f"the encodings of side {each.side} were made with another secret",
                hint="both organisations compare the six words of their secret",
            )
        if each.bits != agreement.scheme.bits:
            raise NotTogether(
                f"the encodings of side {each.side} have another length than agreed",
                hint="both encode again under this agreement",
            )
        if each.rows < agreement.least_rows:
            raise SourceEmpty(
                f"side {each.side} sent {each.rows:,} rows; {agreement.least_rows:,} are agreed",
                hint="with a short list single people would be asked after",
            )
    if one.side == other.side:
        raise NotTogether(
            f"both files are of side {one.side}", hint="one organisation is a, the other b"
        )


def counted(both: int, a: int, b: int, agreement: Agreement) -> Count:
    """How many are in both, as far as may be said of lists of these lengths."""
    few, step = agreement.fewest, agreement.step
    if both < few:
        return Count(said="fewer than", number=few)
    nearly = [side for side, many in (("a", a), ("b", b)) if many - both < few]
    if nearly:
        return Count(said="all but fewer than", number=few, of=" and ".join(nearly))
    return Count(said="about", number=step * round(both / step))


def _result(
    agreement: Agreement,
    hashes: dict[str, str],
    count: Count,
    *,
    side: str = "",
    links: tuple[Linked, ...] = (),
) -> Result:
    return papers.sealed_with_hash(
        Result(
            format=papers.format_of(RESULT),
            agreement=agreement.check,
            encodings=hashes,
            output=agreement.output,
            side=side,
            count=count,
            links=links,
        )
    )


def check_own(result: Result, agreement: Agreement, rows: SealedRows) -> None:
    """Refuse a result that is not about the encodings this side made.

    Raises:
        NotTogether: it is of another agreement, another side, or other encodings.
    """
    if result.agreement != agreement.check or rows.agreement != agreement.check:
        raise NotTogether(
            "the result is of another agreement", hint="use the files of one agreement"
        )
    if result.side not in {"", rows.side}:
        raise NotTogether(
            f"this result is for side {result.side}", hint="ask the linkage unit for yours"
        )
    if result.encodings.get(rows.side) != rows.encodings:
        raise NotTogether(
            "the linkage unit compared other encodings than these rows belong to",
            hint="send the file that encode wrote beside these rows, and have it matched again",
        )


def read_links(
    result: Result, agreement: Agreement, rows: SealedRows, secret: SealingKey
) -> dict[str, tuple[str, ...]]:
    """The side's own records under the name of each link.

    Raises:
        NotTogether: see :func:`check_own`; or a row of the result is none of these.
        SourceMalformed: the rows do not open.
    """
    check_own(result, agreement, rows)
    records = open_rows(rows, agreement, secret)
    if any(not 0 <= one.row < len(records) for one in result.links):
        raise NotTogether("the result names rows that are not there", hint="have it matched again")
    return {one.name: records[one.row] for one in result.links}
