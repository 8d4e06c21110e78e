"""Names of the tables a vault can release: ``entered/bias-grounds@region``, ``stands``.

::

    entered[/OF][@BY[+BY]][#YEAR]   who came: by category OF, in groups of BY
    stands[@BY][#YEAR]              where cases stand, span after span
    reached/STATE[@BY][#YEAR]       how soon a state is ever reached
    lasts/STATE[@BY][#YEAR]         how long cases stay in a state
    steps                           how many reached each state: attrition

OF and BY are schemes that code the cases; ``SCHEME^`` takes the broadest terms of one (a region for
its districts).  What names a year is released once, when the year is over, and may cross three
things; who came in it is counted with a total over each thing that is crossed.  A curve can be
divided only so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORM: Final = re.compile(
    r"(?P<what>entered|stands|reached|lasts|steps)(/(?P<of>[^/@#]+))?(@(?P<by>[^/@#]+))?"
    r"(#(?P<year>\d{4}))?"
)
CURVES: Final = ("stands", "reached", "lasts")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One table that is to be released."""

    what: str
    of: str = ""
    """A scheme; for ``reached`` and ``lasts`` a state."""
    by: tuple[str, ...] = ()
    year: str = ""

    @property
    def name(self) -> str:
        """How it is written, and what the table is called for ever."""
        return (
            self.what
            + (f"/{self.of}" if self.of else "")
            + (f"@{'+'.join(self.by)}" if self.by else "")
            + (f"#{self.year}" if self.year else "")
        )


def wanted(names: Sequence[str]) -> tuple[Wanted, ...]:
    """The tables that some names name, each once.

    Raises:
        NotUnderstood: ``faults`` holds every name that names none.
    """
    found: dict[str, Wanted] = {}
    faults = []
    for name in names:
        made = _read(name)
        if isinstance(made, Wanted):
            found[made.name] = made
        else:
            faults.append(Fault(name, made))
    if faults or not found:
        raise NotUnderstood(
            "these tables cannot be named so" if faults else "no table is named",
            hint="write entered/bias-grounds, stands, reached/charged, lasts/charged or steps",
            faults=faults,
        )
    return tuple(found.values())


def _read(name: str) -> Wanted | str:
    parts = _FORM.fullmatch(name)
    if parts is None:
        return "is not written as a table is"
    what, of, year = parts["what"], parts["of"] or "", parts["year"] or ""
    by = tuple(parts["by"].split("+")) if parts["by"] else ()
    if what in {"reached", "lasts"} and not of:
        return "names no state"
    if what in {"stands", "steps"} and of:
        return "takes nothing after a stroke"
    if what == "steps" and (by or year):
        return "is not divided"
    if what in CURVES and (len(by) > 1 or (by and not year)):
        return "a curve is divided once a year only, by one scheme: add # and the year"
    if not all(by):
        return "divides by nothing"
    return Wanted(what, of, by, year)
