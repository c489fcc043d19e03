"""The youngest come in without reading: six classes, thirty names and "Is this you?" are each one view."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil
from kiosk.bands import Band
from kiosk.storage.db import now_utc
from tests.browser.conftest import PHONE, SIZES, TABLET, School, context_at
from tests.browser.hands import code_of, set_tablet_up
from tests.browser.test_axe import look_at, look_at_every_look
from tests.browser.voices import AMY, forget, give_voices, read_aloud, speaking

BELOW = "document.documentElement.scrollHeight - innerHeight"
BESIDE = "document.documentElement.scrollWidth - innerWidth"
BESIDE_WRENS = ("Starlings", "Kingfishers", "Larks", "Rooks", "Jackdaws")
THIRTY = 30
LETTERS = "Muhammadou"  # the widest ten, which one tile holds


@pytest.fixture
def young(chromium: Browser, school: School) -> Iterator[Page]:
    """A tablet of Year 1, of which six classes are open, one with thirty children."""
    context = context_at(chromium, school.url, viewport=TABLET)
    page = context.new_page()
    code_of(page, school, "Wrens")  # which opens every class
    engine = create_engine(f"sqlite:///{school.data_dir / 'school.sqlite'}")
    with Session(engine) as rows:
        wrens = rows.scalars(select(ClassGroup).where(ClassGroup.name == "Wrens")).one()
        opened = rows.scalars(select(ClassWindow).where(ClassWindow.class_group_id == wrens.id)).one()
        until = now_utc() + timedelta(minutes=80)
        for number, name in enumerate(BESIDE_WRENS):
            group = ClassGroup(name=name, year=wrens.year, band=Band.KS1)
            window = {"opened_by_id": opened.opened_by_id, "closes_at": until, "code": f"ROBIN {10 + number}"}
            rows.add_all([group, ClassWindow(class_group=group, **window)])
        there = len([one for one in wrens.pupils if one.left_on is None])
        more = [f"{LETTERS[: 9 - number // 10]}{number % 10}" for number in range(THIRTY - there)]
        rows.add_all(Pupil(class_group=wrens, first_name=name, picture="owl") for name in more)
        rows.commit()
    set_tablet_up(page, f"Year {wrens_year(school)}")
    yield page
    context.close()
    with Session(engine) as rows:
        rows.execute(delete(Pupil).where(Pupil.first_name.in_(more)))
        rows.execute(delete(ClassWindow).where(ClassWindow.code.startswith("ROBIN ")))
        rows.execute(delete(ClassGroup).where(ClassGroup.name.in_(BESIDE_WRENS)))
        rows.commit()
    engine.dispose()


def wrens_year(school: School) -> str:
    """The year group of the youngest class of the demo."""
    engine = create_engine(f"sqlite:///{school.data_dir / 'school.sqlite'}")
    with Session(engine) as rows:
        found = rows.scalars(select(ClassGroup.year).where(ClassGroup.name == "Wrens")).one()
    engine.dispose()
    return found


def too_large(page: Page, where: str) -> list[str]:
    """By how much a page is too large for each screen."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        below, beside = page.evaluate(BELOW), page.evaluate(BESIDE)
        if below > 0 or beside > 0:
            found.append(f"{where} at {size['width']}: {below} below, {beside} beside")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    if (beside := page.evaluate(BESIDE)) > 0:
        found.append(f"{where} on a phone: {beside} beside")
    page.set_viewport_size({"width": TABLET["width"], "height": TABLET["height"]})
    return found


@pytest.mark.parametrize("lang", ["en", "ur", "pl"])
def test_every_page_of_coming_in_is_one_view(young: Page, lang: str) -> None:
    young.goto(f"/learn/?band=ks1&lang={lang}")
    expect(young.locator(".open-class")).to_have_count(1 + len(BESIDE_WRENS))
    found = too_large(young, "classes")
    young.locator(".open-class", has_text="Wrens").click()
    expect(young.locator(".name")).to_have_count(THIRTY)
    found += too_large(young, "names")
    young.locator(".name", has_text=LETTERS[:9]).first.click()
    young.wait_for_url("**/learn/me**")
    found += too_large(young, "is this you")
    young.goto(f"/learn/card?band=ks1&lang={lang}")
    found += too_large(young, "card")
    assert found == []


