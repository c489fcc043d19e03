"""Every page of voices: importing it registers all routes."""

from kiosk.voices.views import heard, recording
from kiosk.voices.views.blueprint import bp as bp
