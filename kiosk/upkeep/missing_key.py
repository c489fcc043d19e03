"""A missing `site.key`: a school's data is never given another, as a new key opens nothing of what is there."""

from pathlib import Path

from sqlalchemy.engine import make_url

from kiosk.backup.rows import is_empty
from kiosk.config import Config, SettingError
from kiosk.report.intake.store import FILE, open_intake
from kiosk.storage.db import open_database


def refuse_new_key(config: Config) -> None:
    """Raise SettingError where the key is missing and a school is there; writes nothing."""
    if not config.key_path.exists() and (where := school_found(config)):
        raise SettingError(
            f"KIOSK_SECRET_KEY_FILE: {config.key_path} is missing, but a school is in {where}, which no other key "
            "opens; put it back from the recovery card (`kiosk key restore`) or from the school safe"
        )


def school_found(config: Config) -> str:
    """Where data of a school lies, for a sentence; empty if there is none."""
    if has_rows(config.school_url, "school") or has_rows(config.reports_url, "reports"):
        return "its databases"
    if config.file(FILE).exists():
        intake = open_intake(config)
        try:
            return str(config.file(FILE)) if intake.slots() else ""
        finally:
            intake.dispose()
    return ""


def has_rows(url: str, tree: str) -> bool:
    """Whether anything of a school is in a database, whatever version made it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return False
    database = open_database(url)
    try:
        with database.rows(write=False) as connection:
            return not is_empty(connection, tree)
    finally:
        database.engine.dispose()
