"""a lesson is planned for a half-term of the year, no longer for a term"""

from alembic import op

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A term's lessons move to its first half; a calendar that listed more than three terms listed half-terms."""
    op.execute(
        "UPDATE programme_lesson SET term = 2 * term - 1 WHERE (SELECT max(term) FROM programme_lesson) <= 3"
    )
