"""``candlemark link review``: judge pairs at a terminal, as on the review desk.

A pair is named as ``list`` prints it: its run, a colon, and the number of its row.  As on the desk,
nothing the machine found is shown before this member has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.link_review_told import (
    contradiction_json,
    pair_name,
    say_contradiction,
    say_pair,
    side_json,
    word_json,
)
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.people import shown
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood
from candlemark.linkage.facts import ANSWERS, ASK_THE_AGENCY, CANNOT_TELL, DIFFERENT, SAME
from candlemark.linkage.judging import (
    Answer,
    Claims,
    Page,
    explanation,
    judge,
    judging,
    show_names,
    take_back,
)
from candlemark.linkage.judging.sides import HIDDEN, OPEN, sides_of
from candlemark.linkage.judging.state import UNITS
from candlemark.linkage.judging.weighed import findings_of
from candlemark.linkage.said import evidence_of, model_of, proposers, run_of
from candlemark.measure.moved import moves_kept_figures
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.linkage.judging import Finding, Judging
    from candlemark.linkage.judging.standing import Word
    from candlemark.linkage.judging.worth import Proposed

_MOST = 50


@click.group("review")
def review_command() -> None:
    """Say whether two records are one: what waits, judging, taking back, contradictions."""


def _unit_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--unit",
        type=click.Choice(UNITS),
        default=UNITS[0],
        show_default=True,
        help="Whether the records are cases or people.",
    )(command)


def _judging(vault: Vault, unit: str, near: Page | None = None) -> Judging:
    moves = moves_kept_figures(vault.ledger)
    return judging(vault.ledger, vault.members.roster(), unit, moves, near or Page())


@dataclass(frozen=True)
class _Pair:
    """A pair somebody names at the terminal."""

    vault: Vault
    stands: Judging
    place: Proposed

    @property
    def member(self) -> str:
        """Who asks."""
        return self.vault.members.me.kid.hex()

    @property
    def word(self) -> Word | None:
        """What this member answered."""
        words = self.stands.said.counting.get(self.place.pair, ())
        return next((one for one in words if one.member == self.member), None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the machine found."""
        ledger = self.vault.ledger
        run = run_of(ledger, self.place.run)
        model = model_of(ledger, run.fact.model)
        return findings_of(model, evidence_of(ledger, run, self.place.n))


def _find(vault: Vault, name: str) -> _Pair:
    """The pair of a name.

    Raises:
        NotUnderstood: no run that counts proposes one of this name.
    """
    run, _, number = name.partition(":")
    for unit in UNITS:
        stands = _judging(vault, unit)
        place = stands.at(run, int(number)) if number.isascii() and number.isdecimal() else None
        if place is not None:
            return _Pair(vault, stands, place)
    raise NotUnderstood(
        "no run that counts proposes this pair", hint="candlemark link review list names them"
    )