def test_fern_is_tapped_once_and_pages_read_themselves_until_she_is_tapped_again(young: Page) -> None:
    give_voices(young.context, AMY)
    young.goto("/learn/?band=ks1")
    fern = young.locator("main .fern")
    expect(fern).to_have_text("Hello! Tap me, I talk.")
    expect(fern).to_have_attribute("aria-pressed", "false")
    assert read_aloud(young) == []
    fern.click()
    assert read_aloud(young)[:2] == ["Hello! I am Fern. I read to you.", "Which class are you in?"]
    look_at(young)
    assert opened_and_heard(young, ".open-class:has-text('Wrens')") == "Wrens. Which one is you?"
    assert opened_and_heard(young, ".name >> nth=0") == "Is this you?"
    assert opened_and_heard(young, "main button[form=me]") == young.locator("h1").inner_text()
    for address in ("/learn/lessons/", "/learn/code", "/learn/lessons/ks1-privacy-keep-it-safe/done"):
        forget(young)
        young.goto(address)
        expect(young.locator("button.listen")).to_be_visible()
        assert read_aloud(young)[0] == young.locator("h1").inner_text()
    young.goto("/learn/lessons/")
    expect(fern).to_have_attribute("aria-pressed", "true")
    fern.click()
    expect(fern).to_have_attribute("aria-pressed", "false")
    assert not speaking(young)
    forget(young)
    young.goto("/learn/lessons/")
    expect(young.locator("button.listen")).to_be_visible()
    assert read_aloud(young) == []


def test_the_next_child_finds_it_quiet(young: Page) -> None:
    give_voices(young.context, AMY)
    young.goto("/learn/?band=ks1")
    young.locator("main .fern").click()
    young.goto("about:blank")
    young.goto("/learn/?band=ks1")
    expect(young.locator("main .fern")).to_have_attribute("aria-pressed", "false")
    assert young.evaluate("sessionStorage.length") == 0


def test_without_a_voice_fern_is_no_button_and_a_line_says_who_reads(young: Page) -> None:
    young.goto("/learn/?band=ks1")
    expect(young.locator(".no-voice")).to_have_text("Read it with a grown-up.")
    assert young.locator(".fern").count() == 0


def opened_and_heard(page: Page, tapped: str) -> str:
    """Tap something that leads to another page; what that page reads first, by itself."""
    forget(page)
    with page.expect_navigation():
        page.locator(tapped).click()
    expect(page.locator("button.listen")).to_be_visible()
    return read_aloud(page)[0]


def test_the_whole_notice_is_a_tap_away_and_axe_finds_nothing(young: Page) -> None:
    young.goto("/learn/card?band=ks1")
    look_at(young)
    look_at_every_look(young)
    young.locator("#words").fill("no such card")
    young.keyboard.press("Enter")
    expect(young.locator("#errors")).to_be_focused()
    look_at(young)
    young.goto("/learn/?band=ks1")
    look_at(young)
    young.locator(".told-young summary").click()
    expect(young.locator("#monitoring")).to_be_visible()
    look_at_every_look(young)
    young.goto("/learn/?band=ks1")
    with young.expect_navigation():
        young.locator(".open-class", has_text="Wrens").click()
    look_at(young)
    look_at_every_look(young)
    young.goto("/learn/names?band=ks1")
    with young.expect_navigation():
        young.locator(".name").first.click()
    look_at(young)
    look_at_every_look(young)
    young.keyboard.press("Tab")
    young.get_by_role("button", name="That is me").focus()
    young.keyboard.press("Enter")
    young.wait_for_url("**/learn/lessons/**")
    young.goto("/learn/leave")


def test_twice_the_words_stay_whole_and_nothing_is_beside(young: Page) -> None:
    young.goto("/learn/?band=ks1&look=plain_2_normal_some")
    assert young.evaluate(BESIDE) <= 0
    young.locator(".open-class", has_text="Wrens").click()
    assert young.evaluate(BESIDE) <= 0
    young.locator(".name").first.click()
    assert young.evaluate(BESIDE) <= 0
