"""The way back is offered, never forced; six pictures by taps or names lead to it (promises C1, C2, C7)."""

import random
from collections import Counter
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from kiosk.bands import Band
from kiosk.report.models import Reply, Thread
from kiosk.report.replies.threads import names_of, read_code
from kiosk.sealing.picture_code import LENGTH, PICTURES, code_of, thread_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.web.pictures import Pictures
from tests.pages import Page
from tests.report.coming_back import answer, enter_pictures, move_on, pictures_of, report_with_pictures
from tests.report.telling import open_form, send, send_report

LANGUAGES = ("en", "ur", "pl")
TEST_KEY = SiteKey(b"k" * 32)
STRAY = ("\u200c", "\u200f", ",", " -", "،")
WAY_WORDS = ("title", "body", "show", "hide", "gone", "none")


@pytest.fixture(scope="module")
def pictures(content: Content) -> Pictures:
    """The pictures of this site."""
    found: Pictures = content.pictures
    return found


def _threads(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Thread)) or 0


# promise C1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c1_the_youngest_are_not_asked_and_the_others_are_with_nothing_chosen_for_them(
    lang: str, tablet: Client, readers: dict[str, str]
) -> None:
    assert not open_form(tablet, "ks1", lang).inputs("reply")
    for band in ("ks2", "ks3", "ks4"):
        offered = open_form(tablet, band, lang).inputs("reply")
        assert {one.attrs["value"] for one in offered} == {"yes", "no"}
        assert not [one for one in offered if "checked" in one.attrs]


