"""Promise A16: no word promises what nobody can keep, in any language; what is true stands on every form."""

import re
from pathlib import Path

import pytest
import yaml
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.config import CHECKOUT_CONTENT_DIR
from kiosk.report.form.wording import Wording
from kiosk.report.setup import zone_of
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.report.telling import open_form, send_report

pytestmark = pytest.mark.database("sqlite")  # words come from files

FILES = sorted((CHECKOUT_CONTENT_DIR / "report").glob("*.yml"))
LANGUAGES = ("en", "ur", "pl")
EVERY_FORM = [(band.value, lang) for band in Band for lang in LANGUAGES]
# Written again here, and by hand: the linter's list must not be able to forget a word unseen.
BANNED = {
    "en": (
        *("anonymous", "anonymously", "anonymity", "secret", "secretly", "confidential", "confidentially"),
        *("nobody can find out", "no one can find out", "nobody will know", "no one will ever know"),
        *("we promise", "you can't be found", "untraceable", "100%", "completely private", "totally safe"),
    ),
    "ur": (
        "گمنام",
        "خفیہ",
        "راز",
        "رازدار",
        "رازداری",
        "وعدہ",
        "کسی کو پتہ نہیں چلے گا",
        "کوئی نہیں جان سکے گا",
    ),
    "pl": (
        *("anonimowo", "anonimowe", "anonimowy", "anonimowość", "tajemnica", "tajemnicy", "sekret", "poufne"),
        *(
            "poufny",
            "poufnie",
            "nikt się nie dowie",
            "nikt się nigdy nie dowie",
            "obiecujemy",
            "gwarantujemy",
        ),
    ),
}
# Here the word is what somebody else asked of the child.
MAY_NAME_IT = {"follow.stranger.asked-secret"}
TRUE = ("intro.name_body", "intro.limit", "intro.network")


def promises(text: str, lang: str) -> list[str]:
    """Words in a text that promise too much."""
    return [
        word for word in BANNED[lang] if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    ]


def _lines(path: Path) -> dict[str, str]:
    text: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))["text"]
    return text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_line_of_any_language_promises_what_nobody_can_keep(path: Path) -> None:
    lang = path.name.split(".")[1]
    assert lang in BANNED, f"write the words that promise too much in {lang}"
    for key, text in _lines(path).items():
        if key not in MAY_NAME_IT:
            assert promises(text, lang) == [], f"{path.name}: {key}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_banned_word_is_seen_in_a_sentence(lang: str) -> None:
    for word in BANNED[lang]:
        assert promises(f"Well, {word}, of course.", lang) == [word]
        assert word in promises(f"{word.upper()}!", lang)


@pytest.mark.main(4)
@pytest.mark.parametrize(("band", "lang"), EVERY_FORM)
def test_what_is_true_stands_before_the_first_question_in_every_language(
    tablet: Client, readers: dict[str, str], wordings: dict[tuple[str, str], Wording], band: str, lang: str
) -> None:
    page = open_form(tablet, band, lang).text
    first = page.index(_said(wordings[band, lang]["concern.title"].first))
    for key in TRUE:
        line = _said(wordings[band, lang][key].first)
        assert line in page, key
        assert page.index(line) < first, f"{key} stands after the question"


@pytest.mark.main(4)
@pytest.mark.parametrize(("band", "lang"), EVERY_FORM)
def test_no_page_of_the_way_through_promises_too_much(
    tablet: Client, readers: dict[str, str], band: str, lang: str
) -> None:
    for page in (open_form(tablet, band, lang), Page(send_report(tablet, band, lang, concern="unsure").text)):
        for words in {"en", lang}:
            assert promises(page.text, words) == []


@pytest.mark.main(4)
@pytest.mark.parametrize(("band", "lang"), EVERY_FORM)
def test_the_staff_promise_stands_only_where_the_school_has_made_it(
    tablet: Client,
    databases: Databases,
    readers: dict[str, str],
    wordings: dict[tuple[str, str], Wording],
    band: str,
    lang: str,
) -> None:
    promise = _said(wordings[band, lang]["intro.promise"].first)
    assert promise not in open_form(tablet, band, lang).text
    with databases.reports.write() as session:
        zone_of(session).staff_promise = True
    assert promise in open_form(tablet, band, lang).text


def test_who_may_keep_a_list_of_pages_is_said_unless_the_school_says_that_nobody_does(
    tablet: Client, readers: dict[str, str], wordings: dict[tuple[str, str], Wording]
) -> None:
    for band in Band:
        assert _said(wordings[band.value, "en"]["intro.network"].first) in open_form(tablet, band.value).text


@pytest.fixture
def wordings(content: Content) -> dict[tuple[str, str], Wording]:
    """All words of the report zone."""
    found = content.wordings
    assert isinstance(found, dict)
    return found


def _said(line: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", line).replace("&#39;", "'").replace("&#34;", '"').split())
