"""What is in an export and what it may be used for, said in the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark import __version__

if TYPE_CHECKING:
    from candlemark.exchange.out.taken import Taken

_FOR: Final = {
    "": "the group’s own work. It is not for handing on: nobody was asked about that.",
    "statistics": "statistics. Cases of somebody who does not agree to it are not in it.",
    "publication": "publication. Cases of somebody who does not agree to it are not in it.",
    "referral": "referral to another body. Cases of somebody who does not agree are not in it.",
}


def about_text(taken: Taken) -> str:
    """A few lines of English."""
    terms = taken.terms
    names = (
        "The names of persons are in it, as far as whoever made it reads them. Keep it as you would"
        " keep the vault."
        if terms.identities
        else "Nothing of who anybody is is in it. Texts were written so as to name nobody; read"
        " them before they leave your hands."
    )
    vault, made = taken.vault or "without a name", taken.made.isoformat()
    edition = taken.edition
    return (
        f"Cases of the vault {vault}, made on {made} by Candlemark {__version__}.\n"
        f"Cases: {len(taken.cases)}. Left out because somebody does not agree to this use:"
        f" {taken.left_out}.\n"
        f"Made for {_FOR.get(terms.use, terms.use)}\n"
        f"{names}\n"
        f"Codes are those of edition {edition.code} of the definition"
        f" (SHA-256 {edition.fingerprint}).\n"
        "A date is as exact as its source: 2014 is a year, 2014-01 a month. Beside it stand the"
        " first and the last day it can be. Neither is the date.\n"
        "A person without a judgment is a suspect. Where sources differ, both sides are in the"
        " table of contradictions.\n"
    )


def about_fields(taken: Taken) -> dict[str, object]:
    """The same for programs."""
    return {
        "vault": taken.vault,
        "made": taken.made.isoformat(),
        "program": f"Candlemark {__version__}",
        "edition": taken.edition.code,
        "edition_fingerprint": taken.edition.fingerprint,
        "use": taken.terms.use or "inside",
        "identities": taken.terms.identities,
        "cases": len(taken.cases),
        "left_out_for_consent": taken.left_out,
        "about": about_text(taken),
    }
