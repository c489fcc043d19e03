"""The content we ship: it can be read, and the linter finds no error in it."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.bands import Band
from kiosk.linter.check import check_content
from kiosk.linter.report import needed_keys, required_wording_files
from kiosk.report.form.groups import Adults
from tests.readings import codes_in, lessons_in, quizzes_in, wordings_in

CONTENT = Path(__file__).parent.parent / "content"
# Review dates are judged as on the day of the last check, so that this test does not fail by the calendar.
# `kiosk content check` judges them by today.
CHECKED_ON = date(2026, 12, 1)


def test_the_linter_finds_nothing_in_what_we_ship_that_nobody_has_accepted() -> None:
    assert [str(finding) for finding in check_content(CONTENT, CHECKED_ON)] == []


def test_every_band_has_a_lesson_with_a_quiz_and_a_code() -> None:
    lessons = lessons_in(CONTENT)
    quizzes = quizzes_in(CONTENT)
    codes = codes_in(CONTENT)
    assert {lesson.band for lesson in lessons.values() if lesson.quiz} == set(Band)
    assert all(lesson.quiz in quizzes for lesson in lessons.values() if lesson.quiz)
    assert all((id, "en") in codes for id in [*Band, "parents", "staff", "visitor"])


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_the_report_pages_have_all_their_words_in_every_language_we_offer(lang: str) -> None:
    wordings = wordings_in(CONTENT)
    adults = (
        {Adults.WORRY.value} if lang != "en" else set()
    )  # opens in a language once its form was read there
    for name in set(required_wording_files()) - adults:
        assert needed_keys(name) <= set(wordings[name, lang].lines)


def test_only_a_signed_translation_stands_without_its_english() -> None:
    for (_, lang), wording in wordings_in(CONTENT).items():
        for line in wording.lines.values():
            assert (line.own is None) == (lang == "en")
            assert (line.en is not None) == (lang == "en" or wording.draft)


def test_parents_can_read_the_code_in_every_language_we_offer() -> None:
    assert codes_in(CONTENT).languages("parents") == ["en", "ar", "cy", "pl", "ro", "ur"]
