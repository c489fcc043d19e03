"""The home page of staff: “Is all well?”, reports to read, classes to open, talks to have, tasks."""

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.classes.access import (
    classes_to_look_at,
    opens_every_class,
    sees_all_progress,
    taught_classes,
)
from kiosk.accounts.classes.cover import covered_classes, may_take_cover
from kiosk.accounts.classes.windows import is_open
from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import may_open, open_key_of_session, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.accounts.staff.links import may_confirm, open_requests
from kiosk.accounts.staff.roles import held_roles, problems_of
from kiosk.accounts.staff.views.standstill import ROLES_TOLD, stopped_since_words, worker_stopped_words
from kiosk.duties.book import Mine, for_person
from kiosk.duties.people import people_of
from kiosk.filtering.desk import waiting_for
from kiosk.host.clock import CLOCK
from kiosk.host.copies import CopiesState, state_of_copies
from kiosk.host.heartbeat import Heartbeat, WorkerStopped, last_beat, worker_stopped
from kiosk.incidents.blueprint import acting_now, looking_now, opener_if_open
from kiosk.incidents.case.need_to_know import unread_messages
from kiosk.incidents.case.views.task_parts import with_you
from kiosk.incidents.export.register import counter_sign_due, last_counter_signed
from kiosk.incidents.learning.follow_ups import open_changes_of
from kiosk.incidents.queue.facts import tell_next_reader
from kiosk.incidents.queue.page import Queue
from kiosk.incidents.queue.queue import how_much_waits
from kiosk.incidents.queue.views.duty import duty_now, red_words
from kiosk.oversight.access import access_tasks
from kiosk.oversight.consents import decisions_for
from kiosk.oversight.decisions import STATE_WORDS
from kiosk.readers.signed_list.views.checking import log_warnings
from kiosk.readers.tasks import key_tasks
from kiosk.readers.wording import STEPS, tamper_words
from kiosk.report.access.keyring import able_readers, read_keyring
from kiosk.report.access.opening import Opener
from kiosk.report.access.waiting_for_sign_in import WaitingForSignIn, waiting_for_sign_in
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.self_test.report import mails_that_were_tests
from kiosk.report.setup import FEWEST_TO_OPEN
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import six_words
from kiosk.site import current_site
from kiosk.staff.waiting import ContentTasks, class_lines, content_tasks, staff_policy_state, talks
from kiosk.storage.db import now_utc
from kiosk.term_dates.outlook import calendar_task
from kiosk.term_page.pages import waits_for
from kiosk.told.views.own import READ_LATER, due_for
from kiosk.training.standing import Standing
from kiosk.training.views.blueprint import own_training
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import moment_words, role_words

bp = Blueprint("staff", __name__, url_prefix="/staff")
CONTENT_ROLES = frozenset({Role.COORDINATOR, Role.PRINCIPAL, Role.NETWORK})
LINKS = (
    (N_("People"), "people.index"),
    (N_("Who has access"), "oversight.access_register"),
    (N_("Roles"), "readers.show_roles"),
    (N_("Keys"), "readers.show_keys"),
    (N_("School calendar"), "term_dates.settings"),
    (N_("Who has been told"), "told.everybody"),
    (N_("Log of powers"), "accounts.log"),
)
COPIES_WORDS = {
    CopiesState.NONE: N_(
        "There is no copy of this school: if this computer’s disk breaks, everything in it is lost."
    ),
    CopiesState.OLD: N_("The last copy of this school is more than two days old, or a later one went wrong."),
    CopiesState.WELL: "",
}
DUTIES_AHEAD = 10  # school days
MOST_TALKS = 12  # shown here; the register lists the rest


class WellLine(NamedTuple):
    """One of the things that have to be well, and whether it is."""

    well: bool
    words: str


def all_well(staff: StaffMember, self_test_late: bool, late_duties: int) -> list[WellLine]:
    """The five things; none for others. It costs two queries and a small file, however much there is."""
    if not staff.roles & ROLES_TOLD:
        return []
    config = current_site().config
    still, beat = worker_stopped(config, now_utc()), last_beat(config)
    return [
        _worker_line(still),
        _mail_line(None if still else beat, bool(config.smtp_url)),
        _test_report(self_test_late),
        _log_line(None if still else beat),
        _book_line(late_duties),
    ]


def _worker_line(still: WorkerStopped | None) -> WellLine:
    if still is None:
        return WellLine(True, _("Mail and clocks: running"))
    if still.since is None:
        return WellLine(False, _("Mail and clocks: have not run yet"))
    return WellLine(False, _("Mail and clocks: still since %(when)s", when=stopped_since_words(still.since)))


