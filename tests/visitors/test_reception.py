"""The tablet at reception: nothing of the last visitor, and closed where the office did not open it (promise F7)."""

import pytest

from kiosk.approving.in_use import InUse
from kiosk.content.language import ENGLISH
from kiosk.site import Content
from tests.accounts.doors import SAME_ORIGIN
from tests.pages import Page
from tests.visitors.desk import (
    AFTER_SCHOOL,
    BOOK,
    FORM,
    JO,
    NEXT_MORNING,
    SUNDAY,
    Reception,
    cookies_set,
    fields,
    fill,
)

pytestmark = pytest.mark.database("sqlite")
CLOSED = "This tablet is closed"
EVERY = (FORM, "/visitors/thanks", "/visitors/no")


def test_a_visitor_signs_and_the_book_has_what_the_page_says_that_it_keeps(reception: Reception) -> None:
    tablet = reception.tablet()
    answer = tablet.post(FORM, data=fill(tablet))
    assert (answer.status_code, answer.location) == (303, "/visitors/thanks")
    (line,) = reception.written()
    assert (line.name, line.organisation, line.visiting) == tuple(JO.values())
    assert (line.day.isoformat(), line.lang, line.code_version) == ("2026-12-01", "en", 3)
    page = Page(tablet.get(answer.location).text)
    assert page.heading == "Thank you, you can go on"
    assert "You agreed to the visitors’ Code on Tuesday 1 December" in page.text
    assert "ask here for Mrs Adeyemi" in page.text


def test_a_double_tap_is_one_visitor(reception: Reception) -> None:
    tablet = reception.tablet()
    form = fill(tablet)
    answers = [tablet.post(FORM, data=form).location for _ in range(2)]
    assert answers == ["/visitors/thanks"] * 2
    assert len(reception.written()) == 1


@pytest.mark.parametrize("gap", ["name", "organisation", "visiting", "agree"])
def test_a_gap_is_said_above_the_fields_and_nothing_typed_is_lost(reception: Reception, gap: str) -> None:
    tablet = reception.tablet()
    answer = tablet.post(FORM, data=fill(tablet, **{gap: " "}))
    assert answer.status_code == 303 and reception.written() == []
    page = Page(tablet.get(answer.location).text)
    (summary,) = [one for one in page.all("div") if one.attrs.get("role") == "alert"]
    assert f"#{gap}" in [link.attrs["href"] for link in summary.find_all("a")]
    kept = fields(page)
    assert [kept.get(name, "") for name in JO if name != gap] == [JO[name] for name in JO if name != gap]
    assert page.text.index(summary.text) < page.text.index("Whom you come from")
    done = tablet.post(FORM, data={**kept, "agree": "yes", gap: JO.get(gap, "yes")})
    assert done.location == "/visitors/thanks" and len(reception.written()) == 1


def test_what_came_back_once_is_gone_at_the_next_look_at_the_page(reception: Reception) -> None:
    """Reload, Back and a new tab ask for the page anew: no form that was sent is in the browser's history."""
    tablet = reception.tablet()
    tablet.post(FORM, data=fill(tablet, visiting=""))
    assert "Jo Marsh" in tablet.get(FORM).text
    for _ in range(2):
        again = tablet.get(FORM)
        assert "Jo Marsh" not in again.text and "Northgate" not in again.text


def test_what_came_back_is_in_no_browser_in_clear(reception: Reception) -> None:
    tablet = reception.tablet()
    answer = tablet.post(FORM, data=fill(tablet, visiting=""))
    cookie = cookies_set(answer.headers.getlist("Set-Cookie"))["kiosk-typed"]
    assert "Marsh" not in repr(cookie) and cookie["path"] == "/visitors" and cookie["max-age"] == "60"
    gone = cookies_set(tablet.get(FORM).headers.getlist("Set-Cookie"))
    assert gone["kiosk-typed"]["value"] == ""


