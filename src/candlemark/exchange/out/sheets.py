"""Sheets as an XLSX file, written in one pass and in memory.

Every cell says that it is a text or a number, so that nothing in it can be a formula.  What the
libraries for this do more (styles, charts, formulas) is not wanted here, and the one that is quick
puts every sheet into a temporary file in clear.  The same sheets give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.sax.saxutils import escape

from candlemark.exchange.out.spreadsheets import entry_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from candlemark.exchange.out.things import Row, Value

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_CELL: Final = 32_767
"""Letters a cell holds."""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf fontId="0"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)


class Sheet(NamedTuple):
    """One sheet; ``name`` is a word without marks."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def sheets_file(sheets: Sequence[Sheet]) -> bytes:
    """A file with these sheets, in this order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _around([one.name for one in sheets]).items():
            archive.writestr(entry_of(name), text)
        for n, one in enumerate(sheets, 1):
            text = _sheet(one.columns, one.rows)
            archive.writestr(entry_of(f"xl/worksheets/sheet{n}.xml"), text)
    return packed.getvalue()


def _around(names: list[str]) -> dict[str, str]:
    """The parts that say which sheets there are."""
    sheets = list(enumerate(names, 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}worksheet+xml"/>'
        for n, _ in sheets
    )
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in sheets)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in sheets
    )
    return {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/>{types}</Types>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1"'
            f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
            "</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELS}">{related}<Relationship'
            f' Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
        "xl/styles.xml": _STYLES,
    }


def _sheet(columns: tuple[str, ...], lines: Iterable[Row]) -> str:
    letters = [_letters(at) for at in range(len(columns))]
    body = "".join(_rows(letters, columns, lines))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane'
        ' ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><sheetData>{body}</sheetData></worksheet>"
    )


def _rows(letters: list[str], columns: tuple[str, ...], lines: Iterable[Row]) -> Iterator[str]:
    named = zip(letters, columns, strict=True)
    head = "".join(_cell(f"{letter}1", name, ' s="1"') for letter, name in named)
    yield f'<row r="1">{head}</row>'
    for n, line in enumerate(lines, 2):
        cells = zip(letters, line, strict=True)
        said = (_cell(f"{letter}{n}", value) for letter, value in cells if value != "")
        yield f'<row r="{n}">{"".join(said)}</row>'


def _cell(place: str, value: Value, style: str = "") -> str:
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = escape(_FORBIDDEN.sub("", value[:_CELL]))
    return f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(at: int) -> str:
    """The letters of a column: A, B … Z, AA."""
    first, second = divmod(at, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
