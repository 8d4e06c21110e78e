"""Sheets as an XLSX file, written in one pass and in memory.

Every cell says that it is a text or a number, so that nothing in it can be a formula.  What the
libraries for this do more (styles, charts, formulas) is not wanted here, and the one that is quick
puts every sheet into a temporary file in clear.  The same sheets give the same bytes.
"""

from __future__ import annotations

import io
import math
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
_HIGHEST: Final = 409
"""Points a row can be high."""
_CELL: Final = 32_767
"""Letters a cell holds."""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS: Final = tuple(
    f'<xf fontId="{font}" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"'
    f' readingOrder="{order}"/></xf>'
    for order in (1, 2)
    for font in (0, 1)
)
"""Texts and headings broken into lines, from the left and from the right."""
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6">'
    f'<xf fontId="0"/><xf fontId="1" applyFont="1"/>{"".join(_LOOKS)}</cellXfs></styleSheet>'
)


class Sheet(NamedTuple):
    """One sheet; ``name`` is a word without marks.

    With ``widths``, in letters, it is made to be read and printed: long texts are broken into lines
    and a row is no wider than a page, on which the first ``printed`` columns stand (0 for all of
    them).  With ``rtl`` the first column is the rightmost.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]
    widths: tuple[int, ...] = ()
    printed: int = 0
    rtl: bool = False


def sheets_file(sheets: Sequence[Sheet]) -> bytes:
    """A file with these sheets, in this order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _around(sheets).items():
            archive.writestr(entry_of(name), text)
        for n, one in enumerate(sheets, 1):
            text = _sheet(one)
            archive.writestr(entry_of(f"xl/worksheets/sheet{n}.xml"), text)
    return packed.getvalue()


def _around(held: Sequence[Sheet]) -> dict[str, str]:
    """The parts that say which sheets there are."""
    names = [one.name for one in held]
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
            f"{_areas(held)}</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_RELS}">{related}<Relationship'
            f' Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
        "xl/styles.xml": _STYLES,
    }


def _areas(held: Sequence[Sheet]) -> str:
    """Which columns of the sheets are printed, where not all of them are."""
    areas = "".join(
        f'<definedName name="_xlnm.Print_Area" localSheetId="{n}">{one.name}!$A:'
        f"${_letters(one.printed - 1)}</definedName>"
        for n, one in enumerate(held)
        if one.printed
    )
    return f"<definedNames>{areas}</definedNames>" if areas else ""


def _sheet(one: Sheet) -> str:
    body = "".join(_rows(one))
    fits, columns, page = _printed(one.widths) if one.widths else ("", "", "")
    turned = ' rightToLeft="1"' if one.rtl else ""
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}">{fits}<sheetViews><sheetView{turned}'
        ' workbookViewId="0"><pane'
        ' ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews>{columns}<sheetData>{body}</sheetData>{page}</worksheet>"
    )


def _printed(widths: tuple[int, ...]) -> tuple[str, str, str]:
    """What a sheet says that is printed: that it fits, how wide its columns are, the page."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    return (
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
        f"<cols>{columns}</cols>",
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>',
    )


def _rows(one: Sheet) -> Iterator[str]:
    plain = 0 if not one.widths else 4 if one.rtl else 2  # the places of _STYLES
    heading = plain + 1
    letters = [_letters(at) for at in range(len(one.columns))]
    named = zip(letters, one.columns, strict=True)
    head = "".join(_cell(f"{letter}1", name, heading) for letter, name in named)
    yield f'<row r="1"{_height(one.columns, one.widths)}>{head}</row>'
    for n, line in enumerate(one.rows, 2):
        cells = zip(letters, line, strict=True)
        said = (_cell(f"{letter}{n}", value, plain) for letter, value in cells if value != "")
        yield f'<row r="{n}"{_height(line, one.widths)}>{"".join(said)}</row>'


def _height(line: Row, widths: tuple[int, ...]) -> str:
    """How high a row is: not every program works out by itself how many lines a text breaks into.

    A third more than the letters ask for, because lines end between words.
    """
    if not widths:
        return ""
    lines = max(
        sum(math.ceil((len(part) or 1) * 4 / 3 / width) for part in str(value).split("\n"))
        for value, width in zip(line, widths, strict=True)
    )
    return f' ht="{min(15 * lines, _HIGHEST)}" customHeight="1"'


def _cell(place: str, value: Value, style: int) -> str:
    looks = f' s="{style}"' if style else ""
    if isinstance(value, int):
        return f'<c r="{place}"{looks}><v>{value}</v></c>'
    text = escape(_FORBIDDEN.sub("", value[:_CELL]))
    return f'<c r="{place}" t="inlineStr"{looks}><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(at: int) -> str:
    """The letters of a column: A, B … Z, AA."""
    first, second = divmod(at, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
