"""The definition for other people's programs: SKOS, in Turtle and JSON-LD.

Every scheme is a concept scheme and every term a concept, named by edition, scheme and code
(``urn:candlemark:2026.1:bias-grounds:gay``).  Since an edition never changes, such a name means one
thing for good.  What SKOS has no word for, the place of a term and the rank of an outcome, stands
under ``urn:candlemark:is:``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.definition import rdf
from candlemark.definition.rdf import Iri, Statement, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.definition.edition import Edition
    from candlemark.definition.terms import Scheme, Term

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_TERMS: Final = "http://purl.org/dc/terms/"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
_OWN: Final = "urn:candlemark:is:"
PREFIXES: Final = {"skos": _SKOS, "dct": _TERMS, "owl": _OWL, "is": _OWN}


def to_turtle(edition: Edition) -> str:
    """The edition in Turtle."""
    return rdf.turtle(statements(edition), PREFIXES)


def to_jsonld(edition: Edition) -> str:
    """The edition in JSON-LD, the same graph."""
    return rdf.json_ld(statements(edition), PREFIXES)


def urn(edition: str, scheme: str = "", term: str = "") -> str:
    """The name of an edition, of a scheme in it, or of a term of the scheme."""
    return ":".join(filter(None, ("urn:candlemark", edition, scheme, term)))


def statements(edition: Edition) -> Iterator[Statement]:
    """Everything the edition says, subject by subject."""
    own = urn(edition.code)
    yield Statement(own, rdf.TYPE, Iri(f"{_OWL}Ontology"))
    yield from _texts(own, f"{_TERMS}title", edition.labels)
    yield from _texts(own, f"{_TERMS}description", edition.notes)
    yield Statement(own, f"{_OWL}versionInfo", Text(edition.code))
    yield Statement(own, f"{_OWN}fingerprint", Text(edition.fingerprint))
    for scheme in edition.schemes:
        yield Statement(own, f"{_TERMS}hasPart", Iri(urn(edition.code, scheme.code)))
    for scheme in edition.schemes:
        yield from _scheme(edition, scheme)
        for term in scheme:
            yield from _term(edition, scheme, term)


def _scheme(edition: Edition, scheme: Scheme) -> Iterator[Statement]:
    own = urn(edition.code, scheme.code)
    yield Statement(own, rdf.TYPE, Iri(f"{_SKOS}ConceptScheme"))
    yield from _texts(own, f"{_SKOS}prefLabel", scheme.labels)
    yield from _texts(own, f"{_SKOS}scopeNote", scheme.notes)
    yield Statement(own, f"{_SKOS}notation", Text(scheme.code))
    yield Statement(own, f"{_TERMS}source", Text(scheme.source))
    yield Statement(own, f"{_TERMS}isPartOf", Iri(urn(edition.code)))
    yield Statement(own, f"{_OWL}versionInfo", Text(edition.code))
    yield Statement(own, f"{_OWN}fingerprint", Text(edition.fingerprint))
    for term in scheme.top:
        top = Iri(urn(edition.code, scheme.code, term.code))
        yield Statement(own, f"{_SKOS}hasTopConcept", top)


def _term(edition: Edition, scheme: Scheme, term: Term) -> Iterator[Statement]:
    own = urn(edition.code, scheme.code, term.code)
    yield Statement(own, rdf.TYPE, Iri(f"{_SKOS}Concept"))
    yield from _texts(own, f"{_SKOS}prefLabel", term.labels)
    yield from _texts(own, f"{_SKOS}scopeNote", term.notes)
    yield Statement(own, f"{_SKOS}notation", Text(term.code))
    yield Statement(own, f"{_TERMS}source", Text(term.source))
    yield Statement(own, f"{_SKOS}inScheme", Iri(urn(edition.code, scheme.code)))
    if term.broader:
        above = urn(edition.code, scheme.code, term.broader)
        yield Statement(own, f"{_SKOS}broader", Iri(above))
    else:
        yield Statement(own, f"{_SKOS}topConceptOf", Iri(urn(edition.code, scheme.code)))
    for below in scheme.narrower(term.code):
        yield Statement(own, f"{_SKOS}narrower", Iri(urn(edition.code, scheme.code, below.code)))
    yield Statement(own, f"{_OWN}order", term.order)
    if term.rank:
        yield Statement(own, f"{_OWN}rank", term.rank)


def _texts(subject: str, predicate: str, texts: Mapping[str, str]) -> Iterator[Statement]:
    for tongue, text in texts.items():
        yield Statement(subject, predicate, Text(text, tongue))
