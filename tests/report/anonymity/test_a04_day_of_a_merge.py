"""Promise A4: what notes that something came from the intake knows no finer day than the report itself."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kiosk.report.models import ImportedId, Report
from tests.incidents.school import School

FRIDAY_EVENING = datetime(2026, 11, 27, 22, 15, tzinfo=UTC)
SUNDAY_MORNING = datetime(2026, 11, 29, 9, 5, tzinfo=UTC)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize("moment", [FRIDAY_EVENING, SUNDAY_MORNING])
def test_what_was_urgent_at_a_weekend_says_nothing_of_the_day_on_which_it_came(
    school: School, moment: datetime
) -> None:
    school.tell("bullying", moment, danger="yes")
    school.merge(moment)
    with school.databases.reports.session(write=False) as session:
        assert session.scalars(select(Report.day)).all() == [MONDAY]
        assert session.scalars(select(ImportedId.day)).all() == [MONDAY]
