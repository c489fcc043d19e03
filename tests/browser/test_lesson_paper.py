"""Lessons on paper: no controls, black on white, and no more sheets than a teacher will copy."""

import pytest
from playwright.sync_api import Page

from tests.browser.hands import become
from tests.browser.test_meeting_paper import COLOURS
from tests.browser.test_paper import sheets

# A lesson: how many sheets for the teacher, and for pupils. Four together at most.
LESSONS = {
    "ks1-bullying-kind-words": (1, 2),
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_prints_on_few_sheets_without_anything_to_press(lesson: str, laptop: Page) -> None:
    become(laptop, "Mrs Adeyemi")
    counted = []
    for page, block in (("teacher", ".plan"), ("pupils", ".worksheet")):
        laptop.goto(f"/staff/lessons/{lesson}/{page}")
        counted.append(sheets(laptop))
        laptop.emulate_media(media="print")
        assert laptop.locator("main :is(a, button, input):visible").count() == 0
        assert laptop.evaluate(COLOURS.replace(".meeting", block)) == ["rgb(0, 0, 0)"]
        laptop.emulate_media(media="screen")
    assert tuple(counted) == LESSONS[lesson]
    assert sum(counted) <= 4
