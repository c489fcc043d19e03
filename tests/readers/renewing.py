"""Somebody signs in on a day, and their key passes on what is due."""

from datetime import date

from kiosk.report.access.opening import Opener
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.access.renewal import renew_due_keys
from tests.factories import secret_of
from tests.incidents.school import School


def renew_by(school: School, name: str, day: date) -> int:
    """A reader who has seen the list of now opens Reports; how many reports got another key."""
    person = school.people[name]
    with school.databases.reports.write() as reports:
        last = verified_chain(reports)[-1]
        opener = Opener(
            person.id,
            {role.value for role in person.roles},
            secret_of(person.id).private_key,
            day,
            (last.number, last.hash),
            last.number,
        )
        return renew_due_keys(reports, opener)
