"""Adults of a real school at their browsers: invited, with password and phone, on the page of keys."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp
from werkzeug.test import Client, TestResponse

from kiosk.storage.db import now_utc
from tests.pages import Page
from tests.roots import note_root
from tests.tablets import SAME_ORIGIN

WORDS = "walnut ferry dusk ladder"
LATER = timedelta(seconds=30)
KEEPERS = ("Principal", "Safeguarding lead", "Chair of governors")


@dataclass
class Adult:
    """Somebody with a browser of their own, and the phone that they showed to kiosk."""

    name: str
    wsgi: Any
    password: str = ""
    secret: str = ""
    browser: Client = field(init=False)
    used: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.password = self.password or f"{WORDS} {self.name.lower()}"
        self.used = now_utc() - LATER
        self.new_browser()

    @property
    def email(self) -> str:
        """The school address."""
        return f"{self.name.split()[-1].lower()}@school.example"

    def new_browser(self) -> None:
        """Sit down at another machine."""
        self.browser = Client(self.wsgi)

    def get(self, address: str) -> Page:
        """A page that is there; what everybody of the staff is told first is put off."""
        answer = self.browser.get(address, environ_base=SAME_ORIGIN, buffered=True)
        if answer.location == "/staff/notices":
            assert self._send("/staff/notices/later", {}).status_code == 303
            answer = self.browser.get(address, environ_base=SAME_ORIGIN, buffered=True)
        assert answer.status_code == 200, (self.name, address, answer.status_code, answer.headers)
        return Page(answer.text)

    def post(self, address: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form of our own, and the password with it where the page asks for it."""
        answer = self._send(address, data or {})
        asked = {
            one.attrs.get("name", ""): one.attrs.get("value", "") for one in Page(answer.text).all("input")
        }
        if answer.status_code != 401 or "unlock-password" not in asked:
            return answer
        asked["unlock-password"] = self.password
        if "unlock-code" in asked:
            asked["unlock-code"] = self.code()
        return self._send(address, asked)

    def _send(self, address: str, data: dict[str, Any]) -> TestResponse:
        return self.browser.post(address, data=data, environ_base=SAME_ORIGIN, buffered=True)

    def come_in(self, link: str, phone: bool = True) -> None:
        """Use the one-time link: a password, and a phone where one is wanted."""
        path = link.split("localhost", 1)[-1]
        sent = {"password": self.password, "again": self.password}
        assert self.post(path, sent).status_code == 303, self.name
        if not phone:
            assert self.post("/staff/phone/later").status_code == 303
            return
        page = self.get("/staff/phone")
        self.secret = next(one.text for one in page.all("bdi") if "typed-key" in one.attrs.get("class", ""))
        assert self.post("/staff/phone", {"code": self.code()}).status_code == 303, self.name

    def sign_in(self) -> None:
        """Sign in from the start, with password and phone."""
        self.new_browser()
        answer = self.post("/staff/sign-in", {"email": self.email, "password": self.password})
        assert answer.headers["Location"] == "/staff/sign-in/code", answer.text
        assert self.post("/staff/sign-in/code", {"code": self.code()}).status_code == 303

    def code(self) -> str:
        """A code that was not used before; a phone may be half a minute ahead."""
        self.used = max(self.used + LATER, now_utc())
        return pyotp.TOTP(self.secret.replace(" ", "")).at(self.used)

    def make_sheets(self) -> list[str]:
        """Make recovery sheets behind the password, and read them off the page."""
        once = self.get("/staff/keys/sheets").value("once")
        answer = self.post("/staff/keys/sheets", {"once": once, "password": self.password})
        assert answer.status_code == 200, answer.text
        return sheets_on(Page(answer.text))

    def prove(self, first: str, second: str) -> TestResponse:
        """Type two sheets back."""
        return self.post("/staff/keys/prove", {"first": first, "second": second})


def sheets_on(page: Page) -> list[str]:
    """The words of each sheet, as they stand in its list."""
    lists = [one for one in page.all("ol") if one.attrs.get("class") == "sheet-words"]
    return [" ".join(item.text for item in one.find_all("li")) for one in lists]


def scribbled(sheet: str) -> str:
    """A sheet as somebody types it: numbers, capitals, line breaks, only the first letters of words."""
    words = sheet.split()
    return "\n".join(f"{number}. {word[:4].upper()}" for number, word in enumerate(words, 1))


def row_of(page: Page, name: str) -> str:
    """What the tables of readers say about somebody."""
    rows = [row.text for row in page.all("tr") if row.text.startswith(name)]
    assert rows, name
    return " ".join(rows)


def copy_root(admin: Adult) -> None:
    """The network manager copies the line of the first list from the page of keys into the settings."""
    (root,) = re.findall(r'readers_root_hash = "([0-9a-f]{64})"', admin.get("/staff/keys").text)
    note_root(bytes.fromhex(root))
