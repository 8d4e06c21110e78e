"""Commands about agencies' files: import, crosswalk, batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from candlemark import agency
from candlemark.cli import paper
from candlemark.cli.opening import json_option, opened, vault_option
from candlemark.definition import (
    Definition,
    crosswalk_codes,
    load_crosswalk,
    read_crosswalk,
)

if TYPE_CHECKING:
    from datetime import datetime

    from candlemark.agency import Report, Revision

LISTED = 12
"""How many places of one list a terminal shows; ``--json`` has them all."""


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--crosswalk",
    "code",
    required=True,
    metavar="CODE",
    help="How to read it: a code, or your own crosswalk, a file that ends in .toml.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the agency made the file.",
)
@vault_option
@json_option
def import_source_command(
    path: Path,
    code: str,
    as_of: datetime | None,
    folder: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Read an agency's file, or a folder of its tables, and keep it.

    Everything is checked before anything is kept; what is refused leaves the vault as it was.
    """
    edition = Definition.load()
    own = read_crosswalk(Path(code), edition) if _is_file(code) else None
    with opened(folder, passphrase_file) as vault, paper.progress("reading") as tell:
        crosswalk = own or agency.crosswalk_to_import(vault.ledger, code, edition)
        imported = agency.import_source(
            vault.ledger,
            path,
            crosswalk,
            edition,
            as_of=as_of.date() if as_of else None,
            progress=tell,
        )
    if as_json:
        paper.print_json(
            {
                "batch": imported.batch.id if imported.batch else None,
                "nothing_new": imported.nothing_new,
                "report": imported.report,
                "revision": imported.revision,
            }
        )
        return
    if imported.nothing_new:
        paper.say("Nothing new: this file is in the vault already.")
        return
    print_report(imported.report)
    if imported.revision:
        print_revision(imported.revision)
    if imported.batch:
        paper.say(f"Kept as {imported.batch.id}.")


@click.group("crosswalk")
def crosswalk_commands() -> None:
    """How each agency's columns and codes are said in the definition."""


@crosswalk_commands.command("list")
@json_option
def list_crosswalks(as_json: bool) -> None:
    """List the crosswalks that are here."""
    edition = Definition.load()
    walks = [load_crosswalk(code, edition) for code in crosswalk_codes()]
    if as_json:
        paper.print_json(
            {
                "crosswalks": [
                    {
                        "code": walk.code,
                        "agency": walk.agency,
                        "unit": walk.unit,
                        "simulated": walk.simulated,
                        "fingerprint": walk.fingerprint,
                    }
                    for walk in walks
                ]
            }
        )
        return
    paper.print_table(
        ["crosswalk", "agency", "counts", "simulated"],
        [[walk.code, walk.agency, walk.unit, walk.simulated] for walk in walks],
    )


@crosswalk_commands.command("check")
@click.argument("code")
@click.argument("path", type=click.Path(path_type=Path))
@json_option
def check_source(code: str, path: Path, as_json: bool) -> None:
    """Say what the crosswalk CODE makes of PATH, without importing anything.

    CODE is the code of a crosswalk that is here, or the path of a crosswalk you are writing (a
    file that ends in .toml).
    """
    edition = Definition.load()
    crosswalk = (
        read_crosswalk(Path(code), edition) if _is_file(code) else load_crosswalk(code, edition)
    )
    with paper.progress("reading") as tell:
        report = agency.check(path, crosswalk, progress=tell)
    if as_json:
        paper.print_json(report)
    else:
        print_report(report)


def _is_file(code: str) -> bool:
    return code.endswith(".toml")


@click.group("batch")
def batch_commands() -> None:
    """What has been imported: each batch, and how later ones differ."""


