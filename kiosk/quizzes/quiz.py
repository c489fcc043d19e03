"""Quizzes as files: content/quizzes/<id>.yml, the only place with the correct answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import Field

from kiosk.bands import Band
from kiosk.content.fewer_words import in_fewer_words
from kiosk.content.media import Media, media_faults
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, Source, check, content_hash, read_source, read_text
from kiosk.content.translation import Overlay, translation_state
from kiosk.lessons.scenes.cast import Cast
from kiosk.lessons.stage import Stage
from kiosk.quizzes.known_kinds import KINDS, AnyQuestion
from kiosk.quizzes.misconception import Misconception
from kiosk.quizzes.question import Question
from kiosk.quizzes.stage import draw_stage, entries
from kiosk.wording.facts import Facts, Filling

Shuffle = Literal["none", "options", "questions", "both"]
_WORDS = frozenset(key for kind in KINDS.values() for key in kind.words)


class QuizFile(Schema):
    """What a quiz file says."""

    form: Literal["quiz/1"] = Field(alias="schema")
    id: Identifier
    lesson: Identifier
    lang: Literal["en-GB"]
    version: Annotated[int, Field(ge=1)]
    shuffle: Shuffle
    unsure: Literal["true"]  # "I'm not sure" is always on offer
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]
    # The same objective, asked near the start and again at the end: what a class has gained.
    starter: str = ""
    exit: str = ""
    # One question about the thing done (block, tell), which is never asked in the lesson's own quiz.
    act: str = ""

    def asked(self) -> tuple[Question, ...]:
        """The questions of the lesson's own quiz."""
        return tuple(question for question in self.questions if question.id != self.act)

    def asked_later(self) -> Question | None:
        """The question about the thing done."""
        return next((question for question in self.questions if question.id == self.act), None)


@dataclass(frozen=True)
class Quiz:
    """One quiz with its questions, in the order of the file; `act` is asked three weeks later and not in it."""

    id: str
    lesson: str
    band: Band
    lang: str
    version: int
    shuffle: Shuffle
    questions: tuple[Question, ...]
    hash: str
    starter: str = ""
    exit: str = ""
    act: Question | None = None
    stage: Stage = field(default_factory=Stage, compare=False, repr=False)
    dir: Literal["ltr", "rtl"] = "ltr"
    simpler: "Quiz | None" = field(
        default=None, compare=False, repr=False
    )  # in fewer words, where it says so
    translations: Mapping[str, "Quiz"] = field(default_factory=dict, compare=False, repr=False)

    def in_language(self, lang: str) -> "Quiz":
        """The same questions in a language; in English where that translation is missing or out of date."""
        return self.translations.get(lang, self)

    @property
    def shuffles_options(self) -> bool:
        """Whether options may be shown in any order."""
        return self.shuffle in {"options", "both"}

    @property
    def shuffles_questions(self) -> bool:
        """Whether questions may be shown in any order."""
        return self.shuffle in {"questions", "both"}

    @property
    def in_fewer_words(self) -> bool:
        """Whether each question is asked in fewer words."""
        return all(question.simpler for question in self.all_questions)

    @property
    def all_questions(self) -> tuple[Question, ...]:
        """The questions of the quiz, then the one about the thing done."""
        return (*self.questions, *([self.act] if self.act else []))

    def question(self, id: str) -> Question | None:
        """The question with this id, if the quiz has one."""
        return next((question for question in self.questions if question.id == id), None)

    def recalled(self, id: str) -> Question | None:
        """The question with this id as it may be asked again later."""
        return next((question for question in self.all_questions if question.id == id), None)


