"""Fetching: a vault that another instance shared behind an address, mirrored into a folder.

A server is not trusted with anything.  What it gives is written under names that were computed
here, never under names it chose; every file has a largest size, and the sealed parts the exact size
and hash their leaf names; it cannot send this machine elsewhere.  Whether what came holds is
settled afterwards, by pulling from the folder as from a stick.

Whole files stay in the folder when the connection broke, so that the next try goes on there.  What
a server gave wrongly leaves nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from candlemark.errors import (
    CandlemarkError,
    FetchRefused,
    LedgerBroken,
    NewerFormat,
    ProofRefused,
    SettingRefused,
)
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.genesis import GENESIS_LIMIT
from candlemark.ledger.merkle import HASH_BYTES
from candlemark.ledger.published import shown_in
from candlemark.ledger.publishing import CHECKPOINT, GENESIS, PARTS
from candlemark.ledger.sharing import LABEL, LOG, WRAPS, WRAPS_LIMIT, shared_log
from candlemark.ledger.tiles import BUNDLE_LIMIT, ENTRIES, WIDTH, read_bundle, tiles_of
from candlemark.seal.notes import NOTE_LIMIT
from candlemark.seal.padding import SIZES
from candlemark.seal.sealing import OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPMessage, HTTPResponse
    from pathlib import Path
    from typing import IO

    from candlemark.ledger.entry import Leaf

TOTAL_LIMIT: Final = 64 << 30
"""Bytes one fetch takes at most, whatever the checkpoint promises."""
_LEAVES_LIMIT: Final = 1 << 26
"""Entries a checkpoint may speak of, for a server whose log is not known yet."""
_HOST: Final = re.compile(r"[0-9A-Za-z.:_-]{1,253}")
_SMALL: Final = 4096
_AT_ONCE: Final = 1 << 16
_SPARE: Final = 64 << 20
_PERMANENT: Final = "what was fetched is thrown away; tell whoever runs that server"


@dataclass(frozen=True, slots=True)
class Source:
    """Where to fetch from, and how.

    Args:
        url: of the shared folder: https, or http on this machine or to an onion service.
        token: sent as a bearer token with every request; empty for none.
        roots: PEM of the certificates the server is known by; None for those of this machine.
        seconds: to wait for an answer, and for every 64 KiB of one.
    """

    url: str
    token: str = ""
    roots: bytes | None = None
    seconds: float = 60.0

    def __repr__(self) -> str:
        return f"<Source {self.url}>"


def is_address(text: str) -> bool:
    """Whether somebody wrote an address and not the name of a folder."""
    return "://" in text


def fetch(
    source: Source,
    folder: Path,
    known: Callable[[bytes], bool],
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Bring what is shared at an address into ``folder``.

    Args:
        source: the address.
        folder: private; what an earlier try left there is used.
        known: whether the entry of an action is kept here already; its parts are not fetched.
        progress: is told how many entries of how many came.

    Raises:
        SettingRefused: the address, the token or the certificate cannot be used.
        FetchRefused: the server was not reached, or gave what it should not; ``folder`` is gone
            unless only the connection broke.
        PublishedBroken: what it gives is no shared vault; ``folder`` is gone.
        StorageFull, VaultBusy: as any writing.
    """
    server = _Server(source)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with alone_in(folder):
            _Mirror(server, folder, known).run(progress)
    except _BrokenError as error:
        raise FetchRefused(
            str(error), hint="what came is kept; run it again and it goes on from there"
        ) from None
    except CandlemarkError:
        forget(folder)
        raise


def reader(source: Source) -> Callable[[str, int], bytes | None]:
    """Reads single files behind an address, each of at most so many bytes; None for one not there.

    The names are the caller's own, never the server's.  What it reads raises
    :class:`~candlemark.errors.FetchRefused` when the server was not reached, or gave too much.

    Raises:
        SettingRefused: the address, the token or the certificate cannot be used.
    """
    server = _Server(source)

    def read(name: str, limit: int) -> bytes | None:
        try:
            return server.get(name, limit)
        except _AbsentError:
            return None
        except _BrokenError as error:
            raise FetchRefused(str(error), hint="try again later") from None

    return read


def forget(folder: Path) -> None:
    """Remove what was fetched."""
    with suppress(OSError):
        shutil.rmtree(folder)


class _BrokenError(Exception):
    """The connection failed: not the server's word against ours, and worth another try."""


