"""The figures desk: sentences that say what was counted, and files."""

from __future__ import annotations

import csv
import http.client
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from types import SimpleNamespace

import pyarrow as pa
import pytest
from django.utils import translation
from pyarrow import parquet

import cohorts
from candlemark import agency, casefile, measure
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import Definition, load_crosswalk, load_pathway
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.web.desks.figures import asking
from candlemark.web.desks.figures.asking import Asked
from candlemark.web.desks.figures.question import Misread
from candlemark.web.desks.figures.shown import shown
from candlemark.web.naming import Names
from candlemark.web.reader import Reader

STUDY = SimpleNamespace(
    schemes=("bias-grounds", "offences", "outcomes", "sentences"),
    entry_stages=(SimpleNamespace(own="intake"), SimpleNamespace(own="charged")),
)

QUESTIONS = {
    "nothing asked": ({}, Asked()),
    "a day": ({"as_of": "2020-02-29"}, Asked(as_of=date(2020, 2, 29))),
    "groups": ({"by": "bias-grounds"}, Asked(by="bias-grounds")),
    "one group": ({"by": "offences", "group": "theft"}, Asked(by="offences", group="theft")),
    "a group of no scheme": ({"group": "theft"}, Asked()),
    "horizons in any order": ({"at": "90, 30,30"}, Asked(at=(30, 90))),
    "horizons in Persian digits": ({"at": "۳۰، ۹۰"}, Asked(at=(30, 90))),
    "another entry": ({"from": "charged"}, Asked(from_stage="charged")),
}


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_question_is_read_from_its_address(case):
    query, expected = QUESTIONS[case]

    assert (expected, ()) == asking.read(query, STUDY)


@pytest.mark.parametrize("case", QUESTIONS)
def test_a_question_written_into_an_address_is_the_same_question(case):
    asked, _ = asking.read(QUESTIONS[case][0], STUDY)
    written = dict(re.findall(r"[?&](\w+)=([^&]*)", asked.query()))
    again = {name: value.replace("%2C+", ", ") for name, value in written.items()}

    assert (asked, ()) == asking.read(again, STUDY)


def test_everything_that_cannot_be_read_is_named_at_once():
    asked, misread = asking.read(
        {"as_of": "2020-02-30", "at": "soon", "by": "outcomes", "from": "nowhere"}, STUDY
    )

    assert asked == Asked()
    assert {
        Misread("as_of", "2020-02-30"),
        Misread("at", "soon"),
        Misread("by", "outcomes"),
        Misread("from", "nowhere"),
    } == set(misread)


@pytest.mark.parametrize("typed", ["1,2,3,4,5,6,7,8,9", "99999", "-3", "1.5", "0x10", "١²", ","])
def test_horizons_that_are_no_days_are_refused(typed):
    assert [Misread("at", typed)] == list(asking.read({"at": typed}, STUDY)[1])


@pytest.fixture
def names(edition):
    return Names(edition, None, Reader("en"))


def test_attrition_says_how_many_reached_each_stage_and_how_many_are_pending(names):
    figure = cohorts.attrition({"": [(0, "")] * 3 + [(1, "dismissed")] * 2 + [(2, "convicted")]})
    said = shown(figure, Asked(), names).sentence

    assert said == (
        "6 entered at “received” (Accused person). Of them, 3 reached “Charged” and 1 reached "
        "“Judged”. On 31 March 2026, 3 of them had not ended: they are pending."
    )


def test_the_parts_of_a_stage_add_up_to_those_who_reached_it(names):
    figure = cohorts.attrition({"": [(0, "")] * 3 + [(1, "dismissed")] * 2 + [(2, "convicted")]})
    (group,) = shown(figure, Asked(), names).counted

    assert [stage.reached for stage in group.stages] == [
        sum(part.count for part in stage.parts) for stage in group.stages
    ]


def test_occupancy_says_every_share_with_its_interval(names):
    figure = cohorts.occupancy(
        {"": [(None, "")] * 5 + [(10, "convicted")] * 3 + [(20, "dismissed")] * 2}
    )
    said = shown(figure, Asked(), names).sentence

    assert (
        "Of 10 that entered at “received”, 270 days later: Pending 50.0% (45.0% to 55.0%)" in said
    )
    assert said.endswith("In brackets, the 95% interval.")


