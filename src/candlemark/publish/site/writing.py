"""Writing one page: its frame, its style, its policy, its links, and how large it may be.

A page carries its own style, so it looks the same from a folder, a stick or a server, and its
policy allows nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from candlemark.errors import NotInOrder
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.root_words import RootWords
from candlemark.publish.site import bars, regions
from candlemark.publish.site.doors import section_of, sections
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import LICENCE, LICENCE_ADDRESS, TONGUES
from candlemark.tongues import NAMES, direction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site

PAGE_LIMIT: Final = 60 * 1024
"""Bytes of a page at most: what a slow line and a blocked network let through."""


class Writer:
    """Writes the pages of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.speakers: Mapping[str, Speaker] = {tongue: Speaker(tongue) for tongue in TONGUES}

    def in_every_tongue(
        self, name: str, template: str, given: Callable[[Speaker], dict[str, Any]], *, door: str
    ) -> dict[str, bytes]:
        """One page in the folder of each tongue.

        Args:
            name: of the file: ``stages.html``.
            template: of ``templates/``; it extends ``page.html``.
            given: what the template needs, in a tongue.
            door: the door it lies behind; empty for the front page.
        """
        return {
            f"{tongue}/{name}": self.page(
                template,
                tongue,
                here=f"{tongue}/{name}",
                same_in={one: f"../{one}/{name}" for one in TONGUES},
                door=door,
                **given(said),
            )
            for tongue, said in self.speakers.items()
        }

    def page(
        self,
        template: str,
        tongue: str,
        *,
        here: str,
        same_in: Mapping[str, str],
        door: str = "",
        section: str = "",
        stands_on: Published | None = None,
        **more: Any,
    ) -> bytes:
        """One page.

        Args:
            template: see above.
            tongue: in which it is.
            here: its path from the root of the site.
            same_in: where the same page is in each tongue, from here.
            door: the door that leads to this very page.
            section: the section it is in, when no door leads to it.
            stands_on: the release whose state of the ledger it stands on; the newest without it.
            more: what the template needs.
        """
        site = self.site
        given = {
            "said": self.speakers[tongue],
            "root": "../" * here.count("/"),
            "here": here,
            "same_in": same_in,
            "is_start": False,
            "sections": sections(),
            "door": door,
            "section": section or section_of(door),
            "tongues": [(one, NAMES[one]) for one in TONGUES],
            "direction": direction,
            "places": site.said.places,
            "copies": site.said.places.copies,
            "publisher": str(site.publisher),
            "words": self._words(stands_on or site.last),
            "licence": LICENCE,
            "licence_address": LICENCE_ADDRESS,
        }
        return self.written(template, **given | more)

    @staticmethod
    def part(template: str, **given: Any) -> Markup:
        """A piece of a page."""
        return Markup(_jinja().get_template(template).render(**given))  # noqa: S704 - escaped there

    def written(self, template: str, **given: Any) -> bytes:
        """A file of a template, with the style and nothing else around it.

        Raises:
            NotInOrder: it is too large.
        """
        style, style_hash = _style()
        made = _jinja().get_template(template).render(style=style, style_hash=style_hash, **given)
        content = made.encode()
        if len(content) > PAGE_LIMIT:
            raise NotInOrder(
                "a page of this site would be larger than 60 KB", hint="shorten the texts"
            )
        return content

    def _words(self, release: Published) -> str:
        """The state of the ledger a release stands on; later ones do not change its pages."""
        log = self.site.log
        return str(RootWords.of(read_checkpoint(release.checkpoint, log.name, log.public)))


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
    style = f"{own}{bars.STYLE}{regions.STYLE}"
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Markup(style), f"sha256-{hashed}"  # noqa: S704 - our own file
