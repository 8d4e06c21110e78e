"""A wrong command line, said as every other refusal is: what is wrong, what to do, an exit code.

click finds out; here its finding becomes an error of our own tree.  What was typed is repeated for
names of commands and options only: a value, or a word too many, can be part of a passphrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.errors import NotUnderstood, SettingRefused, WrongCommand

if TYPE_CHECKING:
    from candlemark.errors import CandlemarkError


def in_our_words(error: click.ClickException) -> CandlemarkError:
    """The error of our tree for one that click raised while it read the command line."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context is not None else "candlemark"
    look = f"{command} --help shows what it takes"
    match error:
        case click.MissingParameter():
            return _missing(error, look)
        case click.BadParameter(param=click.Parameter() as param):
            return _value(param, error, look)
        case click.NoSuchOption():
            near = " or ".join(error.possibilities or ())
            hint = f"did you mean {near}? {look}" if near else look
            return WrongCommand(f"{command} has no option {error.option_name}", hint=hint)
        case click.exceptions.NoSuchCommand():
            near = " or ".join(error.possibilities or ())
            hint = f"did you mean {near}? {look}" if near else look
            return WrongCommand(f"{command} has no command {error.command_name!r}", hint=hint)
    said = error.format_message().rstrip(".").replace("requires an argument", "needs a value")
    if said.startswith("Got unexpected extra argument"):
        return WrongCommand(
            f"there are more words than {command} takes",
            hint=f"put quotes around what has spaces in it; {look}",
        )
    return WrongCommand(said[:1].lower() + said[1:], hint=look)


def _missing(error: click.MissingParameter, look: str) -> CandlemarkError:
    param = error.param
    if not isinstance(param, click.Option):
        name = _name(param) if param is not None else "something that is needed"
        return WrongCommand(f"{name} is missing", hint=look)
    instead = f", or set {param.envvar}" if isinstance(param.envvar, str) else ""
    what = (param.help or "").rstrip(".")
    hint = f"give it with {_name(param)}{instead}: {what[:1].lower()}{what[1:]}"
    return WrongCommand(f"{_name(param)} is missing", hint=hint if what else look)


def _value(param: click.Parameter, error: click.BadParameter, look: str) -> CandlemarkError:
    """A value that its option cannot have."""
    name = _name(param)
    match param.type:
        case click.DateTime():
            return NotUnderstood(
                f"{name} holds something that is not a day",
                hint="write year, month and day, like 2026-03-31",
            )
        case click.Path() as path:
            return _place(name, path, error)
        case click.Choice() as choice:
            known = " or ".join(str(one) for one in choice.choices)
            return SettingRefused(
                f"{name} cannot be what was written", hint=f"choose {known}; {look}"
            )
        case click.IntRange() as numbers:
            usual = f"; without {name} it is {param.default}" if param.default else ""
            return SettingRefused(
                f"{name} is not a number from {numbers.min} to {numbers.max}",
                hint=f"write a whole number in digits{usual}",
            )
    said = error.message.rstrip(".")
    return SettingRefused(f"{name} cannot be used: {said[:1].lower()}{said[1:]}", hint=look)


def _place(name: str, path: click.Path, error: click.BadParameter) -> CandlemarkError:
    """A file where a folder is needed, a folder where a file is, or neither can be read."""
    if "not readable" in error.message:
        return SettingRefused(
            f"{name} names something that this account may not read",
            hint="look at who owns it, and run candlemark as that account",
        )
    if not path.dir_okay:
        return SettingRefused(
            f"{name} names a folder where a file is needed", hint="name a file in that folder"
        )
    return SettingRefused(
        f"{name} names a file where a folder is needed",
        hint="name the folder of the vault, not a file"
        if name == "--vault"
        else "name a folder; it need not exist yet",
    )


def _name(param: click.Parameter) -> str:
    """``--vault``, or ``FOLDER`` for a word without a name before it."""
    return (
        max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    )
