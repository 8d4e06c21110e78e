"""``candlemark link private``: two organisations link without showing each other names."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from candlemark.cli import paper
from candlemark.cli.opening import (
    json_option,
    named,
    opened,
    read_passphrase,
    vault_or_list_option,
)
from candlemark.cli.secret import drawn_passphrase, write_private
from candlemark.errors import SettingRefused, SourceMissing
from candlemark.ledger.files import read_whole
from candlemark.linkage import private

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.linkage.private import Agreement, ReadyList, Result, Side
    from candlemark.linkage.private.agreement import Output
    from candlemark.seal import SealingKey

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("private")
def private_commands() -> None:
    """Link two lists without showing names: begin, encode, match, read.

    One organisation begins.  Both encode.  A linkage unit, which never gets the secret, matches.
    What must never be done is in docs/guides/linking-privately.md.
    """


def _secret_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--secret-passphrase-file",
        "words_file",
        type=_FILE,
        help="Read the passphrase of the secret from this file instead of asking for it.",
    )(command)


@private_commands.command()
@click.argument("agreement", type=_FILE)
@click.argument("secret", type=_FILE)
@click.option(
    "--output", type=click.Choice(["counts", "links"]), default="counts", show_default=True
)
@click.option(
    "--profile", type=click.Choice(sorted(private.profiles())), default="people", show_default=True
)
@click.option("--scheme", "scheme_file", type=_FILE, help="A scheme of your own, in TOML.")
@click.option("--fewest", default=10, show_default=True, help="A count below is 'fewer than'.")
@click.option("--step", default=5, show_default=True, help="Counts are rounded to a multiple.")
@click.option("--rows", default=50, show_default=True, help="The fewest rows of a list.")
@click.option(
    "--new-passphrase-file",
    "words_file",
    type=_FILE,
    help="Write the passphrase of the secret to this new file; else it is shown once.",
)
@json_option
def begin(
    agreement: Path,
    secret: Path,
    output: Output,
    profile: str,
    scheme_file: Path | None,
    fewest: int,
    step: int,
    rows: int,
    words_file: Path | None,
    as_json: bool,
) -> None:
    """Write an AGREEMENT and a SECRET, two new files, for both organisations.

    The linkage unit gets the agreement and never the secret.  The passphrase of the secret goes to
    the other organisation by voice.
    """
    if as_json and words_file is None:
        raise SettingRefused(
            "a passphrase is not printed into a document",
            hint="say where it is to be kept: --new-passphrase-file FILE",
        )
    for path in (agreement, secret):
        if path.exists():
            raise SettingRefused("there is a file of this name", hint="name files that are new")
    scheme = private.scheme_in(_content(scheme_file)) if scheme_file else private.profile(profile)
    key = private.new_secret()
    words = private.known_by(key)
    agreed = private.agree(scheme, output, words, fewest=fewest, step=step, rows=rows)
    with drawn_passphrase(words_file) as passphrase:
        write_private(secret, private.written(private.seal_secret(key, agreed, passphrase)), "it")
        write_private(agreement, private.written(agreed), "the agreement")
    if as_json:
        paper.print_json({"agreement": agreed.check, "secret": words, "output": output})
        return
    paper.say(f"The agreement: {agreed.check}")
    paper.say(f"The secret is known by: {words}")
    paper.say(f"The result will be {output}.  Compare both lines with the other organisation.")


@private_commands.command("encode")
@click.argument("agreement", type=_FILE)
@click.argument("secret", type=_FILE)
@click.option("--side", type=click.Choice(["a", "b"]), required=True, help="a began.")
@click.option("--list", "list_file", type=_FILE, help="A CSV file; else --vault.")
@click.option("--to", "target", type=_FILE, required=True, help="For the linkage unit.")
@click.option("--rows", "rows_file", type=_FILE, required=True, help="Stays with you.")
@_secret_option
@vault_or_list_option
@json_option
def encode_command(
    agreement: Path,
    secret: Path,
    side: Side,
    list_file: Path | None,
    target: Path,
    rows_file: Path,
    words_file: Path | None,
    folder: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Encode a list, or the people of a vault's case files, under an AGREEMENT and its SECRET.

    Two new files are written: encodings for the linkage unit, and which of them is whose record,
    sealed, for yourselves.
    """
    if list_file is not None and named("folder"):
        raise SettingRefused("say one of --list and --vault", hint="a CSV file, or case files")
    agreed = private.read_agreement(_content(agreement))
    refused = 0
    if list_file is not None:
        rows, noticed = private.read_list(_content(list_file), agreed.scheme)
    elif folder is None:
        raise SettingRefused("say what is encoded", hint="--list FILE, or --vault FOLDER")
    else:
        with opened(folder, passphrase_file) as vault:
            people = private.people_of(vault.ledger, agreed.output)
        rows, noticed, refused = people.rows, people.noticed, people.refused
    ready = private.make_ready(rows, agreed, noticed)
    key = _opened_secret(secret, agreed, words_file)
    with paper.progress("encoding") as bar:
        made = private.encode(ready, agreed, key, side, tell=_teller(bar))
    write_private(rows_file, private.written(made.rows), "the file of rows")
    write_private(target, private.written(made.encodings), "the file of encodings")
    _say_encoded(ready, made.encodings.check, refused, as_json=as_json)


