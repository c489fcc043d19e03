"""New marks for the log after the site key was replaced: the one change of lines, and it touches nothing but marks.

What readers have seen are hashes, which stay as they are. A line that was not authentic gets no mark that is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from kiosk.audit.log import LogEntry, mark_of
from kiosk.audit.verify import AT_ONCE, is_authentic
from kiosk.sealing.site_key import SiteKey

_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_entry'")


def mark_anew(session: Session, old: SiteKey, new: SiteKey) -> None:
    """Mark every authentic line with the new key, in this transaction."""
    entries = session.scalars(select(LogEntry).execution_options(yield_per=AT_ONCE))
    marks = [{"line": one.seq, "made": mark_of(new, one.hash)} for one in entries if is_authentic(old, one)]
    session.flush()
    session.expunge_all()  # they still have the old marks
    table = LogEntry.metadata.tables[LogEntry.__tablename__]
    marking = update(table).where(table.c.seq == bindparam("line")).values(mark=bindparam("made"))
    with _lines_may_change(session):
        if marks:
            session.connection().execute(marking, marks)


@contextmanager
def _lines_may_change(session: Session) -> Iterator[None]:
    """For the block no trigger refuses a change; others see nothing of that, as it is one transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE log_entry DISABLE TRIGGER USER"))
        yield
        session.execute(text("ALTER TABLE log_entry ENABLE TRIGGER USER"))
        return
    triggers = session.execute(_TRIGGERS).all()
    for one in triggers:
        session.execute(text(f"DROP TRIGGER {one.name}"))
    yield
    for one in triggers:
        session.connection().exec_driver_sql(one.sql)
