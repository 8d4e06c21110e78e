"""Drafting, approving, publishing and withdrawing a release: each step refuses before it is said.

Whoever drafts does not approve.  What is approved is what was drafted, to the byte.  Between the
draft and its publication somebody may have withdrawn consent to statistics: then the figures are of
cases that may no longer be counted, and the release has to be drafted again.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from candlemark.casefile import withdrawn_since
from candlemark.casefile.consent import STATISTICS
from candlemark.errors import Disclosive, Fault, NotEntitled, NotInOrder, NotUnderstood
from candlemark.ledger import Part
from candlemark.publish.releases import shelf
from candlemark.publish.releases.batches import refuse_overtaken, refuse_unapproved
from candlemark.publish.releases.facts import (
    PlacesSaid,
    ReleaseApproved,
    ReleaseDrafted,
    ReleasePublished,
    ReleaseWithdrawn,
)
from candlemark.publish.releases.fold import releases
from candlemark.publish.table import CLOSED_BATCHES, TONGUES
from candlemark.publish.turning import BY_HAND, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.ledger import Ledger, Vault
    from candlemark.protect import ProtectedFigure
    from candlemark.publish.releases.facts import InTongues
    from candlemark.publish.releases.fold import Draft, Published, Releases
    from candlemark.publish.releases.texts import TextsOf
    from candlemark.publish.table import Table, Texts

_ONION: Final = re.compile(r"[a-z2-7]{56}\.onion")
_LONGEST: Final = 300
_MIRRORS: Final = 40


def draft(
    ledger: Ledger,
    figures: Sequence[ProtectedFigure],
    texts: TextsOf,
    *,
    edition: Edition,
    crosswalks: Mapping[str, Crosswalk],
    upto: int,
    corrects: int = 0,
    batches: Sequence[str] = (),
) -> Draft:
    """Propose to publish some figures.

    Args:
        ledger: of an opened vault.
        figures: what to publish, in the order in which readers meet it.
        texts: what is said with them.
        edition: whose codes they hold.
        crosswalks: those they were coded by, each under its code.
        upto: entries the ledger had when the figures were computed.
        corrects: the number of the release this one corrects; 0 for none.
        batches: the closed batches that figures come from, by their codes.

    Raises:
        Disclosive: a figure is not protected; or other numbers of the agency were published before
            that can be subtracted, since they did not leave in closed batches.
        NotInOrder: there is nothing to publish, two tables have one name, or there is nothing to
            correct; everything is named.
        VaultBusy, StorageFull, LedgerBroken: nothing was kept.
    """
    found = tables_of(ledger, figures, edition=edition, crosswalks=crosswalks, corrects=corrects)
    there = shelf.kept(ledger)
    name = secrets.token_hex(16)
    fact = ReleaseDrafted(
        name,
        _pairs(texts.titles),
        _pairs(texts.texts),
        tuple(one.identity for one in found),
        corrects,
        upto,
        tuple(batches),
    )
    new = [one for one in found if one.identity not in there]
    ledger.append([Part("coded", (fact,)), *shelf.parts_for(new)])
    return releases(ledger).draft(name)


def tables_of(
    ledger: Ledger,
    figures: Sequence[ProtectedFigure],
    *,
    edition: Edition,
    crosswalks: Mapping[str, Crosswalk],
    corrects: int = 0,
) -> list[Table]:
    """The tables that a release of some figures would carry; nothing is said.

    Raises:
        Disclosive, NotInOrder: it could not be drafted, as in :func:`draft`.
    """
    said = releases(ledger)
    found = [
        table_of(one, edition, crosswalks.get(one.basis.crosswalk), said.places.publisher)
        for one in figures
    ]
    faults = tuple(_draft_faults(found, said, corrects))
    if faults:
        raise NotInOrder("this release is not in order", hint="mend what is named", faults=faults)
    _refuse_subtraction(ledger, found, said)
    return found


def refuse_approval(ledger: Ledger, name: str, member: bytes) -> Draft:
    """The draft with this name, once this member may approve it as far as its texts and cases go.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: they drafted it themselves.
        NotInOrder: it is published already, or consent was withdrawn since.
    """
    found = releases(ledger).draft(name)
    if found.by == member:
        raise NotEntitled(
            "whoever drafted a release cannot approve it",
            hint="another member reads it and approves it",
        )
    _refuse_stale(ledger, found)
    return found


def approve(ledger: Ledger, name: str, member: bytes) -> Draft:
    """Agree that a draft is published.

    Args:
        ledger: of an opened vault.
        name: of the draft, or at least eight digits of it.
        member: the kid of who agrees.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: they drafted it themselves, or a batch in it is not approved.
        NotInOrder: it is published already, or consent was withdrawn since.
    """
    found = refuse_approval(ledger, name, member)
    refuse_unapproved(ledger, found)
    if member not in found.approved_by:
        ledger.append([Part("coded", (ReleaseApproved(found.id, found.digest),))])
    return releases(ledger).draft(found.id)


def publish(
    vault: Vault, name: str, edition: Edition, crosswalks: Mapping[str, Crosswalk]
) -> Published:
    """Publish a draft that somebody else approved, under the next number.

    Args:
        vault: an opened one.
        name: of the draft, or at least eight digits of it.
        edition: whose codes its figures hold.
        crosswalks: those they were coded by, each under its code.

    Raises:
        UnknownRelease: there is no such draft.
        NotEntitled: nobody but who drafted it approved it.
        NotInOrder: it is published already, or consent was withdrawn since.
        Disclosive: numbers it could be subtracted from were published since it was drafted.
    """
    ledger = vault.ledger
    said = releases(ledger)
    found = said.draft(name)
    if not found.approved_by:
        raise NotEntitled(
            "nobody approved this release",
            hint="another member than the one who drafted it: candlemark release approve",
        )
    _refuse_stale(ledger, found)
    refuse_unapproved(ledger, found)
    refuse_overtaken(ledger, found, said, edition, crosswalks)
    _refuse_subtraction(ledger, tuple(shelf.tables(ledger, found.tables).values()), said)
    shown = ledger.log.shown()
    fact = ReleasePublished(
        found.id,
        found.digest,
        len(said.published) + 1,
        ledger.now().date(),
        shown.note.only(shown.key).encode(),
    )
    ledger.append([Part("coded", (fact,))])
    return releases(ledger).numbered(fact.number)


def withdraw(ledger: Ledger, number: int, reasons: Texts) -> Published:
    """Stand by a release no longer: its numbers are taken down, and why is said in its place.

    Raises:
        UnknownRelease: there is no such release.
        NotInOrder: it was withdrawn before, or the reason is missing in a tongue.
    """
    found = releases(ledger).numbered(number)
    missing = [Fault(one, "the reason is missing") for one in TONGUES if not reasons.get(one)]
    if not found.stands:
        missing.append(Fault(f"release {number}", "it was withdrawn before"))
    if missing:
        raise NotInOrder(
            "this release cannot be withdrawn so", hint="mend what is named", faults=missing
        )
    fact = ReleaseWithdrawn(number, ledger.now().date(), _pairs(reasons))
    ledger.append([Part("coded", (fact,))])
    return releases(ledger).numbered(number)


def say_places(
    ledger: Ledger, address: str, publisher: Texts, mirrors: Sequence[str] = (), onion: str = ""
) -> None:
    """Say where what is published is found, and by whom it is; what was said before is replaced.

    Raises:
        NotUnderstood: an address is none; every one is named.
        NotInOrder: the publisher's name is missing in a tongue.
    """
    missing = [Fault(one, "the name is missing") for one in TONGUES if not publisher.get(one)]
    if missing:
        raise NotInOrder(
            "the name of the publisher is not whole", hint="say it in every tongue", faults=missing
        )
    faults = [
        Fault(where, what)
        for where, text in (("address", address), ("onion", onion))
        if text and (what := _wrong_address(text))
    ]
    faults += [
        Fault(f"mirror {number}", what)
        for number, text in enumerate(mirrors, 1)
        if (what := _wrong_address(text))
    ]
    if onion and not faults and not (urlsplit(onion).hostname or "").endswith(".onion"):
        faults.append(Fault("onion", "it is not the address of an onion service"))
    if len(mirrors) > _MIRRORS:
        faults.append(Fault("mirrors", f"there are more than {_MIRRORS}"))
    if faults:
        raise NotUnderstood("an address cannot be used", hint=_ADDRESS_HINT, faults=faults)
    fact = PlacesSaid(
        _slashed(address), _pairs(publisher), tuple(map(_slashed, mirrors)), _slashed(onion)
    )
    ledger.append([Part("coded", (fact,))])


def withdrawn_consents(
    ledger: Ledger, found: Draft, held: Mapping[str, Table] | None = None
) -> int:
    """Cases that were counted in a draft and may be no longer.  The number stays inside.

    Args:
        ledger: of an opened vault.
        found: the draft.
        held: tables that were read already, by their identity.
    """
    made = held or shelf.tables(ledger, found.tables)
    if all(made[one].agency.code != BY_HAND for one in found.tables):
        return 0
    return len(withdrawn_since(ledger, STATISTICS, found.upto))


def _refuse_stale(ledger: Ledger, found: Draft) -> None:
    if found.number:
        raise NotInOrder(
            f"this draft is published as release {found.number}", hint="draft another one"
        )
    if withdrawn_consents(ledger, found):
        raise NotInOrder(
            "consent was withdrawn since these figures were computed",
            hint="draft the release again: the cases are left out of new figures",
        )


def _draft_faults(found: Sequence[Table], said: Releases, corrects: int) -> Iterator[Fault]:
    if not found:
        yield Fault("figures", "there is nothing to publish")
    names = [one.name for one in found]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Fault(name, "two tables have this name")
    if corrects and not 1 <= corrects <= len(said.published):
        yield Fault("corrects", f"there is no release {corrects}")
    elif corrects and said.published[corrects - 1].corrected_by:
        by = said.published[corrects - 1].corrected_by
        yield Fault("corrects", f"release {corrects} is corrected by release {by}; correct that")


def _refuse_subtraction(ledger: Ledger, found: Sequence[Table], said: Releases) -> None:
    """Refuse numbers that could be held against others of the same agency.

    What is the same to the byte tells nothing new.  What goes on in closed batches was held against
    all batches before it by ``protect``; beside numbers that an early version of this program
    rounded once, and published, it was not.
    """
    before = {name for one in said.published for name in one.draft.tables}
    old: dict[tuple[str, str], set[str]] = {}
    for one in shelf.tables(ledger, before).values():
        old.setdefault(_whose(one), set()).add(one.protection.way)
    risky = [
        one
        for one in found
        if one.identity not in before
        and _whose(one) in old
        and {one.protection.way, *old[_whose(one)]} != {CLOSED_BATCHES}
    ]
    if risky:
        raise Disclosive(
            "other figures of this agency were published before",
            hint="two releases can be subtracted; wait for releases in closed batches",
            faults=[Fault(one.name, "its agency was published before") for one in risky],
        )


def _whose(table: Table) -> tuple[str, str]:
    return table.agency.code, table.unit.code


def _pairs(found: Texts) -> InTongues:
    return tuple((tongue, found[tongue]) for tongue in TONGUES)


def _slashed(address: str) -> str:
    return f"{address.rstrip('/')}/" if address else ""


def _wrong_address(text: str) -> str:
    """What is wrong with an address; empty when nothing is."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "it cannot be read"
    if len(text) > _LONGEST or not text.isprintable() or set(text) & set(" \"'<>\\"):
        return "it is too long, or holds characters an address cannot have"
    if parts.query or parts.fragment or "@" in parts.netloc:
        return "it holds more than a host and a path"
    if host.endswith(".onion") and _ONION.fullmatch(host.rpartition(".onion")[0][-56:] + ".onion"):
        return "" if parts.scheme in {"http", "https"} else "it is neither http nor https"
    if parts.scheme != "https" or "." not in host:
        return "it is not an https address"
    return ""


_ADDRESS_HINT: Final = "write https://example.org/ or, for an onion service, http://….onion/"
