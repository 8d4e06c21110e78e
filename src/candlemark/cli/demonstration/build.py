"""The demonstration vault: two public cases, the Strasbourg list, four simulated authorities.

Public facts are written out in ``public_cases/`` and ``strasbourg.csv`` with their sources; the
four authorities are simulated (``world``, ``files``), and their crosswalks say so, which is what
puts the banner on every page.  The passphrase lies beside the vault, because there is nothing in it
to protect and everything to show.
"""

from __future__ import annotations

import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from candlemark import agency
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.cli.opening import DEMONSTRATION_PASSPHRASE, KINDS, find_passphrase
from candlemark.cli.secret import write_secret
from candlemark.definition import Definition, load_crosswalk
from candlemark.errors import VaultExists, VaultMissing
from candlemark.ledger import Vault
from candlemark.seal import new_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.definition import Edition

NAME = "Candlemark demonstration"
STRASBOURG = "coe-ecthr"


def build_demonstration(folder: Path, progress: Callable[[float, str], None] | None = None) -> None:
    """Make the demonstration vault in ``folder``; one that is there and whole is left as it is.

    Raises:
        VaultExists: the folder holds another vault, or something that is no vault.
    """
    tell = progress or (lambda _done, _what: None)
    if _is_there(folder):
        return
    edition = Definition.load()
    Vault.check_place(folder)
    passphrase = new_passphrase()
    with Vault.create(folder, passphrase, NAME, demonstration=True, kinds=KINDS) as vault:
        write_secret(folder / DEMONSTRATION_PASSPHRASE, passphrase)
        tell(0.1, "two public cases")
        say_public_cases(vault.ledger, edition)
        tell(0.2, "the Strasbourg list")
        _import_strasbourg(vault, edition)
        _import_valmora(vault, edition, tell)
    tell(1.0, "the demonstration is ready")


def _is_there(folder: Path) -> bool:
    """Whether the demonstration is there already, every batch of it."""
    try:
        card = Vault.peek(folder)
    except VaultMissing:
        return False
    if not card.demonstration:
        raise VaultExists(
            "this folder holds a vault that is no demonstration",
            hint="name another folder: candlemark demo DIR",
        )
    with Vault.open(folder, find_passphrase(folder, None), KINDS) as vault:
        there = {batch.crosswalk for batch in agency.batches(vault.ledger)}
    if there < {STRASBOURG, "xx-hotline", "xx-police", "xx-prosecutor", "xx-court"}:
        raise VaultExists(
            "the demonstration in this folder was not finished",
            hint=f"remove the folder and run it again: rm -r {folder}",
        )
    return True


def _import_strasbourg(vault: Vault, edition: Edition) -> None:
    listed = resources.files("candlemark.cli.demonstration") / "strasbourg.csv"
    with resources.as_file(listed) as path:
        agency.import_source(vault.ledger, path, load_crosswalk(STRASBOURG, edition), edition)


def _import_valmora(vault: Vault, edition: Edition, tell: Callable[[float, str], None]) -> None:
    # The simulated files may lie in clear for a moment: they are invented.
    with tempfile.TemporaryDirectory() as clear:
        paths = write_files(Path(clear), make_world())
        for place, (code, path) in enumerate(paths.items()):
            crosswalk = load_crosswalk(code, edition)
            tell(0.3 + 0.7 * place / len(paths), f"simulated: {crosswalk.agency}")
            agency.import_source(vault.ledger, path, crosswalk, edition, as_of=AS_OF)
