"""Articles for everybody: what we keep, by band, and the policy (content/privacy, content/policy)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field

from kiosk.content.language import ENGLISH, direction, is_language, language_of, name_problems
from kiosk.content.markdown import render
from kiosk.content.page import ParsedPage, parse_page
from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, Text, content_hash
from kiosk.wording.facts import Facts, Filling, Prose

POLICY = "policy"
OWN_POLICY = "own-policy"  # the list of one under which a duty asks for its review


class ArticleHead(Schema):
    """The head of every article; a translation also names the English it was made from, and who signed it."""

    version: Annotated[int, Field(ge=1)]
    title: Prose
    source_hash: str = ""
    translator: str = ""
    reviewed_by: str = ""


class PrivacyHead(ArticleHead):
    """The head of a page on what we keep."""

    form: Literal["privacy/1"] = Field(alias="schema")
    id: Literal["ks1", "ks2", "ks3", "ks4", "parents"]
    lang: str
    status: Literal["draft", "reviewed", "approved"]


class Related(Schema):
    """A policy to be read beside this one: its version, its day and where it stands, as far as the school says so."""

    title: Text
    version: Text = ""
    day: date | None = None
    url: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""


class PolicyHead(ArticleHead):
    """The head of the policy: who is responsible for it, and when it must be reviewed."""

    form: Literal["policy/1"] = Field(alias="schema")
    owner_role: Identifier
    reviewed_on: date
    next_review: date
    related: tuple[Related, ...] = ()


@dataclass(frozen=True)
class ArticlePage:
    """One page in one language; only the policy has review dates, and others beside it."""

    id: str
    lang: str
    dir: Literal["ltr", "rtl"]
    title: Markup
    html: Markup
    stale: bool  # the English has changed since it was translated
    draft: bool  # a translation that nobody has checked
    version: int = 1
    reviewed_on: date | None = None
    next_review: date | None = None
    related: tuple[Related, ...] = ()

    def overdue(self, today: date) -> bool:
        """Whether its review date is past."""
        return self.next_review is not None and self.next_review < today


@dataclass(frozen=True)
class Articles:
    """Every page by id (`policy`, or who a privacy page is for) and language."""

    all: Mapping[tuple[str, str], ArticlePage]

    def __contains__(self, id: object) -> bool:
        return (id, ENGLISH) in self.all

    def get(self, id: str, lang: str) -> ArticlePage:
        """The page in a language if that is up to date, else in English; KeyError for an unknown id."""
        page = self.all.get((id, lang))
        return page if page and not page.stale else self.all[id, ENGLISH]


def read_articles(content_dir: Path, facts: Facts) -> Articles:
    """Every page in every language; raises ContentError with all problems of all files."""
    pages, problems = scan_articles(content_dir, facts)
    raise_if_any(problems)
    return pages


def scan_articles(content_dir: Path, facts: Facts) -> tuple[Articles, list[ContentProblem]]:
    """The pages that could be read, and every problem of those that could not."""
    pages: dict[tuple[str, str], ArticlePage] = {}
    problems: list[ContentProblem] = []
    for path in sorted((content_dir / "privacy").glob("*.md")):
        scan = parse_page(path, PrivacyHead, Filling(facts, language_of(path)))
        wrong = _problems(scan, facts)
        if scan.head:
            wrong += name_problems(scan.source, "id", scan.head.id, scan.head.lang)
        problems += wrong
        if scan.head and not wrong:
            pages[scan.head.id, language_of(path)] = _article_page(scan, scan.head, scan.head.id, facts)
    for path in sorted((content_dir / POLICY).glob("policy.*.md")):
        policy = parse_page(path, PolicyHead, Filling(facts, language_of(path)))
        wrong = _problems(policy, facts)
        problems += wrong
        if policy.head and not wrong:
            head, page = policy.head, _article_page(policy, policy.head, POLICY, facts)
            pages[POLICY, language_of(path)] = replace(
                page, reviewed_on=head.reviewed_on, next_review=head.next_review, related=head.related
            )
    return Articles(pages), problems


def _article_page(
    scan: ParsedPage[PrivacyHead] | ParsedPage[PolicyHead],
    head: ArticleHead,
    id: str,
    facts: Facts,
) -> ArticlePage:
    lang = language_of(scan.path)
    english = scan.path.with_name(f"{scan.path.name.split('.')[0]}.{ENGLISH}.md")
    translated = scan.path != english
    return ArticlePage(
        id=id,
        lang="en-GB" if lang == ENGLISH else lang,
        dir=direction(lang),
        title=head.title,
        html=facts.fill(render(scan.loose), lang),
        stale=translated and english.is_file() and head.source_hash != content_hash(english),
        draft=translated and not head.reviewed_by,
        version=head.version,
    )


def _problems(scan: ParsedPage[PrivacyHead] | ParsedPage[PolicyHead], facts: Facts) -> list[ContentProblem]:
    found = [*scan.problems, *facts.problems(scan.loose, scan.path, scan.loose_line)]
    found += [ContentProblem(scan.path, block.line, "these pages have no blocks") for block in scan.blocks]
    if not is_language(language_of(scan.path)):
        found.append(ContentProblem(scan.path, 1, f'"{language_of(scan.path)}" is not a language'))
    return found
