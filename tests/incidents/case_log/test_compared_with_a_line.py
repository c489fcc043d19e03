"""Who tries out words against those of a child reads them: the log says so first (promise Q3)."""

from flask import Flask

from kiosk.incidents.models import Act
from tests.incidents import answering
from tests.incidents.desk import Desk
from tests.incidents.school import School
from tests.pages import Page


def test_a_kept_answer_is_not_compared_with_the_childs_words_before_the_log_says_so(
    school: School, app: Flask
) -> None:
    """Else a reader who never opened the case tries out words and names, and no line tells of it."""
    desk = Desk(school, app)
    answering.opened_case(desk.at("coordinator"), school, words="it was Mr Brown who saw it")
    pages = []
    for guess in ("We have asked Mr Brown now.", "We have asked Mr Green now."):
        assert desk.send("coordinator2", 1, "kept/answer", ready="own", note=guess).status_code == 302
        answer = desk.at("coordinator2").get(f"{answering.CASE}/answer")
        pages.append(Page(answer.text).text.replace("Brown", "X").replace("Green", "X"))
    readers = {one.staff_id for one in desk.lines(1, Act.READ)}
    assert school.coordinator2.id in readers or pages[0] == pages[1]


def test_an_answer_that_was_not_looked_at_is_not_compared_with_the_childs_name_before_the_log_says_so(
    school: School, app: Flask
) -> None:
    desk = Desk(school, app)
    answering.opened_case(desk.at("coordinator"), school, name="Zainab")
    answers = [
        desk.send("coordinator2", 1, "answer/send", once="n" * 24, ready="own", note=f"Thank you, {guess}.")
        for guess in ("Zainab", "Rosalind")
    ]
    said = ["Leave out the child" in Page(one.text).text for one in answers]
    readers = {one.staff_id for one in desk.lines(1, Act.READ)}
    assert school.coordinator2.id in readers or said[0] == said[1]
