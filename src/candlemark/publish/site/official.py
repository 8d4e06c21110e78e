"""Official numbers beside ours: a page for each country, and the reasons why they are no funnel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from candlemark.definition import Definition
from candlemark.publish.beside import COLUMNS, Absence, against, facts
from candlemark.publish.site.ours import short, tables_of
from candlemark.tongues import digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.publish.beside import Context, Country, Index, Note, Row, Value
    from candlemark.publish.site.content import Site
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer

SIGNS: Final = {
    Absence.NOT_REPORTED: "∅",
    Absence.NOT_PUBLISHED: "⊘",
    Absence.NOT_FOUND: "?",
}
"""What stands in a cell of others' tables that has no number; the words stand beside it."""
_REASONS: Final = 6
"""Reasons why the columns are no funnel, ``funnel-1`` and so on."""
_NEAREST: Final = {"recorded": "recorded", "prosecuted": "charged", "sentenced": "sentenced"}
"""The stage of the definition that is nearest to each official column."""
_OURS: Final = 4
"""Our tables on the page of a country; the others stand in the list of all tables."""
_SHOWN: Final = 3
"""Years that are named as contradicting a funnel."""


def pages(writer: Writer) -> dict[str, bytes]:
    """The page behind the door ``official``, and one for each country."""
    found = writer.in_every_tongue("official.html", "official.html", _overview, door="official")
    for country in facts().countries:
        for tongue, said in writer.speakers.items():
            name = page_of(country)
            found[f"{tongue}/{name}"] = writer.page(
                "country.html",
                tongue,
                here=f"{tongue}/{name}",
                same_in={one: f"../{one}/{name}" for one in writer.speakers},
                section="beside",
                **_country(writer.site, country, said),
            )
    return found


def page_of(country: Country) -> str:
    """The file of a country's page, in the folder of each tongue."""
    return f"official-{country.code.lower()}.html"


def year(value: int, said: Speaker) -> str:
    """A year, as this reader writes it: without marks of thousands."""
    return digits(str(value), said.tongue)


def signs(said: Speaker) -> list[dict[str, str]]:
    """What stands in these tables where there is no number, and what a zero says."""
    known = [(SIGNS[one], one.value) for one in Absence]
    return [
        {
            "glyph": glyph,
            "label": said.word(f"absence-{code}"),
            "says": said.word(f"absence-{code}-says"),
        }
        for glyph, code in [*known, (said.number(0), "zero")]
    ]


def _overview(said: Speaker) -> dict[str, Any]:
    cited = _Cited(said)
    return {
        "when": cited.refs(("odihr-faq",)),
        "reasons": _reasons(said),
        "odihr": cited.refs(("odihr-2017", "odihr-2018-faq")),
        "countries": [
            {
                "page": page_of(one),
                "name": said.text(one.labels),
                "years": _years(one, said),
            }
            for one in facts().countries
        ],
        "signs": signs(said),
        "sources": cited.listed(),
    }


def _reasons(said: Speaker) -> list[str]:
    return [said.word(f"funnel-{number}") for number in range(1, _REASONS + 1)]


def _years(country: Country, said: Speaker) -> str:
    known = [
        row.year for row in country.official if any(isinstance(one, int) for one in row.values)
    ]
    if not known:
        return said.word("official-no-years")
    return said.word(
        "official-years",
        count=said.number(len(known)),
        first=year(known[0], said),
        last=year(known[-1], said),
    )


def _country(site: Site, country: Country, said: Speaker) -> dict[str, Any]:
    cited = _Cited(said)
    ours = tables_of(site, country.code)
    return {
        "country": said.text(country.labels),
        "lead": _lead(country, said),
        "columns": [said.word(f"official-{one}") for one in COLUMNS],
        "official": [_row(row, said) for row in reversed(country.official)],
        "official_source": cited.refs(_sources(country.official)),
        "notes": [_note(one, said, cited) for one in country.notes],
        "ours": [
            {
                "identity": one.identity,
                "title": said.text(one.titles),
                "as_of": said.day(one.as_of),
                "unit": said.text(one.unit.labels),
                "short": short(one, said),
            }
            for one in ours[:_OURS]
        ],
        "simulated": any(one.simulated for one in ours[:_OURS]),
        "ours_more": max(len(ours) - _OURS, 0),
        "nearest": [
            {
                "column": said.word(f"official-{one}"),
                "stage": said.text(_stage(_NEAREST[one])),
                "differs": said.word(f"nearest-{one}"),
            }
            for one in COLUMNS
        ],
        "against": _against(country, said),
        "reasons": _reasons(said)[:2],
        "others": [_row(row, said) for row in reversed(country.others)],
        "others_source": cited.refs(_sources(country.others)),
        "context": [_context(one, said, cited) for one in country.context],
        "signs": signs(said),
        "sources": cited.listed(),
    }


