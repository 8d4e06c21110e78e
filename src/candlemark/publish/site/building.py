"""Writing a site: the same bytes each time, and only what changed since the last time.

Files that were made of the same things by the same program are left where they are, once their
hashes show that they are still the ones that were signed for.  Everything else is made, and written
where it differs.  The manifest is written last, so that whoever reads a manifest finds what it
promises.  After a power cut the next building mends what was lost, by the same hashes.  A folder
that holds something else than a site of this vault is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files as resources
from typing import TYPE_CHECKING, Any, Final

from candlemark.definition import to_jsonld, to_turtle
from candlemark.errors import NotUnderstood, SettingRefused
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.measure.canonical import canonical
from candlemark.publish.open import files_of
from candlemark.publish.open.placing import folder_of
from candlemark.publish.site import answering, front, gathered, listings, official, press
from candlemark.publish.site import manifest as signed
from candlemark.publish.site.api import api
from candlemark.publish.site.content import gather
from candlemark.publish.site.feeds import feeds
from candlemark.publish.site.manifest import Listed, Manifest
from candlemark.publish.site.pages import Pages
from candlemark.publish.site.writing import Writer
from candlemark.seal.notes import NOTE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site
    from candlemark.publish.table import Table

EACH_TIME: Final = (
    front.pages,
    gathered.pages,
    listings.pages,
    official.pages,
    answering.pages,
    press.pages,
)
"""Who gives the pages behind the doors: each its files by their paths, made anew each time."""
_UNFINISHED: Final = ".unfinished"
_MADE_WITH: Final = ("Babel", "Jinja2", "pyarrow")
"""Libraries whose version can change the bytes of a file."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a building did: the site's release and size, and how many files it touched."""

    release: int
    files: int
    size: int
    written: int
    removed: int
    made: int
    """Groups of files that were made; the others were left as they were."""
    groups: int
    key: str
    """Of the publisher, for readers who check copies."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Files under one folder that depend on ``made_of`` and on nothing else."""

    folder: str
    made_of: object
    make: Callable[[], dict[str, bytes]]
    """The files by their names in the folder."""

    @property
    def stamp(self) -> str:
        """A hash of everything the files depend on."""
        return hashlib.sha256(canonical([program(), self.made_of])).hexdigest()


def build(vault: Vault, out: Path, progress: Callable[[int, int], None] | None = None) -> Built:
    """Bring the site in a folder up to what the vault has published.

    Args:
        vault: an opened one.
        out: the folder; made when it is not there.
        progress: is told how many groups of how many are done.

    Raises:
        UnknownRelease: nothing is published yet.
        SettingRefused: the folder holds something else, or cannot be written to.
        VaultBusy, StorageFull, LedgerBroken: the manifest is the one before.
    """
    site = gather(vault)
    with alone_in(out):
        before = _before(out, site)
        writing = _Writing(out, before)
        groups = list(_groups(site))
        for number, group in enumerate(groups, 1):
            writing.group(group)
            if progress is not None:
                progress(number, len(groups))
        for path, content in _others(vault, site).items():
            writing.put(path, content)
        return writing.finish(vault, site, len(groups))


# What there is to write


def _groups(site: Site) -> Iterator[_Group]:
    pages = Pages(Writer(site))
    everywhere = _everywhere(site)
    for table in site.tables.values():
        yield _Group(
            folder_of(table),
            [*everywhere, "table", _of_table(site, table)],
            _table_maker(site, pages, table),
        )
    for identity, numbers in site.carried.items():
        if identity not in site.tables:
            made_of = [*everywhere, "gone", list(numbers)]
            yield _Group(f"tables/{identity}/", made_of, _gone_maker(pages, identity, numbers))
    for release in site.said.published:
        yield _Group(
            f"releases/{release.number}/",
            [*everywhere, "release", _of_release(site, release)],
            _release_maker(pages, release),
        )
    for edition in site.editions:
        yield _Group(
            f"definition/{edition.code}/",
            ["definition", edition.fingerprint],
            _definition_maker(edition),
        )


