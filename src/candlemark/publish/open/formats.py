"""Every file that is written of a table: its name, its media type, and the one function for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.publish.open import (
    citation,
    csv_file,
    csvw,
    data_package,
    dcat,
    json_file,
    json_stat,
    parquet_file,
    sdmx,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table


@dataclass(frozen=True, slots=True)
class Format:
    """One file beside a table; ``label`` is its proper name, the same in every tongue."""

    label: str
    name: str
    media: str
    write: Callable[[Table, Placing], bytes]
    data: bool = True
    """Whether it holds the cells; else it describes them."""


FORMATS: Final = (
    Format("CSV", "table.csv", "text/csv", lambda table, _: csv_file.write(table)),
    Format("JSON", "table.json", "application/json", lambda table, _: json_file.write(table)),
    Format(
        "Parquet",
        "table.parquet",
        "application/vnd.apache.parquet",
        lambda table, _: parquet_file.write(table),
    ),
    Format("JSON-stat 2", "table.stat.json", "application/json", json_stat.write),
    Format(
        "SDMX-CSV 2.0",
        "table.sdmx.csv",
        "application/vnd.sdmx.data+csv",
        lambda table, _: sdmx.write_csv(table),
    ),
    Format("SDMX-ML 3.0", "data.sdmx.xml", "application/vnd.sdmx.data+xml", sdmx.write_data),
    Format(
        "SDMX-ML 3.0, structure",
        "structure.sdmx.xml",
        "application/vnd.sdmx.structure+xml",
        sdmx.write_structure,
        data=False,
    ),
    Format("Data Package", "datapackage.json", "application/json", data_package.write, data=False),
    Format("CSVW", "table.csv-metadata.json", "application/csvm+json", csvw.write, data=False),
    Format("APA", "citation.txt", "text/plain", citation.write_text, data=False),
    Format("BibTeX", "citation.bib", "application/x-bibtex", citation.write_bibtex, data=False),
    Format(
        "CSL",
        "citation.json",
        "application/vnd.citationstyles.csl+json",
        citation.write_csl,
        data=False,
    ),
)
DESCRIPTION: Final = "dcat.jsonld"
"""Describes all of the others, and so is written last."""


def files_of(table: Table, placing: Placing) -> dict[str, bytes]:
    """Every data file of a table and what describes it, by name."""
    found = {one.name: one.write(table, placing) for one in FORMATS}
    data = {one.name: found[one.name] for one in FORMATS if one.data}
    media = {one.name: one.media for one in FORMATS}
    found[DESCRIPTION] = dcat.write(table, placing, data, media)
    return found
