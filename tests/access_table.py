"""Who may open what, written by hand: every address of the school app, by method, for eight kinds of people.

`y` let in · `>` sent on to another page · `j` sent to join · `s` sent to sign in · `n` not theirs (403) ·
`.` as if there were no such page (404). A class is that of `te`; an incident is one of bullying, which goes to
`co` and, as a second pair of eyes, to `ds`.
"""

from kiosk.incidents.case.views.acting import KEPT
from kiosk.incidents.case.views.recording import KIND
from kiosk.oversight.views.access import ACT, PERSON
from kiosk.oversight.views.consents import WORD
from kiosk.readers.proposals.views.roles import PLAIN
from tests import access_table_of_classes as classes
from tests.access_table_of_classes import ANY_STAFF, SEES_CLASSES
from tests.access_table_of_classes import sent_on as _sent_on

PEOPLE = ("no", "pu", "te", "co", "ds", "pr", "ch", "ne")  # nobody, pupil, teacher, and the five held roles

EVERYBODY = "y y y y y y y y"
NOBODY_HERE = ". . . . . . . ."  # only in the demo
ONLY_PUPIL = "j y j j j j j j"
READERS = "s s n y y . . n"
NO_FILE = "s s n n . n n n"  # the lead's alone, and bullying is no matter of child protection
QUEUE = "s s n y y y y n"  # what of it they may read is another question
PEOPLE_PAGES = "s s n y n y n y"
WRITES_BOARD = "s s n y y y y n"
ROLES = "s s n n n y n y"
SETTINGS = "s s n n y y n y"
KEY_READERS = "s s n y y y y n"
PROPOSERS = "s s n y y y y y"
ACCESS = "s s n y y y n y"
NO_RECORDING = "s s . . . . . ."
FILTER_DESK = "s s n y y y y y"
NO_ADDRESS = "s s . . . . . ."
TRAINING = "s s n y y y n n"
NO_SUCH_READER = "s s n . . . . n"  # the colleague reads nothing
SEES_PROGRESS = "s s n y y y n n"
NO_LINE = "s s . . . . . ."  # nobody has written it
HALL = "s s n y n y n n"
VISITORS = "s s n n n y n n"  # and the office's, whom no row here is

