"""Who left a lesson, left the form, sent nothing or told leaves one tablet behind, also to whoever presses Back.

The browser keeps its back/forward cache, as that of a tablet does (promises A9, A17).
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.case_walks import NIGHT, school_at
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import code_of, go_on, settle, tap

BANDS = ("ks1", "ks2", "ks3", "ks4")
DARK = "dark_1.25_normal_some"
IN_LESSONS = 10
WORDS = "a worry that only i know"


@pytest.fixture(scope="module")
def by_day() -> Iterator[str]:
    """The school in lessons; its address."""
    with school_at(
        IN_LESSONS, last_day=True
    ) as url:  # whatever weekday it is, as that calendar has school on each
        yield url


@pytest.fixture(scope="module")
def by_night() -> Iterator[str]:
    """The school late in the evening; its address."""
    with school_at(NIGHT) as url:
        yield url


@pytest.fixture
def tablets(with_cache: Browser, school: School) -> Iterator[Callable[..., Page]]:
    """Tablets on which nothing was opened yet, of the demo school or the one at an address."""
    contexts = []

    def tablet(url: str = school.url, script: bool = True) -> Page:
        contexts.append(context_at(with_cache, url, viewport=TABLET, java_script_enabled=script))
        return contexts[-1].new_page()

    yield tablet
    for context in contexts:
        context.close()


def to_the_end(page: Page, concern: str, answer: str = "no") -> None:
    """From the first page of the form to its last, with a wish for an answer where one is offered."""
    go_on(page)
    while page.locator("#next").is_visible():
        if page.locator("#danger-no").is_visible():
            tap(page, "danger-no")
        if page.locator(f"#concern-{concern}").is_visible():
            tap(page, f"concern-{concern}")
        go_on(page)
    if page.locator(f"#reply-{answer}").is_visible():
        tap(page, f"reply-{answer}")


def send(page: Page, concern: str, answer: str = "no") -> None:
    """Tell of it and see the page after sending."""
    to_the_end(page, concern, answer)
    page.locator("#send").click()
    expect(page.locator("#what-next")).to_be_visible()


def left_behind(page: Page) -> tuple[str, int, str, str]:
    """The address of the tablet, its entries of history, and where Back leads, with what stands there."""
    page.wait_for_url("**/?**fresh=1**")
    page.locator("a.way").first.wait_for()
    address, entries = page.url, page.evaluate("history.length")
    page.go_back(wait_until="commit")
    settle(page)
    return address, entries, page.url, page.locator("main").inner_text()


@pytest.mark.main(1)
@pytest.mark.parametrize("band", ["ks1", "ks3"])
@pytest.mark.parametrize("begins", ["/", f"/?band=ks1&look={DARK}", "/?lang=ur"])
def test_the_tablet_is_the_same_whether_the_form_was_left_or_nothing_or_a_report_was_sent(
    tablets: Callable[..., Page], begins: str, band: str
) -> None:
    found = set()
    for concern in ("", "nothing", "bullying"):
        page = tablets()
        page.goto(begins)
        address = str(page.locator("a.way").nth(1).get_attribute("href"))
        page.goto(address.replace("/report/ks2/", f"/report/{band}/"))
        if concern:
            send(page, concern)
            page.locator(".ground a").click()
        else:
            go_on(page)
            page.locator(".top__start a").click()
        found.add(left_behind(page))
    assert len(found) == 1, found


def test_it_has_the_address_that_leaving_a_lesson_leads_to(
    tablets: Callable[..., Page], school: School
) -> None:
    found = []
    for tells in (False, True):
        page = tablets()
        code = code_of(page, school, "Wrens")
        page.goto(f"/?band=ks1&look={DARK}")
        page.locator("a.way").first.click()
        page.fill("#code", code)
        page.keyboard.press("Enter")
        page.get_by_text(school.class_named("Wrens")["pupils"][7]["name"], exact=True).click()
        if tells:
            page.locator(".top__end a").click()
            expect(page.locator("html")).to_have_attribute("data-page", "dark")
            send(page, "bullying")
            page.locator(".ground a").click()
        else:
            page.locator("button[form=leave-idle]:visible").first.click()
        page.wait_for_url("**/?**fresh=1**")
        found.append(page.url)
    assert found[0] == found[1]


@pytest.mark.main
def test_a_tablet_of_the_youngest_stays_theirs_after_an_older_child(
    tablets: Callable[..., Page], school: School
) -> None:
    """A five-year-old's next tap never opens the form of nine-year-olds."""
    page = tablets()
    page.goto("/?band=ks1")
    page.locator("a.way").first.click()
    join_address = page.url
    assert "band=ks1" in join_address
    page.goto("/report/ks3/en/ks1")
    send(page, "other")
    page.locator(".ground a").click()
    page.wait_for_url("**/?**fresh=1**")
    page.locator("a.way").nth(1).click()
    expect(page).to_have_url(f"{school.url}/report/ks1/en/ks1")


