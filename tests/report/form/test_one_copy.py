"""What a child reads whose report one of two nodes has, where both must have it: what is so, and nothing twice."""

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.config import Config, Copies
from kiosk.report.intake import store
from kiosk.report.models import Report
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.report.telling import open_form, send

WORDS = "he keeps asking where i live"
TITLE = "We have this, but NOT safely yet"
AWAY = "127.0.0.1:1,127.0.0.1:2"


@pytest.fixture
def config(config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A school that thanks for two copies, whose other node is away."""
    monkeypatch.setattr(store, "COPY_SECONDS", 0.0)
    return config.model_copy(update={"keepers": AWAY, "report_copies": Copies.BOTH})


@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
def test_it_reads_that_one_computer_has_it_and_not_that_nothing_was_saved(
    tablet: Client, readers: dict[str, str], band: str
) -> None:
    nonce = open_form(tablet, band).value("nonce")
    answer = send(tablet, band, nonce=nonce, concern="stranger", words=WORDS)
    page = Page(answer.text)
    assert answer.status_code == 503, "it is not thanked for"
    (alert,) = [one for one in page.all("div") if one.attrs.get("id") == "problem"]
    assert TITLE in alert.text and "One computer has this." in alert.text
    assert "could NOT save" not in alert.text
    assert page.text.index(TITLE) < page.text.index("999") < page.text.index("0800 1111")
    assert WORDS in answer.text


def test_however_often_it_is_sent_again_it_is_said_alike_and_reaches_staff_once(
    tablet: Client, readers: dict[str, str], databases: Databases
) -> None:
    carried = {"nonce": open_form(tablet).value("nonce"), "tap": "7" * 32}
    for _ in range(4):
        page = Page(send(tablet, concern="stranger", words=WORDS, **carried).text)
        carried = {name: page.value(name) for name in ("nonce", "tap", "failed")}
        assert TITLE in page.text and "could NOT save" not in page.text
    with databases.reports.session(write=False) as session:
        assert len(session.scalars(select(Report)).all()) == 1
