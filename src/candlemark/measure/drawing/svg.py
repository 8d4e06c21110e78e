"""SVG, element by element: everything that is put in is escaped, numbers are short.

No framework: what is made here says by ``__html__`` that it is mark-up, which templates understand
and a notebook does too.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Value = str | float


class Svg(str):
    """Mark-up that was made here; any other text is escaped before it comes into it."""

    __slots__ = ()

    def __html__(self) -> str:
        """Itself: it needs no escaping."""
        return str(self)


def element(name: str, *inside: Svg | str, **attributes: Value) -> Svg:
    """One element.  ``class_`` is class, ``stroke_width`` is stroke-width; None is not accepted."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    content = joined(inside)
    return Svg(f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>")


def joined(parts: Iterable[Svg | str]) -> Svg:
    """Parts one after the other; what is not mark-up is escaped."""
    return Svg("".join(one if isinstance(one, Svg) else escape(one) for one in parts))


def image(title: str, says: str, *inside: Svg, **attributes: Value) -> Svg:
    """A picture that a screen reader reads as its title and one sentence."""
    told = f"{title}. {says}" if says else title
    return element("svg", element("title", told), *inside, role="img", **attributes)


def decoration(*inside: Svg, **attributes: Value) -> Svg:
    """A picture whose content stands in words right beside it."""
    return element("svg", *inside, aria_hidden="true", **attributes)


def percent(share: float) -> str:
    """A share of the width, as SVG wants it."""
    return f"{_short(100 * share)}%"


def steps(points: Iterable[tuple[float, float]], begin: str = "M") -> str:
    """A path of steps through points: level to the next, then straight up or down.

    ``begin`` is ``M`` for a path of its own, ``L`` to go on with one.
    """
    path: list[str] = []
    x = y = drawn = 0
    for right, up in points:
        to_x, to_y = round(right), round(up)
        if not path:
            path.append(f"{begin}{to_x} {to_y}")
            drawn = to_x
        elif to_y != y:
            if to_x != drawn:
                path.append(f"h{to_x - drawn}")
            path.append(f"v{to_y - y}")
            drawn = to_x
        x, y = to_x, to_y
    if x != drawn:  # a level stretch is one line, over however many points it goes
        path.append(f"h{x - drawn}")
    return "".join(path)


def _short(value: Value) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".")
