"""Gather the texts of the pages into the catalogues, and compile the catalogues.

    .venv/bin/python tools/catalogues.py            gather and compile
    .venv/bin/python tools/catalogues.py --check    say what is not translated or out of date

A text is its own key: English stands in the code, the other tongues in
``src/candlemark/web/locale/<tongue>/LC_MESSAGES/django.po``.  The compiled ``.mo`` files are kept
beside them, so that nothing has to be built before pages can be read.  Nothing is guessed: a text
that changed is untranslated until somebody translates it.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent.parent / "src" / "candlemark" / "web"
LOCALE = WEB / "locale"
TONGUES = ("az", "fa", "ru", "tr")
METHODS = [("**.py", "python"), ("jinja2/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {"jinja2/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}

_DROPPED = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Report-Msgid-Bugs-To',
    b'"Project-Id-Version',
)
"""Lines of a header that change every time or say nothing."""


def gathered() -> Catalog:
    """Every text of the pages, with the file it stands in."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for name, _, message, comments, context in extract_from_dir(str(WEB), METHODS, OPTIONS):
        catalog.add(
            message, locations=[(Path(name).as_posix(), 0)], auto_comments=comments, context=context
        )
    return catalog


def catalogue(tongue: str, template: Catalog) -> Catalog:
    """The catalogue of one tongue, brought up to the texts there are."""
    path = po_file(tongue)
    if path.exists():
        with path.open("rb") as file:
            found = read_po(file, locale=tongue)
    else:
        found = Catalog(locale=tongue, charset="utf-8", fuzzy=False)
    found.update(template, no_fuzzy_matching=True)
    found.obsolete.clear()
    found.header_comment = (
        f"# The words of the pages in {tongue}.  Gathered by tools/catalogues.py.\n"
        "# This file is distributed under the licence of Candlemark."
    )
    return found


def po_file(tongue: str) -> Path:
    """Where the texts of a tongue are."""
    return LOCALE / tongue / "LC_MESSAGES" / "django.po"


def as_po(catalog: Catalog) -> bytes:
    """A catalogue as text, without the dates that would change it every time."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, omit_header=False, sort_output=True, include_lineno=False)
    lines = out.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(_DROPPED))


def as_mo(catalog: Catalog) -> bytes:
    """A catalogue as the program reads it, the same whenever it is compiled."""
    catalog.creation_date = catalog.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The texts that have no translation, or one for some numbers only."""
    return [
        str(message.id)
        for message in catalog
        if message.id
        and not (all(message.string) if isinstance(message.string, tuple) else message.string)
    ]


def main() -> int:
    """Gather, compile, and say what is missing."""
    check = "--check" in sys.argv
    template = gathered()
    faults = 0
    for tongue in TONGUES:
        found = catalogue(tongue, template)
        missing = untranslated(found)
        faults += len(missing)
        for text in missing:
            sys.stdout.write(f"{tongue}: not translated: {text}\n")
        if not check:
            path = po_file(tongue)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(found))
            with path.open("rb") as file:
                path.with_suffix(".mo").write_bytes(as_mo(read_po(file, locale=tongue)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
