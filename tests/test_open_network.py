"""A network that opens https reads whatever passes: a stated limit; and what was sealed before does not pass."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote_plus

import pyotp
import pytest
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from kiosk.wsgi import create_wsgi
from tests.accounts.doors import PASSWORD, password_hash
from tests.factories import PHONE_SECRET, make_reader, make_staff
from tests.pages import Page
from tests.tablets import SAME_ORIGIN

WORDS = "He waits for me at the bus"


@dataclass
class OpenNetwork:
    """A filter of the school's network between browser and kiosk, with a certificate that browsers trust."""

    app: Any
    seen: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.seen.append(unquote_plus(body.decode()))
        page = b"".join(self.app(environ | {"wsgi.input": BytesIO(body)}, start_response))
        self.seen.append(page.decode(errors="replace"))
        return [page]

    def has_read(self, words: str) -> bool:
        """Whether these words have passed."""
        return any(words in one for one in self.seen)


@pytest.fixture
def network(config: Config, databases: Databases, content: Content) -> OpenNetwork:
    """A school with a safeguarding lead, whose traffic somebody opens."""
    with databases.school.write() as session:
        make_staff(session, Role.DSL, email="lead@school.example", password_hash=password_hash())
    with databases.reports.write() as session:
        for role in ("dsl", "coordinator", "principal", "chair"):
            make_reader(session, role)
    return OpenNetwork(create_wsgi(config, databases, content))


def send_report(tablet: Client) -> None:
    """A child tells, on the page as it is."""
    nonce = Page(tablet.get("/report/ks2/en").text).value("nonce")
    answers = {"nonce": nonce, "concern": "stranger", "words": WORDS}
    assert tablet.post("/report/ks2/en", data=answers, environ_base=SAME_ORIGIN).status_code == 200


@pytest.mark.database("sqlite")
def test_whoever_opens_https_reads_a_childs_words_and_a_readers_password_and_code(
    network: OpenNetwork,
) -> None:
    send_report(Client(network))
    assert network.has_read(WORDS)
    lead, code = Client(network), pyotp.TOTP(PHONE_SECRET).at(now_utc())
    sent = {"email": "lead@school.example", "password": PASSWORD}
    assert lead.post("/staff/sign-in", data=sent, environ_base=SAME_ORIGIN).status_code == 303
    assert lead.post("/staff/sign-in/code", data={"code": code}, environ_base=SAME_ORIGIN).status_code == 303
    assert network.has_read(PASSWORD)
    assert network.has_read(code)


@pytest.mark.database("sqlite")
def test_what_was_sealed_before_somebody_opened_https_passes_only_when_a_reader_opens_it(
    network: OpenNetwork,
) -> None:
    send_report(Client(network.app))
    anybody = Client(network)
    for address in ("/", "/report/ks2/en", "/home/", "/staff/sign-in", "/look"):
        assert anybody.get(address).status_code in {200, 302, 303}, address
    assert len(network.seen) == 10
    assert not network.has_read(WORDS)
