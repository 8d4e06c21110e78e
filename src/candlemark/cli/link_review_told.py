"""What ``candlemark link review`` prints of pairs, judgements and contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from candlemark.cli import paper
from candlemark.cli.people import shown
from candlemark.linkage.judging.sides import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.linkage.facts import LinkRecord
    from candlemark.linkage.judging import Finding, Judging
    from candlemark.linkage.judging.inferring import Contradiction
    from candlemark.linkage.judging.sides import Side
    from candlemark.linkage.judging.standing import Word
    from candlemark.linkage.judging.worth import Proposed
    from candlemark.linkage.said import Proposer

_COLUMNS = ("titles", *OPEN, "names", "given", "family", "father", "sex", "birth", "docket")
_SCHEMES = {"offences": "offences", "grounds": "bias-grounds"}


def pair_name(place: Proposed) -> str:
    """A pair as commands take it."""
    return f"{place.run}:{place.n}"


def side_json(side: Side) -> dict[str, Any]:
    """One record, as far as it is shown."""
    names = [{"text": one.text, "language": one.language} for one in side.names]
    said = {name: getattr(side, name) for name in (*OPEN, "given", "family", "father", "sex")}
    return {
        "source": side.record.source,
        "record": side.record.record,
        "found": side.found,
        **said,
        "day": str(side.day) if side.day else None,
        "titles": side.titles,
        "names": names,
        "birth": str(side.birth) if side.birth else None,
        "docket": side.docket,
        "written": [list(cell) for cell in side.written],
        "held": sorted(side.held),
        "closed": side.closed,
    }


def say_pair(sides: Sequence[Side], findings: Sequence[Finding], edition: Edition) -> None:
    """Both records in columns, and how each column compares where that may be shown."""
    levels = {one.column: one.level.value for one in findings}
    rows = []
    for column in _COLUMNS:
        left, right = (_told(side, column, edition) for side in sides)
        if left or right:
            last = [levels.get(column, "")] if findings else []
            rows.append([column, left or "–", right or "–", *last])
    heads = [f"{one.record.source} {shown(one.record.record)}" for one in sides]
    paper.print_table(["", *heads, *(["compared"] if findings else [])], rows)
    for side in sides:
        for name, cell in side.written:
            paper.say(f"{side.record.source}, {shown(name)}: {shown(cell)}")
        hidden = side.held - {"names", "birth", "docket", "written"} if _open(side) else side.held
        if hidden:
            paper.say(f"Hidden of {side.record.source}: {', '.join(sorted(hidden))} (--names)")


def _open(side: Side) -> bool:
    """Whether what is hidden otherwise is shown."""
    return bool(side.names or side.given or side.birth or side.docket or side.written)


def _told(side: Side, column: str, edition: Edition) -> str:
    value = getattr(side, column)
    if value in (None, "", ()):
        return ""
    if column == "titles":
        return shown(paper.label(value)) if value else ""
    if column == "names":
        return ", ".join(shown(one.text) for one in value)
    if column == "minute":
        return f"{value // 60:02}:{value % 60:02}"
    if column in _SCHEMES:
        scheme = edition.scheme(_SCHEMES[column])
        return ", ".join(
            paper.label(scheme.term(one).labels, one) if one in scheme else one for one in value
        )
    return ", ".join(shown(one) for one in value) if isinstance(value, tuple) else shown(str(value))


def word_json(
    word: Word, stands: Judging, names: Mapping[str, str], runs: Mapping[str, Proposer]
) -> dict[str, Any]:
    """A judgement, whose it is, by which run and model the pair came, and whether it counts."""
    place = stands.place(word.pair)
    by = runs.get(word.fact.run)
    counts = [one.fact.id for one in stands.said.counting.get(word.pair, ())]
    gone = word.fact.id in stands.said.not_counting
    return {
        "judgement": word.fact.id,
        "pair": pair_name(place) if place else None,
        "left": _record(word.fact.left),
        "right": _record(word.fact.right),
        "answer": word.fact.answer,
        "reason": word.fact.reason,
        "run": word.fact.run,
        "run_at": by.at if by else None,
        "model": by.model if by else "",
        "model_digits": by.digits if by else "",
        "blind": word.fact.blind,
        "seen": word.fact.seen,
        "member": word.member[:12],
        "by": names.get(word.member, ""),
        "at": word.at,
        "stands": "taken back" if gone else "counts" if word.fact.id in counts else "replaced",
    }


def _record(one: LinkRecord) -> dict[str, str]:
    return {"source": one.source, "record": one.record}


def contradiction_json(one: Contradiction, stands: Judging) -> dict[str, Any]:
    """A contradiction: the records along the chain, and the judgements that make it."""
    return {
        "records": [_record(record) for record in one.records],
        "same": [_judgements(stands, pair) for pair in one.chain],
        "different": _judgements(stands, one.different),
    }


def _judgements(stands: Judging, pair: tuple[LinkRecord, LinkRecord]) -> list[str]:
    stood = stands.answers[pair]
    return [word.fact.id for word in stood.words if word.fact.answer == stood.answer]


def say_contradiction(one: Contradiction, stands: Judging) -> None:
    """A contradiction, record by record."""
    paper.say("These answers cannot all be true:")
    records = [f"{record.source} {shown(record.record)}" for record in one.records]
    for here, following, pair in zip(records, records[1:], one.chain, strict=False):
        paper.say(f"    {here} = {following}  ({', '.join(_judgements(stands, pair))})")
    paper.say(
        f"    {records[0]} ≠ {records[-1]}  ({', '.join(_judgements(stands, one.different))})"
    )
