"""Digits as a reader of each tongue writes them.

Only the signs change.  Where to put separators is the business of whoever formats the number, and
reading digits back is part of ``fold``, which makes all of them ASCII.
"""

from __future__ import annotations

from candlemark.tongues.languages import parts, script

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ARABIC_LANGUAGES = frozenset({"ar", "ckb", "ku"})


def digits(text: str, tag: str) -> str:
    """``text`` with its ASCII digits as the tongue writes them.

    Persian digits for every tongue in Arabic script (fa, tly-Arab, glk …), Arabic-Indic ones for
    Arabic and Kurdish, the text unchanged for all others.
    """
    if script(tag) != "Arab":
        return text
    return text.translate(_ARABIC if parts(tag)[0] in _ARABIC_LANGUAGES else _PERSIAN)
