"""Two people give, finish and read the same thing at the same moment: it is there once, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import Acting, CaseFile, CaseViewer, incident_of
from kiosk.incidents.case.need_to_know import answer_message, tell_colleague
from kiosk.incidents.case.tasks import complete_task, set_task
from kiosk.incidents.models import Act, CaseTask, ColleagueMessage, IncidentEntry
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

Verb = Callable[[Acting, CaseFile], None]


def opened(school: School) -> int:
    """The number of a case of bullying that the coordinator opened."""
    report_id = school.told("bullying")
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, school.coordinator, now_utc(), session, reports)
        return open_incident(by, report_id).incident.number


def at_once(school: School, number: int, verb: Verb, people: list[StaffMember]) -> None:
    """Each of these people does the same at one barrier, holding the case as a request does."""
    barrier = Barrier(len(people))

    def one(person: StaffMember) -> None:
        barrier.wait()
        with school.databases.school.writing() as session, school.databases.reports.writing() as reports:
            incident = incident_of(session, number, for_update=True)
            assert incident
            by = acting(school.calendar, person, now_utc(), session, reports)
            verb(by, case_of(by, incident))
            session.commit()
            reports.commit()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(one, people))


def acts(school: School) -> list[Act]:
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq)))


def test_the_same_task_given_and_done_by_two_at_once_is_one(school: School) -> None:
    number, today = opened(school), now_utc().astimezone(school.calendar.zone).date()
    due_on = today + timedelta(days=2)

    def give(by: Acting, case: CaseFile) -> None:
        owner = next(one for one in case.report.readers if one.id == school.coordinator2.id)
        set_task(by, case, owner, due_on, "Ring the nurse")

    def do(by: Acting, case: CaseFile) -> None:
        complete_task(by, case, by.school.scalars(select(CaseTask.id)).one())

    both = [school.coordinator, school.coordinator2]
    at_once(school, number, give, both)
    assert acts(school) == [Act.OPENED, Act.TASK_SET]
    at_once(school, number, do, both)
    assert acts(school) == [Act.OPENED, Act.TASK_SET, Act.TASK_DONE]
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(CaseTask.done_on)).one() == today


def test_what_a_colleague_was_told_is_read_once_however_often_they_say_so_at_once(school: School) -> None:
    def say(by: Acting, case: CaseFile) -> None:
        tell_colleague(by, school.key, case, school.teacher.id, "Be kind this week.")

    at_once(school, opened(school), say, [school.coordinator])
    barrier, before = Barrier(2), news_for(school, school.coordinator)

    def read(_: int) -> bool:
        barrier.wait()
        databases = school.databases
        with databases.school.writing() as session, databases.reports.writing() as reports:
            word = session.scalars(select(ColleagueMessage.id)).one()
            looking = CaseViewer(school.teacher, now_utc(), school.calendar, session, reports)
            done = answer_message(looking, school.key, word, "done", "")
            reports.commit()
            session.commit()
            return done

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(read, range(2))) == [True, True], "the second finds it done"
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(ColleagueMessage.words)).one() == ""
    assert news_for(school, school.coordinator) == before + 1, "who asked is told once"


def news_for(school: School, person: StaffMember) -> int:
    with school.databases.reports.session(write=False) as session:
        mails = session.scalars(select(OutboxRow.address).where(OutboxRow.kind == MailKind.NEWS))
        return list(mails).count(person.email)
