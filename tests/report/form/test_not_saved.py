"""What a child sees when nothing could be saved: said in capitals, a person and two numbers, and nothing lost."""

import pytest
from werkzeug.test import Client, TestResponse

from tests.pages import Page
from tests.report.failing import nothing_is_taken
from tests.report.telling import open_form, send

WORDS = "he keeps asking where i live"


def fail(tablet: Client, band: str, **carried: str) -> TestResponse:
    nonce = carried.pop("nonce", "") or open_form(tablet, band).value("nonce")
    with nothing_is_taken():
        return send(
            tablet, band, nonce=nonce, concern="stranger", follow="asked-secret", words=WORDS, **carried
        )


@pytest.mark.parametrize("band", ["ks2", "ks3", "ks4"])
def test_it_says_so_first_and_keeps_what_was_typed_and_picked(
    tablet: Client, readers: dict[str, str], band: str
) -> None:
    answer = fail(tablet, band)
    page = Page(answer.text)
    assert answer.status_code == 503
    (alert,) = [one for one in page.all("div") if one.attrs.get("id") == "problem"]
    assert alert.attrs["role"] == "alert" and "We could NOT save this" in alert.text
    assert page.text.index("We could NOT save this") < page.text.index("999") < page.text.index("0800 1111")
    assert WORDS in answer.text
    checked = {one.attrs["value"] for one in page.all("input") if "checked" in one.attrs}
    assert {"stranger", "asked-secret"} <= checked


def test_after_the_third_time_it_sends_the_child_to_a_person(tablet: Client, readers: dict[str, str]) -> None:
    nonce = open_form(tablet).value("nonce")
    carried = {"nonce": nonce, "tap": "7" * 32}
    said = []
    for _ in range(4):
        page = Page(fail(tablet, "ks2", **carried).text)
        carried = {name: page.value(name) for name in ("nonce", "tap", "failed")}
        said.append("We still could NOT save this. Please go to a grown-up." in page.text)
    assert said == [False, False, True, True]
    assert (carried["nonce"], carried["tap"]) == (nonce, "7" * 32), "a second try is no second report"


@pytest.mark.parametrize("odd", ["-1", "99999999999999999999", "three", "\x00"])
def test_an_odd_count_counts_as_none(tablet: Client, readers: dict[str, str], odd: str) -> None:
    assert Page(fail(tablet, "ks2", failed=odd).text).value("failed") == "1"
