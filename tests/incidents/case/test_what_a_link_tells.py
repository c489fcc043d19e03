"""A link to a case that somebody may not read changes nothing that they see (promise S9)."""

import json
import re

import pytest
from flask import Flask

from kiosk.incidents.models import Act
from tests.incidents.desk import CASES, Desk
from tests.incidents.filed import FORM, Filer, at_work
from tests.incidents.school import School
from tests.pages import Page

__all__ = ["at_work"]


def shared_and_hidden(desk: Desk) -> tuple[int, int]:
    """A case that the coordinator reads too, and one that only the safeguarding leads read."""
    return desk.opened("dsl", "bullying", follow=["repeat"]), desk.opened("dsl", "stranger")


def link(desk: Desk, who: str, one: int, other: int) -> None:
    assert desk.send(who, one, "link", number=str(other)).status_code == 302


def test_asking_for_news_gives_none(desk: Desk) -> None:
    shared, hidden = shared_and_hidden(desk)
    queue = desk.at("coordinator").get(CASES, query_string={"show": "all"}).text
    (mark,) = re.findall(r'data-mark="([0-9a-f]+)"', queue)
    asked = {"If-None-Match": f'"{mark}"'}
    link(desk, "dsl", shared, hidden)
    assert desk.at("coordinator").get(f"{CASES}news", headers=asked).status_code == 304
    assert desk.send("dsl", shared, "record/did", note="Rang home.").status_code == 302
    assert desk.at("coordinator").get(f"{CASES}news", headers=asked).status_code == 200


def test_a_page_for_a_meeting_says_the_same_as_before(desk: Desk) -> None:
    shared, hidden = shared_and_hidden(desk)
    ask = {"make": "1", "purpose": "team", "case": str(shared)}

    def paper() -> str:
        return Page(desk.at("coordinator").get(f"{CASES}meeting", query_string=ask).text).text

    before = paper()
    assert f"Case {shared:04}" in before
    link(desk, "dsl", shared, hidden)
    assert paper() == before


@pytest.mark.parametrize("filer", ["dsl", "dsl2"])
def test_a_file_that_is_handed_over_has_no_line_of_it_whoever_hands_it_over_and_whoever_reads_it(
    at_work: School, app: Flask, filer: str
) -> None:
    desk = Desk(at_work, app)
    filed, hidden = desk.opened("dsl2", "friend"), desk.opened("dsl2", "stranger")
    assert desk.opened("dsl", "images")  # so that the hidden one has not the last number
    assert desk.send("dsl", hidden, "aside").status_code == 302
    assert desk.at("dsl").get(f"{CASES}{hidden}").status_code == 404
    link(desk, "dsl2", filed, hidden)
    out = Filer(desk.at(filer), f"{CASES}{filed}").whole(FORM)
    printed, file = desk.at("dsl").get(out), desk.at("dsl").get(f"{out}.json")
    assert printed.status_code == 200 and f"{hidden:04}" not in Page(printed.text).text
    log = json.loads(file.data)["log"]
    assert f"{hidden:04}" not in json.dumps(log)
    assert [line["act"] for line in log if line["act"] != "read"] == ["opened"], (
        "and no link without its number"
    )


def test_a_report_that_was_not_meant_seriously_is_still_one_of_many_for_both_who_end_it(
    desk: Desk,
) -> None:
    joke, hidden = desk.opened("coordinator", "bullying"), desk.opened("coordinator2", "scam")
    assert desk.send("coordinator", hidden, "aside").status_code == 302
    link(desk, "coordinator2", joke, hidden)
    sent = {"number": str(joke), "hoax": str(joke), "note": "They laughed."}
    assert desk.at("coordinator").post(f"{CASES}together/ask", data=sent).status_code == 302
    assert desk.lines(joke, Act.CLOSE_ASKED)
    second = Page(desk.at("coordinator2").get(f"{CASES}not-serious").text)
    assert f"Case {joke:04}" in second.text
