"""The pages: one for each release and each table in each tongue, whole without script.

A page carries its own style, so it looks the same from a folder, a stick or a server, and its
policy allows nothing else.  It is at most 60 KB: long lists are cut into pages, and of a long table
the first rows are shown and the rest is in the files.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from candlemark.errors import NotInOrder
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.publish import wording
from candlemark.publish.open import FORMATS, LINES
from candlemark.publish.open.citation import apa
from candlemark.publish.open.formats import DESCRIPTION
from candlemark.publish.site.picture import STYLE, picture
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import LICENCE, LICENCE_ADDRESS, TONGUES, Sign
from candlemark.tongues import NAMES, direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site
    from candlemark.publish.table import Cell, Measure, Table

PAGE_LIMIT: Final = 60 * 1024
"""Bytes of a page at most: what a slow line and a blocked network let through."""
_ROWS: Final = 24_000
"""Bytes that the rows of a table may take of it."""
_AT_ONCE: Final = 40
"""Tables on one page of a release."""


class Pages:
    """Writes the pages of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._speakers = {tongue: Speaker(tongue) for tongue in TONGUES}

    # Pages

    def start(self) -> dict[str, bytes]:
        """The page that offers the tongues, and the first page in each of them."""
        site, newest = self._site, self._site.said.newest
        found = {
            "index.html": self._written(
                "choose.html",
                publisher_name=site.said.places.publisher["en"],
                speakers=list(self._speakers.values()),
                names=NAMES,
            )
        }
        for tongue in TONGUES:
            if newest is not None:
                found |= self._release(newest, tongue, f"{tongue}/", "index", _index_name)
            else:
                found[f"{tongue}/index.html"] = self._page(
                    "none.html",
                    tongue,
                    "../",
                    {one: f"../{one}/index.html" for one in TONGUES},
                    here=f"{tongue}/index.html",
                    is_start=True,
                    words=self._words(site.last),
                    all_releases=self._all(),
                )
        return found

    def release(self, release: Published) -> dict[str, bytes]:
        """The pages of one release in every tongue."""
        found: dict[str, bytes] = {}
        for tongue in TONGUES:
            found |= self._release(
                release, tongue, f"releases/{release.number}/", tongue, _own_name
            )
        return found

    def table(self, table: Table) -> dict[str, bytes]:
        """The pages, pictures and frames of one table, by their names in its folder."""
        found = {}
        for tongue, said in self._speakers.items():
            drawn = picture(table, said, alone=True)
            found[f"{tongue}.svg"] = f"{drawn}\n".encode()
            found[f"{tongue}.html"] = self._table(table, said)
            found[f"frame-{tongue}.html"] = self._written(
                "frame.html",
                said=said,
                table=table,
                sentence=sentence(table, said),
                picture=Markup(picture(table, said, alone=False)),  # noqa: S704 - made by us
                places=self._site.said.places,
                as_of=said.day(table.as_of),
            )
        return found

    def gone(self, identity: str, numbers: Sequence[int]) -> dict[str, bytes]:
        """What stands in the place of a table whose releases were all withdrawn."""
        return {
            f"{tongue}.html": self._page(
                "gone.html",
                tongue,
                "../../",
                {one: f"{one}.html" for one in TONGUES},
                here=f"tables/{identity}/{tongue}.html",
                numbers=numbers,
                words=self._words(self._site.said.published[numbers[0] - 1]),
            )
            for tongue in TONGUES
        }

    # Parts of them

    def _release(
        self,
        release: Published,
        tongue: str,
        folder: str,
        name: str,
        name_of: Callable[[str, int], str],
    ) -> dict[str, bytes]:
        said, site = self._speakers[tongue], self._site
        tables = site.tables_of(release)
        pages = ceil(len(tables) / _AT_ONCE)
        start = name == "index"
        found = {}
        for page in range(1, max(pages, 1) + 1):
            shown = tables[(page - 1) * _AT_ONCE : page * _AT_ONCE]
            listed = [
                {
                    "identity": one.identity,
                    "title": said.text(one.titles),
                    "sentence": sentence(one, said),
                }
                for one in shown
            ]
            same = {
                one: f"../{one}/{name_of(one, page)}" if start else name_of(one, page)
                for one in TONGUES
            }
            found[f"{folder}{name_of(tongue, page)}"] = self._page(
                "release.html",
                tongue,
                "../" if start else "../../",
                same,
                here=f"{folder}{name_of(tongue, page)}",
                is_start=start and page == 1,
                words=self._words(release),
                release=release,
                reasons=_lines(dict(release.withdrawn.reasons)[tongue])
                if release.withdrawn
                else [],
                simulated=any(one.simulated for one in tables),
                paragraphs=_lines(said.text(release.draft.texts)),
                found=listed,
                page=page,
                pages=pages,
                address=lambda n: name_of(tongue, n),
                changes=self._changes(release, said),
                all_releases=self._all() if start else [],
            )
        return found

    def _words(self, release: Published) -> str:
        """The state of the ledger a release stands on; later ones do not change its pages."""
        log = self._site.log
        return str(RootWords.of(read_checkpoint(release.checkpoint, log.name, log.public)))

    def _all(self) -> list[Published]:
        return list(reversed(self._site.said.published))

    def _changes(self, release: Published, said: Speaker) -> list[str]:
        found = self._site.changes(release)
        if found is None:
            return [said.word("first")]
        told = [
            said.word(code, count=said.number(len(names)))
            for code, names in (
                ("change-added", found.added),
                ("change-gone", found.gone),
                ("change-same", found.same),
            )
            if names
        ]
        titles = {one.name: said.text(one.titles) for one in self._site.tables_of(release)}
        return told + [
            said.word(
                "change-cells",
                name=titles[one.name],
                cells=said.number(one.cells),
                added=said.number(one.added),
                gone=said.number(one.gone),
            )
            for one in found.changed[:_AT_ONCE]
        ]

    def _table(self, table: Table, said: Speaker) -> bytes:
        site = self._site
        identity, places = table.identity, site.said.places
        rows, more = _rows(table, said)
        numbers = [
            number for number in site.carried[identity] if site.said.published[number - 1].stands
        ]
        newest = site.newest_of[table.name]
        corrections = [site.said.published[number - 1].corrected_by for number in numbers]
        embed = f"{places.address}tables/{identity}/" if places.address else ""
        drawn = picture(table, said, alone=False)
        return self._page(
            "table.html",
            said.tongue,
            "../../",
            {one: f"{one}.html" for one in TONGUES},
            here=f"tables/{identity}/{said.tongue}.html",
            table=table,
            words=self._words(site.said.published[site.carried[identity][0] - 1]),
            numbers=numbers,
            newer="" if newest == identity else newest,
            corrected_by=corrections[-1],
            sentence=sentence(table, said),
            picture=Markup(drawn),  # noqa: S704 - made by us, and escaped there
            as_of=_as_of(table, said),
            rows=rows,
            more=more,
            signs=[
                {
                    "glyph": wording.glyph(sign) or said.number(12),
                    "labels": wording.sign_labels(sign),
                    "notes": wording.sign_notes(sign),
                }
                for sign in Sign
            ],
            facts=list(self._facts(table, said)),
            files=[
                {"name": one.name, "label": one.label} for one in FORMATS if _is_download(one.name)
            ]
            + [{"name": DESCRIPTION, "label": "DCAT"}],
            apa=apa(table, site.placing(table), said.tongue),
            lines=LINES,
            embed=embed,
            frame_height=220 + 46 * 12,
        )

    def _facts(self, table: Table, said: Speaker) -> Iterator[tuple[str, str | Markup]]:
        word, text = said.word, said.text
        yield word("as-of"), _as_of(table, said)
        yield word("counts"), text(table.unit.labels)
        yield word("from"), text(table.entry.labels)
        yield word("method"), text(table.method.labels)
        yield word("uncertainty"), text(table.uncertainty.labels)
        covered = [
            f"{text(one.labels)}: {said.share(one.share)}"
            for one in table.coverage
            if one.share is not None
        ]
        yield word("coverage"), "; ".join(covered) or word("coverage-none")
        hidden = word(
            "suppressed-of",
            hidden=said.number(table.protection.suppressed),
            cells=said.number(len(table.cells)),
        )
        yield word("protection"), f"{text(table.protection.notes)} {hidden}"
        print_ = Markup("<code>{}</code>")
        edition = self._site.edition_of(table)
        if edition is not None:
            link = Markup('<a href="../../definition/{}/definition.ttl">{}</a> ').format(
                edition.code, edition.code
            )
            yield word("definition"), link + print_.format(table.edition_fingerprint)
        else:
            yield (
                word("definition"),
                Markup("{} ").format(table.edition) + print_.format(table.edition_fingerprint),
            )
        yield word("position"), word("entries", count=said.number(table.position))
        yield word("address"), print_.format(self._site.placing(table).of(table))
        yield word("licence"), table.licence

    # Writing

    def _page(
        self, template: str, tongue: str, root: str, same_in: dict[str, str], **more: Any
    ) -> bytes:
        site = self._site
        given = {
            "said": self._speakers[tongue],
            "root": root,
            "same_in": same_in,
            "is_start": False,
            "tongues": [(one, NAMES[one]) for one in TONGUES],
            "direction": direction,
            "places": site.said.places,
            "copies": site.said.places.copies,
            "publisher": str(site.publisher),
            "licence": LICENCE,
            "licence_address": LICENCE_ADDRESS,
        }
        return self._written(template, **given | more)

    def _written(self, template: str, **given: Any) -> bytes:
        style, style_hash = _style()
        made = _jinja().get_template(template).render(style=style, style_hash=style_hash, **given)
        content = made.encode()
        if len(content) > PAGE_LIMIT:
            raise NotInOrder(
                "a page of this site would be larger than 60 KB", hint="shorten the texts"
            )
        return content


