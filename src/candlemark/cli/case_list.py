"""``case list``: the cases, filtered, sorted, a page at a time, as the page of cases gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from candlemark.casefile import listing
from candlemark.casefile.listing import DueFilter, Filter, Sort
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.casefile.listing import Listing
    from candlemark.definition import Edition

_FACETS: Final = frozenset({"country", "stands"})


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--term``, ``--due`` and ``--since``."""
    for option in (
        click.option(
            "--since",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Only cases of which something was said on this day or later.",
        ),
        click.option(
            "--due",
            type=click.Choice([one.value for one in DueFilter]),
            help="What is due: passed, within so many days, or nothing.",
        ),
        click.option(
            "--term",
            "terms",
            multiple=True,
            metavar="SCHEME=TERM",
            help="Only cases with this term: stages=charged, country=AZ; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def read_filter(
    edition: Edition, terms: tuple[str, ...], due: str | None, since: datetime | None
) -> Filter:
    """The filter the options say.

    Raises:
        NotUnderstood: a term is not written as SCHEME=TERM.
        UnknownTerm: there is no such scheme or term.
    """
    pairs = []
    for one in terms:
        scheme, sign, term = one.partition("=")
        if not sign or not term:
            raise NotUnderstood(
                f"{one[:60]!r} is not a scheme and a term", hint="write stages=charged"
            )
        if scheme not in _FACETS:
            edition.term(scheme, term)
        pairs.append((scheme, term))
    return Filter(tuple(pairs), DueFilter(due) if due else None, since.date() if since else None)


@click.command("list")
@filter_options
@click.option(
    "--sort",
    type=click.Choice([one.value for one in Sort if one is not Sort.FOUND]),
    default=Sort.SAID.value,
    show_default=True,
    help="In which order.",
)
@click.option("--after", default="", metavar="CASE", help="Begin behind this case.")
@vault_option
@json_option
def list_cases(
    terms: tuple[str, ...],
    due: str | None,
    since: datetime | None,
    sort: str,
    after: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """List the cases by neutral titles, fifty at a time, with what is due."""
    edition = Definition.load()
    asked = read_filter(edition, terms, due, since)
    wanted = Filter(asked.terms, asked.due, asked.since, None, Sort(sort))
    with opened(folder, passphrase_file) as vault:
        page = listing.listing(vault.ledger, wanted, _today(), after)
    if as_json:
        paper.print_json(_document(page))
        return
    if not page.all:
        paper.say("No case has been entered yet.")
        return
    paper.print_table(
        ["case", "title", "number", "last stage", "when", "due"],
        [
            [
                case.id,
                paper.label(case.titles, next(iter(case.titles.values()), "")),
                case.reference,
                case.stage,
                str(case.stage_when or ""),
                str(case.next_due.earliest) if case.next_due else "no next step",
            ]
            for case in page.cases
        ],
    )
    paper.say(f"{page.count:,} of {page.all:,} cases.")
    if page.more:
        paper.say(f"For the next ones: --after {page.more}")


def _document(page: Listing) -> dict[str, object]:
    return {
        "cases": [
            {
                "id": case.id,
                "title": next(iter(case.titles.values()), ""),
                "titles": case.titles,
                "reference": case.reference,
                "opened": case.opened,
                "last_said": case.said,
                "last_stage": case.stage,
                "last_stage_when": case.stage_when,
                "pending_since": case.waiting,
                "persons": case.persons,
                "terms": sorted(f"{scheme}={term}" for scheme, term in case.terms),
                "next_due": case.next_due,
            }
            for case in page.cases
        ],
        "count": page.count,
        "all": page.all,
        "after": page.more,
        "counts": page.counts,
        "due": {one.value: count for one, count in page.due.items()},
    }


def _today() -> date:
    return date.today()  # noqa: DTZ011 - a civil day where the person is
