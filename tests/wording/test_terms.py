"""One word for each thing: what staff read uses the left word, and never those that stand beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.mail.messages import BODIES, INVITATION, INVITED, SUBJECTS
from kiosk.wording.translations import is_for_staff, messages, read_catalogue
from tests.tree import ROOT, read

CASES = (
    "kiosk/incidents/",
    "kiosk/templates/incidents/",
    "kiosk/staff/",
    "kiosk/templates/staff/",
    "docs/",
    "mail",
)
READING = (*CASES, "kiosk/readers/", "kiosk/templates/readers/")
EVERYWHERE = ("",)
DOCS = ("docs/staff-guide.md", "docs/staff-card.md", "docs/readers.md")


@dataclass(frozen=True)
class Term:
    """A word, what it means, what it is never called, and where that is asked."""

    word: str
    means: str
    never: str
    where: tuple[str, ...] = EVERYWHERE


TERMS = (
    Term("report", "What a child sends.", r"disclosures?|messages?", CASES[:2]),
    Term(
        "case",
        "What staff work on, from a report or from what somebody told.",
        r"incidents?|tickets?",
        READING,
    ),
    Term("told", "A case that began with “Somebody told me”.", r"staff reports?"),
    Term("kind", "What it is about.", r"categor(?:y|ies)|routes?|by class|class(?:es)? of reports?", READING),
    Term("level", "Urgent, soon, routine.", r"severity|priorit(?:y|ies)"),
    Term("reader", "Somebody who may read.", r"key holders?|recipients?"),
    Term("owner", "The reader whose case it is now.", r"assignees?|handlers?"),
    Term("who stands in", "Reads for somebody who is away.", r"delegat\w+|covers? for", READING),
    Term("on duty", "Expected to look now.", r"there today"),
    Term(
        "confirm",
        "A second person says yes to who may read.",
        r"approv\w+|grant\w*|admit\w*|authoris\w+",
        READING,
    ),
    Term("agree", "A second reader says yes to closing.", r"sign(?:s|ed)? off|countersign\w*", READING),
    Term("take", "Make yourself owner.", r"claim(?:s|ed)?|assign\w*", READING),
    Term("pass on", "What kiosk does with a report: to its readers.", r"releas\w+", READING),
    Term("hand over", "From one person to another, with all of it.", r"transfer\w*|re-?key\w*", READING),
    Term("to-do", "A line of the list that is done, or not, because.", r"actions?|items?|ticks", CASES),
    Term("task", "What a colleague who reads nothing is asked to do.", r"sealed tasks?|delegations?"),
    Term("record", "Write down what you did.", r"not(?:e|es|ed)|entr(?:y|ies)|logged", CASES),
    Term("log", "What has happened, line by line.", r"audit trails?|histor(?:y|ies)", READING),
    Term("answer", "What staff write to the child.", r"repl(?:y|ies|ied)|responses?", READING),
    Term("question", "One thing asked of the child.", r"quer(?:y|ies)|follow-?ups?", CASES),
    Term("six pictures", "The child's way back.", r"picture (?:codes?|keys?)|PINs?", CASES),
    Term("people in this case", "Who is concerned.", r"victims?|perpetrators?|alleged|subjects? of", READING),
    Term("chronology", "A child's cases in order.", r"timelines?|profiles?", CASES),
    Term("close", "With an outcome; it can be opened again.", r"archiv\w+|complet\w+", CASES),
    Term("look again", "A day on which it comes back.", r"follow up|ask again on|review(?:s|ed)? on", CASES),
    Term("who can read", "The page, and the list.", r"readers[’'] list", READING),
    Term("your key", "Only on its page and at a new password.", r"private keys?|wraps?|unlock\w*", READING),
    Term(
        "six words",
        "How a person is known to be that person.",
        r"key fingerprints?|fingerprints? of",
        READING,
    ),
    Term("recovery sheet", "Paper; two of three open all.", r"shares?|secrets?", READING),
)
# What stopped a reader is not said again.
STOPPED = r"as your password opened|it is no complaint|stays to do|moves no clock|there today"
# Where one of these words is meant as itself; a part of the sentence, and why.
MAY = {
    "In a chat or messages": "where it happened, as the child ticked it",
    "approved this answer": "the same, once sent",
    "Asked to keep a secret": "what a child tapped",
    "ready answer": "content is approved by two people, like a lesson",
    "ready answers": "the same",
    "which two of you approved": "the same",
    "/staff/approve": "an address",
    "has not been approved by two people yet": "content is approved by two people",
    "have not been approved by two people yet": "the same",
    "must approve; one refusal": "the leadership approves what it allows",
    "A red note": "a box of a page",
    "It is not a secret": "a line of the settings",
    "Lessons to review": "a review date of content",
    "the same letters and digits": "a sheet's number, as printed",
}
ALONE = {"Approve": "leads to the page of content to approve"}


def texts() -> Iterator[tuple[str, str]]:
    """Where and what: every text of a page of staff, every mail, every line of the pages for staff."""
    for message in messages(read_catalogue(ROOT / "translations" / "messages.pot")):
        if is_for_staff(message):
            for text in message.id if isinstance(message.id, tuple | list) else [message.id]:
                said = re.sub(r"%\(\w+\)s", "", text)  # a name in the code, which nobody reads
                yield from ((name, said) for name, _ in message.locations)
    for text in (*SUBJECTS.values(), *BODIES.values(), INVITED, INVITATION):
        yield "mail", text
    for name in DOCS:
        yield from ((name, re.sub(r"`[^`]*`|\]\([^)]*\)", "", line)) for line in read(name).splitlines())


TEXTS = list(dict.fromkeys(texts()))


def found(never: str, where: tuple[str, ...]) -> list[str]:
    """The texts there that use one of these words, but for what may."""
    words = re.compile(rf"\b(?:{never})\b", re.IGNORECASE)
    return [
        f"{name}: {text}"
        for name, text in TEXTS
        if name.startswith(where)
        and words.search(text)
        and text not in ALONE
        and not any(part in text for part in MAY)
    ]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.word)
def test_a_thing_is_called_by_its_one_word(term: Term) -> None:
    assert found(term.never, term.where) == [], f"{term.word}: {term.means}"


def test_no_sentence_that_stopped_a_reader_is_said_again() -> None:
    assert found(STOPPED, EVERYWHERE) == []


def test_what_may_be_said_is_still_said() -> None:
    """An exception of which nothing is left goes."""
    said = "\n".join(text for _, text in TEXTS) + "\n".join(read(name) for name in DOCS)
    assert [part for part in (*MAY, *ALONE) if part not in said] == []


def test_the_search_finds_a_word_that_is_never_used() -> None:
    """The control."""
    assert len(TEXTS) > 1000
    assert found("Reports", CASES) and found("mean", ("kiosk/incidents/",))
