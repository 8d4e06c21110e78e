"""Forms of a text for finding it again; never for showing it.

``'İlham'.lower()`` is six letters in Python and ``'ILHAM'.lower()`` is not Azerbaijani.  Here İ is
folded to i everywhere, and I to ı where the tongue writes it so, *before* case folding.  The same
letter under another code point (ǝ U+01DD for ə, Arabic ي and ك for Persian ی and ک) is made one.

Two strengths: :func:`fold` keeps letters apart that are different letters; :func:`ascii_key` drops
accents and writes other scripts in Latin letters, so that ``tolişə``, typed on whatever keyboard,
finds ``Tolışə``.  Both give the same when applied twice.
"""

# Letters of other scripts are the subject of this file.

from __future__ import annotations

import re
import unicodedata

from candlemark.tongues.languages import parts, script
from candlemark.tongues.romanising import romanise

DOTTED: frozenset[str] = frozenset({"az", "crh", "gag", "kk", "tly", "tr", "tt"})
"""Languages whose Latin script has both I ı and İ i."""

# One code point for each letter, whatever keyboard it came from.
_ONE_LETTER = {
    "\u0130": "i",  # İ, wherever it stands: no tongue wants i with a second dot
    "\u01dd": "ə",  # ǝ, turned e, in texts of ISO and old Azerbaijani fonts
    "\u018e": "Ə",
    "\u064a": "ی",
    "\u0649": "ی",
    "\u0643": "ک",
    "\u0629": "ه",
    "\u06c0": "ه",
    "\u06c1": "ه",
    "\u06c2": "ه",
    "\u06be": "ه",
    "\u06d5": "ه",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u00b4": "'",
    "`": "'",
    "\u2010": "-",
    "\u2013": "-",
    "\u2014": "-",
}
_DIGITS = {0x0660 + n: str(n) for n in range(10)} | {0x06F0 + n: str(n) for n in range(10)}
# Marks that change how a word looks and not what it is: Arabic vowel signs and hamza above or
# below (which Persian writes or leaves out as it likes), the kashida, and the joiners.
_DROPPED = dict.fromkeys([*range(0x064B, 0x0660), 0x0670, 0x0640], None)
_TABLE = str.maketrans(_ONE_LETTER) | _DIGITS | _DROPPED

_LATIN = "A-Za-z\u00c0-\u024f\u0259"
# The Cyrillic schwa (ә) looks exactly like the Latin one and is typed for it inside Latin words.
_STRAY_SCHWA = re.compile(f"(?<=[{_LATIN}])[\u04d8\u04d9]|[\u04d8\u04d9](?=[{_LATIN}])")


def fold(text: str, tag: str = "") -> str:
    """``text`` in one case, one form and one spacing, for comparing.

    Args:
        text: any text.
        tag: the tongue it is in; decides what I becomes.  Unknown or empty: i.
    """
    dotless = parts(tag)[0] in DOTTED and script(tag) == "Latn"
    if text.isascii() and text.isprintable():  # most of what is typed, and many times as fast
        plain = text.replace("`", "'")
        return " ".join((plain.replace("I", "ı") if dotless else plain).lower().split())
    # Before NFKC, which makes a spacing acute of an apostrophe two characters, and after it, which
    # makes letters of the presentation forms.
    text = unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)
    if not text.isprintable():  # which a letter of format or of control is never
        kept = (c for c in text if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace())
        text = "".join(kept)
    text = _STRAY_SCHWA.sub("ə", unicodedata.normalize("NFKC", text))
    if dotless:
        text = text.replace("I", "ı")
    text = unicodedata.normalize("NFKC", text.casefold()).replace("i\u0307", "i")
    return " ".join(text.split())


def ascii_key(text: str, tag: str = "") -> str:
    """``text`` as somebody would type it on a keyboard without any of its accents.

    Latin letters lose their accents (ə e, ı i, ş s); Cyrillic, Arabic, Georgian and Armenian ones
    are written in Latin.  Letters of other scripts stay as :func:`fold` leaves them, because a key
    without them would find everything.
    """
    # a spacing accent leaves its space behind, so spaces are counted again
    return " ".join(romanise(fold(text, tag), tag).replace("'", "").split())
