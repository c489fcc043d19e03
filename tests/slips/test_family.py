"""What a family opens: looking writes nothing, one tap sends it back, and nobody learns more (promises F2 to F4)."""

import re
import secrets
from base64 import b32encode
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import event

from kiosk.accounts.models import Pupil
from kiosk.calendar.school import SchoolCalendar
from kiosk.slips.models import Slip, SlipKind, SlipWay
from kiosk.slips.slips import NO_TERM, find_slip, open_term
from kiosk.storage.schema import METADATA
from tests.slips.homes import ENDED, Homes

MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def random_token() -> str:
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_previewer_that_looks_changes_no_row_and_gets_no_cookie(homes: Homes, method: str) -> None:
    address = homes.link("Alys")
    before = homes.stored()
    for agent in ("WhatsApp/2.2", "facebookexternalhit/1.1", "Mozilla/5.0"):
        answer = homes.app.test_client().open(address, method=method, headers={"User-Agent": agent})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert homes.stored() == before


def test_the_address_of_a_slip_is_told_to_no_other_page_and_kept_by_no_browser(homes: Homes) -> None:
    address = homes.link("Alys")
    answer = homes.family().get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    token = address.rpartition("/")[2]
    ways = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
    assert {way.split("?")[0] for way in ways if token in way} == {address}
    links = re.findall(r"<a [^>]*>", MAIN.findall(answer.text)[0])
    assert links and all('rel="noreferrer"' in one for one in links)


def test_one_tap_sends_it_back_and_the_page_says_so_each_time(homes: Homes) -> None:
    address, phone = homes.link("Alys"), homes.family()
    assert "We have read it and talked" in phone.get(address).text
    answer = phone.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    first = phone.get(address)
    assert "Thank you. The school has it." in first.text
    assert homes.family().get(address).data == first.data
    slip = homes.slip("Alys")
    assert slip and (slip.way, slip.back_on) == (SlipWay.TAP, homes.site.today())


def test_what_is_kept_of_an_answer_is_slip_language_way_and_day(homes: Homes) -> None:
    assert set(METADATA["school"].tables["slip"].columns.keys()) == {
        *("id", "pupil_id", "kind", "home", "lang", "lesson_id", "term", "made_on", "taken", "paper_on"),
        *("way", "back_on", "ring"),
    }
    assert set(METADATA["school"].tables["slip_link"].columns.keys()) == {"digest", "slip_id"}


def test_a_second_tap_changes_nothing_also_on_another_day_or_after_paper(homes: Homes) -> None:
    for name, first in (("Alys", "tap"), ("Callum", "paper")):
        address = homes.link(name)
        homes.family().post(address) if first == "tap" else homes.write("office", name, "back")
        before = homes.stored()
        assert homes.family().post(address).status_code == 303
        assert homes.stored() == before
        slip = homes.slip(name)
        assert slip and slip.way == first


