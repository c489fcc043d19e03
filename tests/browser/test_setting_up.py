"""A real school is set up by hands: `kiosk init`, two readers, three sheets of paper, an open report page."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, TABLET, context_at
from tests.serving import HOST, QUICK, reserved_port, running_kiosk

PASSWORD = "walnut ferry dusk ladder"
PEOPLE = ("Ms Ames", "Ms Birch", "Ms Crane", "Ms Doyle")
PLACES = {
    "dsl": "Ms Birch", "dsl-deputy": "Ms Ames", "coordinator": "Ms Birch", "coordinator-deputy": "Ms Ames",
    "principal": "Ms Crane", "principal-deputy": "Ms Doyle", "chair": "Ms Ames", "chair-deputy": "Ms Birch",
    "network": "Mr Novak", "network-deputy": "Ms Doyle",
}  # fmt: skip


@pytest.fixture
def real_school(tmp_path: Path) -> Iterator[tuple[str, str, Callable[[str], None]]]:
    """A school as `kiosk init` leaves it, served by `kiosk serve`: its address, the first link, and a restart."""
    with reserved_port() as port:
        url = f"http://{HOST}:{port}"
        settings = {"KIOSK_DATA_DIR": str(tmp_path / "data"), "KIOSK_PUBLIC_URL": url}
        said = subprocess.run(
            [sys.executable, "-m", "kiosk", "init", "--name", "Mr Novak", "--email", "novak@school.example"],
            env=os.environ | settings, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        (link,) = re.findall(r"http\S+/staff/welcome/\S+", said)
        with ExitStack() as running:

            def start(root: str = "") -> None:
                running.close()
                log, named = tmp_path / "server.log", settings | {"KIOSK_READERS_ROOT_HASH": root}
                running.enter_context(
                    running_kiosk(
                        "serve", "--port", str(port), port=port, settings=named, log=log, program=QUICK
                    )
                )

            start()
            yield url, link, start


def sit_down(chromium: Browser, url: str, script: bool = True) -> Page:
    """A browser of somebody's own."""
    return context_at(chromium, url, viewport=TABLET, java_script_enabled=script).new_page()


def come_in(page: Page, link: str) -> None:
    """The first visit: a password, and a phone."""
    page.goto(link)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/phone")
    secret = (page.locator("bdi.typed-key").text_content() or "").replace(" ", "")
    page.locator("main input[name=code]").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/notices")  # what staff are told comes first, and can wait
    page.get_by_role("button", name="Later", exact=True).click()
    page.wait_for_url("**/staff/")


def type_password_again(page: Page) -> None:
    """A link confirms nothing, so the first use of a power asks for the password, once in five minutes."""
    page.fill("#unlock-password", PASSWORD)
    page.keyboard.press("Enter")


def look_at(page: Page, address: str | re.Pattern[str]) -> None:
    """axe finds nothing at this address, and nothing is wider than the page, on a tablet and on a phone."""
    # A click does not wait for the page that it leads to.
    page.wait_for_url(f"**{address}" if isinstance(address, str) else address)
    found = Axe().run(page).response["violations"]
    assert found == [], json.dumps([(one["id"], one["nodes"][0]["html"]) for one in found])[:2000]
    for size in (PHONE, TABLET):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size


def test_a_school_opens_its_report_page_by_following_what_the_pages_say(
    chromium: Browser, real_school: tuple[str, str, Callable[[str], None]]
) -> None:
    url, link, start_again = real_school
    admin = sit_down(chromium, url)
    come_in(admin, link)
    links: dict[str, str] = {}
    for name in PEOPLE:
        admin.goto("/staff/people/new")
        admin.fill("#name", name)
        admin.fill("#email", f"{name.split()[1].lower()}@school.example")
        admin.keyboard.press("Enter")
        if not links:
            type_password_again(admin)
        links[name] = admin.locator("#link").input_value()
    admin.goto("/staff/")
    admin.get_by_role("link", name="Set up sealed reports").click()
    look_at(admin, "/staff/keys")
    admin.get_by_role("link", name="Fill the roles").click()
    for place, name in PLACES.items():
        admin.locator(f"select[name={place}]").select_option(label=name)
    with admin.expect_navigation():
        admin.get_by_role("button", name="Save every role").click()

    lead, second = sit_down(chromium, url), sit_down(chromium, url, script=False)
    come_in(lead, links["Ms Ames"])
    come_in(second, links["Ms Birch"])

    lead.get_by_role("link", name="Set up sealed reports").click()
    look_at(lead, "/staff/keys")
    lead.get_by_role("link", name="Make the sheets").click()
    look_at(lead, "/staff/keys/sheets")
    lead.fill("#password", PASSWORD)
    lead.keyboard.press("Enter")
    expect(lead.locator(".recovery-sheet")).to_have_count(3)
    look_at(lead, "/staff/keys/sheets")
    paper = [" ".join(one.locator("li").all_inner_texts()) for one in lead.locator(".sheet-words").all()]
    for scale in (1, 0.4):  # also where all three would fit on one page
        printed = lead.pdf(prefer_css_page_size=True, scale=scale)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 3, "each sheet on a page of its own"
    lead.get_by_role("link", name=re.compile("type two back")).click()
    lead.fill("#first", paper[0].upper())
    lead.fill("#second", "apple")
    lead.get_by_role("button", name="Try these two sheets").click()
    expect(lead.locator("#errors")).to_be_focused()
    look_at(lead, "/staff/keys/prove")
    expect(lead.locator("#first")).to_have_value(paper[0].upper())
    lead.fill("#second", paper[2].replace(" ", "\n", 7) + "x")
    lead.get_by_role("button", name="Try these two sheets").click()
    expect(lead.get_by_role("status")).to_contain_text("The two sheets work")

    admin.goto("/staff/keys")
    (root,) = re.findall(r'"([0-9a-f]{64})"', admin.locator("code").inner_text())
    start_again(root)
    second.goto("/staff/keys")
    second.get_by_role("checkbox", name=re.compile("will not try to find out")).check()
    second.get_by_role("button", name="Open the report page to children").click()
    type_password_again(second)
    expect(second.get_by_text("The report page is open to children.")).to_be_visible()

    child = sit_down(chromium, url)
    child.goto("/report/ks2/en")
    expect(child.locator("main")).to_contain_text("will not try to find out")
    for page in (admin, lead, second, child):
        page.context.close()
