"""Commands about figures that were computed before: compute one again, list those that are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import measure
from candlemark.cli import paper
from candlemark.cli.linked_figures import say_undone
from candlemark.cli.opening import json_option, opened, vault_option, vault_or_events_option
from candlemark.definition import Definition
from candlemark.errors import FigureDiffers, SourceMissing, WrongCommand

if TYPE_CHECKING:
    from candlemark.linkage.uncertain import Undone


@click.command()
@click.argument("figure", metavar="FIGURE")
@click.option(
    "--events",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The log of events the figure was computed from, instead of a vault.",
)
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file of counts that a joint figure was computed from; given for each of them.",
)
@json_option
@vault_or_events_option
def reproduce(
    figure: str,
    events: Path | None,
    shares: tuple[Path, ...],
    folder: Path | None,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compute a figure again, from what the vault held when it was computed, and compare.

    FIGURE is a file that a question wrote with --json or --out, or the identity of a figure that is
    kept in the vault (its first 8 digits do). Leaves with 53 when a byte differs, and says what.
    """
    path = Path(figure)
    undone: tuple[Undone, ...] = ()
    text = read_file(path) if path.is_file() else None
    if shares:
        made = measure.reproduce_joint(_document(text), [read_file(each) for each in shares])
    elif events is not None:
        made = measure.reproduce_from(_document(text), events)
    elif folder is None:
        raise WrongCommand(
            "a figure is computed again from what it was made of",
            hint="name one: --vault DIR, --events FILE, or for a joint figure each --share FILE",
        )
    else:
        with opened(folder, passphrase_file) as vault:
            found = measure.kept_document(vault.ledger, figure) if text is None else _document(text)
            made = measure.reproduce(found, vault.ledger, Definition.load(), vault_name=vault.name)
            undone = measure.undone(found, vault.ledger)
    say_undone(undone)
    if as_json:
        paper.print_json({**paper.plain(made), "undone": paper.plain(undone)})
    elif made.same:
        paper.say("The same figure, byte for byte.")
        paper.say(made.identity)
    if not made.same:
        raise _differs(made)


def _document(text: bytes | None) -> dict[str, Any]:
    if text is None:
        raise SourceMissing(
            "there is no file of a figure with this name",
            hint="name a file that a question wrote with --json or --out",
        )
    return measure.read_document(text)


def _differs(made: measure.Reproduction) -> FigureDiffers:
    if made.rounding:
        return FigureDiffers(
            "the numbers agree to nine digits, and not in the last ones",
            hint="another machine or another version of NumPy rounds otherwise; the counts are"
            " the same",
            faults=made.faults(),
        )
    return FigureDiffers(
        "the figure that is computed now is another one",
        hint="a changed definition or crosswalk, an erasure, or a later version of Candlemark"
        " makes another figure; the places that differ say which",
        faults=made.faults(),
    )


def read_file(path: Path) -> bytes:
    """The bytes of a figure or of shared counts.

    Raises:
        SourceMissing: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceMissing(
            f"the file {path.name} cannot be read", hint="look where it lies"
        ) from error


@click.command("kept")
@json_option
@vault_option
def kept(folder: Path, passphrase_file: Path | None, *, as_json: bool) -> None:
    """List the figures that are kept in the vault."""
    with opened(folder, passphrase_file) as vault:
        found = measure.kept(vault.ledger)
        links = measure.UndoneLinks(vault.ledger)
        undone = dict.fromkeys((one.identity for one in found), 0)
        for each in measure.kept_across(vault.ledger):
            undone[each.identity] = len(links.of(each.unit, each.size, each.sources))
    if as_json:
        paper.print_json(
            [{**paper.plain(one), "links_undone": undone[one.identity]} for one in found]
        )
        return
    if not found:
        paper.say("No figure is kept: ask a question with --keep.")
        return
    paper.print_table(
        ["figure", "question", "kept on", "links judged wrong since"],
        [
            [
                one.identity,
                one.question,
                one.written.date().isoformat(),
                undone[one.identity] or None,
            ]
            for one in found
        ],
    )