GET = {
    **classes.GET,
    "/": EVERYBODY,
    "/.well-known/security.txt": NOBODY_HERE,  # this school names no contact
    "/demo": NOBODY_HERE,
    "/healthz": EVERYBODY,
    "/look": EVERYBODY,
    "/look/keep": _sent_on(EVERYBODY),
    "/home/": EVERYBODY,
    "/home/all": EVERYBODY,
    "/home/<string(maxlength=2):year>": EVERYBODY,
    "/home/languages": EVERYBODY,
    "/home/lesson/<id>": EVERYBODY,
    "/home/about": EVERYBODY,
    "/home/code": EVERYBODY,
    "/home/code/<code_id>": EVERYBODY,
    "/home/code/<band>/<int:number>": EVERYBODY,
    "/home/help": EVERYBODY,
    "/home/help/<id>": EVERYBODY,
    "/home/help/all": EVERYBODY,
    "/home/lessons/": EVERYBODY,
    "/home/lessons/<id>": EVERYBODY,
    "/home/lessons/<id>/drawings/<name>": EVERYBODY,
    "/home/notices": EVERYBODY,
    "/home/notices/<notice_id>": EVERYBODY,
    "/home/policy": EVERYBODY,
    "/home/we-did": EVERYBODY,
    "/home/worry": _sent_on(EVERYBODY),
    "/board": EVERYBODY,
    "/home/board/<token>": NOBODY_HERE,  # whoever has the address, while the class is open; this one is nobody's
    "/home/board/<token>/now": EVERYBODY,  # that there is no class is no secret
    "/home/privacy/<reader>": EVERYBODY,
    "/learn/": "y > y y y y y y",
    "/learn/no-code": EVERYBODY,
    "/learn/leave": EVERYBODY,
    "/learn/names": "j j j j j j j j",  # not before a class code
    "/learn/class": _sent_on(ONLY_PUPIL),
    "/learn/class/wait": _sent_on(ONLY_PUPIL),  # nobody leads this class
    "/learn/class/with": _sent_on(ONLY_PUPIL),
    "/learn/class/<any(before, after):when>": _sent_on(ONLY_PUPIL),
    "/learn/no-name": "j j j j j j j j",
    "/learn/me": "> > > > > > > >",  # to the names: not before a name
    "/learn/card": "j j j j j j j j",  # on a tablet that was set up alone
    "/learn/set-up/<token>": NOBODY_HERE,  # whoever has the link, for half an hour; this one is nobody's
    "/learn/key": "> > > > > > > >",  # to the names: not before a name
    "/learn/code": ONLY_PUPIL,
    "/learn/code/<int:number>": ONLY_PUPIL,
    "/learn/code/done": "j > j j j j j j",  # not before a decision
    "/learn/kept": ONLY_PUPIL,
    "/learn/known": ONLY_PUPIL,
    "/learn/lessons/": ONLY_PUPIL,
    "/learn/lessons/all": ONLY_PUPIL,
    "/learn/lessons/<id>": ONLY_PUPIL,
    "/learn/lessons/<id>/<int:screen>": ONLY_PUPIL,
    "/learn/voices/<id>/<lang>/<file>": "j . j j j j j j",  # nobody has read it aloud
    "/learn/lessons/<id>/done": ONLY_PUPIL,
    "/learn/lessons/<id>/help": ONLY_PUPIL,
    "/learn/lessons/<id>/last-time": "j > j j j j j j",  # its class keeps nothing yet
    "/learn/lessons/<id>/take-home": ONLY_PUPIL,
    "/learn/look": ONLY_PUPIL,
    "/learn/quizzes/<id>": "j > j j j j j j",
    "/learn/quizzes/<id>/<question>": ONLY_PUPIL,
    "/learn/quizzes/before/<id>": "j > j j j j j j",  # nothing to recall yet
    "/staff/": ANY_STAFF,
    "/staff/sign-in": "y y > > > > > >",
    "/staff/sign-in/code": "s s s s s s s s",  # not before a password
    "/staff/welcome/<token>": EVERYBODY,  # whoever holds the one-time link
    "/staff/phone": "> > y > > > > >",  # the teacher has none yet
    "/staff/password": ANY_STAFF,
    "/staff/password/new": ANY_STAFF,
    "/staff/log": "s s n n y y n n",
    "/staff/unlock": ANY_STAFF,
    "/staff/confirm": ANY_STAFF,
    "/staff/code": ANY_STAFF,
    "/staff/notices": ANY_STAFF,
    "/staff/approve": ANY_STAFF,
    "/staff/approve/languages": ANY_STAFF,
    "/staff/approve/<what>/<id>": ANY_STAFF,
    "/staff/approve/<what>/<id>/read": ANY_STAFF,
    "/staff/voices": ANY_STAFF,
    "/staff/voices/<id>/<lang>": ANY_STAFF,
    "/staff/voices/<id>/<lang>/script": ANY_STAFF,
    "/staff/voices/<id>/<lang>/<file>": NO_RECORDING,
    "/staff/notices/everybody": SEES_PROGRESS,
    "/staff/notices/families": SEES_PROGRESS,
    "/staff/posters": ANY_STAFF,
    "/staff/officers": ANY_STAFF,
    "/staff/posters/print": "s s . . . . . .",  # not before something is chosen
    "/staff/posters/<sort>/<audience>/<lang>": ANY_STAFF,
    "/staff/evidence": _sent_on(ANY_STAFF),
    "/staff/statistics": _sent_on(ANY_STAFF),
    "/staff/term-pages/": ANY_STAFF,
    "/staff/term-pages/<began>": "s s n . . . . n",  # none was issued
    "/staff/term-pages/<began>/open": "s s . . . . . .",
    "/staff/term-pages/<began>/table.csv": "s s . . . . . .",
    "/staff/duties/": ANY_STAFF,
    "/staff/duties/<duty_id>": ANY_STAFF,
    "/staff/duties/<duty_id>/write": ANY_STAFF,
    "/staff/consents": ANY_STAFF,
    "/staff/filtering/": ANY_STAFF,
    "/staff/filtering/new": ANY_STAFF,
    "/staff/filtering/<uuid:address_id>": NO_ADDRESS,
    "/staff/filtering/register": FILTER_DESK,
    "/staff/filtering/tried": FILTER_DESK,
    "/staff/filtering/tried/<spot>/<people>": FILTER_DESK,
    "/home/slip/<token>": NOBODY_HERE,  # whoever has the address; this one is nobody's
    "/staff/training/": ANY_STAFF,
    "/staff/training/<topic_id>/<int:place>": ANY_STAFF,
    "/staff/training/everybody": TRAINING,
    "/staff/training/people/<uuid:staff_id>": TRAINING,
    "/staff/training/session": TRAINING,
    "/staff/consents/new": ANY_STAFF,
    "/staff/consents/print": ANY_STAFF,
    "/staff/consents/<uuid:consent_id>": ANY_STAFF,
    "/staff/access": ACCESS,
    "/staff/access.csv": ACCESS,
    f"/staff/access/{PERSON}": ACCESS,
    "/visitors/": EVERYBODY,  # on a device that the office has not opened: that it is closed
    "/home/hall": EVERYBODY,
    "/home/hall/<any(code, help):part>": EVERYBODY,
    "/staff/hall": HALL,
    "/visitors/<any(thanks, no):said>": EVERYBODY,
    "/staff/visitors": VISITORS,
    "/staff/visitors.csv": VISITORS,
    "/staff/signatures": SEES_CLASSES,
    "/staff/signatures.csv": SEES_CLASSES,
    "/staff/incidents/": QUEUE,
    "/staff/incidents/news": QUEUE,
    "/staff/incidents/not-serious": QUEUE,
    "/staff/incidents/<int:number>": READERS,
    "/staff/incidents/register": "s s n n n y y n",
    "/staff/incidents/changes": ANY_STAFF,
    "/staff/incidents/learning": "s s n y y y n n",
    "/staff/incidents/meeting": "s s n y y y y n",
    "/staff/told": ANY_STAFF,
    "/staff/year-end": PEOPLE_PAGES,
    "/staff/incidents/<int:number>/close": READERS,
    "/staff/words/<uuid:word_id>": "s s . . . . . .",
    "/staff/incidents/<int:number>/word": READERS,
    "/staff/incidents/<int:number>/address": READERS,
    f"/staff/incidents/<int:number>/record/{KIND}": READERS,
    "/staff/incidents/<int:number>/file": NO_FILE,
    "/staff/incidents/<int:number>/file/<uuid:filed_id>": NO_FILE,
    "/staff/incidents/<int:number>/file/<uuid:filed_id>.json": NO_FILE,
    "/staff/incidents/<int:number>/tags": READERS,
    "/staff/incidents/<int:number>/to-do": READERS,
    "/staff/incidents/<int:number>/<any(link,belongs):form>": READERS,
    "/staff/incidents/<int:number>/complaint": READERS,
    "/staff/incidents/<int:number>/answer": READERS,
    "/staff/incidents/<int:number>/answer/<uuid:sent_id>": "s s n . . . . n",  # nothing was sent
    "/staff/keys": "s s n y y y y y",
    "/staff/keys/sheets": KEY_READERS,
    "/staff/keys/prove": KEY_READERS,
    "/staff/keys/recover": KEY_READERS,
    "/staff/keys/card": KEY_READERS,
    "/staff/keys/shut": _sent_on(KEY_READERS),  # no key is shut
    "/staff/keys/readers/<uuid:staff_id>/freeze": "s s n . . . . .",
    "/staff/keys/readers/<uuid:staff_id>/thaw": NO_SUCH_READER,
    "/staff/keys/readers/<uuid:staff_id>/stop": NO_SUCH_READER,
    "/staff/people/": PEOPLE_PAGES,
    "/staff/people/<uuid:staff_id>": PEOPLE_PAGES,
    "/staff/people/export.csv": PEOPLE_PAGES,
    "/staff/people/import": PEOPLE_PAGES,
    "/staff/people/list": PEOPLE_PAGES,
    "/staff/people/links": "s s n y y y y y",
    "/staff/people/new": PEOPLE_PAGES,
    "/staff/roles": PROPOSERS,
    "/staff/roles/<any(dsl, coordinator, principal, chair):role>": PROPOSERS,
    f"/staff/roles/{PLAIN}": ROLES,
    "/staff/proposals/<uuid:proposal_id>": "s s n . . . . .",  # nothing was proposed
    "/staff/hand-over": PROPOSERS,
    "/staff/hand-over/<uuid:proposal_id>": "s s . . . . . .",  # nobody hands over
    "/staff/absences": PROPOSERS,
    "/staff/we-did": WRITES_BOARD,
    "/staff/we-did/families": WRITES_BOARD,
    "/staff/we-did/families/new": WRITES_BOARD,
    "/staff/we-did/new": WRITES_BOARD,
    "/staff/we-did/<uuid:entry_id>/down": WRITES_BOARD,
    "/staff/settings": SETTINGS,
    "/staff/settings/hours": SETTINGS,
    "/staff/settings/<any('terms','holidays','half-days'):kind>": SETTINGS,
    "/staff/settings/import": SETTINGS,
}

