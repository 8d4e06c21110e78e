"""The same case and the same person across agencies that share no identifier.

``names`` reads and compares names of people; ``from_batch`` and ``from_cases`` make rows that can
be compared (``columns``), with what stands for *unknown* in them found and said (``unknowns``).
``facts`` is what is said in the ledger of models, runs and judgements, ``said`` reads it.
``judging`` is people saying which records are one.  ``unreported`` asks how many people no list
holds, from who is on several of them.
"""

from candlemark.linkage.columns import ROWS, Noticed, Prepared
from candlemark.linkage.facts import KINDS as LINK_KINDS
from candlemark.linkage.from_batch import RawColumns, prepare_batch
from candlemark.linkage.from_cases import prepare_cases, prepare_persons
from candlemark.linkage.judging.facts import KINDS as JUDGING_KINDS

KINDS = LINK_KINDS | JUDGING_KINDS
"""What this floor says in the ledger."""

__all__ = [
    "KINDS",
    "ROWS",
    "Noticed",
    "Prepared",
    "RawColumns",
    "prepare_batch",
    "prepare_cases",
    "prepare_persons",
]
