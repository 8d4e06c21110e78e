"""Commands of ``ledger`` for people outside: publish, prove, check-proof, words, stamp.

None of them needs a passphrase: what they show lies in clear, signed.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import json_option
from candlemark.errors import CandlemarkError, LogForked, SettingRefused, StampRefused
from candlemark.ledger.checkpoint import Checkpoint
from candlemark.ledger.files import read_whole
from candlemark.ledger.policy import Policy
from candlemark.ledger.proof_file import PROOF_LIMIT, EntryProof
from candlemark.ledger.public import PublicLog
from candlemark.ledger.publishing import publish as publish_log
from candlemark.ledger.root_words import TEXT_LIMIT, RootWords
from candlemark.ledger.shown import keep_evidence
from candlemark.ledger.stamps import stamp as stamp_log
from candlemark.ledger.stamps import stamps_in
from candlemark.seal import NoteKey

if TYPE_CHECKING:
    from collections.abc import Callable

_PEM_LIMIT = 1 << 20
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def public_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--vault DIR`` of a command that needs no passphrase."""
    return click.option(
        "--vault",
        "folder",
        type=FOLDER,
        required=True,
        envvar="CANDLEMARK_VAULT",
        help="The folder of the vault; its passphrase is not needed.",
    )(command)


class KeyType(click.ParamType[NoteKey]):
    """The key of a log as ``ledger publish`` prints it, or the name of a file that holds it."""

    name = "KEY"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> NoteKey:
        """The key."""
        del param, ctx
        if "+" in value:
            return NoteKey.parse(value)
        try:
            text = (read_whole(Path(value), TEXT_LIMIT) or b"").decode()
        except UnicodeDecodeError:
            text = ""
        return NoteKey.parse(text.strip())


def needed(path: Path, limit: int) -> bytes:
    """The bytes of a file that must be there.

    Raises:
        SettingRefused: it is not.
    """
    stored = read_whole(path, limit)
    if stored is None:
        raise SettingRefused("there is no such file", hint="name a file that is there")
    return stored


@click.command()
@click.argument("target", metavar="FOLDER", type=FOLDER)
@public_option
@click.option("--parts/--no-parts", default=False, help="Also copy the sealed parts, for a mirror.")
@json_option
def publish(target: Path, folder: Path, parts: bool, as_json: bool) -> None:
    """Write the log to FOLDER, as files that outsiders can copy and check.

    Without --parts nothing sealed goes along.  Run it again whenever there is something new; what
    is there is never written again, and a log that does not continue it is refused: then evidence
    is kept under alarms/ in the vault's folder.
    """
    with PublicLog.open(folder) as log:
        try:
            done = publish_log(log, target, parts=parts)
        except LogForked as error:
            with suppress(CandlemarkError):  # the alarm matters more than that it was kept
                keep_evidence(folder, error.evidence)
            raise
    if as_json:
        paper.print_json(done)
        return
    paper.say(f"{done.size:,} entries are published in {target}; {done.written:,} files are new.")
    if done.absent:
        paper.say(f"{done.absent:,} parts are no longer in the ledger and were left out.")
    paper.say("Give this key to every witness, by a way they trust:")
    paper.say(f"  {done.log}")


@click.command()
@click.argument("entry")
@public_option
@click.option("--to", "target", type=FILE, help="Write the proof to this file; else it is shown.")
@json_option
def prove(entry: str, folder: Path, target: Path | None, as_json: bool) -> None:
    """Prove that ENTRY (its number, or its action) stands in the log.

    The proof is one file that needs nothing beside it but the log's public key.
    """
    with PublicLog.open(folder) as log:
        proof, key = EntryProof.of(log, log.place_of(entry)), log.key
    checkpoint = proof.check(key)
    if target is not None:
        try:
            target.write_bytes(proof.encode())
        except OSError as error:
            raise SettingRefused(
                "the proof cannot be written there", hint="name a file in a folder of yours"
            ) from error
    if as_json:
        paper.print_json(
            {
                "entry": proof.index,
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
                "log": str(key),
                "proof": proof.encode().decode(),
            }
        )
    elif target is None:
        paper.say(proof.encode().decode().removesuffix("\n"))
    else:
        paper.say(f"Entry {proof.index} is one of {checkpoint.size:,}; the proof is in {target}.")
        paper.say("It says nothing of what is in the entry.  Check it anywhere with:")
        paper.say(f"  candlemark ledger check-proof {target} --log {key}")


