"""What a content file may hold: one frozen struct a kind of record.

The files under ``content/`` are read into these structs and nothing else, so an unknown
key, a missing one or a value of the wrong type stops the build with the file and the key
named. ``content/README.md`` explains the same format to someone who edits the files.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

FigureValue = int | str  # a date is quoted: "2018-07-01"


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record from a content file. Unknown keys are errors: a typo must not pass in silence."""


class Provision(Record, frozen=True, kw_only=True):
    """One subsection (or part of one) of a section, restated in the project's own plain words."""

    id: str  # "(a)(1)"; "" when the section has no subsections
    kind: Literal[
        "offense", "penalty", "defense", "definition", "duty", "exemption", "right", "remedy", "procedure",
        "deadline", "proof", "limit", "agency", "list", "effect",
    ]
    says: str
    figures: dict[str, FigureValue] = {}  # numbers that rules compute with: {"daily_maximum_dollars": 1000}
    readings: tuple[str, ...] = ()  # what follows from the text but is not said in it
    seed_items: tuple[int, ...] = ()


class Version(Record, frozen=True, kw_only=True):
    """What a section said from one effective date until the next version's."""

    effective: dt.date
    acts: tuple[str, ...]  # "P.A. 21-103 § 7"
    provisions: tuple[Provision, ...] = ()
    changed: str = ""  # what this version changed, in a sentence or two
    complete: bool = True  # False where only part of what the section then said is known
    basis: Literal["code", "history note", "page", "inferred"] = "code"
    repealed: bool = False
    seed_items: tuple[int, ...] = ()


class Difference(Record, frozen=True, kw_only=True):
    """A point on which one of the source documents does not say what the law says."""

    id: str  # "who-is-told", unique in its section
    source: str  # an id from content/sources.yml
    where: str  # "§ 7(b)"
    provision: str  # the provision of this section that it differs from: "(b)"
    source_says: str
    law_says: str
    matters: str
    line: str  # the one line an answer shows
    seed_items: tuple[int, ...] = ()


class UnderReview(Record, frozen=True, kw_only=True):
    """An act has changed this section and its text is not in the store yet."""

    act: str
    since: dt.date
    note: str


class Gap(Record, frozen=True, kw_only=True):
    """Something people ask about this section that no source seen answers, and who would know."""

    about: str
    says: str


class Checked(Record, frozen=True, kw_only=True):
    """Who compared the restatement with the official text, when, and with which edition."""

    on: dt.date
    against: str  # an id from content/sources.yml
    by: str = "the project; no lawyer has reviewed it yet"


class Section(Record, frozen=True, kw_only=True):
    """One section of the General Statutes (or of a federal title), with its versions."""

    section: str  # "54-95c", "18 USC 1595"
    title: str
    chapter: str = ""
    link: str
    checked: Checked
    versions: tuple[Version, ...]
    differences: tuple[Difference, ...] = ()
    gaps: tuple[Gap, ...] = ()
    related: tuple[str, ...] = ()  # sections that this one refers to
    formerly: str = ""  # the provision whose place it took: what the law was before its first version stands there
    under_review: UnderReview | None = None
    seed_items: tuple[int, ...] = ()


class Source(Record, frozen=True, kw_only=True):
    """A document that the store draws on, labelled for what it is."""

    id: str
    name: str  # how it is named to users
    name_es: str = ""  # in Spanish, where the name is no proper one
    kind: Literal["statutes", "public act", "bill", "summary", "recommendation", "page", "article", "federal law"]
    status: str  # "raised, not enacted in this form"
    date: str = ""
    link: str = ""
    checked_on: dt.date
    note: str = ""
    seed_items: tuple[int, ...] = ()


class BillPart(Record, frozen=True, kw_only=True):
    """A section or subsection of a bill: its text with line pins and marked changes.

    ``text`` holds one bill line a line, led by its number; deletions stand in ``{--…--}`` and
    additions in ``{++…++}``, closed and reopened at line ends.
    """

    id: str  # "7(b)"
    text: str
    seed_items: tuple[int, ...] = ()


