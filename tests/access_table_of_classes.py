"""Who may open what of classes and lessons: rows of `access_table`, which says what the letters mean."""

from kiosk.classroom.views.leading import LEAD

ANY_STAFF = "s s y y y y y y"
ONLY_TEACHERS = "s s y n n n n n"
CLASS = "s s y y . y . y"
ADJUSTS = "s s y y . y . ."  # not for looking after computers
SEES_CLASSES = "s s y y y y n n"
SLIPS = "s s y n n n n n"  # who teaches, their own classes; and the office
SLIPS_SEEN = "s s y n y n n n"


def sent_on(row: str) -> str:
    """The same people, each sent on to another page."""
    return row.replace("y", ">")


GET = {
    "/staff/classes/": ANY_STAFF,
    "/staff/classes/<uuid:class_id>": CLASS,
    "/staff/classes/<uuid:class_id>/adjustments": ADJUSTS,
    "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/adjustments": ADJUSTS,
    "/staff/classes/<uuid:class_id>/keys": CLASS,
    "/staff/classes/<uuid:class_id>/cards": CLASS,
    "/staff/tablets": ANY_STAFF,
    "/staff/classes/<uuid:class_id>/lesson": CLASS,
    "/staff/classes/<uuid:class_id>/lesson/stop": sent_on(CLASS),  # for no lesson: to the choice
    "/staff/classes/<uuid:class_id>/code": CLASS,
    "/staff/classes/<uuid:class_id>/after/<id>": CLASS,
    "/staff/classes/<uuid:class_id>/ready": CLASS,
    "/staff/classes/<uuid:class_id>/catch-up": SEES_CLASSES,
    "/staff/cover": ONLY_TEACHERS,
    "/staff/cover/<uuid:class_id>": sent_on(CLASS),  # a class that one may lead needs no cover
    "/staff/completion/": SEES_CLASSES,
    "/staff/completion/pupils": SEES_CLASSES,
    "/staff/completion/pupils.csv": SEES_CLASSES,
    "/staff/completion/<uuid:class_id>": SEES_CLASSES,
    "/staff/completion/<uuid:class_id>.csv": SEES_CLASSES,
    "/staff/completion/<uuid:class_id>/pupils/<uuid:pupil_id>": SEES_CLASSES,
    "/staff/coverage": "s s y y y y y n",
    "/staff/coverage.csv": "s s y y y y y n",
    "/staff/programme": SEES_CLASSES,
    "/staff/programme/plan": "s s n . n . n n",  # no year was asked for
    "/staff/programme/offered": "s s n y n y n n",
    "/staff/lessons/": ANY_STAFF,
    "/staff/lessons/<id>": ANY_STAFF,
    "/staff/lessons/<id>/set": SEES_CLASSES,  # no class was chosen
    "/staff/lessons/<id>/classes/<uuid:class_id>": SEES_CLASSES,
    "/staff/lessons/<id>/pupils": ANY_STAFF,
    "/staff/lessons/<id>/teacher": ANY_STAFF,
    "/staff/slips/": SLIPS_SEEN,
    "/staff/slips/text": SLIPS,
    "/staff/slips/card": SLIPS,
    "/staff/slips/<uuid:class_id>": SLIPS_SEEN,
    "/staff/slips/<uuid:class_id>/homes": SLIPS,
}

POST = {
    "/staff/classes/<uuid:class_id>/open": CLASS,
    "/staff/classes/<uuid:class_id>/clear": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/clear": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/adjustments": sent_on(ADJUSTS),
    "/staff/classes/<uuid:class_id>/keys": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/cards": sent_on(CLASS),
    "/staff/tablets": ANY_STAFF,
    "/staff/tablets/<uuid:set_up_id>/all": "s s . . . . . .",  # nothing was set up
    "/staff/tablets/<uuid:set_up_id>/back": "s s . . . . . .",  # nothing was set up
    "/staff/classes/<uuid:class_id>/close": sent_on(CLASS),
    "/staff/cover/<uuid:class_id>": "s s > n n n n n",  # to the class, which is theirs
    "/staff/classes/<uuid:class_id>/cover/<uuid:staff_id>/end": "s s . . . . . .",  # nobody covers it
    "/staff/classes/<uuid:class_id>/teachers": "s s n y n y n y",
    "/staff/classes/<uuid:class_id>/teachers/<uuid:staff_id>/remove": "s s n . n . n .",  # nobody of this class
    "/staff/classes/<uuid:class_id>/lesson": CLASS,
    "/staff/classes/<uuid:class_id>/after/<id>": "s s > > . > . .",  # nothing was led today
    "/staff/classes/<uuid:class_id>/catch-up/<id>": sent_on(SEES_CLASSES),
    "/staff/classes/<uuid:class_id>/beside": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/code": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/lesson/board": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/lesson/hands": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/lesson/hands/<uuid:pupil_id>/down": sent_on(CLASS),
    "/staff/classes/<uuid:class_id>/lesson/again": sent_on(CLASS),  # nobody has ended a lesson: to the choice
    f"/staff/classes/<uuid:class_id>/lesson/{LEAD}": sent_on(CLASS),  # no lesson is led: to the choice
    "/staff/programme/set": sent_on("s s n y n y n n"),
    "/staff/programme/plan": "s s n . n . n n",
    "/staff/programme/offered": sent_on("s s n y n y n n"),
    "/staff/lessons/<id>/set": SEES_CLASSES,
    "/staff/lessons/<id>/classes/<uuid:class_id>": sent_on(SEES_CLASSES),
    "/staff/lessons/<id>/classes/<uuid:class_id>/unset": sent_on(SEES_CLASSES),
    "/staff/slips/make": "s s . n n n n n",  # of no class
    "/staff/slips/<uuid:class_id>/homes": sent_on(SLIPS),
    "/staff/slips/<uuid:class_id>/links": sent_on(SLIPS),
    "/staff/slips/<uuid:class_id>/letters": sent_on(SLIPS),
    "/staff/slips/<uuid:class_id>/slips/<uuid:slip_id>/<any(back, ring, rung, undo):said>": "s s . n n n n n",
    "/staff/slips/<uuid:class_id>/pupils/<uuid:pupil_id>/<any('by-hand', 'with-slip'):how>": sent_on(
        SLIPS_SEEN
    ),
}
