"""``candlemark protect``: what would leave, and what attackers would make of it.

Nothing here publishes.  ``try`` shows the next release of a vault's figures, or of a log in a file,
as the public would see it; ``attack`` runs every attack we know on it, together with everything
released before; ``policies`` and ``say-policy`` are about the rules.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark import measure, protect
from candlemark.cli import paper
from candlemark.cli.event_log import log_options, opened_log
from candlemark.cli.naming import quantity, status
from candlemark.cli.opening import json_option, opened, vault_option, vault_or_events_option
from candlemark.cli.secret import write_private
from candlemark.definition import Definition
from candlemark.errors import NotUnderstood, SettingRefused, WrongCommand
from candlemark.measure.log import Ask
from candlemark.publish import columns, describe, json_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from candlemark.cli.event_log import LogSaid
    from candlemark.protect import Policy, ProtectedFigure, Secret, Source, Tried

_USUAL = ("entered",)


@click.group("protect")
def protect_commands() -> None:
    """What would leave the vault for the public, and what attackers would make of it."""


def _asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """What both commands are told: which tables, of what, under which rules."""
    for option in (
        json_option,
        click.option(
            "--secret-file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="With --events: the secret of the record keys, made there the first time.",
        ),
        click.option(
            "--policy",
            "policy_name",
            default=protect.HOUSE.name,
            metavar="NAME",
            help="The rules; the house's without it.",
        ),
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The last day looked at."),
        click.option(
            "--from", "from_stage", default="", metavar="STAGE", help="Where cases enter."
        ),
        click.option(
            "--crosswalk",
            default="",
            metavar="CODE",
            help="Which agency's files; the cases entered by hand without it.",
        ),
        log_options,
        vault_or_events_option,
        click.argument("tables", nargs=-1),
    ):
        command = option(command)
    return command


@protect_commands.command("try")
@_asking
def try_command(*, tables: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Show the next release of TABLES as the public would see it; nothing leaves.

    TABLES are names such as entered/bias-grounds, stands, reached/charged, lasts/charged, steps;
    'entered/bias-grounds@offences+agency#2025' crosses three things, with a total over each, for a
    year that is over.
    """
    with _taken(**asked) as taken:
        tried = taken.tried(tables)
    if as_json:
        paper.print_json(
            {
                "figures": [json_document(figure) for figure in tried.figures],
                "waiting": tried.made.waiting,
                "held": [row.place for row in tried.made.held],
            }
        )
        return
    for figure in tried.figures:
        _show(figure)
    _say_waiting(tried)


