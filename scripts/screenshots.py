"""Takes the pictures of README and guides: the demo school, walked through in a real Chromium; `make screenshots`."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import yaml
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 250_000  # a picture of a page; more would make every clone slow
START_SECONDS = 180
PATIENCE_MILLISECONDS = 60_000
TABLET: ViewportSize = {"width": 1024, "height": 768}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
CLASS, CHILD, TEACHER = "Kestrels", 12, "okafor"  # of the demo school
LESSON, QUIZ, QUESTION = "ks2-bullying-upstander", "ks2-bullying-upstander", "q1"
DID = "Spoke to the class about group chats. The form tutor looks in at break."
ENDED = "Quiet for a week. We set the lesson on being an upstander for the whole year."


@dataclass(frozen=True)
class School:
    """The demo as it runs: its address and its people."""

    url: str
    people: dict[str, Any]

    @property
    def class_group(self) -> dict[str, Any]:
        """The class that we follow."""
        return next(one for one in self.people["classes"] if one["name"] == CLASS)

    def staff(self, start: str) -> dict[str, Any]:
        """One member of staff, by the start of the address."""
        return next(one for one in self.people["staff"] if one["email"].startswith(start))


def main() -> int:
    """Take every picture anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as school, sync_playwright() as driver:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=chromium(), args=args)
        with device(browser, school, TABLET) as tablet:
            learn(tablet, school)
            sign(tablet)
        with device(browser, school, TABLET) as tablet:
            tell(tablet)
        with device(browser, school, LAPTOP) as laptop:
            sign_in(laptop, school.staff(TEACHER))
            act(laptop)
            see(laptop)
        with device(browser, school, PHONE) as phone:
            phone.goto("/home/code/ks2?lang=ur")
            take(phone, "parents-code-ur")
        browser.close()
    return too_large()


def learn(tablet: Page, school: School) -> None:
    """A child comes in with code, name and pictures, reads a screen and answers a question."""
    group = school.class_group
    child = group["pupils"][CHILD]
    tablet.goto("/")
    take(tablet, "start")
    tablet.get_by_role("link", name="My lessons").click()
    tablet.locator("#code").fill(group["code"])
    tablet.keyboard.press("Enter")
    tile = tablet.get_by_text(child["name"], exact=True).first
    tile.click()
    for picture in child["key"]:
        tablet.locator(f"button[value='{picture}']").click()
        tablet.wait_for_load_state()
    tablet.wait_for_url("**/learn/lessons/")
    tablet.goto(f"/learn/lessons/{LESSON}/3")
    take(tablet, "lesson")
    tablet.goto(f"/learn/quizzes/{QUIZ}/{QUESTION}")
    tablet.locator(f"label:has(input[value='{right_answer()}'])").click()
    tablet.locator("footer .btn--go").click()
    tablet.locator(".why--yes").wait_for()
    take(tablet, "quiz")


def right_answer() -> str:
    """The id of the option that is right in the question that we show."""
    quiz = yaml.safe_load((ROOT / "content" / "quizzes" / f"{QUIZ}.yml").read_text(encoding="utf-8"))
    question = next(one for one in quiz["questions"] if one["id"] == QUESTION)
    return str(next(one["id"] for one in question["options"] if one.get("correct")))


def sign(tablet: Page) -> None:
    """The child reads our Code, a rule a page, and decides."""
    tablet.goto("/learn/code/2")
    while not tablet.locator("input[name=decision]").count():
        number = int(tablet.url.partition("/code/")[2].partition("?")[0])
        tablet.locator("footer .btn--go").click()
        tablet.wait_for_url(f"**/learn/code/{number + 1}**")
    tablet.locator("main .choice").first.click()
    take(tablet, "code")


def tell(tablet: Page) -> None:
    """A child with a worry begins to tell, by taps alone."""
    tablet.goto("/")
    tablet.get_by_role("link", name="Tell a grown-up").click()
    tablet.locator("#next").wait_for()
    take(tablet, "tell-first")
    onward = tablet.locator("#next")
    onward.click()
    tap(tablet, "danger-no")
    onward.click()
    tap(tablet, "concern-bullying")
    take(tablet, "tell-concern")


def act(laptop: Page) -> None:
    """The e-Safety Coordinator sees what waits, acts and closes."""
    laptop.goto("/staff/incidents/")
    take(laptop, "queue")
    laptop.get_by_role("button", name=re.compile("Bullying that goes on")).first.click()
    laptop.wait_for_url(re.compile(r"/staff/incidents/\d+$"))
    laptop.get_by_role("button", name="Record what I did").click()
    laptop.locator("textarea").fill(DID)
    take(laptop, "record")
    laptop.get_by_role("button", name="Write it in the log").click()
    laptop.get_by_text(DID).first.wait_for()
    laptop.get_by_role("button", name="Close", exact=True).click()
    laptop.get_by_label("Dealt with in school").check()
    laptop.locator("textarea").first.fill(ENDED)
    take(laptop, "closing")


def see(laptop: Page) -> None:
    """As a teacher, the same person opens a class and sees who has finished what."""
    laptop.goto("/staff/classes/")
    laptop.get_by_role("link", name=re.compile(CLASS)).first.click()
    take(laptop, "class-open")
    laptop.get_by_role("link", name=re.compile("finished what")).click()
    laptop.locator("table").first.wait_for()
    take(laptop, "grid")


def sign_in(laptop: Page, staff: dict[str, Any]) -> None:
    """Password, and the six digits of the phone where somebody has one."""
    laptop.goto("/staff/sign-in")
    laptop.locator("input[name=email]").fill(staff["email"])
    laptop.locator("input[type=password]").fill(staff["password"])
    laptop.keyboard.press("Enter")
    if staff["totp_secret"]:
        laptop.wait_for_url("**/staff/sign-in/code**")
        laptop.locator("main input[name=code]").fill(pyotp.TOTP(staff["totp_secret"]).now())
        laptop.keyboard.press("Enter")
    laptop.wait_for_url("**/staff/")


def tap(tablet: Page, id: str) -> None:
    """Tap a choice where a finger would: on its face."""
    tablet.locator(f"label:has(#{id})").click()


def take(page: Page, name: str) -> None:
    """Keep what stands on the screen now."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")
    print(f"  {name}.png")


@contextmanager
def device(browser: Browser, school: School, size: ViewportSize) -> Iterator[Page]:
    """A fresh tablet, laptop or phone with nothing of the last one's."""
    context = browser.new_context(viewport=size, base_url=school.url, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


@contextmanager
def demo() -> Iterator[School]:
    """The demo school in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kiosk-pictures-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        url = f"http://127.0.0.1:{port}"
        settings = {"KIOSK_DATA_DIR": folder, "KIOSK_PUBLIC_URL": url}
        command = [sys.executable, "-m", "kiosk", "demo", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{url}/healthz", server)
            people = json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
            yield School(url, people)
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Return when the demo answers; raise where it ends or takes too long."""
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the demo did not start; try `make demo`")


def chromium() -> str:
    """The Chromium that `make screenshots` names, or one on the PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        raise SystemExit("no Chromium: name one with CHROMIUM=/path make screenshots")
    return found


def too_large() -> int:
    """1, and the names, where a picture is larger than a clone should carry."""
    large = [path.name for path in sorted(PICTURES.glob("*.png")) if path.stat().st_size > LARGEST_BYTES]
    for name in large:
        print(f"larger than {LARGEST_BYTES} bytes: {name}", file=sys.stderr)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
