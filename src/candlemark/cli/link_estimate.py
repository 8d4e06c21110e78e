"""``candlemark link estimate``: how many people no list holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import measure
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_or_tables_option
from candlemark.definition import Definition
from candlemark.errors import SettingRefused, SourceMissing, WrongCommand
from candlemark.linkage import unreported
from candlemark.linkage.engine.keeping import shelf_of
from candlemark.linkage.facts import CASE, PERSON
from candlemark.linkage.uncertain import links_at
from candlemark.linkage.unreported.from_links import overlaps_drawn
from candlemark.measure.across import records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.ledger import Ledger
    from candlemark.linkage.unreported.answer import Shelf


@click.command("estimate")
@click.option(
    "--table",
    "files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="A table of overlaps, CSV or JSON; twenty or more of them are draws of uncertain links.",
)
@click.option(
    "--list",
    "lists",
    multiple=True,
    metavar="CODE",
    help="Instead of tables: an agency of the vault whose records links lead to; three or more.",
)
@click.option("--unit", type=click.Choice([CASE, PERSON]), default=PERSON, show_default=True)
@click.option("--draws", default=20, show_default=True, help="How often the links are drawn.")
@vault_or_tables_option
@json_option
def estimate_command(
    files: tuple[Path, ...],
    lists: tuple[str, ...],
    unit: str,
    draws: int,
    folder: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """How many people no list holds: four answers together, or a lower bound.

    Takes at least three lists of the same people: as tables, or as agencies of a vault whose links
    are drawn by their probability.  A month or a small region is never estimated.
    """
    if bool(files) == bool(lists):
        raise SettingRefused(
            "say tables or agencies, and one of them", hint="--table FILE, or --list CODE"
        )
    with paper.progress("estimating") as bar:

        def tell(done: float) -> None:
            if bar:
                bar(done, "chains")

        if files:
            tables = [unreported.read_overlaps(_content(file)) for file in files]
            answer, resumed = _of_tables(tables, tell), 0
        else:
            answer, resumed = _of_lists(lists, unit, draws, folder, passphrase_file, tell)
        tell(1.0)
    if as_json:
        paper.print_json(_document(answer, resumed))
    else:
        _show(answer, resumed)


def _of_tables(
    tables: Sequence[unreported.OverlapTable], tell: Callable[[float], None]
) -> unreported.Answer:
    if len(tables) == 1:
        return unreported.estimate(tables[0], tell=tell)
    return unreported.estimate_linked(tables, tell=tell)


def _of_lists(
    lists: tuple[str, ...],
    unit: str,
    draws: int,
    folder: Path | None,
    passphrase_file: Path | None,
    tell: Callable[[float], None],
) -> tuple[unreported.Answer, int]:
    """The answer for agencies of a vault, and how many tables had been sampled before a stop."""
    if folder is None:
        raise WrongCommand("agencies are of a vault", hint="name it: --vault DIR")
    if draws < unreported.FEWEST_DRAWS:
        raise SettingRefused(
            f"{draws} draws of the links are too few", hint=f"{unreported.FEWEST_DRAWS} or more"
        )
    with opened(folder, passphrase_file) as vault:
        tables = _drawn(vault.ledger, lists, unit, draws)
        shelf = _Counting(shelf_of(vault.ledger))
        return unreported.estimate_linked(tables, tell=tell, shelf=shelf), shelf.recalled


class _Counting:
    """A shelf that counts what it had."""

    def __init__(self, shelf: Shelf | None) -> None:
        self._shelf = shelf
        self.recalled = 0

    def recall(self, name: str) -> bytes | None:
        found = self._shelf.recall(name) if self._shelf else None
        self.recalled += found is not None
        return found

    def remember(self, name: str, content: bytes) -> None:
        if self._shelf:
            self._shelf.remember(name, content)


def _drawn(
    ledger: Ledger, lists: tuple[str, ...], unit: str, draws: int
) -> list[unreported.OverlapTable]:
    """Tables of what a vault holds of these agencies, one for each draw of the links."""
    edition = Definition.load()
    links = links_at(ledger, unit, published=measure.moves_kept_figures(ledger))
    found = {
        code: [
            record
            for record in records_of(measure.study(ledger, edition, code))
            if record is not None
        ]
        for code in lists
    }
    return overlaps_drawn(links, found, draws)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise SourceMissing(
            f"{file.name} is not there, or cannot be read", hint="look at the name and the folder"
        ) from None


def _document(answer: unreported.Answer, resumed: int) -> dict[str, Any]:
    """The answer as it is, with the words that must travel with it."""
    shown = isinstance(answer, unreported.Estimate)
    said = {
        "shown": shown,
        "not_counted": unreported.NOT_COUNTED,
        "links_missed": unreported.LINKS_MISSED if answer.draws > 1 else "",
        "resumed_tables": resumed,
    }
    found: dict[str, Any] = paper.plain(answer)
    return said | found


def _show(answer: unreported.Answer, resumed: int) -> None:
    paper.say(f"{answer.people:,} different people on {len(answer.lists)} lists")
    if answer.draws > 1:
        paper.say(f"(the middle of {answer.draws} draws of the links)")
    if resumed:
        paper.say(f"{resumed} of their tables had been sampled before; they were kept.")
    paper.say()
    if isinstance(answer, unreported.AtLeast):
        paper.say(f"At least {answer.bound.low:,.0f} people; {unreported.TOO_LITTLE}:")
        for reason in answer.reasons:
            paper.say(f"  {reason.words}")
    else:
        _show_estimate(answer)
    paper.say()
    paper.say(unreported.NOT_COUNTED)
    if answer.draws > 1:
        paper.say(unreported.LINKS_MISSED)


def _show_estimate(answer: unreported.Estimate) -> None:
    models, kinds, bound = answer.models, answer.kinds, answer.bound
    paper.print_table(
        ["answer", "people", "95 % from", "to"],
        [
            ["lower bound (Chao)", *_whole(bound.people, bound.low, bound.high)],
            [
                "log-linear models, averaged by BIC",
                *_whole(models.average.middle, models.average.low, models.average.high),
            ],
            [
                "latent classes",
                *_whole(kinds.answer.middle, kinds.answer.low, kinds.answer.high),
            ],
            [
                "spread of the answers",
                *_whole(answer.spread.middle, answer.spread.low, answer.spread.high),
            ],
        ],
    )
    paper.say()
    paper.say(
        f"Best model by BIC {models.best_bic:,.0f}, by AIC {models.best_aic:,.0f};"
        f" {models.estimable:,} of {models.models:,} models have an estimate."
    )
    if models.lists != answer.lists:
        paper.say(f"For the models the shortest lists are made one: {', '.join(models.lists)}.")
    paper.say(
        f"{kinds.chains} chains, R-hat {kinds.r_hat:.3f}, {kinds.effective:,.0f} effective draws."
    )
    paper.say("Quote the four together, or none.")


def _whole(*numbers: float) -> list[str]:
    return [f"{number:,.0f}" for number in numbers]
