"""Words for families at the end of a lesson's file: read, translated, and no part of what makes a translation old."""

from pathlib import Path

import pytest

from kiosk.content.page import parse_page
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.source import content_hash
from kiosk.content.translation import NOT_TRANSLATED
from kiosk.lessons.at_home import HOME, home_block, home_hash
from kiosk.lessons.lesson import Lesson, scan_lesson_page
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant
from tests.lessons.home_words import HOME as WORDS
from tests.lessons.home_words import HOME_IN_URDU
from tests.lessons.test_translations import IN_URDU
from tests.readings import lessons_in

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Content with one lesson, in English and Urdu, and the words for its family in English."""
    english = lesson_path(make_content(tmp_path))
    of = content_hash(english, NOT_TRANSLATED)
    words = IN_URDU.format(of).replace(" {claim:name-is-optional}", "").replace(" {help:friendly-line}", "")
    english.with_name("lesson.ur.md").write_text(words, "utf-8")
    english.write_text(english.read_text("utf-8") + WORDS, "utf-8")
    return tmp_path


def add_urdu(folder: Path, words: str = HOME_IN_URDU, of: str = "") -> None:
    english, urdu = lesson_path(folder), lesson_path(folder).with_name("lesson.ur.md")
    block = home_block(scan_lesson_page(english).blocks)
    assert block
    urdu.write_text(urdu.read_text("utf-8") + words.format(of=of or home_hash(block)), "utf-8")


def problems_in(folder: Path) -> list[ContentProblem]:
    with pytest.raises(ContentError) as refused:
        lessons_in(folder)
    return list(refused.value.problems)


def lesson(folder: Path) -> Lesson:
    return lessons_in(folder)[LESSON_ID]


def test_the_block_is_read_and_is_no_step(folder: Path) -> None:
    home = lesson(folder).at_home
    assert home and home.ask == "What would you keep in a box of your own?"
    assert len(home.learns) == 3 and home.try_ and len(home.try_.steps) == 3
    assert [one.q for one in home.asked] == ["Is a key a secret?", "May I look?"]
    assert home.happened.situation == "did-it"
    assert HOME not in {step.kind for step in (*lesson(folder).steps, *lesson(folder).beside)}
    assert lesson(make_content(folder)).at_home is None, "a lesson may do without"


def test_words_for_families_make_no_translation_of_the_lesson_old(folder: Path) -> None:
    urdu = lesson(folder).translations["ur"]
    assert urdu.title == "میرا ڈبہ", "the English got its words for families after it was translated"
    assert urdu.at_home and urdu.at_home.lang == "en", "which stand in English for now"


def test_a_translation_of_the_english_as_it_is_takes_its_place(folder: Path) -> None:
    add_urdu(folder)
    home = lesson(folder).translations["ur"].at_home
    assert home and (home.lang, home.ask) == ("ur", "تم اپنے ڈبے میں کیا رکھو گے؟")
    assert home.happened.situation == "did-it", "which is no word, and stands in the English alone"


def test_a_claim_stands_in_both_languages_and_is_shown_in_none(folder: Path) -> None:
    plant(lesson_path(folder), "A key is yours.", "A key is yours.{claim:name-is-optional}")
    add_urdu(folder, HOME_IN_URDU.replace("چابی تمہاری ہے۔", "چابی تمہاری ہے۔{{claim:name-is-optional}}"))
    english, urdu = lesson(folder).at_home, lesson(folder).translations["ur"].at_home
    assert english and urdu and urdu.lang == "ur"
    assert "{claim" not in english.asked[0].a + urdu.asked[0].a


@pytest.mark.parametrize("of", ["todo", "0123456789abcdef"])
def test_a_translation_of_another_english_shows_the_english(folder: Path, of: str) -> None:
    add_urdu(folder, of=of)
    urdu = lesson(folder).translations["ur"]
    assert urdu.at_home == lesson(folder).at_home and urdu.lang == "ur"


def test_a_change_of_the_english_words_lets_the_old_translation_go_and_no_other(folder: Path) -> None:
    add_urdu(folder)
    plant(lesson_path(folder), "May I look?", "May I have a look?")
    urdu = lesson(folder).translations["ur"]
    assert urdu.at_home and urdu.at_home.lang == "en" and urdu.title == "میرا ڈبہ"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('say: "بتانے کا شکریہ۔ تمہارا قصور نہیں۔"', "situation: did-it", '"say" is missing; the English says: Thank'),
        ("happened:\n", "know: x\nhappened:\n", '"know: x" is not in the English here'),
        ('"بڑا مدد کرتا ہے۔"]', "]", '"learns" has 3 entries in the English'),
    ],
)  # fmt: skip
def test_a_translation_with_other_parts_is_a_mistake(folder: Path, old: str, new: str, message: str) -> None:
    words = HOME_IN_URDU.replace(old, new)
    assert words != HOME_IN_URDU
    add_urdu(folder, words)
    assert [one.message[: len(message)] for one in problems_in(folder)] == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("situation: did-it", "situation: odd", "\"happened\" of \"situation\""),
        ('listen_for: "What your', 'listen: "What your', 'unknown key "listen"'),
        ('say: "Thank you for telling me. You are not in trouble."\n', "\n", '"say" is missing'),
        (', "Each puts one thing in.", "Who may look? Say it."]', "]", " needs at least 2, and has 1"),
    ],
)  # fmt: skip
def test_a_block_that_cannot_be_read_is_a_mistake_of_its_line(
    folder: Path, old: str, new: str, message: str
) -> None:
    line = plant(lesson_path(folder), old, new)
    (problem,) = problems_in(folder)
    assert problem.line in {line, line - 1} and (message in problem.message or "situation" in problem.message)


def test_the_hash_is_that_of_the_words_alone(folder: Path) -> None:
    def of() -> str:
        block = home_block(parse_page(lesson_path(folder), dict[str, str], data={HOME}).blocks)
        assert block
        return home_hash(block)

    before = of()
    plant(lesson_path(folder), "Fern has a box.", "Fern has a small box.")
    assert of() == before, "the lesson changed, and not what its family reads"
    plant(lesson_path(folder), "not in trouble", "in no trouble")
    assert of() != before
