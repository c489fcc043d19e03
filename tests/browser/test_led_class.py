"""A class of six with a board, led from the desk: everybody on one step, eyes up, and nothing of anybody afterwards."""

import re

from playwright.sync_api import Browser, Page, expect

from kiosk.lessons.bar import bar_of
from kiosk.site import Content
from tests.browser.conftest import School, context_at
from tests.browser.led_walks import BOARD, come_in, led
from tests.browser.test_axe import look_at, look_at_every_look
from tests.browser.voices import AMY, give_voices, read_aloud

# The class is closed at the end, and a class that is opened again has another code than the demo has written down.
CLASS, LESSON = "Swifts", "ks2-bullying-upstander"
SIX = range(6)
TOO_LARGE = """() => {
  const { scrollHeight, scrollWidth } = document.documentElement;
  return Math.max(scrollHeight - innerHeight, scrollWidth - innerWidth, 0);
}"""
# What is read from the back row.
TOO_SMALL = """() => [...document.querySelectorAll('body *')].filter((one) =>
  [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  && one.getClientRects().length && !one.closest('.sr, .skip, svg')
  && parseFloat(getComputedStyle(one).fontSize) < 20
).map((one) => one.textContent.trim().slice(0, 40))"""


def test_a_class_of_six_goes_through_a_lesson_together(
    chromium: Browser, school: School, laptop: Page, content: Content
) -> None:
    lesson = content.lessons[LESSON]
    first_of_all = f"Story, 1 of {bar_of(lesson, content.quizzes[lesson.quiz].questions).total}"
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        code = here.code()
        tablets = [come_in(chromium, school, code, CLASS, pupil) for pupil in SIX]
        for tablet in tablets:
            expect(tablet.get_by_role("heading", name="You are in")).to_be_visible()
        expect(here.board.locator("#board-count")).to_have_text("About 5 have come in")

        here.press("Start")
        for tablet in tablets:
            tablet.wait_for_url(f"**/learn/lessons/{LESSON}/1")
        expect(here.board.get_by_text(first_of_all, exact=True)).to_be_visible()

        here.press("Eyes on me")
        for tablet in tablets:
            expect(tablet.get_by_role("heading", name="Eyes up")).to_be_focused()
            expect(tablet.locator("#main")).to_be_hidden()
            expect(tablet.get_by_role("link", name="Tell someone")).to_be_visible()
        expect(here.board.get_by_role("heading", name="Eyes on me")).to_be_visible()
        here.press("Carry on")
        for tablet in tablets:
            expect(tablet.locator("#main")).to_be_visible()

        here.press("5 minutes left")
        for tablet in tablets:
            expect(tablet.locator(".top #class-line")).to_have_text("About 5 minutes left")
            expect(tablet.get_by_text(first_of_all, exact=True)).to_be_hidden()

        first = tablets[0]
        first.locator(".pick").first.click()
        first.locator("footer .btn--go").click()
        expect(first.get_by_role("heading", name="You are through with this one")).to_be_visible()

        tablets[5].context.close()  # its battery is empty
        tablets[5] = come_in(chromium, school, code, CLASS, 5)
        tablets[5].wait_for_url(f"**/learn/lessons/{LESSON}/1")

        for tablet in tablets[1:]:
            with tablet.expect_navigation():
                tablet.locator(".pick").nth(1).click()
        here.press("Show answers")
        expect(here.board.get_by_text("No names. Nobody keeps who chose what.")).to_be_visible()
        expect(here.board.get_by_text("Most of us")).to_be_visible()
        here.press("Next step")
        for tablet in tablets:
            tablet.wait_for_url(re.compile(r"/learn/quizzes/"))
        here.press("End and sign everybody out")
        expect(here.desk.get_by_text("Sign everybody out?", exact=True)).to_be_visible()
        here.press("Sign everybody out now")
        for tablet in tablets:
            expect(tablet.get_by_text("Your class has closed", exact=False)).to_be_visible()
            tablet.go_back()
            expect(tablet.locator("#code")).to_be_visible()
            tablet.context.close()
        expect(here.board.get_by_role("heading", name="The class is closed")).to_be_visible()


