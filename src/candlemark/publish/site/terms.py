"""The browser of the definition: what every word of the figures means, edition by edition.

``en/definition.html`` is where a reader comes in and names the schemes; all their terms are listed
by ``definition/2026.1/en.html``, and ``definition/2026.1/bias-grounds/en.html`` shows those of one
scheme, each with an address of its own (``#gay``).  The same for programs lies beside it as SKOS.
An edition stays for good: what was linked to is found, also when every release that was coded by it
was withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from candlemark.definition import Definition
from candlemark.measure.labels import ENDED
from candlemark.publish.table import TONGUES
from candlemark.tongues import NAMES, direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.definition import Edition, Scheme, Term
    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site
    from candlemark.publish.site.speaking import Speaker
    from candlemark.publish.site.writing import Writer
    from candlemark.publish.table import Dimension, Table

DOOR: Final = "definition"
AT_ONCE: Final = 30
"""Terms on one page: with five tongues and a note for each, what fits into 60 KB."""
_ABSENCES: Final = "absences"
_ENDED: Final = ENDED.replace(":", "-")
"""What a way that ended begins with, as codes of a table are written."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a reader is shown and where it leads; the path is from the root of the site."""

    label: str
    path: str


def pages(writer: Writer) -> dict[str, bytes]:
    """The page behind the door: the editions, and the schemes of the newest."""
    newest_first = list(reversed(writer.site.editions))
    return writer.in_every_tongue(
        "definition.html",
        "definition.html",
        lambda said: {
            "editions": [_told(one, said) for one in newest_first],
            "edition": newest_first[0] if newest_first else None,
            "schemes": _schemes(newest_first[0], said) if newest_first else [],
        },
        door=DOOR,
    )


def edition_pages(writer: Writer, edition: Edition) -> dict[str, bytes]:
    """The pages of one edition in every tongue, by their names in its folder."""
    found: dict[str, bytes] = {}
    folder = f"definition/{edition.code}/"
    stands_on = first_on(writer.site, edition)
    for tongue, said in writer.speakers.items():
        found[f"{tongue}.html"] = writer.page(
            "edition.html",
            tongue,
            here=f"{folder}{tongue}.html",
            same_in={one: f"{one}.html" for one in TONGUES},
            section="understand",
            stands_on=stands_on,
            edition=edition,
            told=_told(edition, said),
            schemes=_listed(edition, said),
        )
        for scheme in edition.schemes:
            for page in range(1, _pages(scheme) + 1):
                name = f"{scheme.code}/{_name(tongue, page)}"
                found[name] = writer.page(
                    "scheme.html",
                    tongue,
                    here=f"{folder}{name}",
                    same_in={one: _name(one, page) for one in TONGUES},
                    section="understand",
                    stands_on=stands_on,
                    **_scheme(edition, scheme, page, said),
                )
    return found


def first_on(site: Site, edition: Edition) -> Published:
    """The release that was coded by an edition first; later ones do not change its pages."""
    return site.said.published[site.first_by[edition.fingerprint] - 1]


def address(edition: Edition, scheme: Scheme, tongue: str, term: str = "") -> str:
    """Where a scheme or a term of it is explained, from the root of the site."""
    page = scheme.term(term).order // AT_ONCE + 1 if term else 1
    anchor = f"#{term}" if term else ""
    return f"definition/{edition.code}/{scheme.code}/{_name(tongue, page)}{anchor}"


def since(edition: Edition, scheme: str, term: str) -> str:
    """The first edition that has a term; a code is never used again for something else."""
    for code in before(edition):
        found = _loaded(code).by_code.get(scheme)
        if found is not None and term in found:
            return code
    return edition.code


def before(edition: Edition) -> tuple[str, ...]:
    """The editions that came before one, oldest first."""
    codes = Definition.editions()
    return codes[: codes.index(edition.code)]


def meant(
    table: Table, edition: Edition | None, said: Speaker
) -> list[tuple[str, tuple[Link, ...]]]:
    """Per dimension of a table the words in it that the definition explains."""
    if edition is None:
        return []
    unit = edition.by_code.get("counting-units")
    found: list[tuple[str, tuple[Link, ...]]] = []
    if unit is not None and table.unit.code in unit:
        label = said.text(unit.labels)
        found.append((label, (_link(edition, unit, table.unit.code, said),)))
    for one in table.dimensions:
        words = tuple(dict.fromkeys(_meant_in(one, table.name, edition, said)))
        if words:
            found.append((said.text(one.labels), words))
    return found