@protect_commands.command("attack")
@_asking
def attack_command(*, tables: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Attack the next release of TABLES together with everything released before.

    What an attack opens is named here and nowhere else; a release that one opens is refused.
    """
    with _taken(**asked) as taken:
        tried = taken.tried(tables)
    found = tried.made.attacked
    if as_json:
        paper.print_json(protect.said_of(found) | {"held": [one.place for one in tried.made.held]})
        return
    paper.say(f"{found.cells:,} numbers were attacked; in {found.small:,} of them few are.")
    how = "interval and exact bounds" if found.exact else "interval bounds (too many for exact)"
    paper.say(f"None can be worked out: {how}, averaging, differences, one category alone.")
    rows = [
        [
            of,
            kind,
            f"{each.tried:,}",
            *(f"{share:.1%}" for share in (each.commonest, each.guessed, each.only_one, each.sure)),
        ]
        for of, kinds in found.guessing.items()
        for kind, each in kinds.items()
    ]
    if rows:
        paper.say()
        head = ["wanted", "who guesses", "cases", "commonest", "guessed", "only one left", "sure"]
        paper.print_table(head, rows)
    for row in tried.made.held:
        paper.aside(f"held back, an attack opened it: {row.place}")


@protect_commands.command("policies")
@vault_option
@json_option
def policies_command(folder: Path, passphrase_file: Path | None, *, as_json: bool) -> None:
    """List the rules that this vault releases by, the house's first."""
    with opened(folder, passphrase_file) as vault:
        found = list(protect.policies(vault.ledger).values())
    if as_json:
        paper.print_json({"policies": found})
        return
    names = [field.name for field in fields(protect.Policy)]
    paper.print_table(
        ["rule", *(policy.name for policy in found)],
        [[name, *(f"{getattr(policy, name)}" for policy in found)] for name in names[1:]],
    )


@protect_commands.command("say-policy")
@click.argument("name")
@click.option("--set", "numbers", multiple=True, metavar="RULE=NUMBER", help="As in batch=20.")
@vault_option
def say_policy_command(
    name: str, numbers: tuple[str, ...], folder: Path, passphrase_file: Path | None
) -> None:
    """Say the policy NAME, or its next version: the house's rules, some of them stricter."""
    with opened(folder, passphrase_file) as vault:
        before = protect.policies(vault.ledger).get(name)
        base = before or replace(protect.HOUSE, name=name, version=0)
        policy = replace(base, version=base.version + 1, **_numbers(numbers))
        protect.say_policy(vault.ledger, policy)
    paper.say(f"The policy {name} is said in version {policy.version}.")


def _numbers(said: tuple[str, ...]) -> dict[str, Any]:
    """``batch=20`` as a number of the right kind.

    Raises:
        NotUnderstood: one is no rule, or no number.
    """
    kinds = {
        field.name: type(getattr(protect.HOUSE, field.name))
        for field in fields(protect.Policy)
        if field.name not in {"name", "version"}
    }
    found = {}
    for text in said:
        rule, _, number = text.partition("=")
        try:
            found[rule] = kinds[rule](number)
        except (KeyError, ValueError):
            raise NotUnderstood(
                f"{text} sets no rule", hint=f"the rules are {', '.join(kinds)}"
            ) from None
    return found


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is to be tried, and what was released of it before."""

    source: Source
    policy: Policy
    secret: Secret
    before: protect.Before | None = None

    def tried(self, tables: tuple[str, ...]) -> Tried:
        named = protect.wanted(tables or _USUAL)
        return protect.try_release(self.source, named, self.policy, self.secret, self.before)


@contextmanager
def _taken(
    *,
    folder: Path | None,
    passphrase_file: Path | None,
    log: LogSaid,
    crosswalk: str,
    from_stage: str,
    as_of: datetime | None,
    policy_name: str,
    secret_file: Path | None,
) -> Iterator[_Taken]:
    ask = Ask(from_state=from_stage, as_of=as_of.date() if as_of else None)
    if log.events is not None:
        if crosswalk or policy_name != protect.HOUSE.name:
            raise SettingRefused(
                "--crosswalk and --policy are for what a vault holds", hint="leave them out"
            )
        stays = opened_log(log.events, log)
        yield _Taken(protect.Source(stays, ask), protect.HOUSE, _secret_in(secret_file))
        return
    if folder is None or secret_file is not None:
        raise WrongCommand(
            "a release is tried of a vault or of a log",
            hint="name one: --vault DIR, or --events FILE, which alone takes --secret-file",
        )
    with opened(folder, passphrase_file) as vault:
        edition = Definition.load()
        study = measure.study(vault.ledger, edition, crosswalk, vault_name=vault.name)
        source = protect.Source.of_study(study, ask)
        yield _Taken(
            source,
            protect.policy_named(vault.ledger, policy_name),
            protect.secret_of(vault.ledger),
            protect.released_before(vault.ledger, source.cohort),
        )


def _secret_in(path: Path | None) -> Secret:
    """The secret in a file, made there the first time; one that is gone afterwards without it."""
    if path is None:
        paper.aside("Without --secret-file the noise is another one each time.")
        return protect.Secret.generate()
    if not path.exists():
        write_private(path, protect.Secret.generate().reveal(), "the secret")
    return protect.Secret(path.read_bytes())


def _show(figure: ProtectedFigure) -> None:
    about = describe(figure)
    paper.say(f"{about['table']} ({about['question']})")
    rows = [
        row | {"quantity": quantity(str(row["quantity"])), "status": status(str(row["status"]))}
        for row in figure.rows()
    ]
    head = [name for name in columns()[1:] if any(row[name] not in ("", None) for row in rows)]
    paper.print_table(
        head, [["" if row[name] is None else row[name] for name in head] for row in rows]
    )
    paper.say()
    for sentence in figure.did.words() if figure.did else ():
        paper.say(sentence)
    paper.say()


def _say_waiting(tried: Tried) -> None:
    for table, groups in tried.made.waiting.items():
        if groups:
            most = max(groups.values())
            paper.aside(f"{table}: {len(groups):,} groups wait, with at most {most} new cases")
    for row in tried.made.held:
        paper.aside(f"held back, an attack opened it: {row.place}")
