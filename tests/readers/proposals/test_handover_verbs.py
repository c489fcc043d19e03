"""The verbs of a hand-over on both databases: signed by two, in the list at once, settled on its day (promise G4)."""

from datetime import timedelta

from kiosk.accounts.models import Proposal, StaffMember
from kiosk.readers.proposals.approval import (
    apply_proposal,
    apply_signed_changes,
    approve,
    is_unsettled,
)
from kiosk.readers.proposals.proposals import forget_lapsed, propose_handover
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.signed_list.holders import words_of
from kiosk.readers.signed_list.versions import SchoolDay, Signer
from tests.factories import make_reader_key, secret_of, today
from tests.incidents.school import School
from tests.readers.school import chain_of, keyed, role_holders

__all__ = ["keyed"]
AHEAD = timedelta(days=20)


def confirmed(school: School, settled: bool = True) -> None:
    """The lead hands over to the teacher; the chair has heard the six words."""
    when = SchoolDay(school.calendar, today())
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        chain = chain_of(school)
        gives, takes, other = (
            session.get_one(StaffMember, school.people[name].id) for name in ("dsl", "teacher", "chair")
        )
        day = when.today + AHEAD
        proposal = propose_handover(session, chain, gives, gives, takes, day, when)
        approve(session, chain, proposal, Signer(gives, secret_of(gives.id)), when.today)
        heard = " ".join(words_of(make_reader_key(session, takes)))
        proposal.taken_on = when.today
        by = Signer(other, secret_of(other.id))
        approve(session, chain, proposal, by, when.today, heard)
        assert apply_proposal(session, reports, proposal, by, when)
        if not settled:
            session.rollback()  # the list was committed, and the machine stopped


def test_it_is_in_the_list_at_once_and_in_the_roles_on_its_day_alone(keyed: School) -> None:
    before = role_holders(keyed)
    confirmed(keyed)
    assert role_holders(keyed) == before
    with keyed.databases.school.write() as session:
        assert session.query(Proposal).count() == 0
        eve = today() + AHEAD - timedelta(days=1)
        assert not is_unsettled(session, chain_of(keyed), eve)
        assert apply_signed_changes(session, chain_of(keyed), eve) == set()
    assert role_holders(keyed) == before
    for _ in range(2):
        publish_readers(keyed.databases, keyed.config, today() + AHEAD)
        after = before - {("Ms dsl", "dsl", False)} | {("Ms teacher", "dsl", False)}
        assert role_holders(keyed) == after
    with keyed.databases.school.session(write=False) as session:
        assert not is_unsettled(session, chain_of(keyed), today() + AHEAD)


def test_what_a_crash_left_half_done_is_completed_and_a_lapsed_row_undoes_nothing(keyed: School) -> None:
    confirmed(keyed, settled=False)
    assert chain_of(keyed)[-1].readers[keyed.dsl.id.hex].heir == keyed.teacher.id.hex
    with keyed.databases.school.write() as session:
        forget_lapsed(session, today() + AHEAD)
    publish_readers(keyed.databases, keyed.config, today() + AHEAD)
    assert ("Ms teacher", "dsl", False) in role_holders(keyed)
    assert ("Ms dsl", "dsl", False) not in role_holders(keyed)
