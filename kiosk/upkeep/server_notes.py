"""`kiosk doctor --privacy`: whether PostgreSQL's statistics or log say when a child looked or told (promise A4)."""

from sqlalchemy import TextClause, text

from kiosk.config import SettingError
from kiosk.db import Database

# Reading by an index: nobody but kiosk does that. A backup reads whole tables, and says only when it ran.
_COUNTED = text(
    """SELECT DISTINCT relname FROM pg_stat_user_indexes WHERE idx_scan > 0
    UNION SELECT relname FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname"""
)
_WRITES_DOWN = text(
    """SELECT name || ' = ' || setting FROM pg_settings WHERE
    (name = 'log_statement' AND setting IN ('mod', 'all'))
    OR (name IN ('log_min_duration_statement', 'log_min_duration_sample') AND setting <> '-1')
    OR (name IN ('log_duration', 'log_connections', 'log_disconnections') AND setting NOT IN ('off', ''))
    OR (name = 'log_transaction_sample_rate' AND setting <> '0') ORDER BY name"""
)


def check_statistics(reports: Database) -> str:
    """Raise SettingError if the server has counted reading or writing of the reports database."""
    if tables := _answers(reports, _COUNTED):
        raise SettingError(
            f"the server has counted what happens in {', '.join(tables)}, which may say when a child looked for an"
            " answer last; as its administrator run `SELECT pg_stat_reset()` in this database, and see that nobody"
            " but kiosk's own role uses it"
        )
    return "nothing was counted"


def check_log_settings(reports: Database) -> str:
    """Raise SettingError if the server writes statements or connections of the reports database into its log."""
    if settings := _answers(reports, _WRITES_DOWN):
        raise SettingError(
            f"{', '.join(settings)}: the server's log would say when a child told or looked; as its administrator"
            " switch it off for kiosk's role of the reports database with `ALTER ROLE ... SET`, or for the server"
        )
    return "neither statements nor connections are written down"


def _answers(reports: Database, question: TextClause) -> list[str]:
    with reports.engine.connect() as connection:
        return list(map(str, connection.execute(question).scalars()))
