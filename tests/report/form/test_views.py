"""The pages of the report zone, as a child's browser sees them."""

import io
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.storage.db import Databases
from tests.factories import make_reader
from tests.pages import Page
from tests.report.telling import open_form, send, send_report

SCHOOL_TIME = datetime(2026, 11, 23, 10, 17, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)
LANGUAGES = ("en", "ur", "pl")
EVERY_FORM = [(band.value, lang) for band in Band for lang in LANGUAGES]


@pytest.mark.main(4)
@pytest.mark.parametrize(("band", "lang"), EVERY_FORM)
def test_every_band_has_its_form_in_every_language(
    band: str, lang: str, tablet: Client, readers: dict[str, str]
) -> None:
    page = open_form(tablet, band, lang)
    root = page.all("html")[0].attrs
    assert root["data-band"] == band
    assert root["lang"].startswith(lang)
    assert root["dir"] == ("rtl" if lang == "ur" else "ltr")
    assert len(page.all("form")) == 1
    assert all("required" not in field.attrs for field in page.all("input", "textarea"))
    assert not [field for field in page.all("input") if field.attrs.get("type") == "file"]


@pytest.mark.parametrize(("band", "lang"), [one for one in EVERY_FORM if one[0] != "ks1"])
def test_without_script_the_form_asks_always_whether_the_words_say_who_wrote_them(
    band: str, lang: str, tablet: Client, readers: dict[str, str]
) -> None:
    shown = [one.attrs.get("class") for one in open_form(tablet, band, lang).all("span", "p", "form")]
    assert shown.count("named") == 2
    assert "names-self" not in shown, "nothing of it is decided on the server"


def test_nothing_to_tell_is_answered_without_sealing_hashing_or_storing(
    tablet: Client, readers: dict[str, str], hashed: list[bytes]
) -> None:
    """Nobody makes work for equality's sake: a flood of these must cost nothing (promise A17)."""
    with patch("kiosk.report.form.views.seal_report", side_effect=AssertionError("it was sealed")):
        answer = send_report(tablet, "ks3", concern="nothing", danger="no", reply="yes")
    assert answer.status_code == 200
    assert hashed == []


def test_a_draft_stands_beside_the_english_never_instead_of_it(
    tablet: Client, readers: dict[str, str]
) -> None:
    english = Page(tablet.get("/report/ks2/en").text)
    polish = Page(tablet.get("/report/ks2/pl").text)
    for heading in english.all("h2"):
        assert heading.text in polish.text


def test_a_child_is_told_who_reads_it_before_the_first_question(
    tablet: Client, readers: dict[str, str]
) -> None:
    page = open_form(tablet)
    assert "Mrs Dsl keeps children safe." in page.text
    assert "Mrs Coordinator keeps us safe online." in page.text
    assert page.text.index("Mrs Dsl") < page.text.index("Is someone in danger")


def test_with_every_question_left_alone_but_one_it_is_sent(tablet: Client, readers: dict[str, str]) -> None:
    for band in Band:
        answer = send_report(tablet, band.value, concern="unsure")
        assert answer.status_code == 200
        assert "Thank you" in answer.text or "Well done" in answer.text


def test_without_a_concern_the_page_says_what_to_do_and_keeps_every_answer(
    tablet: Client, readers: dict[str, str]
) -> None:
    answer = send_report(tablet, "ks3", danger="no", words="keep this", when="week", exclude=readers["dsl"])
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.value("words") == "keep this"
    checked = {field.attrs["id"] for field in page.all("input") if "checked" in field.attrs}
    assert {"danger-no", "when-week"} <= checked
    assert [box.attrs["value"] for box in page.inputs("exclude") if "checked" in box.attrs] == [
        readers["dsl"]
    ]
    assert "#concern" in [link.attrs["href"] for link in page.all("a")]


def test_a_form_that_was_posted_from_elsewhere_is_kept_and_offered_again(
    tablet: Client, readers: dict[str, str]
) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = tablet.post(
            "/report/ks2/en",
            data={"nonce": "n" * 24, "concern": "site", "words": "still mine"},
            headers=headers,
        )
        assert answer.status_code == 403
        assert Page(answer.text).value("words") == "still mine"


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(
    tablet: Client, readers: dict[str, str]
) -> None:
    data = {"nonce": open_form(tablet).value("nonce"), "concern": "site"}
    old_browser = Client(tablet.application)
    for origin, status in (
        ("http://localhost", 200),
        ("https://elsewhere.example", 403),
        ("null", 403),
        ("", 403),
    ):
        answer = old_browser.post("/report/ks2/en", data=data, headers={"Origin": origin} if origin else {})
        assert answer.status_code == status, origin


