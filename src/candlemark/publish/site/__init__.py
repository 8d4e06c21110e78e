"""The site: a tree of static files that any web server, a folder or a USB stick can show.

``content`` is what the ledger says is public; ``building`` writes it, byte for byte the same each
time and only what changed; ``manifest`` is what is signed; ``verifying`` holds a copy against it
without any vault.

Of the pages read ``doors`` first: where a reader can go, and how a page is added.  ``writing`` puts
one page together; ``pages`` writes releases and tables, ``front`` the first page by the rule of
``leading``, ``gathered`` the figures by stage, ground, region and agency, ``listings`` the lists.
Pictures are rows of ``bars`` or the map of ``regions``; ``ways``, ``sentences`` and ``cuts`` say
what of a table is shown.  ``terms`` are the pages of the definition, ``methods`` those of how we
count; ``searching`` lists everything, with the index that ``finding`` makes.
``answering`` and ``answered`` are what agencies said of their numbers.
"""

from __future__ import annotations

from candlemark.publish.site.building import Built, build
from candlemark.publish.site.content import Site, gather
from candlemark.publish.site.manifest import Manifest
from candlemark.publish.site.verifying import Verified, verify, verify_at

__all__ = ["Built", "Manifest", "Site", "Verified", "build", "gather", "verify", "verify_at"]
