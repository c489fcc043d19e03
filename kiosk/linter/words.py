"""Words not to use, words to look at, and lines that nobody wrote over (promises L1, L6, L8, L10, L11)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.content.source import Schema, read_yaml
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage

# Whole lines, and none that an author might write as well.
_LEFT = re.compile(
    r"(?:#+ )?(?:A short heading|Say what happens (?:first|next|then)\.|What is so now\?|Say where you are\.|"
    r"What (?:one|another) does|Say what it costs\.|Say what comes next\.|Say who does what\.|Say how to lead\.|"
    r"What is asked here\?|Give the next thought\.|Say why it fits\.|Say what is so\.|"
    r"What (?:one child|another|a third|a fourth) thinks)"
)


class WordLists(Schema):
    """The words of words.yml."""

    brands: tuple[str, ...]
    american: Mapping[str, str]


WORDS = read_yaml(Path(__file__).with_suffix(".yml"), WordLists)


def check_leftover(passage: Passage) -> Iterator[Finding]:
    """Find what nobody has written over yet (promise L1)."""
    for number, line in enumerate(passage.text.split("\n")):
        if _LEFT.fullmatch(line.strip()):
            message = f'this line still stands as "kiosk content new" wrote it: "{line.strip()}"'
            yield error(passage.path, passage.line + number, "L1", message)


@dataclass(frozen=True)
class Rule:
    """A pattern for words, the passages it applies to, and what to do about them."""

    code: str
    level: Literal["error", "warning"]
    pattern: re.Pattern[str]
    advice: str
    uses: frozenset[str] = frozenset()  # empty: all
    not_uses: frozenset[str] = frozenset()
    child_only: bool = True
    bands: frozenset[str] = frozenset()  # empty: all

    def holds_for(self, passage: Passage) -> bool:
        """Whether the rule applies to this passage."""
        return (
            (passage.for_child or not self.child_only)
            and (not self.uses or passage.use in self.uses)
            and passage.use not in self.not_uses
            and (not self.bands or passage.band in self.bands)
        )


def _any_word(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_TOLD = frozenset({"feedback"})
_QUOTED = frozenset({"message"})  # uses with words of an invented stranger or trickster, not our own

RULES = (
    Rule("L6", "error", re.compile(r"\A\s*(?:wrong|no)\b[.,:! ]", re.I), "feedback must not begin like this", _TOLD),
    Rule(
        "L6", "error", _any_word("silly", "stupid", "naughty", "should have known", "(?<!not )(?<!never )your fault"),
        "this shames a child", child_only=False,
    ),
    Rule("L6", "error", _any_word("wrong", "fail(?:ed|s|ing|ure)?", "incorrect"), 'say "not quite"', _TOLD),
    Rule(
        "L11", "warning", _any_word("wrong", "fail(?:ed|s|ing|ure)?", "incorrect"),
        "not a word for children here", not_uses=_TOLD | _QUOTED,
    ),
    Rule(
        "L11", "error", _any_word("anonymous(?:ly)?", "confidential(?:ly)?", "oops", "100 ?%"),
        "not a word for children here", not_uses=_QUOTED,
    ),
    Rule("L11", "warning", _any_word("just", "simply"), "this is rarely so easy for a child", not_uses=_QUOTED),
    Rule("L11", "error", re.compile("!"), "no exclamation marks", not_uses=_QUOTED),
    Rule(
        "L11", "error", re.compile("[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f]"),
        "no emoji or signs in words", child_only=False,
    ),
    Rule("L11", "warning", _any_word("trusted adults?"), 'say "adult you trust"', bands=frozenset({"ks1"})),
    Rule("L11", "warning", _any_word("stranger danger"), "children are mostly hurt by people they know"),
    Rule("L11", "warning", _any_word("somebody(?! told me)"), "say “someone”, as the button does", not_uses=_QUOTED),
    Rule("L11", "warning", _any_word("cyber\\w*"), 'say "online"'),
    Rule(
        "L8", "error", _any_word("(?:all|none) of (?:the above|these)", "which (?:of these )?(?:is|are) not"),
        "a question asks for what is true", frozenset({"stem", "label"}),
    ),
    Rule("L8", "error", re.compile(r"\bNOT\b"), "a question asks for what is true", frozenset({"stem", "label"})),
    Rule("L10", "error", re.compile(rf"\b(?:{'|'.join(WORDS.brands)})\b"), "no brands", child_only=False),
    Rule(
        "L10", "error", re.compile(r"https?://|\bwww\.|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|co\.uk|org|net|uk)\b"),
        "addresses belong in helplines.yml only", not_uses=frozenset({"help"}), child_only=False,
    ),
)  # fmt: skip


def check_words(passage: Passage) -> Iterator[Finding]:
    """Find words that this passage should not contain; English only, except for signs and brands."""
    for rule in RULES:
        if passage.english and rule.holds_for(passage):
            for match in rule.pattern.finditer(passage.text):
                say = error if rule.level == "error" else warning
                line = passage.line_at(match.start())
                yield say(passage.path, line, rule.code, f'"{match[0].strip()}": {rule.advice}')
    if passage.english:
        yield from _american_spellings(passage)


def _american_spellings(passage: Passage) -> Iterator[Finding]:
    for match in re.finditer(r"[A-Za-z]+", passage.text):
        if british := WORDS.american.get(match[0].lower()):
            line = passage.line_at(match.start())
            yield error(passage.path, line, "L11", f'"{match[0]}" is "{british}" in British English')
