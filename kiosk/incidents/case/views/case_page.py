"""Everything that the page of a case shows, as one object."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.blueprint import acting_now
from kiosk.incidents.case.case_file import Acting, CaseFile, is_unchanged_since_opening
from kiosk.incidents.case.deadlines import read_clock
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.links import Group, closed_into, group_of
from kiosk.incidents.case.need_to_know import may_tell
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.staff_reports import BY
from kiosk.incidents.case.tasks import TASK
from kiosk.incidents.case.undo import can_take_back
from kiosk.incidents.case.views.case_parts import Call, Item, calls_of, complaint_lines, items_of
from kiosk.incidents.case.views.draft_values import DraftLine, draft_day, draft_lines, drafts_for, values_in
from kiosk.incidents.case.views.record_words import log_lines, not_shown, offered
from kiosk.incidents.case.views.related import Belonging, belonging_of
from kiosk.incidents.case.views.report_words import TextPiece, answered, shown_defanged, visible_pieces
from kiosk.incidents.case.views.steps import Step, steps_of
from kiosk.incidents.case.views.task_parts import TaskPanel, passed_lines, task_panel
from kiosk.incidents.case_log.entries import taken_back
from kiosk.incidents.closing.close import Needed, asked, what_is_open
from kiosk.incidents.export.child_protection_file import can_be_filed, first_filed_entry
from kiosk.incidents.kind_words import KINDS, LEVELS, OUTCOMES, late_words, no_answer_words
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.replies.send import answer_late
from kiosk.report.access.integrity_columns import Altered
from kiosk.report.access.opening import OpenedReport
from kiosk.report.models import Reader
from kiosk.report.replies.threads import answers_were_tampered, can_be_answered
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import by_words, date_words, role_words, slot_words

STATES = {Needed.CASE: N_("Open"), Needed.ANSWER: N_("The child waits for an answer")}


@dataclass(frozen=True)
class BelongingCase:
    """A case that belongs to the one on the page, and what is open in it."""

    number: int
    words: str


@dataclass(frozen=True)
class CasePage:
    """What the page of a case shows to the person of this request."""

    case: CaseFile
    clock: Mapping[str, Any]
    arrived: str
    said: Iterable[TextPiece]
    address: Iterable[TextPiece]
    child_name: Iterable[TextPiece]
    answers: Iterable[tuple[str, str]]
    entries: Sequence[Mapping[str, Any]]
    take_back: Mapping[str, Any] | None
    belonging: Belonging
    belongs_to: Incident | None
    others: Sequence[BelongingCase]
    readers: Sequence[str]
    image_rule: str
    steps: Sequence[Step]
    kept: Sequence[DraftLine]
    rings: Sequence[Call]
    items: Sequence[Item]
    can_tell: bool
    passed: Sequence[tuple[str, str, bool]]
    tasks: TaskPanel
    asked: IncidentEntry | None  # the line by which somebody asks a second reader
    complaints: Sequence[str]
    can_reply: bool
    answers_changed: bool
    no_answer: str
    filed: str
    filled: Filled | None

    @property
    def incident(self) -> Incident:
        """The row of the case."""
        return self.case.incident

    @property
    def kind(self) -> str:
        """What kind of report it is."""
        return str(_(KINDS[self.case.report.route.id]))

    @property
    def level(self) -> str:
        """How soon it must be looked at."""
        return str(_(LEVELS[self.incident.level]))

    @property
    def outcome(self) -> str:
        """How it ended; nothing while it is open."""
        return _(OUTCOMES[self.incident.outcome]) if self.incident.outcome else ""

    @property
    def written_by(self) -> str:
        """The colleague who wrote it; nobody where a child did."""
        return str(self.case.report.body.get(BY, ""))

    @property
    def about_staff(self) -> bool:
        """Whether it is about somebody who works here."""
        return self.case.report.route.id in ABOUT_STAFF

    @property
    def may_step_aside(self) -> bool:
        """Whether somebody else can read it now."""
        return len(self.case.report.readers) > 1

    @property
    def still_answered(self) -> bool:
        """Whether its child is answered although it is closed, as it belongs to another one."""
        return closed_into(self.case)

    @property
    def asked_by_me(self) -> bool:
        """Whether it was this person who asked a second reader."""
        return self.asked is not None and self.asked.staff_id == signed_in_staff().id

    @property
    def columns_changed(self) -> bool:
        """Whether somebody changed by hand what stands in clear about the report."""
        return Altered.COLUMNS in self.case.report.altered or self.case.report.differs

    @property
    def case_changed(self) -> bool:
        """Whether somebody changed by hand what stands in clear about the case."""
        return Altered.CASE in self.case.report.altered

    @property
    def exchanged(self) -> bool:
        """Whether it holds something else than what was opened first."""
        return not is_unchanged_since_opening(self.case)

    @property
    def can_be_filed(self) -> bool:
        """Whether this person may hand it to the child protection file."""
        return can_be_filed(self.case.report, signed_in_staff().roles)

    @property
    def errors(self) -> Sequence[tuple[str, str]]:
        """What is to be corrected."""
        return self.filled.errors.summary() if self.filled else []

    @property
    def written(self) -> str:
        """What was typed into a form that the page does not show any more."""
        return not_shown(self.filled, *(one.name for one in self.steps), TASK if self.tasks.fields else "")


def page_of(case: CaseFile, filled: Filled | None = None) -> CasePage:
    """The page of a case, with a form as it was sent if something has to be corrected."""
    acting, incident, report = acting_now(), case.incident, case.report
    is_open, now = incident.closed_at is None, acting.now
    names, kept = staff_names(), drafts_for(incident)
    belonging, group = belonging_of(case, now), group_of(acting, case)
    shown = [entry for entry in case.log if belonging.shows(entry)]
    pairs = taken_back(case.log, report.case_keys)
    late = answer_late(acting, case)
    return CasePage(
        case=case,
        clock=clock_of(incident, now),
        arrived=slot_words(report.slot, acting.calendar, now),
        said=visible_pieces(report.body.get("words", "")),
        address=shown_defanged(report.body.get("address", "")),
        child_name=visible_pieces(report.body.get("name", "")),
        answers=answered(report.body, names_of(report.body.get("exclude", []))),
        entries=log_lines(shown, pairs, report, names, now),
        take_back=offered(can_take_back(case, shown, acting.staff, now)),
        belonging=belonging,
        belongs_to=group.belongs_to.incident if group.belongs_to else None,
        others=_others(acting, group),
        readers=_readers(report),
        image_rule=current_site().facts.fill(
            _("If a picture may be illegal, leave it on the device and ring the police on {help:police-101}.")
        ),
        steps=steps_of(case, filled, {form: (values_in(kept, form), draft_day(kept, form)) for form in kept}),
        kept=draft_lines(kept, incident.number),
        rings=calls_of(case, _who_is_there(report), now),
        items=items_of(case, now),
        can_tell=is_open and may_tell(case, acting.staff),
        passed=passed_lines(case, names),
        tasks=task_panel(case, names, filled, now),
        asked=asked(case) if is_open else None,
        complaints=complaint_lines(case) if is_open else [],
        can_reply=can_be_answered(acting.reports, report.body),
        answers_changed=Altered.ANSWERS in report.altered
        or answers_were_tampered(acting.reports, report.body),
        no_answer=no_answer_words(late, acting.calendar) if late else "",
        filed=_filed_words(first_filed_entry(case), now),
        filled=filled,
    )


def _others(acting: Acting, group: Group) -> list[BelongingCase]:
    """Those that belong to a case, each with what is open in it."""
    still = {one.number: one.what for one in what_is_open(acting, group) if one.what in STATES}
    numbers = sorted([*(one.incident.number for one in group.others), *group.shut])
    return [BelongingCase(one, _(STATES[still[one]]) if one in still else "") for one in numbers]


def _filed_words(line: IncidentEntry | None, now: datetime) -> str:
    """Since when a case stands in the child protection file, and by whom."""
    if line is None:
        return ""
    zone = current_site().calendar.zone
    day = date_words(line.at.astimezone(zone).date(), now.astimezone(zone).date())
    return str(_("In the child protection file since %(day)s, by %(name)s.", day=day, name=line.staff.name))


def clock_of(incident: Incident, now: datetime) -> dict[str, Any]:
    """The clock of an incident in words, how much of it has gone, and whether it is late."""
    site = current_site()
    clock = read_clock(site.calendar, incident.opened_at, incident.next_step_by, now)
    if clock.late:
        words = late_words(clock, site.calendar)
    else:
        words = _("Next step by %(when)s", when=by_words(clock.due, site.calendar, now))
    return {"share": clock.share, "late": clock.late, "words": words}


def staff_names() -> dict[str, str]:
    """The names of all staff by id, of those who have left too: a line of the log can name each of them."""
    return {id.hex: name for id, name in school().execute(select(StaffMember.id, StaffMember.name))}


def _readers(report: OpenedReport) -> list[str]:
    """Who can read this report, and in which role: this person first, then by name."""
    me, you = signed_in_staff().id, _("You")
    return [
        f"{you if reader.id == me else reader.name} ({'; '.join(roles)})"
        for reader, roles in sorted(reader_roles(report), key=lambda one: one[0].id != me)
    ]


def reader_roles(report: OpenedReport) -> list[tuple[Reader, list[str]]]:
    """Who can read this report, by name, each with the roles in words."""
    ids = [reader.id for reader in report.readers]
    held: dict[uuid.UUID, list[str]] = {}
    for holder in school().scalars(select(RoleHolder).where(RoleHolder.staff_id.in_(ids))):
        held.setdefault(holder.staff_id, []).append(role_words(holder.role, holder.deputy))
    return [(reader, held.get(reader.id, [])) for reader in report.readers]


def _who_is_there(report: OpenedReport) -> list[str]:
    """Whoever else may read this report and is not away, by name."""
    mine = signed_in_staff().id
    return [reader.name for reader in report.readers if reader.id != mine and not reader.absent]


def names_of(hex_ids: list[str]) -> list[str]:
    """The names of staff whom the child ticked because they should not read it."""
    ids = [uuid.UUID(hex_id) for hex_id in hex_ids]
    if not ids:
        return []
    return list(
        school().scalars(select(StaffMember.name).where(StaffMember.id.in_(ids)).order_by(StaffMember.name))
    )
