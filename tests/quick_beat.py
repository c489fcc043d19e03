"""`python -m tests.quick_beat`: kiosk with a beat of a twentieth of a second, for tests that look at pages.

A child waits a second or two for the beat (promise A20); a test of a page need not.
"""

from kiosk.cli.main import main
from kiosk.server import line

if __name__ == "__main__":
    line.BEAT_SECONDS = 0.05
    main()
