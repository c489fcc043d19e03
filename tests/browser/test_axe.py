"""axe finds nothing on any page: bands, right-to-left, high contrast, dark (WCAG 2.2 AA; promise WA1)."""

import re

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kiosk.incidents.case.records import KINDS
from kiosk.lessons.known_kinds import KINDS as KINDS_OF_LESSONS
from kiosk.site import Content
from tests.browser.conftest import School
from tests.browser.hands import CLASSES, become, go_to_key, join, sign_in, tap
from tests.browser.lesson_walks import DOABLE, join_as, who_does
from tests.browser.question_walks import answer, put, questions_of
from tests.sets import every

BANDS = ("ks1", "ks2", "ks3", "ks4")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "contrast_1_normal_some"
DARK = "dark_1_normal_some"
PUBLIC = [
    *(
        f"/?band={band}{more}"
        for band in BANDS
        for more in ("", "&lang=ur", f"&look={CONTRAST}", f"&look={DARK}")
    ),
    "/look",
    "/learn/",
    "/home/",
    "/home/help",
    "/home/policy",
    "/home/about",
    "/home/we-did",
    "/home/we-did?band=ks1&lang=ur",
    "/home/lessons/",
    "/home/lessons/ks3-information-why-this-post",
    *(f"/home/code/{id}" for id in (*BANDS, "staff", "visitor")),
    *(f"/home/code/{band}/1" for band in BANDS),
    "/home/code/ks2/1?lang=ur",
    "/home/code/ks2?lang=ur",
    "/home/code/ks2?lang=pl",
    *(f"/home/privacy/{band}" for band in BANDS),
    "/report/",
    "/report/choose/ur",
    "/staff/sign-in",
    "/nowhere",
    "/report/nowhere",
]
STAFF = [
    "/staff/",
    "/staff/incidents/",
    "/staff/password",
    "/staff/notices",
    "/staff/notices/everybody",
    "/staff/notices/families",
    "/staff/we-did/families",
    "/staff/we-did/families/new",
    "/staff/posters",
    "/staff/posters/poster/all/ur",
    "/staff/posters/cards/ks2/en",
    "/staff/password/new",
    "/staff/confirm",
    "/staff/people/links",
    "/staff/people/import",
    "/staff/people/list",
    "/staff/log",
    "/staff/keys",
    "/staff/keys/sheets",
    "/staff/keys/recover",
    "/staff/told",
    "/staff/incidents/changes",
    "/staff/duties/",
    "/staff/duties/users-review",
    "/staff/duties/users-review/write",
    "/staff/duties/data-complaint",
    "/staff/training/",
    "/staff/training/everybody",
    "/staff/training/session",
    "/staff/training/child-tells/2",
    "/staff/training/own-accounts/2",
    "/staff/incidents/learning",
    "/staff/incidents/meeting",
    "/staff/we-did",
    "/staff/we-did/new",
    "/staff/year-end",
    "/staff/classes/",
    "/staff/tablets",
    "/staff/lessons/",
    "/staff/approve",
    "/staff/voices",
    "/staff/voices/ks1-bullying-kind-words/en",
    "/staff/voices/ks1-bullying-kind-words/ur/script",
    "/staff/approve/lesson/ks3-information-why-this-post",  # changed since it was approved
    "/staff/approve/translation/code-parents.ur",
    "/staff/coverage",
    "/staff/programme",
    "/staff/programme/plan?year=5",
    "/staff/programme/offered",
    "/staff/signatures",
    "/staff/completion/",
    "/staff/completion/pupils",
    "/staff/term-pages/",
    "/staff/hall",
]
OFFICE = ["/staff/slips/", "/staff/slips/text", "/staff/slips/card", "/staff/visitors", "/staff/hall"]
WHO_CAN_READ = [
    "/staff/roles",
    "/staff/roles/dsl",
    "/staff/roles/network",
    "/staff/hand-over",
    "/staff/absences",
    "/staff/keys",
    "/staff/keys/card",
    "/staff/keys/sheets",
    "/staff/keys/prove",
    "/staff/keys/recover",
    "/staff/password",
    "/staff/notices",
    "/staff/notices/everybody",
    "/staff/posters",
    "/staff/posters/poster/all/ur",
    "/staff/posters/cards/ks2/en",
]
CASE = [
    "",
    *(f"/record/{kind}" for kind in KINDS),
    "/to-do",
    "/close",
    "/word",
    "/tags",
    "/link",
    "/belongs",
]  # of one incident
LOOKS = (("data-page", "dark"), ("data-page", "contrast"), ("dir", "rtl"))
# What the colours and the direction of a page can change; every other rule looks at what is there, which they leave.
OF_THE_LOOK = ["color-contrast", "link-in-text-block", "target-size"]
AT_REST = """async () => {
  await document.fonts.ready;
  const finished = Promise.allSettled(document.getAnimations().map((one) => one.finished));
  await Promise.race([finished, new Promise((go) => setTimeout(go, 3000))]);  // one that is paused never finishes
}"""
# axe takes a second or two; what never answers is told as an error and not waited for without end.
RUN = """(options) => Promise.race([
  axe.run(options),
  new Promise((_, fail) => setTimeout(() => fail(new Error("axe has not answered")), 60000)),
])"""
_axe = Axe()


