"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.told.views import everybody, own, posters
from kiosk.told.views.own import bp as bp
from kiosk.told.views.own import class_context as class_context