def _say_encoded(ready: ReadyList, check: str, refused: int, *, as_json: bool) -> None:
    if as_json:
        paper.print_json(
            {
                "encodings": check,
                "rows": len(ready.rows),
                "left_out": ready.left_out,
                "made_one": ready.made_one,
                "cases_refused": refused,
                "noticed": [str(one) for one in ready.noticed],
            }
        )
        return
    paper.say(f"{len(ready.rows):,} rows are encoded: {check}")
    if ready.left_out:
        paper.say(f"{ready.left_out:,} rows were left out: too little is known of them.")
    if ready.made_one:
        paper.say(f"{ready.made_one:,} rows were equal to another in everything.")
    if refused:
        paper.say(f"{refused:,} cases were left out: somebody in them said no.")
    for one in ready.noticed:
        paper.say(f"  {one}")


@private_commands.command("match")
@click.argument("agreement", type=_FILE)
@click.argument("one", type=_FILE)
@click.argument("other", type=_FILE)
@click.option("--to", "target", type=_FOLDER, required=True, help="A folder for the result.")
@json_option
def match_command(agreement: Path, one: Path, other: Path, target: Path, as_json: bool) -> None:
    """Compare the encodings of both sides under an AGREEMENT: the linkage unit's work.

    No secret is asked for.  Keep the result for the two organisations, and destroy the encodings.
    """
    agreed = private.read_agreement(_content(agreement))
    sides = [
        private.read(_content(path), private.Encodings, private.ENCODINGS, name=path.name)
        for path in (one, other)
    ]
    with paper.progress("comparing") as bar:
        matched = private.match(agreed, sides[0], sides[1], _teller(bar))
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise SettingRefused("the folder cannot be made", hint="name another one") from None
    names = {}
    for side, result in matched.files.items():
        path = target / (f"result-{side}.json" if side else "result.json")
        write_private(path, private.written(result), "the result")
        names[path.name] = result.check
    if as_json:
        paper.print_json({"files": names, "undecided": matched.undecided})
        return
    for name, check in names.items():
        paper.say(f"{name}: {check}")
    if matched.undecided:
        paper.say(f"{matched.undecided:,} rows were linked with nobody: two were equally near.")


@private_commands.command("read")
@click.argument("result", type=_FILE)
@click.argument("agreement", type=_FILE)
@click.option("--rows", "rows_file", type=_FILE, required=True, help="What encode kept for you.")
@click.option("--secret", type=_FILE, help="For links: the file of the secret.")
@click.option("--to", "target", type=_FILE, help="For links: a new CSV file for them.")
@_secret_option
@json_option
def read_command(
    result: Path,
    agreement: Path,
    rows_file: Path,
    secret: Path | None,
    target: Path | None,
    words_file: Path | None,
    as_json: bool,
) -> None:
    """Read a RESULT of the linkage unit, once it is sure that it is about your own encodings."""
    agreed = private.read_agreement(_content(agreement))
    found = private.read(_content(result), private.Result, private.RESULT, name="the result")
    rows = private.read(_content(rows_file), private.SealedRows, private.ROWS, name="the rows")
    private.check_own(found, agreed, rows)
    links: dict[str, tuple[str, ...]] = {}
    if found.output == "links":
        if secret is None:
            raise SettingRefused("links are read with the secret", hint="name it: --secret FILE")
        key = _opened_secret(secret, agreed, words_file)
        links = private.read_links(found, agreed, rows, key)
    if target is not None:
        write_private(target, _table(links), "the table of links")
    if as_json:
        paper.print_json({"count": found.count, "links": links})
        return
    paper.say(_in_words(found))
    if links and target is None:
        paper.print_table(
            ["link", "record"], [[name, each] for name in links for each in links[name]]
        )


def _in_words(result: Result) -> str:
    count = result.count
    if count.said == "all but fewer than":
        return f"All but fewer than {count.number:,} of list {count.of} are in both lists."
    return f"{count.said} {count.number:,} people are in both lists.".capitalize()


def _table(links: dict[str, tuple[str, ...]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["link", "record"])
    writer.writerows([name, record] for name, records in links.items() for record in records)
    return sheet.getvalue().encode()


def _content(path: Path) -> bytes:
    content = read_whole(path, private.LIMIT)
    if content is None:
        raise SourceMissing(f"{path.name} is not there", hint="look at the name and the folder")
    if len(content) > private.LIMIT:
        raise SettingRefused(f"{path.name} is too large", hint="split the list")
    return content


def _opened_secret(path: Path, agreed: Agreement, words_file: Path | None) -> SealingKey:
    content = _content(path)
    if words_file is not None:
        return private.open_secret(content, agreed, read_passphrase(words_file))
    if not sys.stdin.isatty():
        raise SettingRefused(
            "the secret needs its passphrase, and there is no terminal to ask at",
            hint="name a file that holds it: --secret-passphrase-file FILE",
        )
    words: str = click.prompt("Passphrase of the secret", hide_input=True, err=True)
    return private.open_secret(content, agreed, words)


def _teller(bar: Callable[[float, str], None] | None) -> Callable[[float], None]:
    def tell(done: float) -> None:
        if bar:
            bar(done, "")

    return tell
