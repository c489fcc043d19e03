"""The versions of what staff are told that hold now, and what one person still has to acknowledge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.conduct.code import Codes
from kiosk.conduct.models import SignOff
from kiosk.conduct.signing import STAFF_CODE, current_staff_sign_off
from kiosk.content.language import ENGLISH
from kiosk.told.acknowledging import Acknowledged, acknowledged, is_due
from kiosk.told.models import StaffTopic
from kiosk.told.notice import Notices


def present_versions(notices: Notices, codes: Codes) -> dict[StaffTopic, int]:
    """The version of each that holds now."""
    return {
        StaffTopic.MONITORING: notices.get("monitoring-staff").version,
        StaffTopic.TELLING: notices.get("telling-staff").version,
        StaffTopic.CODE: codes[STAFF_CODE, ENGLISH].version,
    }


def acknowledged_state(session: Session, staff: StaffMember, codes: Codes) -> dict[StaffTopic, Acknowledged]:
    """What one person has acknowledged; whoever signed a version of the policy has seen it."""
    signed = current_staff_sign_off(session, staff, codes[STAFF_CODE, ENGLISH])
    return _with_signature(acknowledged(session, [staff])[staff.id], signed)


def still_due(
    state: Mapping[StaffTopic, Acknowledged], present: Mapping[StaffTopic, int], today: date
) -> list[StaffTopic]:
    """What somebody in this state still has to acknowledge, in the order in which it is shown."""
    return [what for what, version in present.items() if is_due(what, state, version, today)]


@dataclass(frozen=True)
class StaffLine:
    """One member of staff: what they have read, what is due, and the day on which they signed the present policy."""

    name: str
    state: Mapping[StaffTopic, Acknowledged]
    due: tuple[StaffTopic, ...]
    signed_on: date | None


def staff_lines(session: Session, present: Mapping[StaffTopic, int], today: date) -> list[StaffLine]:
    """Everybody who works here, by name; three queries, however many there are."""
    people = present_staff(session)
    read = acknowledged(session, people)
    signed = {
        row.staff_id: row
        for row in session.scalars(
            select(SignOff)
            .where(SignOff.staff_id.is_not(None), SignOff.code_id == STAFF_CODE)
            .order_by(SignOff.decided_on)
        )
    }
    lines = []
    for one in people:
        sign_off = signed.get(one.id)
        state = _with_signature(read[one.id], sign_off)
        agreed = sign_off is not None and sign_off.code_version >= present[StaffTopic.CODE]
        signed_on = sign_off.decided_on if sign_off and agreed else None
        lines.append(StaffLine(one.name, state, tuple(still_due(state, present, today)), signed_on))
    return lines


def _with_signature(
    read: Mapping[StaffTopic, Acknowledged], signed: SignOff | None
) -> dict[StaffTopic, Acknowledged]:
    """What somebody has read; whoever signed a version of the policy has seen it."""
    found = dict(read)
    seen = found.get(StaffTopic.CODE)
    if signed and (seen is None or seen.version < signed.code_version):
        found[StaffTopic.CODE] = Acknowledged(signed.code_version, signed.decided_on)
    return found
