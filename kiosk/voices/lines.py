"""The lines of a lesson that are read aloud: words, cards, and what stands in pictures, in the order of the file."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from kiosk.content.language import ENGLISH, same_language
from kiosk.lessons.activity import Activity
from kiosk.lessons.glossary import Glossary
from kiosk.lessons.kinds.chat import Chat
from kiosk.lessons.kinds.question import Question as PlaceOfQuestion
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.scenario import Scenario
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.site import Content, Site
from kiosk.voices.own_words import own_words

_ENDS_A_LINE = frozenset(
    {"p", "li", "br", "div", "h1", "h2", "h3", "h4", "dt", "dd", "td", "th", "blockquote"}
)
_NOT_WORDS = re.compile(r"[\W_]+")
_FOR_ADULTS = "adult"  # how a kind of activity marks what is said to the teacher


@dataclass(frozen=True)
class Line:
    """One line, by the number under which the printed script has it."""

    number: int
    digest: str  # the SHA-256 of language and words
    words: str
    scene: str = ""  # of the lesson, to show who reads what it is about


@dataclass(frozen=True)
class Script:
    """All lines of a lesson in one language, and which of them each of its pages needs."""

    lesson: Lesson
    lang: str
    lines: tuple[Line, ...]
    pages: Mapping[str, tuple[str, ...]]  # digests, by the id of a step, or `quiz/` and that of a question

    @property
    def mark(self) -> str:
        """Eight letters that are others as soon as a word or the order changes."""
        return sha256("".join(line.digest for line in self.lines).encode()).hexdigest()[:8]

    def line(self, digest: str) -> Line | None:
        """The line with these words."""
        return next((line for line in self.lines if line.digest == digest), None)


def digest_of(lang: str, words: str) -> str:
    """By what a recording is bound to the very words that were read."""
    return sha256(f"{lang}\n{words}".encode()).hexdigest()


def letters_of(words: str) -> str:
    """The letters and digits alone, by which words on a page are found again, however they are set."""
    return _NOT_WORDS.sub("", words).casefold()


def language_key(lesson: Lesson) -> str:
    """The language under which recordings of a lesson are kept."""
    return ENGLISH if same_language(lesson.lang, ENGLISH) else lesson.lang


def script_of(site: Content | Site, lesson_id: str, lang: str) -> Script | None:
    """The lines of a lesson as children meet it now; None where there is no such lesson in this language."""
    lesson = site.lessons.get(lesson_id)
    if lesson and lang != ENGLISH:
        lesson = lesson.translations.get(lang)
    return script_for(lesson, site.quizzes.get(lesson.quiz), site.glossary) if lesson else None


def is_out_of_date(content: Content, lesson_id: str, lang: str) -> bool:
    """Whether a translation of a lesson or of its quiz is there and not shown, as the English is another by now."""
    lesson = content.lessons.get(lesson_id)
    if lesson is None or lang == ENGLISH:
        return False
    quiz, folder = content.quizzes.get(lesson.quiz), lesson.folder.parents[1] / "quizzes"
    return (lang not in lesson.translations and (lesson.folder / f"lesson.{lang}.md").is_file()) or (
        quiz is not None and lang not in quiz.translations and (folder / f"{quiz.id}.{lang}.yml").is_file()
    )


def script_for(lesson: Lesson, quiz: Quiz | None, glossary: Glossary) -> Script:
    """The lines of a lesson and of its quiz in the lesson's language."""
    return _script(_ScriptSource(lesson, quiz, glossary))


class _ScriptSource:
    """What a script is made of; equal where all of it are the same objects, as comparing their words takes longer."""

    def __init__(self, lesson: Lesson, quiz: Quiz | None, glossary: Glossary) -> None:
        self.lesson, self.quiz, self.glossary = lesson, quiz, glossary

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _ScriptSource):
            return False
        return other.lesson is self.lesson and other.quiz is self.quiz and other.glossary is self.glossary

    def __hash__(self) -> int:
        return id(self.lesson)


@lru_cache(maxsize=128)
def _script(source: _ScriptSource) -> Script:
    lesson, lang = source.lesson, language_key(source.lesson)
    found: dict[str, Line] = {}
    pages: dict[str, dict[str, None]] = {}
    for page, words, scene in _all_words(source, lang):
        key = digest_of(lang, words)
        found.setdefault(key, Line(len(found) + 1, key, words, scene))
        pages.setdefault(page, {})[key] = None
    return Script(lesson, lang, tuple(found.values()), {page: tuple(keys) for page, keys in pages.items()})


