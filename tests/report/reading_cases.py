"""Random schools and random answers: who holds and deputises which role, who is away, whom a child ticks."""

import uuid
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.access.who_reads import KINDS
from kiosk.report.form.answers import FOLLOW, ReportAnswers, concerns_of
from kiosk.report.form.seal import PreparedReport, seal_report
from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey

RECOVERY = public_of(b"recovery".ljust(32, b"-"))
NAMES = ("Adeyemi", "Bright", "Cole", "Dunn", "Ekwueme", "Frost", "Gill", "Hartley", "Iqbal")


def random_ring(chance: Random) -> Keyring:
    """Two to nine people: each holds or deputises one or two roles; some are away, some have no key yet."""
    people = [_person(chance, name) for name in sorted(chance.sample(NAMES, chance.randint(2, len(NAMES))))]
    return Keyring(tuple(people), RECOVERY, published=True)


def _person(chance: Random, name: str) -> Keyholder:
    roles = chance.sample(KINDS, chance.choice((1, 1, 1, 2)))
    id = uuid.UUID(int=chance.getrandbits(128))
    key = public_of(id.bytes * 2) if chance.random() < 0.9 else None
    return Keyholder(
        id,
        f"Mrs {name}",
        f"{name.lower()}@school.example",
        " ".join(sorted(roles)),
        key,
        absent=chance.random() < 0.2,
        holds=" ".join(role for role in sorted(roles) if chance.random() < 0.6),
    )


def random_answers(chance: Random, ring: Keyring, band: Band) -> ReportAnswers:
    """What a child of this band may choose; ticks and boxes of another concern among it."""
    concern = chance.choice(concerns_of(band))
    follow = chance.choice((concern, concern, chance.choice(tuple(FOLLOW))))
    boxes = [value for value in FOLLOW.get(follow, ()) if follow in concerns_of(band)]
    one = follow in {"friend", "me"}
    ticked = chance.choice((0, 0, 0, 1, 2, len(ring.readers)))
    return ReportAnswers(
        band,
        "en",
        f"nonce-{chance.getrandbits(64):016x}",
        concern,
        {"danger": chance.choice(("", "no", "no", "yes", "unsure"))},
        follow=tuple(chance.sample(boxes, min(len(boxes), 1 if one else chance.randint(0, 2)))),
        exclude=tuple(
            sorted(one.id.hex for one in chance.sample(ring.readers, min(ticked, len(ring.readers))))
        ),
        head=chance.choice(("", "yes", "no", "no", "unsure")) if concern == "adult" else "",
    )


def sealed(
    ring: Keyring, key: SiteKey, calendar: SchoolCalendar, answers: ReportAnswers, now: datetime
) -> PreparedReport:
    """The report as the page seals it."""
    return seal_report(ring, key, calendar, answers, now)


def wrapped_and_there(ring: Keyring, report: PreparedReport) -> set[str]:
    """The names of those for whom the case key is wrapped, without whoever is away."""
    ids = {one.reader_id for one in report.sealed.wraps} - {RECOVERY_ID}
    return {one.name for one in ring.readers if one.id in ids and not one.absent}


def here(reader: Keyholder, **changes: Any) -> Keyholder:
    """The same reader with something changed."""
    return replace(reader, **changes)
