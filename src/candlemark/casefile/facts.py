"""What can be said of a case.

Every fact is a *statement*: somebody said something about one case, coded under one edition, as one
source or several have it.  A statement is never changed.  To correct it, say a new one that names
it in ``supersedes``; to take it back, say :class:`Withdrawn`.  What then stands is worked out when
the case is read (``standing.py``), and the history stays.

Things (a person, a source, a proceeding) have identifiers of their own, which survive corrections;
a statement has an ``id`` besides.  References between statements go to things where there is one.

Who somebody is goes into :class:`IdentityStated` and nowhere else: it is sealed apart, under the
person's own subject, so that it can be closed to readers and erased alone.  Everything else here
must be written so that it does not name anybody; the verb that says it (``record.py``) looks at the
titles.

Nothing here decides anything: no fact has a method, and no fact is checked here against the
definition.  Fields are stored in order, so a new one goes to the end, with a default.

How each kind is stored: docs/formats/casefile.md.
"""

from enum import StrEnum

from candlemark.dates import PartialDate
from candlemark.ledger import Fact


class Words(Fact, frozen=True):
    """Free text, with the tongue it is written in (a BCP 47 tag)."""

    text: str
    language: str


class Statement(Fact, frozen=True, kw_only=True):
    """What all statements have in common."""

    id: str
    """``fact_…``, of this statement and no other."""
    case: str
    """``case_…``."""
    edition: str
    """Code of the edition the terms in it are taken from."""
    sources: tuple[str, ...] = ()
    """Things of the kind ``case.source`` that say so; empty when the group says so itself."""
    supersedes: tuple[str, ...] = ()
    """Statements of the same kind and about the same thing that this one corrects."""


class Absence(Fact, frozen=True):
    """Why a question has no answer, where somebody said why; without one, nobody did."""

    field: str
    """Name of the field of the statement that holds nothing."""
    why: str
    """Term of ``absences``: not known, not asked, refused, illegible."""


class CaseOpened(Statement, frozen=True, kw_only=True):
    """A case file exists, under a neutral title."""

    titles: tuple[Words, ...]
    """One per tongue, the first being the one it was written in.  No title names anybody."""
    reference: str = ""
    """The group's own stable number of the case, which names nobody."""


class SourceForm(StrEnum):
    """What a source is, as far as it decides how it is handled."""

    PUBLICATION = "publication"
    DOCUMENT = "document"
    PERSON = "person"


class SourceCited(Statement, frozen=True, kw_only=True):
    """Something, or somebody, says something about the case.

    A source that is a person is named in that person's identity and not here.
    """

    source: str
    """``source_…``."""
    form: SourceForm
    title: tuple[Words, ...] = ()
    address: str = ""
    """Where it can be read: a URL, a shelf mark.  Kept as text; nothing ever fetches it."""
    retrieved: PartialDate | None = None
    """When it was read there; None when that was not noted."""
    reliability: str = ""
    """Term of ``reliability``; empty when nobody judged it."""
    evidence: str = ""
    """Term of ``evidence-kinds``."""
    person: str = ""
    """The person of this case who is the source."""
    note: tuple[Words, ...] = ()


class PersonInRole(Statement, frozen=True, kw_only=True):
    """Somebody has a part in the case.  Who it is stands in :class:`IdentityStated`."""

    person: str
    """``person_…``."""
    roles: tuple[str, ...]
    """Terms of ``roles``."""
    is_public: bool = False
    """True only when the person is a public figure in this matter and the case a public one."""
    note: tuple[Words, ...] = ()
    """What the person fears, and what may therefore not be done; names nobody."""


class Spelling(Fact, frozen=True, kw_only=True):
    """A name as one source writes it."""

    text: str
    language: str = ""
    """BCP 47 tag, with the script where it is not the usual one (``tly-Cyrl``); empty: unknown."""
    sources: tuple[str, ...] = ()


