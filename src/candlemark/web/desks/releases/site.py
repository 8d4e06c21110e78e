"""The public site as one file, built here and handed on by whoever downloads it.

It is written into a folder only this program can read, packed, and the folder removed again.  What
is in it is public already; nothing else goes along.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from candlemark.errors import UnknownRelease
from candlemark.publish.site import build
from candlemark.publish.site.packing import pack
from candlemark.web.doors import door_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def site_file(request: HttpRequest) -> HttpResponse:
    """Build the site of everything that is published, and give it as a ZIP file."""
    with tempfile.TemporaryDirectory(prefix="candlemark-site-") as folder:
        site, packed = Path(folder) / "site", Path(folder) / "site.zip"
        try:
            done = build(door_of(request).vault, site)
        except UnknownRelease:
            raise Http404 from None
        pack(site, packed)
        content = packed.read_bytes()
    response = HttpResponse(content, content_type="application/zip")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="site-release-{done.release}.zip"'
    )
    return response
