"""Check without network: the answer stays chosen and says that it is kept, the page tries again by itself, and a child
who leaves takes it away. Nothing of it is under /report, which has its own rules (promise U34)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import CLASSES, MARK_NEWS, NEWS
from tests.browser.lesson_walks import join_as
from tests.browser.question_walks import FILL, Asked, press, questions_of

TRIES_MS = (5000, 15_000, 30_000)
KEPT, MARK, AGAIN = "main .kept-here", "main .kept-here__mark", "footer [data-kept=again]"
# A question of each kind, and one about a made-up screen, as each age sees it.
KINDS = {
    f"{band} {asked.says['type']}{' about a screen' if 'screen' in asked.says else ''}": (band, asked)
    for band in CLASSES
    for asked in questions_of(band)
}
STEP = "/learn/lessons/ks2-bullying-upstander/1"
DESK = "/learn/lessons/ks4-privacy-data-and-money/1"


@pytest.fixture
def tablet(chromium: Browser, school: School) -> Iterator[Page]:
    """A tablet whose time a test moves on."""
    context = context_at(chromium, school.url, viewport=TABLET)
    yield context.new_page()
    context.close()


def lose_network(page: Page) -> None:
    """No Wi-Fi any more, from now on."""
    page.context.set_offline(True)


def opened(page: Page, school: School, band: str, address: str) -> None:
    """Come in and open a page, whose time stands still from then on."""
    join_as(page, school, band)
    page.clock.install()
    page.goto(address)
    page.evaluate(MARK_NEWS)


def choose(page: Page, asked: Asked, without: Callable[[Page], None]) -> None:
    """Answer as the file says is right, and press what sends it `without` network; cards of an order lie before."""
    for place in sorted(places := asked.form(right=True), key=lambda place: places[place]):
        if place.startswith("place-"):
            press(page, f"button.order-step[value='{place.removeprefix('place-')}']")
            page.evaluate(MARK_NEWS)
    without(page)
    if page.locator(".one").is_visible():
        page.locator(".one__name:is(button)").first.click()
        return
    page.evaluate(FILL, asked.form(right=True))
    page.locator("footer #go-on:is(button), footer #go-on button:visible").first.click()


def chosen_in(page: Page) -> list[str]:
    """What is chosen on the page."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('#answer input, #answer select')].filter((one) => one.type !== 'hidden'"
        " && (one.tagName === 'SELECT' || one.checked)).map((one) => one.name + one.value)"
    )
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_kept_and_sent_when_the_network_is_back(tablet: Page, school: School, kind: str) -> None:
    band, asked = KINDS[kind]
    opened(tablet, school, band, asked.address)
    choose(tablet, asked, lose_network)
    expect(tablet.locator(KEPT)).to_contain_text("No network")
    expect(tablet.locator(AGAIN)).to_be_visible()
    expect(tablet.locator("footer #go-on")).to_be_hidden()
    before = chosen_in(tablet)
    if tablet.locator("main .choice:visible :checked").count():
        expect(tablet.locator(MARK)).to_have_text(
            "Kept here." if band == "ks1" else "Kept here, not sent yet"
        )
    tablet.locator(AGAIN).click()
    expect(tablet.locator(AGAIN)).to_be_focused()
    assert chosen_in(tablet) == before
    tablet.context.set_offline(False)
    tablet.locator(AGAIN).click()
    expect(tablet.locator(NEWS).first).to_be_visible()
    assert tablet.locator(f"{KEPT}, {MARK}, {AGAIN}").count() == 0
    expect(tablet.locator("footer #go-on")).to_be_visible()


@pytest.mark.main
def test_it_tries_by_itself_three_times_and_goes_on(tablet: Page, school: School) -> None:
    band, asked = KINDS["ks2 single-choice"]
    opened(tablet, school, band, asked.address)
    tried: list[str] = []
    tablet.on("request", lambda sent: tried.append(sent.url) if sent.method == "POST" else None)
    choose(tablet, asked, lose_network)
    expect(tablet.locator(AGAIN)).to_be_visible()
    for count, wait in enumerate(TRIES_MS, 1):
        assert len(tried) == count
        tablet.clock.run_for(wait - 2000)
        assert len(tried) == count, "not before"
        tablet.clock.run_for(2200)
        expect(tablet.locator(AGAIN)).to_be_visible()
        tablet.wait_for_function("document.querySelectorAll('main .kept-here').length === 1")
    assert len(tried) == len(TRIES_MS) + 1
    tablet.clock.run_for(120_000)
    assert len(tried) == len(TRIES_MS) + 1, "and then leaves it to the child"
    tablet.context.set_offline(False)
    tablet.locator(AGAIN).click()
    expect(tablet.locator(NEWS).first).to_be_visible()


