"""What a family can do by what happened (content/families/help/<id>.<lang>.md): first words, three steps, who helps."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from markupsafe import Markup
from pydantic import Field

from kiosk.bands import Band
from kiosk.content.language import ENGLISH, direction, is_language, language_of, same_language
from kiosk.content.page import ParsedPage, parse_page
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Schema, Source, Text, check, read_text
from kiosk.content.translation import Overlay, translation_state
from kiosk.nations import Nation
from kiosk.wording.facts import PLACEHOLDER, Facts, Filling, Helpline, Helplines, Prose

SituationId = Literal["mean", "picture", "stranger", "awful", "gaming", "money", "hurt", "did-it"]
IDS: tuple[SituationId, ...] = get_args(SituationId)  # in the order in which a family reads them
FOLDER = Path("families") / "help"
STEPS, STEP_WORDS = 3, 40
MIND = (
    "nhs-111-option-2",
    "nhs-24-111",
    "lifeline",
)  # for a mind that is not well: each nation has one of them
# Where the one who harms may be near, the page says whom to ring before anybody at home is asked.
HARM_MAY_BE_NEAR: frozenset[SituationId] = frozenset({"picture", "stranger", "hurt"})
_WORDS = {"title", "also", "say", "text", "otherwise", "then", "near", "start", "rest", *Nation}


class Step(Schema):
    """One step; `by_nation` goes on with the words of the school's nation, and `then` with those of all.

    `otherwise` stands where a school has not said which nation is its own.
    """

    title: Prose
    text: Prose
    by_nation: dict[Nation, Text] = Field(default_factory=dict)
    otherwise: Prose = Markup()
    then: Prose = Markup()


class Mistake(Schema):
    """One sentence against a common mistake: its beginning stands out."""

    start: Prose
    rest: Prose


class SituationHead(Schema):
    """All of a file: it has no words below its head."""

    form: Literal["help/1"] = Field(alias="schema")
    id: SituationId
    lang: str
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "reviewed", "approved"]
    title: Prose
    also: Prose = Markup()
    picture: str
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    review_by: date
    say: Prose
    steps: Annotated[tuple[Step, ...], Field(min_length=STEPS, max_length=STEPS)]
    near: Prose = Markup()
    see: tuple[SituationId, ...] = ()
    helplines: Annotated[tuple[str, ...], Field(min_length=1)]
    mistake: Mistake
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


@dataclass(frozen=True)
class ShownStep:
    """A step with the number of the school's nation in it."""

    title: Markup
    text: Markup


@dataclass(frozen=True)
class Situation:
    """One situation in one language."""

    id: SituationId
    lang: str  # BCP 47, for the lang attribute
    dir: Literal["ltr", "rtl"]
    version: int
    review_by: date
    title: Markup
    also: Markup
    picture: str
    say: Markup
    steps: tuple[ShownStep, ...]
    near: Markup
    see: tuple[SituationId, ...]
    helplines: tuple[str, ...]
    mistake: Mistake


@dataclass(frozen=True)
class Situations:
    """Every situation by id and language, and whom each nation rings for a mind that is not well."""

    all: Mapping[tuple[str, str], Situation]
    minds: Mapping[Nation, tuple[Helpline, ...]]

    def get(self, id: str, lang: str) -> Situation:
        """The situation in exactly this language, where it is written and up to date, else in English; KeyError."""
        return self.all.get((id, lang)) or self.all[id, ENGLISH]


def read_situations(
    content_dir: Path, facts: Facts, pictures: Collection[str], nation: Nation | None
) -> Situations:
    """Every situation for a school of this nation; raises ContentError with all problems of all files."""
    found, problems = scan_situations(content_dir, facts, pictures, nation)
    raise_if_any(problems)
    return found


def scan_situations(
    content_dir: Path, facts: Facts, pictures: Collection[str], nation: Nation | None
) -> tuple[Situations, list[ContentProblem]]:
    """The situations that could be read, and every problem of those that could not."""
    if not (content_dir / FOLDER).is_dir():
        return Situations({}, {}), []
    lines = {each: facts.by_nation.get(each, Helplines({})) for each in Nation}
    found: dict[tuple[str, str], Situation] = {}
    problems: list[ContentProblem] = []
    for id in IDS:
        english = content_dir / FOLDER / f"{id}.{ENGLISH}.md"
        if not english.is_file():
            problems.append(ContentProblem(english, 1, "families find nothing here: this file is missing"))
            continue
        first = parse_page(english, dict[str, Any])
        translations = set((content_dir / FOLDER).glob(f"{id}.*.md")) - {english}
        for path in (english, *sorted(translations)):
            head, wrong = _head(path, first, Filling(facts, language_of(path)))
            if head:
                wrong += _head_problems(
                    Source(path, first.source.data, first.source.lines), head, facts, pictures
                )
                wrong += _nation_problems(path, head, lines)
            problems += wrong
            if head and not wrong:
                found[id, language_of(path)] = _situation(head, facts, nation)
    minds = {each: tuple(lines[each].named(MIND)) for each in Nation}
    return Situations(found, minds), problems


