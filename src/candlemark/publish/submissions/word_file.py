"""A document as DOCX (ISO/IEC 29500), for bodies that take a word processor's file and no PDF.

Written in one pass and in memory, like the sheets of an export: headings, paragraphs, tables with
repeated heads, the tongue and its direction.  A picture of bars is not in it; the table beneath
holds its numbers.  Libraries for this write the day and the name of whoever ran them.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from candlemark.exchange.out.spreadsheets import entry_of
from candlemark.tongues import direction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.publish.submissions.blocks import Block
    from candlemark.publish.submissions.voice import Piece

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_CORE: Final = f"{_PACKAGE}/metadata/core-properties"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SIZES: Final = {1: 36, 2: 28, 3: 24}
"""Of headings, in half points."""
_WIDE: Final = 9298
"""Of a table, in twentieths of a point: an A4 page within its margins."""


def word_file(content: Mapping[str, Any]) -> bytes:
    """The file of a document; the same content gives the same bytes."""
    inside = _Inside(content["lang"], rtl=content["rtl"])
    body = "".join(inside.document(content))
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _related(
            ("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")
        ),
        "docProps/core.xml": (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{_CORE}"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{_text(content['title'])}</dc:title>"
            f"<dc:language>{content['lang']}</dc:language></cp:coreProperties>"
        ),
        "word/document.xml": (
            f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{body}<w:sectPr>'
            '<w:footerReference w:type="default" r:id="rId2"/>'
            '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1304"'
            ' w:bottom="1304" w:left="1304" w:header="680" w:footer="680" w:gutter="0"/>'
            f"{'<w:bidi/>' if content['rtl'] else ''}</w:sectPr></w:body></w:document>"
        ),
        "word/footer1.xml": (
            f'{_HEAD}<w:ftr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
            '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
        ),
        "word/styles.xml": _styles(content["lang"], rtl=content["rtl"]),
        "word/_rels/document.xml.rels": _related(
            ("styles", "styles.xml"), ("footer", "footer1.xml")
        ),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in parts.items():
            archive.writestr(entry_of(name), text)
    return packed.getvalue()


class _Inside:
    """What stands between the beginning and the end of a document in one tongue."""

    def __init__(self, tongue: str, *, rtl: bool) -> None:
        self._tongue = tongue
        self._rtl = rtl

    def document(self, content: Mapping[str, Any]) -> Iterator[str]:
        """The title, the cover, the blocks."""
        yield self._paragraph(content["kind"])
        yield self._paragraph(content["title"], style="Heading1")
        for block in [content["cover"], *content["blocks"]]:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        kind = block["kind"]
        if kind == "heading":
            yield self._paragraph(block["text"], style=f"Heading{block['level']}")
        elif kind == "facts":
            for name, said in block["rows"]:
                bold = self._run([f"{name}: ", ""], bold=True)
                yield self._whole(bold + self._run(said))
        elif kind == "table":
            yield self._table(block)
            yield self._paragraph("")  # two tables without one between them would be one
        elif kind != "bars":
            yield self._paragraph(block["text"])

    def _table(self, block: Block) -> str:
        columns = len(block["head"])
        grid = f'<w:gridCol w:w="{_WIDE // columns}"/>' * columns
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B9B5AB"/>'
            for side in ("top", "bottom", "insideH")
        )
        visual = "<w:bidiVisual/>" if self._rtl else ""
        names = columns - block["numbers"]
        rows = self._row(block["head"], names, head=True)
        rows += "".join(self._row(one, names) for one in block["rows"])
        return (
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="{_WIDE}" w:type="dxa"/>'
            f"<w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
            f"{rows}</w:tbl>"
        )

    def _row(self, cells: list[str], names: int, *, head: bool = False) -> str:
        said = "".join(
            f"<w:tc><w:tcPr/>{self._whole(self._run([text, ''], bold=head), end=n >= names)}</w:tc>"
            for n, text in enumerate(cells)
        )
        repeated = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{said}</w:tr>"

    def _paragraph(self, text: str, *, style: str = "") -> str:
        return self._whole(self._run([text, ""]) if text else "", style=style)

    def _whole(self, runs: str, *, style: str = "", end: bool = False) -> str:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        bidi = "<w:bidi/>" if self._rtl else ""
        placed = '<w:jc w:val="end"/>' if end else ""
        return f"<w:p><w:pPr>{named}{bidi}{placed}</w:pPr>{runs}</w:p>"

    def _run(self, said: Piece, *, bold: bool = False) -> str:
        text, tongue = said
        tongue = tongue or self._tongue
        marks = "<w:b/><w:bCs/>" if bold else ""
        if direction(tongue) == "rtl":
            marks += f'<w:rtl/><w:lang w:bidi="{tongue}"/>'
        elif tongue != self._tongue:
            marks += f'<w:lang w:val="{tongue}"/>'
        return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r>'


def _styles(tongue: str, *, rtl: bool) -> str:
    spoken = f'w:bidi="{tongue}"' if rtl else f'w:val="{tongue}"'
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="320" w:after="120"/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:bCs/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
        for level, size in _SIZES.items()
    )
    return (
        f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
        f'<w:sz w:val="24"/><w:szCs w:val="24"/><w:lang {spoken}/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"</w:style>{headings}</w:styles>"
    )


def _types() -> str:
    parts = (("document", "document.main"), ("styles", "styles"), ("footer1", "footer"))
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}{kind}+xml"/>'
        for name, kind in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _related(*parts: tuple[str, str]) -> str:
    kinds = {"core": f"{_PACKAGE}/relationships/metadata/core-properties"}
    said = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds.get(kind, f"{_OFFICE}/{kind}")}"'
        f' Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))
