"""The pages of each release and each table in each tongue, whole without script.

Long lists are cut into pages, and of a long table the first rows are shown and the rest is in the
files.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from candlemark.publish.open import FORMATS, LINES
from candlemark.publish.open.citation import apa
from candlemark.publish.open.formats import DESCRIPTION
from candlemark.publish.site import answering, methods, terms
from candlemark.publish.site.cells import (
    ROOM,
    as_of,
    coverage,
    covered,
    protection,
    rows,
    signs,
)
from candlemark.publish.site.picture import picture
from candlemark.publish.site.sentences import sentence
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.publish.releases import Published
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Table

AT_ONCE: Final = 40
"""Tables on one page of a list."""


class Pages:
    """Writes the pages of releases and tables."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._site = writer.site
        self._speakers = writer.speakers

    def release(self, release: Published) -> dict[str, bytes]:
        """The pages of one release in every tongue."""
        found: dict[str, bytes] = {}
        for said in self._speakers.values():
            found |= self._release(release, said)
        return found

    def table(self, table: Table) -> dict[str, bytes]:
        """The pages, pictures and frames of one table, by their names in its folder."""
        found = {}
        for tongue, said in self._speakers.items():
            drawn = picture(table, said, alone=True)
            found[f"{tongue}.svg"] = f"{drawn}\n".encode()
            found[f"{tongue}.html"] = self._table(table, said)
            found[f"frame-{tongue}.html"] = self._writer.written(
                "frame.html",
                said=said,
                table=table,
                sentence=sentence(table, said),
                picture=Markup(picture(table, said, alone=False)),  # noqa: S704 - made by us
                places=self._site.said.places,
                as_of=said.day(table.as_of),
                covers=covered(table, said),
                answered=bool(answering.exchanges_of(self._site, table)),
            )
        return found

    def gone(self, identity: str, numbers: Sequence[int]) -> dict[str, bytes]:
        """What stands in the place of a table whose releases were all withdrawn."""
        return {
            f"{tongue}.html": self._writer.page(
                "gone.html",
                tongue,
                here=f"tables/{identity}/{tongue}.html",
                same_in={one: f"{one}.html" for one in TONGUES},
                section="data",
                stands_on=self._site.said.published[numbers[0] - 1],
                numbers=numbers,
            )
            for tongue in TONGUES
        }

    # Parts of them

    def _release(self, release: Published, said: Speaker) -> dict[str, bytes]:
        tables = self._site.tables_of(release)
        pages = ceil(len(tables) / AT_ONCE)
        found = {}
        for page in range(1, max(pages, 1) + 1):
            path = f"releases/{release.number}/{_name(said.tongue, page)}"
            found[path] = self._writer.page(
                "release.html",
                said.tongue,
                here=path,
                same_in={one: _name(one, page) for one in TONGUES},
                section="data",
                stands_on=release,
                release=release,
                reasons=lines(dict(release.withdrawn.reasons)[said.tongue])
                if release.withdrawn
                else [],
                simulated=any(one.simulated for one in tables),
                paragraphs=lines(said.text(release.draft.texts)),
                found=listed(tables[(page - 1) * AT_ONCE : page * AT_ONCE], said),
                page=page,
                pages=pages,
                address=lambda n: _name(said.tongue, n),
                changes=self._changes(release, said),
            )
        return found

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
            for one in found.changed[:AT_ONCE]
        ]

    def _table(self, table: Table, said: Speaker) -> bytes:
        site = self._site
        identity, places = table.identity, site.said.places
        answers = answering.beside(site, table, said)
        room = ROOM - answering.size_of(answers)
        made, more = rows(table, said, answering.marks(site, table, said), room)
        numbers = [
            number for number in site.carried[identity] if site.said.published[number - 1].stands
        ]
        newest = site.newest_of[table.name]
        corrections = [site.said.published[number - 1].corrected_by for number in numbers]
        embed = f"{places.address}tables/{identity}/" if places.address else ""
        drawn = picture(table, said, alone=False)
        return self._writer.page(
            "table.html",
            said.tongue,
            here=f"tables/{identity}/{said.tongue}.html",
            same_in={one: f"{one}.html" for one in TONGUES},
            section="data",
            stands_on=site.said.published[site.carried[identity][0] - 1],
            table=table,
            numbers=numbers,
            newer="" if newest == identity else newest,
            corrected_by=corrections[-1],
            sentence=sentence(table, said),
            picture=Markup(drawn),  # noqa: S704 - made by us, and escaped there
            as_of=as_of(table, said),
            rows=made,
            more=more,
            answers=answers,
            earlier=answering.earlier(site, table, said),
            signs=signs(said),
            meant=terms.meant(table, site.edition_of(table), said),
            facts=list(self._facts(table, said)),
            files=[
                {"name": one.name, "label": one.label} for one in FORMATS if _is_download(one.name)
            ]
            + [{"name": DESCRIPTION, "label": "DCAT"}],
            apa=apa(table, site.placing(table), said.tongue),
            lines=LINES,
            embed=embed,
            frame_height=270 + 46 * 12,
        )

    def _facts(self, table: Table, said: Speaker) -> Iterator[tuple[str, str | Markup]]:
        word, text = said.word, said.text
        yield word("as-of"), as_of(table, said)
        yield word("counts"), text(table.unit.labels)
        yield word("from"), text(table.entry.labels)
        yield word("method"), _explained(methods.part_of(table), text(table.method.labels), said)
        yield (
            word("uncertainty"),
            _explained("uncertainty", text(table.uncertainty.labels), said),
        )
        yield _explained("coverage", word("coverage"), said), coverage(table, said)
        more = _explained("protection", word("door-methods"), said)
        yield word("protection"), Markup("{} {}").format(protection(table, said), more)
        print_ = Markup("<code>{}</code>")
        edition = self._site.edition_of(table)
        if edition is not None:
            link = Markup('<a href="../../definition/{}/{}.html">{}</a> ').format(
                edition.code, said.tongue, text(edition.labels)
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


def listed(tables: Sequence[Table], said: Speaker) -> list[dict[str, str]]:
    """Tables as a list shows them: title, and what each says in a sentence."""
    return [
        {
            "identity": one.identity,
            "title": said.text(one.titles),
            "sentence": sentence(one, said),
        }
        for one in tables
    ]


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line for line in text.split("\n") if line.strip()]


def _name(tongue: str, page: int) -> str:
    return f"{tongue}.html" if page == 1 else f"{tongue}-{page}.html"


def _is_download(name: str) -> bool:
    return not name.startswith("citation.")


def _explained(part: str, label: str, said: Speaker) -> Markup:
    """A text that leads to the part of the page of methods that explains it."""
    return Markup('<a href="../../{}">{}</a>').format(methods.address(part, said.tongue), label)
