"""Divides a Code into screens for a child: each has a group of rules and its check question; the last asks for the
decision."""

import enum
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import Check, Group, Rule, Section

YOUNG = frozenset({Band.KS1, Band.KS2})
RULES_AT_ONCE, RULES_OF_THE_YOUNG = 4, 3  # most rules on one screen of a tablet


class PageKind(enum.StrEnum):
    """The purpose of a page of the Code."""

    INTRO = "intro"
    RULES = "rules"
    DECIDE = "decide"


@dataclass(frozen=True)
class CodePage:
    """One page: some rules with the number of the first and a question about them, or the decision with what
    older pupils may expect of the school."""

    kind: PageKind
    group: Group | None = None
    rules: tuple[Rule, ...] = ()
    first: int = 1
    check: Check | None = None
    sections: tuple[Section, ...] = ()


def parts_of(code: Code, band: Band, only: Collection[Rule] = ()) -> list[CodePage]:
    """The pages of a Code in order (promise U18): first the introduction, last the decision.

    `only` holds the rules to read again, for somebody who signed an older version.
    """
    screens = screens_of(code, band, only)
    sections = () if only else code.sections
    return [CodePage(PageKind.INTRO), *screens, CodePage(PageKind.DECIDE, sections=sections)]


def screens_of(code: Code, band: Band, only: Collection[Rule] = ()) -> list[CodePage]:
    """The rules by group, a few at a time; those in no group come last."""
    numbers = {rule.id: number for number, rule in enumerate(code.rules, 1)}
    most = RULES_OF_THE_YOUNG if band in YOUNG else RULES_AT_ONCE
    screens: list[CodePage] = []
    for group in (*code.groups, None):
        name = group.id if group else ""
        own = [rule for rule in code.rules if rule.group == name and (not only or rule in only)]
        for rules in _split_evenly(own, most):
            about = {rule.id for rule in rules}
            checks = [check for check in code.checks if check.rule in about]
            first = numbers[rules[0].id]
            screens.append(CodePage(PageKind.RULES, group, rules, first, checks[0] if checks else None))
            screens += [CodePage(PageKind.RULES, group, check=more) for more in checks[1:]]
    return screens


def page_with(parts: Sequence[CodePage], rule: Rule) -> int:
    """The number of the page with this rule; the first is 1."""
    return next(number for number, part in enumerate(parts, 1) if rule in part.rules)


def _split_evenly(rules: Sequence[Rule], most: int) -> Iterator[tuple[Rule, ...]]:
    """Rules in order on as few screens as may be, about as many on each."""
    screens = -(-len(rules) // most)
    start = 0
    for left in range(screens, 0, -1):
        count = -(-(len(rules) - start) // left)
        yield tuple(rules[start : start + count])
        start += count
