"""The page of methods: how cases are counted, what each measure is, and what protection does.

One page in each tongue, with an address for each part (``#kaplan-meier``) that tables lead to.
Formulas are the same in every tongue; what they are of is said in words beside them.  The measures
themselves, with their sources and tests, are described in docs/methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.measure.figure import DRAWN
from candlemark.publish.site.cells import signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Table

DOOR: Final = "methods"
PAGE: Final = "methods.html"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page: the words ``how-CODE`` and ``how-CODE-SAID``, and a formula."""

    code: str
    said: tuple[str, ...]
    formula: str = ""
    measure: bool = False
    """A measure has what it is, what it assumes and where it misleads."""

    @property
    def head(self) -> str:
        """The word of its headline."""
        return f"how-{self.code}"

    def words(self) -> Iterator[str]:
        """The words of its paragraphs."""
        return (f"how-{self.code}-{one}" for one in self.said)


def _measure(code: str, formula: str) -> Part:
    return Part(code, ("is", "assumes", "misleads"), formula, measure=True)


_LOGIT: Final = """\
low, high = logit⁻¹( logit(p) ∓ 1.96 · error / (p · (1 − p)) )"""
_NOISE: Final = """\
published = count + d;  mean of d = 0;  |d| ≤ reach
published is 0, or 3 and more
q = went / began;  S = Π (1 − Σ q);  P(state) = Σ S(before) · q(state)"""
MEASURES: Final = (
    _measure("count", "share = reached / entered\nreached, ended, pending, in doubt: counted"),
    _measure(
        "aalen-johansen",
        "p(t) = p(before t) · (I + A(t))\n"
        "A(t) from j to k = moved from j to k on day t / watched in j on day t",
    ),
    _measure(
        "first-passage",
        "F(t) = Σ S(before u) · reached on day u / waiting on day u\n"
        "u: days up to t;  S: share that has neither reached it nor ended",
    ),
    _measure(
        "kaplan-meier",
        "S(d) = Π (1 − left on day u / there on day u)\n"
        "u: days up to d;  half = first day d with S(d) ≤ 1/2",
    ),
    _measure("difference", "difference(t) = p of the first group(t) − p of the second(t)"),
)
PARTS: Final = (
    Part("counted", ("unit", "cohort", "dates", "words")),
    Part("pending", ("kept", "time")),
    Part("measures", ()),
    *MEASURES,
    Part("uncertainty", ("is", "not"), _LOGIT),
    Part("coverage", ("is", "share", "country")),
    Part("protection", ("why", "rounded", "batches", "curves", "costs"), _NOISE),
    Part("signs", ("why",)),
    Part("unknown", ("reported", "motive", "agencies", "filled", "right")),
    Part("check", ("is",)),
)
_OF_METHOD: Final = {
    "count": "count",
    "aalen-johansen": "aalen-johansen",
    "aalen-johansen-first-passage": "first-passage",
    "kaplan-meier": "kaplan-meier",
    "difference-of-aalen-johansen": "difference",
}


def pages(writer: Writer) -> dict[str, bytes]:
    """The page behind the door."""
    return writer.in_every_tongue(
        PAGE, "methods.html", lambda said: {"parts": PARTS, "signs": signs(said)}, door=DOOR
    )


def address(part: str, tongue: str) -> str:
    """Where a part is, from the root of the site."""
    return f"{tongue}/{PAGE}#{part}"


def part_of(table: Table) -> str:
    """The part that explains how the numbers of a table were made."""
    return _OF_METHOD.get(table.method.code.removesuffix(DRAWN), "measures")
