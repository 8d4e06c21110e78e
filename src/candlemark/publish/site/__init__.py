"""The site: a tree of static files that any web server, a folder or a USB stick can show.

``content`` is what the ledger says is public; ``building`` writes it, byte for byte the same each
time and only what changed; ``manifest`` is what is signed; ``verifying`` holds a copy against it
without any vault.  Of the pages read ``doors`` (where a reader can go) and ``writing`` (the frame
of each), then the module behind a door: ``front``, ``gathered``, ``terms``, ``methods``,
``searching``.
"""

from __future__ import annotations

from candlemark.publish.site.building import Built, build
from candlemark.publish.site.content import Site, gather
from candlemark.publish.site.manifest import Manifest
from candlemark.publish.site.verifying import Verified, verify, verify_at

__all__ = ["Built", "Manifest", "Site", "Verified", "build", "gather", "verify", "verify_at"]
