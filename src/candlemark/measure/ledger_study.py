"""The study of what a vault holds: the latest batch of an agency, or the case files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark import agency, casefile
from candlemark.casefile.consent import STATISTICS
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
    if not crosswalk:
        return _of_cases(ledger, edition, vault_name)
    batches = [batch for batch in agency.batches(ledger) if batch.crosswalk == crosswalk]
    if not batches:
        known = agency.crosswalk_of(ledger, crosswalk, edition)
        raise NothingToMeasure(
            f"the vault holds no files of {known.agency}",
            hint=f"import them: candlemark import PATH --crosswalk {known.code}",
        )
    if known_on is not None:
        batches = [batch for batch in batches if (batch.as_of or batch.imported_on) <= known_on]
        if not batches:
            raise NothingToMeasure(
                f"the vault holds no files of {crosswalk} from before {known_on}",
                hint="candlemark batch list names them with their days",
            )
    batch = batches[-1]
    if batch.edition != edition.code:
        raise NotMeasurable(
            f"the files were coded under edition {batch.edition}, not {edition.code}",
            hint="import them again with the present edition",
        )
    known = agency.crosswalk_of(ledger, crosswalk, edition, batch.crosswalk_fingerprint)
    return Study.from_batch(
        agency.tables(ledger, batch.id),
        known,
        edition,
        as_of=batch.as_of,
        imported_on=batch.imported_on,
        batch=batch.id,
        ledger_size=ledger.size,
        ledger_head=ledger.head,
    )


def _of_cases(ledger: Ledger, edition: Edition, vault_name: str) -> Study:
    usable = casefile.cases_for(ledger, STATISTICS)
    last = next(iter(ledger.entries(after=ledger.size - 2)), None)
    if not usable.cases or last is None:
        raise NothingToMeasure(
            "the vault holds no case files that may be counted",
            hint="add a case, or name whose files with --crosswalk; left out because consent was"
            f" refused or withdrawn: {usable.left_out}",
        )
    return Study.from_cases(
        usable.cases,
        edition,
        name=vault_name,
        as_of=last.written.date(),
        ledger_size=ledger.size,
        ledger_head=ledger.head,
        left_out=usable.left_out,
    )
