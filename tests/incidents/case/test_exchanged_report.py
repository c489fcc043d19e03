"""Words put in the place of a child's, after a reader had opened them, are said to be so (promise S10)."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import opened_row
from kiosk.report.access.renewal import renew_with_recovery
from kiosk.report.access.sealed_report import READERS, access_marks, wraps_for
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.envelope import new_case_key, seal
from tests.factories import RECOVERY_PRIVATE, opener_of
from tests.incidents.closings import close_case
from tests.incidents.school import School

SAID = "what the child sent was exchanged"


def exchange(school: School, report_id: uuid.UUID, words: str) -> None:
    """Somebody who can write rows seals other words for the same readers, with a key of their own."""
    with school.databases.reports.write() as reports:
        row, key = reports.get_one(Report, report_id), new_case_key()
        body = opened_row(reports, row, opener_of(school.coordinator)).body | {"words": words}
        ring = read_keyring(reports)
        wraps = wraps_for(
            row.id, key, [one for one in ring.readers if "coordinator" in one.roles], ring.recovery
        )
        row.envelope = seal(row.id, row.route, body | {READERS: access_marks(wraps)}, key)
        reports.execute(delete(ReportReader).where(ReportReader.report_id == row.id))
        reports.execute(insert(ReportReader), [{"report_id": row.id, **vars(one)} for one in wraps])


@pytest.mark.parametrize("when", ["before", "after"])
def test_words_that_were_exchanged_after_the_first_opening_are_said_to_be(
    school: School, app: Flask, when: str
) -> None:
    client, report_id = school.browser(app, school.coordinator), school.told("bullying", words="he hit me")
    if when == "before":  # nobody had opened it: the stated limit of docs/privacy.md
        exchange(school, report_id, "all is well")
    address = client.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    if when == "after":
        assert SAID not in client.get(address).text
        exchange(school, report_id, "all is well")
    page = client.get(address).text
    assert "all is well" in page
    assert (SAID in page) is (when == "after")


def test_a_renewed_key_and_every_step_of_staff_leave_it_as_it_was_opened(school: School, app: Flask) -> None:
    client, report_id = school.browser(app, school.coordinator), school.told("bullying", words="he hit me")
    address = client.post(f"/staff/incidents/open/{report_id}").headers["Location"]
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReportReader).where(ReportReader.reader_id == school.coordinator2.id))
        assert renew_with_recovery(reports, RECOVERY_PRIVATE) == 1
    close_case(client, address, {"outcome": "resolved", "note": "All talked."})
    client.post(f"{address}/reopen", data={"note": "Again."})
    with school.databases.reports.write() as reports:
        reports.execute(update(Report).values(urgent=True))  # by hand: it is put back
    page = client.get(address).text
    assert "This report was changed by hand" in page
    assert "he hit me" in page
    assert SAID not in page
