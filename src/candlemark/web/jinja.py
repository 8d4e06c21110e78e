"""The templates' environment: what a template may use, and nothing that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined, pass_context

from candlemark import __version__
from candlemark.measure.drawing import PATTERNS
from candlemark.web.due_words import called, stands
from candlemark.web.forms.token import form_token

if TYPE_CHECKING:
    from jinja2.runtime import Context

    from candlemark.casefile.docket import DocketRow


def environment(**options: Any) -> Environment:
    """Jinja2 as Django asks for it; a name that does not exist is a fault, never an empty text."""
    options["undefined"] = StrictUndefined
    env = Environment(  # noqa: S701 - Django's backend passes autoescape=True
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        **options,
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(address=address, static=static, form_token=form_token, version=__version__)
    env.globals.update(called=row_called, stands=stands, patterns=PATTERNS)
    return env


def address(name: str, *args: str) -> str:
    """The address of a page by its name, in the tongue being spoken."""
    return reverse(name, args=args)


@pass_context
def row_called(context: Context, row: DocketRow) -> str:
    """What a row of the docket is called for the reader of this page."""
    return called(row, context["reader"], context["edition"])


def static(path: str) -> str:
    """The address of a file of ours."""
    return f"{settings.STATIC_URL}{path}"