@pytest.mark.parametrize("planted", ["", "x", "e30=", "A" * 400])
def test_a_planted_cookie_of_typed_words_shows_an_empty_form(reception: Reception, planted: str) -> None:
    tablet = reception.tablet()
    tablet.set_cookie("kiosk-typed", planted, path="/visitors")
    page = Page(tablet.get(FORM).text)
    assert [fields(page)[name] for name in JO] == ["", "", ""]


def test_every_page_after_a_visitor_shows_nothing_of_them(reception: Reception) -> None:
    tablet = reception.tablet()
    tablet.post(FORM, data=fill(tablet))
    for address in (*EVERY, "/home/code/visitor", "/"):
        answer = tablet.get(address)
        for word in JO.values():
            assert word not in answer.text, (address, word)
        assert answer.headers["Cache-Control"] == "no-store" or address.startswith(("/home", "/"))
    other = reception.tablet()
    assert "Jo Marsh" not in other.get(FORM).text + other.get("/visitors/thanks").text


def test_no_page_of_the_tablet_may_be_kept_by_the_browser_and_no_box_is_filled_by_it(
    reception: Reception,
) -> None:
    tablet = reception.tablet()
    for address in EVERY:
        headers = tablet.get(address).headers
        assert headers["Cache-Control"] == "no-store", address
    page = Page(tablet.get(FORM).text)
    (form,) = [one for one in page.all("form") if one.attrs.get("id") == "visit"]
    assert form.attrs["autocomplete"] == "off"
    boxes = [one.attrs for one in form.find_all("input") if one.attrs["type"] == "text"]
    assert [(box["autocomplete"], box["spellcheck"]) for box in boxes] == [("off", "false")] * 3
    assert page.all("canvas") == [] and page.all("table") == []


def test_each_form_has_something_of_its_own_that_the_next_one_cannot_send_again(reception: Reception) -> None:
    tablet = reception.tablet()
    first, second = (fields(Page(tablet.get(FORM).text))["once"] for _ in range(2))
    assert first != second


def test_who_would_rather_not_sends_nothing_and_is_written_nowhere(reception: Reception) -> None:
    tablet = reception.tablet()
    link = Page(tablet.get(FORM).text).button("I would rather not")
    assert (link.tag, link.attrs["href"]) == (
        "a",
        "/visitors/no?lang=en" if "lang" in link.attrs["href"] else "/visitors/no",
    )
    page = Page(tablet.get("/visitors/no").text)
    assert page.heading == "That’s fine."
    assert "You can visit without our network. Please tell reception." in page.text
    assert reception.written() == []


def test_the_page_clears_itself_with_a_script_and_without_one(reception: Reception) -> None:
    tablet = reception.tablet()
    for address, seconds in zip(EVERY, (300, 60, 60), strict=True):
        html = tablet.get(f"{address}?lang=ur").text
        assert f'<meta http-equiv="refresh" content="{seconds};url=/visitors/">' in html, address
        (leave,) = [one.attrs for one in Page(html).all("form") if one.attrs.get("id") == "leave-idle"]
        assert (leave["method"], leave["action"], leave["data-idle-minutes"]) == ("get", "/visitors/", "1")


def test_no_device_that_the_office_did_not_open_shows_the_form_or_takes_one(reception: Reception) -> None:
    form = fill(reception.tablet())
    stranger = reception.stranger()
    for address in EVERY:
        assert Page(stranger.get(address).text).heading == CLOSED, address
    assert Page(stranger.post(FORM, data=form).text).heading == CLOSED
    stranger.set_cookie("kiosk-visitors", "guessed", path="/visitors")
    assert Page(stranger.post(FORM, data=form).text).heading == CLOSED
    assert reception.written() == []


@pytest.mark.parametrize(
    "moment", [AFTER_SCHOOL, NEXT_MORNING, SUNDAY], ids=["school is over", "next day", "Sunday"]
)
def test_a_tablet_is_open_until_school_ends_and_never_on_another_day(
    reception: Reception, moment: object
) -> None:
    tablet = reception.tablet()
    form = fill(tablet)
    reception.at(moment)  # type: ignore[arg-type]
    tablet.set_cookie(
        "kiosk-visitors", _token(tablet), path="/visitors"
    )  # also where the browser has kept it
    assert Page(tablet.post(FORM, data=form).text).heading == CLOSED
    assert Page(tablet.get(FORM).text).heading == CLOSED
    assert reception.written() == []