def _mail_line(beat: Heartbeat | None, wanted: bool) -> WellLine:
    if not wanted:
        return WellLine(False, _("Mail server: there is none, so nobody gets an e-mail"))
    if beat is None:
        return WellLine(False, _("Mail server: not known"))
    if beat.mail_away:
        return WellLine(False, _("Mail server: it takes no mail now"))
    return WellLine(True, _("Mail server: it takes mail"))


def _test_report(late: bool) -> WellLine:
    recipients = read_keyring(reports(), today=current_site().today())
    if not recipients.published:
        return WellLine(False, _("Report page: not open to children yet"))
    if late:
        return WellLine(False, _("Test reports: none was opened for two school days"))
    if len(able_readers(recipients.readers)) < FEWEST_TO_OPEN:
        return WellLine(False, _("Readers: fewer than two can open what children send"))
    return WellLine(True, _("Test reports: none waits for too long"))


def _log_line(beat: Heartbeat | None) -> WellLine:
    if beat is None:
        return WellLine(False, _("Log: not known"))
    if beat.log_changed:
        return WellLine(False, _("Log: somebody changed it by hand"))
    return WellLine(True, _("Log: as kiosk wrote it"))


def _book_line(late: int) -> WellLine:
    if late:
        return WellLine(False, ngettext("Book of duties: %(num)s late", "Book of duties: %(num)s late", late))
    return WellLine(True, _("Book of duties: nothing is late"))


@bp.get("/")
@staff_required()
def home() -> ResponseReturnValue:
    """The first page after signing in."""
    site = current_site()
    staff, now = signed_in_staff(), now_utc()
    reader = opener_if_open() if staff.roles & READING_ROLES else None
    if reader:
        do_reader_chores(site.databases, site.key, reader)
        reports().rollback()  # start a new transaction, so that the page shows the repaired rows
    told, queue = due_for(staff), _queue_summary(staff, reader)
    red = red_words(queue, now) if queue else []
    if told and not red and READ_LATER not in session and KEY_REFUSED not in session:
        return redirect(url_for("told.show"))  # the first page after signing in, until read or put off
    taught = taught_classes(school(), staff)
    sees_all = sees_all_progress(staff)
    mine = taught or (classes_to_look_at(school(), staff, is_open(now)) if sees_all else [])
    to_talk = talks(school(), taught or (None if sees_all else []), site.codes, MOST_TALKS)
    keys = _key_tasks(staff)
    come_up, own_duties, late_duties, left_off = _duties(staff)
    return render_template(
        "staff/home.html",
        queue=queue,
        red=red,
        at_night=bool(red) and not site.calendar.is_open(now),
        duty=duty_now(queue) if queue and red else None,
        social_care=site.config.social_care_evening or site.config.social_care,
        tests=_count_tests(staff) if site.config.smtp_url else 0,
        to_do=_to_do(queue, site.today()),
        to_read=unread_messages(school(), site.key, staff),
        checked_at=moment_words(now, site.calendar, now),
        waits=_waiting_for_sign_in(staff),
        standstill=worker_stopped_words(staff, worker_stopped(site.config, now)),
        well=all_well(staff, keys["self_test_late"], late_duties),
        come_up=come_up,
        me_id=staff.id,
        own_duties=own_duties,
        training=_training(),
        today=site.today(),
        shut=KEY_REFUSED in session,
        mail=bool(site.config.smtp_url),
        classes=[line for line in class_lines(school(), mine, now) if taught or line.window],
        told=len(told),
        opens=bool(taught) or opens_every_class(staff),
        sees_all=sees_all,
        covered=covered_classes(school(), staff, site.today()),
        covers=may_take_cover(staff),
        teaches=bool(taught),
        talks=to_talk.first,
        more_talks=to_talk.more,
        state_words=STATE_WORDS,
        policy_state=staff_policy_state(school(), staff, site.codes).value,
        tasks=_school_tasks(staff) | {"left_off": left_off if Role.PRINCIPAL in staff.roles else 0},
        sign_register=_register_due(staff),
        changes=open_changes_of(school(), reports(), staff),
        decisions=decisions_for(school(), site.key, staff, site.config.leadership_roles, site.today()),
        filtering=waiting_for(school(), reports(), staff, site.today()),
        term_page=waits_for(school(), staff),
        keys=keys,
        zone=site.calendar.zone,
    )


def _duties(staff: StaffMember) -> tuple[list[Mine], list[Mine], int, int]:
    """What of the book has come up to this person, what is theirs in two weeks, how much is late, how much left off."""
    site, today = current_site(), current_site().today()
    until = site.calendar.add_school_days(today, DUTIES_AHEAD)
    return for_person(school(), site, people_of(school(), today), staff, today, until)


