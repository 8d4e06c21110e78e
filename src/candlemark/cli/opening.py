"""Opening a vault for a command: which folder, whose passphrase.

The passphrase comes from ``--passphrase-file``; or, for a demonstration vault alone, from the
``passphrase.txt`` that lies in it; or from a prompt.  It is never an option's value, because a
command line can be read by every program of the machine, and never an environment variable, for the
same reason.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import agency, casefile, linkage, measure, protect, publish
from candlemark.cli import paper
from candlemark.errors import SettingRefused
from candlemark.ledger import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = (
    casefile.KINDS | agency.KINDS | linkage.KINDS | measure.KINDS | protect.KINDS | publish.KINDS
)
"""Every kind of entry the floors of this version can say."""

DEMONSTRATION_PASSPHRASE = "passphrase.txt"  # noqa: S105 - the name of a file
_MEMBER = "candlemark.member"


def vault_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--vault DIR``, ``--passphrase-file FILE`` and ``--member CODE``."""
    return _vault_options(command, required=True, says="The folder of the vault.")


def vault_or_events_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same, for commands that can do without a vault: ``folder`` may be None."""
    says = "The folder of the vault; not needed with --events."
    return _vault_options(command, required=False, says=says)


def vault_or_tables_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same, for commands that can do with tables: ``folder`` may be None."""
    says = "The folder of the vault; not needed with tables."
    return _vault_options(command, required=False, says=says)


def vault_or_list_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same, for commands that take a list in the place of a vault."""
    says = "The folder of the vault; not needed with --list."
    return _vault_options(command, required=False, says=says)


def named(option: str) -> bool:
    """Whether an option was given with this command, and not by the environment or by default."""
    context = click.get_current_context(silent=True)
    source = None if context is None else context.get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE


def _vault_options(command: Callable[..., Any], *, required: bool, says: str) -> Callable[..., Any]:
    command = member_option(command)
    command = click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Read the passphrase from this file instead of asking for it.",
    )(command)
    return click.option(
        "--vault",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        required=required,
        envvar="CANDLEMARK_VAULT",
        help=says,
    )(command)


def member_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--member CODE``, which :func:`opened` finds without every command handing it on."""
    return click.option(
        "--member",
        envvar="CANDLEMARK_MEMBER",
        default="",
        expose_value=False,
        callback=_remember_member,
        help="The code of the member whose passphrase it is; without it every lock is tried.",
    )(command)


def _remember_member(context: click.Context, _option: click.Parameter, code: str) -> None:
    if re.fullmatch(r"[0-9a-f]{0,32}", code) is None:
        raise SettingRefused(
            "this is not the code of a member",
            hint="a code is the 12 letters and digits that candlemark member list shows",
        )
    context.meta[_MEMBER] = code


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--json``: one document on standard output."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document on standard output."
    )(command)


@contextmanager
def opened(folder: Path, passphrase_file: Path | None) -> Iterator[Vault]:
    """The vault in ``folder``, open; closed again however the command ends."""
    with opened_with(folder, find_passphrase(folder, passphrase_file)) as vault:
        yield vault


@contextmanager
def opened_with(folder: Path, passphrase: str) -> Iterator[Vault]:
    """The vault in ``folder``, open, for a command that needs the passphrase once more itself."""
    vault = Vault.open(folder, passphrase, KINDS, member=chosen_member())
    if vault.strange_keys:
        paper.aside(
            "The keystore holds keys that are wrapped for nobody who is, or was, a member:"
            f" {len(vault.strange_keys):,}. Find out who put them there: candlemark doctor"
        )
    try:
        yield vault
    finally:
        vault.close()


def chosen_member() -> str:
    """The code given with ``--member``; empty when none was."""
    context = click.get_current_context(silent=True)
    code: str = "" if context is None else context.meta.get(_MEMBER, "")
    return code


def find_passphrase(folder: Path, passphrase_file: Path | None) -> str:
    """The passphrase for the vault in ``folder``; asks for it when no file gives it.

    Raises:
        VaultMissing: there is no vault, so that nobody types a passphrase for nothing.
        SettingRefused: the file cannot be read, or there is nobody to ask.
    """
    if passphrase_file is not None:
        return read_passphrase(passphrase_file)
    beside = folder / DEMONSTRATION_PASSPHRASE
    if Vault.peek(folder).demonstration and beside.exists():
        return read_passphrase(beside)
    if not sys.stdin.isatty():
        raise SettingRefused(
            "this vault needs its passphrase, and there is no terminal to ask at",
            hint="name a file that holds it: --passphrase-file FILE",
        )
    answer: str = click.prompt("Passphrase", hide_input=True, err=True)
    return answer


def read_passphrase(path: Path) -> str:
    """The passphrase in a file: its words, without the line end."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(
            "the passphrase file cannot be read",
            hint="name a text file that holds the words of the passphrase and nothing else",
        ) from error
    if not text:
        raise SettingRefused("the passphrase file is empty", hint="it must hold the words")
    return text
