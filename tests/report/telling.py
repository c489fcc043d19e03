"""Telling as a child does: open the form, take its nonce, send it once."""

from typing import Any

from werkzeug.test import Client, TestResponse

from tests.pages import Page

FORM = "application/x-www-form-urlencoded"


CONTROLS = {chr(number) for number in (*range(32), 127)} - {"\t", "\n"}


def as_kept(words: str) -> str:
    """What is kept of what was typed: everything but control characters, which no keyboard writes."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter not in CONTROLS).strip()


def open_form(tablet: Client, band: str = "ks2", lang: str = "en", **request: Any) -> Page:
    """The form as a child sees it."""
    answer = tablet.get(f"/report/{band}/{lang}", **request)
    assert answer.status_code == 200, answer.status
    return Page(answer.text)


def send_report(tablet: Client, band: str = "ks2", lang: str = "en", **answers: Any) -> TestResponse:
    """Open the form and send these answers with its nonce."""
    nonce = open_form(tablet, band, lang).value("nonce")
    return send(tablet, band, lang, nonce=nonce, **answers)


def send(tablet: Client, band: str = "ks2", lang: str = "en", **answers: Any) -> TestResponse:
    """Send these answers."""
    return tablet.post(f"/report/{band}/{lang}", data=answers, content_type=FORM)
