"""Lessons as files: content/lessons/<id>/lesson.en.md, read once at start into frozen pages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from kiosk.bands import Band, band_of_number, year_numbers
from kiosk.content.language import ENGLISH
from kiosk.content.page import ParsedPage, parse_page
from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Source, content_hash, read_text
from kiosk.content.translation import Overlay, TranslationState, lay_blocks, translation_state
from kiosk.lessons.activity import Activity
from kiosk.lessons.at_home import AtHome, HomeReader, home_block, without_home
from kiosk.lessons.head import STRANDS, Keeps, LessonHead, Maps, Mode, Objective, Sensitivity, Status, Strand
from kiosk.lessons.kinds.make import Make
from kiosk.lessons.kinds.question import Question
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.scenes.scene import Scene
from kiosk.lessons.stage import Stage
from kiosk.lessons.step import (
    BESIDE_A_STEP,
    DATA_BLOCKS,
    FOR_STAFF,
    FOR_TEACHERS,
    READ_ALONE,
    WORDS_IN,
    Blocks,
    Passage,
    PassageKind,
    Screen,
    Step,
)
from kiosk.lessons.teaching import Teaching
from kiosk.wording.facts import Facts


class SchoolClass(Protocol):
    """What decides which lessons are for a class."""

    @property
    def band(self) -> Band: ...
    @property
    def year(self) -> str: ...


@dataclass(frozen=True)
class Lesson:
    """One lesson, with its text as HTML."""

    id: str
    band: Band
    strand: Strand
    lang: str
    title: str
    minutes: int
    mode: Mode
    objectives: tuple[Objective, ...]
    vocabulary: tuple[str, ...]
    sensitivity: Sensitivity
    help: tuple[str, ...]
    facts: tuple[str, ...]
    maps: Maps
    steps: tuple[Step, ...]  # the pages a child sees, in order
    stage: Stage = field(compare=False, repr=False)  # the pictures of the steps
    beside: tuple[Passage, ...]  # what can be unfolded at a step
    talk: Passage | None  # for the teacher: what to talk about
    adult: Passage | None  # for the teacher: how to lead it
    teaching: Teaching | None  # for the teacher: what to say at each step
    keeps: Keeps | None  # what the class's shelf keeps of it
    quiz: str  # "" for a lesson without one
    status: Status
    review_by: date
    version: int
    hash: str
    folder: Path = field(compare=False, repr=False)
    years: frozenset[int] = frozenset()  # only for these years of school, if any is named
    each_term: bool = False  # a class does it again every term
    subjects: tuple[str, ...] = ()  # a `head.Subject` each, in whose lessons it can be taught
    dir: Literal["ltr", "rtl"] = "ltr"
    checked: bool = True  # somebody who reads its language has read it
    at_home: AtHome | None = None  # what its family finds; English where no translation is up to date
    # By the code of the language: the same lesson in other words. Never out of date.
    translations: Mapping[str, "Lesson"] = field(default_factory=dict, compare=False, repr=False)

    @property
    def bands(self) -> frozenset[Band]:
        """The age groups it is for."""
        return frozenset(map(band_of_number, self.years)) or frozenset({self.band})

    @property
    def ages(self) -> tuple[int, int]:
        """The ages of the youngest and the oldest whom it is for; a year of school begins at four."""
        return (min(self.years) + 4, max(self.years) + 5) if self.years else self.band.ages

    @property
    def early(self) -> bool:
        """Whether it is for early years alone: five minutes, and nothing to read."""
        return self.years == {0}

    def is_for(self, group: SchoolClass) -> bool:
        """Whether it is for a class: of its age group, or of a year that it names."""
        if self.years:
            return not self.years.isdisjoint(year_numbers(group.year))
        return self.band is group.band

    @property
    def quiet(self) -> bool:
        """Whether the topic is so sensitive that others must not see the lesson's title or a child's answers."""
        return self.sensitivity == "high"

    @property
    def guarded(self) -> bool:
        """Whether children may open it only once two people approved it: the youngest cannot judge, and what is
        sensitive can hurt."""
        return self.band is Band.KS1 or self.quiet

    @property
    def together(self) -> bool:
        """Whether children do it only while an adult leads it, or sits beside them."""
        return self.mode == "adult-led"

    def since(self, term_began: date) -> date:
        """The day from which what was done of it counts: a lesson that is due each term lapses with the term."""
        return term_began if self.each_term else date.min

    @property
    def screens(self) -> tuple[Screen, ...]:
        """The pages of teaching."""
        return tuple(step for step in self.steps if isinstance(step, Screen))

    @property
    def led_steps(self) -> tuple[Step, ...]:
        """The steps at which a class stands while an adult leads it, and what it talks about at the end."""
        steps = [step for step in self.steps if step.kind not in READ_ALONE]
        return (*steps, *([self.talk] if self.talk else []))

    def minutes_from(self, place: int) -> int:
        """The minutes that the lesson takes from a step on (1 is the first), or 0 where its file does not say."""
        if self.teaching is None:
            return 0
        before = {step.id for step in self.steps[: max(place - 1, 0)]}
        return self.teaching.minutes_without(before) - (self.teaching.joining if place else 0)

    @property
    def sittings(self) -> tuple[int, ...]:
        """The minutes of each sitting; the second begins with joining again."""
        ids, plan = [step.id for step in self.led_steps], self.teaching
        if plan is None or plan.stop_after not in ids:
            return (self.minutes,)
        cut = ids.index(plan.stop_after) + 1
        return plan.minutes_without(ids[cut:]) - plan.quiz, plan.minutes_without(ids[:cut])

    @property
    def scenario(self) -> Scenario | None:
        """The story with choices, where there is one."""
        return next((step for step in self.steps if isinstance(step, Scenario)), None)

    @cached_property
    def placed(self) -> Mapping[str, int]:
        """Ids of the quiz's questions that are asked inside the lesson, and at which step (1 is the first)."""
        return {step.of: place for place, step in enumerate(self.steps, 1) if isinstance(step, Question)}

    def folded_at(self, step_id: str) -> list[Passage]:
        """What stands folded at a step: the same in fewer words, and a bit more."""
        return [one for one in self.beside if one.about == step_id]

    def fewer_words(self, step_id: str) -> Passage | None:
        """A step in fewer words, where the lesson says it so."""
        return next((one for one in self.folded_at(step_id) if one.kind == "simpler"), None)

    @property
    def steps_to_read(self) -> list[Step]:
        """The steps that a child reads: screens, and things to do; in early years nobody reads."""
        return [
            step
            for step in self.steps
            if isinstance(step, Screen | Activity) and not isinstance(step, Question) and not self.early
        ]

    @property
    def in_fewer_words(self) -> bool:
        """Whether each step that a child reads is said in fewer words."""
        return all(self.fewer_words(step.id) for step in self.steps_to_read)

    @property
    def cover(self) -> str:
        """The scene that shows what it is about; empty where the lesson has none."""
        return next(iter(self.stage.scenes), "")

    @property
    def to_colour(self) -> Scene | None:
        """The picture that children colour in and take home, where there is one."""
        sheets = (step.sheet for step in self.steps if isinstance(step, Make) and step.sheet)
        return next((self.stage.scenes[sheet] for sheet in sheets), None)

    @property
    def recall(self) -> Passage | None:
        """The passage that asks about an earlier lesson."""
        return _first_passage(self.steps, "recall")

    @property
    def reflect(self) -> Passage | None:
        """The passage with something to think about; no answer is written or stored."""
        return _first_passage(self.steps, "reflect")

    @property
    def note(self) -> Passage | None:
        """What a child is told before a sensitive lesson begins."""
        return _first_passage(self.steps, "note")


