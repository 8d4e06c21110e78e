"""Showing a site on this machine alone, to look at it before it is handed to whoever hosts it.

Only files that the signed list names are given, by GET and HEAD; nothing is logged.
"""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final

from candlemark.errors import SettingRefused
from candlemark.ledger.files import read_whole
from candlemark.publish.site import manifest as signed

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK: Final = "127.0.0.1"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".parquet": "application/vnd.apache.parquet",
    ".atom.xml": "application/atom+xml",
}
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-cache",
}
"""Pages carry their own policy; frames and pictures may be shown by others."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site in a folder, on the loopback address only; port 0 takes a free one.

    Raises:
        SettingRefused: there is no site in the folder, or the port is taken.
    """
    content = read_whole(folder / signed.FILES, signed.FILES_LIMIT)
    if content is None:
        raise SettingRefused(
            "there is no site in this folder", hint="write one: candlemark publish build --out DIR"
        )
    listed = signed.read_list(content)
    paths = {*listed, signed.MANIFEST, signed.FILES}

    class Handler(BaseHTTPRequestHandler):
        """Gives one file."""

        server_version = "candlemark"
        sys_version = ""

        def do_GET(self) -> None:
            """The file, or that there is none."""
            self._give(body=True)

        def do_HEAD(self) -> None:
            """The same without its content."""
            self._give(body=False)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: who asked for what is nobody's business."""

        def _give(self, *, body: bool) -> None:
            path = self.path.partition("?")[0].lstrip("/")
            path = f"{path}index.html" if not path or path.endswith("/") else path
            size = listed[path].size if path in listed else signed.FILES_LIMIT
            found = read_whole(folder / path, size) if path in paths else None
            if found is None:
                self.send_error(HTTPStatus.NOT_FOUND, "There is no such file")
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", media(path))
            self.send_header("Content-Length", str(len(found)))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(found)

    try:
        return ThreadingHTTPServer((LOOPBACK, port), Handler)
    except OSError as error:
        raise SettingRefused(
            f"port {port} cannot be used: {error.strerror}", hint="name another one: --port"
        ) from error


def media(path: str) -> str:
    """The media type of a file of a site."""
    endings = [ending for ending in _TYPES if path.endswith(ending)]
    return _TYPES[max(endings, key=len)] if endings else "text/plain; charset=utf-8"