@cache
def _jinja() -> Environment:
    return Environment(
        loader=PackageLoader("candlemark.publish.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> tuple[Markup, str]:
    own = files("candlemark.publish.site").joinpath("templates", "style.css").read_text("utf-8")
    style = f"{own}{STYLE}"
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Markup(style), f"sha256-{hashed}"  # noqa: S704 - our own file


def _index_name(_tongue: str, page: int) -> str:
    return "index.html" if page == 1 else f"{page}.html"


def _own_name(tongue: str, page: int) -> str:
    return f"{tongue}.html" if page == 1 else f"{tongue}-{page}.html"


def _is_download(name: str) -> bool:
    return not name.startswith("citation.")


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _as_of(table: Table, said: Speaker) -> str:
    day = said.day(table.as_of)
    return day if table.as_of_stated else said.word("as-of-found", day=day)


def _rows(table: Table, said: Speaker) -> tuple[Markup, int]:
    """The rows of a table as HTML, as many as there is room for, and how many are left out."""
    places: dict[tuple[str, ...], dict[str, Cell]] = {}
    for cell in table.cells:
        places.setdefault(cell.at, {})[cell.measure] = cell
    labels = [
        {one.code: said.text(one.labels) for one in dimension.categories}
        for dimension in table.dimensions
    ]
    rows, room = Markup(), _ROWS
    for number, (at, cells) in enumerate(places.items()):
        named = Markup().join(
            Markup('<th scope="row" data-code="{}">{}</th>').format(code, of[code])
            for code, of in zip(at, labels, strict=True)
        )
        values = Markup().join(
            _cell(cells.get(measure.code), measure, said) for measure in table.measures
        )
        row = Markup("<tr>{}{}</tr>\n").format(named, values)
        room -= len(row.encode())
        if room < 0 and number:
            return rows, len(places) - number
        rows += row
    return rows, 0


def _cell(cell: Cell | None, measure: Measure, said: Speaker) -> Markup:
    if cell is None:
        return Markup("<td></td>")
    reason = (
        escape(said.text(wording.texts("reason", cell.reason)))
        if cell.reason and wording.knows("reason", cell.reason)
        else escape(said.text(wording.sign_labels(cell.sign)))
    )
    interval = said.interval(cell, measure.form)
    small = Markup("<small>{}</small>").format(interval) if interval else Markup()
    if cell.sign is not Sign.NUMBER or cell.value is None:
        return Markup(
            '<td><span class="glyph" aria-hidden="true">{}</span>'
            '<span class="away">{}</span>{}</td>'
        ).format(wording.glyph(cell.sign), reason, small if cell.high else "")
    shown = Markup('<data value="{}">{}</data>').format(
        cell.value, said.value(cell.value, measure.form)
    )
    return Markup("<td>{}{}</td>").format(shown, small)