class _AbsentError(Exception):
    """The server says that there is no such file."""


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A redirection could send this machine, and its token, anywhere."""

    def redirect_request(  # noqa: PLR0917 - the signature of the standard library
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """None: the answer is the redirection, which is refused."""


class _Server:
    """Asks for one file after another, and takes no more of each than it can hold."""

    def __init__(self, source: Source) -> None:
        self._base, loopback = _checked(source.url)
        self._token = _checked_token(source.token)
        self._seconds = source.seconds
        handlers: list[urllib.request.BaseHandler] = [
            _NoDetours(),
            urllib.request.HTTPSHandler(context=_context(source.roots)),
        ]
        if loopback:
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)
        self.left = TOTAL_LIMIT

    def get(self, name: str, limit: int, exactly: int | None = None) -> bytes:
        """The bytes of one file.

        Raises:
            FetchRefused: it is not there, is longer than ``limit``, or has another length.
        """
        headers = {"User-Agent": "-", "Accept-Encoding": "identity"}
        request = urllib.request.Request(self._base + name, headers=headers)  # noqa: S310 - the scheme was checked
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                content = self._read(answer, name, min(limit, self.left))
                promised = answer.headers.get("Content-Length")
        except urllib.error.HTTPError as error:
            raise _refused_by(error, name) from None
        except ssl.SSLCertVerificationError:
            raise _untrusted() from None
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
                raise _untrusted() from None
            raise _BrokenError(
                f"the server was not reached, or stopped while it gave {name}"
            ) from None
        if promised is not None and promised != str(len(content)):
            raise _BrokenError(f"the connection ended in the middle of {name}")
        if exactly is not None and len(content) != exactly:
            raise FetchRefused(f"the server gave {name} in another length", hint=_PERMANENT)
        self.left -= len(content)
        return content

    def _read(self, answer: HTTPResponse, name: str, limit: int) -> bytes:
        content = bytearray()
        began = time.monotonic()
        while more := answer.read1(min(_AT_ONCE, limit + 1 - len(content))):
            content += more
            if len(content) > limit:
                raise FetchRefused(f"the server gave more than {name} can hold", hint=_PERMANENT)
            if time.monotonic() - began > self._seconds * (1 + len(content) / _AT_ONCE):
                raise _BrokenError(f"the server gives {name} too slowly")
        return bytes(content)


class _Mirror:
    """One shared tree, file by file, in the order of distrust."""

    def __init__(self, server: _Server, folder: Path, known: Callable[[bytes], bool]) -> None:
        self._server = server
        self._folder = folder
        self._known = known

    def run(self, progress: Callable[[int, int], None] | None) -> None:
        self._take(GENESIS, GENESIS_LIMIT)
        self._take(LOG, _SMALL)
        self._take(CHECKPOINT, NOTE_LIMIT)
        size = shown_in(self._folder, shared_log(self._folder)).checkpoint.size
        if size > _LEAVES_LIMIT:
            raise FetchRefused("the server speaks of more entries than are taken", hint=_PERMANENT)
        self._take(LABEL, _SMALL)
        self._take(WRAPS, WRAPS_LIMIT)
        # Of what the tree itself can hold; each part is counted when its leaf is read.
        self._server.left = min(
            self._server.left, _SPARE + size * (BUNDLE_LIMIT // WIDTH + 2 * HASH_BYTES)
        )
        for tile in tiles_of(size):
            lowest = tile.level == ENTRIES
            limit = BUNDLE_LIMIT if lowest else tile.width * HASH_BYTES
            content = self._kept(tile.path, limit, None if lowest else limit)
            if lowest:
                self._parts(content, tile.width)
                if progress is not None:
                    progress(tile.n * WIDTH + tile.width, size)

    def _parts(self, bundle: bytes, width: int) -> None:
        try:
            stored = read_bundle(bundle, width)
        except ProofRefused as error:
            raise FetchRefused(
                f"what the server gave is not of a vault: {error.message}", hint=_PERMANENT
            ) from None
        for one in stored:
            with suppress(LedgerBroken, NewerFormat):  # one that is no leaf names no parts
                leaf = read_leaf(one)
                if not self._known(leaf.action):
                    self._parts_of(leaf)

    def _parts_of(self, leaf: Leaf) -> None:
        for part in leaf.parts:
            name, length = f"{PARTS}/{part.hash.hex()}", SIZES[part.size] + OVERHEAD
            if _hash(read_whole(self._folder / name, length)) == part.hash:
                continue
            self._server.left = min(self._server.left + length, TOTAL_LIMIT)
            try:
                content = self._server.get(name, length, length)
            except _AbsentError:
                continue  # erased, or lost: whoever reads the roster can tell which
            if _hash(content) != part.hash:
                raise FetchRefused("the server gave another part", hint=_PERMANENT)
            self._write(name, content)

    def _take(self, name: str, limit: int) -> None:
        self._write(name, self._needed(name, limit, None))

    def _needed(self, name: str, limit: int, exactly: int | None) -> bytes:
        try:
            return self._server.get(name, limit, exactly)
        except _AbsentError:
            raise FetchRefused(
                f"the server has no file {name}",
                hint="see whether the address is that of a folder `candlemark share` wrote",
            ) from None

    def _kept(self, name: str, limit: int, exactly: int | None) -> bytes:
        """A file that is never written again once it is there; one an earlier try left is used."""
        there = read_whole(self._folder / name, limit)
        if there is not None:
            return there
        content = self._needed(name, limit, exactly)
        self._write(name, content)
        return content

    def _write(self, name: str, content: bytes) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < len(content) + _SPARE:
            raise FetchRefused("the disk has no room for what the server gives", hint="make room")
        write_whole(self._folder, name, content, mode=0o600, last=False)


def _refused_by(error: urllib.error.HTTPError, name: str) -> Exception:
    with suppress(OSError):
        error.close()
    if error.code in {404, 410}:
        return _AbsentError(name)
    if error.code in {401, 403}:
        return FetchRefused(
            "the server asks for a token, or for another one",
            hint="name the file that holds it: --token-file FILE",
        )
    if 300 <= error.code < 400:
        return FetchRefused(
            "the server sends this machine elsewhere, and nobody follows",
            hint="ask whoever runs it for the address itself",
        )
    if error.code in {429, 500, 502, 503, 504}:
        return _BrokenError(f"the server cannot answer now ({error.code})")
    return FetchRefused(f"the server refuses ({error.code})", hint=_PERMANENT)


def _untrusted() -> FetchRefused:
    return FetchRefused(
        "the certificate of the server does not hold",
        hint="somebody may stand between; a certificate of your own is named with --root FILE",
    )


def _hash(content: bytes | None) -> bytes:
    return b"" if content is None else hashlib.sha256(content).digest()


def _checked(url: str) -> tuple[str, bool]:
    """The address with a slash at its end, and whether it is one of this machine.

    Raises:
        SettingRefused: it is no address to fetch from.
    """
    hint = "https://…, or http:// on this machine or to an onion service behind a proxy"
    try:
        found = urllib.parse.urlsplit(url)
        host, _ = found.hostname or "", found.port
    except ValueError:
        host = ""
    if (
        not host
        or not _HOST.fullmatch(host)
        or found.query
        or found.fragment
        or found.username
        or found.password
    ):
        raise SettingRefused("this is not an address to fetch from", hint=hint)
    loopback, onion = _is_loopback(host), host.endswith(".onion")
    if found.scheme != "https" and not (found.scheme == "http" and (loopback or onion)):
        raise SettingRefused("this address is not a private way", hint=hint)
    if onion and (
        found.scheme not in urllib.request.getproxies() or urllib.request.proxy_bypass(host)
    ):
        # Asked without one, the machine would tell its network which onion service it looks for.
        raise SettingRefused(
            "an onion service is asked through a proxy only, and none is set for it",
            hint=f"set {found.scheme}_proxy in the environment to the address of Tor's HTTP proxy",
        )
    return url.rstrip("/") + "/", loopback


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_token(token: str) -> str:
    if token and (not token.isascii() or not token.isprintable() or " " in token):
        raise SettingRefused(
            "the token cannot be sent", hint="its file holds one word of plain letters and digits"
        )
    return token


def _context(roots: bytes | None) -> ssl.SSLContext:
    """Certificates are always checked; SSL_CERT_FILE names others than the machine's, as ever."""
    try:
        if roots is None:
            return ssl.create_default_context()
        if not roots:  # an empty text would mean none was named, and let in all of the machine's
            raise ValueError
        return ssl.create_default_context(cadata=roots.decode("ascii"))
    except (ssl.SSLError, UnicodeDecodeError, ValueError):
        raise SettingRefused(
            "the certificate cannot be read", hint="name a file with certificates in PEM"
        ) from None


def resting_place(vault: Path, url: str) -> Path:
    """The private folder in a vault's where what is fetched from an address lies meanwhile."""
    name = hashlib.sha256(os.fsencode(url.rstrip("/"))).hexdigest()[:16]
    return vault / "fetched" / name
