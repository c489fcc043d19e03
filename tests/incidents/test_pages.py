"""The pages by which staff see, open and act on what children told."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.host.heartbeat import write_heartbeat
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.storage.db import now_utc
from tests.incidents.closings import CHOSEN, close_case
from tests.incidents.school import School
from tests.pages import Page

# What a page says does not hang on the kind of database; what it reads and writes is tested on both elsewhere.
pytestmark = pytest.mark.database("sqlite")
HIDDEN = "come \u202eevil\u202c to\u200b the park"


def opened(school: School, client: FlaskClient, concern: str = "bullying", **given: Any) -> str:
    """Tell, list and open a report; returns the incident's address."""
    report_id = school.tell(concern, **given)
    client.get("/staff/incidents/")
    return client.post(f"/staff/incidents/open/{report_id}").headers["Location"]


def acts(school: School) -> list[Act]:
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq)))


def test_looking_at_the_queue_passes_on_what_is_due_even_if_the_worker_is_dead(
    school: School, app: Flask
) -> None:
    school.tell("bullying")
    page = Page(school.browser(app, school.coordinator).get("/staff/incidents/").text)
    assert page.heading == "Reports"
    assert page.button("Someone was mean").attrs["type"] == "submit"


def test_a_report_of_this_slot_stays_out_of_the_queue(school: School, app: Flask) -> None:
    school.tell("bullying", now_utc())
    page = Page(school.browser(app, school.coordinator).get("/staff/incidents/").text)
    assert "Nothing is waiting for you" in page.text


@pytest.mark.parametrize("name", ["teacher", "network"])
def test_the_queue_is_for_readers_alone(school: School, app: Flask, name: str) -> None:
    assert school.browser(app, school.people[name]).get("/staff/incidents/").status_code == 403