def test_files_are_refused_kindly_and_nothing_is_read_of_them(
    tablet: Client, readers: dict[str, str]
) -> None:
    answer = tablet.post(
        "/report/ks2/en", data={"concern": "site", "file": (io.BytesIO(b"picture"), "a.png")}
    )
    assert answer.status_code == 415
    assert "0800 1111" in answer.text


@pytest.mark.parametrize(
    "path", ["/report/ks9/en", "/report/ks2/xx", "/report/ks2/fr", "/report/nowhere", "/report/a/b/c"]
)
def test_an_unknown_address_helps_and_names_childline(
    path: str, tablet: Client, readers: dict[str, str]
) -> None:
    answer = tablet.get(path)
    assert answer.status_code == 404
    assert "0800 1111" in answer.text
    assert "You did nothing wrong" in answer.text


def test_a_form_that_is_far_too_long_is_told_what_still_works(
    tablet: Client, readers: dict[str, str]
) -> None:
    """The form is empty when the child goes back: to be sent there was to lose heart."""
    answer = send(tablet, "ks2", concern="other", words="x" * 1_000_000)
    assert answer.status_code == 413
    page = Page(answer.text)
    assert "It did not reach us. Please tell a grown-up you trust" in page.text
    assert "0800 1111" in page.text
    assert "go back" not in page.text.lower()


def test_when_something_breaks_the_page_promises_no_second_try_of_what_was_typed(
    tablet: Client, readers: dict[str, str]
) -> None:
    with patch("kiosk.report.form.views.seal_report", side_effect=RuntimeError):
        answer = send_report(tablet, "ks2", concern="other", words="they took my bag")
    assert answer.status_code == 500
    page = Page(answer.text)
    assert "it may not have reached us" in page.text
    assert "Tell a grown-up you trust, or call Childline" in page.text
    assert page.link("Open this page again") == ""


def test_before_anybody_reads_reports_the_page_says_so_instead_of_taking_one(tablet: Client) -> None:
    answer = tablet.get("/report/ks2/en")
    assert answer.status_code == 503
    assert "0800 1111" in answer.text


def test_out_of_hours_help_comes_before_what_happens_next(tablet: Client, readers: dict[str, str]) -> None:
    for moment, help_first in ((SCHOOL_TIME, False), (SATURDAY_NIGHT, True)):
        with patch("kiosk.report.form.views.now_utc", return_value=moment):
            page = send_report(tablet, "ks2", concern="bullying").text
        assert (page.index('id="help-now"') < page.index('id="what-next"')) is help_first


def test_the_time_promised_is_the_clock_of_the_route_in_school_time(
    tablet: Client, readers: dict[str, str]
) -> None:
    with patch("kiosk.report.form.views.now_utc", return_value=SATURDAY_NIGHT):
        page = Page(send_report(tablet, "ks2", concern="stranger").text)
    assert "Mrs Dsl" in page.text
    assert "on Monday, by 9:30" in page.text


@pytest.mark.parametrize(
    "path", ["/report/", "/report/ks1/en", "/report/icon.svg", "/report/choose/ur", "/report/x"]
)
def test_no_answer_of_the_zone_sets_a_cookie_or_may_be_kept(
    path: str, tablet: Client, readers: dict[str, str]
) -> None:
    answer = tablet.get(path)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_thank_you_page_tells_the_browser_to_forget_and_shows_no_answer(
    tablet: Client, readers: dict[str, str]
) -> None:
    answer = send_report(tablet, "ks3", concern="bullying", words="my private words", name="Amira")
    assert "my private words" not in answer.text
    assert "Amira" not in answer.text
    assert "/report/quiet.svg" in answer.text
    assert tablet.get("/report/quiet.svg").headers["Clear-Site-Data"] == '"cache"'


def test_a_missing_or_odd_nonce_never_costs_a_child_the_report(
    tablet: Client, readers: dict[str, str]
) -> None:
    for nonce in ("", "short", "<script>"):
        assert send(tablet, nonce=nonce, concern="other").status_code == 200


def test_words_are_shown_as_words(tablet: Client, readers: dict[str, str]) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    assert hostile not in send_report(tablet, "ks3", words=hostile).text


def test_the_form_opens_whatever_a_reader_is_called(tablet: Client, databases: Databases) -> None:
    """A name like the mark at which a page that is kept was parted kept every child from telling."""
    with databases.reports.write() as session:
        make_reader(session, "dsl", name="nonce-stands-here")
    form = tablet.get("/report/ks2/en")
    assert form.status_code == 200
    assert "nonce-stands-here" in form.text
