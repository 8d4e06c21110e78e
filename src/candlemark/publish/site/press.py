"""The page for journalists: how to read, what may be said and what may not, how to cite.

The sentences are made of tables that stand on this very site, and of official numbers as they were
published, so that right and wrong can be looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish import wording
from candlemark.publish.beside import COLUMNS, facts
from candlemark.publish.open.citation import apa
from candlemark.publish.site.looking import of_everybody
from candlemark.publish.site.official import signs, year
from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import NOT_APPLICABLE, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Cell, Table

_HOW: Final = 5
_CHECKS: Final = 8
_FRAME_HEIGHT: Final = 220 + 46 * 12


@dataclass(frozen=True, slots=True)
class Example:
    """What may be written of a table, what may not, and why."""

    of: str
    link: str
    right: str
    wrong: str
    why: str


def pages(writer: Writer) -> dict[str, bytes]:
    """The page behind the door ``press``."""
    return writer.in_every_tongue(
        "press.html", "press.html", lambda said: _given(writer, said), door="press"
    )


def _given(writer: Writer, said: Speaker) -> dict[str, Any]:
    site = writer.site
    first = site.current[0] if site.current else None
    address = site.said.places.address
    contact = site.contact.texts
    return {
        "how": [said.word(f"press-read-{one}") for one in range(1, _HOW + 1)],
        "signs": [
            {
                "glyph": wording.glyph(one),
                "label": said.text(wording.sign_labels(one)),
                "says": said.text(wording.sign_notes(one)),
            }
            for one in (Sign.MISSING, Sign.SUPPRESSED, Sign.WAITING, Sign.ZERO)
        ],
        "official_signs": signs(said)[:3],
        "simulated": any(one.simulated for one in site.current),
        "examples": [*_of_tables(site.current, said), *_of_official(said)],
        "checks": [said.word(f"press-check-{one}") for one in range(1, _CHECKS + 1)],
        "apa": apa(first, site.placing(first), said.tongue) if first else "",
        "first": first,
        "sentence": sentence(first, said) if first else "",
        "embed": f"{address}tables/{first.identity}/" if first else "",
        "has_address": bool(address),
        "frame_height": _FRAME_HEIGHT,
        "contact": [line for line in contact.get(said.tongue, "").split("\n") if line.strip()],
    }


# Of our tables


def _of_tables(tables: tuple[Table, ...], said: Speaker) -> Iterator[Example]:
    """One example of each question that stands, and one of a number that is hidden."""
    done: set[str] = set()
    for table in tables:
        question = table.question.code
        maker = _MAKERS.get(question)
        if maker is None or question in done:
            continue
        wrong = maker(table, said)
        if wrong:
            done.add(question)
            quoted = said.word("press-quote", text=sentence(table, said))
            right = f"{quoted} {_as_of(table, said)}"
            yield _example(table, said, right, wrong, said.word(f"why-{question}"))
    hidden = next((one for one in tables if one.protection.suppressed), None)
    if hidden is not None:
        count = said.number(hidden.protection.suppressed)
        right = said.word("right-hidden", hidden=count)
        yield _example(hidden, said, right, said.word("wrong-hidden"), said.word("why-hidden"))


def _example(table: Table, said: Speaker, right: str, wrong: str, why: str) -> Example:
    link = f"../tables/{table.identity}/{said.tongue}.html"
    return Example(said.text(table.titles), link, right, wrong, why)


def _as_of(table: Table, said: Speaker) -> str:
    return said.word("press-as-of", day=said.day(table.as_of))


def _numbers(table: Table, measure: str) -> list[tuple[dict[str, str], Cell]]:
    """The cells of everybody that hold a number."""
    return [
        (at, cell)
        for at, cell in of_everybody(table, measure)
        if cell.sign is Sign.NUMBER and cell.value is not None
    ]


def _label(table: Table, dimension: str, code: str, said: Speaker) -> str:
    found = table.dimension(dimension)
    named = found.categories if found else ()
    return next((said.text(one.labels) for one in named if one.code == code), code)


def _occupancy(table: Table, said: Speaker) -> str:
    pending = [
        cell
        for at, cell in _numbers(table, "share")
        if at.get("state") == "pending" and at.get("day", NOT_APPLICABLE) != NOT_APPLICABLE
    ]
    if not pending:
        return ""
    return said.word("wrong-occupancy", share=said.share(pending[-1].value or 0))


def _attrition(table: Table, said: Speaker) -> str:
    entered, reached = _numbers(table, "entered"), _numbers(table, "reached")
    if not entered or not reached:
        return ""
    at, cell = reached[-1]
    return said.word(
        "wrong-attrition",
        entered=said.number(entered[0][1].value or 0),
        reached=said.number(cell.value or 0),
        stage=_label(table, "stage", at["stage"], said),
    )


def _durations(table: Table, said: Speaker) -> str:
    found = _numbers(table, "days-half")
    if not found:
        return ""
    at, cell = found[0]
    return said.word(
        "wrong-durations",
        stage=_label(table, "stage", at["stage"], said),
        days=said.number(cell.value or 0),
    )


_MAKERS: Final[dict[str, Callable[[Table, Speaker], str]]] = {
    "occupancy": _occupancy,
    "attrition": _attrition,
    "durations": _durations,
}


# Of official numbers


def _of_official(said: Speaker) -> Iterator[Example]:
    """The last whole year of the first country that has one, and one that contradicts a funnel."""
    countries = facts().countries
    whole = [
        (one, row)
        for one in countries
        for row in one.official
        if all(isinstance(value, int) for value in row.values)
    ]
    largest = max(whole, key=lambda pair: (pair[1].year, _first(pair[1].values)))
    country, row = largest
    numbers = {
        name: value
        for name, value in zip(COLUMNS, row.values, strict=True)
        if isinstance(value, int)
    }
    name = said.text(country.labels)
    shown = {one: said.number(value) for one, value in numbers.items()}
    share = round(numbers["sentenced"] / numbers["recorded"], 2)
    yield Example(
        name,
        f"official-{country.code.lower()}.html",
        said.word("right-official", country=name, year=year(row.year, said), **shown),
        said.word("wrong-official", country=name, share=said.share(share)),
        said.word("why-official"),
    )
    for other in countries:
        found = [
            (row.year, prosecuted, sentenced)
            for row in other.official
            for _, prosecuted, sentenced in [row.values]
            if isinstance(prosecuted, int) and isinstance(sentenced, int) and sentenced > prosecuted
        ]
        if other is not country and found:
            when, prosecuted, sentenced = found[-1]
            named = said.text(other.labels)
            yield Example(
                named,
                f"official-{other.code.lower()}.html",
                said.word(
                    "right-against",
                    country=named,
                    year=year(when, said),
                    of_later=said.number(sentenced),
                    of_earlier=said.number(prosecuted),
                ),
                said.word("wrong-against", country=named, other=name),
                said.word("why-against"),
            )
            return


def _first(values: tuple[Any, ...]) -> int:
    return values[0] if isinstance(values[0], int) else 0
