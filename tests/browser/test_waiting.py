"""Where too many sign in at once a page waits and tries again by itself, with all that was typed (promise G10)."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kiosk.accounts.sign_in.hash_slots import HashSlots, Lane
from tests.browser.conftest import TABLET, School, context_at
from tests.serving import wait_until

BUSY = 503
WAITS = "Please wait: many people are signing in at this moment."


def teacher_of(school: School) -> dict[str, Any]:
    """Somebody who signs in with a password alone."""
    return next(one for one in school.people["staff"] if not one["totp_secret"])


@contextmanager
def taken(school: School) -> Iterator[None]:
    """Both places in which passwords are checked are taken, by another process than the server."""
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(HashSlots(school.data_dir).slot(Lane.KNOWN))
        yield


@pytest.mark.main
def test_the_page_keeps_the_password_in_its_box_and_goes_on_by_itself(laptop: Page, school: School) -> None:
    teacher = teacher_of(school)
    laptop.goto("/staff/sign-in?next=/staff/classes/")
    laptop.fill("#email", teacher["email"])
    laptop.fill("#password", teacher["password"])
    with taken(school):
        laptop.keyboard.press("Enter")
        expect(laptop.get_by_text(WAITS)).to_be_visible()
        expect(laptop.locator("#password")).to_have_value(teacher["password"])
        assert teacher["password"] not in laptop.url
        assert teacher["password"] not in laptop.content()
    laptop.wait_for_url("**/staff/classes/")


def test_a_wrong_password_is_said_as_ever_and_the_next_try_works(laptop: Page, school: School) -> None:
    teacher = teacher_of(school)
    laptop.goto("/staff/sign-in")
    for password in ("not this one", "nor this one"):
        laptop.fill("#email", teacher["email"])
        laptop.fill("#password", password)
        laptop.keyboard.press("Enter")
        expect(laptop.locator("[data-focus]")).to_be_focused()
        expect(laptop.locator("#email")).to_have_value(teacher["email"])
        expect(laptop.locator("#password")).to_have_value("")
    laptop.fill("#password", teacher["password"])
    laptop.get_by_role("button", name="Sign in").click()
    laptop.wait_for_url("**/staff/")


@pytest.mark.main
def test_without_scripts_the_password_is_typed_again_and_nothing_else(
    chromium: Browser, school: School
) -> None:
    teacher = teacher_of(school)
    context = context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False)
    page = context.new_page()
    page.goto("/staff/sign-in")
    page.fill("#email", teacher["email"])
    page.fill("#password", teacher["password"])
    with taken(school):
        page.keyboard.press("Enter")
        expect(page.get_by_text("Many people are signing in at this moment").first).to_be_visible()
    expect(page.locator("#email")).to_have_value(teacher["email"])
    page.fill("#password", teacher["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/")
    context.close()


@pytest.mark.main
def test_a_tablet_whose_code_has_to_wait_sends_it_again_by_itself(chromium: Browser, school: School) -> None:
    wait_until(lambda: had_to_wait(chromium, school), lambda: "no tablet was told to wait")


def had_to_wait(chromium: Browser, school: School) -> bool:
    """Whether a new tablet was told to wait while many codes are tried; it gets in, sooner or later.

    On a busy machine so much time may pass before its code arrives that it is let in at once, which is no trial.
    """
    others = context_at(chromium, school.url)
    context = context_at(chromium, school.url, viewport=TABLET)
    tablet = context.new_page()
    tablet.goto("/learn/")
    tablet.fill("#code", school.class_named("Kestrels")["code"])
    answers: list[int] = []
    tablet.on("response", lambda answer: answers.append(answer.status))
    numbers = itertools.cycle(range(10, 100))
    wait_until(lambda: tried(others, f"MOON {next(numbers)}") == BUSY, lambda: "codes are never slowed")
    tablet.press("#code", "Enter")
    tablet.wait_for_url("**/learn/names")
    context.close()
    others.close()
    return BUSY in answers


def tried(stranger: BrowserContext, code: str) -> int:
    """How a code is answered that was typed where no class was joined before: the tablet is such a one too."""
    sent = stranger.request.post("/learn/", form={"code": code}, headers={"Sec-Fetch-Site": "same-origin"})
    return sent.status