def test_a_half_that_is_not_reached_is_not_guessed(names):
    figure = cohorts.durations({"": (10, 3, (30, None, None))})
    answer = shown(figure, Asked(), names)

    assert answer.sentence == "Fewer than half have left “Charged” so far; 7 still wait."


def test_a_figure_in_persian_holds_no_digit_of_another_script(edition):
    figure = cohorts.attrition({"": [(0, "")] * 3 + [(2, "convicted")] * 9})
    with translation.override("fa"):
        said = shown(figure, Asked(), Names(edition, None, Reader("fa"))).sentence

    assert not re.search(r"[0-9]", said)
    assert "در انتظارند" in said


def test_one_group_is_shown_in_full_and_several_side_by_side(names):
    figure = cohorts.attrition({"theft": [(0, "")] * 4, "arson": [(1, "")] * 5}, by="offences")

    assert shown(figure, Asked(by="offences"), names).divided
    alone = shown(figure, Asked(by="offences", group="arson"), names)
    assert (alone.divided, [group.code for group in alone.counted]) == (False, ["arson"])
    assert shown(figure, Asked(by="offences", group="piracy"), names).counted == ()


def _rows(text):
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("".join(lines))))


def test_the_file_holds_the_exact_numbers_of_the_page_and_what_they_stand_on(site, pages, edition):
    figure = next(page for page in pages if page.startswith("figures/batch_"))
    answer = site.ask(f"/en/{figure}attrition.csv")
    rows = _rows(answer.text)
    page = site.ask(f"/en/{figure}").text

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="attrition-xx-prosecutor-[-\d]+-inside.csv"',
        answer.headers["Content-Disposition"],
    )
    assert {edition.fingerprint} == {row["edition_fingerprint"] for row in rows}
    for row in rows:
        assert f"{int(row['reached']):,}" in page


def test_an_address_with_a_question_that_cannot_be_read_gives_no_file(site, pages):
    figure = next(page for page in pages if page.startswith("figures/batch_"))

    assert site.ask(f"/en/{figure}attrition.csv?at=soon").status == 400
    assert site.ask(f"/en/{figure}attrition.csv?for=public").status == 404
    assert site.ask("/en/figures/cases/attrition.csv").status == 200


def test_figures_are_taken_from_the_latest_import_only(site, demonstration):
    first, last = [
        one.id for one in agency.batches(demonstration.ledger) if one.crosswalk == "xx-hotline"
    ]

    assert (
        site.ask(f"/en/figures/{first}/").status,
        site.ask(f"/en/figures/{last}/").status,
    ) == (404, 200)
    assert "A later import of this agency is here" in site.ask(f"/en/batches/{first}/").text


def test_a_source_without_a_cohort_says_why_there_is_no_share(site, pages):
    strasbourg = [page for page in pages if re.fullmatch(r"figures/batch_\w+/", page)][-1]
    text = site.ask(f"/en/{strasbourg}").text

    assert text.count("No share can be computed from these files.") == 1
    assert "<svg role" not in text


def test_what_cannot_be_read_is_said_on_top_and_at_its_field(site, pages):
    faulty = next(page for page in pages if "at=soon" in page)
    text = site.ask(f"/en/{faulty}").text

    for field, typed in (("as_of", "yesterday"), ("by", "no-such-scheme"), ("at", "soon")):
        assert f'<a href="#ask-{field}">' in text
        assert f'id="fault-{field}">Cannot be read: {typed}' in text
    assert text.count('aria-invalid="true"') == 3


def test_a_real_prosecutors_file_gives_the_numbers_it_is_known_for(shared, edition, serving):
    """Cook County, 2 December 2019."""
    folder = shared / "data" / "cook_county_2019_tenth"
    crosswalk = load_crosswalk("us-cook-county", edition)
    with Vault.in_memory(agency.KINDS, "V") as vault:
        made = agency.import_source(
            vault.ledger, folder, crosswalk, edition, as_of=date(2019, 12, 2)
        )
        with serving(vault) as site:
            inside = site.ask(f"/en/figures/{made.batch.id}/").text
            by = f"/en/figures/{made.batch.id}/attrition.csv?by=offences"
            exact = _rows(site.ask(by).text)

    for number in ("3,653", "2,886", "1,140", "422", "2,569", "58.1%", "20.2%", "21.1%"):
        assert number in inside, number
    assert "39.2%" not in inside  # convicted among disposed is no conviction rate
    crimes = [int(row["reached"]) for row in exact if row["group"] == "hate-crime-offence"]
    assert crimes == [13, 8, 2, 1]


