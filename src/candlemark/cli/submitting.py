"""Commands of submissions: odihr, annex, briefing; show, approve, write, list."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.cli.outside import needed
from candlemark.cli.secret import write_private
from candlemark.cli.submission_told import Told
from candlemark.errors import SettingRefused
from candlemark.publish import submissions as floor
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.publish.submissions import Submission, Verdict

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAY = click.DateTime(["%Y-%m-%d"])
_ANNEXES = {
    code.removeprefix("annex-"): code for code in floor.forms() if code.startswith("annex-")
}
_name = click.argument("name", metavar="DRAFT")
_texts = click.argument("texts", metavar="FILE", type=_FILE)
_figures = (
    click.option("--release", type=click.IntRange(min=1), help="The release its figures are of."),
    click.option(
        "--table",
        "tables",
        multiple=True,
        metavar="NAME",
        help="A table of that release; all of them without it.",
    ),
)
_left_out = click.option(
    "--leave-out",
    "left_out",
    multiple=True,
    metavar="CASE|INCIDENT",
    help="A case, or one incident by its identifier, that is not told; repeatable.",
)
_period = (
    click.option("--country", default="", metavar="CODE", help="Of the incidents, as AZ."),
    click.option("--from", "first", type=_DAY, help="The first day of the incidents."),
    click.option("--until", "last", type=_DAY, help="The last day of the incidents."),
)
_tongues = click.option(
    "--tongue",
    "tongues",
    multiple=True,
    type=click.Choice(INTERFACE),
    help="Of the document; English without it, repeatable.",
)


def _with(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Several options at once, in their order."""

    def added(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return added


@click.group("submission")
def submission_commands() -> None:
    """Send protected figures and consented cases to a body: one drafts, another approves."""


@submission_commands.command()
@_texts
@click.option("--country", required=True, metavar="CODE", help="Of the incidents, as AZ.")
@click.option("--year", required=True, type=click.IntRange(1900, 9998), help="Of the incidents.")
@_with(_tongues, *_figures, _left_out)
@vault_option
@json_option
def odihr(year: int, **asked: Any) -> None:
    """Draft the yearly contribution to ODIHR: every incident its people agreed to tell.

    FILE is TOML with a section for each tongue (title, text) and, for a case, what is told of it.
    """
    _draft("odihr", first=date(year, 1, 1), last=date(year, 12, 31), **asked)


@submission_commands.command()
@_texts
@click.option("--to", "body", required=True, type=click.Choice(sorted(_ANNEXES)), help="For whom.")
@click.option("--words", type=click.IntRange(min=1), help="The most words that body takes.")
@_with(_tongues, *_figures, *_period, _left_out)
@vault_option
@json_option
def annex(body: str, **asked: Any) -> None:
    """Draft an annex for a treaty body or the Universal Periodic Review.

    FILE is as for odihr; of cases only those it describes are told.
    """
    _draft(_ANNEXES[body], **asked)


@submission_commands.command()
@_texts
@_with(_tongues, *_figures, *_period, _left_out)
@vault_option
@json_option
def briefing(**asked: Any) -> None:
    """Draft a briefing of a few pages, in any tongues, for whoever should know.

    FILE is as for odihr; of cases only those it describes are told.
    """
    _draft("briefing", **asked)


def _draft(
    form: str,
    *,
    texts: Path,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    wanted = floor.Asked(
        form=form,
        tongues=tuple(dict.fromkeys(asked["tongues"])) or ("en",),
        texts=floor.read_texts(needed(texts, floor.LARGEST + 1)),
        country=asked["country"].upper(),
        first=_day(asked["first"]),
        last=_day(asked["last"]),
        release=asked["release"] or 0,
        tables=asked["tables"],
        words=asked.get("words") or 0,
        left_out=asked["left_out"],
    )
    with opened(folder, passphrase_file) as vault:
        done = floor.draft(vault.ledger, wanted)
        told = Told(vault.ledger, done.submission)
    if as_json:
        paper.print_json(told.document() | {"cases": list(map(_row, done.verdicts))})
        return
    told.say()
    _say_verdicts(done.verdicts, all_of=floor.form_named(form).cases == "all")
    paper.say()
    paper.say("Another member reads it and approves it:")
    paper.say(f"  candlemark submission show {done.submission.id[:8]}")
    paper.say(f"  candlemark submission approve {done.submission.id[:8]}")


def _day(found: date | None) -> date | None:
    # click gives a moment; a civil day is meant
    return None if found is None else date(found.year, found.month, found.day)


@submission_commands.command()
@_name
@click.option("--tongue", default="", metavar="TONGUE", help="The first of it without this.")
@vault_option
@json_option
def show(name: str, tongue: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show DRAFT word by word, and what a member has to know before it is approved."""
    with opened(folder, passphrase_file) as vault:
        found = floor.submissions(vault.ledger).draft(name)
        told = Told(vault.ledger, found)
        if as_json:
            paper.print_json(told.document())
            return
        told.say()
        paper.say()
        for line in told.lines(tongue or found.said.tongues[0]):
            paper.say(line)


@submission_commands.command()
@_name
@vault_option
@json_option
def approve(name: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Agree that DRAFT is sent; whoever drafted it cannot."""
    with opened(folder, passphrase_file) as vault:
        found = floor.approve(vault.ledger, name, vault.members.me.kid)
    if as_json:
        paper.print_json({"draft": found.id, "digest": found.digest})
        return
    paper.say(f"Approved: {found.said.titles[0][1]}")
    paper.say("Write its files with:")
    paper.say(f"  candlemark submission write {found.id[:8]} --out DIR")


@submission_commands.command()
@_name
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder that is empty, or not there yet.",
)
@vault_option
@json_option
def write(name: str, out: Path, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write the files of DRAFT, which another member approved, and say that they left.

    They are not sealed: send them, then take them off this machine.
    """
    _make(out)
    with opened(folder, passphrase_file) as vault:
        title = floor.submissions(vault.ledger).draft(name).said.titles[0][1]
        left, files = floor.leave(vault.ledger, name)
    for file, content in files.items():
        write_private(out / file, content, "the submission")
    if as_json:
        paper.print_json({"number": left.number, "on": left.on, "files": dict(left.files)})
        return
    paper.say(f"Number {left.number} left on {left.on}: {title}")
    for file, hashed in left.files:
        paper.say(f"  {out / file}  SHA-256 {hashed}")
    paper.say("These files are not sealed. Send them, then take them off this machine.")


def _make(out: Path) -> None:
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise SettingRefused(
                "the folder is not empty", hint="name one that is empty, or not there yet"
            )
    except OSError as error:
        raise SettingRefused(
            "the folder cannot be made or read", hint="name one in a folder that is yours"
        ) from error


@submission_commands.command("list")
@vault_option
@json_option
def list_submissions(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List what was drafted and sent, and which incidents its recipient is to delete."""
    with opened(folder, passphrase_file) as vault:
        said = floor.submissions(vault.ledger)
        now = floor.cases_now(vault.ledger, said.cases)
        rows = [_listed(one, floor.no_longer(one, now)) for one in said.drafts]
    if as_json:
        paper.print_json({"submissions": rows, "faults": said.faults})
        return
    if not rows:
        paper.say("There is no submission and no draft of one.")
    else:
        paper.print_table(list(rows[0]), [list(row.values()) for row in rows])
    if any(row["no longer"] and row["number"] for row in rows):
        paper.say()
        paper.say("Ask the recipient to delete the incidents named under “no longer”: somebody")
        paper.say("took consent back, or agrees to less than was told.")
    for fault in said.faults:
        paper.say(str(fault))


def _listed(one: Submission, gone: Sequence[str]) -> dict[str, Any]:
    erased = len(one.said.cases) - len(one.cases)
    return {
        "number": one.left.number if one.left else None,
        "draft": one.id[:8],
        "form": one.said.form,
        "state": one.state.value,
        "on": one.left.on if one.left else one.said.on,
        "incidents": len(one.said.cases),
        "erased": erased,
        "no longer": " ".join(gone),
        "title": one.said.titles[0][1],
    }


def _row(one: Verdict) -> dict[str, Any]:
    return {
        "case": one.case.id,
        "reference": one.case.reference,
        "incident": one.incident.id if one.incident else "",
        "why": one.why.value,
        "detail": one.telling.detail if one.telling.may else "",
        "alike": one.alike,
        "others": len(one.telling.others),
    }


def _say_verdicts(found: Sequence[Verdict], *, all_of: bool) -> None:
    """Why each incident is in it or not; those of another time or place are only counted."""
    asked = [one for one in found if one.why not in _ASIDE]
    paper.say()
    if asked:
        paper.print_table(
            ["case", "incident", "in it", "why", "told", "look the same", "others"],
            [
                [
                    one.case.reference or one.case.id,
                    str(one.incident.when or one.incident.id) if one.incident else "",
                    "yes" if one.why is floor.Why.IN else "no",
                    _WHY[one.why],
                    one.telling.detail if one.telling.may else "",
                    one.alike,
                    len(one.telling.others),
                ]
                for one in asked
            ],
        )
    aside = Counter(one.why for one in found if one.why in _ASIDE)
    for why, count in aside.items():
        if all_of or why is not floor.Why.NOT_NAMED:
            paper.say(f"{count} not asked for: {_WHY[why]}")


_ASIDE = frozenset(
    {
        floor.Why.ANOTHER_TIME,
        floor.Why.ELSEWHERE,
        floor.Why.NOT_NAMED,
        floor.Why.NO_INCIDENT,
    }
)
_WHY = {
    floor.Why.IN: "its people agreed",
    floor.Why.NOT_ASKED: "nobody it happened to agreed to every use",
    floor.Why.REFUSED: "somebody refused",
    floor.Why.WITHDRAWN: "consent was taken back",
    floor.Why.RESTRAINED: "a restraint forbids publication",
    floor.Why.NOBODY: "there is nobody in it to ask",
    floor.Why.OTHERS: "it tells about others who did not agree; say why that is safe",
    floor.Why.NOT_NAMED: "the file does not describe it",
    floor.Why.LEFT_OUT: "left out",
    floor.Why.NO_INCIDENT: "no incident recorded",
    floor.Why.ELSEWHERE: "another country, or none recorded",
    floor.Why.ANOTHER_TIME: "outside the period, or not surely within it",
    floor.Why.NO_GROUND: "no bias ground recorded",
    floor.Why.NOT_A_CRIME: "no offence the recipient takes",
}
