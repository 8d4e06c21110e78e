"""``candlemark link``: commands about the same case and the same person across agencies.

What links and what samples is heavy to load (a compiler, an engine), and every other command would
wait for it: a module of this table is loaded when its command is asked for.
"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "clusters": "candlemark.cli.link_clusters:clusters_command",
    "estimate": "candlemark.cli.link_estimate:estimate_command",
    "prepare": "candlemark.cli.link_prepare:prepare_command",
    "private": "candlemark.cli.link_private:private_commands",
    "review": "candlemark.cli.link_review:review_command",
    "run": "candlemark.cli.link_run:run_command",
    "timeline": "candlemark.cli.link_timeline:timeline_command",
    "train": "candlemark.cli.link_train:train_command",
}
"""Name of a command, and where it stands."""


class LoadedWhenAsked(click.Group):
    """A group that knows the names of its commands, and loads one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None when there is none."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name].split(":")
        found = getattr(import_module(module), name)
        return found if isinstance(found, click.Command) else None


@click.group("link", cls=LoadedWhenAsked)
def link_commands() -> None:
    """The same case and the same person across agencies, and people no list holds."""
