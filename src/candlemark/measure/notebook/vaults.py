"""A vault in a notebook: opened with its passphrase, asked, closed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from candlemark import agency, casefile
from candlemark.definition import Definition
from candlemark.errors import NotMeasurable
from candlemark.ledger import Vault
from candlemark.ledger.closing import Closing
from candlemark.measure.answerable import HORIZONS
from candlemark.measure.attrition import attrition
from candlemark.measure.breaks import breaks_of
from candlemark.measure.durations import durations
from candlemark.measure.incidence import incidence
from candlemark.measure.keeping import KINDS as FIGURES
from candlemark.measure.labels import Labels
from candlemark.measure.ledger_study import study
from candlemark.measure.log import stays_of
from candlemark.measure.notebook.logs import Log
from candlemark.measure.notebook.processes import law_shown
from candlemark.measure.notebook.shown import ShownFigure
from candlemark.measure.occupancy import occupancy
from candlemark.measure.views import law_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candlemark.definition import Edition
    from candlemark.measure.figure import Break
    from candlemark.measure.notebook.processes import ShownView
    from candlemark.measure.process import Law
    from candlemark.measure.study import Study

KINDS: Final = casefile.KINDS | agency.KINDS | FIGURES


@dataclass(frozen=True, eq=False)
class Holding:
    """What one agency's files, or the case files of a vault, can be asked."""

    study: Study
    labels: Labels
    law: Law | None = None
    """For case files: what limits of the law are counted in."""
    breaks: Callable[[], Sequence[Break]] = tuple
    """Gives the days from which its cases were recorded otherwise."""

    @property
    def log(self) -> Log:
        """The same asked stage by stage, as any log: windows, comparisons, views of the process."""
        study = self.study
        return Log(
            stays_of(study),
            labels=self.labels,
            left_out=study.left_out,
            crosswalk_fingerprint=study.crosswalk_fingerprint,
            breaks=self.breaks,
        )

    def limits(self, **asked: Any) -> ShownView:
        """What became of the limits of the state's law in the case files.

        ``asked``: as of any view of ``log``.

        Raises:
            NotMeasurable: this is an agency's file, which knows no law; ask ``log.limits``.
        """
        if self.law is None:
            raise NotMeasurable(
                "a law runs in the case files of a vault",
                hint="read limits from a file and ask log.limits",
            )
        return law_shown(self.log, self.law, asked)

    def occupancy(self, at: Sequence[int] = HORIZONS, **asked: Any) -> ShownFigure:
        """Where cases stand so many days after they entered.

        ``asked``: ``from_stage``, ``by``, ``as_of``.
        """
        return ShownFigure(occupancy(self.study, at=at, **asked), self.labels)

    def incidence(self, at: Sequence[int] = HORIZONS, **asked: Any) -> ShownFigure:
        """How many had ever reached each stage within so many days."""
        return ShownFigure(incidence(self.study, at=at, **asked), self.labels)

    def attrition(self, **asked: Any) -> ShownFigure:
        """How many reached each stage, the pending apart."""
        return ShownFigure(attrition(self.study, **asked), self.labels)

    def durations(self, **asked: Any) -> ShownFigure:
        """How long each stage takes."""
        return ShownFigure(durations(self.study, **asked), self.labels)


class OpenVault(Closing):
    """A vault that is open; ``with`` closes it, and so does :meth:`close`."""

    def __init__(self, vault: Vault, edition: Edition) -> None:
        self._vault = vault
        self._edition = edition

    def close(self) -> None:
        """Close it; its keys are forgotten."""
        self._vault.close()

    @property
    def agencies(self) -> tuple[str, ...]:
        """Codes of the crosswalks whose files it holds."""
        return tuple(sorted({batch.crosswalk for batch in agency.batches(self._vault.ledger)}))

    def holding(self, crosswalk: str = "") -> Holding:
        """The latest files of an agency; without a code the cases entered by hand.

        Raises:
            UnknownCrosswalk, NothingToMeasure, NotMeasurable: see ``candlemark.measure.study``.
        """
        ledger, edition = self._vault.ledger, self._edition
        found = study(ledger, edition, crosswalk, vault_name=self._vault.name)
        words = agency.crosswalk_of(ledger, crosswalk, edition) if crosswalk else None
        law = None if crosswalk else law_at(ledger)
        breaks = partial(breaks_of, ledger, edition, crosswalk, ledger.size)
        return Holding(found, Labels(edition, words), law, breaks)


def open_vault(
    folder: str | Path, *, passphrase_file: str | Path | None = None, member: str = ""
) -> OpenVault:
    """Open a vault; its passphrase is asked for where no file gives it.

    It is no argument: what stands in a cell is saved with the notebook.

    Args:
        folder: of the vault.
        passphrase_file: a file that holds the passphrase and nothing else.
        member: the code of the member whose passphrase it is.

    Raises:
        VaultMissing, WrongPassphrase, VaultError: it cannot be opened.
    """
    words = (
        Path(passphrase_file).read_text(encoding="utf-8").strip()
        if passphrase_file is not None
        else getpass("Passphrase: ")
    )
    return OpenVault(Vault.open(Path(folder), words, KINDS, member=member), Definition.load())
