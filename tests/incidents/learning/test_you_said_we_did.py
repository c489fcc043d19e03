"""You said, we did: general words, some school days later, for the ages they are for (promise C7)."""

import uuid
import zoneinfo
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.content.language import ENGLISH
from kiosk.demo.names import DemoEntry, hollybank
from kiosk.incidents.learning.you_said_we_did import (
    LONGEST,
    Draft,
    all_entries,
    day_to_show,
    publish_entry,
    published_entries,
    read_draft,
    warnings,
)
from kiosk.incidents.models import YouSaid
from tests.factories import make_staff
from tests.incidents.school import School
from tests.pages import Page

TODAY = date(2026, 11, 24)  # a Tuesday
PLAIN = Draft((Band.KS2,), "en", "Some games are not nice.", "We took them off.")
FORM = {"bands": ["ks2", "ks4"], "lang": "en", "said": "Some games are not nice.", "did": "We took them off."}


def _told_to_think(said: str, did: str = "We took them off.", lang: str = "en") -> str:
    return " ".join(one.text for one in warnings(Draft((Band.KS2,), lang, said, did)))


def test_c7_an_entry_is_shown_five_school_days_after_today_and_no_day_before(
    calendar: SchoolCalendar,
) -> None:
    for written in (TODAY + timedelta(days=count) for count in range(30)):
        shown = day_to_show(calendar, written)
        between = [written + timedelta(days=count) for count in range(1, (shown - written).days + 1)]
        assert sum(calendar.is_school_day(day) for day in between) == 5, written
        assert calendar.is_school_day(shown)


def test_c7_holidays_and_half_days_make_it_later_never_sooner() -> None:
    plain = SchoolCalendar(zone=_london())
    holiday = SchoolCalendar(zone=_london(), holidays=frozenset({TODAY + timedelta(days=1)}))
    assert day_to_show(holiday, TODAY) > day_to_show(plain, TODAY)
    half = SchoolCalendar(zone=_london(), half_days={TODAY + timedelta(days=2): plain.opens.replace(hour=12)})
    assert day_to_show(half, TODAY) >= day_to_show(plain, TODAY)


def _london() -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo("Europe/London")


def test_c7_before_its_day_nobody_reads_it_and_from_then_on_the_ages_it_is_for(session: Session) -> None:
    publish_entry(session, PLAIN, make_staff(session), TODAY)
    assert published_entries(session, TODAY - timedelta(days=1), list(Band)) == []
    assert [entry.said for entry in published_entries(session, TODAY, [Band.KS2])] == [PLAIN.said]
    assert published_entries(session, TODAY, [Band.KS1, Band.KS3, Band.KS4]) == []


def test_what_is_newest_comes_first_and_what_is_taken_down_is_gone(session: Session) -> None:
    staff = make_staff(session)
    old, new = (publish_entry(session, PLAIN, staff, TODAY - timedelta(days=days)) for days in (9, 2))
    assert [entry.id for entry in all_entries(session)] == [new.id, old.id]
    session.delete(new)
    session.flush()
    assert [entry.id for entry in published_entries(session, TODAY, list(Band))] == [old.id]


def test_c7_names_numbers_classes_and_days_are_thought_over_first() -> None:
    assert _told_to_think("Some games are not nice.") == ""
    assert "Leave out names" in _told_to_think("Some of us think Kavita plays bad games.")
    for telling in (
        "3 of us saw it.", "Two of us saw it.", "A boy saw it.", "The girls saw it.", "Our class saw it.",
        "It was in Year 5.", "We saw it yesterday.", "We saw it on Monday.", "We saw it last week.",
    ):  # fmt: skip
        assert "guess a child" in _told_to_think(telling), telling
    for plain in ("Someone saw it.", "Nobody likes it.", "We fill in forms.", "It was often bad."):
        assert "guess a child" not in _told_to_think(plain), plain


def test_c7_what_is_harder_than_the_youngest_can_read_is_thought_over_first() -> None:
    hard = "Inappropriate material appeared in educational applications everywhere."
    assert "youngest" in _told_to_think(hard)
    assert "youngest" not in _told_to_think(hard, lang="ur"), "we can tell this of English alone"
    grown = [one.text for one in warnings(Draft((Band.KS4,), "en", PLAIN.said, PLAIN.did))]
    assert grown == []


def test_everything_to_mend_is_said_at_once_and_nothing_typed_is_lost() -> None:
    draft, errors = read_draft({"said": " ", "did": "x" * (LONGEST + 1), "lang": "xx"}, ["ks9"], ["en", "ur"])
    assert [href for href, _ in errors.summary()] == ["#bands", "#said", "#did"]
    assert (draft.lang, draft.did) == ("en", "x" * (LONGEST + 1))
    draft, errors = read_draft({"said": "a", "did": "b", "lang": "ur"}, ["ks4", "ks1"], ["en", "ur"])
    assert not errors
    assert draft == Draft((Band.KS1, Band.KS4), "ur", "a", "b")


@pytest.mark.parametrize("entry", hollybank().board, ids=lambda entry: str(entry.said[:20]))
def test_what_the_demo_shows_is_what_we_ask_of_schools(entry: DemoEntry) -> None:
    draft = Draft(entry.bands, ENGLISH, entry.said, entry.did)
    assert [one.text for one in warnings(draft)] == []


# Pages