def _table_maker(site: Site, pages: Pages, table: Table) -> Callable[[], dict[str, bytes]]:
    return lambda: files_of(table, site.placing(table)) | pages.table(table)


def _gone_maker(
    pages: Pages, identity: str, numbers: tuple[int, ...]
) -> Callable[[], dict[str, bytes]]:
    return lambda: pages.gone(identity, numbers)


def _release_maker(pages: Pages, release: Published) -> Callable[[], dict[str, bytes]]:
    def made() -> dict[str, bytes]:
        folder = f"releases/{release.number}/"
        return {path.removeprefix(folder): one for path, one in pages.release(release).items()}

    return made


def _definition_maker(edition: Edition) -> Callable[[], dict[str, bytes]]:
    return lambda: {
        "definition.ttl": to_turtle(edition).encode(),
        "definition.jsonld": to_jsonld(edition).encode(),
    }


def _everywhere(site: Site) -> list[Any]:
    """What stands on every page."""
    places = site.said.places
    return [
        str(site.publisher),
        str(site.log),
        places.address,
        dict(places.publisher),
        list(places.mirrors),
        places.onion,
    ]


def _of_table(site: Site, table: Table) -> list[Any]:
    placing = site.placing(table)
    numbers = site.carried[table.identity]
    return [
        table.identity,
        table.position,
        placing.release,
        placing.issued.isoformat(),
        [[number, _state(site.said.published[number - 1])] for number in numbers],
        site.newest_of.get(table.name, ""),
        site.edition_of(table) is not None,
        site.said.published[numbers[0] - 1].checkpoint.decode(),
        answering.state_of(answering.exchanges_of(site, table)),
        answering.state_of(answering.earlier_of(site, table)),
    ]


def _of_release(site: Site, release: Published) -> list[Any]:
    before = site.said.published[release.number - 2] if release.number > 1 else None
    return [
        _state(release),
        release.on.isoformat(),
        release.draft.digest,
        release.checkpoint.decode(),
        [before.draft.digest, before.stands] if before else [],
    ]


def _state(release: Published) -> list[Any]:
    withdrawn = release.withdrawn
    return [
        release.number,
        release.corrected_by,
        [withdrawn.on.isoformat(), dict(withdrawn.reasons)] if withdrawn else [],
    ]


def _others(vault: Vault, site: Site) -> dict[str, bytes]:
    """What is made each time: it is small, or it changes with every release."""
    mirrors_text = signed.mirrors_text(site.last.number, site.said.places.copies)
    writer = Writer(site)
    found: dict[str, bytes] = {}
    for pages in EACH_TIME:
        found |= pages(writer)
    return (
        found
        | feeds(site)
        | api(site)
        | {
            signed.CHECKPOINT: site.last.checkpoint,
            signed.MIRRORS: vault.publisher.sign(mirrors_text),
            signed.KEY: f"{site.publisher}\n".encode(),
        }
    )


@cache
def program() -> str:
    """A hash of what makes the files: our own code and words, and the libraries that write."""
    found = hashlib.sha256()
    for name, content in sorted(_own(resources("candlemark.publish"), "")):
        found.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    for library in _MADE_WITH:
        found.update(f"{library} {version(library)}\n".encode())
    return found.hexdigest()


