"""Who is at Hollybank School and what happened there, as hollybank.yml says; everything in it is invented."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kiosk.bands import Band
from kiosk.content.source import Schema, read_yaml
from kiosk.incidents.models import CaseOutcome
from kiosk.report.form.groups import Group
from kiosk.roles import Role

SCHOOL = "Hollybank School"
# Whom staff ring: numbers that nobody has, as they are kept for stories.
NUMBERS = {
    "KIOSK_SOCIAL_CARE": "01632 960 114",
    "KIOSK_SOCIAL_CARE_EVENING": "01632 960 199",
    "KIOSK_LADO": "01632 960 131",
}
MAIL_DOMAIN = "@hollybank.example"


class DemoStaff(Schema):
    """One adult: the name children see, roles held, roles deputised, class taught."""

    name: str
    email: str
    holds: tuple[Role, ...] = ()
    deputises: tuple[Role, ...] = ()
    teaches: str = ""


class DemoClass(Schema):
    """One class and its children."""

    name: str
    year: str
    band: Band
    pupils: tuple[str, ...]
    adjusted: Mapping[str, tuple[str, ...]] = {}  # the adjustments that are set for each child, by name
    homes: Mapping[str, tuple[str, ...]] = {}  # what is spoken there, where it is not English alone
    back: tuple[str, ...] = ()  # whose slip is back
    by_hand: tuple[str, ...] = ()


class DemoReport(Schema):
    """What a child told so many days ago, as the form sends it."""

    band: Group
    lang: str = "en"
    days_ago: int
    answers: Mapping[str, str | tuple[str, ...]]


class DemoRecord(Schema):
    """A kind of record about a case, and its answers; {today} is the day of it."""

    kind: str
    answers: Mapping[str, str]


class DemoCase(Schema):
    """A report that somebody has opened, and what they did about it."""

    told: DemoReport
    reader: str
    records: tuple[DemoRecord, ...]
    chosen: Mapping[str, str] = {}  # what was decided of what there is to do: `done`, or `not` and why
    outcome: CaseOutcome | None = None
    ending: Mapping[str, str] = {}  # what else is said when it is closed


class DemoEntry(Schema):
    """An entry of "You said, we did"."""

    days_ago: int
    bands: tuple[Band, ...]
    said: str
    did: str


class DemoNotice(Schema):
    """A notice of the school's own to families, as its file says it."""

    id: str
    file: str


class DemoTold(Schema):
    """A version of a notice that families were told."""

    notice: str
    version: int
    days_ago: int


class DemoSaid(Schema):
    """What families said, as the form sends it."""

    days_ago: int
    words: Mapping[str, str]


class DemoRequest(Schema):
    """What somebody asked of the leadership team, and who of it has said yes."""

    by: str
    words: Mapping[str, str]
    agreed: tuple[str, ...]


class DemoSchool(Schema):
    """Everything in the file."""

    staff: tuple[DemoStaff, ...]
    not_signed: frozenset[str]
    classes: tuple[DemoClass, ...]
    waiting: tuple[DemoReport, ...]
    handled: tuple[DemoCase, ...]
    board: tuple[DemoEntry, ...]
    notices: tuple[DemoNotice, ...]
    told: tuple[DemoTold, ...]
    families_said: tuple[DemoSaid, ...]
    asked: tuple[DemoRequest, ...]


@cache
def hollybank() -> DemoSchool:
    """The demo school as it is written down."""
    return read_yaml(Path(__file__).with_name("hollybank.yml"), DemoSchool)
