"""The parts of the page of keys, in words and ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kiosk.accounts.login import may_open, private_key
from kiosk.accounts.models import StaffMember
from kiosk.forms import FormErrors
from kiosk.incidents.views.words import OUTCOMES
from kiosk.readers.holders import KeyState, ReaderLine
from kiosk.readers.practice import Practice
from kiosk.readers.setup import Setup, SetupStep
from kiosk.readers.views.words import STATES, STEPS
from kiosk.report.keyring import ZONE_ID
from kiosk.report.models import Zone
from kiosk.report.self_test import self_test_late, self_test_waits
from kiosk.sealing.boxes import public_of
from kiosk.sealing.reader_key import fingerprint
from kiosk.site import current_site
from kiosk.stores import reports
from kiosk.words import date_words, moment_words, role_words, slot_words


@dataclass(frozen=True)
class SentApproval:
    """The form of an approval as it was sent: whose key, the day, and what has to be corrected."""

    staff_id: str
    reads_from: str
    errors: FormErrors


def day_or_nothing(day: date | None) -> str:
    """A day in words; nothing where there is none."""
    return date_words(day, current_site().today()) if day else ""


def steps_part(setup: Setup, lines: Sequence[ReaderLine], me: StaffMember) -> list[dict[str, Any]]:
    """The steps of setting up, with what is missing."""
    missing = ", ".join(line.staff.name for line in lines if line.state is KeyState.NONE)
    more = {SetupStep.READERS: _("Not yet: %(names)s.", names=missing) if missing else ""}
    return [
        {
            "step": step.value,
            "what": _(what),
            "who": _(who),
            "more": more.get(step, ""),
            "done": step in setup.done,
            "next": step is setup.next_step,
            "url": url_for(".show_roles")
            if step is SetupStep.ROLES and may_open(me, "readers.show_roles")
            else "",
        }
        for step, (what, who) in STEPS.items()
    ]


def reader_part(line: ReaderLine, me: StaffMember) -> dict[str, Any]:
    """A row of the table of readers."""
    roles = [role_words(one.role, one.deputy) for one in line.holdings]
    under = ""
    if line.state is KeyState.ACTIVE:
        since = [_("since %(day)s", day=day_or_nothing(line.active_from))] if line.active_from else []
        reads = (
            [_("reads reports from %(day)s", day=day_or_nothing(line.reads_from))] if line.reads_from else []
        )
        under = ", ".join([*since, *reads])
    elif line.state is KeyState.WAITS:
        given = ", ".join(person.name for person in line.approved_by)
        under = _("One more reader has to approve.") if line.more_needed == 1 else ""
        under = under or _("%(count)s readers have to approve.", count=line.more_needed)
        under = f"{_('Approved by %(names)s.', names=given)} {under}" if given else under
    return {
        "name": line.staff.name,
        "mine": line.staff.id == me.id,
        "roles": "; ".join(roles),
        "fingerprint": line.fingerprint,
        "state": _(STATES[line.state]),
        "active": line.state is KeyState.ACTIVE,
        "made_on": day_or_nothing(line.made_on),
        "under": under,
    }


def own_key_part(lines: Sequence[ReaderLine], me: StaffMember) -> dict[str, str]:
    """The fingerprint of the key that this person's password opened, and a warning if it differs from the stored one.

    It does not come from the database, so two people who compare it notice if a key was exchanged there.
    """
    private = private_key()
    stored = next((line.fingerprint for line in lines if line.staff.id == me.id), "")
    if private is None or not stored:
        return {"mark": "", "strange": ""}
    mark = fingerprint(public_of(private))
    strange = _("The key that your password opens is not the one in the database for you.")
    return {"mark": mark, "strange": strange if stored != mark else ""}


def approval_form_part(line: ReaderLine, sent: SentApproval | None) -> dict[str, Any]:
    """The form to approve a key, as it was sent if something has to be corrected."""
    mine = sent if sent and sent.staff_id == line.staff.id.hex else None
    id = line.staff.id.hex
    return {
        "id": id,
        "name": line.staff.name,
        "fingerprint": line.fingerprint,
        "renewed": line.renewed,
        "more_needed": line.more_needed,
        "given": ", ".join(person.name for person in line.approved_by),
        "reads_from": mine.reads_from if mine else current_site().today().isoformat(),
        "day_error": mine.errors.for_field(f"from-{id}") if mine else "",
        "tick_error": mine.errors.for_field(f"same-{id}") if mine else "",
        "url": url_for(".approve_key", staff_id=line.staff.id),
    }


def recovery_part(setup: Setup) -> list[tuple[str, str]]:
    """What is known about the active recovery key."""
    if setup.recovery is None:
        return []
    return [
        (_("Made"), day_or_nothing(setup.recovery.made_on)),
        (_("Typed back"), day_or_nothing(setup.recovery.proven_on)),
        (_("Fingerprint"), fingerprint(setup.recovery.public_key)),
    ]


def check_part(now: datetime) -> dict[str, Any]:
    """The state of the morning's self-test."""
    zone = reports().get(Zone, ZONE_ID)
    return {
        "last": day_or_nothing(zone.checked_on) if zone else "",
        "waits": self_test_waits(reports()),
        "late": self_test_late(reports(), current_site().calendar, now),
    }


def practice_part(one: Practice, now: datetime) -> list[tuple[str, str]]:
    """A practice report and what happened to it."""
    site = current_site()
    if not site.config.smtp_url:
        alert = _("No e-mail: kiosk has no mail server")
    else:
        alert = _("Waits for the mail server") if one.alert_waits else _("Every reader")
    found = [(_("Sent"), slot_words(one.slot, site.calendar, now)), (_("Told by e-mail"), alert)]
    if one.opened_at is None:
        return [*found, (_("Opened"), _("Not yet"))]
    found.append((_("Opened"), f"{one.opened_by}, {moment_words(one.opened_at, site.calendar, now)}"))
    if one.closed_at is None:
        return [*found, (_("Closed"), _("Not yet"))]
    outcome = _(OUTCOMES[one.outcome]) if one.outcome else ""
    return [*found, (_("Closed"), f"{moment_words(one.closed_at, site.calendar, now)}: {outcome}")]
