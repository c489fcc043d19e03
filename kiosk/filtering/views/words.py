"""The filter desk in words: what is asked, decided and to do."""

from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.filtering.desk import TICKETS, Seen, asks_what_it_opens, may_decide, may_do, may_report
from kiosk.filtering.looks import State
from kiosk.filtering.spots import Spots
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision
from kiosk.wording.messages import N_

ASKS = {
    FilterAsk.BLOCK: N_("Please block it"),
    FilterAsk.ALLOW: N_("Please allow it"),
    FilterAsk.CATEGORY: N_("Please change a kind of page"),
}
LAW = {"no": N_("No"), "yes": N_("Yes, or I am not sure")}
LABELS = {
    "filter.asks": N_("What do you ask for?"),
    "filter.address": N_("The address, or the kind of page"),
    "filter.classes": N_("For which classes"),
    "filter.needed_on": N_("Needed by, if a lesson waits for it"),
    "filter.why": N_("What children learn from it, or why they should not meet it"),
    "filter.risks": N_("To allow or change it: what could go wrong, and what you do about it"),
    "decide.law": N_("Could it be against the law?"),
    "decide.decision": N_("Decision"),
    "decide.reason": N_("Reason"),
    "decide.because": N_("Why, so that it can be understood next year"),
    "opens.opens": N_("What else it would open"),
    "reported.rule": N_("To whom it was reported, with the number, or why not"),
    "ticket.rule": N_("Where, so that it can be found again"),
    "unused.why": N_("Why it is not used here"),
}
STATES = {
    State.HOLDS: N_("Holds"),
    State.TOO_MUCH: N_("Blocks too much"),
    State.LETS_THROUGH: N_("Lets something through"),
    State.OLD: N_("Not tried this term"),
    State.NEVER: N_("Never tried"),
    State.UNUSED: N_("Not used here"),
}
PAGES = {
    "index": N_("The list"),
    "show_grid": N_("Where it was tried"),
    "register": N_("What is blocked, and why"),
}
TO_DECIDE, WITH_LEAD, WITH_NETWORK, AGAIN, DONE = "decide", "lead", "network", "again", "done"
GROUPS = {
    TO_DECIDE: N_("To decide"),
    WITH_LEAD: N_("With the safeguarding lead"),
    WITH_NETWORK: N_("With the network manager"),
    AGAIN: N_("To check again"),
    DONE: N_("Done this term"),
}


def group_of(row: FilterAddress) -> str:
    """In which part of the list an address stands."""
    if row.decision is None:
        return TO_DECIDE
    if row.decision in TICKETS and row.done_on is None:
        return AGAIN if row.rule else WITH_NETWORK
    waits = row.decision is FilterDecision.LAW and row.asked_by_id and row.done_on is None
    return WITH_LEAD if waits else DONE


def whom_words(row: FilterAddress, spots: Spots) -> str:
    """For whom something was decided, in words."""
    if set(row.whom.split()) >= set(spots.people):
        return str(_("Everybody"))
    return ", ".join(spots.people.get(one, one) for one in row.whom.split())


def asked_words(row: FilterAddress) -> str:
    """What is asked for, and for which classes."""
    asked = str(_(ASKS[row.asks]))
    return str(_("%(asked)s, for: %(classes)s", asked=asked, classes=row.classes)) if row.classes else asked


def my_part(seen: Seen, staff: StaffMember) -> str:
    """What this person is to do about it, in words; empty where nothing is."""
    if may_decide(seen, staff):
        return str(_("Decide about it"))
    if may_report(seen, staff):
        return str(_("Report it, and say so"))
    if may_do(seen, staff):
        return str(_("Do it, and look"))
    return str(_("Say what else it would open")) if asks_what_it_opens(seen, staff) else ""
