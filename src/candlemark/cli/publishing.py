"""Commands of the public site: address, build, verify, serve, zip.

``build`` and ``address`` need the vault; the others need nothing but the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import FILE, FOLDER, KeyType, needed
from candlemark.errors import WrongCommand
from candlemark.ledger.fetching import Source, is_address
from candlemark.ledger.root_words import RootWords
from candlemark.publish import contact as reached
from candlemark.publish import releases as floor
from candlemark.publish import wording
from candlemark.publish.site import build as build_site
from candlemark.publish.site import verify as verify_folder
from candlemark.publish.site import verify_at
from candlemark.publish.site.packing import pack
from candlemark.publish.site.serving import LOOPBACK, server
from candlemark.seal.notes import NOTE_LIMIT

if TYPE_CHECKING:
    from candlemark.publish.site import Verified
    from candlemark.seal import NoteKey

_PEM_LIMIT = 1 << 20


@click.group("publish")
def publish_commands() -> None:
    """Write the public site, show it here, and check copies of it."""


@publish_commands.command()
@click.option("--out", required=True, type=FOLDER, metavar="DIR", help="The folder of the site.")
@vault_option
@json_option
def build(out: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Bring the site in DIR up to what is published; only what changed is written."""
    with (
        opened(folder, passphrase_file) as vault,
        paper.progress("writing the site") as tell,
    ):
        done = build_site(
            vault, out, None if tell is None else lambda n, of: tell(n / of, "writing the site")
        )
    if as_json:
        paper.print_json(done)
        return
    paper.say(
        f"{out} holds release {done.release}: {done.files:,} files, {done.size:,} bytes;"
        f" {done.written:,} were written, {done.removed:,} removed."
    )
    paper.say("Give readers this key, by a way they trust:")
    paper.say(f"  {done.key}")


@publish_commands.command()
@click.argument("site", metavar="DIR|URL")
@click.option("--key", type=KeyType(), help="The publisher's key, or a file of it.")
@click.option("--before", type=FILE, help="The file manifest of a copy you kept: refuse an older"
              " state.")  # fmt: skip
@click.option("--root", type=FILE, help="PEM of the certificate the server is known by.")
@json_option
def verify(
    site: str, key: NoteKey | None, before: Path | None, root: Path | None, as_json: bool
) -> None:
    """Hold a copy of a site against its signed manifest and the state of the ledger.

    Names every file that was changed, is missing or was added.  It needs no vault and, of a
    folder, no connection.
    """
    known = None if before is None else needed(before, NOTE_LIMIT)
    with paper.progress("reading the site") as tell:
        told = None if tell is None else lambda n, of: tell(n / of, "reading the site")
        if is_address(site):
            source = Source(site, roots=None if root is None else needed(root, _PEM_LIMIT))
            found = verify_at(source, key, known, told)
        else:
            found = verify_folder(Path(site), key, known, told)
    if as_json:
        paper.print_json(_plain(found))
    found.require()
    if not as_json:
        _say(found)


def _plain(found: Verified) -> dict[str, object]:
    said = found.manifest
    return {
        "release": said.release,
        "published": said.published,
        "address": said.address,
        "files": said.files,
        "bytes": said.size,
        "entries": said.checkpoint.size,
        "root": said.checkpoint.root.hex(),
        "words": str(RootWords.of(said.checkpoint)),
        "log": str(said.log),
        "key": str(found.key),
        "key_given": found.key_given,
        "additions_looked_for": found.listed,
        "mirrors": found.mirrors,
        "faults": found.faults,
    }


def _say(found: Verified) -> None:
    said = found.manifest
    paper.say(
        f"Release {said.release}, published on {said.published:%Y-%m-%d}:"
        f" all {said.files:,} files are as they were signed."
    )
    paper.say(f"The ledger it stands on had {RootWords.of(said.checkpoint)}")
    if not found.listed:
        paper.say("A server does not list its files: whether some were added was not looked at.")
    if not found.key_given:
        paper.say("The key came from the copy itself.  Compare it with the one you were given:")
        paper.say(f"  {found.key}")


@publish_commands.command()
@click.argument("site", metavar="DIR", type=FOLDER)
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65_535))
def serve(site: Path, port: int) -> None:
    """Show the site in DIR in a browser on this machine."""
    with server(site, port) as running:
        paper.say(f"http://{LOOPBACK}:{running.server_address[1]}/  (Ctrl-C ends it)")
        running.serve_forever()


@publish_commands.command("zip")
@click.argument("site", metavar="DIR", type=FOLDER)
@click.argument("target", metavar="FILE", type=FILE)
def zip_site(site: Path, target: Path) -> None:
    """Pack the site in DIR into one file, for messengers and sticks."""
    count = pack(site, target)
    paper.say(f"{target} holds {count:,} files; unpacked, it is checked like any copy.")


@publish_commands.command()
@click.argument("url", default="")
@click.option("--name", default="", help="What the group calls itself in public.")
@click.option("--names", type=FILE, help="The same in each tongue: TOML with a name in each"
              " section.")  # fmt: skip
@click.option("--mirror", "mirrors", multiple=True, metavar="URL", help="A copy of the site.")
@click.option("--onion", default="", metavar="URL", help="The site as an onion service.")
@vault_option
@json_option
def address(
    url: str,
    name: str,
    names: Path | None,
    mirrors: tuple[str, ...],
    onion: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say where the site is found: its address URL, its copies, and by whom it is.

    What was said before is replaced; without any of it, what holds now is shown.
    """
    if name and names is not None:
        raise WrongCommand("--name and --names say the same", hint="give one of them")
    with opened(folder, passphrase_file) as vault:
        places = floor.releases(vault.ledger).places
        if url or name or names or mirrors or onion:
            publisher = wording.same(name) if name else places.publisher
            if names is not None:
                publisher = floor.read_names(needed(names, _PEM_LIMIT))
            floor.say_places(vault.ledger, url, publisher, mirrors, onion)
            places = floor.releases(vault.ledger).places
    if as_json:
        paper.print_json(places)
        return
    paper.say(f"address: {places.address or 'none that lasts'}")
    paper.say(f"onion service: {places.onion or 'none'}")
    paper.say(f"mirrors: {', '.join(places.mirrors) or 'none'}")
    for tongue, said in places.publisher.items():
        paper.say(f"publisher ({tongue}): {said}")


@publish_commands.command()
@click.argument("texts", metavar="[FILE]", required=False, type=FILE)
@click.option("--home", default=None, metavar="CC", help="The country that cases entered by hand"
              " are of: two letters, such as AZ.")  # fmt: skip
@vault_option
@json_option
def contact(
    texts: Path | None,
    home: str | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say how readers reach the group, in the words of FILE.

    FILE is TOML with a section for each tongue, each with a contact.  What is not said stays as it
    was; without any of it, what holds now is shown.
    """
    said = None if texts is None else reached.read_contact(needed(texts, _PEM_LIMIT))
    with opened(folder, passphrase_file) as vault:
        found = reached.contact(vault.ledger)
        if said is not None or home is not None:
            found = reached.say_contact(
                vault.ledger,
                found.texts if said is None else said,
                found.home if home is None else home,
            )
    if as_json:
        paper.print_json(found)
        return
    paper.say(f"cases entered by hand are of: {found.home or 'no country was said'}")
    if not found.texts:
        paper.say("contact: nobody said")
    for tongue, text in found.texts.items():
        paper.say(f"contact ({tongue}): {text}")
