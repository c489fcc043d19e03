"""The mark by which kiosk knows a report that it sent itself, in the form that carries it."""

import secrets
from collections.abc import Mapping
from datetime import date

from kiosk.report.access.routes import PRACTICE, SELF_TEST
from kiosk.sealing.site_key import SiteKey

FIELD = "check"


NONCE_LETTERS = 32


def self_test_form(key: SiteKey, kind: str, today: date) -> Mapping[str, str]:
    """The form that kiosk fills in; its mark shows that kiosk sent it.

    A day's self-test is one report, however often it is sent; each practice is another.
    """
    mark = _mark(key, kind, today)
    nonce = mark[:NONCE_LETTERS] if kind == SELF_TEST else secrets.token_urlsafe(24)
    return {"nonce": nonce, "concern": "unsure", FIELD: mark}


def kind_of(key: SiteKey, mark: str, today: date) -> str:
    """`self_test` or `practice` if a form came with today's mark of that kind, else ""."""
    for kind in (SELF_TEST, PRACTICE):
        if mark and secrets.compare_digest(mark.encode(), _mark(key, kind, today).encode()):
            return kind
    return ""


def _mark(key: SiteKey, kind: str, today: date) -> str:
    return key.derive("self-test", f"{kind} {today.isoformat()}".encode()).hex()
