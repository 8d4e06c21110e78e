"""A list says of each case what its page says, however it was come by; filters meet and count."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from candlemark import casefile
from candlemark.casefile import docket, facts, listing
from candlemark.casefile.lines import ones, set_of, together
from candlemark.casefile.lines.bits import CHUNK, Chunk
from candlemark.casefile.listing import DueFilter, Filter, Sort
from candlemark.casefile.timeline import timeline
from candlemark.errors import VaultError
from candlemark.ids import new_id

from .test_shelf import MOVES, give_models, parts_of

TODAY = date(2026, 3, 1)


@pytest.fixture
def shelved(desk, tmp_path, monkeypatch):
    give_models(desk, tmp_path / "a" / "vault")
    monkeypatch.setattr(listing, "WORTH_A_MODEL", 0)
    return desk


def another(desk, title="Another case", **fields):
    """Another case on the desk; the desk then speaks of it."""
    desk.case = casefile.open_case(desk.ledger, desk.edition, {"en": title}, **fields)
    return desk.case


def asked(desk, *terms, **fields):
    return listing.listing(desk.ledger, Filter(terms=terms, **fields), TODAY)


def ids(page):
    return {one.id for one in page.cases}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_lines_that_grew_are_those_folded_from_the_whole_ledger(
    moves, new_desk, edition, tmp_path_factory
):
    desk, cases, said = new_desk(), [], []
    give_models(desk, tmp_path_factory.mktemp("models") / "a" / "b")
    for move in moves:
        if move[0] == "ask":
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(listing, "WORTH_A_MODEL", 0)
                asked(desk)
        else:
            desk.ledger.append(parts_of(move, cases, said, edition))
    from_ledger = asked(desk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "WORTH_A_MODEL", 0)
        from_model = asked(desk)

    assert {one.id: one for one in from_model.cases} == {one.id: one for one in from_ledger.cases}
    assert (from_model.counts, from_model.due) == (from_ledger.counts, from_ledger.due)
    assert from_model.all == from_ledger.all == len(casefile.cases(desk.ledger))


def test_a_line_says_what_the_page_of_the_case_says(shelved):
    suspect = shelved.person("suspect")
    court = shelved.proceeding(suspect, agency="court")
    shelved.stage("charged", "2019-05", person=suspect, proceeding=court)
    shelved.stage("judged", "2020", person=suspect, proceeding=court, outcome="convicted")
    page = asked(shelved)
    (line,) = page.cases
    told = timeline(shelved.read())

    assert (line.stage, str(line.stage_when)) == ("judged", "2020")
    assert str(line.waiting) == str(told.pending[0].since) == "2020"
    assert line.persons == 1
    assert ("stages", "charged") in line.terms
    assert ("roles", "suspect") in line.terms
    assert ("agency-types", "court") in line.terms
    assert ("stands", "judged") in line.terms


def test_what_was_corrected_or_taken_back_leaves_the_filters(shelved):
    first = shelved.stage("charged", "2019")
    note = shelved.stage("judged", "2020")
    assert asked(shelved, ("stages", "charged")).count == 1
    shelved.say(
        shelved.make(facts.StageReached, stage="reported", when="2019", supersedes=(first.id,))
    )
    shelved.withdraw(note)

    assert asked(shelved, ("stages", "charged")).count == 0
    assert asked(shelved, ("stages", "judged")).count == 0
    assert asked(shelved, ("stages", "reported")).count == 1
    assert set(asked(shelved).counts["stages"]) == {"reported"}


def test_a_case_whose_opening_was_taken_back_is_not_listed(shelved):
    shelved.stage("charged", "2019")
    opened = shelved.vault.ledger.facts()
    (opening,) = [fact for _, fact in opened if isinstance(fact, facts.CaseOpened)]
    assert asked(shelved).all == 1
    shelved.withdraw(opening)

    page = asked(shelved)
    assert (page.all, page.count, page.cases, page.counts.get("stages", {})) == (0, 0, (), {})


def test_terms_of_one_scheme_widen_and_of_two_narrow(shelved):
    shelved.stage("charged", "2019")
    shelved.person("suspect")
    one = shelved.case
    two = another(shelved)
    shelved.stage("judged", "2020")
    three = another(shelved)
    shelved.stage("charged", "2020")

    assert ids(asked(shelved, ("stages", "charged"))) == {one, three}
    assert ids(asked(shelved, ("stages", "charged"), ("stages", "judged"))) == {one, two, three}
    narrow = asked(shelved, ("stages", "charged"), ("roles", "suspect"))
    assert ids(narrow) == {one}
    assert narrow.counts["stages"] == {"charged": 1}, "what the other choices leave"
    assert narrow.counts["roles"] == {"suspect": 1}
    assert asked(shelved, ("stages", "nothing-like-it")).count == 0
    assert asked(shelved, ("no-scheme", "nothing")).count == 0


def test_a_broader_term_finds_the_narrower(shelved, edition):
    scheme = edition.scheme("bias-grounds")
    narrow = next(term for term in scheme if term.broader)
    ground = facts.BiasGround(ground=narrow.code, standing=facts.GroundStanding.ALLEGED)
    incident = new_id("incident")
    shelved.say(
        shelved.make(facts.IncidentDescribed, incident=incident, country="AZ", grounds=(ground,))
    )

    assert asked(shelved, ("bias-grounds", narrow.broader)).count == 1
    assert asked(shelved, ("country", "AZ")).count == 1


def limit(desk, when):
    desk.say(
        desk.make(facts.LimitTriggered, trigger=facts.Trigger.FINAL_DOMESTIC_DECISION, when=when)
    )


def test_what_is_due_is_told_by_the_day_it_is_asked(shelved):
    live, past, none = shelved.case, another(shelved), another(shelved)
    shelved.case = live
    limit(shelved, "2025-11-10")
    shelved.case = past
    limit(shelved, "2001-01-10")
    rows = docket(casefile.cases(shelved.ledger), TODAY)
    firsts = {row.case: row.due.earliest for row in reversed(rows.live)}

    page = asked(shelved)
    due = {one.id: one.next_due for one in page.cases}
    assert {case: row.earliest for case, row in due.items() if row} == firsts
    assert due[none] is None
    assert ids(asked(shelved, due=DueFilter.PASSED)) == {past}
    assert ids(asked(shelved, due=DueFilter.NOTHING)) == {past, none}
    assert ids(asked(shelved, due=DueFilter.QUARTER)) == {live}
    assert ids(asked(shelved, due=DueFilter.WEEK)) == set()
    assert page.due[DueFilter.NOTHING] == 2
    assert next(one.id for one in asked(shelved, sort=Sort.DUE).cases) == live
    given_rows = [(case, row.rule) for case, row in listing.due_rows(shelved.ledger, TODAY)]
    assert sorted(given_rows) == sorted((row.case, row.rule) for row in rows.live)
    every = listing.due_rows(shelved.ledger, TODAY, live=False)
    assert len(every) == len([row for row in rows.rows if row.rule])


@pytest.mark.parametrize("sort", [one for one in Sort if one is not Sort.FOUND])
@pytest.mark.parametrize("few", [0, 1000])
def test_pages_hold_each_case_once_in_one_order(shelved, monkeypatch, sort, few):
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(listing, "_FEW", few)
    for n in range(10):
        another(shelved, reference=f"R{n}" if n % 3 else "")
        if n % 2:
            court = shelved.proceeding()
            shelved.stage("charged", f"20{10 + n}", proceeding=court)
        if n % 4 == 1:
            limit(shelved, f"2025-12-{10 + n}")
    seen, after = [], ""
    while True:
        page = listing.listing(shelved.ledger, Filter(sort=sort), TODAY, after)
        seen += page.cases
        after = page.more
        if not after:
            break
    assert len(seen) == len({one.id for one in seen}) == page.all == 11
    keys = {
        Sort.SAID: lambda one: -one.said.timestamp(),
        Sort.OPENED: lambda one: -one.opened.timestamp(),
        Sort.REFERENCE: lambda one: (not one.reference, one.reference),
        Sort.WAITING: lambda one: (one.waiting is None, str(one.waiting)),
        Sort.DUE: lambda one: one.next_due.earliest if one.next_due else date.max,
    }[sort]
    assert [keys(one) for one in seen] == sorted(map(keys, seen))


def test_changed_since_counts_from_the_beginning_of_the_day(shelved):
    assert asked(shelved, since=date(2026, 1, 1)).count == 1
    assert asked(shelved, since=date(2026, 1, 2)).count == 0


def test_only_the_cases_a_search_found_are_listed(shelved):
    one = shelved.case
    another(shelved)
    assert ids(asked(shelved, among=(one, "case_none"))) == {one}
    assert asked(shelved, among=()).count == 0
    assert set(listing.listed(shelved.ledger, [one, "case_none"], TODAY)) == {one}
    assert listing.matching(shelved.ledger, Filter(among=(one,)), TODAY) == (one,)


@pytest.mark.parametrize("few", [0, 1000])
def test_a_few_cases_are_filtered_and_counted_as_many_are(shelved, monkeypatch, few):
    monkeypatch.setattr(listing, "_FEW", few)
    among = []
    for n in range(8):
        among.append(another(shelved))
        shelved.stage("charged" if n % 2 else "judged", "2019")
        if n % 3 == 0:
            limit(shelved, "2025-12-20" if n else "2001-01-01")
    chosen = {"among": tuple(among[1:]), "sort": Sort.FOUND}

    every = asked(shelved, **chosen)
    assert (every.all, every.count) == (9, 7)
    assert [one.id for one in every.cases] == among[1:]
    assert every.counts["stages"] == {"charged": 4, "judged": 3}
    assert every.due[DueFilter.QUARTER] == 2
    narrowed = asked(shelved, ("stages", "charged"), due=DueFilter.QUARTER, **chosen)
    assert [one.id for one in narrowed.cases] == [among[3]]
    assert narrowed.counts["stages"] == {"charged": 1, "judged": 1}


def test_cases_are_known_by_their_own_numbers(shelved):
    one = another(shelved, reference="A/1")
    two = another(shelved, reference="A/1")
    assert listing.references(shelved.ledger) == {"A/1": [one, two]}


def test_a_vault_whose_read_model_cannot_be_kept_is_listed_from_the_ledger(shelved, monkeypatch):
    def refuse(*_):
        raise VaultError("no room")

    monkeypatch.setattr(shelved.ledger.models, "coded", refuse)
    assert asked(shelved).all == 1


def test_nothing_of_who_somebody_is_comes_into_a_line(shelved):
    person = shelved.person("victim")
    name = facts.Spelling(text="Xyzzy Plugh", language="az")
    shelved.say(shelved.make(facts.IdentityStated, person=person, names=(name,)))
    shelved.stage("charged", "2019", person=person)

    def everything(model):
        return [model.query(f"SELECT * FROM {{{name}}}") for name in ("line", "bits", "due")]

    kept = repr(shelved.ledger.models.coded(casefile.shelf.STATEMENTS, everything))
    assert "Xyzzy" not in kept
    assert "Plugh" not in kept


def test_a_question_to_a_model_cannot_write(shelved):
    with pytest.raises(VaultError):
        shelved.ledger.models.coded(
            casefile.shelf.STATEMENTS, lambda model: model.query("DELETE FROM {line}")
        )


def test_sets_of_cases_are_kept_in_chunks():
    numbers = {0, 7, 8, CHUNK - 1, CHUNK, 5 * CHUNK + 3}
    chunks = {}
    for number in sorted(numbers):
        chunk = chunks.setdefault(number // CHUNK, Chunk())
        chunk.put(number, there=True)
    whole = together((place, chunk.kept) for place, chunk in chunks.items())

    assert whole == set_of(numbers)
    assert set(ones(whole)) == numbers
    chunks[0].put(7, there=False)
    assert set(ones(together([(0, chunks[0].kept)]))) == {0, 8, CHUNK - 1}
    assert (set_of(()), together(()), list(ones(0))) == (0, 0, [])


def test_an_instant_is_kept_to_the_microsecond(shelved):
    (line,) = asked(shelved).cases
    assert line.opened == shelved.read().opened
    assert line.opened.tzinfo == UTC
    assert isinstance(line.said, datetime)