def test_another_answer_may_be_chosen_meanwhile(tablet: Page, school: School) -> None:
    band, asked = KINDS["ks2 single-choice"]
    opened(tablet, school, band, asked.address)
    choose(tablet, asked, lose_network)
    expect(tablet.locator(MARK)).to_have_count(1)
    for card in tablet.locator("main .choice").all():
        card.click()
        expect(card.locator(".kept-here__mark")).to_have_count(1)
        expect(tablet.locator(MARK)).to_have_count(1)


def test_leave_drops_the_answer_and_leaves_as_soon_as_it_can(tablet: Page, school: School) -> None:
    band, asked = KINDS["ks2 single-choice"]
    opened(tablet, school, band, asked.address)
    choose(tablet, asked, lose_network)
    expect(tablet.locator(MARK)).to_have_count(1)
    tablet.locator("[form=leave-idle]").first.click()
    expect(tablet.locator(KEPT)).to_contain_text("It leaves by itself when it can.")
    assert tablet.locator("main #answer").count() == 0
    sent: list[str] = []
    tablet.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    tablet.context.set_offline(False)
    tablet.clock.run_for(TRIES_MS[0])
    tablet.wait_for_url(lambda url: "/learn" not in url)
    assert [one.rsplit("/", 1)[-1] for one in sent] == ["leave"]


@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])  # the youngest are asked nothing about a rule
def test_the_code_keeps_its_answer_too(tablet: Page, school: School, band: str) -> None:
    opened(tablet, school, band, "/learn/code/2")
    while not tablet.locator("main .what-if").count():
        with tablet.expect_navigation():
            tablet.locator("footer .btn--go").click()
    tablet.locator("main .what-if").first.click()
    tablet.locator("main .choice").first.click()
    lose_network(tablet)
    tablet.locator("footer [form=read]:visible").last.click()
    expect(tablet.locator(KEPT)).to_contain_text("Your answer is kept on this tablet.")
    expect(tablet.locator("main input[type=radio]:checked")).to_have_count(1)
    tablet.context.set_offline(False)
    with tablet.expect_navigation():
        tablet.locator(AGAIN).click()
    expect(tablet.locator("main .asks__why")).not_to_be_empty()


def test_what_was_underlined_stays_where_it_cannot_be_compared(tablet: Page, school: School) -> None:
    """A desk of the oldest: nothing is sent, so nothing is kept but the page itself."""
    opened(tablet, school, "ks4", DESK)
    for line in (0, 1):
        tablet.locator("main label.tapline").nth(line).click()
    lose_network(tablet)
    tablet.locator("footer .btn--go").click()
    expect(tablet.locator(KEPT)).to_have_text("No network just now. Try again in a moment.")
    expect(tablet.locator("main .tapline :checked")).to_have_count(2)
    tablet.context.set_offline(False)
    with tablet.expect_navigation():
        tablet.locator("footer .btn--go").click()
    expect(tablet.locator("main .under__words--mine")).to_have_count(2)


def test_no_way_on_leads_to_the_browsers_own_page(tablet: Page, school: School) -> None:
    opened(tablet, school, "ks2", STEP)
    lose_network(tablet)
    for way in ("footer .btn--go", "footer .btn >> nth=0"):
        tablet.locator(way).click()
        expect(tablet.locator(KEPT)).to_have_text("No network just now. Try again in a moment.")
        assert tablet.url.endswith(STEP)
    tablet.locator(".btn--tell").click()
    expect(tablet.locator(KEPT)).to_contain_text("You can tell a grown-up near you.")
    tablet.context.set_offline(False)
    with tablet.expect_navigation():
        tablet.locator("footer .btn--go").click()
    assert not tablet.url.endswith(STEP)


@pytest.mark.parametrize("address", ["/report/ks1/en", "/report/", "/report/replies/en"])
def test_nothing_of_it_is_where_a_child_tells(tablet: Page, school: School, address: str) -> None:
    tablet.goto(school.url + address)
    assert tablet.locator("#no-network, script[src*=no-network]").count() == 0
