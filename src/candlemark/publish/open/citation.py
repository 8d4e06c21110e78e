"""How to cite a table: in words (after APA), for BibTeX, and as CSL-JSON for reference managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.publish.open.json_file import json_bytes

if TYPE_CHECKING:
    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table

_ESCAPED: Final = str.maketrans(
    {one: f"\\{one}" for one in "&%$#_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
)


def apa(table: Table, placing: Placing, tongue: str = "en") -> str:
    """The citation as a line of text; the same pattern in every tongue, names in that tongue."""
    return (
        f"{placing.publisher[tongue].rstrip('.')}. ({placing.issued.year})."
        f" {table.titles[tongue]} ({placing.release}; {table.as_of.isoformat()})"
        f" [Data set]. {placing.of(table)}"
    )


def write_text(table: Table, placing: Placing) -> bytes:
    """The English citation as a file."""
    return f"{apa(table, placing)}\n".encode()


def write_bibtex(table: Table, placing: Placing) -> bytes:
    """An entry for BibTeX."""
    fields = {
        "author": f"{{{_tex(placing.publisher['en'])}}}",
        "title": f"{{{_tex(table.titles['en'])}}}",
        "year": str(placing.issued.year),
        "month": str(placing.issued.month),
        "version": str(placing.release),
        "note": f"Data set, as of {table.as_of.isoformat()}, release {placing.release}",
        "url": placing.of(table),
    }
    inside = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{candlemark-{table.identity[:12]},\n{inside}\n}}\n".encode()


def write_csl(table: Table, placing: Placing) -> bytes:
    """An item for reference managers."""
    day = placing.issued
    return json_bytes(
        [
            {
                "id": f"candlemark-{table.identity[:12]}",
                "type": "dataset",
                "title": table.titles["en"],
                "author": [{"literal": placing.publisher["en"]}],
                "publisher": placing.publisher["en"],
                "issued": {"date-parts": [[day.year, day.month, day.day]]},
                "version": str(placing.release),
                "URL": placing.of(table),
                "note": f"As of {table.as_of.isoformat()}; {table.licence}",
            }
        ]
    )


def _tex(text: str) -> str:
    return text.translate(_ESCAPED)
