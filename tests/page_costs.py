"""How often a page may ask its databases, by its address."""

from tests.every_page import MOST_OF_CASES, MOST_OF_LISTS

MOST_QUERIES = 8
# Staff pages also look up session, person, roles and badge: four before any of their own. A larger school asks no more.
MORE_QUERIES = {
    "/staff/": 75,  # of a principal: keys, a proposal, an incident, a test mail, a decision compared with the audit log
    "/staff/keys": 54,  # the report zone's copy of readers is brought up to date first
    "/staff/password": 10,
    "/staff/proposals/<uuid:proposal_id>": 22,
    "/staff/roles": 22,  # with a proposal, and who may confirm it
    "/staff/classes/<uuid:class_id>/cards": 9,  # those before end, and the new ones begin
    "/staff/keys/sheets": 16,
    "/staff/keys/recover": 9,
    "/staff/term-pages/": 40,  # drafting it: the book, lessons, Codes, access, the filter, what is allowed, fixed terms
    "/staff/consents/<uuid:consent_id>": 11,  # what was asked is compared with the log of powers
    "/staff/duties/<duty_id>": 13,  # with what kiosk knows of it: of each class what is planned, set and done
    "/staff/duties/<duty_id>/write": 14,
    "/staff/filtering/<uuid:address_id>": 14,  # its case is opened, and what is allowed compared with the log of powers
    "/staff/filtering/<uuid:address_id>/decide": 24,  # the same, held; a line is written into the log of the case
    "/staff/filtering/<uuid:address_id>/opens": 9,
    "/staff/filtering/<uuid:address_id>/reported": 9,
    "/staff/completion/<uuid:class_id>/pupils/<uuid:pupil_id>": 11,
    "/staff/filtering/new": 12,  # to allow something the leadership is asked with it
    "/staff/filtering/tried/<spot>/<people>/<any(unused, again):act>": 10,  # with a mistake the grid is read again
    "/staff/training/": 10,  # of the chair: how many are in date
    "/staff/training/people/<uuid:staff_id>": 10,  # lines of a person, with who wrote each; what runs out
    **MOST_OF_LISTS,
    "/staff/lessons/<id>": 10,
    "/staff/classes/<uuid:class_id>": 14,  # its teachers, who covered it, colleagues to add, and what is set for it
    "/staff/classes/<uuid:class_id>/catch-up": 10,
    "/staff/classes/<uuid:class_id>/after/<id>": 12,
    "/staff/classes/<uuid:class_id>/ready": 14,  # set, planned, stopped, done; its children; who helps
    "/staff/people/list/confirm": 12,  # two people: each is looked for, stored and noted
    "/staff/slips/": 9,  # its classes, and how many are back in each; by language of each kind
    "/staff/slips/<uuid:class_id>": 9,  # whether it is theirs; its children, their homes, and slips
    "/staff/slips/<uuid:class_id>/homes": 9,  # with a mistake it is read again
    "/staff/slips/<uuid:class_id>/letters": 11,  # all new addresses in one statement; a line of the log
    "/staff/programme": 10,
    "/staff/programme/plan": 12,  # with what is planned
    "/staff/programme/offered": 10,  # sent: two plans cannot be kept at once
    "/staff/classes/<uuid:class_id>/keys": 9,
    "/staff/classes/<uuid:class_id>/lesson": 10,  # who leads it, its window, who is here, who answered, who must wait
    "/staff/incidents/": 39,  # among them: what waits for a key; four for its mark, five for what to look at again
    "/staff/incidents/register": 12,  # for the principal also what is to be counter-signed; reports of the page alone
    "/staff/incidents/meeting": 10,
    # A first reading is written down and bound in, rows are compared with the log, what belongs to it is opened.
    "/staff/incidents/<int:number>": 48,  # with a colleague's answer, which is written down
    **{f"/staff/incidents/<int:number>/{end}": most for end, most in MOST_OF_CASES.items()},
}