class BillOutcome(Record, frozen=True, kw_only=True):
    """What a bill proposed on one point and what was enacted instead."""

    point: str
    proposed: str
    enacted: str
    cites: tuple[str, ...] = ()
    seed_items: tuple[int, ...] = ()


class BillSection(Record, frozen=True, kw_only=True):
    """One section of a bill."""

    number: str
    heading: str
    amends: str = ""  # the section it changes; empty when new
    effective: str
    enacted_as: tuple[str, ...] = ()
    parts: tuple[BillPart, ...]
    outcomes: tuple[BillOutcome, ...] = ()
    seed_items: tuple[int, ...] = ()


class Bill(Record, frozen=True, kw_only=True):
    """A bill of the source documents: proposed law, never shown as the law in force."""

    bill: str  # the source id
    year: int
    title: str
    number: str = ""
    summary: str
    became: str
    sections: tuple[BillSection, ...]
    seed_items: tuple[int, ...] = ()


class Recommendation(Record, frozen=True, kw_only=True):
    """One of the Council's policy recommendations and what became of it."""

    number: int
    asks: str
    reasons: tuple[str, ...]
    fate: Literal["done", "partly", "not done"]
    fate_says: str
    cites: tuple[str, ...] = ()
    seed_items: tuple[int, ...] = ()


class Resource(Record, frozen=True, kw_only=True):
    """A place to turn to: its numbers stand here and nowhere else."""

    id: str
    name: dict[str, str]  # by language
    for_whom: dict[str, str]
    call: str = ""
    text: str = ""
    web: str = ""
    email: str = ""
    hours: dict[str, str] = {}
    languages: dict[str, str] = {}
    checked_on: dt.date
    review_by: dt.date
    note: str = ""
    seed_items: tuple[int, ...] = ()


class Topic(Record, frozen=True, kw_only=True):
    """Something people ask about. Its id is also the name of the Rasa intent."""

    topic: str
    asks: str  # for developers: what the person wants to know
    related: tuple[str, ...] = ()  # topics offered next
    facets: tuple[str, ...] = ()  # what of its group it asks after ("deadline"), so that "and how long do I have?" finds it
    subject: Literal["", "offense", "business", "profession", "resource"] = ""  # the kind of entity that picks a variant
    default_subject: str = ""  # the term that gives way where another is named too
    headline: bool = False
    about: str = ""  # the term that the topic itself is about, so that "is it a felony?" can lean on it
    counts: Literal["", "days", "wages", "tiers", "violations"] = ""  # what its answer adds up where the question gives the numbers
    counted_by: str = ""  # the provision whose figures it counts with
    with_a_minor: str = ""  # the topic on the same act where the other person is under 18: "and if she is 16?"
    when_named: str = ""  # the topic that is meant where a term of this one's subject is named


class Term(Record, frozen=True, kw_only=True):
    """A thing named in questions: an offense, a kind of business, a profession.

    ``names`` are the words people type, by language; ``provision`` is the law that governs it.
    """

    id: str
    label: dict[str, str]
    names: dict[str, tuple[str, ...]]
    provision: str = ""
    outcome: Literal["", "covered", "exempt", "not_listed", "unclear"] = ""
    felony_class: str = ""


class Sentence(Record, frozen=True, kw_only=True):
    """One sentence of an answer: ``law`` with the provisions it rests on, or a ``note`` without law in it."""

    law: str = ""
    note: str = ""
    cite: str | tuple[str, ...] = ()
    reading: bool = False  # rests on an inference that the provision's ``readings`` spell out
    asked: str = ""  # other words in which people ask for this fact; never shown

    @property
    def cites(self) -> tuple[str, ...]:
        """The cites as a tuple, however few they are."""
        return (self.cite,) if isinstance(self.cite, str) else self.cite

    @property
    def text(self) -> str:
        """What is said, law or note."""
        return self.law or self.note


