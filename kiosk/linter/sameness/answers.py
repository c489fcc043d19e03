"""Answers: quizzes that can be passed by taking the kindest or the longest, and wrong answers nobody would give
(promise L21)."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

SHARE = 0.5  # a way of guessing may find the right option in half of the questions, no more
FEWEST_FOUND = 2
_KIND = re.compile(
    r"\b(?:ask(?:s|ed|ing)?|tell(?:s|ing)?|told|check(?:s|ed|ing)?|kind(?:ly|ness)?|stop(?:s|ped|ping)?)\b",
    re.I,
)
# Words for doing harm. An option that nobody who means well would choose shames a child and teaches nothing.
_SHAMING = re.compile(
    r"\b(?:laugh(?:s|ed|ing)? (?:at|along)|mock(?:s|ed|ing)?|teas(?:e|es|ed|ing)|insult(?:s|ed|ing)?|"
    r"sneer(?:s|ed|ing)?|bull(?:y|ies|ied|ying)|humiliat(?:e|es|ed|ing)|threaten(?:s|ed|ing)?|"
    r"hit(?:s|ting)?|punch(?:es|ed|ing)?|curs(?:e|es|ed|ing)|swear(?:s|ing)?|"
    r"(?:be|being|is|are) (?:mean|rude|nasty|cruel)|(?:a|an|the|post|send|sends|something) "
    r"(?:mean|rude|nasty|cruel)|lies? to|steals?|stealing)\b",
    re.I,
)

Options = list[dict[str, Any]]
Guess = Callable[[Options], bool]


def check_answers(works: Sequence[Work]) -> Iterator[Finding]:
    """Find quizzes that give their answers away, and options that nobody would take who means well."""
    for work in works:
        asked = [
            (index, options)
            for index, question in enumerate(work.questions)
            if (options := _one_right(question))
        ]
        for how, guess in (("kindest", _kindest_wins), ("longest", _longest_wins)):
            yield from _guessable(work, asked, how, guess)
        for index, options in asked:
            yield from _check_shaming(work, index, options)


def _one_right(question: dict[str, Any]) -> Options:
    """The options of a question of which one of at least three is right."""
    listed = question.get("options")
    options = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return options if len(options) > 2 and sum(map(_is_right, options)) == 1 else []


def _guessable(work: Work, asked: list[tuple[int, Options]], how: str, guess: Guess) -> Iterator[Finding]:
    assert work.quiz_file is not None or not asked
    found = [index for index, options in asked if guess(options)]
    if work.quiz_file is None or len(found) < FEWEST_FOUND or len(found) <= SHARE * len(asked):
        return
    first, second, *more = (work.quiz_file.line("questions", index) for index in found)
    places = ", ".join(place(work.quiz_file.path, line) for line in (first, *more))
    message = f"the {how} option is the right one in {len(found)} of {len(asked)} questions: also in {places}"
    yield warning(work.quiz_file.path, second, "L21", message)


def _kindest_wins(options: Options) -> bool:
    """Whether only the right option has a word such as ask, tell, check, kind or stop."""
    return [bool(_KIND.search(_option_label(option))) for option in options] == [
        _is_right(option) for option in options
    ]


def _longest_wins(options: Options) -> bool:
    right = max(len(_option_label(option)) for option in options if _is_right(option))
    return all(len(_option_label(option)) < right for option in options if not _is_right(option))


def _check_shaming(work: Work, index: int, options: Options) -> Iterator[Finding]:
    assert work.quiz_file is not None
    source = work.quiz_file
    listed = work.questions[index]["options"]
    right = next(number for number, option in enumerate(listed) if option in options and _is_right(option))
    for number, option in enumerate(listed):
        if number != right and isinstance(option, dict) and (match := _SHAMING.search(_option_label(option))):
            line = source.line("questions", index, "options", number)
            best = place(source.path, source.line("questions", index, "options", right))
            message = (
                f'"{match[0]}": no child who means well would choose this beside {best}; '
                "say what a nice child might do for a good reason"
            )
            yield warning(source.path, line, "L21", message)


def _option_label(option: dict[str, Any]) -> str:
    return str(option.get("label", ""))


def _is_right(option: dict[str, Any]) -> bool:
    return option.get("correct") == "true"
