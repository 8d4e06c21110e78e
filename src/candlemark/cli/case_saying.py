"""Commands that say something of a case: consent, restrain, next, done, merge, move, withdraw.

Texts of a case are read from a file or from standard input, never from the command line, which
every program of the machine can read and a shell remembers.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import click

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_case = click.argument("case_id", metavar="CASE")


def _words_option(name: str, text: str, *, required: bool = False) -> Callable[..., Any]:
    """An option that names the file a text lies in."""
    return click.option(
        f"--{name}",
        "words",
        type=click.File("r", encoding="utf-8"),
        required=required,
        help=f"A file with {text}; - reads what is typed.",
    )


_language = click.option("--language", default="en", show_default=True, help="The tongue of texts.")
_when = click.option("--when", default="", help="A year, a month (2026-05) or a day.")


def _say(
    folder: Path, passphrase_file: Path | None, statement: facts.Statement, *, as_json: bool
) -> None:
    """Say one statement, and what it is called."""
    with opened(folder, passphrase_file) as vault:
        casefile.say(vault.ledger, Definition.load(), [statement])
    if as_json:
        paper.print_json({"case": statement.case, "statement": statement.id})
    else:
        paper.say(f"Said, as {statement.id}. To take it back:")
        paper.say(f"    candlemark case withdraw {statement.case} {statement.id}")


def _given(case_id: str) -> dict[str, Any]:
    """What every statement begins with."""
    return {"id": new_id("fact"), "case": case_id, "edition": Definition.load().code}


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _words(file: IO[str] | None, language: str) -> tuple[facts.Words, ...]:
    text = file.read().strip() if file else ""
    return (facts.Words(text, language),) if text else ()


@click.command("consent")
@_case
@click.argument("person")
@click.argument("use")
@click.argument("answer")
@_when
@click.option("--review", default="", help="When to ask again: a year, a month or a day.")
@_words_option("words", "what was said about it")
@_language
@vault_option
@json_option
def consent(
    case_id: str,
    person: str,
    use: str,
    answer: str,
    when: str,
    review: str,
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say what PERSON answered about a USE: given, refused, or another term of absences.

    USE is statistics, publication, referral or contact; see candlemark definition show
    consent-uses.
    """
    statement = facts.ConsentStated(
        **_given(case_id),
        consent=new_id("consent"),
        person=person,
        use=use,
        answer=answer,
        when=_date(when),
        review=_date(review),
        words=_words(words, language),
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("end-consent")
@_case
@click.argument("consent_id", metavar="CONSENT")
@_when
@_words_option("words", "what was said about it")
@_language
@vault_option
@json_option
def end_consent(
    case_id: str,
    consent_id: str,
    when: str,
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that a person took CONSENT back; that it was given once stays said."""
    statement = facts.ConsentWithdrawn(
        **_given(case_id), consent=consent_id, when=_date(when), words=_words(words, language)
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("restrain")
@_case
@click.argument("person")
@click.argument("restraints", nargs=-1)
@_words_option("words", "what the person fears; it names nobody")
@_language
@vault_option
@json_option
def restrain(
    case_id: str,
    person: str,
    restraints: tuple[str, ...],
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say what must not be done for the sake of PERSON: RESTRAINTS such as no-telephone.

    candlemark definition show restraints lists them.
    """
    statement = facts.RestraintStated(
        **_given(case_id), person=person, restraints=restraints, words=_words(words, language)
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("next")
@_case
@_words_option("what", "what is to be done; it names nobody", required=True)
@click.option("--due", default="", help="By when: a year, a month or a day.")
@click.option("--form", type=click.Choice([one.value for one in facts.StepForm]), default="task")
@click.option("--person", default="", help="Whom it is about.")
@click.option("--proceeding", default="", help="The proceeding it belongs to.")
@_language
@vault_option
@json_option
def next_step(
    case_id: str,
    words: IO[str],
    due: str,
    form: str,
    person: str,
    proceeding: str,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say what is to be done, or will happen, next in CASE."""
    statement = facts.NextStep(
        **_given(case_id),
        step=new_id("step"),
        what=_words(words, language),
        due=_date(due),
        form=facts.StepForm(form),
        person=person,
        proceeding=proceeding,
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("done")
@_case
@click.argument("step")
@_when
@click.option(
    "--outcome", type=click.Choice([one.value for one in facts.StepOutcome]), default="done"
)
@_words_option("words", "what came of it")
@_language
@vault_option
@json_option
def done(
    case_id: str,
    step: str,
    when: str,
    outcome: str,
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that a next STEP is over: done, dropped or missed."""
    statement = facts.StepDone(
        **_given(case_id),
        step=step,
        when=_date(when),
        outcome=facts.StepOutcome(outcome),
        words=_words(words, language),
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("merge")
@_case
@click.argument("into")
@_words_option("words", "why they are one case")
@_language
@vault_option
@json_option
def merge(
    case_id: str,
    into: str,
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that CASE is the same as INTO, which shows from now on what was said in both."""
    statement = facts.CaseMerged(**_given(case_id), into=into, words=_words(words, language))
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("move")
@_case
@click.argument("to")
@click.argument("statements", nargs=-1, required=True)
@_words_option("words", "why they belong there")
@_language
@vault_option
@json_option
def move(
    case_id: str,
    to: str,
    statements: tuple[str, ...],
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Say that STATEMENTS of CASE belong to the case TO, which shows them from now on."""
    statement = facts.StatementsMoved(
        **_given(case_id), statements=statements, to=to, words=_words(words, language)
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


@click.command("withdraw")
@_case
@click.argument("statements", nargs=-1, required=True)
@_words_option("words", "why")
@_language
@vault_option
@json_option
def withdraw(
    case_id: str,
    statements: tuple[str, ...],
    words: IO[str] | None,
    language: str,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Take STATEMENTS of CASE back; to bring them back, withdraw the withdrawal.

    So a merge or a move is undone as well.
    """
    statement = facts.Withdrawn(
        **_given(case_id), statements=statements, words=_words(words, language)
    )
    _say(folder, passphrase_file, statement, as_json=as_json)


SAYING = (consent, end_consent, restrain, next_step, done, merge, move, withdraw)
"""The commands of this module."""
