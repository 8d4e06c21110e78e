"""Commands that begin something: init, serve, doctor, demo."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.demonstration.build import build_demonstration
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.demonstration.releasing import publish_demonstration
from candlemark.cli.health import examine
from candlemark.cli.keys import read_public
from candlemark.cli.opening import (
    DEMONSTRATION_PASSPHRASE,
    KINDS,
    json_option,
    member_option,
    opened,
)
from candlemark.cli.response import print_response
from candlemark.cli.secret import drawn_passphrase
from candlemark.definition import Definition
from candlemark.errors import SettingRefused, VaultError
from candlemark.ledger import Vault
from candlemark.ledger.entrance import Entrance
from candlemark.publish.site.serving import LOOPBACK, server
from candlemark.web.doors import Door
from candlemark.web.house import LockedHouse, OpenHouse
from candlemark.web.server import serve_house

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["demo", "doctor", "init", "serve_command"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", default="", help="What the vault is called; the folder's name without it.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the new passphrase to this file; read it when the file exists.",
)
@click.option(
    "--recovery",
    "recovery_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The public halves of a recovery key, as `key recovery new` wrote them.",
)
@click.option(
    "--postgres",
    default="",
    metavar="CONNECTION",
    help="Keep the ledger in this database, named as libpq does: service=NAME, or host=… dbname=…,"
    " without a password.",
)
def init(
    folder: Path,
    name: str,
    passphrase_file: Path | None,
    recovery_file: Path | None,
    postgres: str,
) -> None:
    """Make a new vault in FOLDER.

    The passphrase is made for you: seven words drawn by chance.  Without --passphrase-file it is
    shown once, and asked back, so that it is on paper before anything depends on it.
    """
    Vault.check_place(folder)
    recovery = read_public(recovery_file) if recovery_file is not None else None
    called = name or folder.resolve().name
    with (
        drawn_passphrase(passphrase_file) as passphrase,
        Vault.create(folder, passphrase, called, recovery=recovery, postgres=postgres) as vault,
    ):
        paper.say(f"A vault was made in {folder}.")
        paper.say(f"It is known as {vault.id}.")
    paper.say("Without the passphrase nothing in the vault can be read, by anyone.")
    paper.say(f"Next, for cases in a browser: candlemark serve --vault {folder}")
    paper.say(f"Next, for a file: candlemark import FILE --crosswalk CODE --vault {folder}")


@click.command("serve")
@click.option(
    "--vault",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="CANDLEMARK_VAULT",
    help="The folder of the vault; needed without --design.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--design",
    is_flag=True,
    help="For development: show every component of the pages over the public cases, in memory.",
)
def serve_command(folder: Path | None, port: int, design: bool) -> None:
    """Show a vault in a browser of this machine, and on no other door.

    People sign in there, each with their own passphrase; nothing of the vault is open before.
    Ctrl-C signs everybody out.
    """
    if design:
        _serve_design(port)
    elif folder is None:
        raise click.MissingParameter(param_hint="--vault", param_type="option")
    else:
        _serve(folder, port)


def _serve_design(port: int) -> None:
    """The design page and all others over the public cases, in memory, open to this machine."""
    edition = Definition.load()
    with Vault.in_memory(KINDS, "Design", demonstration=True) as vault:
        say_public_cases(vault.ledger, edition)
        house = OpenHouse(Door(vault, edition, design=True))
        paper.say("The components are at the address below, followed by en/design/.")
        serve_house(house, port=port, announce=paper.say)


def _serve(folder: Path, port: int) -> None:
    beside = folder / DEMONSTRATION_PASSPHRASE
    entrance = Entrance(folder, KINDS)
    shown = beside if entrance.card.demonstration and beside.is_file() else None
    house = LockedHouse(entrance, Definition.load(), shown)
    serve_house(house, port=port, announce=paper.say)


@click.command()
@click.option("--vault", "folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Look inside too, at members, devices and keys, with the passphrase in this file.",
)
@member_option
@json_option
def doctor(folder: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Say what this installation, and a vault, lack, and what to do about it."""
    findings = examine(folder, passphrase_file)
    if as_json:
        paper.print_json({"findings": findings})
    else:
        for finding in findings:
            paper.say(f"{'ok   ' if finding.ok else 'look '} {finding.what}")
            if finding.advice:
                paper.say(f"      {finding.advice}")
    if not all(finding.ok for finding in findings):
        raise VaultError("something needs looking after", hint="see the lines that say look")


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-vault")
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--serve/--no-serve", "serving", default=True, help="Show it in a browser afterwards."
)
@click.option(
    "--site/--no-site",
    "publishing",
    default=True,
    help="Publish a first release, and write the public site into FOLDER-site.",
)
@click.option(
    "--site-port",
    type=click.IntRange(1, 65535),
    default=8100,
    show_default=True,
    help="Where the public site is shown.",
)
def demo(folder: Path, port: int, serving: bool, publishing: bool, site_port: int) -> None:
    """Build a demonstration vault in FOLDER, print the response of justice, and show it.

    Two public cases and the Strasbourg list are public facts with their sources; the four agencies
    of one invented country are simulated, and every page says so.  A first release of them is
    published by two people, and the public site shown beside the vault.
    """
    with paper.progress("building the demonstration") as tell:
        build_demonstration(folder, tell)
    with opened(folder, folder / DEMONSTRATION_PASSPHRASE) as vault:
        print_response(vault)
        paper.say()
        paper.say(
            f"The passphrase of this demonstration lies in {folder / DEMONSTRATION_PASSPHRASE}."
        )
    site = folder.resolve().with_name(f"{folder.resolve().name}-site")
    written = publishing and _published(folder, site)
    with _shown(site, site_port) if written and serving else nullcontext():
        if serving:
            _serve(folder, port)


def _published(folder: Path, site: Path) -> bool:
    """Publish a demonstration; false where its site would be written over something else."""
    with paper.progress("publishing the first release") as tell:
        try:
            publish_demonstration(folder, site, tell)
        except SettingRefused as error:
            paper.say(f"The public site was not written to {site}: {error.message}.")
            paper.say("Remove that folder and run it again.")
            return False
    paper.say(f"Its public site is in {site}: open index.html in a browser.")
    paper.say(f"To show it alone: candlemark publish serve {site}")
    return True


@contextmanager
def _shown(site: Path, port: int) -> Iterator[None]:
    """Show a public site while the vault is shown; where its port is taken, the folder will do."""
    try:
        running = server(site, port)
    except SettingRefused:
        paper.say(f"Port {port} is taken: the public site is shown from its folder only.")
        yield
        return
    with running:
        Thread(target=running.serve_forever, daemon=True).start()
        paper.say(f"The public site: http://{LOOPBACK}:{port}/")
        try:
            yield
        finally:
            running.shutdown()