def _lead(country: Country, said: Speaker) -> str:
    whole = [row for row in country.official if all(isinstance(one, int) for one in row.values)]
    if not whole:
        return said.word("official-none")
    numbers = {
        name: said.number(value)
        for name, value in zip(COLUMNS, whole[-1].values, strict=True)
        if isinstance(value, int)
    }
    return said.word("official-last", year=year(whole[-1].year, said), **numbers)


@cache
def _stage(code: str) -> Mapping[str, str]:
    return Definition.load().scheme("stages").term(code).labels


def _row(row: Row, said: Speaker) -> dict[str, Any]:
    return {
        "year": year(row.year, said),
        "cells": [_cell(one, said) for one in row.values],
    }


def _cell(value: Value, said: Speaker) -> Markup:
    """A number of others, or the sign that stands where there is none, with its words."""
    if isinstance(value, Absence):
        return Markup(
            '<td><span class="glyph" aria-hidden="true">{}</span> <small>{}</small></td>'
        ).format(SIGNS[value], said.word(f"absence-{value.value}"))
    if isinstance(value, int):
        return Markup('<td><data value="{}">{}</data></td>').format(value, said.number(value))
    known = {"F", "PF", "NF"}
    text = said.word(f"status-{value}") if value in known else digits(value, said.tongue)
    return Markup("<td>{}</td>").format(text)


def _note(note: Note, said: Speaker, cited: _Cited) -> dict[str, Any]:
    return {
        "years": ", ".join(year(one, said) for one in note.years)
        or said.word("official-all-years"),
        "text": said.text(note.texts),
        "refs": cited.refs(note.sources),
    }


def _against(country: Country, said: Speaker) -> list[str]:
    found = list(against(country))
    told = [
        said.word(
            "funnel-against",
            year=year(one.year, said),
            earlier=said.word(f"official-{one.earlier}"),
            later=said.word(f"official-{one.later}"),
            of_earlier=said.number(one.of_earlier),
            of_later=said.number(one.of_later),
        )
        for one in found[-_SHOWN:]
    ]
    more = len(found) - len(told)
    return told + ([said.word("funnel-more", count=said.number(more))] if more else [])


def _context(one: Context, said: Speaker, cited: _Cited) -> dict[str, Any]:
    index: Index = facts().indices[one.index]
    refs = cited.refs(index.sources)
    return {
        "index": index,
        "columns": [said.word(f"context-{each}") for each in index.columns],
        "rows": [
            {
                "year": _from_to(rows, said),
                "cells": [_cell(each, said) for each in rows[0].values],
                "refs": cited.refs(_sources(rows)),
            }
            for rows in _together(one.rows)
        ],
        "remarks": [_note(each, said, cited) for each in one.remarks],
        "refs": refs,
    }


def _together(rows: Sequence[Row]) -> list[list[Row]]:
    """The years, newest first; those that follow each other and say the same are one row."""
    found: list[list[Row]] = []
    for row in reversed(rows):
        last = found[-1][-1] if found else None
        if last and (last.year - 1, last.values, last.source) == (row.year, row.values, row.source):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _from_to(rows: Sequence[Row], said: Speaker) -> str:
    first, last = year(rows[-1].year, said), year(rows[0].year, said)
    return last if first == last else f"{first}–{last}"


def _sources(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.source for row in rows))


class _Cited:
    """The sources of one page, numbered as they are met."""

    def __init__(self, said: Speaker) -> None:
        self._said = said
        self._numbers: dict[str, int] = {}

    def refs(self, codes: Sequence[str]) -> Markup:
        """The numbers of some sources, as links to the list at the end."""
        links = []
        for code in codes:
            number = self._numbers.setdefault(code, len(self._numbers) + 1)
            links.append(
                Markup('<a class="mark" href="#s{}" aria-label="{} {}">[{}]</a>').format(
                    number,
                    self._said.word("source"),
                    self._said.number(number),
                    self._said.number(number),
                )
            )
        return Markup().join(links)

    def listed(self) -> list[dict[str, str]]:
        """The list, in the order of the numbers.  Call it when everything is cited."""
        known = facts().sources
        return [
            {
                "anchor": f"s{number}",
                "publisher": known[code].publisher,
                "title": known[code].title,
                "address": known[code].address,
                "kind": self._said.word(f"source-{known[code].kind.value}"),
                "read": self._said.word("sources-read", day=self._said.day(known[code].read)),
            }
            for code, number in self._numbers.items()
        ]
