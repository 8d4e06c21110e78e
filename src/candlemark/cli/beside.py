"""Commands that set groups or periods beside each other: compare, standardise, trend."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli.asking import Asking, answer, at_option, question_options, read_days
from candlemark.cli.beside_tables import print_comparison, print_standardised, print_trend
from candlemark.errors import Fault, NotUnderstood
from candlemark.measure import Break, answers
from candlemark.measure.log.reading.days import as_day

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.measure import Comparison, Figure, Standardised


_groups_option = click.option(
    "--groups",
    default="",
    metavar="A,B,…",
    help="Which groups, by their codes; all that are large enough without it.",
)


@click.command()
@click.option(
    "--against",
    default="",
    metavar="GROUP",
    help="The group all others are compared with; the largest one without it.",
)
@_groups_option
@at_option
@question_options
def compare(groups: str, against: str, at: str, **options: Any) -> None:
    """How groups differ, with a band that holds all differences at once, and tests of rates.

    Of groups named with --groups, each is compared with the last one.
    """
    named = _listed(groups)
    if len(named) == 1 or (named and against):
        raise NotUnderstood(
            "--groups names one group only" if len(named) == 1 else "--groups names the last group",
            hint="write --groups A,B, of which A is compared with B; or --against B alone",
        )

    def ask(question: answers.Question) -> Comparison:
        return answers.compare(question, *named, against=against)

    answer(Asking(None, ask, print_comparison, read_days(at)), **options)


@click.command()
@click.option(
    "--over",
    required=True,
    metavar="SCHEME,…",
    help="What the mix of cases is made of; agency and entry-year are schemes too.",
)
@click.option(
    "--to",
    default="",
    metavar="GROUP",
    help="The group whose mix is the standard; that of all groups together without it.",
)
@_groups_option
@at_option
@question_options
def standardise(groups: str, over: str, to: str, at: str, **options: Any) -> None:
    """Groups compared as if they had the same mix of cases (direct standardisation)."""
    schemes, named = _listed(over), _listed(groups)

    def ask(question: answers.Question) -> Standardised:
        return answers.standardise(question, schemes, *named, to=to)

    answer(Asking(None, ask, print_standardised, read_days(at)), **options)


@click.command()
@click.option(
    "--break",
    "stated",
    multiple=True,
    metavar="DAY=WORDS",
    help="A day from which something else was recorded; nothing is computed across it.",
)
@at_option
@question_options
def trend(stated: tuple[str, ...], at: str, **options: Any) -> None:
    """Whether it changes: the cohorts of each period of entry, so many days after they entered.

    --by is entry-year, entry-quarter or entry-month; by year without it. The days on which an
    agency began to see its cases, and from which another crosswalk or edition was used, are breaks.
    """
    breaks = _breaks(stated)

    def across(known: Sequence[Break]) -> Callable[[answers.Question], Figure]:
        return partial(answers.follow, breaks=[*known, *breaks])

    answer(Asking(None, across(()), print_trend, read_days(at), across=across), **options)


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _breaks(texts: Sequence[str]) -> list[Break]:
    """``2021-03-04=a new register``, once for each break.

    Raises:
        NotUnderstood: some cannot be read; ``faults`` names each.
    """
    faults, found = [], []
    for text in texts:
        day, _, says = text.partition("=")
        try:
            if not says:
                raise NotUnderstood("it does not say what changed")
            found.append(Break(as_day(day), answers.STATED, says))
        except NotUnderstood as error:
            faults.append(Fault(text, error.message))
    if faults:
        raise NotUnderstood(
            "some breaks cannot be read",
            hint="write --break '2021-03-04=a new register'",
            faults=faults,
        )
    return found