def test_a_reader_writes_one_looks_at_it_again_and_takes_it_down(app: Flask, school: School) -> None:
    browser = school.browser(app, school.coordinator)
    assert "Nothing is on the board yet" in browser.get("/staff/we-did").text
    assert "guess a child" in browser.get("/staff/we-did/new").text
    sent = browser.post("/staff/we-did/new", data=FORM)
    assert sent.status_code == 302
    page = Page(browser.get("/staff/we-did").text)
    assert "Saved. Everybody can read it from" in page.text
    assert "Some games are not nice." in page.text
    down = page.link("Take it down")
    asked = browser.get(down)
    assert "Some games are not nice." in asked.text
    assert "Some games are not nice." in browser.get("/staff/we-did").text, "asking takes nothing down"
    assert browser.post(down).status_code == 302
    assert "Nothing is on the board yet" in browser.get("/staff/we-did").text
    assert browser.get(down).status_code == browser.post(down).status_code == 404


def test_what_is_to_be_mended_or_thought_of_keeps_every_word(app: Flask, school: School) -> None:
    browser = school.browser(app, school.dsl)
    for changed, words in (
        ({"bands": []}, "Choose who it is for"),
        ({"did": ""}, "Write what the school did."),
        ({"said": "We think Kavita saw 3 bad games."}, "Kavita"),
    ):
        sent = browser.post("/staff/we-did/new", data=FORM | changed)
        page = Page(sent.text)
        assert sent.status_code == 422
        assert words in page.text
        wanted: dict[str, Any] = FORM | changed
        assert (page.value("said"), page.value("did")) == (wanted["said"], wanted["did"])
        assert [box.attrs["value"] for box in page.inputs("bands") if "checked" in box.attrs] == wanted[
            "bands"
        ]
    assert _rows(school) == 0


def test_the_writer_decides_in_the_end(app: Flask, school: School) -> None:
    browser = school.browser(app, school.chair)
    telling = FORM | {"said": "3 of us saw it.", "sure": "yes"}
    assert browser.post("/staff/we-did/new", data=telling).status_code == 302
    assert browser.post("/staff/we-did/new", data=telling | {"did": ""}).status_code == 422
    assert _rows(school) == 1


def _rows(school: School) -> int:
    with school.databases.school.session(write=False) as session:
        return len(session.scalars(select(YouSaid)).all())


@pytest.mark.parametrize("address", ["/home/we-did", "/home/we-did?band=ks2"])
@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_c7_everybody_reads_the_board_without_names_numbers_or_days(
    address: str, lang: str, client: FlaskClient, school: School
) -> None:
    address += ("&" if "?" in address else "?") + f"lang={lang}"
    empty = Page(client.get(address).text)
    with school.databases.school.write() as session:
        publish_entry(session, PLAIN, school.dsl, date(2026, 1, 2))
        publish_entry(
            session,
            Draft((Band.KS3,), "ur", "کچھ کھیل اچھے نہیں۔", "ہم نے ہٹا دیے۔"),
            school.dsl,
            date(2026, 1, 2),
        )
        publish_entry(session, Draft(tuple(Band), "en", "Not yet.", "Not yet."), school.dsl, date(2999, 1, 1))
    answer = client.get(address)
    page = Page(answer.text)
    assert "Set-Cookie" not in answer.headers
    assert PLAIN.said in page.text
    assert PLAIN.did in page.text
    assert PLAIN.said not in empty.text
    assert len(empty.all("li")) < len(page.all("li")), "the control"
    assert ("کچھ کھیل اچھے نہیں۔" in page.text) is ("band" not in address)
    for never in ("Not yet.", "Ms dsl", "2026", "2 January"):
        assert never not in page.text, never
    root = page.all("html")[0].attrs
    assert (root["data-band"], root["dir"]) == (
        "ks2" if "band" in address else "home",
        "rtl" if lang == "ur" else "ltr",
    )


def test_an_entry_keeps_the_language_it_was_written_in(client: FlaskClient, school: School) -> None:
    with school.databases.school.write() as session:
        publish_entry(session, Draft((Band.KS3,), "ur", "کچھ", "ہم"), school.dsl, date(2026, 1, 2))
    entries = [
        words.attrs for words in Page(client.get("/home/we-did").text).all("p") if "lang" in words.attrs
    ]
    assert entries == [{"lang": "ur", "dir": "rtl"}] * 2
    urdu = Page(client.get("/home/we-did?lang=ur").text).all("p")
    assert not [words for words in urdu if "dir" in words.attrs], "the page runs that way already"


def test_markup_on_the_board_is_shown_as_it_was_typed(client: FlaskClient, school: School) -> None:
    with school.databases.school.write() as session:
        publish_entry(
            session, Draft((Band.KS3,), "en", "<b>x</b>", "<script>y</script>"), school.dsl, date(2026, 1, 2)
        )
    html = client.get("/home/we-did").text
    assert "<b>x</b>" not in html
    assert "<script>y" not in html


def test_the_start_page_of_every_band_and_the_pages_for_families_lead_to_the_board(
    client: FlaskClient,
) -> None:
    for band in Band:
        link = Page(client.get(f"/?band={band}").text).link("You said, we did")
        assert link == f"/home/we-did?band={band}"
    assert Page(client.get("/home/").text).link("You said, we did").startswith("/home/we-did")


def test_an_unknown_entry_is_not_found(app: Flask, school: School) -> None:
    assert school.browser(app, school.dsl).get(f"/staff/we-did/{uuid.uuid4()}/down").status_code == 404
