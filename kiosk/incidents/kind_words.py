"""Words of the staff side for kinds, levels, lateness, steps and outcomes."""

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.assignment import Unavailable
from kiosk.incidents.case.deadlines import Clock
from kiosk.incidents.case.models import FilterDecision, FilterReason
from kiosk.incidents.models import Act, CaseOutcome, Level
from kiosk.incidents.queue.filters import Age
from kiosk.incidents.queue.page import Group
from kiosk.incidents.replies.send import ANSWER_SCHOOL_DAYS
from kiosk.report.access.routes import HOUR_MINUTES
from kiosk.roles import Role
from kiosk.wording.messages import N_

LEVELS = {Level.URGENT: N_("Urgent"), Level.SOON: N_("Soon"), Level.ROUTINE: N_("Routine")}
KINDS = {
    "danger": N_("Someone is in danger now"),
    "images": N_("A nude or private picture"),
    "stranger": N_("Someone met online"),
    "adult": N_("A grown-up at school"),
    "head": N_("A grown-up at school, maybe the principal"),
    "friend": N_("Worried about someone"),
    "me": N_("A child is not all right"),
    "harm": N_("Someone may be hurt"),
    "injury": N_("A mark or an injury"),
    "home": N_("Home, care or absence"),
    "bullying": N_("Someone was mean"),
    "bullying-severe": N_("Bullying that goes on or threatens"),
    "site": N_("Something bad on a screen"),
    "scam": N_("A scam or a lost account"),
    "other": N_("Something else"),
    "handed-over": N_("Child protection, handed over"),
    "unknown": N_("Changed by hand"),
}
FILTER_DECISIONS = {
    FilterDecision.BLOCK: N_("Block it"),
    FilterDecision.ALLOW: N_("Allow it"),
    FilterDecision.NO_CHANGE: N_("No change"),
    FilterDecision.LAW: N_("With the safeguarding lead"),
}
FILTER_REASONS = {
    FilterReason.CONTENT: N_("Content not for children"),
    FilterReason.CONTACT: N_("Contact with people not known"),
    FilterReason.MONEY: N_("Money, prizes, scam"),
    FilterReason.BYPASS: N_("A way round the filter"),
    FilterReason.LESSON: N_("Lessons need it"),
    FilterReason.MISTAKE: N_("The filter took it for something else"),
}
IN_DANGER = N_("Someone may be in danger or hurt")  # what a list or a colleague is not sure of
WHAT_ROLES_DO = {
    Role.DSL: N_(
        "Reads every report where a child may be in danger, and those about pictures, strangers or staff."
    ),
    Role.COORDINATOR: N_("Reads reports about bullying, sites, scams and everything else."),
    Role.PRINCIPAL: N_("Reads reports about grown-ups at school, never one about the principal."),
    Role.CHAIR: N_("Reads reports about the principal, and others if too few people can read them."),
    Role.NETWORK: N_("Looks after the computer and the accounts. Never reads a report."),
    Role.OFFICE: N_("Sees who has access. Reads no report, and sees no result of a lesson."),
    Role.DATA: N_("Answers for what is kept of people, and for how long. Reads no report."),
}


class ActWords(NamedTuple):
    """What is said of an act: after the person's name in a line of the log, and in a list without names."""

    did: str
    listed: str = ""  # empty for acts that no list shows