@click.command("check-proof")
@click.argument("proof", metavar="FILE", type=FILE)
@click.option("--log", "key", type=KeyType(), required=True, help="The log's key, or a file of it.")
@click.option("--policy", type=FILE, help="Also ask for the cosignatures this policy needs.")
@json_option
def check_proof(proof: Path, key: NoteKey, policy: Path | None, as_json: bool) -> None:
    """Check the proof in FILE; no vault and no connection is needed."""
    found = EntryProof.read(needed(proof, PROOF_LIMIT))
    checkpoint = found.check(key)
    witnessed = None if policy is None else Policy.load(policy).judge(found.note, key)
    if witnessed is not None:
        witnessed.require()
    if as_json:
        paper.print_json(
            {
                "entry": found.index,
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
                "leaf": found.leaf.hex(),
                "witnesses": [] if witnessed is None else witnessed.signed,
            }
        )
        return
    paper.say(f"Entry {found.index} stands in the log, among {checkpoint.size:,}.")
    for one in () if witnessed is None else witnessed.signed:
        paper.say(f"Cosigned by {one.name}, {one.at:%Y-%m-%d %H:%M} UTC by its clock.")


@click.command()
@public_option
@click.option("--compare", help="Words from the minutes; says whether they are of this ledger.")
@json_option
def words(folder: Path, compare: str | None, as_json: bool) -> None:
    """Say the root of the ledger in twelve words, for printed minutes.

    With --compare, hold words that were written down against the ledger: of today, or of the day
    when it had as many entries as the words say.
    """
    typed = None if compare is None else RootWords.parse(compare)
    with PublicLog.open(folder) as log:
        shown = log.shown()
        checkpoint = shown.checkpoint
        if typed is not None and typed.size < checkpoint.size:
            checkpoint = Checkpoint(typed.size, shown.root_at(typed.size))
    if typed is not None:
        typed.compare(checkpoint)
    said = RootWords.of(checkpoint)
    if as_json:
        paper.print_json(
            {
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
                "words": said.words,
                "same": None if typed is None else True,
            }
        )
    elif typed is None:
        paper.say(str(said))
        paper.say("Print this line in the minutes of a meeting, and keep the paper.")
    else:
        paper.say(f"The words are those of this ledger when it had {checkpoint.size:,} entries.")


@click.command()
@click.argument("target", metavar="FOLDER", type=FOLDER)
@public_option
@click.option("--root", type=FILE, required=True, help="The service's root certificate, in PEM.")
@click.option("--url", help="The timestamp service; without it, those in FOLDER are checked.")
@json_option
def stamp(target: Path, folder: Path, root: Path, url: str | None, as_json: bool) -> None:
    """Have the present state stamped by a timestamp service (RFC 3161), and keep it in FOLDER.

    One hash leaves this machine and nothing else.  Run it once a day; a state that is stamped is
    not asked about again.  Without --url nothing is asked: what is in FOLDER is checked offline.
    """
    roots = needed(root, _PEM_LIMIT)
    with PublicLog.open(folder) as log:
        if url is not None:
            stamp_log(log, target, url, roots)
        stamps, faults = stamps_in(target, log.key, roots)
    if as_json:
        paper.print_json({"stamps": stamps, "faults": faults})
    if faults or not stamps:
        raise StampRefused(
            f"{len(faults)} timestamps do not hold" if faults else "there is no timestamp",
            hint="keep the folder, and bring back the last good copy of these files",
            faults=faults,
        )
    if not as_json:
        paper.print_table(
            ["entries", "existed before", "file"],
            [
                [one.size, f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", one.file]
                for one in stamps
            ],
        )
