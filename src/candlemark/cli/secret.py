"""New passphrases: shown once and asked back, or written to a file only its owner can read."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import read_passphrase
from candlemark.errors import SettingRefused, WrongPassphrase
from candlemark.seal import as_typed, new_passphrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def drawn_passphrase(file: Path | None) -> Iterator[str]:
    """A new passphrase for what is made inside: shown and asked back, or written to ``file``.

    A file that is there already is read.  If what is made inside fails, a file that was written is
    taken away again: a passphrase without its vault would look like the key to something.

    Raises:
        WrongPassphrase: it was not typed back as it was shown.
        SettingRefused: the file cannot be written, or read.
    """
    if file is None:
        yield _shown_and_asked_back()
    elif file.exists():
        yield read_passphrase(file)
    else:
        passphrase = new_passphrase()
        write_secret(file, passphrase)
        try:
            yield passphrase
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        paper.aside(f"The passphrase lies in {file}. Copy it to paper, then move that file.")


def _shown_and_asked_back() -> str:
    passphrase = new_passphrase()
    paper.aside("This is the passphrase. It is shown once. Write it down, on paper, by hand:")
    paper.aside("")
    click.secho(f"    {passphrase}", bold=True, err=True)
    paper.aside("")
    back = click.prompt("Type it back", hide_input=True, err=True)
    if as_typed(back) != as_typed(passphrase):
        raise WrongPassphrase(
            "that is not the passphrase that was shown; nothing was made",
            hint="run the command again; it will make a new passphrase",
        )
    return passphrase


def write_secret(path: Path, text: str) -> None:
    """Write a file that did not exist before, readable by its owner alone.

    Raises:
        SettingRefused: there is such a file, or the folder cannot be written to.
    """
    write_private(path, f"{text}\n".encode(), "the passphrase")


def write_private(path: Path, content: bytes, what: str) -> None:
    """Write a file that did not exist before, readable by its owner alone.

    Raises:
        SettingRefused: there is such a file, or the folder cannot be written to.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise SettingRefused(
            f"{what} cannot be written to {path}",
            hint="name a file that is not there yet, in a folder that exists and is yours",
        ) from error
