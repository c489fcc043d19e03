"""Every page of people: importing them gives the blueprints their addresses."""

from kiosk.accounts.classes.views import adjusting, class_teachers, cover, join, pupil_keys, windows
from kiosk.accounts.sign_in.views import sign_in
from kiosk.accounts.staff.views import people

BLUEPRINTS = (
    join.bp,
    sign_in.bp,
    people.bp,
    windows.bp,
    cover.bp,
    class_teachers.bp,
    pupil_keys.bp,
    adjusting.bp,
)