class HasId(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str: ...


class Taught(Protocol):
    """What a quiz needs to know about its lesson (features do not import each other)."""

    @property
    def band(self) -> Band: ...
    @property
    def quiz(self) -> str: ...
    @property
    def objectives(self) -> Collection[HasId]: ...
    @property
    def folder(self) -> Path: ...
    @property
    def placed(self) -> Mapping[str, int]: ...


def read_quizzes(
    content_dir: Path,
    lessons: Mapping[str, Taught],
    facts: Facts,
    pictures: Collection[str],
    misconceptions: Mapping[str, Misconception],
    cast: Cast,
) -> dict[str, Quiz]:
    """Every quiz by its id; raises ContentError with all problems of all files."""
    quizzes, problems = scan_quizzes(content_dir, lessons, facts, pictures, misconceptions, cast)
    raise_if_any(problems)
    return quizzes


def scan_quizzes(
    content_dir: Path,
    lessons: Mapping[str, Taught],
    facts: Facts,
    pictures: Collection[str],
    misconceptions: Mapping[str, Misconception],
    cast: Cast,
) -> tuple[dict[str, Quiz], list[ContentProblem]]:
    """The quizzes that can be read, and every problem of those that cannot."""
    filling = Filling(facts)
    quizzes: dict[str, Quiz] = {}
    problems: list[ContentProblem] = []
    for path in sorted((content_dir / "quizzes").glob("*.yml")):
        if "." in path.stem:  # <id>.<lang>.yml is a translation
            continue
        try:
            source = read_source(path)
            file = check(source, QuizFile, filling)
        except ContentError as error:
            problems += error.problems
            continue
        lesson = lessons.get(file.lesson)
        wrong = _reference_problems(source, file, lesson, misconceptions)
        if lesson:
            wrong += _media_problems(source, file, lesson.folder, pictures)
            stage, faults = draw_stage(source, file.questions, cast, lesson.band)
            wrong += faults
        problems += wrong
        if lesson and not wrong:
            quiz = Quiz(
                file.id, file.lesson, lesson.band, file.lang, file.version,
                file.shuffle, file.asked(), content_hash(path), file.starter, file.exit,
                file.asked_later(), stage,
            )  # fmt: skip
            translations, wrong = _read_translations(quiz, path, facts, cast)
            simpler, faults = _read_simpler(quiz, source, filling)
            quizzes[file.id] = replace(quiz, translations=translations, simpler=simpler)
            problems += [*wrong, *faults]
    for id, lesson in lessons.items():
        if not lesson.quiz:
            if lesson.placed:
                wants = f'lesson "{id}" asks "{next(iter(lesson.placed))}" and names no quiz: add quiz: {id}'
                problems.append(ContentProblem(lesson.folder / "lesson.en.md", 1, wants))
        elif not (content_dir / "quizzes" / f"{lesson.quiz}.yml").is_file():
            path = lesson.folder / "lesson.en.md"
            problems.append(
                ContentProblem(path, 1, f'lesson "{id}" has no quiz file quizzes/{lesson.quiz}.yml')
            )
    return quizzes, problems


def _read_translations(
    quiz: Quiz, english: Path, facts: Facts, cast: Cast
) -> tuple[dict[str, Quiz], list[ContentProblem]]:
    """The quiz in other languages, and what is wrong with those made from the English as it is."""
    found: dict[str, Quiz] = {}
    problems: list[ContentProblem] = []
    paths = sorted(english.parent.glob(f"{quiz.id}.*.yml"))
    first = read_source(english, marked=True) if paths else None
    for path in paths:
        try:
            own = read_source(path, marked=True)
            made, wrong = translation_state(own, english)
            raise_if_any(wrong)
            if first and made and made.current and not facts.unsaid(read_text(path), made.lang):
                laid = Overlay(own, _WORDS)
                data = laid.lay_head(first)
                raise_if_any(laid.problems)
                source = Source(path, data, own.lines)
                file = check(source, QuizFile, Filling(facts, made.lang))
                stage, _faults = draw_stage(source, file.questions, cast, quiz.band)  # those of the English
                own_quiz = replace(
                    quiz,
                    questions=file.asked(),
                    act=file.asked_later(),
                    stage=stage,
                    lang=made.lang,
                    dir=made.dir,
                )
                simpler, wrong = _read_simpler(own_quiz, source, Filling(facts, made.lang))
                found[made.lang] = replace(own_quiz, simpler=simpler)
                problems += wrong
        except ContentError as error:
            problems += error.problems
    return found, problems


def _read_simpler(quiz: Quiz, source: Source, filling: Filling) -> tuple[Quiz | None, list[ContentProblem]]:
    """The quiz in fewer words, as far as its file says them; and what is wrong with it so."""
    data = in_fewer_words(source.data)
    if data == source.data:
        return None, []
    try:
        file = check(Source(source.path, data, source.lines), QuizFile, filling)
    except ContentError as error:
        return None, list(error.problems)
    return replace(quiz, questions=file.asked(), act=file.asked_later()), []


def _reference_problems(
    source: Source, file: QuizFile, lesson: Taught | None, misconceptions: Mapping[str, Misconception]
) -> list[ContentProblem]:
    problems = []
    if file.id != source.path.stem:
        problems.append(source.problem(f'the id is "{file.id}", the file "{source.path.name}"', "id"))
    if lesson is None:
        message = f'there is no lesson "{file.lesson}", or it has mistakes of its own: those come first'
        problems.append(source.problem(message, "lesson"))
    elif lesson.quiz != file.id:
        problems.append(source.problem(f'lesson "{file.lesson}" names the quiz "{lesson.quiz}"', "lesson"))
    seen: set[str] = set()
    for index, question in enumerate(file.questions):
        if question.id in seen:
            problems.append(source.problem(f'the id "{question.id}" is used twice', "questions", index, "id"))
        seen.add(question.id)
        if lesson and question.objective not in {objective.id for objective in lesson.objectives}:
            message = f'the lesson has no objective "{question.objective}"'
            problems.append(source.problem(message, "questions", index, "objective"))
    problems += _place_problems(source, file, lesson) if lesson else []
    for where, entry in entries(source.data):
        belief = entry.get("misconception", "")
        if belief and belief not in misconceptions:
            message = f'there is no "{belief}" in misconceptions.yml'
            problems.append(source.problem(message, *where, "misconception"))
    return problems


def _place_problems(source: Source, file: QuizFile, lesson: Taught) -> list[ContentProblem]:
    """Questions that the lesson asks and the quiz does not have; a starter and an exit that are no pair."""
    known = {question.id: question.objective for question in file.asked()}
    path = lesson.folder / "lesson.en.md"
    if file.act and (file.asked_later() is None or file.questions[-1].id != file.act):
        return [source.problem(f'act is the last question of the quiz; "{file.act}" is not', "act")]
    if file.act and file.act in {file.starter, file.exit, *lesson.placed}:
        message = (
            f'"{file.act}" comes three weeks later alone: it is no starter or exit, and not in the lesson'
        )
        return [source.problem(message, "act")]
    problems = [
        ContentProblem(path, 1, f'the lesson asks "{id}", which is no question of {source.path.name}')
        for id in lesson.placed
        if id not in known
    ]
    if not file.starter and not file.exit:
        return problems
    if known.get(file.starter, "") != known.get(file.exit):
        problems.append(source.problem("starter and exit are two questions of the same objective", "starter"))
    elif file.starter not in lesson.placed or file.exit in lesson.placed:
        message = (
            f'the lesson does not ask the starter "{file.starter}": add ::: question {{#k1 of="{file.starter}"}}'
            if file.starter not in lesson.placed
            else f'the lesson asks the exit question "{file.exit}" already: take its block out'
        )
        problems.append(source.problem(message, "starter"))
    return problems


def _media_problems(
    source: Source, file: QuizFile, folder: Path, pictures: Collection[str]
) -> list[ContentProblem]:
    problems = []
    for where, entry in entries(source.data):
        if "scene" in where:
            continue
        media = Media(
            picture=entry.get("picture", ""),
            image=entry.get("image", ""),
            alt=entry.get("alt"),
            decorative="decorative" in entry,
            audio=entry.get("audio", ""),
        )
        # Only `image` needs a description: a `picture` has its label beside it, which says the same.
        faults = media_faults(media, folder, pictures, alt_needed=bool(media.image))
        problems += [source.problem(fault, *where) for fault in faults]
    return problems
