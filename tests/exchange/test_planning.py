"""A row opens a case, says nothing, or corrects itself; it never undoes what a person did."""

from __future__ import annotations

import pytest

from candlemark import casefile, exchange
from candlemark.casefile import facts
from candlemark.casefile.standing import Stands
from candlemark.errors import NotUnderstood
from candlemark.ids import check_id, new_id

HEAD = "reference;title;date of incident;place;bias ground;victim;suspect;court;charged;judged;outcome;note"
ROW = "A-1;A fire;2019-05;Lənkəran;ethnicity;One Victim;One Suspect;City court;2020;;;as told"
TABLE = f"{HEAD}\n{ROW}\n"


def test_a_row_becomes_a_case_with_its_things(desk):
    plan = desk.bring(TABLE)
    case = desk.case("A-1")

    assert plan.counts == {"new": 1}
    assert (case.title, str(case.incidents[0].when)) == ("A fire", "2019-05")
    assert case.incidents[0].place == {"en": "Lənkəran"}
    assert [one.ground for one in case.incidents[0].grounds] == ["ethnicity"]
    assert [one.roles for one in case.persons] == [("victim",), ("suspect",)]
    assert [one.names[0].text for one in case.persons] == ["One Victim", "One Suspect"]
    (court,) = case.proceedings
    assert [(one.stage, str(one.when), one.proceeding) for one in case.stage_events] == [
        ("charged", "2020", court.id)
    ]
    assert case.notes[0].words == {"en": "as told"}


def test_a_cell_can_hold_some_time_between_two_dates(desk):
    desk.bring("reference,date of incident\nA-1,2014-03/2014-06\n")

    (incident,) = desk.case("A-1").incidents
    assert (str(incident.when), incident.until) == ("2014-03/2014-06", None)


def test_names_are_sealed_apart(desk):
    desk.bring(TABLE)
    said = {type(fact): entry for entry, fact in desk.ledger.facts()}
    assert facts.IdentityStated in said
    coded = [fact for _, fact in desk.ledger.facts() if not isinstance(fact, facts.IdentityStated)]
    assert "One Victim" not in repr(coded)


def test_the_same_table_again_says_nothing(desk):
    desk.bring(TABLE)
    size = desk.ledger.size
    plan = desk.bring(TABLE)

    assert plan.counts == {"same": 1}
    assert desk.ledger.size == size


def test_a_changed_row_corrects_what_it_said_and_the_history_stays(desk):
    desk.bring(TABLE)
    plan = desk.bring(TABLE.replace("2019-05", "2019-06").replace(";2020;;", ";2020;2021;"))
    case = desk.case("A-1")

    assert plan.counts == {"changed": 1}
    assert str(case.incidents[0].when) == "2019-06"
    assert [one.stage for one in case.stage_events] == ["charged", "judged"]
    old = [one for one in case.history if one.kind == "IncidentDescribed"]
    assert [one.stands for one in old] == [Stands.CORRECTED, Stands.YES]
    assert desk.bring(TABLE).counts == {"changed": 1}, "and back again"
    assert str(desk.case("A-1").incidents[0].when) == "2019-05"
    assert desk.case("A-1").contradictions == ()


def test_what_somebody_corrected_by_hand_is_left_alone(desk):
    desk.bring(TABLE)
    case = desk.case("A-1")
    (old,) = [
        fact
        for _, fact in desk.ledger.facts()
        if isinstance(fact, facts.IncidentDescribed) and fact.case == case.id
    ]
    by_hand = facts.IncidentDescribed(
        id=new_id("fact"),
        case=case.id,
        edition=desk.edition.code,
        incident=old.incident,
        supersedes=(old.id,),
        words=(facts.Words("as the witness has it", "en"),),
    )
    casefile.say(desk.ledger, desk.edition, [by_hand])

    assert desk.bring(TABLE).counts == {"same": 1}
    plan = desk.bring(TABLE.replace("2019-05", "2019-06"))
    assert plan.rows[0].by_hand == ("incident",)
    assert desk.case("A-1").incidents[0].words == {"en": "as the witness has it"}


def test_a_case_that_vanished_from_the_table_is_told_and_stays(desk):
    desk.bring(f"{TABLE}A-2;Another;;;;;;;;;;\n")
    plan = desk.bring(TABLE)
    assert plan.vanished == 1
    assert desk.case("A-2").title == "Another"


