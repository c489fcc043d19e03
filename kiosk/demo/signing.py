"""Which of the demo school's staff have signed their policy: most, so that the register has something to say."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from kiosk.accounts.staff import present_staff
from kiosk.conduct.code import Codes
from kiosk.conduct.signing import STAFF_CODE, sign_as_staff
from kiosk.content.language import ENGLISH
from kiosk.demo.names import MAIL_DOMAIN, NOT_SIGNED

WEEKS_AGO = 3
DAYS_OF_SIGNING = 5  # the week in which the policy was talked through


def add_signatures(session: Session, codes: Codes, today: date) -> None:
    """Let staff sign their policy in one week of this term; who is in NOT_SIGNED still has to."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_AGO)
    code = codes.get(STAFF_CODE, ENGLISH)
    for number, staff in enumerate(present_staff(session)):
        if staff.email.removesuffix(MAIL_DOMAIN) not in NOT_SIGNED:
            sign_as_staff(session, staff, code, ENGLISH, monday + timedelta(days=number % DAYS_OF_SIGNING))
