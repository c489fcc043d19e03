"""Every page about lessons: importing it registers all routes."""

from kiosk.lessons.views import drawn, family, last_time, pupil, today
from kiosk.lessons.views.blueprint import bp as bp
