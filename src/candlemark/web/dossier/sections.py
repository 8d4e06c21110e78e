"""The chapters of a dossier, each a list of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from candlemark.casefile.basis import Basis, basis
from candlemark.casefile.facts import Forum, GroundStanding
from candlemark.web.dossier import worded
from candlemark.web.dossier.ink import facts, heading, items, paragraph, table
from candlemark.web.due_words import called, stands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile import Account
    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.rows import Row
    from candlemark.casefile.views import Charge, Incident, Proceeding, Source
    from candlemark.web.dossier.ink import Block, Ink, Line


def incidents(told: Account, ink: Ink) -> list[Block]:
    """What happened, its acts and its bias grounds."""
    return [block for one in told.case.incidents for block in _incident(one, ink)]


def _incident(one: Incident, ink: Ink) -> Iterator[Block]:
    standings = {
        GroundStanding.ALLEGED: _("alleged"),
        GroundStanding.RECOGNISED: _("recognised by an authority"),
        GroundStanding.FOUND: _("found by a court or other deciding body"),
        GroundStanding.DENIED: _("denied by an authority"),
    }
    yield facts(
        [
            (ink.own(_("When")), ink.when(one.when)),
            (ink.own(_("Where")), ink.said(one.place)),
            (ink.own(_("Region")), _region(one, ink)),
            (ink.own(_("Sources")), ink.sources(one.sources)),
        ]
    )
    if one.words:
        yield paragraph(ink.said(one.words))
    acts = [
        ink.joined(
            [
                ink.term("offences", act.offence) if act.offence else [],
                ink.joined([ink.person(person) for person in act.to]),
                ink.said(act.words),
            ],
            " · ",
        )
        for act in one.acts
    ]
    if acts:
        yield heading(ink.own(_("Acts")))
        yield items(acts)
    grounds = [
        ink.joined(
            [
                ink.term("bias-grounds", ground.ground),
                ink.own(standings[ground.standing]),
                ink.said(ground.words),
            ],
            " · ",
        )
        for ground in one.grounds
    ]
    if grounds:
        yield heading(ink.own(_("Bias grounds")))
        yield items(grounds)


def _region(one: Incident, ink: Ink) -> Line:
    if one.region:
        return ink.term("regions", one.region)
    return ink.term("absences", one.absent["region"]) if "region" in one.absent else []


def persons(told: Account, ink: Ink) -> list[Block]:
    """Who is in the case, by number or by name."""
    rows = []
    for one in told.case.persons:
        spellings: list[Line] = []
        if ink.named:
            spellings = [
                ink.said({name.language or ink.reader.tongue: name.text}) for name in one.names
            ]
        state = told.states[one.id]
        held = ink.joined(
            [ink.own(worded.custody(state.custody)), ink.when(state.custody_since)]
            if state.custody_since
            else [ink.own(worded.custody(state.custody))]
        )
        rows.append(
            [
                ink.person(one.id),
                ink.joined([ink.term("roles", role) for role in one.roles]),
                ink.joined(spellings) or ink.own(_("not named here"), soft=True),
                held,
            ]
        )
    if not rows:
        return []
    head = [_("Who"), _("Part"), _("Spellings, as sources write them"), _("Held or free")]
    return [table([ink.own(one) for one in head], rows, (2, 2, 3, 2))]


def proceedings(told: Account, ink: Ink) -> list[Block]:
    """Each proceeding with its charges, and who stands where in it."""
    blocks: list[Block] = []
    for number, one in enumerate(told.case.proceedings, 1):
        blocks += _proceeding(told, ink, number, one)
    loose = [charge for charge in told.case.charges if not charge.proceeding]
    if loose:
        blocks.append(heading(ink.own(_("Charges in no named proceeding"))))
        blocks.append(items(_charge(charge, ink) for charge in loose))
    return blocks


def _proceeding(told: Account, ink: Ink, number: int, one: Proceeding) -> Iterator[Block]:
    authority = ink.said(one.authority) or (
        ink.term("mechanisms", one.mechanism) if one.mechanism else []
    )
    named = ink.own(_("No. %(number)s") % {"number": ink.reader.number(number)})
    yield heading(ink.joined([named, authority], ": "))
    rows = [
        (
            ink.own(_("Before")),
            ink.own(
                _("a body beyond the state")
                if one.forum is Forum.BEYOND
                else _("the state’s authorities")
            ),
        ),
        (ink.own(_("Sources")), ink.sources(one.sources)),
    ]
    if ink.named:  # a court's own number leads to names in a public register
        rows.insert(1, (ink.own(_("docket number")), ink.plain(one.docket)))
    yield facts(rows)
    charges = [_charge(each, ink) for each in told.case.charges if each.proceeding == one.id]
    if charges:
        yield paragraph(ink.own(_("Charges:")))
        yield items(charges)
    ways = [way for way in told.ways if way.proceeding == one.id]
    if ways:
        yield table(
            [ink.own(text) for text in (_("Who"), _("Stands at"), _("Since"))],
            [
                [
                    ink.person(way.person) if way.person else ink.own(_("the case as a whole")),
                    _stands_at(way.end or way.last, ink, ended=way.ended),
                    ink.when(at.when) if (at := way.end or way.last) else [],
                ]
                for way in ways
            ],
            (2, 3, 2),
        )


def _stands_at(event: object, ink: Ink, *, ended: bool) -> Line:
    stage, outcome = getattr(event, "stage", ""), getattr(event, "outcome", "")
    return ink.joined(
        [
            ink.term("stages", stage) if stage else ink.own(_("no stage recorded")),
            ink.term("outcomes", outcome) if outcome else [],
            ink.own(_("ended") if ended else _("pending"), strong=not ended),
        ],
        " · ",
    )


def _charge(one: Charge, ink: Ink) -> Line:
    return ink.joined(
        [
            ink.person(one.person) if one.person else [],
            ink.said(one.article),
            ink.term("offences", one.offence) if one.offence else [],
            ink.sources(one.sources),
        ],
        " · ",
    )


def timeline(told: Account, ink: Ink) -> list[Block]:
    """Every stage and what stands beside them, in one order, each with what it rests on."""
    if not told.rows:
        return []
    head = [_("Number"), _("When"), _("What"), _("Who"), _("Rests on"), _("Sources")]
    rows = [_row(told, ink, number, row) for number, row in enumerate(told.rows, 1)]
    return [table([ink.own(one) for one in head], rows, (1.1, 2, 4, 1.8, 1.4, 1.2))]


def _row(told: Account, ink: Ink, number: int, row: Row) -> list[Line]:
    who: tuple[str, ...] = (row.event.person,) if row.event and row.event.person else ()
    if row.mark is not None:
        who = row.mark.persons
    shown = basis(told.case, row.sources) is Basis.SHOWN
    return [
        ink.own(ink.reader.number(number)),
        ink.when(row.when),
        _what(ink, row),
        ink.joined([ink.person(one) for one in who])
        or ink.own(_("the case as a whole"), soft=True),
        ink.own(_("an authority’s paper") if shown else _("claimed"), strong=shown),
        ink.sources(row.sources),
    ]


def _what(ink: Ink, row: Row) -> Line:
    parts: list[Line] = []
    if row.event is not None:
        event = row.event
        if row.apart:
            parts += [
                ink.term("sentences", event.sentence, strong=True),
                ink.own(_("a measure apart from the sentence")),
            ]
        else:
            parts.append(ink.term("stages", event.stage, strong=True))
            parts += [ink.term("outcomes", event.outcome)] if event.outcome else []
            parts += [ink.term("sentences", event.sentence)] if event.sentence else []
        parts += [ink.said(event.authority), ink.said(event.note)]
    elif row.mark is not None:
        parts += [ink.own(worded.mark(row.mark), strong=True), ink.said(row.mark.words)]
    doubts = [
        (row.pending, _("pending")),
        (row.differs, _("sources differ")),
        (row.open_order, _("order not certain")),
        (row.against_dates, _("its date denies the order its sources give")),
    ]
    parts += [ink.own(f"[{words}]") for holds, words in doubts if holds]
    if row.gap is not None:
        days = ink.reader.number(row.gap.least_days)
        parts.append(
            ink.own(_("after at least %(days)s days without a record") % {"days": days}, soft=True)
        )
    return ink.joined(parts, " · ")


def differing(told: Account, ink: Ink) -> list[Block]:
    """Contradictions side by side, with which is shown and why."""
    blocks: list[Block] = []
    for one in told.differing:
        about = ink.term("stages", one.about.stage) if one.about else []
        blocks.append(heading(ink.joined([about, ink.own(worded.field(one.field))], ": ")))
        rows = []
        for side in one.sides:
            if side.when is not None:
                says = ink.when(side.when)
            elif side.scheme and side.text:
                says = ink.term(side.scheme, side.text)
            elif side.numbers:
                says = ink.joined([worded.number(n, ink) for n in side.numbers])
            elif side.event is not None and not side.text:
                says = ink.joined([ink.term("stages", side.event.stage), ink.when(side.event.when)])
            else:
                says = ink.plain(side.text) or ink.own(_("a statement"))
            rows.append(
                [says, ink.sources(side.sources), ink.own(_("shown") if side.shown else "")]
            )
        head = [ink.own(_("Says")), ink.own(_("Sources")), ink.own("")]
        blocks.append(table(head, rows, (4, 2, 1)))
        blocks.append(paragraph(ink.own(worded.why(one.why))))
        if one.words:
            blocks.append(paragraph(ink.said(one.words)))
    return blocks


def interventions(told: Account, ink: Ink) -> list[Block]:
    """Who spoke up, before whom, and what came back."""
    rows = []
    for one in told.case.interventions:
        rows.append(
            [
                ink.when(one.when),
                ink.joined([ink.said(one.by), ink.said(one.to)], " → ")
                or (ink.term("mechanisms", one.mechanism) if one.mechanism else []),
                ink.said(one.words),
                ink.sources(one.sources),
            ]
        )
        rows += [
            [
                ink.when(back.when),
                ink.own(_("An answer came"), soft=True),
                ink.said(back.words),
                ink.sources(back.sources),
            ]
            for back in one.answers
        ]
        if not one.answers:
            rows.append([[], ink.own(_("no answer recorded"), soft=True), [], []])
    if not rows:
        return []
    head = [_("When"), _("Who, before whom"), _("What"), _("Sources")]
    return [table([ink.own(one) for one in head], rows, (1.6, 2.6, 4, 1))]


def limits(told: Account, ink: Ink) -> list[Block]:
    """Every limit, hearing and step with its day, rule, article and source."""
    rows, number = [], 0
    for row in told.limits:
        placed = row.due.earliest is not None
        number += placed
        rows.append(_limit(row, ink, number if placed else 0))
    if not rows:
        return []
    head = ["§", _("Last day"), _("What"), _("How it stands"), _("Article and source")]
    return [
        table([ink.own(one) for one in head], rows, (0.6, 2, 3, 2, 4)),
        paragraph(
            ink.own(
                _(
                    "Where the day is a range, work by its beginning. A rule marked as to be "
                    "confirmed was not read in the text of the law in force."
                )
            )
        ),
    ]


def _limit(row: DocketRow, ink: Ink, number: int) -> list[Line]:
    reader = ink.reader
    if row.due.earliest is None or row.due.latest is None:
        day = ink.own(_("day to be looked up"))
    elif row.due.earliest == row.due.latest:
        day = ink.own(reader.day(row.due.earliest))
    else:
        days = {"first": reader.day(row.due.earliest), "last": reader.day(row.due.latest)}
        day = ink.own(_("between %(first)s and %(last)s") % days)
    says = ink.joined([ink.own(called(row, reader, ink.edition)), ink.said(row.what)], ": ")
    basis_of = [
        ink.english(row.article),
        ink.english(row.legal_source),
        ink.own(_("to be confirmed"), strong=True) if not row.confirmed else [],
    ]
    return [
        ink.own(reader.number(number) if number else ""),
        day,
        says,
        ink.own(stands(row.state)),
        ink.joined(basis_of, " · "),
    ]


def evidence(told: Account, ink: Ink) -> list[Block]:
    """Every source by its number, with what it is and how far it can be relied on."""
    rows = [_source(ink, number, one) for number, one in enumerate(told.case.sources, 1)]
    if not rows:
        return []
    head = [_("Number"), _("Source"), _("Kind of evidence"), _("Reliability"), _("Read")]
    return [table([ink.own(one) for one in head], rows, (1.1, 4.7, 1.8, 1.8, 1.6))]


def _source(ink: Ink, number: int, one: Source) -> list[Line]:
    title = ink.said(one.title)
    if not title and one.person:
        title = ink.person(one.person)
    return [
        ink.own(f"[{ink.reader.number(number)}]"),
        ink.joined(
            [
                title or ink.own(_("a source without a title")),
                ink.plain(one.address),
                ink.said(one.note),
            ],
            " · ",
        ),
        ink.term("evidence-kinds", one.evidence)
        if one.evidence
        else ink.own(_("not judged"), soft=True),
        ink.term("reliability", one.reliability)
        if one.reliability
        else ink.own(_("not judged"), soft=True),
        ink.when(one.retrieved) if one.retrieved else ink.own(_("not noted"), soft=True),
    ]