def _all_words(source: _ScriptSource, lang: str) -> Iterator[tuple[str, str, str]]:
    """Page, words and scene, as often as the words stand in the lesson."""
    lesson = source.lesson
    quiz = source.quiz.in_language(lang) if source.quiz else None
    explained = source.glossary.explained(lesson)
    translated = quiz is not None and same_language(quiz.lang, lang)  # else it is shown in English
    asked: dict[str, Question] = {one.id: one for one in quiz.all_questions} if quiz and translated else {}
    for step in lesson.steps:
        if isinstance(step, PlaceOfQuestion):
            if question := asked.pop(step.of, None):
                yield from _question(question, lang)
            continue
        scene = getattr(step, "scene", "")
        words = [*_words_of(step, lesson), *own_words(step.kind, lang)]
        if word := explained.get(step.id):
            words.append(f"{word.word.capitalize()}: {word.meaning}")
        for one in lesson.folded_at(step.id):
            words += [*own_words(one.kind, lang), *text_lines(one.html)]
        yield from ((step.id, each, scene) for each in words)
    for question in asked.values():
        yield from _question(question, lang)


def _question(question: Question, lang: str) -> Iterator[tuple[str, str, str]]:
    said = (*own_words("question", lang), *own_words(question.type, lang, len(question.rows())))
    for words in (*_values(question, {}), *said):
        yield f"quiz/{question.id}", words, ""


def _words_of(step: Step, lesson: Lesson) -> Iterator[str]:
    scenes = [getattr(step, "scene", "")]
    if isinstance(step, Screen | Passage):
        yield from text_lines(step.html)
        if isinstance(step, Screen) and step.alt:
            yield step.alt
    elif isinstance(step, Scenario):
        for node in step.nodes.values():
            yield from text_lines(node.text)
            for choice in node.choices:
                yield from text_lines(choice.label)
    elif isinstance(step, Activity):
        yield from _values(step, step.words_of)
        if isinstance(step, Chat):
            yield from (line.speaker for line in step.said)
        scenes += _scenes_in(step)
    for scene in (lesson.stage.scenes.get(id) for id in dict.fromkeys(scenes)):
        if scene:
            yield scene.alt
            yield from (f"{one.who}: {plain(one.words)}" for one in scene.said)


def _values(thing: Any, use: Mapping[str, str]) -> Iterator[str]:
    """The words in a checked part of a file, without those for the teacher."""
    for name, value in _fields(thing):
        if use.get(name) == _FOR_ADULTS:
            continue
        if isinstance(value, Markup):
            yield from text_lines(value)
        elif name == "alt":
            if value and getattr(thing, "image", ""):  # other pictures say nothing of their own
                yield str(value)
        else:
            for one in value if isinstance(value, tuple) else (value,):
                yield from text_lines(one) if isinstance(one, Markup) else _values(one, use)


def _scenes_in(thing: Any) -> Iterator[str]:
    for name, value in _fields(thing):
        parts = value if isinstance(value, tuple) else (value,)
        if name in ("scene", "panels"):
            yield from (one for one in parts if isinstance(one, str))
        for one in parts:
            yield from _scenes_in(one)


def _fields(thing: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(thing, BaseModel):
        yield from ((name, getattr(thing, name)) for name in type(thing).model_fields)
    elif dataclasses.is_dataclass(thing):
        yield from ((one.name, getattr(thing, one.name)) for one in dataclasses.fields(thing))


def plain(words: str) -> str:
    """Words as they are said, without marks of a page."""
    return " ".join(Markup(words).striptags().split())  # nosec B704 - only read as words


def text_lines(html: Markup) -> list[str]:
    """The lines of a text: each paragraph, heading and entry, and for the youngest each line, is one."""
    parser = _Lines()
    parser.feed(str(html))
    parser.close()
    return [line for line in (" ".join(one.split()) for one in "".join(parser.found).split("\0")) if line]


class _Lines(HTMLParser):
    """Words with a mark wherever a line ends."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins on a line of its own."""
        if tag in _ENDS_A_LINE:
            self.found.append("\0")

    def handle_endtag(self, tag: str) -> None:
        """And ends with it."""
        if tag in _ENDS_A_LINE:
            self.found.append("\0")

    def handle_data(self, data: str) -> None:
        """Its words."""
        self.found.append(data)
