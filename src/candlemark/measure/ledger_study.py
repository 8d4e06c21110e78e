"""The study of what a vault holds: the latest batch of an agency, or the case files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark import agency, casefile
from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.study import Study

if TYPE_CHECKING:
    from datetime import date

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger


def study(
    ledger: Ledger,
    edition: Edition,
    crosswalk: str = "",
    *,
    vault_name: str = "",
    known_on: date | None = None,
) -> Study:
    """Open what a question is asked of.

    Args:
        ledger: of an opened vault.
        edition: the definition; a batch coded under another one is refused.
        crosswalk: whose files; the latest batch counts.  Empty: the cases entered by hand, which
            are known until the day the last entry says it was written.
        vault_name: stands where an agency's name stands, for case files.
        known_on: as it was known on this day: the latest batch the agency had made by then.

    Raises:
        UnknownCrosswalk: no crosswalk has this code.
        NothingToMeasure: the vault holds no such files, or no case files.
        NotMeasurable: the batch was coded under another edition.
    """
    return study_at(
        ledger, edition, crosswalk, "", ledger.size, vault_name=vault_name, known_on=known_on
    )


def study_at(
    ledger: Ledger,
    edition: Edition,
    crosswalk: str,
    batch: str,
    size: int,
    *,
    vault_name: str = "",
    known_on: date | None = None,
) -> Study:
    """What a question was asked of when the ledger had ``size`` entries.

    Args:
        ledger: of an opened vault.
        edition: the definition.
        crosswalk: whose files; empty: the cases entered by hand.
        batch: which of its batches; empty: the latest there was.
        size: how many entries of the ledger to look at.
        vault_name: stands where an agency's name stands, for case files.
        known_on: as in :func:`study`.

    Raises:
        UnknownCrosswalk, NothingToMeasure, NotMeasurable: as :func:`study`.
        UnknownBatch: there is no such batch.
    """
    if not crosswalk:
        return _of_cases(ledger, edition, vault_name, size)
    found = [agency.batch(ledger, batch)] if batch else list(agency.batches(ledger))
    batches = [one for one in found if one.crosswalk == crosswalk and one.entry < size]
    if not batches:
        known = agency.crosswalk_of(ledger, crosswalk, edition)
        raise NothingToMeasure(
            f"the vault holds no files of {known.agency}",
            hint=f"import them: candlemark import PATH --crosswalk {known.code}",
        )
    if known_on is not None:
        batches = [one for one in batches if (one.as_of or one.imported_on) <= known_on]
        if not batches:
            raise NothingToMeasure(
                f"the vault holds no files of {crosswalk} from before {known_on}",
                hint="candlemark batch list names them with their days",
            )
    kept = batches[-1]
    if kept.edition != edition.code:
        raise NotMeasurable(
            f"the files were coded under edition {kept.edition}, not {edition.code}",
            hint="import them again with the present edition",
        )
    known = agency.crosswalk_of(ledger, crosswalk, edition, kept.crosswalk_fingerprint)
    return Study.from_batch(
        agency.tables(ledger, kept.id),
        known,
        edition,
        as_of=kept.as_of,
        imported_on=kept.imported_on,
        batch=kept.id,
        ledger_size=size,
        ledger_head=ledger.head_at(size),
    )


def _of_cases(ledger: Ledger, edition: Edition, vault_name: str, size: int) -> Study:
    usable = casefile.ways_for_statistics(ledger, None if size >= ledger.size else size)
    last = next((one for one in ledger.entries(after=size - 2) if one.n == size - 1), None)
    if not usable.ways or last is None:
        raise NothingToMeasure(
            "the vault holds no case files that may be counted",
            hint="add a case, or name whose files with --crosswalk; left out because consent was"
            f" refused or withdrawn: {usable.left_out}",
        )
    return Study.from_ways(
        usable.ways,
        edition,
        name=vault_name,
        as_of=last.written.date(),
        ledger_size=size,
        ledger_head=ledger.head_at(size),
        left_out=usable.left_out,
    )
