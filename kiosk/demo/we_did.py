"""The entries of the demo school's board "You said, we did"; every word is invented."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.incidents.we_did import Draft, put_up

WRITER = "okafor"
YOUNG, OLDER = (Band.KS1, Band.KS2), (Band.KS3, Band.KS4)
# How many days ago it was first shown.
BOARD: tuple[tuple[int, Draft], ...] = (
    (
        3,
        Draft(
            OLDER,
            "en",
            "Group chats go on all night, and people feel they have to answer.",
            "We talked about it in tutor time. Now most groups go quiet at night. You can mute a chat at any time.",
        ),
    ),
    (
        10,
        Draft(
            YOUNG,
            "en",
            "Some of the games show things that are not nice.",
            "We took them off. You told us, so we could fix it.",
        ),
    ),
    (
        24,
        Draft(
            tuple(Band),
            "en",
            "It is hard to tell a grown-up when it is loud.",
            "The room by the door is now a calm room. You can sit there and talk.",
        ),
    ),
)


def add_board(session: Session, today: date) -> None:
    """Add the entries to the board."""
    writer = session.scalars(select(StaffMember).where(StaffMember.email == WRITER + MAIL_DOMAIN)).one()
    for days_ago, draft in BOARD:
        put_up(session, draft, writer, today - timedelta(days=days_ago))
