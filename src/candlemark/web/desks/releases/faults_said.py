"""What is wrong with a release or an answer, in the reader's words.

The floors say it in English; each of their sentences that can stand on these pages is here, so that
it is in the catalogues.  One that is not is shown in English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the name gatherers know

if TYPE_CHECKING:
    from candlemark.web.reader import Reader

SAID: Final = (
    # Texts
    N_("it is missing"),
    N_("the reason is missing"),
    N_("it holds characters that cannot be shown"),
    N_("it holds an address of mail or a telephone number, which lead to a person"),
    N_("say in which language the answer came: az, hy, uz-Cyrl"),
    # Names of tables
    N_("is not written as a table is"),
    N_("names no state"),
    N_("takes nothing after a stroke"),
    N_("is not divided"),
    N_("a curve is divided once a year only, by one scheme: add # and the year"),
    N_("divides by nothing"),
    # What is refused of a release
    N_("no table is named"),
    N_("these tables cannot be named so"),
    N_("an attack opens this release"),
    N_("let the groups gather more, leave a table out, or choose a stricter policy"),
    N_("no group has gathered enough that is new"),
    N_("wait; what is new is counted in the release after"),
    N_("other figures of this agency were published before"),
    N_("two releases can be subtracted; wait for releases in closed batches"),
    N_("this release is not in order"),
    N_("mend what is named"),
    N_("there is nothing to publish"),
    N_("two tables have this name"),
    N_("nothing to measure: the vault holds no case with a dated stage"),
    N_("whoever drafted a release cannot approve it"),
    N_("another member reads it and approves it"),
    N_("nobody approved this release"),
    N_("consent was withdrawn since these figures were computed"),
    N_("draft the release again: the cases are left out of new figures"),
    N_("a case in this release may not be counted any more, or it was counted otherwise"),
    N_("consent was taken back, or a case was corrected: draft it anew"),
    N_("this draft was made with another secret, or under a policy that is not known"),
    N_("draft it anew"),
    N_("these numbers are not those that are released now"),
    N_("draft it again, and name every table that was released before"),
    N_("a batch of this release is not approved"),
    N_("this release is overtaken"),
    N_("this release is dropped"),
    N_("draft another one"),
    N_("the secret of the record keys cannot be read here"),
    N_("it stays in the vault that publishes: a member who reads coded there does this"),
    # Answers
    N_("this day is ahead"),
    N_("it is not after the day of the asking"),
    N_("this is before the agency was asked"),
    N_("it is not public: another member approves it first"),
    N_("the table holds nothing at this place"),
    N_("whoever said it cannot approve it"),
    N_("this cannot be said so"),
)
"""What the floors may say here, for the catalogues."""
_MISSING: Final = re.compile(r"it is missing \((.+)\)")
_LONG: Final = re.compile(r"it is longer than ([\d,]+) characters")
_ASKED_BY: Final = re.compile(r"an answer was asked for by ([\d-]+): wait for it")


def said(text: str, reader: Reader) -> str:
    """A sentence of a floor in the tongue being spoken."""
    if _MISSING.fullmatch(text):
        return _("It is missing.")
    if found := _LONG.fullmatch(text):
        number = reader.number(int(found[1].replace(",", "")))
        return _("It is longer than %(number)s letters.") % {"number": number}
    if found := _ASKED_BY.fullmatch(text):
        return _("An answer was asked for by %(day)s: wait for it.") % {
            "day": reader.digits(found[1])
        }
    return gettext(text)