def lessons_for(group: SchoolClass, lessons: Iterable[Lesson]) -> list[Lesson]:
    """The lessons for a class; those that name its year come first."""
    return sorted((one for one in lessons if one.is_for(group)), key=lambda one: not one.years)


def read_lessons(content_dir: Path, facts: Facts, pictures: Collection[str], cast: Cast) -> dict[str, Lesson]:
    """Every lesson by its id, by band and strand; raises ContentError with all problems of all files."""
    lessons, problems = scan_lessons(content_dir, facts, pictures, cast)
    raise_if_any(problems)
    return lessons


def scan_lessons(
    content_dir: Path, facts: Facts, pictures: Collection[str], cast: Cast
) -> tuple[dict[str, Lesson], list[ContentProblem]]:
    """The lessons that could be read, and every problem of those that could not."""
    lessons: list[Lesson] = []
    problems: list[ContentProblem] = []
    for folder in sorted(path for path in (content_dir / "lessons").glob("*") if path.is_dir()):
        lesson, wrong = _read_lesson(folder, facts, pictures, cast)
        problems += wrong
        if lesson:
            translations, wrong = _read_translations(lesson, facts, pictures, cast)
            lessons.append(replace(lesson, translations=translations))
            problems += wrong
    lessons.sort(key=lambda lesson: (lesson.band, STRANDS.index(lesson.strand), lesson.id))
    return {lesson.id: lesson for lesson in lessons}, problems


