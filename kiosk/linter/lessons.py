"""Rules for one lesson: size, objectives, help, care in sensitive ones, its map (promises L2, L4, L13 to L15)."""

import re
from collections.abc import Iterator, Sequence

from kiosk.content.page import Scan
from kiosk.facts import Facts
from kiosk.lessons.head import LessonHead
from kiosk.lessons.lesson import Lesson
from kiosk.linter.finding import Finding, error
from kiosk.linter.maps import unknown_ids
from kiosk.linter.passages import Passage
from kiosk.linter.reading import check_grade, check_long_words, check_sentences, word_count
from kiosk.linter.steps import check_steps

SCENARIO_STEPS = 6
OBJECTIVES = (2, 3)
_READ_BY_CHILD = {"screen", "story", "passage", "told"}

# Ways of harm have no place in a lesson, whatever the purpose (promise L13).
_METHODS = re.compile(
    r"\b(?:overdos\w+|hang(?:ed|ing)? (?:your|him|her|them)sel\w+|slit\w*|razors?|blades?|paracetamol|ligature\w*|"
    r"purg(?:e|es|ing)|laxatives?|calories?|thinspo\w*|nitrous|vapes? liquid)\b",
    re.I,
)
# A story happens to a character, not to the child who reads it.
_VICTIM = re.compile(
    r"\b(?:threat\w+|hurts?|bull(?:y|ies)|blackmails?|grooms?|touches|tricks?|stalks?) you\b|"
    r"\byour (?:own )?(?:nude|naked|intimate)\b",
    re.I,
)
_BLAME = re.compile(r"\b(?:you|they|he|she) (?:should(?:n't| not)? have|asked for it|deserved)\b", re.I)


def check_lesson(
    lesson: Lesson, scan: Scan[LessonHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    """Every finding about one lesson, apart from problems that stop it from being read."""
    yield from _sizes(lesson, scan, passages, facts)
    read = [passage for passage in passages if passage.use in _READ_BY_CHILD]
    limits = lesson.band.limits
    yield from check_sentences(read, limits.longest_sentence, facts)
    yield from check_grade(scan.path, read, limits.fk_ceiling, limits.fk_floor, facts)
    if lesson.band in {"ks1", "ks2"}:
        yield from check_long_words(read, lesson.vocabulary)
    yield from check_steps(lesson, scan)
    yield from _help(lesson, scan)
    yield from _care(lesson, scan, passages)
    yield from _story(lesson, scan, passages)
    for framework, id in unknown_ids(lesson.maps, lesson.band):
        message = f'"{id}" is not known in {framework}'
        yield error(scan.path, scan.source.line("maps"), "L15", message)


def _sizes(
    lesson: Lesson, scan: Scan[LessonHead], passages: Sequence[Passage], facts: Facts
) -> Iterator[Finding]:
    limits = lesson.band.limits
    for passage in passages:
        if passage.use == "screen" and (count := word_count(passage, facts)) > limits.words_per_screen:
            message = f"{count} words on a screen, {limits.words_per_screen} at most"
            yield error(passage.path, passage.line, "L2", message)
    if lesson.minutes > limits.lesson_minutes:
        message = f"{lesson.minutes} minutes, {limits.lesson_minutes} at most"
        yield error(scan.path, scan.source.line("minutes"), "L2", message)
    if not OBJECTIVES[0] <= len(lesson.objectives) <= OBJECTIVES[1]:
        message = f"{len(lesson.objectives)} objectives; a lesson has two or three"
        yield error(scan.path, scan.source.line("objectives"), "L4", message)


def _help(lesson: Lesson, scan: Scan[LessonHead]) -> Iterator[Finding]:
    if not lesson.help:
        yield error(scan.path, scan.source.line("help"), "L13", "a lesson ends with who can help")
    if lesson.sensitivity == "high" and "childline" not in lesson.help:
        yield error(scan.path, scan.source.line("help"), "L13", "a sensitive lesson names Childline")


def _care(lesson: Lesson, scan: Scan[LessonHead], passages: Sequence[Passage]) -> Iterator[Finding]:
    if lesson.sensitivity == "high":
        if lesson.mode != "adult-led" and not lesson.note:
            yield error(
                scan.path, scan.source.line("mode"), "L13", "a sensitive lesson is adult-led, or has a note"
            )
        if not lesson.adult:
            yield error(scan.path, 1, "L13", "a sensitive lesson tells the adult how to lead it")
    for passage in passages:
        for match in _METHODS.finditer(passage.text):
            line = passage.line_at(match.start())
            yield error(passage.path, line, "L13", f'"{match[0]}": no ways of harm')


def _story(lesson: Lesson, scan: Scan[LessonHead], passages: Sequence[Passage]) -> Iterator[Finding]:
    for passage in passages:
        if passage.use != "story":
            continue
        if match := _BLAME.search(passage.text):
            yield error(passage.path, passage.line, "L14", f'"{match[0]}": a story does not blame')
        if lesson.band != "ks4" and (match := _VICTIM.search(passage.text)):
            message = f'"{match[0]}": let it happen to a character, not to the child who reads'
            yield error(passage.path, passage.line, "L13", message)
    if lesson.scenario and lesson.scenario.longest_way > SCENARIO_STEPS:
        line = next(block.line for block in scan.blocks if block.name == "scenario")
        message = f"{lesson.scenario.longest_way} parts on the longest way, {SCENARIO_STEPS} at most"
        yield error(scan.path, line, "L14", message)