def _training() -> list[Standing]:
    """What of this person's training has to be done in the next two weeks, or should have been."""
    site = current_site()
    until = site.calendar.add_school_days(site.today(), DUTIES_AHEAD)
    return [one for one in own_training().to_do() if one.until and one.until <= until]


def _queue_summary(staff: StaffMember, reader: Opener | None) -> Queue | None:
    """The reports that wait; None for somebody who reads no reports and must not be told about them."""
    if not staff.roles & set(READING_ROLES):
        return None
    site = current_site()
    looking = acting_now() if reader else looking_now()
    queue = how_much_waits(looking, site.key)
    tell_next_reader(looking, site.databases, site.key, queue.shut)
    return queue


def _register_due(staff: StaffMember) -> bool:
    """Whether the chair should counter-sign their register, whatever stands in it; of the principal it is a duty."""
    if Role.CHAIR not in staff.roles or Role.PRINCIPAL in staff.roles:
        return False
    site = current_site()
    last = last_counter_signed(school(), staff, site.key)
    return counter_sign_due(staff, last and site.local(last).date(), site.today(), site.term_began())


def _count_tests(staff: StaffMember) -> int:
    """How many of last week's mails to this reader were tests."""
    if not staff.roles & READING_ROLES:
        return 0
    return mails_that_were_tests(reports(), current_site().key, staff.id, current_site().today())


def _to_do(queue: Queue | None, today: date) -> list[str]:
    """What this person has to do in open cases, the most pressing first."""
    of_mine = sorted(queue.tasks.items(), key=lambda one: one[1]) if queue else []
    return [
        f"{_('Case %(number)s', number=f'{number:04}')}. {with_you(days, today)}." for number, days in of_mine
    ]


def _waiting_for_sign_in(staff: StaffMember) -> WaitingForSignIn:
    """The reports that wait for another reader to sign in, for those who may read them."""
    return waiting_for_sign_in(reports(), staff.id, staff.roles & READING_ROLES, current_site().today())


def _school_tasks(staff: StaffMember) -> dict[str, Any]:
    """Tasks for those who run the school, each shown only to people who can do it."""
    site, looks_after = current_site(), bool(staff.roles & CONTENT_ROLES)
    sees_calendar = may_open(staff, "term_dates.settings")
    roles = problems_of(held_roles(school())) if may_open(staff, "readers.show_roles") else []
    return {
        "roles": [(role_words(problem.role), problem.message) for problem in roles],
        "content": _content_tasks() if looks_after or Role.DSL in staff.roles else None,
        "links_to_confirm": [one for one in open_requests(school(), now_utc()) if may_confirm(staff, one)],
        "clock_jumped": looks_after and bool(CLOCK.jumped()),
        "no_mail": looks_after and not site.config.smtp_url,
        "copies": _(copies) if (copies := COPIES_WORDS[_copies(staff)]) else "",
        "calendar": calendar_task(site.term_dates, now_utc()) if sees_calendar else None,
        "access": access_tasks(school(), staff, site.config.leadership_roles, site.today()),
        "links": [(_(words), url_for(endpoint)) for words, endpoint in LINKS if may_open(staff, endpoint)],
    }


def _content_tasks() -> ContentTasks:
    site = current_site()
    drafts = len(site.items.keys() - site.in_use.approved)
    return content_tasks(site.lessons, site.codes, site.today(), drafts)


def _copies(staff: StaffMember) -> CopiesState:
    """How the copies of a real school are, for the network manager alone."""
    site = current_site()
    if Role.NETWORK not in staff.roles or site.config.demo:
        return CopiesState.WELL
    return state_of_copies(site.config, site.today())


def _own_six_words() -> str:
    """The six words of the key that this person's password opened; empty while it is locked."""
    key = open_key_of_session()
    return " ".join(six_words(key.secret.public_key, key.secret.verify_key)) if key else ""


def _key_tasks(staff: StaffMember) -> dict[str, Any]:
    """Tasks about the keys to reports, and warnings about keys that somebody changed by hand."""
    found = key_tasks(school(), reports(), current_site().key, staff, current_site().calendar, now_utc())
    return vars(found) | {
        "tamper_findings": [*(tamper_words(one) for one in found.tamper_findings), *log_warnings()],
        "step": _(STEPS[found.setup_step][0]) if found.setup_step else "",
        "words": _own_six_words() if found.own else "",
        "police": current_site().facts.helplines["police"].number,
        "waits": bool(found),
    }