@review_command.command("list")
@_unit_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=_MOST, help="How many at most.")
@vault_option
@json_option
def list_pairs(
    unit: str, limit: int, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """List the pairs that wait for you, the one whose answer changes most first."""
    with opened(folder, passphrase_file) as vault:
        me, claims = vault.members.me.kid.hex(), Claims(vault).all()
        stands = _judging(vault, unit, Page(frozenset(one.pair for one in claims), limit))
    taken = {one.pair for one in claims if one.member != me}
    said = stands.said.counting
    mine = {pair for pair, words in said.items() if any(one.member == me for one in words)}
    free = [one for one in stands.queue if one.pair not in mine and one.pair not in taken]
    many = stands.between(me, taken).total()
    rows = [
        {
            "pair": pair_name(one.proposed),
            "left": one.pair[0],
            "right": one.pair[1],
            "joins": one.joins,
            "sizes": one.sizes,
            "people": one.people,
            "missing": one.missing,
            "disputed": one.disputed,
        }
        for one in free[:limit]
    ]
    if as_json:
        paper.print_json({"unit": unit, "waiting": many, "pairs": [_plain(r) for r in rows]})
        return
    if not free:
        paper.say("Nothing waits for you.")
        return
    paper.print_table(
        ["pair", "one", "other", "people needed"],
        [
            [
                pair_name(one.proposed),
                f"{one.pair[0].source} {shown(one.pair[0].record)}",
                f"{one.pair[1].source} {shown(one.pair[1].record)}",
                one.missing,
            ]
            for one in free[:limit]
        ],
    )
    if many > limit:
        paper.say(f"{many - limit:,} more wait.")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    sides = {name: {"source": row[name].source, "record": row[name].record} for name in _SIDES}
    return {**row, **sides}


_SIDES = ("left", "right")


@review_command.command("show")
@click.argument("pair")
@click.option("--names", is_flag=True, help="Show who it is; that you asked is kept.")
@click.option("--tongue", type=click.Choice(INTERFACE), default="en", help="Of the explanation.")
@vault_option
@json_option
def show_pair(
    pair: str,
    names: bool,
    tongue: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Show the two records of PAIR; and, when you have answered, what the machine found."""
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found = _find(vault, pair)
        if names:
            show_names(vault.ledger, found.place.pair, HIDDEN)
        sides = sides_of(vault.ledger, edition, found.place.pair, names=names)
        findings = found.findings if found.word is not None else ()
        sentence = explanation(findings, tongue, found.stands.unit) if findings else ""
        stood = found.stands.answers.get(found.place.pair) if findings else None
    if as_json:
        paper.print_json(
            {
                "pair": pair,
                "records": [side_json(side) for side in sides],
                "findings": findings,
                "explanation": sentence,
                "stands": {"state": stood.state, "answer": stood.answer} if stood else None,
            }
        )
        return
    say_pair(sides, findings, edition)
    if sentence:
        paper.say(sentence)
    else:
        paper.say("What the machine found is shown when you have answered: link review judge")


@review_command.command("judge")
@click.argument("pair")
@click.argument("answer", type=click.Choice((SAME, DIFFERENT, CANNOT_TELL, ASK_THE_AGENCY)))
@click.option("--reason", default="", help="Why, in a few words that name nobody.")
@vault_option
@json_option
def judge_pair(
    pair: str,
    answer: str,
    reason: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that the two records of PAIR are the same, different, or that it cannot be told.

    The first time you answer blind.  Show the pair again to see what the machine found; a second
    answer takes the place of the first, and both are kept.
    """
    edition = Definition.load()
    with opened(folder, passphrase_file) as vault:
        found, claims = _find(vault, pair), Claims(vault)
        blind = found.word is None
        seen = OPEN if blind else (*OPEN, "score")
        given = Answer(
            found.place.pair,
            answer,
            reason,
            found.place.run,
            blind=blind,
            seen=seen,
            unit=found.stands.unit,
            names=tuple(
                text
                for side in sides_of(vault.ledger, edition, found.place.pair, names=True)
                for text in side.texts
            ),
        )
        claims.take(found.place.pair, found.member)
        try:
            said = judge(vault.ledger, edition, given)
        finally:
            claims.give_back(found.place.pair, found.member)
        after = _find(vault, pair)
        touched = after.stands.touched(said)
        stood = after.stands.answers[found.place.pair]
    if as_json:
        paper.print_json(
            {
                "judgement": said,
                "blind": blind,
                "state": stood.state,
                "answer": stood.answer,
                "touched": sorted((one.source, one.record) for one in touched),
            }
        )
        return
    label = paper.label(edition.scheme(ANSWERS).term(answer).labels, answer)
    paper.say(f"Kept: {label} ({said}). The pair is {_STATES[stood.state.value]}.")
    if touched:
        paper.say(f"The group of {len(touched):,} records changed.")


_STATES = {
    "settled": "settled",
    "second": "waiting for a second person",
    "disputed": "waiting for a third person",
    "agency": "waiting for the agency",
    "unsure": "undecided",
}


@review_command.command("take-back")
@click.argument("judgement")
@click.option("--reason", default="", help="Why, in a few words that name nobody.")
@vault_option
@json_option
def take_back_command(
    judgement: str, reason: str, folder: Path, passphrase_file: Path | None, as_json: bool
) -> None:
    """Take JUDGEMENT, which is yours, back: the pair stands as if you had not been asked."""
    with opened(folder, passphrase_file) as vault:
        me = vault.members.me.kid.hex()
        of_units = [_judging(vault, unit) for unit in UNITS]
        stands = next((one for one in of_units if one.said.word(judgement)), of_units[0])
        touched = stands.touched(judgement)
        take_back(vault.ledger, stands.said, me, judgement, reason)
    if as_json:
        paper.print_json(
            {"taken_back": judgement, "touched": sorted((o.source, o.record) for o in touched)}
        )
        return
    paper.say(f"Taken back. The group of {len(touched):,} records changed.")


@review_command.command("history")
@_unit_option
@vault_option
@json_option
def history(unit: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show every judgement, oldest first: who, when, what, by which model, and whether it counts.

    Those about pairs you may still be asked about are left out until you have answered.
    """
    with opened(folder, passphrase_file) as vault:
        roster = vault.members.roster()
        stands = _judging(vault, unit)
        names = {kid.hex(): one.name for kid, one in roster.members.items()}
        words = stands.told_to(vault.members.me.kid.hex())
        runs = proposers(vault.ledger)
    told = [word_json(word, stands, names, runs) for word in words]
    if as_json:
        paper.print_json({"unit": unit, "judgements": told})
        return
    for one in told:
        who = shown(one["by"]) or "founder"
        paper.say(f"{one['at']:%Y-%m-%d %H:%M}  {who}: {one['answer']} [{one['stands']}]")
        paper.say(f"    {one['judgement']}  {one['pair'] or ''}".rstrip())
        if one["run_at"]:
            paper.say(f"    run of {one['run_at']:%Y-%m-%d}, model {one['model_digits']}")
        if one["reason"]:
            paper.say(f"    {shown(one['reason'])}")


@review_command.command("contradictions")
@_unit_option
@vault_option
@json_option
def contradictions(unit: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show answers that cannot all be true, each with the chain that makes it."""
    with opened(folder, passphrase_file) as vault:
        stands = _judging(vault, unit)
    if as_json:
        found = [contradiction_json(one, stands) for one in stands.contradictions]
        paper.print_json({"unit": unit, "contradictions": found})
        return
    for one in stands.contradictions:
        say_contradiction(one, stands)
    if not stands.contradictions:
        paper.say("No answer contradicts another.")


@review_command.command("reviewers")
@_unit_option
@vault_option
@json_option
def reviewers(unit: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show how often each person is wrong, on pairs whose answer is known without them."""
    with opened(folder, passphrase_file) as vault:
        roster = vault.members.roster()
        names = {kid.hex(): one.name for kid, one in roster.members.items()}
        measured = _judging(vault, unit).reviewers
    if as_json:
        paper.print_json(
            {
                "unit": unit,
                "reviewers": [
                    {
                        "member": one.member[:12],
                        "name": names.get(one.member, ""),
                        "judged": one.judged,
                        "known": one.known,
                        "joined_wrongly": one.joined_wrongly,
                        "parted_wrongly": one.parted_wrongly,
                        "undecided": one.undecided,
                        "interval": one.interval,
                    }
                    for one in measured
                ],
            }
        )
        return
    paper.print_table(
        ["who", "judged", "known", "joined wrongly", "parted wrongly", "wrong, 95 in 100 sure"],
        [
            [
                shown(names.get(one.member, "")) or "founder",
                one.judged,
                one.known,
                one.joined_wrongly,
                one.parted_wrongly,
                " to ".join(paper.percent(share) for share in one.interval) if one.known else "–",
            ]
            for one in measured
        ],
    )
