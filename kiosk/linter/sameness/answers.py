"""Wrong answers that nobody would give who means well (promise L21)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

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


def check_answers(works: Sequence[Work]) -> Iterator[Finding]:
    """Find options that nobody would take who means well."""
    for work in works:
        asked = [
            (index, options)
            for index, question in enumerate(work.questions)
            if (options := _one_right(question))
        ]
        for index, options in asked:
            yield from _check_shaming(work, index, options)


def _one_right(question: dict[str, Any]) -> Options:
    """The options of a question of which one of at least three is right."""
    listed = question.get("options")
    options = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return options if len(options) > 2 and sum(map(_is_right, options)) == 1 else []


def _check_shaming(work: Work, index: int, options: Options) -> Iterator[Finding]:
    assert work.quiz_file is not None
    source = work.quiz_file
    listed = work.questions[index]["options"]
    right = next(number for number, option in enumerate(listed) if option in options and _is_right(option))
    for number, option in enumerate(listed):
        if (
            number != right
            and isinstance(option, dict)
            and (match := _SHAMING.search(str(option.get("label", ""))))
        ):
            line = source.line("questions", index, "options", number)
            best = place(source.path, source.line("questions", index, "options", right))
            message = (
                f'"{match[0]}": no child who means well would choose this beside {best}; '
                "say what a nice child might do for a good reason"
            )
            yield warning(source.path, line, "L21", message)


def _is_right(option: dict[str, Any]) -> bool:
    return option.get("correct") == "true"
