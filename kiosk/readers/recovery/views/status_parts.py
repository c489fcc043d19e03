"""The parts of the page of keys, in words and ready to be shown."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import session, url_for
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import may_open, open_key_of_session
from kiosk.accounts.staff.people import is_away
from kiosk.readers.recovery.setup import Setup, SetupStep
from kiosk.readers.signed_list.holders import KeyState, ReaderLine
from kiosk.readers.signed_list.views.checking import NEWS, SEEN_ON
from kiosk.readers.wording import READS, STATES, STEPS, change_words
from kiosk.roles import Role
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import fingerprint, six_words
from kiosk.site import current_site
from kiosk.wording.words import date_words, near_day, role_words


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


def reader_part(line: ReaderLine, me: StaffMember, chain: Sequence[Version]) -> dict[str, Any]:
    """A row of the table of readers."""
    listed = line.state in {KeyState.ACTIVE, KeyState.SOON}
    active = chain[-1].active(current_site().today()) if chain else {}
    mine_counts, others, frozen = me.id.hex in active, line.staff.id != me.id, bool(line.staff.frozen_on)
    may_freeze = Role.NETWORK in me.roles or mine_counts
    return {
        "name": line.staff.name,
        "mine": not others,
        "roles": "; ".join(role_words(one.role, one.deputy) for one in line.holdings),
        "words": line.words if listed else (),
        "reads": "; ".join(_(READS[role]) for role in READS if role in line.staff.roles)
        if line.state is KeyState.ACTIVE
        else _("Nothing yet"),
        "now": _now_words(line, me, mine_counts, bool(active)),
        "soon": line.state is KeyState.SOON,
        "listed": listed,
        "since": _from_day(line) if line.state is KeyState.SOON else day_or_nothing(line.since),
        "let_in_by": _("the set-up") if line.founder else ", ".join(line.approved_by),
        "stop_url": _link(".stop_form", line, others and mine_counts and line.state is KeyState.SOON),
        "ask_url": _link(".ask_for_key", line, others and mine_counts and line.state is KeyState.WAITS),
        "freeze_url": _link(".freeze_form", line, others and may_freeze and not frozen),
        "thaw_url": _link(".thaw_form", line, others and mine_counts and frozen),
    }


def _link(endpoint: str, line: ReaderLine, may: bool) -> str:
    return url_for(endpoint, staff_id=line.staff.id) if may else ""


def _from_day(line: ReaderLine) -> str:
    return str(_("From %(day)s", day=near_day(line.from_day or date.max, current_site().today())))


def _now_words(line: ReaderLine, me: StaffMember, mine_counts: bool, in_list: bool) -> str:
    """What a reader can do now, and whether the person who looks stands in for them."""
    person, today = line.staff, current_site().today()
    if person.frozen_on:
        return str(_("Frozen since %(day)s", day=day_or_nothing(person.frozen_on)))
    if line.state is KeyState.SOON:
        return f"{_(STATES[line.state])}. {_from_day(line)}."
    if line.state is KeyState.ACTIVE and person.away_until and is_away(person, today):
        stands_in = mine_counts and person.id != me.id and READS.keys() & person.roles & me.roles
        away = _("Away until %(day)s.", day=near_day(person.away_until, today))
        return f"{away} {_('You stand in.')}" if stands_in and not is_away(me, today) else str(away)
    return str(_(STATES[line.state]) if in_list or line.state is not KeyState.ACTIVE else _("Has a key"))


def list_part(chain: Sequence[Version]) -> dict[str, Any]:
    """What this reader has to know about the list: since when it is the same, or what is new and who signed it."""
    if not chain:
        return {}
    seen = session.get(SEEN_ON, "")
    news = [one for one in chain if one.number in session.get(NEWS, [])]
    return {
        "number": chain[-1].number,
        "seen_on": day_or_nothing(date.fromisoformat(seen)) if seen else "",
        "news": [change_words(chain, version) for version in news],
        "words": " ".join(six_words(chain[-1].hash)),
        "root_words": " ".join(six_words(chain[0].hash)),
    }


def own_key_part(lines: Sequence[ReaderLine], me: StaffMember) -> dict[str, str]:
    """The six words of the key that this person's password opened, and a warning if the stored one is another.

    They do not come from the database, so two people who compare them notice if a key was exchanged there.
    """
    open_key = open_key_of_session()
    stored = next((line.words for line in lines if line.staff.id == me.id), ())
    if open_key is None or not stored:
        return {"words": "", "strange": ""}
    words = six_words(open_key.secret.public_key, open_key.secret.verify_key)
    strange = _("The key that your password opens is not the one in the database for you.")
    return {"words": " ".join(words), "strange": strange if stored != words else ""}


def recovery_part(setup: Setup, chain: Sequence[Version]) -> list[tuple[str, str]]:
    """The recovery key that counts; nothing before there is one."""
    if setup.recovery is None:
        return []
    key = chain[-1].recovery.public_key if chain else setup.recovery.public_key
    return [
        (_("Made"), day_or_nothing(setup.recovery.made_on)),
        (_("Typed back"), day_or_nothing(setup.recovery.proven_on)),
        (_("Fingerprint"), fingerprint(key)),
    ]
