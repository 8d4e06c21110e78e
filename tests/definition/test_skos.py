"""The SKOS export is read back by a library that knows nothing of us."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SKOS

from candlemark.definition import Definition, Edition, rdf, skos, to_jsonld, to_turtle

# rdflib reads JSON-LD through a class it deprecates itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

GAY = URIRef("urn:candlemark:2026.1:bias-grounds:gay")
ORIENTATION = URIRef("urn:candlemark:2026.1:bias-grounds:sexual-orientation")
GROUNDS = URIRef("urn:candlemark:2026.1:bias-grounds")


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Definition.load()


@pytest.fixture(scope="module")
def graph(edition) -> Graph:
    return Graph().parse(data=to_turtle(edition), format="turtle")


def test_turtle_and_json_ld_are_one_graph(edition, graph):
    other = Graph().parse(data=to_jsonld(edition), format="json-ld")

    assert set(graph) == set(other)
    assert len(graph) == len(list(skos.statements(edition)))


def test_nothing_of_the_edition_is_lost(edition, graph):
    for scheme in edition.schemes:
        for term in scheme:
            subject = URIRef(skos.urn(edition.code, scheme.code, term.code))
            labels = {
                label.language: str(label) for label in graph.objects(subject, SKOS.prefLabel)
            }
            notes = {note.language: str(note) for note in graph.objects(subject, SKOS.scopeNote)}
            assert labels == dict(term.labels)
            assert notes == dict(term.notes)
            assert str(graph.value(subject, DCTERMS.source)) == term.source
            assert str(graph.value(subject, SKOS.notation)) == term.code
            assert graph.value(subject, URIRef("urn:candlemark:is:order")).value == term.order


def test_a_term_has_a_stable_name_and_its_place(graph):
    assert (GAY, RDF.type, SKOS.Concept) in graph
    assert (GAY, SKOS.inScheme, GROUNDS) in graph
    assert (GAY, SKOS.broader, ORIENTATION) in graph
    assert (ORIENTATION, SKOS.narrower, GAY) in graph
    assert (ORIENTATION, SKOS.topConceptOf, GROUNDS) in graph
    assert (GROUNDS, SKOS.hasTopConcept, ORIENTATION) in graph
    assert (GAY, SKOS.prefLabel, Literal("مردان همجنس‌گرا", lang="fa")) in graph


def test_a_scheme_names_its_edition_and_the_fingerprint(edition, graph):
    assert (GROUNDS, RDF.type, SKOS.ConceptScheme) in graph
    assert (GROUNDS, OWL.versionInfo, Literal("2026.1")) in graph
    assert (GROUNDS, DCTERMS.isPartOf, URIRef("urn:candlemark:2026.1")) in graph
    assert str(graph.value(GROUNDS, URIRef("urn:candlemark:is:fingerprint"))) == edition.fingerprint


def test_every_concept_is_at_the_top_or_below_another_of_its_scheme(graph):
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        scheme = graph.value(concept, SKOS.inScheme)
        above = graph.value(concept, SKOS.broader)
        if above is None:
            assert (scheme, SKOS.hasTopConcept, concept) in graph
        else:
            assert graph.value(above, SKOS.inScheme) == scheme


def test_no_concept_has_two_labels_in_one_tongue(graph):
    # SKOS, integrity condition S14
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        tongues = [label.language for label in graph.objects(concept, SKOS.prefLabel)]
        assert len(tongues) == len(set(tongues))


def test_the_export_is_the_same_every_time(edition):
    assert to_turtle(edition) == to_turtle(Definition.load())
    assert to_jsonld(edition) == to_jsonld(Definition.load())


AWKWARD = {
    "quotes": 'she said "no"',
    "three quotes": '"""',
    "a quote at the end": 'end"',
    "backslashes": "a\\b\\",
    "what looks like an escape": "\\n \\u0041",
    "new lines": "one\ntwo\r\nthree\rfour",
    "tabs and bells": "\t\x07\x0b\x0c",
    "a null": "a\x00b",
    "Persian with its joiner": "نفرت‌پراکنی",
    "letters beyond the basic plane": "🕯 𐤀",
    "line separators": "a\u2028b\u2029c\x85d",
    "a byte order mark": "\ufeffa",
    "what looks like the end of a statement": '" . <urn:x> <urn:y> "z',
    "nothing": "",
}


def both_ways(text: str, tongue: str = "") -> list[set]:
    said = [rdf.Statement("urn:a", "urn:candlemark:is:said", rdf.Text(text, tongue))]
    return [
        set(Graph().parse(data=rdf.turtle(said, skos.PREFIXES), format="turtle")),
        set(Graph().parse(data=rdf.json_ld(said, skos.PREFIXES), format="json-ld")),
    ]


def read_back(text: str, tongue: str = "") -> set:
    said = Literal(text, lang=tongue or None)
    return {(URIRef("urn:a"), URIRef("urn:candlemark:is:said"), said)}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_a_text_survives(text):
    assert both_ways(text) == [read_back(text)] * 2


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "en", "fa", "az"]))
def test_every_text_survives(text, tongue):
    assert both_ways(text, tongue) == [read_back(text, tongue)] * 2


def test_an_address_cannot_end_its_brackets():
    said = [rdf.Statement("urn:a> <urn:b", "urn:p", rdf.Iri('urn:"c"'))]
    graph = Graph().parse(data=rdf.turtle(said, {}), format="turtle")

    assert set(graph) == {(URIRef("urn:a%3E%20%3Curn:b"), URIRef("urn:p"), URIRef("urn:%22c%22"))}


def test_json_ld_is_json_in_readable_letters(edition):
    text = to_jsonld(edition)

    assert json.loads(text)["@context"] == skos.PREFIXES
    assert "Nifrət" in text
