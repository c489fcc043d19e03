"""`python -m tests.quick_beat`: kiosk with a beat of a twentieth of a second, for tests that look at pages.

A child waits a second or two for the beat (promise A20); a test of a page need not. And an adult sits beside every
child, so that lessons that are done together open, unless the address says `alone`.
"""

from flask import request

from kiosk.classroom.views import beside
from kiosk.cli.main import main
from kiosk.server import line

if __name__ == "__main__":
    line.BEAT_SECONDS = 0.05
    is_there = beside.adult_is_there
    beside.adult_is_there = lambda pupil, lesson: "alone" not in request.args or is_there(pupil, lesson)
    main()
