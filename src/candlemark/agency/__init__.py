"""An agency's files, read through its crosswalk, checked, reported on, kept as a sealed batch.

:func:`check` says what an import would find; :func:`import_source` keeps it; :func:`batches`,
:func:`tables` and :func:`revisions` give it back.  Read in this order: ``report`` (what is said of
a source), ``facts`` (what is kept), ``reading`` (the order of the work), ``keeping`` (the verbs).

What this floor does not do: repair a source, guess a code, count anything as a statistic, or write
a file.
"""

from candlemark.agency.crosswalks import crosswalk_of, crosswalk_to_import, known_codes
from candlemark.agency.facts import KINDS
from candlemark.agency.keeping import (
    Batch,
    Imported,
    batch,
    batches,
    import_source,
    revised_units,
    revisions,
    tables,
)
from candlemark.agency.reading import BatchTables, Reading, check, read_source
from candlemark.agency.report import Report, Revision

__all__ = [
    "KINDS",
    "Batch",
    "BatchTables",
    "Imported",
    "Reading",
    "Report",
    "Revision",
    "batch",
    "batches",
    "check",
    "crosswalk_of",
    "crosswalk_to_import",
    "import_source",
    "known_codes",
    "read_source",
    "revised_units",
    "revisions",
    "tables",
]