def scan_lesson_page(path: Path) -> ParsedPage[LessonHead]:
    """One lesson file, split into its head and blocks."""
    return parse_page(path, LessonHead, data=DATA_BLOCKS)


def _read_lesson(
    folder: Path, facts: Facts, pictures: Collection[str], cast: Cast
) -> tuple[Lesson | None, list[ContentProblem]]:
    path = folder / f"lesson.{ENGLISH}.md"
    page = scan_lesson_page(path)
    band = next((band for band in Band if folder.name.startswith(band)), Band.KS2)
    blocks, home = Blocks(path, facts, pictures, cast, band), HomeReader(path, facts)
    steps, stage = blocks.read(without_home(page.blocks))
    at_home = home.read(home_block(page.blocks))
    problems = page.problems + (blocks.problems if page.blocks else []) + home.problems
    if page.loose:
        problems.append(ContentProblem(path, page.loose_line, "words must stand inside a block"))
    head = page.head
    if head is None:
        return None, problems
    problems += _head_problems(page, head, folder.name, facts)
    problems += _keeps_problems(
        page.source, head, dict.fromkeys([*cast.things("prop"), *cast.things("holds")])
    )
    if problems:
        return None, problems
    return (
        Lesson(
            id=head.id,
            band=head.band,
            strand=head.strand,
            lang=head.lang,
            title=head.title,
            minutes=head.minutes,
            mode=head.mode,
            objectives=head.objectives,
            vocabulary=head.vocabulary,
            sensitivity=head.sensitivity,
            help=head.help,
            facts=head.facts,
            maps=head.maps,
            **_parts_of(steps, stage),
            adult=_first_passage(steps, "adult"),
            teaching=blocks.teaching,
            keeps=head.keeps,
            quiz=head.quiz,
            years=frozenset(head.years),
            status=head.status,
            review_by=head.review_by,
            version=head.version,
            hash=content_hash(path),
            each_term=head.each_term,
            subjects=head.subjects,
            at_home=at_home,
            folder=folder,
        ),
        [],
    )


def scan_translation(path: Path) -> tuple[ParsedPage[Any], TranslationState | None]:
    """A translation of a lesson as it was written, and what its head says of it; its problems are those of the page."""
    own = parse_page(path, dict[str, Any], data=DATA_BLOCKS, marked=True)
    made, wrong = translation_state(own.source, path.with_name(f"lesson.{ENGLISH}.md"))
    return replace(own, problems=own.problems or wrong), made


