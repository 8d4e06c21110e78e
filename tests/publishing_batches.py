"""A house that releases closed batches of people who do not exist, for tests."""

from __future__ import annotations

from datetime import date

from candlemark.protect import HOUSE, approve_release, release_named, wanted
from candlemark.publish import releases
from protect.sources import people, source
from releasing import EDITION, TEXTS

NAMES = wanted(["entered", "entered/ground", "entered/ground@region", "stands", "steps"])
PEOPLE = people(240, regions=2)
FEW = wanted(["entered", "steps"])
EARLY, LATE = date(2022, 6, 30), date(2022, 12, 31)


def drafted(house, until, names=NAMES):
    with house.team.open() as vault:
        upto = vault.ledger.size
        code, figures = releases.close_batch(vault.ledger, source(PEOPLE, until), names, HOUSE)
        return releases.draft(
            vault.ledger, figures, TEXTS, edition=EDITION, crosswalks={}, upto=upto, batches=(code,)
        )


def batch_approved(house, draft, until, names=NAMES):
    with house.team.open("colleague") as vault:
        for code in draft.batches:
            approve_release(vault, release_named(vault.ledger, code), source(PEOPLE, until))


def published(house, until, names=NAMES):
    draft = drafted(house, until, names)
    batch_approved(house, draft, until, names)
    house.approve(draft.id)
    return house.publish(draft.id)
