"""Commands that say something of a case: a stage, consent, what is next, a merge, a withdrawal.

Each says one statement and is the same but for what the statement is made of, so :func:`_says`
makes the command and the function under it makes the statement.

Texts of a case are read from a file or from standard input, never from the command line, which
every program of the machine can read and a shell remembers.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    from enum import StrEnum
    from pathlib import Path

    Parameter = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class _Said:
    """What every command knows of its statement."""

    case: str
    words: tuple[facts.Words, ...]

    @property
    def given(self) -> dict[str, Any]:
        """What every statement begins with."""
        return {"id": new_id("fact"), "case": self.case, "edition": Definition.load().code}


def _says(
    name: str, *parameters: Parameter
) -> Callable[[Callable[..., facts.Statement]], click.Command]:
    """Make a command of a function that makes a statement of what was typed.

    Args:
        name: what the command is called.
        parameters: what can be typed between the case and what all commands take, in order; one of
            them is the file of the text.
    """
    all_parameters: tuple[Parameter, ...] = (
        click.argument("case_id", metavar="CASE"),
        *parameters,
        click.option("--language", default="en", show_default=True, help="The tongue of texts."),
        vault_option,
        json_option,
    )

    def made_of(make: Callable[..., facts.Statement]) -> click.Command:
        def command(
            case_id: str,
            words: IO[str] | None,
            language: str,
            folder: Path,
            passphrase_file: Path | None,
            *,
            as_json: bool,
            **typed: Any,
        ) -> None:
            text = words.read().strip() if words else ""
            said = _Said(case_id, (facts.Words(text, language),) if text else ())
            statement = make(said, **typed)
            with opened(folder, passphrase_file) as vault:
                casefile.say(vault.ledger, Definition.load(), [statement])
            _report(statement, as_json=as_json)

        takes: Callable[..., Any] = command
        for parameter in reversed(all_parameters):
            takes = parameter(takes)
        return click.command(name, help=make.__doc__)(takes)

    return made_of


def _report(statement: facts.Statement, *, as_json: bool) -> None:
    if as_json:
        paper.print_json({"case": statement.case, "statement": statement.id})
    else:
        paper.say(f"Said, as {statement.id}. To take it back:")
        paper.say(f"    candlemark case withdraw {statement.case} {statement.id}")


def _words(text: str, *, name: str = "words", required: bool = False) -> Parameter:
    """The option that names the file a text lies in."""
    return click.option(
        f"--{name}",
        "words",
        type=click.File("r", encoding="utf-8"),
        required=required,
        help=f"A file with {text}; - reads what is typed.",
    )


def _date(name: str, text: str) -> Parameter:
    """An option that holds a date, as exact as it is known."""

    def read(_context: click.Context, _option: click.Parameter, typed: str) -> PartialDate | None:
        return PartialDate.parse(typed) if typed else None

    return click.option(f"--{name}", default="", callback=read, help=text)


def _one_of(name: str, words: type[StrEnum], default: str) -> Parameter:
    """An option that holds one of a few words."""
    return click.option(
        f"--{name}", type=click.Choice([one.value for one in words]), default=default
    )


_when = _date("when", "A year, a month (2026-05), a day, or between two: 2026-05/2026-08.")


@_says(
    "stage",
    click.argument("stage"),
    _when,
    click.option("--person", default="", help="Whose stage it is; empty: of the whole case."),
    click.option("--proceeding", default="", help="The proceeding it belongs to."),
    click.option("--charge", "charges", multiple=True, help="A charge it is about; repeatable."),
    click.option("--outcome", default="", help="A term of outcomes."),
    click.option("--sentence", default="", help="A term of sentences."),
    _date("final", "When the decision became final: a year, a month or a day."),
    click.option("--source", "sources", multiple=True, help="A source that says so; repeatable."),
    _words("a note; it names nobody", name="note"),
)
def stage(
    said: _Said,
    stage: str,
    when: PartialDate | None,
    person: str,
    proceeding: str,
    charges: tuple[str, ...],
    outcome: str,
    sentence: str,
    final: PartialDate | None,
    sources: tuple[str, ...],
) -> facts.Statement:
    """Say that a STAGE was reached in CASE, as exactly as it is known.

    STAGE is a term such as charged or appeal; see candlemark definition show stages, outcomes
    and sentences.
    """
    return facts.StageReached(
        **said.given,
        stage=stage,
        when=when,
        outcome=outcome,
        sentence=sentence,
        person=person,
        proceeding=proceeding,
        charges=charges,
        final=final,
        sources=sources,
        note=said.words,
    )


@_says(
    "consent",
    click.argument("person"),
    click.argument("use"),
    click.argument("answer"),
    _when,
    _date("review", "When to ask again: a year, a month or a day."),
    click.option("--detail", default="", metavar="TERM", help="How exactly it may be told."),
    _words("what was said about it"),
)
def consent(
    said: _Said,
    person: str,
    use: str,
    answer: str,
    when: PartialDate | None,
    review: PartialDate | None,
    detail: str,
) -> facts.Statement:
    """Say what PERSON answered about a USE: given, refused, or another term of absences.

    USE is statistics, publication, referral or contact; see candlemark definition show
    consent-uses.  How exactly it may be told is a term of consent-details; where nobody was asked,
    the least is told.
    """
    return facts.ConsentStated(
        **said.given,
        consent=new_id("consent"),
        person=person,
        use=use,
        answer=answer,
        when=when,
        review=review,
        words=said.words,
        detail=detail,
    )


@_says(
    "end-consent",
    click.argument("consent_id", metavar="CONSENT"),
    _when,
    _words("what was said about it"),
)
def end_consent(said: _Said, consent_id: str, when: PartialDate | None) -> facts.Statement:
    """Say that a person took CONSENT back; that it was given once stays said."""
    return facts.ConsentWithdrawn(**said.given, consent=consent_id, when=when, words=said.words)


@_says(
    "restrain",
    click.argument("person"),
    click.argument("restraints", nargs=-1),
    _words("what the person fears; it names nobody"),
)
def restrain(said: _Said, person: str, restraints: tuple[str, ...]) -> facts.Statement:
    """Say what must not be done for the sake of PERSON: RESTRAINTS such as no-telephone.

    candlemark definition show restraints lists them.
    """
    return facts.RestraintStated(
        **said.given, person=person, restraints=restraints, words=said.words
    )


@_says(
    "next",
    _words("what is to be done; it names nobody", name="what", required=True),
    _date("due", "By when: a year, a month or a day."),
    click.option(
        "--form", type=click.Choice([one.value for one in facts.StepForm]), default="task"
    ),
    click.option("--person", default="", help="Whom it is about."),
    click.option("--proceeding", default="", help="The proceeding it belongs to."),
)
def next_step(
    said: _Said, due: PartialDate | None, form: str, person: str, proceeding: str
) -> facts.Statement:
    """Say what is to be done, or will happen, next in CASE."""
    return facts.NextStep(
        **said.given,
        step=new_id("step"),
        what=said.words,
        due=due,
        form=facts.StepForm(form),
        person=person,
        proceeding=proceeding,
    )


@_says(
    "done",
    click.argument("step"),
    _when,
    _one_of("outcome", facts.StepOutcome, "done"),
    _words("what came of it"),
)
def done(said: _Said, step: str, when: PartialDate | None, outcome: str) -> facts.Statement:
    """Say that a next STEP is over: done, dropped or missed."""
    return facts.StepDone(
        **said.given, step=step, when=when, outcome=facts.StepOutcome(outcome), words=said.words
    )


@_says("merge", click.argument("into"), _words("why they are one case"))
def merge(said: _Said, into: str) -> facts.Statement:
    """Say that CASE is the same as INTO, which shows from now on what was said in both."""
    return facts.CaseMerged(**said.given, into=into, words=said.words)


@_says(
    "move",
    click.argument("to"),
    click.argument("statements", nargs=-1, required=True),
    _words("why they belong there"),
)
def move(said: _Said, to: str, statements: tuple[str, ...]) -> facts.Statement:
    """Say that STATEMENTS of CASE belong to the case TO, which shows them from now on."""
    return facts.StatementsMoved(**said.given, statements=statements, to=to, words=said.words)


@_says("withdraw", click.argument("statements", nargs=-1, required=True), _words("why"))
def withdraw(said: _Said, statements: tuple[str, ...]) -> facts.Statement:
    """Take STATEMENTS of CASE back; to bring them back, withdraw the withdrawal.

    So a merge or a move is undone as well.
    """
    return facts.Withdrawn(**said.given, statements=statements, words=said.words)


SAYING = (stage, consent, end_consent, restrain, next_step, done, merge, move, withdraw)
"""The commands of this module."""