@pytest.mark.parametrize(
    ("tongue", "said"), [("en", "The police opened a case"), ("fa", "پلیس پرونده باز کرد")]
)
def test_where_an_agency_sees_only_that_its_last_stage_was_reached_that_stage_is_named(
    tongue, said
):
    edition = Definition.load()
    hotline = Names(edition, load_crosswalk("xx-hotline", edition), Reader(tongue))

    assert hotline.state("reached") == said


@pytest.fixture
def police(edition, shared, serving):
    """The file of a police force whose sight ends at the arrest, and its figures' address."""
    path = shared / "data" / "nypd_2019_2020" / "nypd_hate_crimes_2019_2020.csv"
    with Vault.in_memory(agency.KINDS, "New York") as vault:
        agency.import_source(vault.ledger, path, load_crosswalk("us-nypd", edition), edition)
        (batch,) = agency.batches(vault.ledger)
        with serving(vault) as site:
            yield lambda tongue, query="": site.ask(f"/{tongue}/figures/{batch.id}/{query}").text


NOT_COUNTED = {
    "en": "Of those pending, 13 have an end whose date cannot be right; they are counted as pending",
    "az": "Gözləmədə olanlardan 13 işin sonu var, amma onun tarixi düz ola bilməz",
    "fa": "از میان موارد در انتظار، ۱۳ مورد پایانی دارد که تاریخش نمی‌تواند درست باشد",
    "ru": "Из незавершённых у 13 есть окончание с датой, которая не может быть верной",
    "tr": "Beklemede olanlardan 13 tanesinin sonu var, ama tarihi doğru olamaz",
}


def test_a_page_says_in_words_which_pending_cases_have_an_end_that_cannot_be_dated(police):
    for tongue, sentence in NOT_COUNTED.items():
        text = police(tongue)

        # Thrice in the open, for the figures that count them, and thrice in what is in doubt.
        assert text.count(sentence) == 6, tongue


def test_beside_one_group_alone_nothing_is_said_of_all_groups_as_if_it_were_of_that_one(police):
    text = police("en", "?by=bias-grounds&group=gay")

    assert text.count("All groups together:") == 4
    assert text.count(NOT_COUNTED["en"]) == 3


def test_whoever_came_as_far_as_an_agency_sees_stands_under_the_name_of_that_stage(police):
    (table,) = re.findall(r"<thead>(?:(?!</thead>).)*Date in doubt.*?</thead>", police("en"))

    assert re.findall(r"<th[^>]*>([^<]+)</th>", table)[-3:] == [
        "Arrest",
        "Pending here",
        "Date in doubt",
    ]


@pytest.mark.parametrize("tongue", ["en", "az", "ru", "fa", "tr"])
def test_cases_left_out_for_consent_are_told_inside_and_not_in_public(edition, serving, tongue):
    with Vault.in_memory(casefile.KINDS, "Team") as vault, serving(vault) as site:
        _cases(vault, edition, refusing=2, others=3)
        inside = unescape(site.ask(f"/{tongue}/figures/cases/").text)
        public = unescape(site.ask(f"/{tongue}/figures/cases/published/").text)
        said = {
            "en": "2 cases left out: consent refused or withdrawn.",
            "az": "2 iş kənarda qalıb: razılıq verilməyib və ya geri götürülüb.",
            "ru": "2 дела не учтены: согласие не дано или отозвано.",
            "fa": "۲ پرونده کنار گذاشته شد: رضایت داده نشد یا پس گرفته شد.",
            "tr": "2 dosya dışarıda bırakıldı: rıza verilmedi ya da geri alındı.",
        }[tongue]

    assert said in inside
    assert said not in public


def test_no_case_left_out_is_not_told(edition, serving):
    with Vault.in_memory(casefile.KINDS, "Team") as vault, serving(vault) as site:
        _cases(vault, edition, refusing=0, others=1)

        assert "left out: consent" not in site.ask("/en/figures/cases/").text