FAULTS = {
    "a day nobody can read": ("2019-05", "sometime", "date of incident"),
    "a day that is none": ("2019-05", "2019-02-31", "date of incident"),
    "a term nobody knows": ("ethnicity", "dislike", "bias ground"),
    "an outcome nobody knows": (";2020;;;", ";2020;;let go;", "outcome"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_cell_that_is_not_understood_refuses_its_row_and_is_named(desk, what):
    old, new, header = FAULTS[what]
    plan = desk.plan(f"{TABLE.replace(old, new)}A-2;Another;;;;;;;;;;\n")

    assert plan.counts == {"refused": 1, "new": 1}
    (fault,) = plan.faults
    assert (fault.row, fault.header) == (2, header)
    left_out = desk.plan(TABLE.replace(old, new), leave_out=True)
    assert left_out.counts == {"new": 1}
    assert len(left_out.faults) == 1


ROWS = {
    "two rows with one number": (f"{TABLE}{ROW}\n", "several rows"),
    "a row with neither number nor title": (f"{HEAD}\n;;2019;;;;;;;;;\n", "neither"),
    "a title that holds a name": (f"{HEAD}\nA-1;What Victimson saw;;;;Victimson;;;;;;\n", "name"),
    "an incident that ends before it begins": (
        "reference,date of incident,until\nA-1,2020,2019\n",
        "end before",
    ),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_cannot_be_a_case_is_refused(desk, what):
    text, why = ROWS[what]
    plan = desk.plan(text)
    assert plan.counts.get("new", 0) == 0
    assert any(why in fault.why for fault in plan.faults)
    exchange.keep(desk.ledger, desk.edition, plan)
    assert desk.ledger.size == 0


def test_nothing_is_kept_by_a_plan(desk):
    desk.plan(TABLE)
    assert desk.ledger.size == 0


def test_terms_are_known_by_code_and_by_label_in_any_tongue(desk):
    labels = desk.edition.term("bias-grounds", "ethnicity").labels
    for label in ("ethnicity", "ETHNICITY", *labels.values()):
        plan = desk.plan(TABLE.replace("ethnicity", label))
        assert plan.faults == (), label


HEADERS = {
    "az": "istinad;başlıq;hadisə tarixi;ölkə;qurban;qeyd",
    "ru": "номер дела;название;дата инцидента;страна;потерпевший;примечание",
    "fa": "شماره پرونده;عنوان;تاریخ رویداد;کشور;قربانی;یادداشت",
    "tr": "dosya no;başlık;olay tarihi;ülke;mağdur;notlar",
    "en": "Case number;Title;Date of incident;Country;Victim name;Notes",
}


@pytest.mark.parametrize("tongue", HEADERS)
def test_headers_are_understood_in_five_tongues(desk, tongue):
    table = exchange.read_table(f"{HEADERS[tongue]}\n1;2;2019;AZ;3;4\n".encode())
    meant = exchange.guess(table, desk.edition)
    assert [one.field for one in meant.columns] == [
        "reference", "title", "when", "country", "victim", "note",
    ]  # fmt: skip


def test_a_stage_is_a_column_by_its_label_in_any_tongue(desk):
    labels = list(desk.edition.term("stages", "charged").labels.values())
    for label in labels:
        table = exchange.read_table(f"reference;{label}\n1;2019\n".encode())
        assert exchange.guess(table, desk.edition).columns[1].field == "stage:charged"


def test_columns_that_mean_the_same_or_nothing_are_refused_together(desk):
    table = exchange.read_table(b"a,b,c\n1,2,3\n")
    both = exchange.Meant((exchange.Column("note"), exchange.Column("note"), exchange.Column("x")))
    with pytest.raises(NotUnderstood) as refused:
        exchange.plan(desk.ledger, desk.edition, table, both)
    assert len(refused.value.faults) == 3


def test_identifiers_tell_nothing_and_have_the_shape_of_any(desk):
    desk.bring(TABLE)
    case = desk.case("A-1")
    for one in case.persons:
        check_id(one.id, "person")
    desk.bring(TABLE.replace("A-1", "A-2"))
    assert desk.case("A-2").persons[0].id != case.persons[0].id


def test_keeping_a_plan_after_somebody_changed_the_case_is_refused_whole(desk):
    desk.bring(TABLE)
    plan = desk.plan(TABLE.replace("2019-05", "2019-06"))
    desk.bring(TABLE.replace("2019-05", "2019-07"))
    size = desk.ledger.size
    with pytest.raises(casefile.record.NotInOrder):
        exchange.keep(desk.ledger, desk.edition, plan)
    assert desk.ledger.size == size


REGIONS = {
    "AZ-LAN": "az-lan",
    "az-region-karabakh": "az-region-karabakh",
    "Lənkəran rayonu": "az-lan",
    "Баку": "az-ba",
    "unknown": "",
}


def test_a_column_of_regions_is_understood_by_code_and_by_name_and_a_word_that_is_none_is_a_fault(
    desk,
):
    rows = [f"R-{n},2025,{cell}" for n, cell in enumerate((*REGIONS, "Atlantis"))]
    plan = desk.bring("\n".join(("reference,date of incident,Region", *rows, "")))

    assert {
        cell: desk.case(f"R-{n}").incidents[0].region for n, cell in enumerate(REGIONS)
    } == REGIONS
    assert [(one.field, one.why, one.said) for one in plan.faults] == [
        ("region", "the definition has no such term", "Atlantis")
    ]
    abroad = desk.bring("reference,date of incident,Region,country\nR-9,2025,AZ-LAN,GE\n")
    assert [one.why for one in abroad.faults] == [
        "it lies in another country than the one that is said"
    ]


def test_a_column_called_region_that_is_in_somebodys_own_words_is_guessed_to_be_the_place(desk):
    desk.bring("reference,date of incident,Region\nR-1,2025,a village near Lerik\n")

    (incident,) = desk.case("R-1").incidents
    assert (incident.region, incident.place) == ("", {"en": "a village near Lerik"})
