"""Invented people in the files of invented agencies, with the truth beside them.

For benchmarks, demonstrations and tests.  Everything is drawn from one seed; nobody is meant.
"""

from candlemark.linkage.simulated.people import (
    TRUTH,
    listed_people,
    prepare_people,
    simulated_people,
    written,
)

__all__ = ["TRUTH", "listed_people", "prepare_people", "simulated_people", "written"]
