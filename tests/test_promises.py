"""Every code that code or tests cite is a promise of docs/promises.md, and every promise is held by a test."""

from functools import cache

import pytest

from tests.promises import (
    PAGE,
    cited,
    comments,
    families,
    faults_of_test,
    missing_documents,
    promises,
    reported,
    unnamed,
)
from tests.tree import files, read

SUFFIXES = (".py", ".html", ".md", ".sh", ".toml", ".js", ".css", ".yml")
NOT_OURS = ("licences/", "requirements/", "translations/")
PROMISES = promises(read(PAGE))
LETTERS = families(read(PAGE))


@cache
def texts() -> dict[str, str]:
    """Every file that people write, but for what others wrote."""
    return {name: read(name) for name in files() if name.endswith(SUFFIXES) and not name.startswith(NOT_OURS)}


@cache
def citations() -> dict[str, list[str]]:
    """Every code, and the files that cite it; what kiosk reports as a code counts, as the content check does."""
    found: dict[str, list[str]] = {}
    for name, text in texts().items():
        if name == PAGE:
            continue
        codes = cited(text) if not name.startswith("tests/") else cited(comments(name, text))
        if name.startswith("kiosk/") and name.endswith(".py"):
            codes = codes | {code for code in reported(text) if code.rstrip("0123456789") in LETTERS}
        for code in codes:
            found.setdefault(code, []).append(name)
    return found


def test_every_code_that_is_cited_is_a_promise_of_the_page() -> None:
    known = {promise.code for promise in PROMISES}
    assert {code: names for code, names in citations().items() if code not in known} == {}


def test_every_promise_of_the_page_is_cited_somewhere() -> None:
    assert [promise.code for promise in PROMISES if promise.code not in citations()] == []


def test_a_promise_is_a_sentence_and_names_tests_that_exist() -> None:
    for promise in PROMISES:
        assert promise.sentence.endswith("."), promise
        assert promise.tests, f"nothing holds {promise.code}"
        assert [fault for test in promise.tests for fault in faults_of_test(test)] == [], promise.code


def test_promises_stand_under_their_letters_in_order_and_once() -> None:
    codes = [(promise.code.rstrip("0123456789"), promise.code) for promise in PROMISES]
    assert len(PROMISES) == read(PAGE).count("\n| ") - read(PAGE).count("\n| code |"), "a row cannot be read"
    assert list(dict.fromkeys(letters for letters, _ in codes)) == LETTERS
    assert codes == sorted(set(codes), key=lambda one: (LETTERS.index(one[0]), int(one[1][len(one[0]) :])))


def test_a_comment_says_that_a_code_is_a_promise() -> None:
    found = {name: unnamed(comments(name, text), LETTERS) for name, text in texts().items() if name != PAGE}
    assert {name: codes for name, codes in found.items() if codes} == {}, 'write "promise A4", not "A4"'


def test_no_file_names_a_document_that_is_not_here() -> None:
    known = frozenset(files())
    found = {
        name: missing_documents(name, comments(name, text) if name.startswith("tests/") else text, known)
        for name, text in texts().items()
    }
    assert {name: documents for name, documents in found.items() if documents} == {}


def test_a_planted_code_is_found_wherever_it_stands() -> None:
    assert cited("(promises A1, A98 and Q3)") == {"A1", "A98", "Q3"}
    assert cited("Promise C1 to C4: sent") == {"C1", "C2", "C3", "C4"}
    assert cited("paper of size A4, policy: R99") == {"R99"}
    assert reported('yield error(path, 1, "L77", "no")\n') == {"L77"}
    for name, text in (
        ("a.py", '"""Kept (A98)."""\n'),
        ("a.py", "x = 1  # A98\n"),
        ("a.html", "<p>A98</p>{# A98 #}"),
        ("a.css", "/* A98 */ @page { size: A4 }"),
        ("a.js", "f(); // A98"),
        ("a.md", "It is so (A98)."),
    ):
        assert unnamed(comments(name, text), ["A"]) == ["A98"], text
        assert unnamed(comments(name, text.replace("A98", "promise A98")), ["A"]) == [], text
    assert unnamed("On one A4 sheet, of KS1 and in year Y5", ["A", "S"]) == []


@pytest.mark.parametrize("name", ["ABSENT", "privacy", "docs/absent", "absent/absent"])
def test_a_planted_document_is_found(name: str) -> None:
    document = f"{name}.md"  # put together here, so that this file names no document that is not there
    known = frozenset({"README.md", "docs/privacy.md", "docs/adr/0001-one.md"})
    said = comments("kiosk/a.py", f'"""As {document} says, beside README.md and lesson.ur.md."""\n')
    assert missing_documents("kiosk/a.py", said, known) == [document]
    assert missing_documents("docs/readers.md", "[here](privacy.md), [why](adr/0001-one.md)", known) == []


def test_a_planted_test_that_is_not_there_is_found() -> None:
    assert faults_of_test("tests/test_nothing.py") == ["there is no tests/test_nothing.py"]
    assert faults_of_test("tests/promises.py") == ["there is no tests/promises.py"]
    assert faults_of_test("tests/test_promises.py::test_gone") == ["tests/test_promises.py has no test_gone"]
    assert faults_of_test("tests/test_promises.py::test_a_planted_document_is_found") == []
    assert promises("| A1 | One.|\n| A2 | Two. | `tests/test_x.py` |") == promises(
        "| A2 | Two. | `tests/test_x.py` |"
    )