def _own(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _own(one, f"{path}{one.name}/")
        elif one.name.endswith((".py", ".toml", ".html", ".css")):
            yield f"{path}{one.name}", one.read_bytes()


# Writing it


@dataclass(frozen=True, slots=True)
class _Before:
    """The site that is in the folder: its files, and the stamps of its groups."""

    files: Mapping[str, Listed]
    stamps: Mapping[str, str]


def _before(out: Path, site: Site) -> _Before:
    """What is in the folder already.

    Raises:
        SettingRefused: something else than a site that this vault signed.
    """
    note = read_whole(out / signed.MANIFEST, NOTE_LIMIT)
    if note is None:
        if any(one.name != _UNFINISHED for one in out.iterdir()):
            raise SettingRefused(
                "the folder holds something else than a site",
                hint="name a folder that is not there yet, or one this vault wrote before",
            )
        return _Before({}, {})
    content = read_whole(out / signed.FILES, signed.FILES_LIMIT) or b""
    stamps = (read_whole(out / signed.GROUPS, signed.FILES_LIMIT) or b"").decode("ascii", "replace")
    try:
        said = Manifest.read(note, site.publisher)
        if hashlib.sha256(content).hexdigest() != said.list:
            # A building was stopped, or a file was changed: every file is made again.
            return _Before({}, {})
        files = signed.read_list(content)
    except NotUnderstood:
        raise SettingRefused(
            "the folder holds a site that this vault did not sign",
            hint="name another folder; a copy of somebody else's site is not written over",
        ) from None
    if files.get(signed.GROUPS) != Listed.of(stamps.encode()):
        return _Before(files, {})
    pairs = (line.split(" ", 1) for line in stamps.splitlines())
    return _Before(files, {folder: stamp for stamp, folder in pairs})


class _Writing:
    """One building of a site."""

    def __init__(self, out: Path, before: _Before) -> None:
        self._out = out
        self._before = before
        self._files: dict[str, Listed] = {}
        self._stamps: dict[str, str] = {}
        self._written = self._made = 0

    def group(self, group: _Group) -> None:
        """Leave the files of a group as they are, or make them."""
        stamp = self._stamps[group.folder] = group.stamp
        there = {
            path: one for path, one in self._before.files.items() if path.startswith(group.folder)
        }
        if self._before.stamps.get(group.folder) == stamp and all(
            self._is(path, one) for path, one in there.items()
        ):
            self._files |= there
            return
        self._made += 1
        for name, content in group.make().items():
            self.put(f"{group.folder}{name}", content)

    def put(self, path: str, content: bytes) -> None:
        """Let a file have this content."""
        found = self._files[path] = Listed.of(content)
        if self._is(path, found):
            return
        target = self._out / path
        unfinished = self._out / _UNFINISHED / secrets.token_hex(8)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.parent.mkdir(exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.chmod(0o644)
            unfinished.rename(target)
        except OSError as error:
            raise SettingRefused(
                f"{path} cannot be written: {error.strerror}",
                hint="make room, or see whether this account may write there",
            ) from error
        self._written += 1

    def finish(self, vault: Vault, site: Site, groups: int) -> Built:
        """Remove what is no longer part of the site, and sign what is."""
        stamps = "".join(f"{stamp} {folder}\n" for folder, stamp in sorted(self._stamps.items()))
        self.put(signed.GROUPS, stamps.encode())
        content = signed.listed(self._files)
        size = sum(one.size for one in self._files.values())
        note = vault.publisher.sign(
            Manifest(
                release=site.last.number,
                published=site.last.on,
                address=site.said.places.address,
                files=len(self._files),
                size=size,
                list=hashlib.sha256(content).hexdigest(),
                log=site.log,
                checkpoint=site.checkpoint,
            ).text()
        )
        self._written += _replaced(self._out, signed.FILES, content)
        self._written += _replaced(self._out, signed.MANIFEST, note)
        gone = self._before.files.keys() - self._files.keys()
        for path in sorted(gone):
            self._remove(path)
        return Built(
            release=site.last.number,
            files=len(self._files),
            size=size,
            written=self._written,
            removed=len(gone),
            made=self._made,
            groups=groups,
            key=str(site.publisher),
        )

    def _is(self, path: str, wanted: Listed) -> bool:
        found = read_whole(self._out / path, wanted.size)
        return found is not None and Listed.of(found) == wanted

    def _remove(self, path: str) -> None:
        target = self._out / path
        with suppress(OSError):
            target.unlink()
            for folder in target.relative_to(self._out).parents:
                if folder.name:
                    (self._out / folder).rmdir()


def _replaced(out: Path, name: str, content: bytes) -> int:
    if read_whole(out / name, len(content)) == content:
        return 0
    write_whole(out, name, content)
    return 1
