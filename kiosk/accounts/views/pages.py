"""Every page of people: importing them gives the blueprints their addresses."""

from kiosk.accounts.views import join, keys, own_key, people, roster, sign_in, welcome, windows

PAGES = (own_key, roster, welcome)
BLUEPRINTS = (join.bp, sign_in.bp, people.bp, windows.bp, keys.bp)
