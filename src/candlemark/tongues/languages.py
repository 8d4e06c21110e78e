"""Which tongues there are, in which script, and whom a reader of each can be given instead.

A tongue is a BCP 47 tag: ``az``, ``tly``, ``tly-Arab``.  Talysh is one language in three scripts
(Latin in Azerbaijan, Cyrillic in Russia, Arabic in Iran), so direction follows the script and never
the language.  No list of another library is asked for it: Django's says that Azerbaijani runs
right to left, and cuts ``tly-Arab`` at the hyphen before it looks.

An unknown tag is not an error here: it is read as Latin, left to right, and falls back to English.
"""

from __future__ import annotations

from typing import Final, Literal

INTERFACE: Final = ("en", "az", "ru", "fa", "tr")
"""The tongues every page, label and message exists in, English first."""

SOURCE: Final = "en"
"""The tongue texts are written in first, and the last one every reader falls back to."""

_RIGHT_TO_LEFT = frozenset(
    [
        "Adlm",
        "Arab",
        "Aran",
        "Hebr",
        "Mand",
        "Mend",
        "Nkoo",
        "Rohg",
        "Samr",
        "Syrc",
        "Syre",
        "Syrj",
        "Syrn",
        "Thaa",
        "Yezi",
    ]
)
_SCRIPTS = {
    "ar": "Arab",
    "be": "Cyrl",
    "bg": "Cyrl",
    "ckb": "Arab",
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
_REGIONS = {
    ("az", "IR"): "Arab",
    ("tly", "IR"): "Arab",
    ("tly", "RU"): "Cyrl",
    ("az", "RU"): "Cyrl",
    ("ku", "IQ"): "Arab",
    ("ku", "IR"): "Arab",
}

# Whom a reader is likely to read next, nearest first.  The script counts more than the family:
# somebody who writes Talysh in Arabic letters went to school in Persian.
_NEAREST = {
    "tly": ("az", "ru", "tr"),
    "tly-Latn": ("az", "ru", "tr"),
    "tly-Cyrl": ("ru", "az"),
    "tly-Arab": ("fa", "az"),
    "az": ("tr", "ru"),
    "az-Arab": ("fa",),
    "az-Cyrl": ("az", "ru"),
    "fa": (),
    "ru": (),
    "tr": ("az",),
    "glk": ("fa",),
    "lez": ("ru", "az"),
    "ku": ("tr",),
}


def parts(tag: str) -> tuple[str, str, str]:
    """Language, script and region of a tag, each empty when the tag does not name it.

    ``_`` is read as ``-`` and case is ignored, as BCP 47 asks; variants and extensions are dropped.
    """
    language, *rest = tag.replace("_", "-").split("-")
    script = region = ""
    for part in rest:
        if len(part) == 1:
            break
        if len(part) == 4 and part.isalpha() and not script and not region:
            script = part.title()
        elif len(part) in {2, 3} and not region:
            region = part.upper()
    return language.lower(), script, region


def script(tag: str) -> str:
    """ISO 15924 code of the script a tag is written in; ``Latn`` when nothing says otherwise."""
    language, named, region = parts(tag)
    return named or _REGIONS.get((language, region)) or _SCRIPTS.get(language, "Latn")


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """The way lines run, by script: ``rtl`` for fa, ar, he and tly-Arab, ``ltr`` for az and tly."""
    return "rtl" if script(tag) in _RIGHT_TO_LEFT else "ltr"


def fallbacks(tag: str) -> tuple[str, ...]:
    """Tongues to try in turn for a reader of ``tag``, itself first and English last.

    ``tly-Cyrl-RU`` gives tly-Cyrl-RU, tly-Cyrl, ru, az, tly, en: the same script in another tongue
    comes before the same tongue in a script the reader may not know.
    """
    language, named, region = parts(tag)
    written = script(tag)
    own = [tag, f"{language}-{named}-{region}" if named and region else "", f"{language}-{written}"]
    usual = script(language) == written
    near = _NEAREST.get(f"{language}-{written}") or _NEAREST.get(language, ())
    chain = [*own, language, *near] if usual else [*own, *near, language]
    return tuple(dict.fromkeys(name for name in (*chain, SOURCE) if name))
