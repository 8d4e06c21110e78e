"""Contents of the site, and searching in it: a list without script, a field with one.

The script is our own, stands in the signed list like every file, and is the only one of the site.
What is typed goes nowhere: no request is made, no address changes, nothing is kept; the policy of
the page forbids it to reach anybody.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.site import methods, terms
from candlemark.publish.site.doors import sections
from candlemark.publish.site.finding import Entry, parts
from candlemark.publish.site.sentences import sentence
from candlemark.publish.site.terms import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.publish.releases import Published
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Table

DOOR: Final = "search"
FOLDER: Final = "search/"
ROOM: Final = 30 * 1024
"""Bytes of one part of the index; with the page and the script one visit stays under 60 KB."""
_LISTED: Final = 12
"""Tables and releases that the page of contents lists; all of them have lists of their own."""


def pages(writer: Writer) -> dict[str, bytes]:
    """The page behind the door, the script, and an index for each tongue."""
    found = {f"{FOLDER}search.js": _script()}
    made = {
        tongue: {
            _named(tongue, number): part
            for number, part in enumerate(parts(list(entries(writer, said)), tongue, ROOM), 1)
        }
        for tongue, said in writer.speakers.items()
    }
    for files_ in made.values():
        found |= files_
    return found | writer.in_every_tongue(
        "search.html",
        "search.html",
        lambda said: _given(writer, said) | _indexes(made[said.tongue], said),
        door=DOOR,
    )


def _named(tongue: str, number: int) -> str:
    return f"{FOLDER}{tongue}.js" if number == 1 else f"{FOLDER}{tongue}-{number}.js"


def _indexes(made: Mapping[str, bytes], said: Speaker) -> dict[str, Any]:
    """The part that is loaded with the page, and those that a reader may load."""
    first, *rest = made
    size = sum(len(made[one]) for one in rest)
    return {"first": first, "rest": rest, "rest_size": said.number(ceil(size / 1024))}


def entries(writer: Writer, said: Speaker) -> Iterator[Entry]:
    """Everything that can be found in a tongue."""
    yield from _doors(said)
    yield from _tables(writer, said)
    yield from _releases(writer, said)
    yield from _methods(said)
    for edition in writer.site.editions[::-1]:
        yield from _terms(writer, said, edition)


def _doors(said: Speaker) -> Iterator[Entry]:
    for section in sections():
        for door in section.doors:
            path = f"{said.tongue}/{door.page}"
            yield Entry(said.word("find-pages"), said.word(door.label), path, said.word(door.says))


def _tables(writer: Writer, said: Speaker) -> Iterator[Entry]:
    for table in _long(writer)[0]:
        named = (one.labels for each in table.dimensions for one in each.categories)
        about = [table.method.labels, table.unit.labels, table.entry.labels, *named]
        yield Entry(
            said.word("tables"),
            said.text(table.titles),
            f"tables/{table.identity}/{said.tongue}.html",
            " ".join([sentence(table, said), *(one[said.tongue] for one in about)]),
        )


def _releases(writer: Writer, said: Speaker) -> Iterator[Entry]:
    for release in _long(writer)[1]:
        yield Entry(
            said.word("door-releases"),
            _numbered(release, said),
            f"releases/{release.number}/{said.tongue}.html",
            said.text(release.draft.texts) if release.stands else "",
        )


def _methods(said: Speaker) -> Iterator[Entry]:
    for part in methods.PARTS:
        yield Entry(
            said.word("door-methods"),
            said.word(part.head),
            methods.address(part.code, said.tongue),
            " ".join(said.word(one) for one in part.words()),
        )


def _terms(writer: Writer, said: Speaker, edition: Edition) -> Iterator[Entry]:
    """The terms of an edition; of an older one it is said which it is."""
    newest = writer.site.editions[-1]
    of = "" if edition is newest else f" · {said.text(edition.labels)}"
    for scheme in edition.schemes:
        kind = said.text(scheme.labels)
        path = terms.address(edition, scheme, said.tongue)
        yield Entry(said.word("door-definition") + of, kind, path, said.text(scheme.notes))
        for term in scheme:
            yield Entry(
                kind + of,
                said.text(term.labels),
                terms.address(edition, scheme, said.tongue, term.code),
                said.text(term.notes),
            )


def _given(writer: Writer, said: Speaker) -> dict[str, Any]:
    """What the list of contents says: every page, the longest lists shortened."""
    inside = _inside(writer, said)
    return {
        # Not ``sections``, which every page has: these say what is behind their doors.
        "contents": [
            (
                said.word(section.label),
                [
                    {
                        "label": said.word(door.label),
                        "path": f"{said.tongue}/{door.page}",
                        "inside": inside.get(door.code, ()),
                    }
                    for door in section.doors
                ],
            )
            for section in sections()
            if section.code != DOOR
        ],
        "more": any(len(found) > _LISTED for found in _long(writer)),
    }


def _inside(writer: Writer, said: Speaker) -> dict[str, list[Link]]:
    """What is behind doors that lead to several things, as far as the page lists it."""
    tables, releases = _long(writer)
    return {
        terms.DOOR: [
            Link(said.text(scheme.labels), terms.address(edition, scheme, said.tongue))
            for edition in writer.site.editions[-1:]
            for scheme in edition.schemes
        ],
        methods.DOOR: [
            Link(said.word(one.head), methods.address(one.code, said.tongue))
            for one in methods.PARTS
        ],
        "tables": [
            Link(said.text(one.titles), f"tables/{one.identity}/{said.tongue}.html")
            for one in tables[:_LISTED]
        ],
        "releases": [
            Link(_numbered(one, said), f"releases/{one.number}/{said.tongue}.html")
            for one in releases[:_LISTED]
        ],
    }


def _long(writer: Writer) -> tuple[Sequence[Table], Sequence[Published]]:
    """The lists that grow: the newest form of every table, and the releases, newest first."""
    return writer.site.current, writer.site.said.published[::-1]


def _numbered(release: Published, said: Speaker) -> str:
    number = said.word("release", number=said.number(release.number))
    return f"{number}: {said.text(release.draft.titles)}"


@cache
def _script() -> bytes:
    return files("candlemark.publish.site").joinpath("templates", "search.js").read_bytes()
