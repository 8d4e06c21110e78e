"""A release leaves by two people, whole, once; what it changes and what it corrects is said."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.errors import (
    Disclosive,
    NotEntitled,
    NotInOrder,
    NotUnderstood,
    UnknownRelease,
)
from candlemark.ids import new_id
from candlemark.ledger import Part, Vault
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.publish import releases
from candlemark.publish.releases.facts import ReleaseApproved, ReleasePublished
from candlemark.publish.releases.fold import fold
from candlemark.publish.table import TONGUES, Sign
from candlemark.publish.turning import table_of
from cohorts import basis, occupancy
from public_tables import every_sign, turned
from releasing import EDITION, KINDS, PEOPLE, REASONS, of
from stand_in import protect

MORNING = datetime(2026, 4, 1, 8, tzinfo=UTC)


def test_a_release_is_drafted_by_one_approved_by_another_and_published_under_a_number(house):
    draft = house.draft()
    approved = house.approve(draft.id)
    published = house.publish(draft.id[:8])

    said = house.said()
    assert approved.approved_by
    assert approved.by not in approved.approved_by
    assert (published.number, published.stands, said.newest) == (1, True, published)
    assert said.faults == ()
    with house.team.open() as vault:
        checkpoint = read_checkpoint(
            published.checkpoint, vault.publisher.log.name, vault.ledger.log_key
        )
        tables = releases.tables(vault.ledger, published.draft.tables)
    assert 0 < checkpoint.size < 20
    assert [one.agency.labels["en"] for one in tables.values()] == ["One"]


def test_whoever_drafted_cannot_approve_and_nobody_can_publish_what_nobody_approved(house):
    draft = house.draft()

    with pytest.raises(NotEntitled, match="drafted a release cannot approve"):
        house.approve(draft.id, who="founder")
    with pytest.raises(NotEntitled, match="nobody approved"):
        house.publish(draft.id)
    assert house.said().published == ()


def test_an_approval_that_was_written_past_the_rule_does_not_count(house):
    draft = house.draft()
    with house.team.open() as vault:  # who drafted it, by a program that does not look
        vault.ledger.append([Part("coded", (ReleaseApproved(draft.id, draft.digest),))])
        note = vault.ledger.log.shown().note.encode()
        vault.ledger.append(
            [Part("coded", (ReleasePublished(draft.id, draft.digest, 1, date(2026, 4, 1), note),))]
        )

    said = house.said()
    assert said.published == ()
    assert [fault.what.partition(": ")[2] for fault in said.faults] == [
        "the one who drafted a release approves it",
        "it publishes what nobody else approved",
    ]


def test_an_approval_is_of_exactly_what_was_drafted(house):
    draft = house.draft()
    with house.team.open("colleague") as vault:
        vault.ledger.append([Part("coded", (ReleaseApproved(draft.id, "0" * 64),))])

    with pytest.raises(NotEntitled, match="nobody approved"):
        house.publish(draft.id)
    assert "not drafted" in house.said().faults[0].what


def test_a_release_is_published_once(house):
    draft = house.draft()
    house.approve(draft.id)
    house.publish(draft.id)

    with pytest.raises(NotInOrder, match="published as release 1"):
        house.publish(draft.id)
    with pytest.raises(NotInOrder, match="published as release 1"):
        house.approve(draft.id)


def test_a_text_that_is_missing_in_a_tongue_is_named_with_every_other():
    with pytest.raises(NotInOrder) as refused:
        releases.TextsOf(
            {"en": "A", "ru": "Б"}, {tongue: "x" for tongue in TONGUES if tongue != "fa"}
        )

    assert [fault.where for fault in refused.value.faults] == [
        "az.title",
        "fa.title",
        "tr.title",
        "fa.text",
    ]


def test_texts_are_read_from_a_file_with_a_section_for_each_tongue():
    content = "".join(f'[{one}]\ntitle = "T {one}"\ntext = """One.\n\nTwo."""\n' for one in TONGUES)

    found = releases.read_texts(content.encode())
    assert found.titles["fa"] == "T fa"
    assert found.texts["tr"] == "One.\n\nTwo."
    with pytest.raises(NotUnderstood, match="more than the tongues"):
        releases.read_texts(content.encode() + b'[de]\ntitle = "x"\n')
    with pytest.raises(NotUnderstood, match="cannot be read"):
        releases.read_texts(b"[en\n")
    with pytest.raises(NotInOrder, match="reasons are not whole"):
        releases.read_reasons(b'[en]\nreason = "x"\n')


def test_a_figure_without_an_as_of_day_is_refused_before_anything_is_kept(house):
    figure = of("One")
    without = dataclasses.replace(figure.basis)
    object.__setattr__(without, "as_of", None)
    object.__setattr__(figure, "basis", without)

    with pytest.raises(NotInOrder) as refused:
        house.draft(figure)
    assert [str(fault) for fault in refused.value.faults] == ["as_of: there is no as-of date"]
    assert house.said().drafts == ()


def test_a_day_nobody_stated_is_shown_as_such():
    figure = occupancy(PEOPLE)
    unstated = dataclasses.replace(basis("occupancy"), as_of_stated=False)
    table = table_of(protect(dataclasses.replace(figure, basis=unstated)), EDITION)

    assert not table.as_of_stated
    assert turned(figure)[0].as_of_stated


def test_an_exact_figure_is_refused(house):
    with pytest.raises(Disclosive, match="protected"):
        house.draft(occupancy(PEOPLE))


def test_the_same_numbers_can_be_carried_on_and_a_new_agency_added(house):
    first = house.draft(of("One"))
    house.approve(first.id)
    house.publish(first.id)
    second = house.draft(of("One"), of("Two"))
    house.approve(second.id)

    published = house.publish(second.id)
    with house.team.open() as vault:
        kept = releases.tables(vault.ledger, [*first.tables, *second.tables])
    before = [kept[one] for one in first.tables]
    after = [kept[one] for one in second.tables]
    changes = releases.changes_between(before, after)
    assert published.number == 2
    assert changes.same == (before[0].name,)
    assert changes.added == (after[1].name,)
    assert (changes.gone, changes.changed) == ((), ())


def test_what_changed_is_told_cell_by_cell():
    table = every_sign()
    first, second, *rest = table.cells
    changed = dataclasses.replace(
        table, cells=(dataclasses.replace(first, value=140), *rest), protection=table.protection
    )

    told = releases.changes_between([table], [changed])
    assert [(one.cells, one.added, one.gone) for one in told.changed] == [(1, 0, 1)]
    assert second.sign is Sign.NUMBER
    assert releases.changes_between([table], []).gone == (table.name,)


def test_a_correction_is_a_new_release_and_the_old_one_stays_reachable(house):
    first = house.draft(of("One"))
    house.approve(first.id)
    house.publish(first.id)
    better = house.draft(of("One"), corrects=1)
    house.approve(better.id)
    house.publish(better.id)

    said = house.said()
    assert [(one.number, one.corrected_by, one.stands) for one in said.published] == [
        (1, 2, True),
        (2, 0, True),
    ]
    with pytest.raises(NotInOrder) as refused:
        house.draft(of("One"), corrects=1)
    assert "correct that" in refused.value.faults[0].what
    with pytest.raises(NotInOrder, match="not in order"):
        house.draft(of("One"), corrects=9)


def test_a_withdrawn_release_says_why_and_is_withdrawn_once(house):
    first = house.draft(of("One"))
    house.approve(first.id)
    house.publish(first.id)
    with house.team.open("colleague") as vault:
        with pytest.raises(NotInOrder) as refused:
            releases.withdraw(vault.ledger, 1, {"en": "Wrong"})
        taken = releases.withdraw(vault.ledger, 1, REASONS)
        with pytest.raises(NotInOrder):
            releases.withdraw(vault.ledger, 1, REASONS)
        with pytest.raises(UnknownRelease):
            releases.withdraw(vault.ledger, 2, REASONS)

    assert len(refused.value.faults) == len(TONGUES) - 1
    assert not taken.stands
    assert house.said().newest is None


def by_hand():
    figure = occupancy(PEOPLE)
    basis_ = dataclasses.replace(figure.basis, agency="The house", crosswalk="")
    return protect(dataclasses.replace(figure, basis=basis_))


def case_with_consent(ledger):
    """A case in which somebody agreed to statistics; what withdraws that consent."""
    case = casefile.open_case(ledger, EDITION, {"en": "A neutral title"})
    given = {"case": case, "edition": EDITION.code}
    person, consent = new_id("person"), new_id("consent")
    casefile.say(
        ledger,
        EDITION,
        [
            facts.PersonInRole(id=new_id("fact"), person=person, roles=("victim",), **given),
            facts.ConsentStated(
                id=new_id("fact"),
                consent=consent,
                person=person,
                use="statistics",
                answer="given",
                **given,
            ),
        ],
    )
    return facts.ConsentWithdrawn(id=new_id("fact"), consent=consent, **given)


def test_consent_withdrawn_after_the_draft_stops_the_release(house):
    with house.team.open() as vault:
        withdrawal = case_with_consent(vault.ledger)
    draft = house.draft(by_hand())
    agencies = house.draft(of("One"))
    house.approve(draft.id)
    with house.team.open() as vault:
        casefile.say(vault.ledger, EDITION, [withdrawal])

    with pytest.raises(NotInOrder, match="consent was withdrawn") as refused:
        house.publish(draft.id)
    assert refused.value.faults == ()  # how many would say who
    with pytest.raises(NotInOrder, match="consent was withdrawn"):
        house.approve(draft.id)
    house.approve(agencies.id)  # of an agency's file nobody's consent was asked
    assert house.publish(agencies.id).number == 1
    again = house.draft(by_hand())
    house.approve(again.id)
    assert house.publish(again.id).number == 2


def test_consent_withdrawn_after_the_release_is_shown_to_the_house(house):
    with house.team.open() as vault:
        withdrawal = case_with_consent(vault.ledger)
    draft = house.draft(by_hand())
    house.approve(draft.id)
    published = house.publish(draft.id)
    with house.team.open() as vault:
        before = releases.withdrawn_consents(vault.ledger, published.draft)
        casefile.say(vault.ledger, EDITION, [withdrawal])
        after = releases.withdrawn_consents(vault.ledger, published.draft)

    assert (before, after) == (0, 1)


def test_a_fact_that_came_twice_or_out_of_turn_is_named_and_passed_over(house):
    draft = house.draft(of("One"))
    house.approve(draft.id)
    with house.team.open() as vault:
        note = vault.ledger.log.shown().note.encode()
        for number in (2, 1, 1):
            fact = ReleasePublished(draft.id, draft.digest, number, MORNING.date(), note)
            vault.ledger.append([Part("coded", (fact,))])

    said = house.said()
    assert [one.number for one in said.published] == [1]
    assert [fault.what.partition(": ")[2] for fault in said.faults] == [
        "it publishes twice, or not as number 1",
        "it publishes twice, or not as number 2",
    ]


def test_a_draft_is_named_by_eight_digits_and_by_no_fewer(house):
    draft = house.draft()

    assert house.said().draft(draft.id[:8]).id == draft.id
    for name in (draft.id[:7], "", "f" * 32):
        with pytest.raises(UnknownRelease):
            house.said().draft(name)


NAMES = dict.fromkeys(TONGUES, "The house")


def test_addresses_are_https_or_of_an_onion_service_and_every_wrong_one_is_named():
    onion = f"http://{'a' * 56}.onion/site"
    with Vault.in_memory(KINDS) as vault:
        releases.say_places(vault.ledger, "https://a.org", NAMES, ["https://b.org/x", onion], onion)
        said = releases.releases(vault.ledger).places
        with pytest.raises(NotUnderstood) as refused:
            releases.say_places(
                vault.ledger,
                "http://a.org",
                NAMES,
                ["https://b.org/?q=1", "https://u:p@b.org", 'https://b.org/"', "ftp://b.org"],
                "https://b.org",
            )
        with pytest.raises(NotInOrder):
            releases.say_places(vault.ledger, "https://a.org", {"en": "The house"})

    assert (said.address, said.onion) == ("https://a.org/", f"{onion}/")
    assert said.mirrors == ("https://b.org/x/", f"{onion}/")
    assert [fault.where for fault in refused.value.faults] == [
        "address",
        "mirror 1",
        "mirror 2",
        "mirror 3",
        "mirror 4",
    ]


def test_a_fold_of_nothing_is_nothing_and_names_a_publisher_in_every_tongue():
    nothing = fold([])

    assert (nothing.drafts, nothing.published, nothing.newest) == ((), (), None)
    assert set(nothing.places.publisher) == set(TONGUES)


def test_the_publishers_key_is_not_the_logs_and_is_the_same_each_time():
    with Vault.in_memory(KINDS) as vault:
        publisher = vault.publisher
        note = publisher.sign("a text\n")

    assert publisher.key.public != publisher.log.public
    assert publisher.key.name == f"{publisher.log.name}/publisher"
    assert note == publisher.sign("a text\n")
    assert re.search(rb"/publisher ", note)