def _token(tablet: object) -> str:
    return tablet.get_cookie("kiosk-visitors", path="/visitors").value  # type: ignore[attr-defined, no-any-return]


def test_the_cookie_is_of_the_visitors_pages_alone_and_nothing_in_the_database_is_it(
    reception: Reception,
) -> None:
    browser = reception.browser()
    answer = browser.post(f"{BOOK}/tablet")
    cookie = cookies_set(answer.headers.getlist("Set-Cookie"))["kiosk-visitors"]
    assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/visitors", "Strict", True)
    assert int(cookie["max-age"]) <= 7 * 3600, "it ends with the school day"
    for address in ("/", "/home/", "/staff/", "/learn/", "/report/", "/visitorsx"):
        assert "kiosk-visitors" not in browser.get(address).request.headers.get("Cookie", ""), address


def test_whoever_opens_the_tablet_is_signed_out_on_it_and_the_visitors_page_opens_no_door(
    reception: Reception,
) -> None:
    browser = reception.browser()
    before = browser.get_cookie("kiosk-staff", path="/staff")
    browser.post(f"{BOOK}/tablet")
    assert before and browser.get(BOOK).status_code == 302, "signed out"
    browser.set_cookie("kiosk-staff", before.value, path="/staff")
    assert browser.get(BOOK).status_code == 302, "and the session is gone, not only its cookie"
    browser.set_cookie("kiosk-staff", _token(browser), path="/staff")
    assert browser.get(BOOK).status_code == 302


def test_a_form_of_another_site_signs_nobody(reception: Reception) -> None:
    tablet = reception.tablet()
    form = fill(tablet)
    for name in SAME_ORIGIN:
        del tablet.environ_base[name]
    assert tablet.post(FORM, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert reception.written() == []


def test_the_lines_stand_in_english_where_nobody_has_approved_them_and_english_is_what_is_kept(
    reception: Reception, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = reception.tablet()
    approved = Page(tablet.get(f"{FORM}?lang=ur").text)
    assert str(content.codes["visitor", "ur"].rules[0].text) in approved.text, "the control"
    monkeypatch.setattr(InUse, "has_code", lambda in_use, id, lang: lang == ENGLISH)
    page = Page(tablet.get(f"{FORM}?lang=ur").text)
    assert page.all("html")[0].attrs["dir"] == "rtl"
    assert page.all("ol")[0].attrs["lang"] == "en-GB", "marked as another language"
    assert str(content.codes["visitor", ENGLISH].rules[0].text) in page.text
    tablet.post(f"{FORM}?lang=ur", data=fill(tablet, "ur"))
    assert [line.lang for line in reception.written()] == ["en"]


@pytest.mark.parametrize("word", ["<b>Jo</b>", "جو مارش", 'O\'Brien "Jo"', "x" * 120])
def test_any_name_is_kept_as_it_is_written(reception: Reception, word: str) -> None:
    tablet = reception.tablet()
    tablet.post(FORM, data=fill(tablet, name=word))
    assert [line.name for line in reception.written()] == [word]
    assert word in Page(reception.browser().get(BOOK).text).text


def test_a_name_longer_than_a_line_is_refused_and_still_there(reception: Reception) -> None:
    tablet = reception.tablet()
    answer = tablet.post(FORM, data=fill(tablet, name="x" * 121))
    page = Page(tablet.get(answer.location).text)
    assert "longer than one line of 120 letters" in page.text and fields(page)["name"] == "x" * 121
    assert reception.written() == []


def test_each_page_changes_a_cookie_so_that_no_browser_keeps_the_one_before_for_back(
    reception: Reception,
) -> None:
    tablet = reception.tablet()
    turns = [
        cookies_set(tablet.get(address).headers.getlist("Set-Cookie"))["kiosk-turn"]
        for address in (*EVERY, *EVERY)
    ]
    assert len({one["value"] for one in turns}) == len(turns)
    assert {one["path"] for one in turns} == {"/visitors"}
