"""Answers of agencies: beside their numbers, in a list of all, and each on a page that lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from candlemark.publish.answers import Step
from candlemark.publish.site.answered import AROUND, NAMED, Told, beginning, on_pages, shortened
from candlemark.publish.site.cells import cell_html
from candlemark.publish.site.lists import AT_ONCE, page_count, page_of
from candlemark.publish.table import NOT_APPLICABLE, TONGUES, TOTAL
from candlemark.tongues import direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.publish.answers import Answer, Exchange
    from candlemark.publish.site.content import Site
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Cell, Table

_MOST: Final = 12
"""Exchanges that are shown on the page of a table; the list has all."""
_ROOM: Final = 9000
"""Bytes that whole answers may take of the page of a table; of the rest it has the beginnings."""
_BEGINNINGS: Final = 5000
"""Bytes that these may take; the last resort is a line that leads to the answer's own page."""


def exchanges_of(site: Site, table: Table) -> tuple[Exchange, ...]:
    """What is public of a table, in the order in which it was said; the newest, when it is much."""
    found = [one for one in site.answers.exchanges() if one.first.said.table == table.identity]
    return tuple(found[-_MOST:])


def state_of(exchanges: Sequence[Exchange]) -> list[Any]:
    """All that pages show of them, to be hashed."""
    return [
        [
            one.said.id,
            one.digest,
            [one.withdrawn.on.isoformat(), dict(one.withdrawn.reasons)] if one.withdrawn else [],
        ]
        for each in exchanges
        for one in each.every
    ]


def earlier_of(site: Site, table: Table) -> tuple[Exchange, ...]:
    """What is public of earlier forms of a table."""
    forms = {
        one.identity
        for one in site.tables.values()
        if one.name == table.name and one.identity != table.identity
    }
    found = [one for one in site.answers.exchanges() if one.first.said.table in forms]
    return tuple(found[-_MOST:])


def earlier(site: Site, table: Table, said: Speaker) -> list[dict[str, str]]:
    """The answers to earlier forms of a table, as its page lists them."""
    return [_listed(site, one, said) for one in earlier_of(site, table)]


def size_of(answers: Sequence[Mapping[str, Any]]) -> int:
    """About how many bytes of a page such answers take."""
    return sum(
        AROUND + len(each["begins"].encode()) + sum(one.size - AROUND for one in each["told"])
        for each in answers
    )


def beside(site: Site, table: Table, said: Speaker) -> list[dict[str, Any]]:
    """The answers as the page of the table shows them; numbered as the marks in its cells.

    Whole, or only how the newest of an exchange begins: the whole has a page of its own.
    """
    room, more, shown = _ROOM, _BEGINNINGS, []
    for number, one in enumerate(exchanges_of(site, table), 1):
        told = [_told(one, each, said) for each in one.every]
        size = sum(each.size - AROUND for each in told)
        whole = size <= room
        begins = "" if whole else beginning(told)
        if len(begins.encode()) > more:
            begins = ""
        room -= size if whole else 0
        more -= len(begins.encode())
        shown.append(
            {
                "number": said.number(number),
                "anchor": f"answer-{number}",
                "id": one.id,
                "agency": _agency(one, said),
                "place": place(table, one, said),
                "told": told if whole else [],
                "begins": begins,
                "state": _line(one, _last(one), said),
            }
        )
    return shown


def marks(site: Site, table: Table, said: Speaker) -> Mapping[tuple[tuple[str, ...], str], Markup]:
    """Per cell that an agency was asked about or answered to, the links to what it says."""
    found: dict[tuple[tuple[str, ...], str], Markup] = {}
    for number, one in enumerate(exchanges_of(site, table), 1):
        at = one.first.said.at, one.first.said.measure
        if one.first.said.measure:
            shown = said.number(number)
            link = Markup('<a class="mark" href="#answer-{}" aria-label="{}">[{}]</a>').format(
                number, said.word("answer-mark", number=shown), shown
            )
            found[at] = found.get(at, Markup()) + link
    return found


def place(table: Table, exchange: Exchange, said: Speaker) -> str:
    """Of which number of a table it is."""
    first = exchange.first.said
    if _cell_of(table, exchange) is None:
        return said.word("answer-whole")
    named = [
        next((said.text(one.labels) for one in dimension.categories if one.code == code), code)
        for code, dimension in zip(first.at, table.dimensions, strict=True)
        if code not in {TOTAL, NOT_APPLICABLE}
    ]
    return " · ".join([said.text(table.measure(first.measure).labels), *named])


