"""Divides a Code into pages for a child: one for each rule, and a last one for the decision."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import Check, Group, Rule, Section

YOUNG = frozenset({Band.KS1, Band.KS2})


class PageKind(enum.StrEnum):
    """The purpose of a page of the Code."""

    INTRO = "intro"
    RULE = "rule"
    DECIDE = "decide"


@dataclass(frozen=True)
class CodePage:
    """One page: a rule with its number in the whole Code and the questions about it, or the decision with what older
    pupils may expect of the school."""

    kind: PageKind
    group: Group | None = None
    rule: Rule | None = None
    number: int = 0
    checks: tuple[Check, ...] = ()
    sections: tuple[Section, ...] = ()


def parts_of(code: Code, only: Collection[Rule] = ()) -> list[CodePage]:
    """The pages of a Code in order (promise U18): first the introduction, last the decision.

    `only` holds the rules to read again, for somebody who signed an older version.
    """
    decide = CodePage(PageKind.DECIDE, sections=() if only else code.sections)
    return [CodePage(PageKind.INTRO), *rule_pages(code, only), decide]


def rule_pages(code: Code, only: Collection[Rule] = ()) -> list[CodePage]:
    """A page for each rule, by group; those in no group come last."""
    checks = {rule.id: tuple(check for check in code.checks if check.rule == rule.id) for rule in code.rules}
    return [
        CodePage(PageKind.RULE, group, rule, number, checks[rule.id])
        for group in (*code.groups, None)
        for number, rule in enumerate(code.rules, 1)
        if rule.group == (group.id if group else "") and (not only or rule in only)
    ]


def page_with(parts: Sequence[CodePage], rule: Rule) -> int:
    """The number of the page with this rule; the first is 1."""
    return next(number for number, part in enumerate(parts, 1) if part.rule == rule)
