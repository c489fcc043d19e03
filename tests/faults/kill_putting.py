"""A process that puts reports into the intake as fast as it can and says each thank-you, until somebody kills it."""

from contextlib import suppress
from multiprocessing.connection import Connection

from sqlalchemy.orm import configure_mappers
from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.report.access.keyring import Keyring, read_keyring
from kiosk.report.form.answers import read
from kiosk.report.form.seal import seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.store import NotKept
from kiosk.storage.db import now_utc
from tests.faults.kill_counts import Sent
from tests.faults.merger import Merger, merger_of

URGENT_ONES = ("5",)  # by the last digit

configure_mappers()  # once, in the process that all the others are forked from


def put_for_ever(config: Config, first: str, prefix: str, said: Connection) -> None:
    """Put the report of `first` if there is one, then one after another of `prefix`; say each after its commit."""
    number = -1 if first else 0
    with merger_of(config) as intake:
        ring = ring_of(intake)
        while True:
            nonce = first if number < 0 else nonce_of(prefix, number)
            with suppress(NotKept):  # a busy intake: the child sends the same once more
                put(intake, ring, nonce)
                said.send(nonce)
                number += 1


def put(intake: Merger, ring: Keyring, nonce: str) -> None:
    """Seal and put what a child sends with this nonce, as the page does; when this returns, the child is thanked."""
    band, lang, form = sent_with(nonce)
    values: MultiDict[str, str] = MultiDict(form)
    answers, errors = read(values, Band(band), lang)
    assert not errors, errors
    sealed = seal_report(ring, intake.key, intake.calendar, answers, now_utc()).sealed
    intake.intake_store.put(seal_report_item(intake.key, sealed))


def ring_of(intake: Merger) -> Keyring:
    """Who reads."""
    with intake.reports.session(write=False) as session:
        return read_keyring(session)


def sent_with(nonce: str) -> Sent:
    """The form that carried this nonce; one in ten children is in danger."""
    danger = "yes" if nonce.endswith(URGENT_ONES) else "no"
    return "ks3", "en", {"nonce": nonce, "concern": "bullying", "danger": danger}


def nonce_of(prefix: str, number: int) -> str:
    """The nonce of a report, so that what a process was at when it was killed is known."""
    return f"{prefix}-{number:08}"