ACTS = {
    Act.OPENED: ActWords(N_("opened the report"), N_("Opened, nothing done yet")),
    Act.READ: ActWords(N_("read the report"), N_("Read")),
    Act.DID: ActWords(N_("wrote down what was done"), N_("Step recorded")),
    Act.SUPPORT: ActWords(N_("recorded support"), N_("Support given")),
    Act.WITNESS: ActWords(N_("recorded a talk with a witness"), N_("Witness spoken to")),
    Act.NOT_REFERRED: ActWords(N_("decided not to refer it"), N_("Decided not to refer")),
    Act.PROVIDER: ActWords(N_("recorded a provider or platform contacted"), N_("Provider contacted")),
    Act.DEVICE: ActWords(N_("recorded a device"), N_("Device recorded")),
    Act.DISCIPLINE: ActWords(
        N_("recorded what followed under the discipline policy"), N_("Discipline recorded")
    ),
    Act.COMPLAINT: ActWords(N_("recorded a complaint"), N_("Complaint recorded")),
    Act.RANG: ActWords(N_("recorded the first five minutes"), N_("First five minutes recorded")),
    Act.TICKED: ActWords(N_("decided what is to do"), N_("Something to do decided")),
    Act.PLANNED: ActWords(N_("planned the next step"), N_("Next step planned")),
    Act.HANDED_OVER: ActWords(
        N_("handed it to the safeguarding lead"), N_("Handed to the safeguarding lead")
    ),
    Act.CLOSE_ASKED: ActWords(
        N_("asked a second reader to agree to close it"), N_("Waits for a second reader")
    ),
    Act.NOT_YET: ActWords(N_("said that it is not to be closed yet"), N_("Not to be closed yet")),
    Act.ASSIGNED: ActWords(N_("passed it on"), N_("Passed on")),
    Act.LEVEL: ActWords(N_("changed the level"), N_("Level changed")),
    Act.PARENTS: ActWords(N_("decided about parents"), N_("Decided about parents")),
    Act.REFERRED: ActWords(N_("referred it outside"), N_("Referred outside")),
    Act.REPLIED: ActWords(N_("sent an answer to the child"), N_("Child answered")),
    Act.STEPPED_ASIDE: ActWords(N_("stepped aside"), N_("Someone stepped aside")),
    Act.CLOSED: ActWords(N_("closed it"), N_("Closed")),
    Act.REOPENED: ActWords(N_("reopened it"), N_("Reopened")),
    Act.TAGGED: ActWords(N_("said what kind of risk it is"), N_("Kind of risk recorded")),
    Act.LINKED: ActWords(N_("linked it to another case"), N_("Linked")),
    Act.TASK_SET: ActWords(N_("gave somebody something to do"), N_("Something to do given")),
    Act.TASK_DONE: ActWords(N_("did what was to do"), N_("Something done")),
    Act.PASSED_WORD: ActWords(N_("told a colleague in general words"), N_("Colleague told in general words")),
    Act.SPOKE: ActWords(N_("spoke with the colleague who wrote it"), N_("Writer spoken with")),
    Act.PASSED_ADDRESS: ActWords(N_("saw to an address for the filter"), N_("Address for the filter")),
    Act.WORD_BACK: ActWords(N_("answered"), N_("An answer came back")),
    Act.ANSWERED: ActWords(N_("answered the complaint"), N_("Complaint answered")),
    Act.FILED: ActWords(N_("handed it to the child protection file"), N_("In the child protection file")),
    Act.TAKEN_BACK: ActWords(N_("took back what they had just written"), N_("Taken back")),
    Act.BELONGS: ActWords(N_("said that two cases belong together")),
    Act.PARTED: ActWords(N_("said that two cases do not belong together")),
}
# Why somebody else than the owner has to go on.
WHY_NOT = {
    Unavailable.AWAY: N_("%(name)s is away"),
    Unavailable.LEFT: N_("%(name)s has left"),
    Unavailable.ROLE: N_("%(name)s has another role now"),
    Unavailable.NO_KEY: N_("%(name)s cannot open it now"),
}
GROUPS = {
    Group.NOW: N_("Within the hour"),
    Group.LATE: N_("Late"),
    Group.UNREAD: N_("Not read yet"),
    Group.YOURS: N_("Next step is yours"),
    Group.MORNING: N_("Can wait until morning"),
    Group.OTHERS: N_("With others"),
    Group.CLOSED: N_("Closed"),
}
OUTCOMES = {
    CaseOutcome.RESOLVED: N_("Dealt with in school"),
    CaseOutcome.SUPPORT: N_("Passed to the child’s own file"),
    CaseOutcome.REFERRED: N_("Passed to somebody outside"),
    CaseOutcome.NO_ACTION: N_("Could not be followed up: the child is not known"),
    CaseOutcome.NOT_SERIOUS: N_("Not meant seriously"),
}
# When an open case was opened.
AGES = {
    Age.WEEK: N_("This week"),
    Age.TWO_WEEKS: N_("Before that, in the last two weeks"),
    Age.MONTH: N_("Before that, in the last month"),
    Age.LONGER: N_("Longer ago"),
}
REFERRALS = {
    "police": N_("Police"),
    "social-care": N_("Children's social care"),
    "lado": N_("LADO, for allegations against staff"),
    "ceop": N_("CEOP"),
    "iwf": N_("Internet Watch Foundation"),
    "health": N_("Health or mental health services"),
    "other": N_("Somebody else (write who below)"),
}
NEXT_STEPS = {
    "hour": N_("Within one school hour"),
    "day": N_("Within one school day"),
    "three": N_("Within three school days"),
    "week": N_("Within five school days"),
}


def kind_of(route: str, danger: object) -> str:
    """What a report of this route is about; a colleague's "not sure" about danger is not said to be a danger."""
    unsure = route == "danger" and danger == "unsure"
    return str(_(IN_DANGER if unsure else KINDS[route]))


def late_words(clock: Clock, calendar: SchoolCalendar) -> str:
    """How late something is, in school time."""
    day = calendar.school_day_minutes()
    if clock.late_minutes < 1:
        return str(_("Late"))
    if clock.late_minutes < HOUR_MINUTES:
        return str(_("Late by %(count)s min", count=clock.late_minutes))
    if clock.late_minutes < day:
        return str(_("Late by %(count)s h", count=clock.late_minutes // HOUR_MINUTES))
    days = clock.late_minutes // day
    return str(ngettext("Late by %(num)s school day", "Late by %(num)s school days", days))


def no_answer_words(clock: Clock, calendar: SchoolCalendar) -> str:
    """How long a child has waited for an answer that is late."""
    days = ANSWER_SCHOOL_DAYS + clock.late_minutes // calendar.school_day_minutes()
    return str(
        ngettext(
            "An answer was asked for; none for %(num)s school day",
            "An answer was asked for; none for %(num)s school days",
            days,
        )
    )
