"""The one tree of errors, drawn here, with what each one tells a person.

::

    CandlemarkError                 1
    ├── WrongCommand                2   no such command or option, or one that is missing
    ├── NotUnderstood              10   a value cannot be read: a date, an identifier, a number
    ├── DefinitionFaulty           11   an edition or a crosswalk has faults; all are named
    ├── UnknownTerm                12   no such scheme, term or edition
    ├── UnknownCrosswalk           13
    ├── UnknownPathway             14
    ├── SourceError                20   a file that was to be imported
    │   ├── SourceMissing          21   no such file or folder
    │   ├── SourceEmpty            22
    │   ├── TablesMissing          23   a folder without the tables the crosswalk names
    │   ├── SourceMalformed        24   wrong field count, encoding, delimiter; with line numbers
    │   ├── ColumnsDiffer          25   columns missing, or not known to the crosswalk
    │   ├── IdsDamaged             26   2.01901E+14: a spreadsheet rounded the identifiers
    │   └── NotTogether            27   files of two organisations do not belong together
    ├── VaultError                 30
    │   ├── VaultMissing           31
    │   ├── VaultExists            32
    │   ├── WrongPassphrase        33
    │   ├── NewerFormat            34   written by a later Candlemark
    │   ├── LedgerBroken           35   verification failed; what and where
    │   ├── StorageFull            36   the disk refused; nothing was kept
    │   ├── VaultBusy              37   another process is writing
    │   │   └── BeingPrepared      92   another process is building what lists are read from
    │   ├── NotEntitled            38   the roster does not let this member do it, or not alone
    │   ├── SharesRefused          39   too few, or not whole, to give the recovery key
    │   ├── ServerRefused          90   the database server is away, or cannot be relied on
    │   └── OutcomeUnknown         91   the server went away while it was keeping an entry
    ├── NotInOrder                 40   a fact was refused; every fault named by its field
    ├── UnknownCase                41
    ├── UnknownBatch               42
    ├── UnknownRelease             43
    ├── BeingJudged                45   somebody else has this pair of records before them
    ├── MeasureError               50
    │   ├── NotMeasurable          51   the data cannot answer this question, and why
    │   ├── NothingToMeasure       52   the cohort is empty
    │   └── FigureDiffers          53   a figure is not the one that is computed again
    ├── Disclosive                 60   a table would show or give away a small cell
    ├── SettingRefused             70   a setting, a port, a passphrase file
    ├── OutsideError               80   what people outside hold of a ledger
    │   ├── LogForked              81   a log was rolled back or rewritten; proof is kept
    │   ├── ProofRefused           82   a proof, a tile, a note does not hold
    │   ├── NotWitnessed           83   fewer cosignatures than the policy asks for
    │   ├── WordsDiffer            84   the words written down are not of this root
    │   ├── PublishedBroken        85   a published log has faults; every file named
    │   ├── StampRefused           86   a timestamp is missing or does not hold
    │   ├── FetchRefused           87   a server was not reached, or gave what it should not
    │   └── MirrorDiffers          88   a copy of a site is not what was signed; every file named
    └── Stopped                   130   the person stopped the work; nothing was kept

A class is named by what went wrong.  The message says what is wrong, in lower case and
without a full stop; it holds no sealed value, no passphrase and no name of a person.  The
hint says what to do next.  Exit codes are unique in the tree (a test checks).  All faults
of one file or form are collected in ``faults`` and reported together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place.

    ``where`` is a place a person can find (``row 12, column Arrest Date``; a field of a form;
    a term's code).  ``what`` is wrong there.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class CandlemarkError(Exception):
    """Anything Candlemark refuses or cannot do.

    Args:
        message: what is wrong; lower case, no full stop, nothing sealed.
        hint: what to do next; a sentence without a full stop at its end.
        faults: everything that was found wrong, when there can be several things.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.faults = tuple(faults)


class WrongCommand(CandlemarkError):
    """There is no such command or option, or one that is needed is missing."""

    exit_code = 2


class NotUnderstood(CandlemarkError):
    """A value cannot be read: a date, an identifier, a number."""

    exit_code = 10


class DefinitionFaulty(CandlemarkError):
    """An edition or a crosswalk has faults; ``faults`` names every one."""

    exit_code = 11


class UnknownTerm(CandlemarkError):
    """No such edition, scheme or term."""

    exit_code = 12


class UnknownCrosswalk(CandlemarkError):
    """No crosswalk has this code."""

    exit_code = 13


class UnknownPathway(CandlemarkError):
    """No pathway has this code, or its file cannot be read."""

    exit_code = 14


class SourceError(CandlemarkError):
    """Something is wrong with a file that was to be imported; nothing was imported."""

    exit_code = 20


class SourceMissing(SourceError):
    """There is no such file or folder, or it cannot be read."""

    exit_code = 21


class SourceEmpty(SourceError):
    """The file holds no rows."""

    exit_code = 22


class TablesMissing(SourceError):
    """The folder lacks tables the crosswalk names."""

    exit_code = 23


class SourceMalformed(SourceError):
    """The file is not the table it claims to be; ``faults`` carries line numbers."""

    exit_code = 24


