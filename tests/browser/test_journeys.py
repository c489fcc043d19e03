"""One journey for each of the people who use kiosk, and the loop that joins them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import School
from tests.browser.hands import answer_until_right, answer_what_if, join, sign_in, tap, tell_by_taps

pytestmark = pytest.mark.main


def test_the_teacher_opens_a_window_and_sees_who_finished(laptop: Page, school: School) -> None:
    sign_in(laptop, school, "silva")
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=re.compile("Swifts")).first.click()
    laptop.get_by_role("button", name=re.compile("Close")).click()
    expect(laptop.get_by_role("button", name=re.compile("^Open"))).to_be_visible()
    laptop.get_by_role("button", name=re.compile("^Open")).click()
    code = re.compile(r"^[A-Z]+ \d\d$")
    expect(laptop.get_by_text(code).first).to_be_visible()
    laptop.get_by_role("link", name=re.compile("finished what")).click()
    expect(laptop.locator("table.grid, table").first).to_contain_text("Aisha")


def test_a_pupil_learns_and_answers(tablet: Page, school: School) -> None:
    name = join(tablet, school, "Kestrels", 3)
    expect(tablet.locator("h1")).to_contain_text(name)
    tablet.goto("/learn/lessons/ks2-bullying-upstander")
    _next_page(tablet)
    for _ in range(20):
        if "/learn/quizzes/" in tablet.url:
            break
        choice = tablet.locator("main .choice").first
        if choice.is_visible():
            choice.click()
        _next_page(tablet)
    assert "/learn/quizzes/" in tablet.url
    tablet.goto("/learn/quizzes/ks2-bullying-upstander/q1")
    answer_until_right(tablet)
    expect(tablet.locator(".why--yes")).to_be_visible()
    expect(tablet.locator("main")).not_to_contain_text(re.compile("wrong|fail|incorrect", re.I))


def test_a_pupil_signs_the_code_and_the_teacher_sees_it(tablet: Page, laptop: Page, school: School) -> None:
    name = join(tablet, school, "Swifts", 2)
    tablet.goto("/learn/code")
    _next_page(tablet)
    while tablet.locator(".one-rule").count():
        if tablet.locator(".what-if").count():
            answer_what_if(tablet)
        _next_page(tablet)
    tablet.locator("label", has_text="I agree").first.click()
    _next_page(tablet)
    assert tablet.url.endswith("/learn/code/done")
    sign_in(laptop, school, "silva")
    laptop.goto("/staff/signatures")
    expect(laptop.locator("tr", has_text=name).first).to_contain_text("Agreed")


def _next_page(tablet: Page) -> None:
    with tablet.expect_navigation():
        tablet.locator("footer .btn--go").first.click()


def test_a_child_tells_by_taps_alone_and_back_shows_nothing(tablet: Page, school: School) -> None:
    tell_by_taps(tablet, "ks2", concern="images")
    expect(tablet.locator("h1")).to_have_text(re.compile("Thank you"))
    expect(tablet.get_by_text("0800 1111").first).to_be_visible()
    tablet.go_back()
    assert not tablet.locator("input:checked").count()
    assert "photo" not in (tablet.locator(".choice:has(input:checked)").all_inner_texts() or [""])[0]
    assert tablet.context.cookies() == []


def test_the_coordinator_finds_it_acts_and_closes(tablet: Page, laptop: Page, school: School) -> None:
    sign_in(laptop, school, "okafor")
    laptop.goto("/staff/incidents/")
    before = laptop.locator("form[action*='/staff/incidents/open/']").count()
    tell_by_taps(tablet, "ks2", concern="other")
    laptop.reload()
    expect(laptop.locator("form[action*='/staff/incidents/open/']")).to_have_count(before + 1)
    laptop.get_by_role("button", name="Something else").first.click()
    laptop.wait_for_url(re.compile(r"/staff/incidents/\d+"))
    number = laptop.url.rsplit("/", 1)[-1]
    expect(laptop.locator("main")).to_contain_text("What the child said")
    laptop.get_by_role("button", name="Record what I did").click()
    laptop.locator("form:visible textarea").last.fill("Spoke to the class about telling.")
    laptop.get_by_role("button", name="Write it in the log").click()
    expect(laptop.locator("#log")).to_contain_text("Spoke to the class about telling.")
    for item in laptop.locator("#to-do input[value=done]").all():
        item.check()
    laptop.get_by_role("button", name="Close", exact=True).click()
    laptop.get_by_label("Dealt with in school").check()
    laptop.get_by_label("Nothing to change").check()
    laptop.get_by_role("button", name="Close it").click()
    expect(laptop.locator("main")).to_contain_text("Closed: Dealt with in school")
    laptop.goto(f"/staff/incidents/{number}")
    expect(laptop.locator("main")).to_contain_text("Closed: Dealt with in school")


def test_a_parent_reads_the_code_in_urdu_on_a_phone(phone: Page) -> None:
    phone.goto("/home/code/ks2?lang=ur")
    root = phone.locator("html")
    expect(root).to_have_attribute("dir", "rtl")
    expect(root).to_have_attribute("lang", "ur")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    number = phone.locator("bdi.num", has_text="0800 1111").first
    assert number.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert phone.context.cookies() == []


def test_a_visitor_reads_the_policy_without_an_account(tablet: Page) -> None:
    tablet.goto("/home/code/visitor")
    expect(tablet.locator("h1")).to_have_count(1)
    assert tablet.locator("main li").count() >= 5


def test_the_safeguarding_lead_reads_what_the_coordinator_may_not(
    tablet: Page, laptop: Page, school: School
) -> None:
    tell_by_taps(tablet, "ks3", concern="stranger")
    sign_in(laptop, school, "adeyemi")
    laptop.goto("/staff/incidents/")
    laptop.get_by_role("button", name="Someone met online").first.click()
    laptop.wait_for_url(re.compile(r"/staff/incidents/\d+"))
    address = laptop.url
    with laptop.expect_navigation():
        laptop.get_by_role("button", name="Sign out").click()
    sign_in(laptop, school, "lewis")
    answer = laptop.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_danger_shows_help_first_and_still_lets_the_child_go_on(tablet: Page) -> None:
    tablet.goto("/report/ks2/en")
    tablet.locator("#next").click()
    tap(tablet, "danger-yes")
    tablet.locator("#next").click()
    expect(tablet.locator("#step-stop h2")).to_be_focused()
    expect(tablet.locator("#step-stop")).to_contain_text("999")
    tablet.locator("#next").click()
    expect(tablet.locator("#step-concern")).to_be_visible()
