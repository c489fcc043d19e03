"""The head of a Code file: its rules, check questions and further sections."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.wording.facts import Prose

CodeId = Literal["ks1", "ks2", "ks3", "ks4", "parents", "staff", "visitor"]


class Group(Schema):
    """A group of rules with a title."""

    id: Identifier
    title: Prose


class Rule(Schema):
    """One rule, the clause of the policy it comes from, and why it is there.

    `changed_in` is the last version that changed its meaning; whoever signed an older one reads it again.
    """

    id: Identifier
    policy: Annotated[str, StringConstraints(pattern=r"^R([1-9]|1[0-4])$")]
    group: str = ""
    text: Prose
    simpler: Prose | None = None  # the text in fewer words
    why: Prose
    picture: str = ""
    changed_in: Annotated[int, Field(ge=1)] = 1


class CheckOption(Schema):
    """One answer to a check question."""

    id: Identifier
    label: Prose
    right: bool = False
    feedback: Prose


class Check(Schema):
    """A question that shows whether a rule was understood; a wrong answer never prevents signing."""

    id: Identifier
    rule: Identifier
    stem: Prose
    simpler: Prose | None = None  # the stem in fewer words
    options: Annotated[tuple[CheckOption, ...], Field(min_length=2)]
    unsure_feedback: Prose

    @model_validator(mode="after")
    def _one_right(self) -> "Check":
        if sum(option.right for option in self.options) != 1:
            raise ValueError("exactly one option must be right")
        if len({option.id for option in self.options}) < len(self.options):
            raise ValueError("two options share an id")
        return self


class Section(Schema):
    """A further part of the page, for parents, staff or visitors."""

    id: Identifier
    title: Prose
    items: Annotated[tuple[Prose, ...], Field(min_length=1)]


class CodeHead(Schema):
    """The head of a Code file; translations also say what they were made from and who signed them."""

    form: Literal["code/1"] = Field(alias="schema")
    id: CodeId
    lang: str
    version: Annotated[int, Field(ge=1)]
    since: date | None = None  # when this version was published; said in the English alone
    status: Literal["draft", "reviewed", "approved"]
    title: Prose
    groups: tuple[Group, ...] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    checks: tuple[Check, ...] = ()
    sections: tuple[Section, ...] = ()
    source_version: Annotated[int, Field(ge=1)] | None = None
    source_hash: str = ""
    translator: str = ""
    reviewed_by: str = ""
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it
