"""What is still to decide before a case can close, in words, each with the address where to see to it."""

from flask import url_for
from flask_babel import gettext as _

from kiosk.incidents.case.tasks import AGAIN_ON
from kiosk.incidents.case.views.draft_values import CLOSE
from kiosk.incidents.closing.close import ClosingNeed, ClosingRequirement
from kiosk.wording.messages import N_

# Each point: what it says when it is done, and what to do.
POINTS = {
    ClosingNeed.TO_DO: (N_("To do: all is done, or not, because"), N_("To do: %(left)d open")),
    ClosingNeed.PARENTS: (N_("Parents: decided"), N_("Decide about parents")),
    ClosingNeed.OUTSIDE: (N_("Police or social care: decided"), N_("Refer it, or decide not to")),
    ClosingNeed.WRITER: (N_("Colleague spoken with"), N_("Speak with the colleague who wrote it")),
    ClosingNeed.STOPPED: (N_("It has stopped"), N_("Has it stopped? Say who says so")),
    ClosingNeed.AGAIN: (N_("A day to look again"), N_("Choose a day to look again")),
    ClosingNeed.LEARN: (N_("What the school learns"), N_("Say whether there is something to learn")),
    ClosingNeed.SECOND: (N_("A second reader is asked"), N_("Second reader")),
    ClosingNeed.COMPLAINT: (N_("Complaint: answered"), N_("Answer the complaint")),
    ClosingNeed.KEY: ("", N_("Case %(number)s: your key is not confirmed there yet")),
    ClosingNeed.CASE: ("", N_("Case %(number)s belongs to this one and is open")),
    ClosingNeed.ANSWER: (N_("Answer: sent"), N_("The child asked for an answer: answer, or say why not")),
}
OF_ANOTHER = N_("Case %(number)s: the child waits for an answer")
RECORDS = {ClosingNeed.PARENTS: "parents", ClosingNeed.OUTSIDE: "referred", ClosingNeed.WRITER: "spoke"}
# What is said on the form of closing itself, by its field.
FIELD_OF = {
    ClosingNeed.STOPPED: "stopped",
    ClosingNeed.AGAIN: AGAIN_ON,
    ClosingNeed.LEARN: "learn",
    ClosingNeed.ANSWER: "no_answer",
}


def point_line(point: ClosingRequirement, number: int) -> tuple[bool, str, str]:
    """Whether a point is decided, what is said of it, and the address where to see to it."""
    done, to_do = POINTS[point.what]
    if point.number != number and point.what is ClosingNeed.ANSWER:
        to_do = OF_ANOTHER
    words = _(done if point.done else to_do, number=f"{point.number:04}", left=point.left)
    if point.what in RECORDS:
        url = url_for(".show_record", number=number, record=RECORDS[point.what])
    elif point.what is ClosingNeed.COMPLAINT:
        url = url_for(".show_complaint", number=number)
    elif point.what is ClosingNeed.TO_DO:
        url = url_for(".show_to_do", number=number)
    elif point.what is ClosingNeed.ANSWER:
        url = url_for(".write_answer", number=point.number)
    elif point.what in FIELD_OF or point.what is ClosingNeed.SECOND:
        url = url_for(".show_closing", number=number, _anchor=f"{CLOSE}-{FIELD_OF.get(point.what, 'second')}")
    else:
        url = url_for(".show", number=point.number)
    return point.done, words, url