def test_a_childs_words_stand_on_the_opened_page_alone(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    address = opened(school, client, words="he took my lunch again", name="Sam")
    page = Page(client.get(address).text)
    assert page.all("blockquote")[0].text == "he took my lunch again"
    assert page.heading == "Someone was mean"
    for tab in ("mine", "all", "closed"):
        listed = client.get(f"/staff/incidents/?show={tab}").text
        assert "lunch" not in listed
        assert "Sam" not in listed


def test_answers_are_told_in_plain_words_and_what_was_left_alone_says_so(school: School, app: Flask) -> None:
    client = school.browser(app, school.dsl)
    address = opened(school, client, "friend", about="friend", again="yes")
    page = Page(client.get(address).text)
    pairs = dict(zip([dt.text for dt in page.all("dt")], [dd.text for dd in page.all("dd")], strict=True))
    assert pairs["Someone in danger now"] == "No"
    assert pairs["Who it happened to"] == "A friend"
    assert pairs["Still going on"] == "Yes"
    assert pairs["When it happened"] == "Not answered"
    assert pairs["Language of that page"] == "Polish"


def test_letters_that_hide_or_turn_words_are_shown_by_name(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    html = client.get(opened(school, client, words=HIDDEN)).text
    assert not re.search("[\u202e\u202c\u200b]", html)
    assert Page(html).all("blockquote")[0].text == "come U+202EevilU+202C toU+200B the park"


def test_markup_in_a_childs_words_stays_words(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    html = client.get(opened(school, client, words="<script>alert(1)</script>")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_reported_address_is_inert(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    page = Page(client.get(opened(school, client, "site", address="https://bad.example/x")).text)
    assert "hxxps://bad.example/x" in page.text
    assert not any("bad.example" in link.attrs.get("href", "") for link in page.all("a"))


def test_every_reading_is_in_the_log_before_the_words_are_shown(school: School, app: Flask) -> None:
    first, second = school.browser(app, school.coordinator), school.browser(app, school.coordinator2)
    address = opened(school, first)
    for _ in range(3):
        page = Page(second.get(address).text)
    assert acts(school) == [Act.OPENED, Act.READ]
    assert "Ms coordinator2 read the report" in page.text


@pytest.mark.parametrize("step", ["plan", "level", "pass", "hand", "reopen"])
def test_a_step_that_is_sent_back_shows_the_words_and_so_is_a_reading_in_the_log(
    school: School, app: Flask, step: str
) -> None:
    first, second = school.browser(app, school.coordinator), school.browser(app, school.coordinator2)
    address = opened(school, first, words="he took my lunch again")
    for _ in range(3):
        sent_back = second.post(f"{address}/{step}", data={"note": ""})
    assert sent_back.status_code == 422 and "he took my lunch again" in sent_back.text
    assert acts(school) == [Act.OPENED, Act.READ]
    assert "Ms coordinator2 read the report" in Page(sent_back.text).text


def test_the_page_says_who_can_read_it_and_warns_of_images(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    page = Page(client.get(opened(school, client)).text)
    (readers,) = [one for one in page.all("section") if one.attrs.get("id") == "readers"]
    assert [one.text for one in readers.find_all("li")] == [
        "You (e-Safety Coordinator)",
        "Ms coordinator2 (e-Safety Coordinator, deputy)",
    ]
    assert "Don't open, copy or print images." in page.text
    assert "ring the police on 101" in page.text


def test_each_step_is_taken_by_a_form_and_stands_in_the_log(school: School, app: Flask) -> None:
    client = school.browser(app, school.dsl)
    address = opened(school, client, "bullying", follow="hate")
    reader = school.coordinator.id.hex
    sent: dict[str, dict[str, str]] = {
        "level": {"level": "urgent", "note": "It goes on."},
        "plan": {"next_step": "hour", "note": "Ring home."},
        "pass": {"to": reader, "note": "Please ring the provider."},
    }
    for step, form in sent.items():
        assert client.post(f"{address}/{step}", data=form).headers["Location"] == address
    page = Page(client.get(address).text)
    for line in (
        "From Soon to Urgent. It goes on.",
        "Within one school hour: Ring home.",
        "To Ms coordinator. Please ring the provider.",
    ):
        assert line in page.text
    listed = Page(school.browser(app, school.coordinator).get("/staff/incidents/").text)
    assert "Passed on" in listed.text


@pytest.mark.parametrize(
    ("step", "form", "message"),
    [
        ("plan", {"note": " ", "next_step": "day"}, "Write what the next step is."),
        ("plan", {"note": "Ring.", "next_step": "never"}, "Choose when the next step is due."),
        ("level", {"level": "soon", "note": "Same as before."}, "Choose the new level."),
        ("pass", {"to": "0" * 32, "note": "x"}, "Choose who takes the next step."),
        ("hand", {"note": " "}, "Write why it is a matter of child protection."),
        ("plan", {"note": "x" * 4001, "next_step": "day"}, "This is longer than 4000 letters."),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    school: School, app: Flask, step: str, form: dict[str, str], message: str
) -> None:
    client = school.browser(app, school.coordinator)
    address = opened(school, client)
    answer = client.post(f"{address}/{step}", data=form)
    page = Page(answer.text)
    assert answer.status_code == 422
    (error,) = [p for p in page.all("p") if p.attrs.get("class") == "field__error" and message in p.text]
    field_id = error.attrs["id"].removesuffix("-error")
    assert any(link.attrs["href"] == f"#{field_id}" for link in page.all("a"))
    *_, details = [one for one in page.all("details") if "open" in one.attrs]
    (note,) = details.find_all("textarea")
    assert note.text == " ".join(form["note"].split())
    assert acts(school) == [Act.OPENED]


def test_closing_and_taking_up_again_by_the_pages(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    address = opened(school, client)
    client.post(f"{address}/done", data=CHOSEN)
    close_case(client, address, {"outcome": "support", "learn": "nothing"})
    page = Page(client.get(address).text)
    assert "Closed: Passed to the child’s own file" in page.text
    assert "Reopen it" in [one.text for one in page.all("summary")]
    assert "Someone was mean" in client.get("/staff/incidents/?show=closed").text
    late = client.post(f"{address}/record/did", data={"note": "One more thing."})
    assert late.status_code == 409
    assert "One more thing." in late.text
    client.post(f"{address}/reopen", data={"note": "It came again."})
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident.closed_at)).all() == [None]


def test_no_page_promises_to_delete_anything(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    html = client.get(opened(school, client)).text.lower()
    assert "delete" not in html
    assert "lines cannot be changed or removed" in html


def test_without_a_mail_server_the_queue_says_so(school: School, app: Flask) -> None:
    write_heartbeat(school.config, now_utc(), None)  # while no worker runs, the queue says that first
    text = school.browser(app, school.coordinator).get("/staff/incidents/").text
    assert "There is no mail server" in text


def test_the_register_shows_what_happened_and_never_a_word(school: School, app: Flask) -> None:
    client = school.browser(app, school.coordinator)
    address = opened(school, client, words="he took my lunch again")
    client.post(f"{address}/record/did", data={"note": "Spoke to Jordan."})
    principal = school.browser(app, school.principal)
    page = Page(principal.get("/staff/incidents/register").text)
    (row,) = [row.text for row in page.all("tr")[1:]]
    for shown in ("0001", "Soon", "Someone was mean", "Step recorded", "Open"):
        assert shown in row
    assert "lunch" not in page.text
    assert "Jordan" not in page.text
    assert principal.get(address).status_code == 404
    assert client.get("/staff/incidents/register").status_code == 403
