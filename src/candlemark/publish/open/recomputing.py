"""Ten lines by which a stranger makes the table of a page again from the file beside it.

The page shows these lines; a test runs them, and the same in SQL, and holds both against the page.
They need nothing of Candlemark.
"""

from __future__ import annotations

from typing import Final

from candlemark.publish.table import Sign
from candlemark.publish.wording import glyph

_GLYPHS: Final = {sign.value: glyph(sign) for sign in Sign if sign is not Sign.NUMBER}

LINES: Final = f"""\
import pandas as pd

signs = {_GLYPHS!r}
cells = pd.read_csv("table.csv", dtype=str, keep_default_na=False)
numbers = cells["sign"] == "number"
cells["shown"] = cells["value"].where(numbers, cells["sign"].map(signs))
places = list(cells.columns[: cells.columns.get_loc("measure")])
table = cells.pivot(index=places, columns="measure", values="shown") if places else cells
print(table.fillna("").to_string())
print(cells.groupby(["measure", "sign"]).size())
"""
"""Python with pandas; the working folder is that of the table."""
