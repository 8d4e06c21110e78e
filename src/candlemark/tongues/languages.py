"""Which tongues there are, in which script, and whom a reader of each can be given instead.

A tongue is a BCP 47 tag: ``az``, ``tly``, ``tly-Arab``.  Talysh is one language in three scripts
(Latin in Azerbaijan, Cyrillic in Russia, Arabic in Iran), so direction follows the script and never
the language.  No list of another library is asked for it: Django's says that Azerbaijani runs
right to left, and cuts ``tly-Arab`` at the hyphen before it looks.

An unknown tag is not an error here: it is read as Latin, left to right, and falls back to English.
"""

# Letters of other scripts are the subject of this file.

from __future__ import annotations

from typing import Final, Literal

INTERFACE: Final = ("en", "az", "ru", "fa", "tr")
"""The tongues every page, label and message exists in, English first."""

SOURCE: Final = "en"
"""The tongue texts are written in first, and the last one every reader falls back to."""

NAMES: Final = {
    "en": "English",
    "az": "Azərbaycanca",
    "ru": "Русский",
    "fa": "فارسی",
    "tr": "Türkçe",
    "tly": "Tolışi",
    "tly-Cyrl": "Толыши",
    "tly-Arab": "تالشی",
}
"""Each tongue's name in itself: what a reader looks for when the page is in the wrong one."""

_RIGHT_TO_LEFT = frozenset(
    {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)
_SCRIPTS = {
    "ar": "Arab",
    "be": "Cyrl",
    "bg": "Cyrl",
    "ckb": "Arab",
    "dv": "Thaa",
    "fa": "Arab",
    "glk": "Arab",
    "he": "Hebr",
    "hy": "Armn",
    "ka": "Geor",
    "lez": "Cyrl",
    "mzn": "Arab",
    "ps": "Arab",
    "ru": "Cyrl",
    "sd": "Arab",
    "tg": "Cyrl",
    "ug": "Arab",
    "uk": "Cyrl",
    "ur": "Arab",
    "yi": "Hebr",
}
_SCRIPTS_BY_REGION = {
    ("az", "IR"): "Arab",
    ("az", "RU"): "Cyrl",
    ("ku", "IQ"): "Arab",
    ("ku", "IR"): "Arab",
    ("tly", "IR"): "Arab",
    ("tly", "RU"): "Cyrl",
}

# Whom a reader can probably read next, nearest first.  The script counts more than the family:
# somebody who writes Talysh in Arabic letters went to school in Persian.
_NEAREST = {
    "az-Arab": ("fa", "az"),
    "az-Cyrl": ("az", "ru"),
    "az-Latn": ("tr", "ru"),
    "glk-Arab": ("fa",),
    "lez-Cyrl": ("ru", "az"),
    "mzn-Arab": ("fa",),
    "tly-Arab": ("fa", "az"),
    "tly-Cyrl": ("ru", "az"),
    "tly-Latn": ("az", "ru", "tr"),
    "tr-Latn": ("az",),
}


def parts(tag: str) -> tuple[str, str, str]:
    """Language, script and region of a tag, each empty when the tag does not name it.

    ``_`` is read as ``-`` and case is ignored, as BCP 47 asks; variants and extensions are dropped.
    """
    language, *rest = tag.replace("_", "-").split("-")
    written = region = ""
    for part in rest:
        if len(part) == 1:  # an extension begins
            break
        if len(part) == 4 and part.isalpha() and not written and not region:
            written = part.title()
        elif len(part) in {2, 3} and not region:
            region = part.upper()
    return language.lower(), written, region


def script(tag: str) -> str:
    """ISO 15924 code of the script a tag is written in; ``Latn`` when nothing says otherwise."""
    language, written, region = parts(tag)
    return written or _SCRIPTS_BY_REGION.get((language, region)) or _SCRIPTS.get(language, "Latn")


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """The way lines run, by script: ``rtl`` for fa, ar, he and tly-Arab, ``ltr`` for az and tly."""
    return "rtl" if script(tag) in _RIGHT_TO_LEFT else "ltr"


def same(one: str, other: str) -> bool:
    """Whether two tags mean the same language in the same script: ``fa`` and ``fa-IR`` do."""
    return (parts(one)[0], script(one)) == (parts(other)[0], script(other))


def fallbacks(tag: str) -> tuple[str, ...]:
    """Tongues to try in turn for a reader of ``tag``, itself first and English last.

    ``tly-Cyrl`` gives tly-Cyrl, ru, az, tly, en: another language in letters the reader knows comes
    before the own language in letters the reader may not know.
    """
    language, _, _ = parts(tag)
    written = script(tag)
    near = _NEAREST.get(f"{language}-{written}", ())
    chain = [tag, f"{language}-{written}" if language else ""]
    chain += [language, *near] if same(language, tag) else [*near, language]
    return tuple(dict.fromkeys([*filter(None, chain), SOURCE]))
