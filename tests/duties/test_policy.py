"""The review of the policy has one day, in its file, in the book and on its page; and what stands beside it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.duties.kind import Duty, Kinds, read_kinds
from kiosk.oversight.models import Consent, ConsentKind, ConsentState
from kiosk.public.articles import POLICY, Articles, Related
from kiosk.storage.db import Databases
from tests.duties.book import Book, noon
from tests.pages import Page

START, NEXT = date(2026, 11, 30), date(2027, 9, 13)


@pytest.fixture(scope="module")
def kinds() -> Mapping[str, Duty]:
    return read_kinds(Config().content_path, Path("/nowhere")).all


def book_of(config: Config, databases: Databases, duty: Duty) -> Book:
    return Book.make(config, databases, duty.model_copy(update={"always": True}))


def say(
    book: Book, next_review: date, reviewed_on: date = date(2026, 9, 14), related: tuple[Related, ...] = ()
) -> None:
    """What the file of the policy says from now on."""
    page = replace(
        book.site.articles.get(POLICY, ENGLISH),
        next_review=next_review,
        reviewed_on=reviewed_on,
        related=related,
    )
    book.site = replace(book.site, articles=Articles({(POLICY, ENGLISH): page}))


@pytest.fixture
def book(config: Config, databases: Databases, kinds: Mapping[str, Duty]) -> Book:
    book = book_of(config, databases, kinds["policy-review"])
    say(book, NEXT)
    book.keep(START)
    return book


def due(book: Book, day: date = START) -> date | None:
    book.keep(day)
    (state,) = [one for one in book.states("policy-review") if one.of]
    return state.due_on


def test_the_book_asks_for_the_review_by_the_day_of_the_file(book: Book) -> None:
    assert due(book) == NEXT
    say(book, date(2027, 3, 1))
    assert due(book) == date(2027, 3, 1)


def test_a_review_made_early_counts_and_moves_the_day_by_a_year_whatever_the_file_says(book: Book) -> None:
    book.write("principal", START, "policy-review", POLICY, found="It still holds.")
    assert due(book) == date(2027, 11, 30)
    say(book, date(2028, 1, 10))
    assert due(book) == date(2027, 11, 30)


def test_an_earlier_day_that_was_chosen_stands_until_a_newer_file_says_another(book: Book) -> None:
    chosen = {"found": "The law changes in May.", "next_due": "2027-05-03"}
    book.write("principal", START, "policy-review", POLICY, **chosen)
    assert due(book) == date(2027, 5, 3)
    say(book, date(2027, 12, 17), reviewed_on=date(2026, 12, 17))
    assert due(book) == date(2027, 12, 17)


@pytest.mark.database("sqlite")
def test_the_page_of_the_policy_shows_the_days_of_the_book(
    app: Flask, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.site.now_utc", lambda: noon(START))
    client = app.test_client()
    assert "due by 13 September 2027" in Page(client.get("/home/policy").text).text
    book.write("principal", START, "policy-review", POLICY, found="It still holds.")
    words = Page(client.get("/home/policy").text).text
    assert "Last looked at on 30 November 2026. The next review is due by" in words
    assert "13 September 2027" not in words


def test_each_policy_beside_it_is_asked_for_with_its_version_and_those_of_the_schools_own_list(
    config: Config, databases: Databases, kinds: Mapping[str, Duty]
) -> None:
    book = book_of(config, databases, kinds["related-policies"])
    say(book, NEXT, related=(Related(title="Behaviour", version="4", day=START), Related(title="Phones")))
    book.site = replace(
        book.site, duties=Kinds(book.site.duties.all, lists={"policy": ("Phones", "Lettings")})
    )
    book.keep(START)
    labels = [one.label for one in book.states("related-policies") if one.of]
    assert labels == ["Behaviour, version 4, 30 November 2026", "Lettings", "Phones"]


def test_without_any_policy_beside_it_somebody_still_has_to_look(
    config: Config, databases: Databases, kinds: Mapping[str, Duty]
) -> None:
    book = book_of(config, databases, kinds["related-policies"])
    say(book, NEXT)
    book.keep(START)
    assert [(one.of, bool(one.due_on)) for one in book.states("related-policies")] == [("", True)]


def test_each_tool_that_the_leadership_allows_is_asked_for_with_its_years_until_it_is_not_allowed(
    config: Config, databases: Databases, kinds: Mapping[str, Duty]
) -> None:
    book = book_of(config, databases, kinds["research-tools"])
    book.keep(START)
    assert [one.of for one in book.states("research-tools")] == [""]
    words = {"what": "A search page", "years": "Years 3 to 6", "why": "x", "risks": "x", "care": "x"}
    days = {"asked_on": START, "holds_until": date(2027, 1, 10), "review_on": date(2027, 1, 10)}
    with databases.school.writing() as session:
        for kind, state in (
            (ConsentKind.TECHNOLOGY, ConsentState.AGREED),
            (ConsentKind.TECHNOLOGY, ConsentState.WAITING),
            (ConsentKind.SOCIAL, ConsentState.AGREED),
        ):
            asked_by = book.people["principal"].id
            session.add(
                Consent(id=uuid.uuid4(), kind=kind, state=state, asked_by_id=asked_by, **words, **days)
            )
        session.commit()

    def asked(day: date) -> list[str]:
        book.keep(day)
        return [one.label for one in book.states("research-tools") if one.due_on]

    assert asked(START) == ["A search page (Years 3 to 6)"]
    assert asked(date(2027, 1, 11)) == [""]