def _read_translations(
    lesson: Lesson, facts: Facts, pictures: Collection[str], cast: Cast
) -> tuple[dict[str, Lesson], list[ContentProblem]]:
    """The lesson in other languages, and what is wrong with those made from the English as it is."""
    english = lesson.folder / f"lesson.{ENGLISH}.md"
    found: dict[str, Lesson] = {}
    problems: list[ContentProblem] = []
    paths = sorted(set(lesson.folder.glob("lesson.*.md")) - {english})
    if not paths:
        return found, problems
    whole = parse_page(english, dict[str, Any], data=DATA_BLOCKS, marked=True)
    first = replace(whole, blocks=without_home(whole.blocks))
    for path in paths:
        own, made = scan_translation(path)
        if made is None or own.problems or not made.current:
            problems += own.problems
            continue
        laid = Overlay(own.source, {"title", "text", "line"})
        head = laid.lay_head(first.source)
        blocks, wrong = lay_blocks(replace(own, blocks=without_home(own.blocks)), first, WORDS_IN, FOR_STAFF)
        reader = Blocks(path, facts, pictures, cast, lesson.band, made.lang)
        home = HomeReader(path, facts, made.lang)
        at_home = home.translated(home_block(own.blocks), home_block(whole.blocks))
        wrong += laid.problems + home.problems
        steps, stage = ([], Stage()) if wrong else reader.read(blocks)
        problems += [*wrong, *reader.problems]
        if wrong or reader.problems or facts.unsaid(read_text(path), made.lang):
            continue
        found[made.lang] = replace(
            lesson,
            **_parts_of(steps, stage),
            lang=made.lang,
            dir=made.dir,
            checked=made.checked,
            title=head["title"],
            objectives=tuple(Objective(**one) for one in head["objectives"]),
            keeps=Keeps(**head["keeps"]) if "keeps" in head else None,
            vocabulary=(),  # the glossary is English
            at_home=at_home or lesson.at_home,
        )
    return found, problems


def _parts_of(steps: Collection[Step], stage: Stage) -> dict[str, Any]:
    """The steps of a lesson by where they are shown."""
    return {
        "steps": tuple(step for step in steps if step.kind not in {*FOR_TEACHERS, *BESIDE_A_STEP}),
        "beside": tuple(step for step in steps if isinstance(step, Passage) and step.kind in BESIDE_A_STEP),
        "stage": stage,
        "talk": _first_passage(steps, "talk"),
    }


def _head_problems(
    page: ParsedPage[LessonHead], head: LessonHead, folder: str, facts: Facts
) -> list[ContentProblem]:
    source = page.source
    problems = []
    if head.id != folder:
        problems.append(source.problem(f'the id is "{head.id}", the folder "{folder}"', "id"))
    if not head.id.startswith(f"{head.band}-{head.strand}-"):
        problems.append(source.problem(f"the id must begin with {head.band}-{head.strand}-", "id"))
    for index, objective in enumerate(head.objectives):
        if objective.id in {earlier.id for earlier in head.objectives[:index]}:
            message = f'the id "{objective.id}" is used twice'
            problems.append(source.problem(message, "objectives", index, "id"))
    problems += [
        source.problem(f'there is no "{id}" in helplines.yml', "help", index)
        for index, id in enumerate(head.help)
        if not facts.helplines.knows(id)
    ]
    problems += [
        source.problem(f'there is no "{id}" in facts.yml', "facts", index)
        for index, id in enumerate(head.facts)
        if not facts.knows(id)
    ]
    return problems


def _keeps_problems(source: Source, head: LessonHead, drawn: Collection[str]) -> list[ContentProblem]:
    if not head.keeps or head.keeps.thing in drawn or not drawn:
        return []
    message = f'no "{head.keeps.thing}" is drawn; there are {", ".join(drawn)}'
    return [source.problem(message, "keeps", "thing")]


def _first_passage(steps: Collection[Step], kind: PassageKind) -> Passage | None:
    return next((step for step in steps if isinstance(step, Passage) and step.kind == kind), None)