def test_two_taps_at_once_are_one(homes: Homes) -> None:
    address, ready, answers = homes.link("Alys"), Barrier(2), list[int]()

    def press() -> None:
        phone = homes.family()
        ready.wait()
        answers.append(phone.post(address).status_code)

    hands = [Thread(target=press) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert answers == [303, 303]
    slip = homes.slip("Alys")
    assert slip and slip.way is SlipWay.TAP


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_from_anywhere_else_sends_nothing_back(homes: Homes, headers: dict[str, str]) -> None:
    address = homes.link("Alys")
    answer = homes.app.test_client().post(address, headers=headers)
    slip = homes.slip("Alys")
    assert answer.status_code == 403 and slip and slip.back_on is None


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(homes: Homes) -> None:
    address = homes.link("Alys")
    own = {"Origin": homes.site.config.public_url}
    assert homes.app.test_client().post(address, headers=own).status_code == 303


def test_a_wrong_ended_or_left_slip_is_one_page_byte_for_byte_at_the_same_price(homes: Homes) -> None:
    alys, callum, zain = (homes.link(name) for name in ("Alys", "Callum", "Zain"))
    homes.family().post(alys)
    with homes.school.write() as session:
        session.get_one(Pupil, homes.pupils["Callum"]).left_on = homes.site.today()
        session.get_one(Slip, homes.slip_id("Alys")).term -= timedelta(days=100)
    homes.by_hand("Zain")
    asked = list[str]()
    event.listen(homes.school.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    pages, prices = set(), set()
    for address in (
        *(alys, callum, zain, f"/home/slip/{random_token()}", f"/home/slip/{random_token()}"),
        *("/home/slip/a", f"/home/slip/{'x' * 4000}", "/home/slip/%00", "/home/slip/'%20or%201=1"),
    ):
        for method in ("GET", "POST"):
            asked.clear()
            answer = homes.family().open(address, method=method)
            said = [(name, value) for name, value in answer.headers if name != "Date"]
            pages.add((answer.status_code, answer.data, tuple(said)))
            prices.add(sum("slip_link" in one for one in asked))
    assert len(pages) == 1 and ENDED in pages.pop()[1].decode()
    assert prices == {1}


def test_guessed_tokens_open_nothing(homes: Homes) -> None:
    homes.link("Alys")
    with homes.school.session(write=False) as session:
        assert not any(find_slip(session, random_token(), homes.term) for _ in range(500))


def test_the_token_stands_in_no_row(homes: Homes) -> None:
    token = homes.link("Alys").rpartition("/")[2]
    assert token not in repr(homes.stored())


def test_a_link_ends_with_the_last_day_of_its_term(homes: Homes) -> None:
    zone, first = homes.site.calendar.zone, homes.term
    last = first + timedelta(days=80)
    listed = SchoolCalendar(
        zone, terms=((first, last), (last + timedelta(days=20), last + timedelta(days=90)))
    )
    homes.link("Alys")
    assert open_term(listed, last) == first
    assert open_term(listed, last + timedelta(days=1)) == NO_TERM
    assert open_term(listed, last + timedelta(days=20)) == last + timedelta(days=20)


def test_neither_home_sees_the_state_of_the_other(homes: Homes) -> None:
    homes.say("Alys", "en", "pl")
    homes.make_all()
    one, two = homes.link("Alys", 1), homes.link("Alys", 2)
    before = homes.family().get(two, query_string={"lang": "en"})
    homes.family().post(one)
    after = homes.family().get(two, query_string={"lang": "en"})
    assert before.data == after.data
    alone = homes.link("Callum")
    other = homes.family().get(alone, query_string={"lang": "en"}).text
    without = [
        text.replace(address, "").replace(name, "")
        for text, address, name in ((after.text, two, "Alys"), (other, alone, "Callum"))
    ]
    assert without[0] == without[1], "nothing says that there is another home"


def test_whoever_is_signed_in_as_staff_gets_the_same_page_and_is_nobody_here(homes: Homes) -> None:
    address = homes.link("Alys")
    teacher = homes.browser("green")
    assert teacher.get(address).data == homes.family().get(address).data
    assert teacher.post(address).status_code == 303
    slip = homes.slip("Alys")
    assert slip and slip.way is SlipWay.TAP, "as of any parent"


def test_a_question_never_comes_from_a_sensitive_lesson(homes: Homes) -> None:
    sensitive = next(one for one in homes.site.lessons.values() if one.quiet)
    homes.make_all(SlipKind.ASK, sensitive.id)
    page = homes.family().get(homes.link("Alys", kind=SlipKind.ASK)).text
    assert "What was the best thing you saw online today?" in page
    assert sensitive.title not in page


def test_a_name_stands_apart_and_in_no_sentence(homes: Homes) -> None:
    page = homes.family().get(homes.link("Marek")).text
    assert page.count("Marek") == 1
    assert "<b><bdi>Marek</bdi></b>, <bdi>Kestrels</bdi>" in page


def test_nothing_can_be_typed_on_a_slip(homes: Homes) -> None:
    page = homes.family().get(homes.link("Alys")).text
    assert not re.search(r"<(input|textarea|select)", page)
