"""Figures across agencies at a terminal: by which links, at two thresholds, what was undone."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from candlemark import measure
from candlemark.cli import paper
from candlemark.cli.figure_tables import print_basis
from candlemark.cli.naming import Names
from candlemark.cli.opening import opened
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.errors import SettingRefused, WrongCommand
from candlemark.linkage.judging.measuring import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.linkage.uncertain import Undone
    from candlemark.measure import Figure, Linked, Told


@dataclass(frozen=True, slots=True)
class LinksSaid:
    """What was said of links with a question."""

    links: str | None
    others: tuple[str, ...]
    draws: int


def links_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--links HOW``, ``--with CODE``, ``--draws N``; a command gets them as ``linking``."""

    @functools.wraps(command)
    def with_links(*, links: str | None, others: tuple[str, ...], draws: int, **rest: Any) -> Any:
        return command(linking=LinksSaid(links, others, draws), **rest)

    found: Callable[..., Any] = with_links
    for option in (
        click.option(
            "--links",
            type=click.Choice(["automatic", "sampled"]),
            help="Follow the cases through the files of other agencies by links: those sure enough,"
            " or drawn by their probability, which widens the intervals.",
        ),
        click.option(
            "--with",
            "others",
            multiple=True,
            metavar="CODE",
            help="With --links: whose files follow; 'cases' for the case files of the vault.",
        ),
        click.option(
            "--draws",
            default=20,
            show_default=True,
            help="With --links sampled: how often the links are drawn.",
        ),
    ):
        found = option(found)
    return found


def answered_by_links(
    question: str,
    at: tuple[int, ...],
    show: Callable[[Any, Names], None],
    linking: LinksSaid,
    options: Mapping[str, Any],
) -> bool:
    """Answer a question across agencies, where links were named; False where none were.

    Raises:
        SettingRefused, WrongCommand: options that do not go together.
        NotMeasurable, NothingToMeasure: it cannot be answered, and why.
    """
    if linking.links is None:
        if linking.others:
            raise SettingRefused("--with needs --links", hint="add --links automatic or sampled")
        return False
    _refuse(linking, options)
    edition = Definition.load()
    with opened(options["folder"], options["passphrase_file"]) as vault:
        linked = _ask(vault, edition, question, at, linking.links, linking, options)
        document = measure.linked_document(linked)
        if options["keep"]:
            measure.keep(vault.ledger, document)
    if options["out"] is not None:
        write_private(options["out"], paper.json_text(document).encode(), "the figure")
    if options["as_json"]:
        paper.print_json(document)
        return True
    names = Names(edition, None)
    show(linked.figure, names)
    print_basis(linked.figure, names)
    print_links(linked, names)
    return True


def _refuse(linking: LinksSaid, options: Mapping[str, Any]) -> None:
    """Refuse what cannot be asked together with links."""
    if options["log"].events is not None:
        raise SettingRefused(
            "links are of what a vault holds", hint="leave --links out with --events"
        )
    if options["folder"] is None:
        raise WrongCommand("links are kept in a vault", hint="name it: --vault DIR")
    if options["robust"] or options["entered"] or options["where"]:
        raise SettingRefused(
            "--robust, --entered and --where cannot be asked across agencies yet",
            hint="ask without them",
        )
    if not linking.others:
        raise SettingRefused("nobody is named whose files follow", hint="name each: --with CODE")


def _ask(
    vault: Vault,
    edition: Edition,
    question: str,
    at: tuple[int, ...],
    how: str,
    linking: LinksSaid,
    options: Mapping[str, Any],
) -> Linked:
    as_of: date | None = options["as_of"].date() if options["as_of"] else None
    agencies = measure.agencies_at(
        vault.ledger,
        edition,
        options["crosswalk"],
        [("" if code == "cases" else code, "") for code in linking.others],
        vault.ledger.size,
        vault_name=vault.name,
    )
    ask = measure.asking(question, from_stage=options["from_stage"], by=options["by"], as_of=as_of)
    return measure.linked(agencies, ask, how, at=at, draws=linking.draws)


def print_links(linked: Linked, names: Names) -> None:
    """By which links, and the same at two thresholds."""
    links = linked.figure.basis.links
    if links is None:
        return
    how = (
        f"drawn {links.draws} times by their probability"
        if links.draws
        else f"all from a probability of {links.threshold:g} on"
    )
    paper.say()
    paper.say(
        f"Across agencies: the links of {', '.join(links.runs)}, {how};"
        f" {links.judgements:,} answers of people count; state {links.state[:16]}…"
    )
    if links.draws and links.judgements:
        rests = f"measured on {links.known:,} known pairs"
        if links.known < ENOUGH:
            rests = f"taken, since {links.known:,} known pairs are too few to measure it"
        paper.say(
            f"People are taken to be wrong in {paper.percent(links.wrong)} of answers ({rests})."
        )
    columns = [f"links from {links.threshold:g} on", f"from {links.people:g} on"]
    paper.print_table(
        ["", *columns, *(["in 95 % of the draws"] if linked.spread else [])],
        [
            _row(one, linked.figure, names, drawn=bool(linked.spread))
            for one in measure.told(linked)
        ],
    )
    paper.say("Where these are far apart, links decide, and not the data.")


def _row(one: Told, figure: Figure, names: Names, *, drawn: bool) -> list[str]:
    cell = one.cell
    state = isinstance(figure, measure.Occupancy)
    name = names.state(cell.code) if state else names.stage(cell.code)
    what = f"{name}, {cell.what}" if cell.day is None else f"{name}, day {cell.day}"

    def number(value: float) -> str:
        return paper.percent(value) if cell.what == measure.SHARE else f"{value:,.0f}"

    row = [
        f"{names.group(figure.basis.by, cell.group)}: {what}" if cell.group else what,
        number(one.strict),
        "–" if one.loose is None else number(one.loose),
    ]
    if drawn:
        known = one.low is not None and one.high is not None
        row.append(f"{number(one.low or 0)}–{number(one.high or 0)}" if known else "–")
    return row


def say_undone(undone: Sequence[Undone]) -> None:
    """That a figure used links which somebody has judged wrong since."""
    if not undone:
        return
    many = "1 link" if len(undone) == 1 else f"{len(undone):,} links"
    paper.aside(f"This figure used {many} that people have judged wrong since:")
    for one in undone[:20]:
        paper.aside(
            f"  {one.left.source} {one.left.record} and {one.right.source} {one.right.record}"
            f" ({one.judgement})"
        )
    paper.aside("Ask the question again: what comes out now is another figure.")
