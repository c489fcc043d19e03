"""What staff are trained in: content/training/<id>.yml, with a lesson beside it or without; a school adds its own."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.content.page import parse_page
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Schema, Text, check, content_hash, read_source
from kiosk.lessons.head import Maps, Objective, Sensitivity, Status
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.step import DATA_BLOCKS, Blocks
from kiosk.roles import Role
from kiosk.wording.facts import Facts

FOLDER = "training"
LESSON = "staff-"  # what stands before a topic's id in the id of its lesson
AGES = Band.KS4  # the look in which adults read
TOPIC_LONGEST = 80
Who = Literal["staff", "governors"] | Role
Every = Literal["year", "2-years", "once"]
YEARS: Mapping[str, int] = {"year": 1, "2-years": 2}


class TopicFile(Schema):
    """The words of one topic."""

    form: Literal["training/1"] = Field(alias="schema")
    title: Text
    line: Text  # what it is about
    whom: tuple[Who, ...]
    every: Every
    induction: bool = False  # one of the first days
    read: Annotated[str, Field(pattern=r"^(/(home|staff)/.*)?$")] = ""  # the page on which its text stands
    talk_over: tuple[Text, ...] = ()  # what to talk about
    place: int = 50  # where its column stands


class LessonFile(Schema):
    """The head of a staff lesson."""

    form: Literal["staff-lesson/1"] = Field(alias="schema")
    version: Annotated[int, Field(ge=1)]
    status: Status
    title: Text
    minutes: Annotated[int, Field(ge=1, le=60)]
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    sensitivity: Sensitivity = "low"
    facts: tuple[str, ...] = ()
    review_by: date
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


@dataclass(frozen=True)
class Topic:
    """One topic. Code knows these fields and never an id."""

    id: str
    title: str
    line: str
    whom: frozenset[str]
    every: Every
    induction: bool
    talk_over: tuple[str, ...]
    place: int = 50
    read: str = ""
    lesson: Lesson | None = field(default=None, compare=False)

    @property
    def for_all(self) -> bool:
        """Whether it is for staff or governors, and not for those who hold a role."""
        return bool(self.whom & {"staff", "governors"})

    @property
    def again(self) -> bool:
        """Whether it runs out."""
        return self.every in YEARS

    def runs_out(self, day: date) -> date | None:
        """The day by which it is done again; none for what is done once."""
        years = YEARS.get(self.every)
        if years is None:
            return None
        try:
            return day.replace(year=day.year + years)
        except ValueError:  # 29 February
            return day.replace(year=day.year + years, day=28)


Topics = Mapping[str, Topic]


def read_topics(
    content_dir: Path, data_dir: Path, facts: Facts, pictures: Collection[str], cast: Cast
) -> Topics:
    """Every topic of kiosk and of the school, in the order of their columns; raises ContentError with every problem."""
    problems: list[ContentProblem] = []
    found: dict[str, Topic] = {}
    for folder in (content_dir / FOLDER, data_dir / FOLDER):
        for path in sorted(folder.glob("*.yml")):
            if path.stem in found or len(path.stem) > TOPIC_LONGEST:
                problems.append(
                    ContentProblem(path, 1, f'"{path.stem}" is taken or too long; choose another name')
                )
                continue
            try:
                said = check(read_source(path), TopicFile)
                lesson = _lesson_beside(path, facts, pictures, cast)
            except ContentError as error:
                problems += error.problems
                continue
            whom = frozenset(str(one) for one in said.whom)
            found[path.stem] = Topic(
                *(
                    path.stem,
                    said.title,
                    said.line,
                    whom,
                    said.every,
                    said.induction,
                    said.talk_over,
                    said.place,
                ),
                read=said.read,
                lesson=lesson,
            )
    raise_if_any(problems)
    return {one.id: one for one in sorted(found.values(), key=lambda one: (one.place, one.id))}


def _lesson_beside(path: Path, facts: Facts, pictures: Collection[str], cast: Cast) -> Lesson | None:
    """The lesson of a topic, read as children's are; it has no quiz, as no mark is kept."""
    file = path.with_suffix(f".{ENGLISH}.md")
    if not file.is_file():
        return None
    page = parse_page(file, LessonFile, data=DATA_BLOCKS)
    blocks = Blocks(file, facts, pictures, cast, AGES)
    steps, stage = blocks.read(page.blocks)
    problems = [*page.problems, *(blocks.problems if page.blocks else ())]
    problems += _unread(file, page.loose, page.loose_line, page.head, facts, bool(steps))
    raise_if_any(problems)
    head = page.head
    assert head is not None
    return Lesson(
        id=LESSON + path.stem,
        band=AGES,
        strand="wellbeing",
        lang="en-GB",
        title=head.title,
        minutes=head.minutes,
        mode="independent",
        objectives=head.objectives,
        vocabulary=(),
        sensitivity=head.sensitivity,
        help=(),
        facts=head.facts,
        maps=Maps(),
        steps=tuple(steps),
        stage=stage,
        beside=(),
        talk=None,
        adult=None,
        teaching=None,
        keeps=None,
        quiz="",
        status=head.status,
        review_by=head.review_by,
        version=head.version,
        hash=content_hash(file),
        folder=file.parent,
    )


def _unread(
    file: Path, loose: str, line: int, head: LessonFile | None, facts: Facts, has_steps: bool
) -> Iterator[ContentProblem]:
    if loose:
        yield ContentProblem(file, line, "words must stand inside a block")
    if not has_steps:
        yield ContentProblem(file, 1, "the lesson has no step")
    for id in head.facts if head else ():
        if not facts.knows(id):
            yield ContentProblem(file, 1, f'there is no "{id}" in facts.yml')


def lessons_of(topics: Iterable[Topic]) -> list[Lesson]:
    """The staff lessons."""
    return [one.lesson for one in topics if one.lesson]
