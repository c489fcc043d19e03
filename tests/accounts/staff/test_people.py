"""Staff come by a one-time link and leave with nothing left open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassTeacher, Proposal, ProposalKind, RoleHolder, StaffMember
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password, try_password
from kiosk.accounts.sign_in.totp import seal_phone
from kiosk.accounts.staff.people import (
    StaffExist,
    accept_invitation,
    end_account,
    find_staff,
    forget_phone,
    guessable_words,
    invitation_digest,
    invite_first,
    invite_staff,
    invited_staff,
    prepare_password,
    present_staff,
    renew_invitation,
    session_key,
)
from kiosk.audit.log import LogAct, lines
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.web.sessions import StaffSession, forget_staff_sessions
from kiosk.wording.messages import Refused
from tests.factories import SITE_KEY, at_the_machine, make_class_group, make_staff

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
GOOD = "walnut ferry dusk ladder"
ACTING = at_the_machine(NOW)


def test_a_new_school_has_no_account_at_all(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(StaffMember)) == 0


def test_the_first_administrator_runs_the_network_and_is_invited_once(session: Session) -> None:
    invitation = invite_first(session, ACTING, "Mr Frost", "Frost@School.example")
    session.refresh(invitation.staff, ["holdings"])
    assert invitation.staff.roles == {Role.NETWORK}
    assert invitation.staff.email == "frost@school.example"
    with pytest.raises(StaffExist):
        invite_first(session, ACTING, "Ms Other", "other@school.example")


def test_only_a_digest_of_the_link_is_stored(session: Session) -> None:
    invitation = invite_staff(session, ACTING, "Ms Okafor", "a@school.example")
    stored = invitation.staff.invitation_digest
    assert stored == invitation_digest(invitation.token)
    assert invitation.token.encode() not in (stored or b"")


def test_a_link_opens_for_a_week(session: Session) -> None:
    token = invite_staff(session, ACTING, "Ms Okafor", "a@school.example").token
    assert invited_staff(session, token, NOW + timedelta(days=6, hours=23))
    assert invited_staff(session, token, NOW + timedelta(days=7)) is None
    assert invited_staff(session, token + "x", NOW) is None


def test_a_link_is_used_up_by_a_password(session: Session) -> None:
    invitation = invite_staff(session, ACTING, "Ms Okafor", "a@school.example")
    accept_invitation(session, ACTING, invitation.staff, new_password(GOOD, PUPIL_COST))
    assert try_password(invitation.staff.password_hash, GOOD)
    assert invited_staff(session, invitation.token, NOW) is None


def test_a_guessable_password_leaves_the_link_open(session: Session) -> None:
    invitation = invite_staff(session, ACTING, "Ms Okafor", "a@school.example")
    known = guessable_words(invitation.staff, "Hollybank School")
    with pytest.raises(Refused):
        prepare_password("msokaforhollybank", known)
    assert invited_staff(session, invitation.token, NOW)
    assert invitation.staff.password_hash is None


def test_a_second_link_replaces_the_first_and_keeps_password_and_phone(session: Session) -> None:
    invitation = invite_staff(session, ACTING, "Ms Okafor", "a@school.example")
    accept_invitation(session, ACTING, invitation.staff, new_password(GOOD, PUPIL_COST))
    seal_phone(SITE_KEY, invitation.staff, "JBSWY3DPEHPK3PXP")
    second = renew_invitation(session, invitation.staff, NOW)
    third = renew_invitation(session, invitation.staff, NOW)
    assert invited_staff(session, second.token, NOW) is None
    assert invited_staff(session, third.token, NOW)
    assert try_password(third.staff.password_hash, GOOD)
    assert third.staff.sealed_phone


@pytest.mark.parametrize(
    "email", ["", "okafor", "a b@school.example", "a@school", "a@b.c,d@e.f", "x" * 250 + "@b.cd"]
)
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(Refused):
        invite_staff(session, ACTING, "Ms Okafor", email)


def test_a_name_is_needed(session: Session) -> None:
    with pytest.raises(Refused):
        invite_staff(session, ACTING, "  ", "a@school.example")


def test_an_address_in_use_is_refused_in_any_case(session: Session) -> None:
    invite_staff(session, ACTING, "Ms Okafor", "a@school.example")
    with pytest.raises(Refused, match="Ms Okafor has this address already"):
        invite_staff(session, ACTING, "Somebody", " A@School.example ")


def test_somebody_who_leaves_keeps_nothing_that_opens(session: Session) -> None:
    staff = make_staff(session, totp_secret="JBSWY3DPEHPK3PXP", password_hash=b"x")
    token = renew_invitation(session, staff, NOW).token
    make_class_group(session, teacher=staff)
    end_account(session, ACTING, staff, TODAY)
    assert staff.left_on == TODAY
    assert (staff.password_hash, staff.sealed_phone, staff.invitation_digest) == (None, None, None)
    assert [(entry.act, entry.about_id) for entry in lines(session)] == [(LogAct.LEFT, staff.id)]
    assert invited_staff(session, token, NOW) is None
    assert session.scalar(select(func.count()).select_from(ClassTeacher)) == 0
    assert staff not in present_staff(session)


def test_somebody_who_left_can_come_back_by_a_new_link(session: Session) -> None:
    staff = make_staff(session, email="back@school.example")
    end_account(session, ACTING, staff, TODAY)
    invitation = invite_staff(session, ACTING, "Mrs New Name", "back@school.example")
    assert invitation.staff is find_staff(session, "back@school.example") is staff
    assert (staff.name, staff.left_on) == ("Mrs New Name", None)


@pytest.mark.parametrize("deputy", [False, True])
def test_nobody_who_answers_for_a_role_can_leave_or_lose_the_phone(session: Session, deputy: bool) -> None:
    staff = make_staff(session, name="Mr Shah", totp_secret="JBSWY3DPEHPK3PXP")
    session.add(RoleHolder(role=Role.DSL, deputy=deputy, staff_id=staff.id))
    session.flush()
    session.refresh(staff, ["holdings"])
    with pytest.raises(
        Refused, match="Mr Shah cannot leave before somebody else takes over: Safeguarding lead"
    ):
        end_account(session, ACTING, staff, TODAY)
    with pytest.raises(Refused, match="Give the roles"):
        forget_phone(session, ACTING, staff)
    assert staff.left_on is None
    assert staff.sealed_phone


@pytest.mark.parametrize("loses", [False, True])
def test_nobody_ends_the_account_of_somebody_whom_readers_want_in_a_role(
    session: Session, loses: bool
) -> None:
    staff, lead = make_staff(session, name="Miss Green"), make_staff(session, Role.DSL)
    proposal = Proposal(
        kind=ProposalKind.ROLE,
        gains=None if loses else staff,
        loses=staff if loses else None,
        role=Role.COORDINATOR,
        deputy=True,
        why="he was named",
        change="",
        asked_by=lead,
        asked_on=TODAY - timedelta(days=7),
        until=TODAY,
    )
    session.add(proposal)
    session.flush()
    with pytest.raises(Refused, match="A change about Miss Green waits for readers"):
        end_account(session, ACTING, staff, TODAY)
    assert staff.left_on is None
    end_account(session, ACTING, staff, TODAY + timedelta(days=1))
    assert staff.left_on, "a change that is over keeps nobody"


def test_a_teacher_may_set_up_a_new_phone(session: Session) -> None:
    staff = make_staff(session, totp_secret="JBSWY3DPEHPK3PXP", totp_step=9)
    forget_phone(session, ACTING, staff)
    assert (staff.sealed_phone, staff.totp_step) == (None, 0)


def test_the_sessions_of_a_leaver_are_found_by_their_key(session: Session, databases: Databases) -> None:
    staff, other = make_staff(session), make_staff(session)
    with databases.sessions.write() as store:
        for number, who in enumerate((staff, staff, other)):
            store.add(
                StaffSession(
                    token_digest=bytes([number]) * 32,
                    staff_key=session_key(who),
                    content="{}",
                    started_at=NOW,
                    seen_at=NOW,
                )
            )
    with databases.sessions.write() as store:
        forget_staff_sessions(store, session_key(staff))
    with databases.sessions.session(write=False) as store:
        assert [row.staff_key for row in store.scalars(select(StaffSession))] == [session_key(other)]
