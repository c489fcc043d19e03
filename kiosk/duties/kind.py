"""Kinds of duty as authors write them: content/duties/<id>.yml, and a school's own in the folder of its data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, Source, Text, check, read_source

FOLDER, LISTS = "duties", "lists.yml"
IN_ORDER, TO_FIX, COULD_NOT = "in-order", "to-fix", "could-not"
Doer = Literal["teacher", "coordinator", "dsl", "principal", "chair", "network", "office", "data", "governor"]
Every = Literal["week", "month", "half-term", "term", "year", "2-years", "own-day"]
SCHOOL_DAYS = 400  # at most this many: a climb or an event
# What kiosk fills in, in words, for one person: from the school's and the reports database, the site, who asks, today.
Figure = Callable[[Any, Any, Any, Any, Any], str]


class _ByAlias(Schema):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)


class When(Schema):
    """When it is due: once in each period, on a day of its own, some school days after something happened; or both."""

    every: Every | None = None
    event: Identifier = ""
    days: Annotated[int, Field(ge=0, le=SCHOOL_DAYS)] = 0
    clock: Literal["school", "calendar"] = "school"  # which days are counted after an event
    by: Literal["kiosk", "person"] = (
        "kiosk"  # who says that it happened: whoever does it, where kiosk cannot know
    )

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if not (self.every or self.event):
            raise ValueError("say every or event")
        if self.by == "person" and (self.every or not self.event):
            raise ValueError("a person says that an event happened, and no period goes with it")
        return self


class Option(Schema):
    """One answer of a question with a list."""

    id: Identifier
    words: Text
    line: str = ""


class Field_(_ByAlias):
    """One thing to write down."""

    id: Identifier
    kind: Literal["text", "one", "ticks"]
    words: Text
    hint: str = ""
    of: tuple[Option, ...] = ()
    needed: bool = True
    needed_if: tuple[Identifier, ...] = ()  # results with which it has to be written

    @model_validator(mode="after")
    def _has_options(self) -> Self:
        if (self.kind in {"one", "ticks"}) != bool(self.of):
            raise ValueError("a list of answers stands with one and ticks alone")
        return self


FOUND = Field_(
    id="found", kind="text", words="What did you find?", hint="In general words, without a child’s name."
)
RESULT = Field_(
    id="result",
    kind="one",
    words="What came of it?",
    of=(
        Option(id=IN_ORDER, words="In order"),
        Option(id=TO_FIX, words="Something has to be put right", line="It stands in the book until it is."),
        Option(id=COULD_NOT, words="I could not do it", line="The duty stays open, and the page says so."),
    ),
)
CHANGED = Field_(
    id="changed",
    kind="text",
    words="What did you change, or who will?",
    hint="In general words. No child’s name, and no address of a page.",
    needed=False,
    needed_if=(TO_FIX,),
)


class Because(Schema):
    """Which clause of the school's policy and which standard ask for it."""

    policy: tuple[Text, ...] = ()
    standards: tuple[
        Text, ...
    ] = ()  # by the id of a fact, whose name for it holds in the school's nation; or in words


class Counts(Schema):
    """With which results it is done, and with which it stays open."""

    done: tuple[Identifier, ...] = (IN_ORDER, TO_FIX)
    open: tuple[Identifier, ...] = (COULD_NOT,)


class Duty(_ByAlias):
    """One kind of duty. Code knows these fields and never an id."""

    id: str = ""  # the name of its file
    form: Literal["duty/1"] = Field(alias="schema")
    title: Text
    line: str = ""  # what it is about, below the title
    because: Because
    does: Doer
    with_: tuple[Doer, ...] = Field(default=(), alias="with")
    when: When
    each: tuple[Identifier, ...] = ()
    always: bool = False  # stands switched on from the first day, and nobody can switch it off
    early: Literal["start", "half", "year"] = (
        "start"  # it counts from there in its period, or a year before its day
    )
    steps: tuple[Text, ...] = ()
    write: tuple[Field_, ...] = (FOUND,)
    figure: Identifier = ""  # what kiosk knows of it, and fills into the first field
    counts: Counts = Counts()
    opens_task: tuple[Identifier, ...] = (TO_FIX,)
    warn: str = ""
    not_done: Text
    climb: tuple[int, int, int] = (2, 5, 20)  # school days after its day: stand-in, head, chair
    counted: Identifier = ""  # what kiosk counts for it, so that nobody has to write it down
    seen_by: tuple[Doer, ...] = ()  # the roles that may know of it; all staff where it names none
    where: Annotated[str, Field(pattern=r"^(/(staff|home)/.*)?$")] = ""  # the page on which it is done
    page: str = ""  # its line of the term page

    @model_validator(mode="after")
    def _asks_for_a_result(self) -> Self:
        ids = [one.id for one in self.write]
        if len(ids) != len(set(ids)):
            raise ValueError("a field stands twice")
        if "result" not in ids:
            object.__setattr__(self, "write", (*self.write, RESULT, CHANGED))
        known = {option.id for option in self.result.of}
        counted = {*self.counts.done, *self.counts.open}
        if counted != known or not known >= set(self.opens_task):
            raise ValueError("counts and opens_task name the answers of result, each one")
        return self

    @property
    def waits(self) -> bool:
        """Whether it is done when something happens, and at no other time."""
        return not self.when.every

    @property
    def goes_by_mail(self) -> bool:
        """Whether a mail may say that something is late: whoever runs the mail server sees that there was one."""
        return not self.seen_by or "network" in self.seen_by

    @property
    def result(self) -> Field_:
        """The question whose answer says whether it is done."""
        return next(one for one in self.write if one.id == "result")

    @property
    def result_words(self) -> Mapping[str, str]:
        """What each result is called."""
        return {option.id: option.words for option in self.result.of}


@dataclass(frozen=True)
class Kinds:
    """All kinds of a school by their id, which are its own, the lists that it keeps itself, and what kiosk fills in."""

    all: Mapping[str, Duty] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)


def read_kinds(
    content_dir: Path, data_dir: Path, figures: Mapping[str, Figure] = MappingProxyType({})
) -> Kinds:
    """Every kind of kiosk and of the school; raises ContentError with every problem."""
    problems: list[ContentProblem] = []
    ours = dict(_read_folder(content_dir / FOLDER, problems))
    theirs: dict[str, Duty] = {}
    for id, duty in _read_folder(data_dir / FOLDER, problems):
        if id in ours:
            problems.append(
                ContentProblem(
                    data_dir / FOLDER / f"{id}.yml", 1, f'"{id}" is a duty of kiosk; choose another name'
                )
            )
        theirs[id] = duty
    lists: Mapping[str, tuple[str, ...]] = {}
    if (path := data_dir / FOLDER / LISTS).is_file():
        try:
            lists = check(read_source(path), dict[Identifier, tuple[Text, ...]])
        except ContentError as error:
            problems += error.problems
    raise_if_any(problems)
    return Kinds({**ours, **theirs}, frozenset(theirs), lists, figures)


def _read_folder(folder: Path, problems: list[ContentProblem]) -> Iterator[tuple[str, Duty]]:
    for path in sorted(folder.glob("*.yml")):
        if path.name == LISTS:
            continue
        try:
            yield path.stem, _read_duty(read_source(path), path.stem)
        except ContentError as error:
            problems += error.problems


def _read_duty(source: Source, id: str) -> Duty:
    duty = check(source, Duty)
    if duty.id:
        raise ContentError([source.problem("the name of the file is its id", "id")])
    return duty.model_copy(update={"id": id})