def test_without_script_a_board_says_that_it_stands_still_and_is_read_from_the_back_row(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        here.start()
        quiet = context_at(chromium, school.url, viewport=BOARD, java_script_enabled=False)
        board = quiet.new_page()
        board.goto(here.board.url)
        expect(board.get_by_text("Without JavaScript this board stands still")).to_be_visible()
        expect(board.locator("main h1")).to_be_visible()
        assert board.evaluate(TOO_SMALL) == []
        quiet.close()


def test_a_child_who_reads_urdu_goes_along_with_the_class(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        tablet = come_in(chromium, school, here.code(), CLASS, 0, "&lang=ur")
        expect(tablet.get_by_role("heading", name="آپ شامل ہو گئے")).to_be_visible()
        here.press("Start")
        tablet.wait_for_url(f"**/learn/lessons/{LESSON}/1?lang=ur")
        here.press("Eyes on me")
        expect(tablet.locator("#main")).to_be_hidden()
        here.press("Carry on")
        here.press("Next step")
        tablet.wait_for_url(re.compile(r"/learn/quizzes/.*\?lang=ur"))
        tablet.context.close()


def test_axe_finds_nothing_at_the_desk_on_the_board_and_on_a_tablet_that_waits(
    chromium: Browser, school: School, laptop: Page
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        tablet = come_in(chromium, school, here.code(), CLASS, 0)
        expect(tablet.get_by_role("heading", name="You are in")).to_be_visible()
        quiet = context_at(chromium, school.url, viewport=BOARD)
        quiet.route("**/board.js*", lambda route: route.abort())
        address, board = here.board.url, quiet.new_page()  # it does not go on while axe looks at it
        board.goto(address)
        for page in (here.desk, board, tablet):
            look_at(page)
        look_at_every_look(tablet)
        for name in ("Start", "Eyes on me", "Carry on", "5 minutes left", "Next step", "Own pace"):
            here.press(name)
            look_at(here.desk)
            board.goto(address)
            look_at(board)
        here.press("All together")
        here.desk.locator("#hands button[name=more]").first.click()
        expect(here.desk.locator("#hands output").first).to_have_text("1")
        here.press("Show answers")
        for page in (here.desk, board):
            board.goto(address)
            look_at(page)
        here.press("Stop leading: each goes on alone")
        look_at(here.desk)
        quiet.close()
        tablet.context.close()


def test_the_board_of_the_youngest_is_heard(chromium: Browser, school: School, laptop: Page) -> None:
    with led(chromium, school, laptop, "Wrens", "ks1-privacy-keep-it-safe") as here:
        here.start()
        wall = context_at(chromium, school.url, viewport=BOARD)
        give_voices(wall, AMY)
        board = wall.new_page()
        board.goto(here.board.url)
        board.locator("button.listen").click()
        heading = board.locator("main h1").inner_text()
        assert heading in " ".join(read_aloud(board))
        assert board.evaluate(TOO_LARGE) == 0
        wall.close()


def test_a_teacher_leads_by_keys_on_a_phone_without_script(
    chromium: Browser, school: School, laptop: Page, content: Content
) -> None:
    with led(chromium, school, laptop, CLASS, LESSON) as here:
        state = laptop.context.storage_state()
        phone = chromium.new_context(
            base_url=school.url,
            viewport={"width": 360, "height": 740},
            java_script_enabled=False,
            storage_state=state,
        )
        page = phone.new_page()
        page.goto(here.address)
        page.locator("#onward").focus()
        page.keyboard.press("Enter")
        at_a_step = page.get_by_text(re.compile(rf"^Step \d+ of {len(content.lessons[LESSON].steps)}$"))
        all_the_same = page.get_by_role("button", name="Start: the class has no tablets")
        expect(at_a_step.or_(all_the_same).first).to_be_visible()
        if all_the_same.count():
            all_the_same.click()
        expect(at_a_step).to_be_visible()
        phone.close()
