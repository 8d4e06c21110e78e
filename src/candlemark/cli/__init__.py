"""The command line: ``candlemark COMMAND``, one file per noun, thin over the floors.

A command parses, asks a floor and prints.  What a person reads goes to standard output, or to
standard error when ``--json`` claims standard output for one JSON document.  Every refusal ends
here as a message, a hint and the exit code of its error (drawn in ``candlemark.errors``), a wrong
command line too (``usage``).

An error that nobody foresaw is reported by its type and place only: its text might quote a value
that is sealed.
"""

from __future__ import annotations

import errno
import sys
import traceback
from typing import TYPE_CHECKING

import click

from candlemark import __version__
from candlemark.cli.answering import answer_commands
from candlemark.cli.backups import backup_commands
from candlemark.cli.cases import case_commands
from candlemark.cli.compartments import compartment_commands
from candlemark.cli.devices import device_commands
from candlemark.cli.due import docket_command, pathway_commands
from candlemark.cli.erasing import erase_commands
from candlemark.cli.figures import measure_commands
from candlemark.cli.keys import key_commands
from candlemark.cli.ledger import ledger_commands
from candlemark.cli.linking import link_commands
from candlemark.cli.members import member_commands
from candlemark.cli.places import join, pull, quarantine_commands, replica_commands, share
from candlemark.cli.process import PROCESS_COMMANDS
from candlemark.cli.protecting import protect_commands
from candlemark.cli.publishing import publish_commands
from candlemark.cli.releasing import release_commands
from candlemark.cli.sources import batch_commands, crosswalk_commands, import_source_command
from candlemark.cli.start import demo, doctor, init, serve_command
from candlemark.cli.submitting import submission_commands
from candlemark.cli.usage import in_our_words
from candlemark.cli.witness import witness_commands
from candlemark.cli.words import definition_commands
from candlemark.errors import CandlemarkError, Stopped, StorageFull

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["candlemark", "main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="candlemark")
def candlemark() -> None:
    """One record of hate crime and rights violations, and of what justice did about it."""


for command in (
    init,
    import_source_command,
    crosswalk_commands,
    batch_commands,
    case_commands,
    docket_command,
    pathway_commands,
    measure_commands,
    link_commands,
    protect_commands,
    release_commands,
    publish_commands,
    submission_commands,
    definition_commands,
    member_commands,
    device_commands,
    compartment_commands,
    key_commands,
    share,
    join,
    pull,
    replica_commands,
    quarantine_commands,
    erase_commands,
    backup_commands,
    ledger_commands,
    witness_commands,
    serve_command,
    doctor,
    demo,
):
    candlemark.add_command(command)
release_commands.add_command(answer_commands)
for view in PROCESS_COMMANDS:
    measure_commands.add_command(view)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code, after message and hint have been written."""
    try:
        candlemark.main(args=arguments, prog_name="candlemark", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        # The group alone was named: its help is the answer, not an error.
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        return _report(in_our_words(error))
    except (click.Abort, KeyboardInterrupt):
        return _report(Stopped("stopped; nothing of this was kept", hint="run it again when ready"))
    except CandlemarkError as error:
        return _report(error)
    except BrokenPipeError:
        # The reader of a pipe (head, less) went away; there is nobody left to tell.
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return _report(StorageFull("the disk is full", hint="free some space and run it again"))
        return _unforeseen(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a traceback could quote sealed values
        return _unforeseen(error)
    return 0


def _report(error: CandlemarkError) -> int:
    click.secho(f"candlemark: {error.message}", err=True, fg="red")
    for fault in error.faults:
        click.echo(f"  {fault}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)
    return error.exit_code


def _unforeseen(error: BaseException) -> int:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename.rpartition('/')[2]}, line {place.lineno}"
    click.secho(
        f"candlemark: a fault of Candlemark itself ({type(error).__name__}, {where})", err=True
    )
    click.echo("  please report it with these words; they hold nothing of your vault", err=True)
    return CandlemarkError.exit_code