def _meant_in(dimension: Dimension, name: str, edition: Edition, said: Speaker) -> Iterator[Link]:
    """The words of one dimension; of codes of two schemes joined by ``@``, both."""
    codes = [code.removeprefix(_ENDED).split("@") for code in dimension.codes]
    for place in range(max(map(len, codes), default=0)):
        here = [parts[place] for parts in codes if place < len(parts)]
        scheme = _scheme_of(here, name, edition)
        if scheme is None:
            continue
        for code in here:
            home = scheme if code in scheme else edition.by_code.get(_ABSENCES)
            if home is not None and code in home:
                yield _link(edition, home, code, said)


def _scheme_of(codes: list[str], name: str, edition: Edition) -> Scheme | None:
    """The scheme that codes are of: it has the most of them, or the table is named after it."""
    counted = [(sum(code in one for code in codes), one) for one in edition.schemes]
    most, scheme = max(
        counted,
        key=lambda pair: (bool(pair[0]) and f"-{pair[1].code}-" in f"-{name}-", pair[0]),
    )
    return scheme if most else None


def _link(edition: Edition, scheme: Scheme, code: str, said: Speaker) -> Link:
    return Link(said.text(scheme.term(code).labels), address(edition, scheme, said.tongue, code))


# What the templates are given


def _told(edition: Edition, said: Speaker) -> dict[str, str]:
    return {
        "path": f"definition/{edition.code}/{said.tongue}.html",
        "label": said.word(
            "def-edition-of",
            edition=said.text(edition.labels),
            schemes=said.number(len(edition.schemes)),
            terms=said.number(sum(map(len, edition.schemes))),
        ),
        "note": said.text(edition.notes),
    }


def _schemes(edition: Edition, said: Speaker) -> list[dict[str, str]]:
    """The schemes of an edition, each with what it is for."""
    return [
        {
            "label": said.text(scheme.labels),
            "path": address(edition, scheme, said.tongue),
            "note": said.text(scheme.notes),
        }
        for scheme in edition.schemes
    ]


def _listed(edition: Edition, said: Speaker) -> list[dict[str, Any]]:
    """The schemes of an edition with their terms, as a table of contents.

    Paths are from the edition's own folder, where the page is: there are hundreds of them.
    """
    folder = f"definition/{edition.code}/"
    return [
        {
            "label": said.text(scheme.labels),
            "path": address(edition, scheme, said.tongue).removeprefix(folder),
            "terms": [
                (
                    said.text(one.labels),
                    address(edition, scheme, said.tongue, one.code).removeprefix(folder),
                )
                for one in scheme
            ],
        }
        for scheme in edition.schemes
    ]


def _scheme(edition: Edition, scheme: Scheme, page: int, said: Speaker) -> dict[str, Any]:
    shown = scheme.terms[(page - 1) * AT_ONCE : page * AT_ONCE]
    return {
        "edition": edition,
        "told": _told(edition, said),
        "scheme": scheme,
        "terms": [_term(edition, scheme, one, said) for one in shown],
        "page": page,
        "pages": _pages(scheme),
        "address": lambda number: _name(said.tongue, number),
    }


def _term(edition: Edition, scheme: Scheme, term: Term, said: Speaker) -> dict[str, Any]:
    return {
        "code": term.code,
        "label": said.text(term.labels),
        "note": said.text(term.notes),
        "source": term.source,
        "others": [
            (one, direction(one), NAMES[one], term.labels[one])
            for one in TONGUES
            if one != said.tongue
        ],
        "broader": [_link(edition, scheme, one.code, said) for one in scheme.path(term.code)[:-1]],
        "narrower": [_link(edition, scheme, one.code, said) for one in scheme.narrower(term.code)],
        "since": since(edition, scheme.code, term.code),
    }


def _pages(scheme: Scheme) -> int:
    return max(ceil(len(scheme) / AT_ONCE), 1)


def _name(tongue: str, page: int) -> str:
    return f"{tongue}.html" if page == 1 else f"{tongue}-{page}.html"


@cache
def _loaded(code: str) -> Edition:
    return Definition.load(code)
