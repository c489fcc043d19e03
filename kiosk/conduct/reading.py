"""Divides a Code into pages for a child: a few rules at a time, one question a page, then the decision."""

import enum
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import Check, Group, Rule, Section

_TAG = re.compile(r"<[^>]*>")
HEADING_WORDS = 2


class PageKind(enum.StrEnum):
    """The purpose of a page of the Code."""

    INTRO = "intro"
    RULES = "rules"
    CHECK = "check"
    SECTION = "section"
    DECIDE = "decide"


@dataclass(frozen=True)
class CodePage:
    """One page: some rules with the number of the first, or one question, or a further section."""

    kind: PageKind
    group: Group | None = None
    rules: tuple[Rule, ...] = ()
    first: int = 1
    check: Check | None = None
    section: Section | None = None


def parts_of(code: Code, band: Band, only: Collection[Rule] = (), one_by_one: bool = False) -> list[CodePage]:
    """The pages of a Code in order: the first is the introduction, the last asks for the decision.

    `only` holds the rules to read again, for somebody who signed an older version. The youngest see all
    their rules where they decide, or (`one_by_one`) each on a page of its own.
    """
    rules = tuple(rule for rule in code.rules if not only or rule in only)
    if band is Band.KS1 and not one_by_one:
        return [CodePage(PageKind.INTRO), CodePage(PageKind.DECIDE, rules=rules)]
    limit = 0 if one_by_one else band.limits.words_per_screen - HEADING_WORDS
    numbers = {rule.id: number for number, rule in enumerate(code.rules, 1)}
    parts = [CodePage(PageKind.INTRO)]
    for group in code.groups or (None,):
        own = [rule for rule in rules if group is None or rule.group == group.id]
        pages = _pages(own, limit)
        parts += [CodePage(PageKind.RULES, group, page, numbers[page[0].id]) for page in pages]
        asked = {rule.id for rule in own}
        parts += [
            CodePage(PageKind.CHECK, group, check=check) for check in code.checks if check.rule in asked
        ]
    if not only:
        parts += [CodePage(PageKind.SECTION, section=section) for section in code.sections]
    return [*parts, CodePage(PageKind.DECIDE)]


def page_with(parts: Sequence[CodePage], rule: Rule) -> int:
    """The number of the page with this rule; the first is 1."""
    return next(number for number, part in enumerate(parts, 1) if rule in part.rules)


def words_in(text: str) -> int:
    """How many words a reader sees in a piece of safe HTML."""
    return len(_TAG.sub(" ", text).split())


def _pages(rules: Sequence[Rule], limit: int) -> Iterator[tuple[Rule, ...]]:
    """Rules in order, as many on a page as its words allow (promise U18), and always at least one."""
    page: list[Rule] = []
    count = 0
    for rule in rules:
        words = words_in(rule.text) + words_in(rule.why)
        if page and count + words > limit:
            yield tuple(page)
            page, count = [], 0
        page.append(rule)
        count += words
    if page:
        yield tuple(page)
