"""Every page of people: importing them gives the blueprints their addresses."""

from kiosk.accounts.views import (
    account,
    adjusting,
    class_teachers,
    cover,
    join,
    links,
    own_key,
    password,
    people,
    pupil_keys,
    roster,
    sign_in,
    unlock,
    welcome,
    windows,
)

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
