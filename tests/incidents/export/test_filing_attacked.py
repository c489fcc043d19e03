"""Nobody hands a case to the child protection file but the lead who reads it, and only in two steps."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from kiosk.incidents.models import FiledCopy, Incident
from tests.accounts.doors import PASSWORD, staff_browser
from tests.incidents.filed import FORM, NEXT, Filer, at_work, case, filed, lead, opened
from tests.incidents.school import School

__all__ = ["at_work", "case", "lead"]
pytestmark = pytest.mark.database("sqlite")


def test_the_second_step_without_the_password_or_with_a_wrong_one_hands_over_nothing(
    lead: Filer, at_work: School
) -> None:
    sent = lead.look()
    assert lead.client.post(f"{lead.address}/file/hand-over", data=sent).status_code == 422
    assert lead.hand(sent, "").status_code == 422
    assert lead.hand(sent, "another walnut ferry dusk").status_code == 422
    assert filed(at_work) == 0
    assert lead.hand(sent).status_code == 302, "nothing typed was lost"


def test_the_second_step_without_the_first_or_changed_since_or_from_another_session_hands_over_nothing(
    lead: Filer, at_work: School, app: Flask
) -> None:
    assert lead.hand(FORM | {"once": "f" * 32}).status_code == 409
    sent = lead.look()
    assert lead.hand(sent | {"to": "Somebody else"}).status_code == 409
    elsewhere = Filer(staff_browser(app, at_work.dsl), lead.address)
    assert elsewhere.hand(sent).status_code == 409
    deputy = Filer(staff_browser(app, at_work.dsl2), lead.address)
    deputy.look()
    assert deputy.hand(sent).status_code == 409
    assert filed(at_work) == 0
    assert lead.hand(sent).status_code == 302, "the control"


def test_one_case_that_was_looked_at_does_not_open_the_door_to_another(
    lead: Filer, at_work: School, app: Flask
) -> None:
    other = opened(at_work, app, "dsl", "images", words="something else")
    sent = lead.look()
    assert Filer(lead.client, other).hand(sent).status_code == 409
    where = lead.whole()
    astray = where.replace(lead.address, other)
    assert astray != where and lead.client.get(astray).status_code == 404
    assert lead.client.get(f"{astray}.json").status_code == 404


def answers(client: FlaskClient, case: str, where: str) -> list[int]:
    """What every address of handing over answers."""
    id = where.rsplit("/", 1)[1]
    sent = FORM | {"once": "f" * 32, "unlock-password": PASSWORD}
    return [
        client.get(f"{case}/file").status_code,
        client.post(f"{case}/file", data=FORM).status_code,
        client.post(f"{case}/file/hand-over", data=sent).status_code,
        client.get(f"{case}/file/{id}").status_code,
        client.get(f"{case}/file/{id}.json").status_code,
    ]


def test_only_the_lead_and_deputies_who_read_the_case_hand_it_over(
    lead: Filer, at_work: School, app: Flask
) -> None:
    where = lead.whole()
    deputy = at_work.browser(app, at_work.dsl2)
    assert answers(deputy, lead.address, where) == [200, 200, 409, 200, 200]
    for name in ("coordinator", "principal", "chair", "network", "teacher"):
        assert set(answers(at_work.browser(app, at_work.people[name]), lead.address, where)) == {403}, name


def test_whoever_reads_a_case_about_the_head_without_being_the_lead_cannot_hand_it_over(
    at_work: School, app: Flask
) -> None:
    case = opened(at_work, app, "dsl", "adult", head="yes", words="The head shouted.")
    chair = at_work.browser(app, at_work.chair)
    assert chair.get(case).status_code == 200
    assert f"{case}/file" not in chair.get(case).text
    assert chair.get(f"{case}/file").status_code == 403
    page = at_work.browser(app, at_work.dsl).get(f"{case}/file")
    assert "Nobody else may learn of it" in page.text


def test_a_lead_whom_the_child_ticked_or_who_stepped_aside_finds_nothing(at_work: School, app: Flask) -> None:
    case = opened(at_work, app, "dsl2", "adult", head="no", exclude=[at_work.dsl.id.hex])
    where = Filer(at_work.browser(app, at_work.dsl2), case).whole()
    assert set(answers(at_work.browser(app, at_work.dsl), case, where)) == {404}
    other = opened(at_work, app, "dsl", "images")
    mine = Filer(at_work.browser(app, at_work.dsl), other)
    where, sent = mine.whole(), mine.look(NEXT)
    assert mine.client.post(f"{other}/aside").status_code == 302
    assert mine.hand(sent).status_code == 404
    assert set(answers(mine.client, other, where)) == {404}


def test_what_is_no_matter_of_protection_goes_into_no_file(at_work: School, app: Flask) -> None:
    case = opened(at_work, app, "coordinator", "bullying", follow=["threat"])
    lead = at_work.browser(app, at_work.dsl)
    assert lead.get(case).status_code == 200
    assert f"{case}/file" not in lead.get(case).text
    assert lead.get(f"{case}/file").status_code == 404
    with at_work.databases.school.write() as session:
        session.execute(update(Incident).values(route="danger"))
    assert lead.get(f"{case}/file").status_code == 404, "the sealed text counts, and not the row"


def test_with_the_key_put_away_every_number_leads_to_the_password_first(
    lead: Filer, at_work: School, app: Flask
) -> None:
    where = lead.whole()
    sent = lead.look(NEXT)
    idle = staff_browser(app, at_work.dsl, idle=timedelta(minutes=11))
    for address in (f"{lead.address}/file", "/staff/incidents/77777/file", where, f"{where}.json"):
        answer = idle.get(address)
        assert answer.status_code == 302 and "/staff/unlock?" in answer.headers["Location"], address
    answer = idle.post(f"{lead.address}/file/hand-over", data=sent)
    assert answer.status_code == 401 and "meet" not in answer.text
    assert filed(at_work) == 1


def test_what_went_out_is_shown_again_only_after_the_password_of_the_last_minutes(
    lead: Filer, at_work: School, app: Flask
) -> None:
    where = lead.whole()
    later = staff_browser(app, at_work.dsl, ago=timedelta(minutes=6))
    for address in (where, f"{where}.json"):
        answer = later.get(address)
        assert answer.status_code == 302 and "/staff/confirm?" in answer.headers["Location"]


def test_a_copy_that_was_exchanged_or_removed_is_not_shown_as_what_went_out(
    lead: Filer, at_work: School
) -> None:
    first, second = lead.whole(), lead.whole(NEXT)
    with at_work.databases.school.write() as session:
        copies = list(session.scalars(select(FiledCopy)))
        copies[0].sealed, copies[1].sealed = copies[1].sealed, copies[0].sealed
    for where in (first, second):
        for address in (where, f"{where}.json"):
            answer = lead.client.get(address)
            assert answer.status_code == 500 and "meet" not in answer.text
    with at_work.databases.school.write() as session:
        session.delete(session.scalars(select(FiledCopy)).first())
    assert {lead.client.get(one).status_code for one in (first, second)} == {500}


def test_no_word_of_the_copy_stands_open_in_the_database(lead: Filer, at_work: School) -> None:
    lead.whole()
    with at_work.databases.school.session(write=False) as session:
        (sealed,) = session.scalars(select(FiledCopy.sealed))
        assert session.scalar(select(func.count()).select_from(FiledCopy)) == 1
    assert b"meet" not in sealed and b"Hill" not in sealed and b"schema" not in sealed