@pytest.mark.parametrize("band", list(Band))
def test_c1_who_says_no_or_nothing_gets_no_pictures_and_nothing_is_kept_to_come_back_to(
    band: Band, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    for wanted in ({}, {"reply": "no"}, {"reply": ""}, {"reply": "YES"}):
        sent = send_report(tablet, band.value, concern="bullying", **wanted)
        assert sent.status_code == 200
        assert not pictures_of(sent)
    assert _threads(databases) == 0


def test_c1_who_says_yes_gets_six_pictures_each_with_its_name(
    tablet: Client, databases: Databases, readers: dict[str, str], pictures: Pictures
) -> None:
    for lang in LANGUAGES:
        sent = send_report(tablet, "ks3", lang, concern="bullying", reply="yes")
        shown = pictures_of(sent)
        assert len(shown) == LENGTH
        for one in shown:
            assert pictures.name(one, lang) in Page(sent.text).text
    assert _threads(databases) == len(LANGUAGES)


# promise C2


def test_c2_a_double_tap_gets_the_same_pictures_and_other_words_get_others(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    once, twice, others = (
        pictures_of(send(tablet, nonce=nonce, concern="site", reply="yes", words=words))
        for words in ("first words", "first words", "second words")
    )
    assert once == twice != others
    assert _threads(databases) == 2


def test_c2_the_pictures_hang_on_the_schools_own_key_and_are_drawn_from_all_sixty_four() -> None:
    nonce = "n" * 24
    assert code_of(TEST_KEY, nonce, b"") == code_of(TEST_KEY, nonce, b"")
    assert code_of(TEST_KEY, nonce, b"") != code_of(SiteKey(b"o" * 32), nonce, b"")
    drawn = Counter(number for child in range(2000) for number in code_of(TEST_KEY, f"nonce {child}", b""))
    assert set(drawn) == set(range(PICTURES))
    assert max(drawn.values()) < 1.5 * 2000 * LENGTH / PICTURES
    for place in range(LENGTH):
        assert len({code_of(TEST_KEY, f"nonce {child}", b"")[place] for child in range(2000)}) == PICTURES


@given(st.sampled_from(LANGUAGES), st.lists(st.integers(0, 63), min_size=6, max_size=6), st.randoms())
def test_c2_names_are_known_in_any_case_with_any_spacing_and_without_their_marks(
    content: Content, lang: str, code: list[int], chance: random.Random
) -> None:
    pictures: Pictures = content.pictures
    names = [pictures.name(pictures.keys[number], lang) for number in code]
    typed = "  ".join(_carelessly(name, chance) for name in names)
    assert read_code((), typed, names_of(pictures, lang)) == tuple(code), typed


def _carelessly(name: str, chance: random.Random) -> str:
    """A name as a child types it."""
    name = chance.choice((name, name.upper(), name.title()))
    if chance.random() < 0.5:
        for marked, bare in zip("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ", strict=True):
            name = name.replace(marked, bare)
    name = name.replace(" ", chance.choice((" ", "   ", "\u200c", "")))
    if chance.random() < 0.3:  # a keyboard for Arabic
        name = name.replace("ی", "ي").replace("ک", "ك").replace("ہ", "ه")
    return f"{chance.choice(('', ' ', '   '))}{name}{chance.choice(('', *STRAY))}"


def test_c2_names_of_several_urdu_words_are_one_picture_each(pictures: Pictures) -> None:
    typed = "شہد کی مکھی قوس قزح برف کا پتلا ریل گاڑی ہوائی جہاز موم بتی"
    found = read_code((), typed, names_of(pictures, "ur"))
    ids = [pictures.keys[number] for number in found]
    assert ids == ["bee", "rainbow", "snowman", "train", "plane", "candle"]


def test_c2_english_names_are_known_on_every_page_since_both_stand_there(pictures: Pictures) -> None:
    for lang in LANGUAGES:
        assert read_code((), "Turtle KITE lemon train owl bucket", names_of(pictures, lang)) == tuple(
            pictures.keys.index(one) for one in ("turtle", "kite", "lemon", "train", "owl", "bucket")
        )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c2_no_two_names_of_a_language_are_one_nor_run_into_one(lang: str, pictures: Pictures) -> None:
    names = names_of(pictures, lang)
    said = [pictures.name(id, lang) for id in pictures.keys]
    for first, one in enumerate(said):
        assert read_code((), one, names) == (first,)
        for second, other in enumerate(said):
            assert read_code((), f"{one} {other}", names) == (first, second)


def test_c2_the_order_counts_by_taps_and_by_names(
    tablet: Client, databases: Databases, readers: dict[str, str], pictures: Pictures
) -> None:
    mine = _different(tablet)
    answer(databases, "We are on it.")
    other_way = mine[::-1]
    for lang in LANGUAGES:
        names = [" ".join(pictures.name(one, lang) for one in order) for order in (mine, other_way)]
        assert "We are on it." in enter_pictures(tablet, mine, lang).text
        assert "We are on it." in enter_pictures(tablet, (), lang, names=names[0]).text
        assert "We are on it." not in enter_pictures(tablet, other_way, lang).text
        assert "We are on it." not in enter_pictures(tablet, (), lang, names=names[1]).text


def test_c2_pictures_among_which_one_stands_twice_open_the_answer_by_taps_and_by_names(
    tablet: Client, databases: Databases, readers: dict[str, str], pictures: Pictures
) -> None:
    """Whoever told before six different ones were drawn keeps theirs."""
    with patch("kiosk.report.form.seal.code_of", return_value=(5, 9, 5, 63, 0, 9)):
        mine = report_with_pictures(tablet)
    assert len(mine) == LENGTH > len({*mine})
    answer(databases, "We are on it.")
    assert "We are on it." in enter_pictures(tablet, mine).text
    names = " ".join(pictures.name(one, "en") for one in mine)
    assert "We are on it." in enter_pictures(tablet, (), names=names).text


def _different(tablet: Client) -> list[str]:
    """Pictures that read differently from the other end; of the only report there is."""
    mine = report_with_pictures(tablet)
    assert mine != mine[::-1], "one code in a quarter of a million"
    return mine


def _kept(answer: TestResponse) -> list[str]:
    """Pictures that a page keeps for the taps to come."""
    fields = Page(answer.text).inputs("picture")
    return [one.attrs["value"] for one in fields if one.attrs.get("type") == "hidden"]


@pytest.mark.parametrize("count", [0, 1, 5, 7, 12])
def test_c2_nothing_but_six_is_looked_up(
    count: int, tablet: Client, readers: dict[str, str], pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []

    def counted(key: SiteKey, code: tuple[int, ...]) -> Any:
        looked_up.append(code)
        return thread_of(key, code)

    monkeypatch.setattr("kiosk.report.replies.views.thread_of", counted)
    typed = " ".join(pictures.name(one, "en") for one in pictures.keys[:count])
    named = enter_pictures(tablet, (), look="yes", names=typed)
    assert named.status_code == 200
    assert not looked_up
    assert "We need six pictures" in named.text
    assert typed in named.text, "nothing typed is lost"
    tapped = enter_pictures(tablet, pictures.keys[: min(count, 5)])
    assert len(_kept(tapped)) == min(count, 5)
    assert not looked_up
    enter_pictures(tablet, pictures.keys[:LENGTH])
    assert len(looked_up) == 1, "the control"


def test_c2_taps_of_anything_else_than_our_pictures_are_passed_over(
    tablet: Client, readers: dict[str, str]
) -> None:
    odd = ["nosuch", "apple", "<script>", "APPLE", "kite", "apple kite"]
    assert _kept(enter_pictures(tablet, odd)) == ["apple", "kite"]


# promise C7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c7_the_words_stand_on_the_page_of_every_band_and_language(
    lang: str, content: Content, tablet: Client, readers: dict[str, str]
) -> None:
    for band in (Band.KS2, Band.KS3, Band.KS4):  # the youngest take a card to a grown-up instead
        wording = content.wordings[band.value, lang]
        for word in WAY_WORDS:
            line = wording[f"thanks.way_{word}"]
            assert line.first, (band, word)
        sent = Page(send_report(tablet, band.value, lang, concern="other", reply="yes").text).text
        for word in ("title", "body", "show", "hide"):
            assert wording[f"thanks.way_{word}"].first.unescape() in sent, (band, word)
    english = Page(send_report(tablet, "ks2", "en", concern="other", reply="yes").text).text
    assert (
        "These pictures are your own key. Tap them in the same order to see if a grown-up has written back. "
        "If you forget them, it is all right: we still have your message." in english
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c7_a_child_sees_how_far_it_is_in_the_order_it_happens(
    lang: str, content: Content, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    wording = content.wordings["replies", lang]
    mine = report_with_pictures(tablet, lang=lang)
    for number, state in enumerate(("none", "read", "looking", "closed", "looking")):
        if number:
            move_on(databases, state)
        page = Page(enter_pictures(tablet, mine, lang).text).text
        for other in ("none", "read", "looking", "closed"):
            said = wording[f"answer.{other}"].first.unescape()
            assert (said in page) == (other == state), (state, other)


def test_c7_answers_stand_in_the_order_they_were_written_whatever_their_rows_say(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    for number in range(1, 9):
        answer(databases, f"Answer number {number}.")
    page = Page(enter_pictures(tablet, mine).text).text
    places = [page.index(f"Answer number {number}.") for number in range(1, 9)]
    assert places == sorted(places)
    with databases.reports.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Reply)) == 8


# promise C5


def test_c5_whoever_sends_nothing_with_the_form_of_a_child_is_shown_no_pictures(
    tablet: Client, readers: dict[str, str]
) -> None:
    """Who opened the page before the child did knows its nonce, and leaves no trace with "nothing to tell"."""
    nonce = open_form(tablet, "ks3").value("nonce")
    told = send(tablet, "ks3", nonce=nonce, concern="stranger", reply="yes")
    assert len(pictures_of(told)) == LENGTH
    again = send(tablet, "ks3", nonce=nonce, concern="nothing", reply="yes")
    assert "Nothing was sent" in again.text
    assert pictures_of(again) == []
    assert "own six pictures" not in Page(again.text).text