class Answer(Record, frozen=True, kw_only=True):
    """The wording of one answer in one language, in its four lengths."""

    title: str  # how the topic is offered as a choice
    short: tuple[Sentence, ...]
    full: tuple[Sentence, ...]
    simple: tuple[Sentence, ...]
    advocate: tuple[Sentence, ...]


class Step(Record, frozen=True, kw_only=True):
    """One question of an interview: what kind of answer it takes, and when it is asked. Its words stand elsewhere."""

    step: str
    kind: Literal["yes_no", "choice", "term", "duration", "money", "number", "date"]
    options: tuple[str, ...] = ()  # of a choice; beside the terms of the subject, of a term
    subject: str = ""  # of a term: offense, business, profession
    only: dict[str, tuple[str, ...]] = {}  # asked where each of these earlier answers is one of these; always, if empty
    at_most: int = 0  # the largest number, or number of days, that can be meant


class Interview(Record, frozen=True, kw_only=True):
    """A guided interview: its questions in order. What follows from the answers is a rule in ``bot/interviews/rules``."""

    interview: str
    topics: tuple[str, ...]  # under whose answers it is offered
    steps: tuple[Step, ...]


class StepWords(Record, frozen=True, kw_only=True):
    """How one question is put, in one language."""

    ask: str
    why: str  # "why do you ask?"
    again: str  # the question in other words, with examples, after an answer that could not be read
    options: dict[str, str] = {}  # the label of each option
    heard_as: dict[str, tuple[str, ...]] = {}  # other words in which people give an option


class InterviewWords(Record, frozen=True, kw_only=True):
    """The wording of an interview in one language."""

    title: str  # how it is offered: "Could this record be vacated?"
    intro: str
    steps: dict[str, StepWords]
    findings: dict[str, tuple[Sentence, ...]]  # what the rule may find, each with its cites
    rows: dict[str, str] = {}  # the labels of a sum's rows
    sheet: dict[str, str] = {}  # the checklist and the blanks of the paper, by key


class NamedDocument(Record, frozen=True, kw_only=True):
    """A paper, or a public body, that questions name: what answers for it, and how it is named."""

    topics: tuple[str, ...]  # their answers and every variant of them are searched for what is asked
    names: str  # a regular expression of its names, in lower case without accents
    numbered: str = ""  # how a part of it is cited where the document has no sections of its own: "recommendation"
    paper: bool = True  # False for a body: its name alone is no citation
    only_named: bool = False  # answered for only where it is called by its name, and not for its topic alone


class Jurisdiction(Record, frozen=True, kw_only=True):
    """Whose law the store holds, and how people write its citations. Nothing in the code names a place."""

    id: str  # "us-ct"
    name: str
    code_name: str  # how the code is named in a formal cite: "Conn. Gen. Stat."
    section_form: str  # the regular expression of a section number
    code_words: tuple[str, ...]  # what may stand before or after a section number: "C.G.S."
    act_words: tuple[str, ...]  # "Public Act", "P.A."
    bill_words: tuple[str, ...]  # "H.B.", "House Bill"
    federal_words: tuple[str, ...]  # "USC", "U.S.C."
    bill_numbers: dict[str, str] = {}  # "6657" to the source id of a bill
    documents: dict[str, NamedDocument] = {}  # by source id; a body by a name of its own
    menu: tuple[str, ...] = ()  # the topics offered to someone who has not asked yet
    main_words: str = "^$"  # a regular expression of the words for the store's main crime
    group_words: dict[str, str] = {}  # by group of topics, a regular expression of words that mean it whatever was said before
    main_section: str = ""  # and the section that makes it one
    own_names: str = "^$"  # a regular expression of the place's own names
    other_places_topics: tuple[str, ...] = ()  # topics that may name another place
    as_of_topics: tuple[str, ...] = ("",)  # how the topics start whose answer can be shown as of a date
    rule_topics: tuple[str, ...] = ()  # how the topics start on a rule that stands in another section than the crime it is about
    safety_topics: tuple[str, ...] = ()  # how the topics start under whose answer the emergency numbers stand too
    outside: dict[str, str] = {}  # other subjects, each with the words that give it away, as a regular expression