class IdentityStated(Statement, frozen=True, kw_only=True):
    """Who a person is.  Sealed in the compartment ``identity``."""

    person: str
    names: tuple[Spelling, ...]
    """The first is the one to show."""
    birth: PartialDate | None = None
    notes: tuple[Words, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Why some of it is not there."""


class Act(Fact, frozen=True, kw_only=True):
    """The smallest unit of an incident: who did what to whom."""

    offence: str = ""
    """Term of ``offences``; empty when no term says it."""
    by: tuple[str, ...] = ()
    """Persons of this case."""
    to: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()


class GroundStanding(StrEnum):
    """Who stands behind it that a bias ground was at work."""

    ALLEGED = "alleged"
    RECOGNISED = "recognised"  # by the police or the prosecutor
    FOUND = "found"  # by a court or another body that decides
    DENIED = "denied"  # an authority examined it and said no


class BiasGround(Fact, frozen=True, kw_only=True):
    """A bias ground, with who stands behind it."""

    ground: str
    """Term of ``bias-grounds``."""
    standing: GroundStanding
    sources: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()


class SpeechAnswer(Fact, frozen=True, kw_only=True):
    """The answer to one of the six questions of the Rabat threshold."""

    part: str
    """Term of ``speech-threshold``."""
    answer: str
    """``met``, ``not-met``, or a term of ``absences``."""
    words: tuple[Words, ...] = ()


class IncidentDescribed(Statement, frozen=True, kw_only=True):
    """What happened."""

    incident: str
    """``incident_…``."""
    when: PartialDate | None = None
    until: PartialDate | None = None
    """Its last day, when it lasted; None when it did not or nobody says."""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    place: tuple[Words, ...] = ()
    """Coarse: a city or a region, never an address."""
    acts: tuple[Act, ...] = ()
    grounds: tuple[BiasGround, ...] = ()
    indicators: tuple[str, ...] = ()
    """Terms of ``bias-indicators``."""
    speech: tuple[SpeechAnswer, ...] = ()
    speech_outcome: str = ""
    """Term of ``speech-outcomes``."""
    words: tuple[Words, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Why some of it is not there."""
    region: str = ""
    """Term of ``regions``, so that cases can be counted by it; as coarse as it is known.  It says
    where, as ``place`` does, so it is sealed and read with it."""


class ChargeBrought(Statement, frozen=True, kw_only=True):
    """An accusation under one article against one person.

    When it was brought is a stage event (``charged``) that names it, so that there is one date.
    """

    charge: str
    """``charge_…``."""
    person: str
    proceeding: str = ""
    article: tuple[Words, ...] = ()
    """The article of law, as the source has it."""
    offence: str = ""
    """Term of ``offences``."""
    bias: str = ""
    """``charged`` or ``not-charged`` as an aggravating motive, or a term of ``absences``."""


class Forum(StrEnum):
    """Whether a proceeding is before the state's own authorities or a body beyond the state."""

    NATIONAL = "national"
    BEYOND = "beyond"


class ProceedingOpened(Statement, frozen=True, kw_only=True):
    """One course before one authority or court.  A case has several."""

    proceeding: str
    """``proceeding_…``."""
    forum: Forum
    authority: tuple[Words, ...] = ()
    agency: str = ""
    """Term of ``agency-types``."""
    mechanism: str = ""
    """Term of ``mechanisms``, for a body beyond the state."""
    country: str = ""
    """ISO 3166-1 alpha-2 of the state whose authority it is, or against which it is brought."""
    docket: str = ""
    """The court's own number.  In a public register it leads to the names: it stays inside."""
    persons: tuple[str, ...] = ()


class Claim(Fact, frozen=True, kw_only=True):
    """A number a source gives: what is counted, and how many."""

    what: str
    """Term of ``claims`` where there is one, or another kebab-case word; the same for sources that
    speak of the same thing (``pardoned``)."""
    number: int
    unit: str = ""
    """``person``, ``year``, a currency by its ISO 4217 code (``EUR``); empty when plain."""


class StageReached(Statement, frozen=True, kw_only=True):
    """A stage was reached, by whose act, when, as far as the sources say."""

    stage: str
    """Term of ``stages``."""
    when: PartialDate | None = None
    """None when the sources do not date it."""
    outcome: str = ""
    """Term of ``outcomes``."""
    sentence: str = ""
    """Term of ``sentences``: imposed, put in place of another, or carried out."""
    person: str = ""
    proceeding: str = ""
    charges: tuple[str, ...] = ()
    authority: tuple[Words, ...] = ()
    final: PartialDate | None = None
    """When the decision became final, where that is said."""
    step: str = ""
    """A word that tells apart several times the same stage was reached, or joins what two
    sources say of the same time; empty when there is nothing to tell apart."""
    follows: tuple[str, ...] = ()
    """Statements of stages that came before this one, as the sources say or as cannot be
    otherwise; for an order that the dates leave open."""
    claims: tuple[Claim, ...] = ()
    note: tuple[Words, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Why some of it is not there."""


class StillPending(Statement, frozen=True, kw_only=True):
    """A source saw a proceeding still open on some day."""

    proceeding: str
    on: PartialDate
    person: str = ""
    stage: str = ""
    """Term of ``stages``: where it stood."""
    authority: tuple[Words, ...] = ()
    note: tuple[Words, ...] = ()


class Turn(StrEnum):
    """What changed for a person beside the stages of justice."""

    DETAINED = "detained"
    FREED = "freed"
    LEFT_COUNTRY = "left-country"
    RETURNED = "returned"
    DIED = "died"


class LifeTurned(Statement, frozen=True, kw_only=True):
    """Something changed for a person that is not a stage of justice."""

    person: str
    turn: Turn
    when: PartialDate | None = None
    country: str = ""
    """Where to, for a departure; ISO 3166-1 alpha-2."""
    words: tuple[Words, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Why some of it is not there."""


class Trigger(StrEnum):
    """From what a time limit runs."""

    FINAL_DOMESTIC_DECISION = "final-domestic-decision"
    OTHER_PROCEDURE_ENDED = "other-procedure-ended"


class LimitTriggered(Statement, frozen=True, kw_only=True):
    """A day from which time limits run is known, as exactly as its source has it."""

    trigger: Trigger
    when: PartialDate
    """The day of the decision: it chooses between an old rule and a new one."""
    served: PartialDate | None = None
    """The day the decision was served on the person, where it had to be: time runs from it."""
    person: str = ""
    proceeding: str = ""
    """The proceeding that was decided."""
    rules: tuple[str, ...] = ()
    """Codes of the limits that are looked at; empty: all that run from such a day."""
    note: tuple[Words, ...] = ()


class InterventionMade(Statement, frozen=True, kw_only=True):
    """Somebody spoke up for the person: a letter, a report, an appeal to a mechanism."""

    intervention: str
    """``intervention_…``."""
    when: PartialDate | None = None
    by: tuple[Words, ...] = ()
    """Which organisation; a private person who did it is a person of the case instead."""
    to: tuple[Words, ...] = ()
    mechanism: str = ""
    """Term of ``mechanisms``, of the body that spoke or was spoken to."""
    persons: tuple[str, ...] = ()
    words: tuple[Words, ...] = ()
    absent: tuple[Absence, ...] = ()
    """Why some of it is not there."""


class InterventionAnswered(Statement, frozen=True, kw_only=True):
    """What came back."""

    intervention: str
    when: PartialDate | None = None
    words: tuple[Words, ...] = ()


class ContradictionNoted(Statement, frozen=True, kw_only=True):
    """Statements that cannot all be true, named by a person; and, if decided, which is shown."""

    statements: tuple[str, ...]
    shown: str = ""
    """One of them, when somebody decided; the reason stands in ``words``."""
    words: tuple[Words, ...] = ()


class NoteMade(Statement, frozen=True, kw_only=True):
    """Something worth keeping beside the stages: the background, a later event."""

    words: tuple[Words, ...]
    when: PartialDate | None = None
    persons: tuple[str, ...] = ()


class ConsentStated(Statement, frozen=True, kw_only=True):
    """A person was asked whether what they told may be used for something, and what they said."""

    consent: str
    """``consent_…``."""
    person: str
    use: str
    """Term of ``consent-uses``; each use is asked for by itself."""
    answer: str
    """``given``, ``refused``, or another term of ``absences``."""
    when: PartialDate | None = None
    review: PartialDate | None = None
    """When the person is to be asked again; None when that was not settled."""
    words: tuple[Words, ...] = ()
    detail: str = ""
    """Term of ``consent-details``: how exactly it may be told; empty when nobody asked, and then
    the least is told."""


class ConsentWithdrawn(Statement, frozen=True, kw_only=True):
    """A person took their consent back.  That it was given once stays said."""

    consent: str
    when: PartialDate | None = None
    words: tuple[Words, ...] = ()


class RestraintStated(Statement, frozen=True, kw_only=True):
    """What may not be done, because of what a person fears."""

    person: str
    restraints: tuple[str, ...]
    """Terms of ``restraints``; empty only when ``words`` say it."""
    words: tuple[Words, ...] = ()
    """What the person fears; names nobody."""


class StepForm(StrEnum):
    """What a next step is, as far as it decides where it is shown."""

    HEARING = "hearing"
    TASK = "task"
    REVIEW = "review"
    DEADLINE = "deadline"


class NextStep(Statement, frozen=True, kw_only=True):
    """What is to be done or to happen next."""

    step: str
    """``step_…``."""
    what: tuple[Words, ...]
    """Read in lists and over shoulders: names nobody."""
    due: PartialDate | None = None
    form: StepForm = StepForm.TASK
    person: str = ""
    proceeding: str = ""


class StepOutcome(StrEnum):
    """How a next step ended."""

    DONE = "done"
    DROPPED = "dropped"  # it was no longer needed, or another step took its place
    MISSED = "missed"


class StepDone(Statement, frozen=True, kw_only=True):
    """A next step is over: done, dropped or missed."""

    step: str
    when: PartialDate | None = None
    outcome: StepOutcome = StepOutcome.DONE
    words: tuple[Words, ...] = ()


class CaseMerged(Statement, frozen=True, kw_only=True):
    """This case is the same as another: from now on that one shows what was said in both.

    Said in the case that ends.  To part them again, withdraw it.
    """

    into: str
    """``case_…``, the case that stays."""
    words: tuple[Words, ...] = ()


class StatementsMoved(Statement, frozen=True, kw_only=True):
    """Statements of this case belong to another one.  To bring them back, withdraw this."""

    statements: tuple[str, ...]
    to: str
    """``case_…``, which shows them from now on."""
    words: tuple[Words, ...] = ()


class Withdrawn(Statement, frozen=True, kw_only=True):
    """Statements are taken back.  To bring them back, withdraw this one."""

    statements: tuple[str, ...]
    words: tuple[Words, ...] = ()
    """Why."""