def look_at(page: Page, rules: list[str] | None = None) -> None:
    """Let axe look at the page as it stands, by all rules of our standard or by those named."""
    page.wait_for_load_state()
    page.evaluate(AT_REST)
    if page.evaluate("typeof axe === 'undefined'"):  # it is half a megabyte, and stays as long as the page
        page.evaluate(_axe.axe_script)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = AxeResults(page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"]}))
    assert not found.violations_count, f"{page.url}\n{found.generate_report()}"


def look_at_every_look(page: Page) -> None:
    """The same page in dark, in strong contrast and from right to left."""
    for look in LOOKS:
        page.evaluate("([what, how]) => document.documentElement.setAttribute(what, how)", look)
        look_at(page, OF_THE_LOOK)


@pytest.mark.main(2)
@pytest.mark.parametrize("path", PUBLIC)
def test_axe_finds_nothing_on_pages_for_everybody(path: str, tablet: Page) -> None:
    tablet.goto(path)
    look_at(tablet)


@pytest.mark.main(1)
@pytest.mark.parametrize(("band", "lang"), [("ks1", "en"), ("ks2", "ur"), ("ks3", "pl"), ("ks4", "en")])
def test_axe_finds_nothing_on_any_step_of_telling(band: str, lang: str, tablet: Page) -> None:
    tablet.goto(f"/report/{band}/{lang}")
    look_at(tablet)
    while tablet.locator("#next").is_visible():
        step = tablet.locator("[data-step]:visible").get_attribute("data-step")
        if step == "danger":
            tap(tablet, "danger-yes")
        if step == "concern":
            tap(tablet, "concern-adult")
        tablet.locator("#next").click()
        look_at(tablet)
    tablet.locator("#send").click()
    tablet.locator("#what-next, #card").first.wait_for()
    look_at(tablet)


@pytest.mark.parametrize(
    ("class_name", "lesson"),
    [
        ("Wrens", "ks1-privacy-keep-it-safe"),
        ("10 Cedar", "ks4-relationships-control-and-sextortion"),
    ],
)
def test_axe_finds_nothing_in_a_class_session(
    class_name: str, lesson: str, tablet: Page, school: School
) -> None:
    join(tablet, school, class_name, 4)
    look_at(tablet)
    lessons = (
        "/learn/known",
        "/learn/kept",
        f"/learn/lessons/{lesson}",
        f"/learn/lessons/{lesson}/done",
        f"/learn/lessons/{lesson}/take-home",
        f"/learn/lessons/{lesson}/last-time",
        f"/learn/lessons/{lesson}/last-time?story=1",
        f"/learn/lessons/{lesson}/2",
        f"/learn/lessons/{lesson}?alone",
    )
    for path in (*lessons, "/learn/code", "/learn/code/2"):
        tablet.goto(path)
        look_at(tablet)
    for number in range(1, 7):
        answer = tablet.goto(f"/learn/quizzes/{lesson}/q{number}")
        if answer and answer.ok:
            look_at(tablet)


@pytest.mark.parametrize("band", BANDS)
def test_axe_finds_nothing_from_the_class_code_to_the_goodbye(
    band: str, tablet: Page, school: School
) -> None:
    """On a tablet that nobody set up; one that was stands in tests/browser/test_coming_in.py."""
    tablet.goto(f"/learn/?band={band}")
    tablet.locator("#code").fill("no code")
    tablet.keyboard.press("Enter")
    expect(tablet.locator("#errors")).to_be_focused()
    look_at(tablet)
    tablet.goto("/learn/no-code")
    look_at(tablet)
    child = go_to_key(tablet, school, CLASSES[band], 6)
    if child["key"]:
        tablet.wait_for_url("**/learn/key**")
        look_at(tablet)
        look_at_every_look(tablet)
        for path in ("/learn/names", "/learn/no-name"):
            tablet.goto(path)
            look_at(tablet)
        join(tablet, school, CLASSES[band], 6)
    tablet.wait_for_url("**/learn/lessons/**")
    tablet.goto("/learn/leave")
    look_at(tablet)
    tablet.locator("footer .btn--go").click()
    tablet.wait_for_url("**fresh=1")
    look_at(tablet)


@pytest.mark.parametrize("kind", sorted(set(KINDS_OF_LESSONS) - {"question"}))
def test_axe_finds_nothing_on_any_kind_of_thing_to_do(
    kind: str, tablet: Page, school: School, content: Content
) -> None:
    lesson, number = next(
        (lesson, number)
        for lesson in content.lessons.values()
        for number, step in enumerate(lesson.steps, 1)
        if step.kind == kind
    )
    join_as(tablet, school, who_does(lesson))
    address = f"/learn/lessons/{lesson.id}/{number}"
    tablet.goto(address)
    look_at(tablet)
    for done in tablet.evaluate(DOABLE)[-1:]:
        tablet.goto(f"{address}?{done}")
        look_at(tablet)
    look_at_every_look(tablet)


@pytest.mark.parametrize("band", BANDS)
def test_axe_finds_nothing_where_a_question_was_answered(band: str, tablet: Page, school: School) -> None:
    join(tablet, school, CLASSES[band], 7)
    kinds = {asked.says["type"]: asked for asked in questions_of(band)}  # one of each
    for asked in kinds.values():
        tablet.goto(asked.address)
        if asked.cards and band in {"ks1", "ks2"}:
            put(tablet, asked, right=False)
            look_at(tablet)
            put(tablet, asked, right=True)
        else:
            answer(tablet, asked.form(right=False))
            look_at(tablet)
            answer(tablet, asked.form(right=True))
        look_at_every_look(tablet)


def test_axe_finds_nothing_on_staff_pages(laptop: Page, school: School) -> None:
    sign_in(laptop, school, "okafor")
    for path in STAFF[:: every(3)]:
        laptop.goto(path)
        look_at(laptop)
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=re.compile("Kestrels")).first.click()
    look_at(laptop)
    laptop.get_by_role("link", name="Before the bell").click()
    laptop.wait_for_url("**/ready")
    look_at(laptop)
    laptop.go_back()
    laptop.get_by_role("link", name=re.compile("finished what")).click()
    look_at(laptop)
    laptop.goto("/staff/incidents/2")
    look_at(laptop)


