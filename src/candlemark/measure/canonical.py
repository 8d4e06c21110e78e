"""One way to write a document as bytes, so that two people can compare hashes of the same figure.

The form is RFC 8785 (JSON Canonicalization Scheme): no spaces, names in order, numbers as
ECMAScript writes them.  A figure read back from an indented file has the same bytes as the one that
was computed.  What has no place in it, a number that is none or an integer beyond 2**53 that other
readers would round, is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Final

_LARGEST: Final = 2**53
_MOST: Final = 10**21
_POINT_AT: Final = range(-5, 22)
"""Where the decimal point may lie before ECMAScript writes an exponent."""


def canonical(document: object) -> bytes:
    """The bytes of a document of dictionaries, lists, texts, numbers, truth values and None.

    Raises:
        ValueError: it holds something else, a number that is none, or an integer too large.
    """
    return _said(document).encode()


def identity(document: object) -> str:
    """``sha256:`` and the hash of the canonical bytes, in hex."""
    return f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"


def _said(value: object) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > _LARGEST and (abs(value) > _MOST or _number(float(value)) != str(value)):
            raise ValueError("an integer that other readers would round")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        names = sorted(value, key=_order)
        return f"{{{','.join(f'{_said(name)}:{_said(value[name])}' for name in names)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_said, value))}]"
    raise ValueError(f"a {type(value).__name__} is no part of a document")


def _order(name: object) -> bytes:
    if not isinstance(name, str):
        raise ValueError("a name that is no text")  # noqa: TRY004 - every refusal here is of a value
    return name.encode("utf-16-be")


def _number(value: float) -> str:
    """A number as ECMAScript writes it: the shortest digits that read back as the same double."""
    if not math.isfinite(value):
        raise ValueError("a number that is none")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(exponent or 0)
    digits = (whole + part).lstrip("0")
    point -= len(whole + part) - len(digits)
    digits = digits.rstrip("0")
    if point in _POINT_AT:
        return sign + _plain(digits, point)
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"
