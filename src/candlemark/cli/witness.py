"""Commands of a witness: init, check, cosign, policy, alarm.  They need no vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option
from candlemark.cli.outside import FILE, FOLDER, KeyType, needed
from candlemark.errors import SettingRefused
from candlemark.ledger.policy import Policy
from candlemark.ledger.published import check_published, shown_in
from candlemark.ledger.shown import EVIDENCE_LIMIT, Evidence
from candlemark.ledger.witness import Watched, Witness

if TYPE_CHECKING:
    from pathlib import Path

    from candlemark.ledger.policy import Witnessed
    from candlemark.seal import NoteKey


@click.group("witness")
def witness_commands() -> None:
    """Remember the states of a log outside its operators' hands, and sign for them."""


@witness_commands.command()
@click.argument("folder", type=FOLDER)
@click.option("--name", help="What the witness is called in policies; needed for a new one.")
@click.option("--log", "logs", type=KeyType(), multiple=True, help="The key of a log to watch.")
@json_option
def init(folder: Path, name: str | None, logs: tuple[NoteKey, ...], as_json: bool) -> None:
    """Make a witness in FOLDER, or let one that is there watch one more log."""
    if name is not None:
        witness = Witness.create(folder, name)
    elif logs:
        witness = Witness.open(folder)
    else:
        raise SettingRefused(
            "a witness needs a name", hint="a new one: --name NAME; one that is there: --log KEY"
        )
    for key in logs:
        witness.watch(key)
    watched = [_plain(each) for each in witness.watched()]
    if as_json:
        paper.print_json({"witness": str(witness.key), "logs": watched})
        return
    paper.say(f"Logs it watches: {len(watched)}.  Its key, for the policies of others:")
    paper.say(f"  {witness.key}")


@witness_commands.command()
@click.argument("folder", type=FOLDER)
@click.argument("published", type=FOLDER)
@json_option
def check(folder: Path, published: Path, as_json: bool) -> None:
    """Read the log in PUBLISHED whole and hold it against what the witness in FOLDER remembers."""
    witness = Witness.open(folder)
    watched = witness.check(published)
    before = next(each for each in witness.watched() if each.key == watched.key).checkpoint
    with paper.progress("reading the log") as tell:
        result = check_published(
            published,
            watched.key,
            before,
            progress=None if tell is None else lambda done, all_: tell(done / all_, ""),
        )
    if as_json:
        paper.print_json({**_plain(watched), "parts": result.parts, "faults": result.faults})
    result.require()
    if not as_json:
        paper.say(f"{result.checkpoint.size:,} entries hold together.")
        if before is None:
            paper.say("The witness has no earlier state to hold them against.")
        else:
            paper.say(f"They continue the {before.size:,} the witness remembers.")


@witness_commands.command()
@click.argument("folder", type=FOLDER)
@click.argument("published", type=FOLDER)
@json_option
def cosign(folder: Path, published: Path, as_json: bool) -> None:
    """Sign for the log in PUBLISHED, when it continues what the witness in FOLDER remembers.

    The signature is added to the checkpoint in PUBLISHED.
    """
    witness = Witness.open(folder)
    watched = witness.cosign(published)
    if as_json:
        paper.print_json({**_plain(watched), "witness": str(witness.key)})
    elif watched.checkpoint is not None:
        paper.say(f"{witness.key.name} signed for {watched.checkpoint.size:,} entries.")


@witness_commands.command()
@click.argument("policy", type=FILE)
@click.argument("published", type=FOLDER)
@click.option("--log", "key", type=KeyType(), required=True, help="The log's key, or a file of it.")
@json_option
def policy(policy: Path, published: Path, key: NoteKey, as_json: bool) -> None:
    """Say whether enough witnesses of POLICY signed for the log in PUBLISHED."""
    result = Policy.load(policy).judge(shown_in(published, key).note, key)
    if as_json:
        paper.print_json({**_judged(result), "holds": result.holds})
    else:
        rows = [
            [one.name, "operators" if one.operator else "outside", f"{one.at:%Y-%m-%d %H:%M} UTC"]
            for one in result.signed
        ]
        paper.print_table(["witness", "run by", "signed"], rows)
    result.require()
    if not as_json:
        paper.say(f"Enough signed for these {result.checkpoint.size:,} entries.")


@witness_commands.command()
@click.argument("evidence", metavar="FILE", type=FILE)
@click.option("--log", "key", type=KeyType(), required=True, help="The log's key, or a file of it.")
@json_option
def alarm(evidence: Path, key: NoteKey, as_json: bool) -> None:
    """Say what evidence that a witness kept shows; no vault and no connection is needed."""
    found = Evidence.read(needed(evidence, EVIDENCE_LIMIT))
    verdict = found.verdict(key)
    if as_json:
        paper.print_json({"verdict": verdict, "log": str(key)})
    elif verdict == "forked":
        paper.say("Proved: this log signed two histories that exclude each other.")
    else:
        paper.say("This log had signed more entries than it showed when this file was made.")
        paper.say(
            "Alone that is no proof: an old copy looks the same.  Ask who showed it, and why."
        )


def _plain(watched: Watched) -> dict[str, object]:
    checkpoint = watched.checkpoint
    return {
        "log": str(watched.key),
        "size": None if checkpoint is None else checkpoint.size,
        "root": None if checkpoint is None else checkpoint.root.hex(),
    }


def _judged(result: Witnessed) -> dict[str, object]:
    return {
        "size": result.checkpoint.size,
        "root": result.checkpoint.root.hex(),
        "signed": result.signed,
        "silent": result.silent,
        "needed": result.needed,
        "outside": result.outside,
    }