def _head(
    path: Path, first: ParsedPage[Any], filling: Filling
) -> tuple[SituationHead | None, list[ContentProblem]]:
    """The head of a file, a translation laid over its English; nothing where that has changed since."""
    own = first if path == first.path else parse_page(path, dict[str, Any])
    problems = [*own.problems]
    if own.loose or own.blocks:
        problems.append(ContentProblem(path, own.loose_line, "all words of this page stand in its head"))
    data, made = own.source.data, None
    if not problems and own is not first:
        made, wrong = translation_state(own.source, first.path)
        if made is None or not made.current:
            return None, wrong
        laid = Overlay(own.source, _WORDS)
        data = {**laid.lay_head(first.source), **{key: first.source.data[key] for key in ("lang", "status")}}
        problems = laid.problems
        if not problems and filling.facts.unsaid(read_text(path), made.lang):
            return None, []
    if problems:
        return None, problems
    try:
        head = check(Source(path, data, own.source.lines), SituationHead, filling)
    except ContentError as error:
        return None, list(error.problems)
    return (head.model_copy(update={"lang": made.lang}) if made else head), []


def _head_problems(
    source: Source, head: SituationHead, facts: Facts, pictures: Collection[str]
) -> list[ContentProblem]:
    problems = []
    if head.id != source.path.name.partition(".")[0]:
        problems.append(source.problem(f'the id is "{head.id}", the file says "{source.path.name}"', "id"))
    if not is_language(head.lang) or not same_language(head.lang, language_of(source.path)):
        problems.append(source.problem(f'the language is "{head.lang}", the file says another', "lang"))
    if head.picture not in pictures:
        problems.append(source.problem(f'there is no picture "{head.picture}" in pictures.yml', "picture"))
    for index, id in enumerate(head.helplines):
        if not facts.helplines.knows(id):
            problems.append(source.problem(f'"{id}" is not in helplines.yml', "helplines", index))
    if head.id in HARM_MAY_BE_NEAR and not head.near:
        problems.append(
            source.problem('"near" is missing: whom to ring where the one who harms may be at home')
        )
    return problems


def _nation_problems(
    path: Path, head: SituationHead, lines: Mapping[Nation, Helplines]
) -> list[ContentProblem]:
    """Where a step leaves a nation out, or names a line that this nation does not have."""
    problems = []
    for step in head.steps:
        if bool(step.by_nation) != bool(step.otherwise):
            problems.append(
                ContentProblem(path, 1, f'"{step.title}" needs both, or neither, of by_nation and otherwise')
            )
        if step.by_nation and (absent := [each for each in Nation if each not in step.by_nation]):
            problems.append(ContentProblem(path, 1, f'"{step.title}" says nothing for {", ".join(absent)}'))
        for nation, text in step.by_nation.items():
            for kind, id, _name in PLACEHOLDER.findall(text):
                if kind != "help" or id not in lines[nation]:
                    problems.append(ContentProblem(path, 1, f'"{id}" is no line of {nation}'))
    return problems


def _situation(head: SituationHead, facts: Facts, nation: Nation | None) -> Situation:
    lang = head.lang.partition("-")[0] if same_language(head.lang, ENGLISH) else head.lang
    return Situation(
        id=head.id,
        lang=head.lang,
        dir=direction(head.lang),
        version=head.version,
        review_by=head.review_by,
        title=head.title,
        also=head.also,
        picture=head.picture,
        say=head.say,
        steps=tuple(ShownStep(step.title, _text(step, facts, nation, lang)) for step in head.steps),
        near=head.near,
        see=head.see,
        helplines=head.helplines,
        mistake=head.mistake,
    )


def _text(step: Step, facts: Facts, nation: Nation | None, lang: str) -> Markup:
    """The words of a step; of a nation's own where the school has said which is its own."""
    own = facts.fill(step.by_nation[nation], lang) if nation and step.by_nation else step.otherwise
    return Markup(" ").join(part for part in (step.text, own, step.then) if part)
