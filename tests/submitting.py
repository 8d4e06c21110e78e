"""Cases whose people answered about being told outside, for tests of submissions."""

from __future__ import annotations

from datetime import date

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.ids import new_id
from candlemark.publish import submissions
from candlemark.publish.table import TONGUES
from releasing import EDITION

USES = ("referral", "publication")
NAME = "Vahid Qurbanlizade"


def words(text, language="en"):
    return (facts.Words(text, language),)


class Told:
    """A case as it grows; ``person`` is the one it happened to."""

    def __init__(self, ledger, reference, **incident):
        self.ledger = ledger
        self.reference = reference
        self.case = casefile.open_case(ledger, EDITION, {"en": "A neutral title"}, reference)
        self.person = self.add("victim")
        self.incident(**incident)

    def make(self, kind, **fields):
        return kind(id=new_id("fact"), case=self.case, edition=EDITION.code, **fields)

    def make_nothing(self):
        """For a case in which nobody was asked anything."""

    def say(self, *said):
        casefile.say(self.ledger, EDITION, said)

    def add(self, *roles, name=""):
        person = new_id("person")
        self.say(self.make(facts.PersonInRole, person=person, roles=roles))
        if name:
            self.say(
                self.make(facts.IdentityStated, person=person, names=(facts.Spelling(text=name),))
            )
        return person

    def incident(
        self,
        when="2025-03-14",
        country="AZ",
        place="Sumqayit",
        region="az-sm",
        ground="gay",
        offence="simple-assault",
    ):
        acts = () if offence is None else (facts.Act(offence=offence, to=(self.person,)),)
        grounds = (
            (facts.BiasGround(ground=ground, standing=facts.GroundStanding.ALLEGED),)
            if ground
            else ()
        )
        self.say(
            self.make(
                facts.IncidentDescribed,
                incident=new_id("incident"),
                when=PartialDate.parse(when) if when else None,
                country=country,
                place=words(place, "az") if place else (),
                region=region if country == "AZ" else "",
                acts=acts,
                grounds=grounds,
                indicators=("slurs",) if "slurs" in EDITION.scheme("bias-indicators") else (),
            )
        )

    def answers(self, answer="given", detail="as-recorded", person="", uses=USES):
        """What a person answered about each use; the consents."""
        made = [
            self.make(
                facts.ConsentStated,
                consent=new_id("consent"),
                person=person or self.person,
                use=use,
                answer=answer,
                detail=detail,
            )
            for use in uses
        ]
        self.say(*made)
        return [one.consent for one in made]

    def takes_back(self, consent):
        self.say(self.make(facts.ConsentWithdrawn, consent=consent))


def texts(*tongues, text="Text", **cases):
    """What people wrote; ``cases`` by reference, with a text for each tongue or a whole CaseText."""
    tongues = tongues or ("en",)
    return submissions.Texts(
        {tongue: f"Title {tongue}" for tongue in tongues},
        {tongue: f"{text} {tongue}" for tongue in tongues},
        {
            name.replace("_", "-"): one
            if isinstance(one, submissions.CaseText)
            else submissions.CaseText(dict.fromkeys(tongues, one) if one else {})
            for name, one in cases.items()
        },
    )


def odihr(said=None, **more):
    """The contribution of 2025."""
    given = {
        "form": "odihr",
        "tongues": ("en",),
        "texts": said or texts(),
        "country": "AZ",
        "first": date(2025, 1, 1),
        "last": date(2025, 12, 31),
    }
    return submissions.Asked(**given | more)


def briefing(*tongues, **more):
    tongues = tongues or TONGUES
    given = {"form": "briefing", "tongues": tongues, "texts": texts(*tongues), "release": 1}
    return submissions.Asked(**given | more)