@batch_commands.command("list")
@vault_option
@json_option
def list_batches(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List the batches, the oldest first."""
    with opened(folder, passphrase_file) as vault:
        batches = agency.batches(vault.ledger)
    if as_json:
        paper.print_json({"batches": batches})
        return
    if not batches:
        paper.say("Nothing has been imported yet.")
        return
    paper.print_table(
        ["batch", "crosswalk", "as of", "rows", "counts", "units", "revision"],
        [
            [
                batch.id,
                batch.crosswalk,
                str(batch.as_of) if batch.as_of else None,
                batch.report.rows,
                batch.report.unit,
                batch.report.units,
                batch.revision is not None,
            ]
            for batch in batches
        ],
    )


@batch_commands.command("show")
@click.argument("batch_id")
@vault_option
@json_option
def show_batch(batch_id: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Show what the import of one batch found."""
    with opened(folder, passphrase_file) as vault:
        found = agency.batch(vault.ledger, batch_id)
    if as_json:
        paper.print_json(found)
        return
    print_report(found.report)
    if found.revision:
        print_revision(found.revision)


@batch_commands.command("revisions")
@click.option("--crosswalk", "code", default="", metavar="CODE", help="Of one crosswalk only.")
@vault_option
@json_option
def list_revisions(code: str, folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List what appeared, vanished and changed from one snapshot to the next."""
    with opened(folder, passphrase_file) as vault:
        batches = agency.batches(vault.ledger)
    revisions = [
        batch.revision
        for batch in batches
        if batch.revision and (not code or batch.crosswalk == code)
    ]
    if as_json:
        paper.print_json({"revisions": revisions})
        return
    if not revisions:
        paper.say("No agency has given a later snapshot yet.")
    for revision in revisions:
        print_revision(revision)


def print_report(report: Report) -> None:
    """What an import found, for the eye."""
    paper.say(f"{report.rows:,} rows, {report.units:,} units ({report.unit})")
    paper.say()
    paper.print_table(
        ["stage", "is", "units", "events", "undated", "unreadable", "before start", "far future"],
        [
            [
                stage.own,
                stage.stage,
                stage.units,
                stage.events,
                stage.undated,
                stage.unreadable,
                stage.before_start,
                stage.far_future,
            ]
            for stage in report.stages
        ],
    )
    paper.say()
    relations = ["exact", "broader", "narrower", "none", "unmapped"]
    paper.print_table(
        ["column", "scheme", *relations, "empty"],
        [
            [
                coverage.column,
                coverage.scheme,
                *(relation.rows for relation in coverage.relations),
                coverage.empty_rows,
            ]
            for coverage in report.coverage
        ],
    )
    for column, code in report.unmapped:
        paper.say(
            f"Not mapped: {code.code!r} in {column} ({code.rows:,} rows, {code.units:,} units)"
        )
    _print_faults(report)
    for finding in report.findings:
        paper.say(f"Look at: {finding.what}")


def _print_faults(report: Report) -> None:
    for fault in report.faults[:LISTED]:
        paper.say(f"Fault: {fault.table}, row {fault.row}, {fault.column}: {fault.what}")
    rest = report.fault_total - min(len(report.faults), LISTED)
    if rest > 0:
        paper.say(f"… and {rest:,} more; --json lists them.")


def print_revision(revision: Revision) -> None:
    """How a snapshot differs from the one before it, for the eye."""
    paper.say(f"{revision.batch} follows {revision.of}:")
    paper.say(
        f"  {revision.appeared:,} appeared, {revision.vanished:,} vanished,"
        f" {revision.changed:,} changed, {revision.same:,} stayed"
    )
    for column in revision.columns:
        paper.say(f"  {column.table}.{column.column} changed in {column.units:,} units")
    for words, units in (
        ("appeared", revision.appeared_units),
        ("vanished", revision.vanished_units),
        ("changed", tuple(change.unit for change in revision.changed_units)),
    ):
        if units:
            more = "" if len(units) <= LISTED else " …"
            paper.say(f"  {words}: {', '.join(units[:LISTED])}{more}")
