"""Every answer of every question stands in a case as it was given: on its page, on paper, in its file (promise Q11)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.bands import Band
from kiosk.incidents.case.staff_reports import OPTIONS
from kiosk.incidents.case.views.report_words import FOLLOW as FOLLOW_WORDS
from kiosk.incidents.case.views.report_words import QUESTIONS
from kiosk.report.access.routes import CONCERNS, SEVERE_BULLYING
from kiosk.report.form.answers import ASKED, CHOICES, FOLLOW, concerns_of
from kiosk.report.models import Report
from kiosk.storage.db import now_utc
from tests.incidents.filed import Filer, at_work
from tests.incidents.school import School
from tests.pages import Page
from tests.sets import repeats

__all__ = ["at_work"]
pytestmark = pytest.mark.database("sqlite")
HEAD = "About the head"
NOT_ASKED = "Not asked"
SAID = {"": "Not answered", "yes": "Yes", "no": "No", "unsure": "Not sure"}
LEAD, CHAIR, PRINCIPAL = "Ms dsl", "Ms chair", "Ms principal"
WITH_HEAD = [band for band in Band if band is not Band.KS1]


def pairs_of(page: str) -> list[tuple[str, str]]:
    """Each name of a page with what stands beside it."""
    read = Page(page)
    return [(name.text, value.text) for name, value in zip(read.all("dt"), read.all("dd"), strict=True)]


def shown(client: FlaskClient, address: str, to_file: bool = True) -> Iterator[dict[str, set[str]]]:
    """What each place says of a case, by question: its page, and where it is one of protection paper and file."""
    places = [pairs_of(client.get(address).text)]
    if to_file:
        where = Filer(client, address).whole()
        places.append(pairs_of(client.get(where).text))
        answers = json.loads(client.get(f"{where}.json").data)["report"]["answers"]
        places.append([(one["question"], one["answer"]) for one in answers])
    for place in places:
        found: dict[str, set[str]] = {}
        for question, answer in place:
            found.setdefault(question, set()).add(answer)
        yield found


def opened(school: School, app: Flask, who: str, concern: str, **given: Any) -> tuple[FlaskClient, str]:
    """A case that this person has just opened, with its address."""
    client = school.browser(app, school.people[who])
    answer = client.post(f"/staff/incidents/open/{school.told(concern, **given)}")
    return client, str(answer.headers["Location"])


def readers_on(client: FlaskClient, address: str) -> str:
    (panel,) = [
        one
        for one in Page(client.get(address).text).all("div", "section")
        if one.attrs.get("id") == "readers"
    ]
    return panel.text


@pytest.mark.main(4)
@pytest.mark.parametrize("band", WITH_HEAD)
@pytest.mark.parametrize("head", SAID)
def test_a_case_says_of_the_head_what_the_child_said(
    at_work: School, app: Flask, band: Band, head: str
) -> None:
    """Every case about a grown-up said "About the head: Yes", also where the child had answered No."""
    client, address = opened(at_work, app, "dsl", "adult", band=band, head=head)
    for place in shown(client, address):
        assert place[HEAD] == {SAID[head]}
    reads = readers_on(client, address)
    assert (PRINCIPAL in reads, CHAIR in reads) == (head == "no", head != "no")
    listed = (
        "A grown-up at school"
        in Page(at_work.browser(app, at_work.principal).get("/staff/incidents/register").text).text
    )
    assert listed == (head == "no")


def test_what_the_form_of_the_youngest_does_not_ask_is_not_answered_for_them(
    at_work: School, app: Flask
) -> None:
    client, address = opened(at_work, app, "dsl", "adult", band=Band.KS1)
    for place in shown(client, address):
        assert HEAD not in place and "Someone in danger now" not in place
        (not_asked,) = place[NOT_ASKED]
        assert {HEAD, "Someone in danger now", "Still going on"} <= set(not_asked.split("; "))
        assert "How the child feels" not in not_asked.split("; ")


def test_of_another_worry_nothing_is_asked_about_the_head(at_work: School, app: Flask) -> None:
    client, address = opened(at_work, app, "dsl", "friend")
    for place in shown(client, address):
        assert HEAD in next(iter(place[NOT_ASKED])).split("; ") and HEAD not in place


@pytest.mark.parametrize("band", Band)
def test_each_answer_of_a_child_stands_on_page_paper_and_file(
    at_work: School, app: Flask, band: Band
) -> None:
    asked = {name: ("", *CHOICES[name]) for name in ASKED[band]}
    for turn in range(max(map(len, asked.values()))):
        given = {"danger": ""} | {name: values[turn % len(values)] for name, values in asked.items()}
        follow = [value for values in FOLLOW.values() for value in values[turn % len(values) :][:1]]
        client, address = opened(at_work, app, "dsl", "adult", band=band, head="no", follow=follow, **given)
        for place in shown(client, address):
            assert place["What it is about"] == {"A grown-up"}
            for name in asked:
                question, words = QUESTIONS[name]
                assert place[question] == {words.get(given[name], "Not answered")}, (name, given[name])
            assert place["Also ticked"] == {FOLLOW_WORDS[value] for value in follow}


@pytest.mark.again
@pytest.mark.parametrize("band", Band)
def test_each_worry_of_a_child_with_what_belongs_to_it_stands_in_its_case(
    at_work: School, app: Flask, band: Band
) -> None:
    for concern in concerns_of(band)[:: repeats(3, 1)]:
        for follow in FOLLOW.get(concern, ("unsure",)):
            who = "coordinator" if concern in {"bullying", "site", "scam", "other", "unsure"} else "dsl"
            client, address = opened(at_work, app, who, concern, band=band, follow=follow, head="")
            for place in shown(client, address, to_file=who == "dsl"):
                assert place["What it is about"] == {QUESTIONS["concern"][1][concern]}
                words = FOLLOW_WORDS.get(f"{concern}.{follow}", FOLLOW_WORDS[follow])
                assert place["Also ticked"] == {words}
    assert set(SEVERE_BULLYING) <= set(FOLLOW["bullying"]) and set(concerns_of(band)) <= set(CONCERNS)


@pytest.mark.main(4)
@pytest.mark.parametrize("staff", ["yes", "no", "unsure"])
@pytest.mark.parametrize("head", SAID)
def test_what_a_colleague_answers_of_staff_and_head_is_kept_and_decides_who_reads(
    at_work: School, app: Flask, staff: str, head: str
) -> None:
    """Whatever is or may be about staff reaches the principal where the answer about the head is No, and only there."""
    report = written_down(at_work, app, staff=staff, head=head, concern="home")
    client = at_work.browser(app, at_work.dsl)
    address = client.post(f"/staff/incidents/open/{report.id}").headers["Location"]
    for place in shown(client, address):
        assert place[HEAD] == {SAID[head]}
        assert place["About a grown-up who works here"] == {SAID[staff]}
        assert place["What it is about"] == {"Something at home"}
    about_staff = staff != "no" or head in {"yes", "unsure"}
    route = "home" if not about_staff else "adult" if head == "no" else "head"
    assert report.route == route
    reads = readers_on(client, address)
    assert (PRINCIPAL in reads, CHAIR in reads) == (route == "adult", route == "head")


def test_each_other_answer_of_a_colleague_is_kept_as_it_was_given(at_work: School, app: Flask) -> None:
    """Whether somebody could be badly hurt stood in the record as Yes where it was "not sure"."""
    words: Mapping[str, str] = {
        "source": "How they know",
        "concern": "What it is about",
        "danger": "Someone in danger now",
        "complaint": "A complaint",
    }
    client = at_work.browser(app, at_work.dsl)
    seen: dict[str, set[str]] = {name: set() for name in words}
    for turn in range(max(len(OPTIONS[name]) for name in words)):
        given = {name: list(OPTIONS[name])[turn % len(OPTIONS[name])] for name in words}
        report = written_down(at_work, app, staff="yes", head="no", **given)
        assert report.urgent == (given["danger"] != "no" or given["concern"] == "injury")
        address = client.post(f"/staff/incidents/open/{report.id}").headers["Location"]
        for place in shown(client, address):
            assert place["Someone in danger now"] == {SAID[given["danger"]]}
            for name, question in words.items():
                (answer,) = place[question]
                seen[name].add(f"{given[name]}: {answer}")
    for name in words:
        assert len(seen[name]) == len(OPTIONS[name]) == len({one.partition(": ")[2] for one in seen[name]})


def written_down(school: School, app: Flask, **given: str) -> Report:
    """What a teacher sends from "Somebody told me"; the report that comes of it."""
    sent = {
        "source": "child",
        "concern": "bullying",
        "danger": "no",
        "words": "she said he films them",
        "told_on": now_utc().date().isoformat(),
        "unknown": "yes",
        "already": "no",
    } | given
    with school.databases.reports.session(write=False) as session:
        before = set(session.scalars(select(Report.id)))
    answer = school.browser(app, school.teacher).post("/staff/told", data=sent)
    assert answer.status_code == 200, answer.text
    with school.databases.reports.session(write=False) as session:
        (report,) = [one for one in session.scalars(select(Report)) if one.id not in before]
        session.expunge(report)
        return report