# Pages of their own


def pages(writer: Writer) -> dict[str, bytes]:
    """The list behind the door, and a page for each exchange."""
    every = list(reversed(writer.site.answers.exchanges()))
    found: dict[str, bytes] = {}
    count = page_count(every)
    for page in range(1, count + 1):
        shown = every[(page - 1) * AT_ONCE : page * AT_ONCE]

        def given(said: Speaker, shown: Any = shown, page: int = page) -> dict[str, Any]:
            return {
                "found": [_listed(writer.site, one, said) for one in shown],
                "page": page,
                "pages": count,
                "address": lambda n: page_of("answers", n),
            }

        found |= writer.in_every_tongue(
            page_of("answers", page), "answers.html", given, door="answers"
        )
    for one in every:
        found |= _page(writer, one)
    return found


def _listed(site: Site, one: Exchange, said: Speaker) -> dict[str, str]:
    table = site.tables.get(one.first.said.table)
    return {
        "id": one.id,
        "agency": _agency(one, said),
        "state": _line(one, _last(one), said),
        "table": said.text(table.titles) if table else said.word("answer-gone"),
    }


def _page(writer: Writer, one: Exchange) -> dict[str, bytes]:
    """The pages of an exchange in each tongue: one, or as many as what was said takes."""
    table = writer.site.tables.get(one.first.said.table)
    found: dict[str, bytes] = {}
    told = {
        tongue: on_pages([_told(one, each, said) for each in one.every])
        for tongue, said in writer.speakers.items()
    }
    for tongue, said in writer.speakers.items():
        for page, shown in enumerate(told[tongue], 1):
            path = f"answers/{one.id}/{page_of(tongue, page)}"
            found[path] = writer.page(
                "answer.html",
                tongue,
                here=path,
                # In another tongue it can take fewer pages.
                same_in={each: page_of(each, min(page, len(told[each]))) for each in TONGUES},
                section="beside",
                agency=_agency(one, said),
                release=one.first.said.release,
                table=table,
                place=place(table, one, said) if table else "",
                number=_number(table, one, said) if table else Markup(),
                told=shown,
                page=page,
                pages=len(told[tongue]),
                address=lambda n, tongue=tongue: page_of(tongue, n),
            )
    return found


def _agency(one: Exchange, said: Speaker) -> str:
    return shortened(said.text(dict(one.first.said.agency)), NAMED)


def _number(table: Table, one: Exchange, said: Speaker) -> Markup:
    """The number that the exchange is about, as it stands in the table."""
    cell = _cell_of(table, one)
    return Markup() if cell is None else cell_html(cell, table.measure(cell.measure), said)


def _cell_of(table: Table, one: Exchange) -> Cell | None:
    """The cell an exchange is about; None for the table as a whole, or when it has no such cell."""
    at = one.first.said.at, one.first.said.measure
    return next((cell for cell in table.cells if (cell.at, cell.measure) == at), None)


# In words


def _last(one: Exchange) -> Answer:
    """What says how it stands: the newest that stands, or the first when none does."""
    standing = [each for each in one.every if each.stands and each.said.step is one.state]
    return standing[-1] if standing else one.first


def _line(one: Exchange, each: Answer, said: Speaker) -> str:
    if each.withdrawn is not None:
        return said.word("answer-withdrawn", on=said.day(each.withdrawn.on))
    on = said.day(each.said.on)
    first = one.first.said
    by = said.day(first.by) if first.by else ""
    match each.said.step:
        case Step.ASKED:
            return said.word("answer-asked", on=on, by=by)
        case Step.UNANSWERED:
            return said.word("answer-unanswered", asked=said.day(first.on), on=on, by=by)
        case Step.ANSWERED:
            return said.word("answer-answered", on=on)


def _told(one: Exchange, each: Answer, said: Speaker) -> Told:
    line = _line(one, each, said)
    if each.withdrawn is not None:
        return Told(line, reasons=_paragraphs(dict(each.withdrawn.reasons)[said.tongue]))
    if each.said.step is not Step.ANSWERED:
        return Told(line)
    texts, tongue = dict(each.said.texts), each.said.tongue
    other = tongue != said.tongue
    return Told(
        line,
        paragraphs=_paragraphs(texts[said.tongue]),
        original=_paragraphs(each.said.original) if other else (),
        tongue=tongue if other else "",
        runs=direction(tongue) if other else "",
        language=said.language(tongue) if other else "",
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
