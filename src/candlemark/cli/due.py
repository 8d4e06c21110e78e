"""What is due: the docket on a terminal and as a calendar file; the pathways it goes by."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from candlemark import casefile
from candlemark.casefile.agenda import Asked, Part
from candlemark.casefile.calendar_file import calendar_file
from candlemark.casefile.docket import Form
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.secret import write_private
from candlemark.definition import Definition, read_pathway
from candlemark.errors import UnknownPathway

if TYPE_CHECKING:
    from datetime import datetime

    from candlemark.casefile.docket import DocketRow
    from candlemark.definition import Pathway
    from candlemark.definition.pathway import Basis, NationalLimit

today_option = click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Look at it as on this day."
)

FORMS: Final = {
    Form.HEARING: "Hearing",
    Form.TASK: "Task",
    Form.REVIEW: "Review",
    Form.DEADLINE: "Deadline",
    Form.CONSENT: "Consent to ask for again",
    Form.NOTHING: "Nothing comes next",
}
_PARTS: Final = {
    Part.DUE: "To act on",
    Part.UNCOUNTED: "A limit runs, last day not known",
    Part.STILL: "No next step",
    Part.MISSED: "Past",
    Part.SETTLED: "Settled",
}


def day_of(today: datetime | None) -> date:
    """The day asked for; else the civil day where the person is."""
    return today.date() if today else date.today()  # noqa: DTZ011


def called(row: DocketRow) -> str:
    """What a row is, without words that somebody typed."""
    return FORMS.get(row.form) or paper.label(row.labels, row.rule)


@click.command("docket")
@today_option
@click.option("--within", type=click.IntRange(0, 36_525), help="Due in at most so many days.")
@click.option("--rule", default="", help="Only this rule, or hearing, task, review, deadline.")
@click.option("--personless", is_flag=True, help="Only what is of no person in particular.")
@click.option(
    "--calendar",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what is due to this file, for a calendar; it holds no names and no titles.",
)
@vault_option
@json_option
def docket_command(
    folder: Path,
    passphrase_file: Path | None,
    today: datetime | None,
    within: int | None,
    rule: str,
    personless: bool,
    target: Path | None,
    as_json: bool,
) -> None:
    """Show what is due in every case, with its rule: limits, hearings, steps, consents."""
    day, asked = day_of(today), Asked(within, rule, personless)
    with opened(folder, passphrase_file) as vault:
        if target is not None:
            rows = casefile.every_live_row(vault.ledger, day, asked)
            write_private(target, calendar_file(rows, day, _in_calendar), "the calendar")
            paper.say(f"{len(rows):,} entries are in {target}. They hold no names and no titles.")
            return
        pathways = casefile.pathways_now(vault.ledger)
        whole = casefile.docket(casefile.cases(vault.ledger), day, pathways)
    docket = whole.narrowed(within=within, rule=rule, personless=personless)
    if as_json:
        paper.print_json(docket)
        return
    if not whole.rows:
        paper.say("No case has been entered yet.")
        return
    if not docket.rows:
        paper.say("Nothing answers this question.")
        return
    parts = {
        Part.DUE: docket.live,
        Part.UNCOUNTED: docket.uncounted,
        Part.STILL: docket.still,
        Part.MISSED: docket.missed,
        Part.SETTLED: docket.settled,
    }
    for part, rows_of in parts.items():
        if rows_of:
            paper.say(f"\n{_PARTS[part]}")
            paper.print_table(
                ["last day", "days left", "state", "case", "rule", "article"],
                [_cells(row) for row in rows_of],
            )


def _cells(row: DocketRow) -> list[object]:
    return [
        str(row.due),
        row.days_left,
        row.state.value.replace("-", " "),
        row.title,
        called(row) + ("" if row.confirmed else " (to be confirmed)"),
        row.article,
    ]


def _in_calendar(row: DocketRow) -> str:
    said = called(row) + ("" if row.confirmed else " (to be confirmed)")
    if row.due.latest is not None and row.due.latest != row.due.earliest:
        said += f", at the latest {row.due.latest}"
    return said


@click.group("pathway")
def pathway_commands() -> None:
    """The stages, moves and time limits of a state's courts."""


@pathway_commands.command("list")
@vault_option
@json_option
def list_pathways(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the pathways there are: those that come with Candlemark and those added to the vault."""
    with opened(folder, passphrase_file) as vault:
        found = casefile.pathways_now(vault.ledger)
    listed = [found.by_code[code] for code in sorted(found.by_code)]
    if as_json:
        paper.print_json(
            {
                "pathways": [
                    {
                        "code": one.code,
                        "version": one.version,
                        "country": one.country,
                        "fingerprint": one.fingerprint,
                        "kept": one.code in found.kept,
                    }
                    for one in listed
                ]
            }
        )
        return
    paper.print_table(
        ["pathway", "country", "version", "limits", "from", "name"],
        [
            [
                one.code,
                one.country or "any",
                one.version,
                len(one.limits),
                "this vault" if one.code in found.kept else "Candlemark",
                paper.label(one.labels, one.code),
            ]
            for one in listed
        ],
    )


@pathway_commands.command("show")
@click.argument("code")
@vault_option
def show_pathway(code: str, folder: Path, passphrase_file: Path | None) -> None:
    """Show the limits and moves of a pathway, with their articles and sources."""
    with opened(folder, passphrase_file) as vault:
        found = casefile.pathways_now(vault.ledger)
    if code not in found.by_code:
        raise UnknownPathway(
            f"there is no pathway {code[:60]!r}", hint=f"known: {', '.join(sorted(found.by_code))}"
        )
    one = found.by_code[code]
    paper.say(f"{paper.label(one.labels, one.code)}, version {one.version}")
    paper.say(paper.label(one.notes))
    paper.say("\nLimits")
    paper.print_table(
        ["limit", "runs from", "length", "article", "source"],
        [
            [paper.label(limit.labels), limit.start, _length(limit), *_basis(limit.basis)]
            for limit in one.limits
        ],
    )
    paper.say("\nMoves")
    paper.print_table(
        ["from", "to", "article", "source"],
        [[move.start, move.end, *_basis(move.basis)] for move in one.transitions],
    )


def _length(limit: NationalLimit) -> str:
    return f"{limit.length} {limit.unit}" if limit.length else "to be confirmed"


def _basis(basis: Basis) -> list[str]:
    article = basis.article or "not read"
    return [article if basis.confirmed else f"{article} (to be confirmed)", basis.source]


@pathway_commands.command("add")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@vault_option
def add_pathway(file: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Add the pathway in FILE to the vault; its limits count from then on, in every case.

    A file that is not in order is refused with every fault at once.
    """
    pathway: Pathway = read_pathway(file, Definition.load())
    with opened(folder, passphrase_file) as vault:
        casefile.keep_pathway(vault.ledger, pathway)
    unsure = sum(not limit.basis.confirmed for limit in pathway.limits)
    paper.say(f"The pathway {pathway.code}, version {pathway.version}, is in the vault.")
    if unsure:
        paper.say(f"{unsure} of its {len(pathway.limits)} limits are to be confirmed.")
