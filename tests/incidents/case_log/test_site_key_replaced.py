"""Cases after the site key was replaced: their lines, and what a colleague was told, are kiosk's own as before."""

import uuid

from flask import Flask
from sqlalchemy import select

from kiosk.audit.log import LogAct, LogEntry
from kiosk.audit.verify import verify_log
from kiosk.config import Config
from kiosk.incidents.case.need_to_know import _message_proof
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.incidents.models import ColleagueMessage
from kiosk.sealing.site_key import SiteKey
from tests.incidents.school import School
from tests.upkeep.replacing import replaced


def test_lines_of_cases_are_whole_and_what_a_colleague_was_told_can_be_read(
    school: School, app: Flask, config: Config, key: SiteKey
) -> None:
    client = school.browser(app, school.coordinator)
    address = client.post(f"/staff/incidents/open/{school.told('bullying')}").headers["Location"]
    assert client.post(f"{address}/record/did", data={"note": "Spoke to the form."}).status_code == 302
    databases = school.databases
    with databases.school.write() as session:
        word = ColleagueMessage(
            id=uuid.uuid4(),
            by_id=school.coordinator.id,
            to_id=school.coordinator2.id,
            words="Keep an eye on 6B",
            answer_key=b"",
            answer=b"",
        )
        word.proof = _message_proof(key, word, word.words, None)
        session.add(word)
    _, new = replaced(config, databases)
    with databases.school.session(write=False) as session:
        assert session.scalars(select(LogEntry).where(LogEntry.act == LogAct.CASE_LINE)).all(), "the control"
        assert (verify_log(session, new), verify_cases(session, new)) == ([], [])
        found = session.get_one(ColleagueMessage, word.id)
        assert found.proof == _message_proof(new, found, found.words, None)
