"""Facts are whole sentences, checked again in time, and no page has one where it does not hold (promises L12, L16)."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from kiosk.content.language import ENGLISH
from kiosk.content.source import Source
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.nations import EVERYWHERE, Nation
from kiosk.wording.facts import PLACEHOLDER, Checked, Fact

SOON = timedelta(days=60)
_SENTENCE = re.compile(r"\S.*[.?!۔][”\"]?", re.DOTALL)
_MAY_PRECEDE = '.?!:۔”"*}'  # the last character of a sentence; `}` ends a fact or claim before this one
_LIST_MARK = re.compile(r"(?:^|\n)\s*(?:[-*>]|\d+\.)$")


def gaps(entries: Iterable[Checked]) -> frozenset[str]:
    """The ids of facts or helplines that some nation has no form of."""
    held: defaultdict[str, set[Nation]] = defaultdict(set)
    for entry in entries:
        held[entry.id].update(entry.nations)
    return frozenset(id for id, nations in held.items() if nations < set(EVERYWHERE))


def check_fact_words(source: Source, facts: Iterable[Fact]) -> Iterator[Finding]:
    """Find facts whose words are no sentence: other languages could not say them inside one of theirs."""
    for index, fact in enumerate(facts):
        for lang, text in fact.text.items():
            whole = _SENTENCE.fullmatch(text.strip()) and not (lang == ENGLISH and text[0].islower())
            if not whole:
                line = source.line(index, "text", lang)
                yield error(source.path, line, "L12", f'"{fact.id}" must be a whole sentence: "{text}"')


def check_uses(
    passage: Passage, facts_missing: Collection[str], lines_missing: Collection[str]
) -> Iterator[Finding]:
    """Find a fact inside a sentence, one that would leave nothing behind, and a helpline that some nation lacks."""
    text = passage.text
    for match in PLACEHOLDER.finditer(text):
        kind, id, _ = match.groups()
        line = passage.line_at(match.start())
        if kind == "fact" and not _stands_alone(text[: match.start()], text[match.end() :]):
            message = f"{match[0]} is a whole sentence: end yours before it, and begin the next with a capital letter"
            yield error(passage.path, line, "L12", message)
        elif kind == "help" and id in lines_missing:
            message = (
                f"{match[0]} is not for every nation: name it in `help`, from which it is left out elsewhere"
            )
            yield error(passage.path, line, "L12", message)
    left = PLACEHOLDER.sub(lambda match: "" if match[2] in facts_missing else match[0], text)
    if text.strip() and not left.strip():
        yield error(
            passage.path, passage.line, "L12", f"{text.strip()} is not for every nation: say more beside it"
        )


def _stands_alone(before: str, after: str) -> bool:
    told, follows = before.rstrip(), after.lstrip()
    begins = not told or told[-1] in _MAY_PRECEDE or bool(_LIST_MARK.search(told))
    return begins and not (follows and (follows[0].islower() or follows[0] in ",;."))


def check_date(path: Path, line: int, what: str, review_by: date, today: date) -> Iterator[Finding]:
    """Compare one review date with today."""
    if review_by < today:
        yield error(path, line, "L16", f"{what} should have been checked again by {review_by}")
    elif review_by - today <= SOON:
        yield warning(path, line, "L16", f"{what} must be checked again by {review_by}")


def check_sources(source: Source, entries: Sequence[Checked], today: date) -> Iterator[Finding]:
    """Check every fact or helpline of a file, in the order of the file."""
    for index, entry in enumerate(entries):
        line = source.line(index, "review_by")
        if entry.checked_on > today:
            yield error(
                source.path, source.line(index, "checked_on"), "L16", f'"{entry.id}": checked in the future'
            )
        yield from check_date(source.path, line, f'"{entry.id}"', entry.review_by, today)
