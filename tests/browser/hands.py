"""What people do with their hands: join a class, sign in as staff, tell by taps."""

import contextlib
import re
import time
from typing import Any

import pyotp
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import School
from tests.serving import wait_until

# A class of the demo school for each age group.
CLASSES = {"ks1": "Wrens", "ks2": "Kestrels", "ks3": "8 Maple", "ks4": "10 Cedar"}
MOST_STOPS = 12  # between one thing to press and the next
# What the page says to an answer has the focus once it is there; an answer before may have been answered as well.
MARK_NEWS = "document.querySelectorAll('[data-focus]').forEach((one) => { one.dataset.before = ''; })"
NEWS = "main [data-focus]:not([data-before])"


def go_to_key(page: Page, school: School, class_name: str, pupil: int) -> dict[str, Any]:
    """Tap a name in a class, which leads to the key of a child who has one; returns what is known of the child."""
    child: dict[str, Any] = school.class_named(class_name)["pupils"][pupil]
    code = code_of(page, school, class_name)
    page.goto(f"/learn/?code={code.replace(' ', '')}")
    if page.url.endswith("/names"):
        return _tap_name(page, child)  # the tablet has kept the class
    page.locator("#code").press("Enter")
    return _tap_name(page, child)


def code_of(page: Page, school: School, class_name: str) -> str:
    """The code of a class as it is now: a window that was opened again may have a new one."""
    page.goto("/demo")
    heading = page.locator(
        "h2", has_text=f"{class_name}, {school.class_named(class_name)['band']}"
    ).inner_text()
    return heading.rsplit("class code ", 1)[1]


def _tap_name(page: Page, child: dict[str, Any]) -> dict[str, Any]:
    page.get_by_text(child["name"], exact=True).first.click()
    if not child["key"]:
        page.locator("main button[form=me]").click()  # that is me
    return child


def join(page: Page, school: School, class_name: str, pupil: int) -> str:
    """Join a class as its pupil number so-and-so; returns the child's name."""
    group, child = school.class_named(class_name), go_to_key(page, school, class_name, pupil)
    if group["band"] == "ks2":
        for number, picture in enumerate(child["key"], start=1):
            page.locator(f"button[value='{picture}']").click()
            if number < len(child["key"]):
                expect(page.locator(".slot--done")).to_have_count(number)
    elif child["key"]:
        page.locator("main input[type=text], main input[type=password]").first.fill(child["key"])
        page.keyboard.press("Enter")
    page.wait_for_url("**/learn/lessons/")
    return str(child["name"])


def sign_in(page: Page, school: School, email: str) -> None:
    """Sign in with the long password, and the six digits where the person has them."""
    staff = school.staff(email)
    page.goto("/staff/sign-in")
    page.fill("input[type=email], input[name=email]", staff["email"])
    page.fill("input[type=password]", staff["password"])
    page.keyboard.press("Enter")
    if staff["totp_secret"]:
        page.wait_for_url("**/staff/sign-in/code**")
        _type_digits(page, pyotp.TOTP(staff["totp_secret"]))
    page.wait_for_url("**/staff/")


def become(page: Page, name: str) -> None:
    """Become one of the invented staff with one tap, as the demo lets anybody."""
    page.goto("/demo")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(re.escape(name))).first.click()


def set_tablet_up(page: Page, users: str) -> None:
    """An adult makes this a tablet of a class or a year group; the start page shows in its look."""
    become(page, "Ms Okafor")
    page.goto("/staff/tablets")
    page.locator("#users").select_option(label=users)
    page.get_by_role("button", name="Show the square").click()
    page.goto(page.locator("p.key-card__link").inner_text())
    page.locator("button[form=set-up]").click()
    page.wait_for_url("**/?band=ks1&fresh=1")


def _type_digits(page: Page, phone: pyotp.TOTP) -> None:
    """The six digits of now; where those were used half a minute ago, the next ones."""
    now = int(time.time())
    for moment in (now, now + phone.interval):
        page.locator("main input[name=code]").fill(phone.at(moment))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if "/sign-in/code" not in page.url:
            return


def tap(page: Page, id: str) -> None:
    """Tap a choice where a finger would: on its face."""
    page.locator(f"label:has(#{id})").click()


def tab_to(page: Page, selector: str, most: int = MOST_STOPS) -> None:
    """Press Tab until something like that has the focus; from where the focus is, never from the top again.

    A browser gives what is new the focus at once, and htmx once more as it settles: only then does the focus stay.
    """
    expect(page.locator(".htmx-swapping, .htmx-settling")).to_have_count(0)
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no stop leads to {selector}")


def go_on(page: Page) -> None:
    """Tap Next, or Start."""
    page.locator("#next").click()


def tell_by_taps(page: Page, band: str = "ks2", lang: str = "en", concern: str = "bullying") -> None:
    """Tell from the start page on, without typing; ends on the thank-you page."""
    page.goto(f"/?band={band}" + ("" if lang == "en" else f"&lang={lang}"))
    page.locator("a.way").nth(1).click()
    go_on(page)
    tap(page, "danger-no")
    go_on(page)
    tap(page, f"concern-{concern}")
    while page.locator("#next").is_visible():
        go_on(page)
    page.locator("#send").click()
    page.locator("#what-next").wait_for()


def answer_until_right(page: Page) -> None:
    """Try one answer after another, as children do, until the page says yes."""
    address, options = page.url, page.locator("main .choice input")
    for answer in options.evaluate_all("(boxes) => boxes.map((box) => box.value)"):
        if not page.locator("footer button.btn--go").count():
            page.goto(address)  # after three tries the page says how it is, and leads on
        page.locator(f"main .choice:has(input[value='{answer}'])").click()
        page.evaluate(MARK_NEWS)
        page.locator("footer button.btn--go").click()
        expect(page.locator(NEWS)).to_be_focused()
        if page.locator(".feedback--yes, .why--yes").count():
            return
    raise AssertionError("no answer was right")


def answer_what_if(page: Page) -> None:
    """Open the question of a rule and try one answer after another until one fits."""
    with page.expect_navigation():
        page.locator(".what-if").click()
    values = page.locator("input[name=choice]").evaluate_all("(boxes) => boxes.map((box) => box.value)")
    for answer in values:
        page.locator(f"main label:has(input[name=choice][value='{answer}'])").click()
        with page.expect_navigation():
            page.locator("footer .btn--go").click()
        expect(page.locator(NEWS)).to_be_focused()
        if page.get_by_text("That fits our rule.", exact=True).count():
            return
    raise AssertionError("no answer was right")


def tap_pictures(page: Page, pictures: list[str]) -> None:
    """Tap six pictures of the way back, one after another; ends on the page that they lead to."""
    for number, picture in enumerate(pictures[:-1], start=1):
        page.locator(f".key[value='{picture}']").click()
        expect(page.locator(".slot--done")).to_have_count(number)
    page.locator(f".key[value='{pictures[-1]}']").click()
    expect(page.locator("#pictures")).to_have_count(0)


def settle(page: Page) -> None:
    """Return once the page is there as a person sees it, however the browser came by it."""

    def whole() -> bool:
        with contextlib.suppress(Error):  # it went away as it was asked
            return bool(page.evaluate("document.readyState") == "complete")
        return False

    wait_until(whole, lambda: f"{page.url} does not come to its end")
