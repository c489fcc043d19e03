"""Every page of people: importing them gives the blueprints their addresses."""

from kiosk.accounts.classes.views import (
    adjusting,
    by_card,
    class_teachers,
    cover,
    join,
    join_cards,
    own_key,
    pupil_keys,
    set_up_tablet,
    tablets,
    windows,
)
from kiosk.accounts.roster import views as roster
from kiosk.accounts.sign_in.views import account, password, sign_in, unlock
from kiosk.accounts.staff.views import links, lists, people, welcome

BLUEPRINTS = (
    join.bp,
    set_up_tablet.bp,
    tablets.bp,
    join_cards.bp,
    sign_in.bp,
    people.bp,
    windows.bp,
    cover.bp,
    class_teachers.bp,
    pupil_keys.bp,
    adjusting.bp,
)