def _cases(vault, edition, *, refusing, others):
    for n in range(refusing + others):
        case = casefile.open_case(vault.ledger, edition, {"en": f"Case {n}"})
        person, proceeding = new_id("person"), new_id("proceeding")
        given = {"case": case, "edition": edition.code}
        said = [
            facts.PersonInRole(id=new_id("fact"), person=person, roles=("suspect",), **given),
            facts.ProceedingOpened(
                id=new_id("fact"),
                proceeding=proceeding,
                forum=facts.Forum.NATIONAL,
                persons=(person,),
                **given,
            ),
            facts.StageReached(
                id=new_id("fact"),
                person=person,
                proceeding=proceeding,
                stage="charged",
                when=PartialDate(2020, 1, 1),
                **given,
            ),
        ]
        if n < refusing:
            said.append(
                facts.ConsentStated(
                    id=new_id("fact"),
                    consent=new_id("consent"),
                    person=person,
                    use="statistics",
                    answer="refused",
                    **given,
                )
            )
        casefile.say(vault.ledger, edition, said)


def incidence(rows, at=(20, 90)):
    """A figure of those who were judged: each row a stage with its share and its bounds."""
    made = tuple(
        measure.StageReached(
            stage,
            stage,
            20,
            5,
            15,
            0,
            tuple(measure.ReachedBy(day, 30, p, 0.01, p - 0.05, p + 0.05) for day in at),
            (measure.ReachedBy(5, 30, p, 0.01, p - 0.05, p + 0.05),),
        )
        for stage, p in rows
    )
    basis = replace(cohorts.basis("incidence"), from_stage="judged", from_own="judged", at=at)
    return measure.Incidence(basis, (measure.IncidenceGroup("", 40, made),))


def test_how_soon_a_stage_is_reached_is_said_with_its_uncertainty(names):
    said = shown(incidence([("appealed", 0.5), ("sentenced", 0.25)]), Asked(), names).sentence

    assert said == (
        "Of 40 that entered at “Judged”, within 90 days 50.0% (45.0% to 55.0%) had reached “Appealed”"
        " and 25.0% (20.0% to 30.0%) had reached “Sentenced”."
    )


def test_nobody_who_reached_a_later_stage_is_a_sentence_and_no_chart_of_nothing(names):
    found = shown(incidence([]), Asked(), names)

    assert found.sentence == "Nobody of 40 that entered at “Judged” reached a later stage."
    assert found.reached[0].plot is None


def test_limits_of_the_law_that_run_from_the_entry_are_lines_with_their_article(names, edition):
    limits = load_pathway("az", edition).limits
    (group,) = shown(incidence([("appealed", 0.5)]), Asked(), names, limits).reached
    (limit,) = [one for one in group.limits if "20 days" in one.words]

    assert limit.article == "Code of Criminal Procedure, Article 384"
    assert limit.confirmed is False
    assert 'class="limit-open"' in group.plot
    assert not shown(incidence([("sentenced", 0.5)]), Asked(), names, limits).reached[0].limits


@pytest.fixture(scope="session")
def figures_page(pages):
    """The address of an agency's figures in the demonstration."""
    return next(page for page in pages if re.fullmatch(r"figures/batch_\w+/", page))


def content(site, path):
    """The bytes of a file; ``ask`` gives text."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=600)
    connection.request("GET", f"/en/{path}")
    found = connection.getresponse().read()
    connection.close()
    return found


@pytest.mark.parametrize("question", ["attrition", "occupancy", "incidence", "durations"])
def test_a_figure_is_had_as_csv_json_and_parquet_with_one_identity(site, figures_page, question):
    document = measure.read_document(content(site, f"{figures_page}{question}.json"))
    table = parquet.read_table(pa.BufferReader(content(site, f"{figures_page}{question}.parquet")))
    rows = list(csv.DictReader(io.StringIO(site.ask(f"/en/{figures_page}{question}.csv").text)))

    assert document["basis"]["question"] == question
    assert table.schema.metadata[b"candlemark.figure"].decode() == document["identity"]
    assert len(rows) == table.num_rows
    assert document["identity"][7:23] in site.ask(f"/en/{figures_page}").text
