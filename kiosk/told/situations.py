"""What a family can do by what happened (content/families/help/<id>.<lang>.md): first words, three steps, who helps."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from markupsafe import Markup
from pydantic import Field

from kiosk.bands import Band
from kiosk.content.language import ENGLISH, direction, language_of, name_problems
from kiosk.content.page import ParsedPage, parse_page
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Schema, Source, Text, check, read_text
from kiosk.content.translation import Overlay, translation_state
from kiosk.lessons.at_home import SituationId
from kiosk.nations import Nation
from kiosk.wording.facts import PLACEHOLDER, Facts, Filling, Prose

IDS: tuple[SituationId, ...] = get_args(SituationId)  # in the order in which a family reads them
FOLDER = Path("families") / "help"
STEPS, STEP_WORDS = 3, 40
# For a mind that is not well: each nation has one of them.
MIND = ("nhs-111-option-2", "nhs-24-111", "lifeline")
# Where the one who harms may be near, the page says whom to ring before anybody at home is asked.
HARM_MAY_BE_NEAR: frozenset[SituationId] = frozenset({"picture", "stranger", "hurt"})
WORDS = {"title", "also", "say", "text", "otherwise", "then", "near", "start", "rest"}


class Step(Schema):
    """One step; `by_nation` goes on with the words of the school's nation, and `then` with those of all.

    `otherwise` stands where a school has not said which nation is its own. Once it is read, `text` is all of this.
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


class Situation(Schema):
    """One situation in one language: all of its file, which has no words below its head."""

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

    @property
    def dir(self) -> Literal["ltr", "rtl"]:
        """Which way its language runs."""
        return direction(self.lang)


# By id and language. What is written in no other language, or lags behind its English, is there in English alone.
Situations = Mapping[tuple[str, str], Situation]


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
    found: dict[tuple[str, str], Situation] = {}
    problems: list[ContentProblem] = []
    if not (content_dir / FOLDER).is_dir():
        return found, problems
    for id in IDS:
        english = content_dir / FOLDER / f"{id}.{ENGLISH}.md"
        if not english.is_file():
            problems.append(ContentProblem(english, 1, "families find nothing here: this file is missing"))
            continue
        first = parse_page(english, dict[str, Any])
        translations = set((content_dir / FOLDER).glob(f"{id}.*.md")) - {english}
        for path in (english, *sorted(translations)):
            one, wrong = _read(path, first, Filling(facts, language_of(path)))
            if one:
                source = Source(path, first.source.data, first.source.lines)
                wrong += [*_problems(source, one, facts, pictures), *_nation_problems(path, one, facts)]
            problems += wrong
            if one and not wrong:
                steps = tuple(_of_nation(step, facts, nation, one.lang) for step in one.steps)
                found[id, language_of(path)] = one.model_copy(update={"steps": steps})
    return found, problems


def _read(
    path: Path, first: ParsedPage[Any], filling: Filling
) -> tuple[Situation | None, list[ContentProblem]]:
    """What a file says, a translation laid over its English; nothing where that has changed since."""
    own = first if path == first.path else parse_page(path, dict[str, Any])
    problems, data = [*own.problems], own.source.data
    if own.loose or own.blocks:
        problems.append(ContentProblem(path, own.loose_line, "all words of this page stand in its head"))
    if not problems and own is not first:
        made, wrong = translation_state(own.source, first.path)
        if made is None or not made.current:
            return None, wrong
        laid = Overlay(own.source, WORDS | set(Nation))
        data = laid.lay_head(first.source) | {"lang": made.lang, "status": first.source.data["status"]}
        problems = laid.problems
        if not problems and filling.facts.unsaid(read_text(path), made.lang):
            return None, []
    if problems:
        return None, problems
    try:
        return check(Source(path, data, own.source.lines), Situation, filling), []
    except ContentError as error:
        return None, list(error.problems)


def _problems(
    source: Source, one: Situation, facts: Facts, pictures: Collection[str]
) -> Iterator[ContentProblem]:
    yield from name_problems(source, "id", one.id, one.lang)
    if one.picture not in pictures:
        yield source.problem(f'there is no picture "{one.picture}" in pictures.yml', "picture")
    for index, id in enumerate(one.helplines):
        if not facts.helplines.knows(id):
            yield source.problem(f'"{id}" is not in helplines.yml', "helplines", index)
    if one.id in HARM_MAY_BE_NEAR and not one.near:
        yield source.problem('"near" is missing: whom to ring where the one who harms may be at home')


def _nation_problems(path: Path, one: Situation, facts: Facts) -> Iterator[ContentProblem]:
    """Where a step leaves a nation out, or names a line that this nation does not have."""
    for step in one.steps:
        if bool(step.by_nation) != bool(step.otherwise):
            message = f'"{step.title}" needs both, or neither, of by_nation and otherwise'
            yield ContentProblem(path, 1, message)
        if step.by_nation and (absent := [each for each in Nation if each not in step.by_nation]):
            yield ContentProblem(path, 1, f'"{step.title}" says nothing for {", ".join(absent)}')
        for nation, text in step.by_nation.items():
            for kind, id, _name in PLACEHOLDER.findall(text):
                if kind != "help" or id not in facts.by_nation.get(nation, ()):
                    yield ContentProblem(path, 1, f'"{id}" is no line of {nation}')


def _of_nation(step: Step, facts: Facts, nation: Nation | None, lang: str) -> Step:
    """A step with all that it says in the school's nation, where the school has said which is its own."""
    own = facts.fill(step.by_nation[nation], lang) if nation and step.by_nation else step.otherwise
    said = Markup(" ").join(part for part in (step.text, own, step.then) if part)
    return step.model_copy(update={"text": said})