class ColumnsDiffer(SourceError):
    """Columns are missing, or are neither used nor declared unused by the crosswalk."""

    exit_code = 25


class IdsDamaged(SourceError):
    """Identifiers were rounded by a spreadsheet and can no longer tell cases apart."""

    exit_code = 26


class NotTogether(SourceError):
    """Files that are exchanged do not belong together: another agreement, secret, side or list."""

    exit_code = 27


class VaultError(CandlemarkError):
    """Something is wrong with the vault."""

    exit_code = 30


class VaultMissing(VaultError):
    """There is no vault in this folder."""

    exit_code = 31


class VaultExists(VaultError):
    """The folder already holds a vault, or something else."""

    exit_code = 32


class WrongPassphrase(VaultError):
    """The passphrase does not open this vault."""

    exit_code = 33


class NewerFormat(VaultError):
    """The vault was written by a later version of Candlemark."""

    exit_code = 34


class LedgerBroken(VaultError):
    """The ledger does not hold together; ``faults`` says where."""

    exit_code = 35


class StorageFull(VaultError):
    """The disk refused to keep more; the vault is as it was before."""

    exit_code = 36


class VaultBusy(VaultError):
    """Another process is writing to this vault."""

    exit_code = 37


class BeingPrepared(VaultBusy):
    """Another process is building a read model of this vault; what asked for it can ask again."""

    exit_code = 92


class NotEntitled(VaultError):
    """Somebody asks for what the members' roster does not let them do, or cannot do alone."""

    exit_code = 38


class SharesRefused(VaultError):
    """The shares of a recovery key are not enough, not whole, or not of one key."""

    exit_code = 39


class ServerRefused(VaultError):
    """The database server that keeps the ledger is away, refuses, or cannot be relied on."""

    exit_code = 90


class OutcomeUnknown(VaultError):
    """The server went away while it was keeping an entry; trying the same action again tells."""

    exit_code = 91


class NotInOrder(CandlemarkError):
    """A fact was refused; ``faults`` names every field that is not in order."""

    exit_code = 40


class UnknownCase(CandlemarkError):
    """The vault holds no case with this identifier."""

    exit_code = 41


class UnknownBatch(CandlemarkError):
    """The vault holds no batch with this identifier."""

    exit_code = 42


class UnknownRelease(CandlemarkError):
    """The vault holds no release, or no draft of one, with this name."""

    exit_code = 43


class BeingJudged(CandlemarkError):
    """Somebody else has this pair of records before them and is judging it."""

    exit_code = 45


class MeasureError(CandlemarkError):
    """A measure could not be taken."""

    exit_code = 50


class NotMeasurable(MeasureError):
    """The data cannot answer this question, for a reason the message gives."""

    exit_code = 51


class NothingToMeasure(MeasureError):
    """No case of the data enters the cohort."""

    exit_code = 52


class FigureDiffers(MeasureError):
    """A figure was changed, is of other data, or is not the one that is computed again."""

    exit_code = 53


class Disclosive(CandlemarkError):
    """A table would show a small cell, or let one be worked out."""

    exit_code = 60


class SettingRefused(CandlemarkError):
    """A setting, a port or a file that a command was given cannot be used."""

    exit_code = 70


class OutsideError(CandlemarkError):
    """Something is wrong with what people outside hold of a ledger, or are shown of it."""

    exit_code = 80


class LogForked(OutsideError):
    """A log was rolled back or rewritten: what it signs now excludes what it signed before."""

    exit_code = 81

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        faults: Iterable[Fault] = (),
        evidence: bytes = b"",
    ) -> None:
        super().__init__(message, hint=hint, faults=faults)
        self.evidence = evidence
        """Both checkpoints and what sets them against each other, as a file that verifies alone."""


class ProofRefused(OutsideError):
    """A proof, a tile, a bundle or a note is malformed, or does not lead to the signed root."""

    exit_code = 82


class NotWitnessed(OutsideError):
    """Fewer witnesses cosigned this checkpoint than the policy asks for."""

    exit_code = 83


class WordsDiffer(OutsideError):
    """The words that were written down are not those of this root; ``faults`` names positions."""

    exit_code = 84


class PublishedBroken(OutsideError):
    """A published log has faults; ``faults`` names every file."""

    exit_code = 85


class StampRefused(OutsideError):
    """A timestamp is missing, malformed, or does not hold for this checkpoint."""

    exit_code = 86


class FetchRefused(OutsideError):
    """A server with a shared vault was not reached, or gave something else than was asked for."""

    exit_code = 87


class MirrorDiffers(OutsideError):
    """A copy of a published site is not what was signed; ``faults`` names every file."""

    exit_code = 88


class Stopped(CandlemarkError):
    """The person stopped the work; what was under way was not kept."""

    exit_code = 130


def tree() -> tuple[type[CandlemarkError], ...]:
    """Every class of the tree, the root first, in the order in which they are defined."""
    found: list[type[CandlemarkError]] = [CandlemarkError]
    for parent in found:
        found.extend(parent.__subclasses__())
    return tuple(found)