# What an empty form is answered with: `y` is the form again with what to mend, `>` the next page.
POST = {
    **classes.POST,
    "/board": EVERYBODY,
    "/learn/": EVERYBODY,
    "/learn/names": "j j j j j j j j",
    "/learn/me": "> > > > > > > >",
    "/learn/picture": "j j j j j j j j",
    "/learn/card": "j j j j j j j j",
    "/learn/set-up/<token>": NOBODY_HERE,
    "/learn/key": "> > > > > > > >",
    "/learn/key/again": "> > > > > > > >",
    "/learn/not-me": "> > > > > > > >",
    "/learn/another-class": "j j j j j j j j",
    "/learn/class/now": ONLY_PUPIL,
    "/learn/class/hand": _sent_on(ONLY_PUPIL),
    "/learn/class/with": _sent_on(ONLY_PUPIL),
    "/learn/class/<any(before, after):when>": _sent_on(ONLY_PUPIL),
    "/learn/leave": "> > > > > > > >",
    "/learn/become/<uuid:pupil_id>": NOBODY_HERE,
    "/learn/code": ONLY_PUPIL,
    "/learn/code/later": _sent_on(ONLY_PUPIL),
    "/learn/code/<int:number>": "j . j j j j j j",  # the first page asks nothing
    "/learn/lessons/<id>": _sent_on(ONLY_PUPIL),
    "/learn/look": _sent_on(ONLY_PUPIL),
    "/learn/lessons/<id>/<int:screen>": _sent_on(ONLY_PUPIL),
    "/learn/quizzes/<id>/<question>": ONLY_PUPIL,
    "/learn/quizzes/before/<id>": "j . j j j j j j",  # nothing to recall yet
    "/staff/become/<uuid:staff_id>": NOBODY_HERE,
    "/staff/sign-in": EVERYBODY,
    "/staff/sign-in/code": EVERYBODY,  # without a password before it: the page that asks for one
    "/staff/sign-out": "s s s s s s s s",
    "/staff/welcome/<token>": EVERYBODY,
    "/staff/phone": "> > > > > > > >",
    "/staff/approve": ANY_STAFF,
    "/staff/approve/<what>/<id>": ANY_STAFF,
    "/staff/voices/<id>/<lang>": ANY_STAFF,
    "/staff/voices/<id>/<lang>/back": _sent_on(ANY_STAFF),
    "/staff/password/sessions/end": _sent_on(ANY_STAFF),
    "/staff/password/mobile": _sent_on(KEY_READERS),
    "/staff/phone/replace": _sent_on(ANY_STAFF),
    "/staff/password": ANY_STAFF,
    "/staff/unlock": _sent_on(ANY_STAFF),
    "/staff/phone/later": "> > > > > > > >",
    "/staff/notices/<subject>": ANY_STAFF,
    "/staff/notices/families/<notice_id>/<lang>": SEES_PROGRESS,
    "/staff/notices/later": _sent_on(ANY_STAFF),
    "/staff/posters/<sort>/<audience>/<lang>": ANY_STAFF,
    "/staff/posters/<uuid:poster_id>/down": "s s > > > > > >",
    "/staff/code": ANY_STAFF,
    "/staff/incidents/<int:number>/<any(plan,level,pass,hand,reopen):step>": READERS,
    f"/staff/incidents/<int:number>/record/{KIND}": READERS,
    "/staff/incidents/<int:number>/close": READERS,
    "/staff/incidents/<int:number>/tags": READERS,
    "/staff/incidents/<int:number>/<any(link,belongs):form>": READERS,
    "/staff/incidents/<int:number>/close/agree": _sent_on(READERS),
    "/staff/incidents/<int:number>/close/into": _sent_on(READERS),
    "/staff/incidents/<int:number>/belongs/undo": _sent_on(READERS),
    "/staff/incidents/<int:number>/close/not-yet": READERS,
    "/staff/officers": "s s n > > > > >",  # who holds a role says how to reach them
    "/staff/told": ANY_STAFF,
    "/staff/term-pages/": "s s y y > y y y",  # the lead drafts it; whoever does not is told so
    "/staff/term-pages/<began>/sign": "s s . . . . . .",
    "/staff/term-pages/<began>/read": "s s . . . . . .",
    "/staff/duties/<duty_id>/write": ANY_STAFF,  # whoever may not write is told so
    "/staff/duties/<duty_id>/lines/<uuid:line_id>/correct": NO_LINE,
    "/staff/duties/<duty_id>/lines/<uuid:line_id>/back": NO_LINE,
    "/staff/duties/<duty_id>/put-off": ANY_STAFF,
    "/staff/duties/<duty_id>/happened": NO_LINE,  # a person says it of few duties
    "/staff/duties/<duty_id>/give": ANY_STAFF,
    "/staff/duties/<duty_id>/switch-on": ANY_STAFF,
    "/staff/duties/<duty_id>/not-here": ANY_STAFF,
    "/staff/filtering/new": ANY_STAFF,
    "/staff/filtering/<uuid:address_id>/decide": "s s n . . . n n",
    "/staff/filtering/<uuid:address_id>/reported": "s s n n . n n n",
    "/staff/filtering/<uuid:address_id>/opens": NO_ADDRESS,
    "/staff/filtering/<uuid:address_id>/done": NO_ADDRESS,
    "/staff/filtering/tried/<spot>/<people>/<any(unused, again):act>": "s s n y y y n y",
    "/home/slip/<token>": NOBODY_HERE,
    "/staff/training/<topic_id>": ANY_STAFF,
    "/staff/training/session": TRAINING,
    "/staff/training/lines/<uuid:line_id>/<any(talked, off):said>": "s s n . . . n n",
    "/visitors/": EVERYBODY,
    "/staff/hall": _sent_on(HALL),
    "/staff/visitors/tablet": _sent_on(VISITORS),
    "/staff/visitors/<uuid:line_id>/remove": "s s n n n . n n",  # nobody has signed
    "/staff/consents/new": ANY_STAFF,
    f"/staff/access/{PERSON}/{ACT}": "s s n n n y n n",
    f"/staff/consents/<uuid:consent_id>/{WORD}": "s s n n n > n n",  # a teacher asked; the word is agree
    "/staff/incidents/register": "s s n n n y y n",
    "/staff/incidents/<int:number>/rang": _sent_on(READERS),
    "/staff/incidents/<int:number>/done": _sent_on(READERS),
    "/staff/incidents/<int:number>/tasks": READERS,
    "/staff/incidents/<int:number>/word": READERS,
    "/staff/incidents/<int:number>/address": READERS,
    "/staff/words/<uuid:word_id>": "s s . . . . . .",  # nobody was told anything
    "/staff/incidents/<int:number>/tasks/<uuid:task_id>": "s s n . . . . n",  # there is nothing to do
    "/staff/incidents/<int:number>/back/<uuid:line_id>": "s s n . . . . n",  # nobody wrote anything
    "/staff/incidents/changes/<uuid:change_id>": "s s . . . . . .",
    "/staff/incidents/<int:number>/complaint": READERS,
    "/staff/incidents/<int:number>/answer": READERS,
    f"/staff/incidents/<int:number>/kept/{KEPT}": _sent_on(READERS),
    f"/staff/incidents/<int:number>/kept/{KEPT}/away": _sent_on(READERS),
    "/staff/incidents/<int:number>/answer/send": READERS,
    "/staff/incidents/<int:number>/file": NO_FILE,
    "/staff/incidents/<int:number>/file/hand-over": NO_FILE,
    "/staff/we-did/families/<uuid:entry_id>/<any(agree, withdraw):act>": _sent_on(WRITES_BOARD),
    "/staff/we-did/families/new": WRITES_BOARD,
    "/staff/we-did/new": WRITES_BOARD,
    "/staff/we-did/<uuid:entry_id>/down": _sent_on(WRITES_BOARD),
    "/staff/incidents/open/<uuid:report_id>": _sent_on(READERS),
    "/staff/incidents/duty": _sent_on(QUEUE),
    "/staff/incidents/together": _sent_on(QUEUE),  # nothing was ticked
    "/staff/incidents/together/ask": _sent_on(QUEUE),
    "/staff/incidents/not-serious": QUEUE,
    "/staff/incidents/<int:number>/aside": _sent_on(READERS),
    "/staff/keys/sheets": KEY_READERS,
    "/staff/keys/prove": KEY_READERS,
    "/staff/keys/open": _sent_on(KEY_READERS),
    "/staff/keys/promise": _sent_on("s s n n y y n n"),
    "/staff/keys/recover": KEY_READERS,
    "/staff/keys/card": _sent_on("s s n n n n y n"),
    "/staff/keys/readers/<uuid:staff_id>/ask": NO_SUCH_READER,
    "/staff/keys/readers/<uuid:staff_id>/freeze": "s s n . . . . .",
    "/staff/keys/readers/<uuid:staff_id>/thaw": NO_SUCH_READER,
    "/staff/keys/readers/<uuid:staff_id>/stop": NO_SUCH_READER,
    "/staff/people/new": PEOPLE_PAGES,
    "/staff/people/import": PEOPLE_PAGES,
    "/staff/people/import/columns": PEOPLE_PAGES,
    "/staff/people/import/confirm": PEOPLE_PAGES,
    "/staff/people/list": PEOPLE_PAGES,
    "/staff/people/list/confirm": PEOPLE_PAGES,
    "/staff/year-end": PEOPLE_PAGES,
    "/staff/year-end/confirm": PEOPLE_PAGES,
    "/staff/people/links/<uuid:staff_id>/confirm": "s s n . . . . .",  # nothing was asked for
    "/staff/people/links/<uuid:staff_id>/refuse": "s s n . . . . .",
    "/staff/people/<uuid:staff_id>/link": PEOPLE_PAGES,
    "/staff/people/<uuid:staff_id>/phone": _sent_on(PEOPLE_PAGES),
    "/staff/people/<uuid:staff_id>/leave": PEOPLE_PAGES,
    "/staff/roles": _sent_on(ROLES),  # one form changes no role once children use the report page
    "/staff/roles/<any(dsl, coordinator, principal, chair):role>": PROPOSERS,
    f"/staff/roles/{PLAIN}": ROLES,
    "/staff/proposals/<uuid:proposal_id>": "s s n . . . . n",
    "/staff/hand-over": PROPOSERS,
    "/staff/hand-over/<uuid:proposal_id>": "s s . . . . . .",
    "/staff/proposals/<uuid:proposal_id>/refuse": "s s n . . . . .",
    "/staff/absences/<uuid:staff_id>": _sent_on("s s n n n n n y"),
    "/staff/settings/hours": SETTINGS,
    "/staff/settings/<any('terms','holidays','half-days'):kind>": SETTINGS,
    "/staff/settings/import": SETTINGS,
    "/staff/settings/import/confirm": SETTINGS,
}

TABLE = {"GET": GET, "POST": POST}

# The report zone knows nobody, so everybody is nobody there (tests/report/).
REPORT = {
    ("GET", "/"),
    ("GET", "/choose/<lang>"),
    ("GET", "/<band>/<lang>"),
    ("GET", "/<band>/<lang>/<tablet>"),
    ("GET", "/replies/<lang>"),
    ("GET", "/replies/<lang>/<tablet>"),
    ("POST", "/replies/<lang>"),
    ("POST", "/replies/<lang>/<tablet>"),
    ("POST", "/<band>/<lang>"),
    ("POST", "/<band>/<lang>/<tablet>"),
    ("GET", "/icon.svg"),
    ("GET", "/quiet.svg"),
}