def test_axe_finds_nothing_on_pages_of_the_office_in_any_look(laptop: Page) -> None:
    become(laptop, "Mrs Doyle")
    for path in OFFICE:
        laptop.goto(path)
        look_at(laptop)
        look_at_every_look(laptop)


def test_axe_finds_nothing_where_tablets_are_set_up_and_cards_printed(laptop: Page) -> None:
    become(laptop, "Ms Okafor")
    laptop.goto("/staff/tablets")
    laptop.get_by_role("button", name="Show the square").click()  # of nobody
    expect(laptop.locator("#errors")).to_be_focused()
    look_at(laptop)
    laptop.locator("#users").select_option(label="Wrens")
    laptop.get_by_role("button", name="Show the square").click()
    laptop.locator(".key-card__qr").wait_for()
    look_at(laptop)
    look_at_every_look(laptop)
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name="Swifts", exact=True).click()
    laptop.get_by_role("link", name="Cards").click()
    laptop.wait_for_url("**/cards")
    look_at(laptop)
    laptop.get_by_role("button", name="Make new cards").click()
    laptop.locator(".key-card").first.wait_for()
    look_at(laptop)
    look_at_every_look(laptop)


@pytest.mark.parametrize("name", ["Mrs Adeyemi", "Dr Rahman", "Mr Novak"])
def test_axe_finds_nothing_on_the_pages_of_who_can_read(name: str, laptop: Page) -> None:
    become(laptop, name)
    for path in WHO_CAN_READ[:: every(3)]:
        answer = laptop.goto(path)
        if answer and answer.ok:
            look_at(laptop)
        if name == "Mrs Adeyemi":  # she sees the most of them
            look_at_every_look(laptop)
    laptop.goto("/staff/roles")
    decide = laptop.get_by_role("link", name="Look at it and decide")
    if decide.count():
        decide.first.click()
        look_at(laptop)


def test_axe_finds_nothing_on_any_page_of_a_severe_case(laptop: Page) -> None:
    become(laptop, "Mrs Adeyemi")
    laptop.goto("/staff/incidents/?show=all")
    case = laptop.locator("#queue a.row-link", has_text="Someone met online").first.get_attribute("href")
    for path in ("/staff/incidents/", *(f"{case}{end}" for end in CASE[:: every(2)])):
        laptop.goto(path)
        look_at(laptop)
        look_at_every_look(laptop)


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/staff/incidents/2/record/parents", "Write it in the log"),
        ("/staff/incidents/2/close", "Close it"),
        ("/staff/told", "Send it"),
    ],
)
def test_axe_finds_nothing_where_something_has_to_be_corrected(path: str, button: str, laptop: Page) -> None:
    become(laptop, "Ms Okafor")
    laptop.goto(path)
    laptop.get_by_role("button", name=button, exact=True).click()
    expect(laptop.locator("#errors")).to_be_focused()
    look_at(laptop)
    look_at_every_look(laptop)
    laptop.locator("#errors a").last.click()  # of what is open before closing the first has a page of its own
    assert laptop.evaluate("document.activeElement.id"), "the link of an error leads into the form"


@pytest.mark.parametrize("name", ["Mrs Hartley", "Dr Rahman"])
def test_axe_finds_nothing_in_the_register(name: str, laptop: Page) -> None:
    become(laptop, name)
    laptop.goto("/staff/incidents/register")
    look_at(laptop)
    look_at_every_look(laptop)
