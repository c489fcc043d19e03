"""A school as shipped plays its year twice, once with cases: who may not read them sees and gets the same bytes."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.duties.lines import book_is_intact
from kiosk.duties.models import LineKind
from kiosk.incidents.case.models import FilterAddress
from kiosk.incidents.models import CaseOutcome
from kiosk.storage.db import now_utc
from tests.duties.test_a_school_year import LAST
from tests.duties.year_as_shipped import SIGNED, SWITCHED_ON, Acts, ShippedSchool, shipped_school
from tests.factories import SITE_KEY, today
from tests.filtering.at_the_desk import BLOCK, DESK, SAID, SITE, TYPED
from tests.incidents.closings import CHOSEN, ENDED, STOPPED, newest_asked
from tests.mail_server import MailServer

pytestmark = pytest.mark.later  # two years, each with some 1,500 pages
PARENTS = {"told": "no", "decided_by": "outside", "note": "The police asked us to wait."}
REFERRED = {"to": "police", "day": "2026-10-01"}
Seen = dict[tuple[date, str, str], str]


class Told:
    """A report and its case, as its readers work on it."""

    def __init__(self, reader: str, concern: str, **given: Any) -> None:
        self.reader, self.concern, self.given = reader, concern, given
        self.report, self.case = "", ""

    def tell(self, year: ShippedSchool) -> None:
        """A child tells, and it waits until the morning is over."""
        self.report = str(year.school.tell(self.concern, now_utc() - timedelta(hours=1), **self.given))

    def open(self, year: ShippedSchool) -> None:
        """The reader opens it, and writes down what was done."""
        self.case = year.post(self.reader, f"/staff/incidents/open/{self.report}")
        year.post(self.reader, f"{self.case}/record/did", note="Spoke with them.")

    def close(self, year: ShippedSchool) -> None:
        """The reader decides what is to do, and closes it with something to change; another agrees where one has to."""
        year.post(self.reader, f"{self.case}/record/parents", **PARENTS)
        year.post(self.reader, f"{self.case}/record/referred", **REFERRED)
        year.post(self.reader, f"{self.case}/done", **CHOSEN)
        in_two, in_three = (str(today() + timedelta(weeks=weeks)) for weeks in (2, 3))
        days = {"again_on": in_two, "due_on": in_three, "owner": year.school.people[self.reader].id.hex}
        year.post(self.reader, f"{self.case}/close", **ENDED | STOPPED | days)
        if year.outcomes()[-1] is None:
            with year.school.databases.school.session(write=False) as session:
                asked = newest_asked(session, int(self.case.rpartition("/")[2]))
            year.post(f"{self.reader}2", f"{self.case}/close/agree", asked=asked)


class Site(Told):
    """A page that a child came upon, whose address goes to the filter desk."""

    def __init__(self) -> None:
        super().__init__("coordinator", "site", address=TYPED, words=SAID, name="Ola")

    def decide(self, **changed: object) -> Callable[[ShippedSchool], None]:
        """It is opened, and its address is given to the desk and decided about."""

        def decided(year: ShippedSchool) -> None:
            self.open(year)
            year.post("coordinator", f"{self.case}/address", address=SITE)
            with year.school.databases.school.session(write=False) as session:
                waits = select(FilterAddress.id).where(FilterAddress.decision.is_(None))
                id = session.scalars(waits).one()
            year.post("coordinator", f"{DESK}{id}/decide", **BLOCK | changed)

        return decided


def of_children() -> Acts:
    """Three cases of the coordinator: a site, bullying, and on the last day an address that leaves at four o'clock."""
    site, again = Site(), Site()
    bullying = Told("coordinator", "bullying", words="They wait for me", name="Ola")
    return {
        date(2026, 9, 24): site.tell,
        date(2026, 10, 1): site.decide(decision="no_change", whom=[]),
        date(2026, 10, 8): site.close,
        date(2027, 1, 28): bullying.tell,
        date(2027, 2, 4): bullying.open,
        date(2027, 2, 11): bullying.close,
        date(2027, 7, 15): again.tell,
        LAST: again.decide(),
    }


def of_the_head() -> Acts:
    """A case about the head, which the chair reads with the safeguarding lead."""
    told = Told("chair", "adult", head="yes", words="The head shouts", name="Ola")
    return {date(2026, 9, 24): told.tell, date(2026, 10, 1): told.open, date(2026, 10, 8): told.close}


@pytest.mark.parametrize(
    ("cases", "readers", "others"),
    [
        (of_children, {"coordinator"}, ("teacher", "principal", "chair", "network", "dsl")),
        (of_the_head, {"chair", "dsl"}, ("teacher", "principal", "coordinator", "network")),
    ],
)
def test_a_year_of_a_school_as_shipped_is_the_same_with_and_without_cases_for_who_may_not_read_them(
    cases: Callable[[], Acts],
    readers: set[str],
    others: tuple[str, ...],
    tmp_path: Path,
    migrated: Path,
    mail_server: MailServer,
) -> None:
    seen: list[Seen] = []
    mails: list[list[tuple[date, str, bytes]]] = []
    for name, acts in (("quiet", {}), ("told", cases())):
        with shipped_school(tmp_path / name, migrated, mail_server, others) as year:
            year.play(acts)
            seen.append(year.seen)
            mails.append([one for one in year.mails if not one[1].startswith(tuple(readers))])
            everything_was_done(year)
            outcomes = year.outcomes()
            assert len(year.mails) - len(mails[-1]) > (0 if name == "told" else -1)
    assert outcomes[0] is CaseOutcome.RESOLVED, "the control: there was a case"
    changed = [key for key, text in seen[0].items() if seen[1][key] != text]
    assert changed == []
    more = [one for one in mails[1] if one not in mails[0]]
    assert more == [] and len(mails[0]) == len(mails[1])


def everything_was_done(year: ShippedSchool) -> None:
    """What stands in the book as shipped, and what was switched on, was done in time, and nothing else."""
    lines, kinds = year.book.lines(), year.book.site.duties.all
    done = {one.duty for one in lines if one.kind is LineKind.DONE}
    always = {id for id, duty in kinds.items() if duty.always}
    none_of, later = (
        {"posters", "new-tool"},
        {"policy-review"},
    )  # the file's day of the next review is in September
    assert done == always - none_of - later | {*SWITCHED_ON}
    assert [one.duty for one in lines if one.kind is LineKind.LATE] == []
    assert year.school.leaver.id.hex not in {one.of for one in year.book.states("training-all")}
    with year.school.databases.school.session(write=False) as session:
        assert book_is_intact(session, SITE_KEY)
    pages = [text for (day, who, path), text in year.seen.items() if day == LAST and who == "teacher"]
    assert sum("Issued" in text for text in pages) >= 1, SIGNED
