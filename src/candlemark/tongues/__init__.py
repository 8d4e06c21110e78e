"""Languages and scripts: what a reader sees, and how what was typed is found again.

The page asks :func:`pick` for a text and :func:`direction` for the way it runs; search asks
:func:`fold`, :func:`ascii_key`
and :func:`sounding_key`; lists ask :func:`collation_key`; addresses ask :func:`slug`.
:func:`tongue_of` says by its letters how a name is to be read, :func:`transliterate` writes
Cyrillic in Latin letters by the official tables.
Nothing here translates: texts live where their subject lives, and dates with the pages.  Sentences
made below the pages ask :func:`plural`, :func:`listed` and :func:`grouped`.
"""

from __future__ import annotations

from candlemark.tongues.collation import collation_key
from candlemark.tongues.folding import ascii_key, fold
from candlemark.tongues.grammar import grouped, listed, plural
from candlemark.tongues.labels import Said, pick
from candlemark.tongues.languages import INTERFACE, NAMES, direction, fallbacks, script
from candlemark.tongues.names import consonants, name_keys, nearness
from candlemark.tongues.numerals import digits
from candlemark.tongues.slugs import slug
from candlemark.tongues.sounding import sounding_key
from candlemark.tongues.transliterating import LETTERS_VERSION, tongue_of, transliterate

__all__ = [
    "INTERFACE",
    "LETTERS_VERSION",
    "NAMES",
    "Said",
    "ascii_key",
    "collation_key",
    "consonants",
    "digits",
    "direction",
    "fallbacks",
    "fold",
    "grouped",
    "listed",
    "name_keys",
    "nearness",
    "pick",
    "plural",
    "script",
    "slug",
    "sounding_key",
    "tongue_of",
    "transliterate",
]
