"""What PostgreSQL notes by itself about a database: of the reports database it must note nothing (promise A4).

Its counts hold the microsecond at which a table was read last, and so the one at which a child looked for an answer;
its activities hold the one of the last statement. Only an administrator of the server can switch them off.
"""

from sqlalchemy import text

from kiosk.config import SettingError
from kiosk.db import Database, ReportsBase

_COMMANDS = text(
    "SELECT 'ALTER ROLE ' || quote_ident(session_user) || ' IN DATABASE ' || quote_ident(current_database())"
    " || ' SET ' || name || ' = off' FROM pg_settings"
    " WHERE name IN ('track_counts', 'track_activities') AND setting <> 'off' ORDER BY name"
)


def check_tracking(reports: Database) -> None:
    """Raise SettingError, in one line with what to do, if the server notes when kiosk reads the reports database."""
    if not is_on_postgresql(reports):
        return
    with reports.engine.connect() as connection:
        commands = "; ".join(connection.execute(_COMMANDS).scalars())
    if commands:
        raise SettingError(
            f"KIOSK_REPORTS_DATABASE_URL: PostgreSQL notes when a child looks for an answer; as its administrator run"
            f" `{commands}` and start kiosk again"
        )


def vacuum(reports: Database) -> None:
    """Clear away dead rows: as the server counts no changes of this database, it does not do so by itself."""
    if not is_on_postgresql(reports):
        return
    engine = reports.engine.execution_options(isolation_level="AUTOCOMMIT", long=True)
    with engine.connect() as connection:
        # A table that somebody else has locked waits until tomorrow, and nobody waits for it.
        connection.execute(
            text(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(sorted(ReportsBase.metadata.tables))}")
        )


def is_on_postgresql(database: Database) -> bool:
    """Whether a server of its own has this database."""
    return database.engine.dialect.name == "postgresql"
