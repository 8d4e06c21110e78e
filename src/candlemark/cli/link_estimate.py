"""``candlemark link estimate``: how many people no list holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option
from candlemark.errors import SourceMissing
from candlemark.linkage import unreported


@click.command("estimate")
@click.option(
    "--table",
    "files",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    multiple=True,
    help="A table of overlaps, CSV or JSON; twenty or more of them are draws of uncertain links.",
)
@json_option
def estimate_command(files: tuple[Path, ...], *, as_json: bool) -> None:
    """How many people no list holds: four answers together, or a lower bound.

    Takes at least three lists of the same people.  A month or a small region is never estimated.
    """
    tables = [unreported.read_overlaps(_content(file)) for file in files]
    with paper.progress("estimating") as bar:

        def tell(done: float) -> None:
            if bar:
                bar(done, "chains")

        answer = (
            unreported.estimate(tables[0], tell=tell)
            if len(tables) == 1
            else unreported.estimate_linked(tables, tell=tell)
        )
        tell(1.0)
    if as_json:
        paper.print_json(_document(answer))
    else:
        _show(answer)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise SourceMissing(
            f"{file.name} is not there, or cannot be read", hint="look at the name and the folder"
        ) from None


def _document(answer: unreported.Answer) -> dict[str, Any]:
    """The answer as it is, with the words that must travel with it."""
    shown = isinstance(answer, unreported.Estimate)
    said = {"shown": shown, "not_counted": unreported.NOT_COUNTED}
    found: dict[str, Any] = paper.plain(answer)
    return said | found


def _show(answer: unreported.Answer) -> None:
    paper.say(f"{answer.people:,} different people on {len(answer.lists)} lists")
    if answer.draws > 1:
        paper.say(f"(the middle of {answer.draws} draws of the links)")
    paper.say()
    if isinstance(answer, unreported.AtLeast):
        paper.say(f"At least {answer.bound.low:,.0f} people; {unreported.TOO_LITTLE}:")
        for reason in answer.reasons:
            paper.say(f"  {reason.words}")
    else:
        _show_estimate(answer)
    paper.say()
    paper.say(unreported.NOT_COUNTED)


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
