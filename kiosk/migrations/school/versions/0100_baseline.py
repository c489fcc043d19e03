"""the tables with which the school database begins

Numbers start at 0100, so that a database of the versions before it, which counted from 0001, is never taken for one of
these (kiosk/storage/schema.py).
"""

from kiosk.migrations.school.baseline import cases, classes, people

revision = "0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table of the school, in an order in which each finds those that it points at."""
    people.make_staff()
    people.make_log()
    people.make_readers()
    classes.make_classes()
    classes.make_pupils()
    classes.make_lessons()
    classes.make_questions()
    classes.make_code()
    cases.make_cases()
    cases.make_file()
    cases.make_oversight()