@pytest.mark.parametrize(("hour", "answer"), [("day", "no"), ("night", "yes")])
@pytest.mark.parametrize("band", BANDS)
def test_nothing_and_a_report_look_the_same_until_somebody_taps(
    request: pytest.FixtureRequest, tablets: Callable[..., Page], band: str, hour: str, answer: str
) -> None:
    url, seen = request.getfixturevalue(f"by_{hour}"), []
    for concern in ("nothing", "bullying"):
        page = tablets(url)
        page.goto(f"/report/{band}/en")
        send(page, concern, answer)
        page.mouse.move(0, 0)
        picture = page.screenshot(animations="disabled")
        seen.append((page.title(), page.locator("body").inner_text(), picture))
        page.locator("#what-next summary").click()
        expect(page.locator("#nothing-sent")).to_have_count(int(concern == "nothing"))
        if page.locator("#mine").count():
            page.locator("#mine summary").click()
            expect(page.locator("#way-back")).to_have_count(int(concern == "bullying"))
    assert seen[0][:2] == seen[1][:2]
    assert seen[0][2] == seen[1][2], "a neighbour sees a difference"


def test_without_script_back_shows_nothing_but_the_browsers_question_whether_to_send_it_again(
    tablets: Callable[..., Page],
) -> None:
    """What docs/privacy.md says remains."""
    page = tablets(script=False)
    page.goto("/report/ks3/en")
    tap(page, "danger-no")
    tap(page, "concern-other")
    page.fill("#words", WORDS)
    page.locator("#send").click()
    page.locator("#what-next").wait_for()
    page.locator(".ground a").click()
    page.wait_for_url("**/?fresh=1")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back(wait_until="commit")
    expect(page.locator("body")).not_to_contain_text(WORDS)


def test_a_page_of_a_proxy_takes_no_words_away_and_send_works_again(tablets: Callable[..., Page]) -> None:
    page, amiss = tablets(), [True]

    def proxy(route: Route) -> None:
        if amiss and route.request.method == "POST":
            amiss.pop()
            route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")
        else:
            route.continue_()

    page.route("**/report/ks3/en", proxy)
    page.goto("/report/ks3/en")
    page.locator("#words").evaluate("(box, words) => { box.value = words; }", WORDS)
    to_the_end(page, "other")
    page.locator("#send").click()
    expect(page.locator("#sending")).to_contain_text("Your words are still here.")
    assert page.locator("#words").input_value() == WORDS
    page.locator("#send").click()
    expect(page.locator("#what-next")).to_be_visible()


def test_whoever_looked_for_an_answer_leaves_no_entry_of_it(tablets: Callable[..., Page]) -> None:
    page = tablets()
    page.goto("/")
    page.locator(".and-also a").first.click()
    for _ in range(6):
        page.locator("button[value=apple]").click()
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("#pictures")).to_have_count(0)
    expect(page.locator("h1")).to_be_focused()
    page.locator(".ground a").click()
    _, entries, _, back = left_behind(page)
    assert entries == 3  # the blank page, the start page, the start page again
    assert "Hello" in back
