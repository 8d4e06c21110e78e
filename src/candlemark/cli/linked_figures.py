"""Figures across agencies at a terminal: by which links, at two thresholds, what was undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from candlemark import measure
from candlemark.cli import paper
from candlemark.errors import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from candlemark.cli.naming import Names
    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.linkage.uncertain import Undone
    from candlemark.measure import Figure, Linked


def links_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--links HOW``, ``--with CODE`` and ``--draws N``."""
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
        command = option(command)
    return command


def refuse_with_links(asked: Mapping[str, Any], *, public: bool) -> None:
    """Refuse what cannot be asked together with links.

    Raises:
        SettingRefused: one of them was.
    """
    if asked["links"] is None:
        if asked["others"]:
            raise SettingRefused("--with needs --links", hint="add --links automatic or sampled")
        return
    if asked["robust"] or asked["entered"] or asked["where"]:
        raise SettingRefused(
            "--robust, --entered and --where cannot be asked across agencies yet",
            hint="ask without them",
        )
    if public:
        raise SettingRefused(
            "a figure across agencies is not published yet: its readers would not see the links",
            hint="publish the figures of each agency",
        )
    if not asked["others"]:
        raise SettingRefused("nobody is named whose files follow", hint="name each: --with CODE")


def ask_linked(
    vault: Vault, edition: Edition, question: str, at: tuple[int, ...], asked: Mapping[str, Any]
) -> Linked:
    """The answer to a question across agencies."""
    as_of: date | None = asked["as_of"].date() if asked["as_of"] else None
    agencies = measure.agencies_at(
        vault.ledger,
        edition,
        asked["crosswalk"],
        [("" if code == "cases" else code, "") for code in asked["others"]],
        vault.ledger.size,
        vault_name=vault.name,
    )
    ask = measure.asking(question, from_stage=asked["from_stage"], by=asked["by"], as_of=as_of)
    return measure.linked(agencies, ask, asked["links"], at=at, draws=asked["draws"])


def linked_document(linked: Linked) -> dict[str, Any]:
    """The document of a figure, with the same at two thresholds beside it."""
    made: dict[str, Any] = dict(measure.document(linked.figure))
    made["beside"] = [measure.document(one) for one in (linked.strict, linked.loose)]
    if linked.spread:
        made["spread"] = paper.plain(linked.spread)
    return made


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
    columns = [f"links from {links.threshold:g} on", f"from {links.people:g} on"]
    paper.print_table(
        ["", *columns, *(["in 95 % of the draws"] if linked.spread else [])],
        [
            [name, strict, loose, *([spread] if linked.spread else [])]
            for name, strict, loose, spread in _beside(linked, names)
        ],
    )
    paper.say("Where these are far apart, links decide, and not the data.")


def _beside(linked: Linked, names: Names) -> list[tuple[str, str, str, str]]:
    loose = dict(_cells(linked.loose, names))
    spread = {
        _name(names, linked.figure, one.group, f"{names.stage(one.stage)}, {one.what}"): (
            f"{one.low:,}–{one.high:,}"
        )
        for one in linked.spread
    }
    return [
        (name, value, loose.get(name, "–"), spread.get(name, "–"))
        for name, value in _cells(linked.strict, names)
    ]


def _cells(figure: Figure, names: Names) -> list[tuple[str, str]]:
    """The cells of a figure by name, as people read them."""
    found: list[tuple[str, str]] = []
    for group in figure.groups:
        if isinstance(group, measure.OccupancyGroup):
            found += [
                (
                    _name(names, figure, group.group, f"{names.state(value.state)}, day {one.day}"),
                    paper.percent(value.p),
                )
                for one in group.horizons
                for value in one.values
            ]
        elif isinstance(group, measure.IncidenceGroup):
            found += [
                (
                    _name(names, figure, group.group, f"{names.stage(row.own)}, day {by.day}"),
                    paper.percent(by.p),
                )
                for row in group.rows
                for by in row.horizons
            ]
        elif isinstance(group, measure.AttritionGroup):
            found += [
                (_name(names, figure, group.group, f"{names.stage(row.own)}, {what}"), f"{many:,}")
                for row in group.rows
                for what, many in (("reached", row.reached), ("pending", row.pending))
            ]
    return found


def _name(names: Names, figure: Figure, group: str, what: str) -> str:
    return f"{names.group(figure.basis.by, group)}: {what}" if group else what


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
