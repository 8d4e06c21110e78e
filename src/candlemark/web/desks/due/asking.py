"""What is asked of the docket, read from the address; whatever is no question asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.casefile.agenda import Asked, Part
from candlemark.web.address_end import address_end

if TYPE_CHECKING:
    from collections.abc import Mapping

WITHIN: Final = (7, 30, 90, 365)
"""Days that can be chosen."""
_FURTHEST: Final = 10_000_000


def read(query: Mapping[str, str]) -> tuple[Asked, Part | None, int]:
    """The question, the part shown by itself, and how many of its rows stand on earlier pages."""
    within = _number(query.get("within", ""))
    part = query.get("part", "")
    return (
        Asked(
            within=within if within in WITHIN else None,
            rule=query.get("rule", "")[:60],
            personless=query.get("personless") == "yes",
        ),
        Part(part) if part in set(Part) else None,
        min(_number(query.get("place", "")) or 0, _FURTHEST),
    )


def address_of(asked: Asked, part: Part | None = None, place: int = 0) -> str:
    """The part of an address that asks this; empty when nothing is asked."""
    fields = {
        "within": str(asked.within or ""),
        "rule": asked.rule,
        "personless": "yes" if asked.personless else "",
        "part": part.value if part else "",
        "place": str(place) if place else "",
    }
    return address_end(fields.items())


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 7 else None
