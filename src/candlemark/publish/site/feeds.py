"""Feeds of releases, in each tongue: Atom (RFC 4287) and JSON Feed 1.1.

A release that was withdrawn stays in the feed and says so: readers who have its numbers learn of it
there.  Addresses are absolute where the site has one that lasts, and otherwise lead from the feed
to the file beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.site.manifest import MANIFEST, MIRRORS
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import LICENCE, LICENCE_ADDRESS, TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site


def feeds(site: Site) -> dict[str, bytes]:
    """Both feeds in every tongue, by path."""
    found = {}
    for tongue in TONGUES:
        said = Speaker(tongue)
        found[f"feeds/{tongue}.atom.xml"] = _atom(site, said)
        found[f"feeds/{tongue}.json"] = _json(site, said)
    return found


def urn(site: Site, *parts: str) -> str:
    """A name that lasts, whatever the address: it begins with the vault's."""
    vault = site.publisher.name.split("/")[1]
    return ":".join(("urn:candlemark:site", vault, *parts))


def _items(site: Site) -> Iterator[Published]:
    yield from reversed(site.said.published)


def _link(site: Site, path: str) -> str:
    return f"{site.said.places.address or '../'}{path}"


def _page(site: Site, release: Published, said: Speaker) -> str:
    return _link(site, f"releases/{release.number}/{said.tongue}.html")


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _changed(release: Published) -> date:
    return release.withdrawn.on if release.withdrawn else release.on


def _told(release: Published, said: Speaker) -> str:
    """The text of a release; of one that was withdrawn, that it was, and why."""
    if release.withdrawn is not None:
        day = said.word("withdrawn", day=said.day(release.withdrawn.on))
        return f"{day} {dict(release.withdrawn.reasons)[said.tongue]}"
    more = ""
    if release.corrected_by:
        more = said.word("corrected", number=said.number(release.corrected_by)) + "\n"
    return more + said.text(release.draft.texts)


def _atom(site: Site, said: Speaker) -> bytes:
    places = site.said.places
    own = f"feeds/{said.tongue}.atom.xml"
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": said.tongue})
    SubElement(feed, "id").text = urn(site, "feed", said.tongue)
    SubElement(feed, "title").text = f"{said.text(places.publisher)}: {said.word('site')}"
    SubElement(feed, "updated").text = _moment(max(map(_changed, site.said.published)))
    SubElement(SubElement(feed, "author"), "name").text = said.text(places.publisher)
    SubElement(feed, "rights").text = LICENCE
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=_link(site, own))
    home = _link(site, f"{said.tongue}/index.html")
    SubElement(feed, "link", rel="alternate", type="text/html", href=home)
    SubElement(feed, "link", rel="license", href=LICENCE_ADDRESS)
    signed = _link(site, MIRRORS)
    SubElement(feed, "link", rel="related", type="text/plain", title=MIRRORS, href=signed)
    for one in places.copies:
        SubElement(feed, "link", rel="related", href=f"{one}{said.tongue}/index.html")
    for release in _items(site):
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = urn(site, "release", str(release.number))
        SubElement(entry, "title").text = said.text(release.draft.titles)
        SubElement(entry, "published").text = _moment(release.on)
        SubElement(entry, "updated").text = _moment(_changed(release))
        SubElement(
            entry, "link", rel="alternate", type="text/html", href=_page(site, release, said)
        )
        SubElement(entry, "summary").text = _told(release, said)
    indent(feed, " ")
    found: bytes = tostring(feed, encoding="UTF-8", xml_declaration=True)
    return found + b"\n"


def _json(site: Site, said: Speaker) -> bytes:
    places = site.said.places
    return json_bytes(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{said.text(places.publisher)}: {said.word('site')}",
            "home_page_url": _link(site, f"{said.tongue}/index.html"),
            "feed_url": _link(site, f"feeds/{said.tongue}.json"),
            "language": said.tongue,
            "authors": [{"name": said.text(places.publisher)}],
            "items": [_item(site, release, said) for release in _items(site)],
            "_candlemark": {
                "about": "copies of this site, and the key its manifest is signed with",
                "mirrors": list(places.copies),
                "signed_mirrors": _link(site, MIRRORS),
                "manifest": _link(site, MANIFEST),
                "key": str(site.publisher),
            },
        }
    )


def _item(site: Site, release: Published, said: Speaker) -> dict[str, Any]:
    return {
        "id": urn(site, "release", str(release.number)),
        "url": _page(site, release, said),
        "title": said.text(release.draft.titles),
        "content_text": _told(release, said),
        "date_published": _moment(release.on),
        "date_modified": _moment(_changed(release)),
    }
