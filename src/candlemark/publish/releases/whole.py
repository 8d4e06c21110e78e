"""A release with everything it rests on: its batches are closed, approved and named with it.

The commands and the desk do the same by these three.  Nothing is said before everything that can be
refused was looked at: a batch that was closed for a release nobody could draft would wait for ever.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from candlemark import agency, protect
from candlemark.protect import HOUSE, State
from candlemark.publish.releases import saying, shelf
from candlemark.publish.releases.batches import try_batch
from candlemark.publish.releases.fold import releases
from candlemark.publish.releases.wishing import Wish, source_of
from candlemark.publish.turning import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.protect import Source
    from candlemark.publish.releases.fold import Draft, Published
    from candlemark.publish.releases.texts import TextsOf


def draft_whole(
    vault: Vault,
    edition: Edition,
    wishes: Sequence[Wish],
    texts: TextsOf,
    *,
    policy: str = HOUSE.name,
    corrects: int = 0,
) -> Draft:
    """Propose to publish the next batch of each source, with texts.

    Args:
        vault: an opened one.
        edition: whose codes the figures hold.
        wishes: one for each source, in the order in which readers meet them.
        texts: what is said with them.
        policy: the name of the rules.
        corrects: the number of the release this one corrects; 0 for none.

    Raises:
        NotUnderstood, SettingRefused: a name names no table, or no rules.
        NotEntitled: the secret of the record keys cannot be read here.
        Disclosive: nothing new has gathered in a source, an attack opens it, or other numbers were
            published before that can be subtracted.
        NotInOrder, MeasureError: it is not in order, or cannot be counted; everything is named.
        VaultBusy, StorageFull, LedgerBroken: not everything was kept; draft it again.
    """
    ledger = vault.ledger
    upto = ledger.size
    rules = protect.policy_named(ledger, policy)
    tried = []
    for wish in wishes:
        source = source_of(vault, edition, wish)
        made = try_batch(ledger, source, wish.named, rules)
        protect.refuse_nothing(made.made)
        tried.append((source, made))
    figures = [one for _, made in tried for one in made.figures]
    crosswalks = crosswalks_of(ledger, (one.crosswalk for one in wishes), edition)
    saying.tables_of(ledger, figures, edition=edition, crosswalks=crosswalks, corrects=corrects)
    batches = [protect.draft_tried(ledger, source, made, rules).code for source, made in tried]
    return saying.draft(
        ledger,
        figures,
        texts,
        edition=edition,
        crosswalks=crosswalks,
        upto=upto,
        corrects=corrects,
        batches=batches,
    )


def approve_whole(vault: Vault, name: str, edition: Edition) -> Draft:
    """Agree that a draft is published, with every batch in it; whoever drafted it cannot.

    Every case is looked at again before anything is said.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: they drafted it themselves, or a batch in it waits for nobody.
        Disclosive: a case in it may be counted no longer.
        NotInOrder: it is published already, consent was withdrawn since, or it was made with
            another secret.
    """
    me = vault.members.me.kid
    found = saying.refuse_approval(vault.ledger, name, me)
    named = (protect.release_named(vault.ledger, code) for code in found.batches)
    waiting = [
        (one, _source(vault, edition, one)) for one in named if one.state is not State.APPROVED
    ]
    for one, source in waiting if len(waiting) > 1 else ():
        protect.refuse_changed(vault, one, source)
    for one, source in waiting:
        protect.approve_release(vault, one, source)
    return saying.approve(vault.ledger, found.id, me)


def publish_whole(vault: Vault, name: str, edition: Edition) -> Published:
    """Publish a draft that another member approved, under the next number.

    Raises:
        UnknownRelease, NotEntitled, NotInOrder, Disclosive: as :func:`saying.publish`.
    """
    found = releases(vault.ledger).draft(name)
    codes = {one.agency.code for one in shelf.tables(vault.ledger, found.tables).values()}
    crosswalks = crosswalks_of(vault.ledger, sorted(codes - {BY_HAND}), edition)
    return saying.publish(vault, found.id, edition, crosswalks)


def crosswalks_of(ledger: Ledger, codes: Iterable[str], edition: Edition) -> dict[str, Crosswalk]:
    """Crosswalks by their codes; the cases entered by hand have none."""
    return {code: agency.crosswalk_of(ledger, code, edition) for code in codes if code}


def _source(vault: Vault, edition: Edition, one: protect.Release) -> Source:
    said = one.said
    wish = Wish(said.cohort, (), said.from_stage, date.fromisoformat(said.as_of))
    return source_of(vault, edition, wish)
