"""The head of a lesson file: what it teaches, to whom, and which frameworks it covers."""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field

from kiosk.bands import Band
from kiosk.content.source import Identifier, Schema, Text

Strand = Literal[
    "self", "relationships", "reputation", "bullying", "information", "wellbeing", "privacy", "copyright"
]
# The eight strands of Education for a Connected World, in its order.
STRANDS: tuple[Strand, ...] = (
    "self", "relationships", "reputation", "bullying", "information", "wellbeing", "privacy", "copyright",
)  # fmt: skip
# The subjects of a school in which a lesson can be taught, in the order in which pages name them.
Subject = Literal[
    "pshe", "computing", "citizenship", "english", "drama", "media", "maths", "science", "art", "design", "music",
    "history", "geography", "languages", "re", "pe",
]  # fmt: skip
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
Mode = Literal["adult-led", "pair", "independent"]
Sensitivity = Literal["low", "medium", "high"]
Status = Literal["draft", "reviewed", "approved", "retired"]
Role = Literal["errs", "helps", "hurt", "repairs"]
Year = Annotated[int, Field(ge=0, le=13)]  # 0: nursery and reception
Form = Literal["story", "log", "page", "documents", "show", "play"]


class Objective(Schema):
    """What a child can say or do afterwards; questions of the quiz point at it."""

    id: Identifier
    text: Text


class Maps(Schema):
    """The ids of the statements that a lesson covers, by framework."""

    efacw: tuple[Text, ...] = ()
    rshe: tuple[Text, ...] = ()
    nc: tuple[Text, ...] = ()
    kcsie: tuple[Literal["content", "contact", "conduct", "commerce"], ...] = ()
    policy: tuple[Text, ...] = ()


class Keeps(Schema):
    """What a lesson leaves on the class's shelf: something that is drawn, and one line about it."""

    thing: Identifier
    line: Text


class LessonHead(Schema):
    """The head of a lesson file."""

    form: Literal["lesson/1"] = Field(alias="schema")
    id: Identifier
    band: Band
    strand: Strand
    lang: Literal["en-GB"]
    version: Annotated[int, Field(ge=1)]
    status: Status
    title: Text
    minutes: Annotated[int, Field(ge=1, le=100)]
    mode: Mode
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    vocabulary: tuple[Text, ...] = ()
    sensitivity: Sensitivity
    help: tuple[Identifier, ...]
    facts: tuple[Identifier, ...] = ()
    subjects: tuple[Subject, ...] = ()  # in whose lessons it can be taught
    maps: Maps
    review_by: date
    years: tuple[Year, ...] = ()  # for these alone; without them for every year of its band
    quiz: Identifier | Literal[""] = ""  # a lesson without one is complete at its last step
    keeps: Keeps | None = None  # a sensitive lesson leaves nothing
    voice: str = ""  # who tells it, and how; these three keep lessons from sounding alike (promise L21)
    shape: Form | Literal[""] = ""
    interaction: str = ""
    # Who of the story does what, in small letters as in the pictures; counted over all lessons (promise L21).
    roles: dict[Role, tuple[Identifier, ...]] = Field(default_factory=dict)
    each_term: bool = False  # a class does it again every term
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it
    approved_by: tuple[Text, ...] = ()
    approved_on: date | None = None
