"""The end of a contract: everything that a school stores, in a folder of CSV files that any program reads.

What is sealed stays sealed. What lets people in (hashes of passwords, codes, secrets of phones) is left out.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from kiosk.audit.log import LogEntry
from kiosk.audit.verify import verify_log
from kiosk.audit.words import ACT_WORDS, TAMPER_WORDS
from kiosk.backup.rows import frozen
from kiosk.calendar.file import calendar_path
from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_folder, write_durably
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database, Databases
from kiosk.storage.schema import METADATA
from kiosk.storage.stored_data import column_row
from kiosk.voices.files import FOLDER as VOICES
from kiosk.voices.files import read_all
from kiosk.wording.csv import csv_bytes

LEFT_OUT = {
    "staff_member": {"password_hash", "sealed_phone", "totp_step", "invitation_digest"},
    "browser_tries": {"browser"},
    "reader_key": {"wrapped_seed", "pin"},
    "pupil": {"key_hash", "visit", "roster_digest", "name_digest"},
    "class_code": {"code"},
    "class_window": {"code"},
    "tablet_set_up": {"link_digest"},
    "join_card": {"digest"},
    "roster_columns": {"headings_digest"},
    "site_key_mark": {"fingerprint", "next_fingerprint", "kept"},
}
WORDS = {act.value: words for act, words in ACT_WORDS.items()}
README, LOG = "README.md", "log.json"
INTRODUCTION = """# Everything that {school} stores in kiosk, {day}

Each table is a CSV file (UTF-8, commas), in one folder for each database. `id` columns tie rows together: `staff_id`
holds the `id` of a row of `staff_member`. Days are written 2026-11-30, instants in UTC, bytes in hexadecimal digits. A
cell that a spreadsheet could take for a formula begins with an apostrophe, which is not part of it. `{log}` is the log
of powers with what each line says in words; the calendar is the file of terms; `voices` has the recordings that
`recording.file` names.

**What children wrote and what staff noted about it is sealed, here as in kiosk**, and neither this export nor whoever
made it can open it: `report.envelope`, `reply.sealed`, `incident_entry.sealed_note`, `filed_copy.sealed`,
`draft.sealed`. Readers open cases in kiosk, and hand on what must be kept as a case file, **before** kiosk is switched
off. Afterwards only two recovery sheets and a working copy of kiosk open them. Reports that had not been passed on yet
when this was made are not in it.

**The log of powers**: {log_words}. The `hash` of a line in `{log}` is the SHA-256 of the bytes of `previous` and then
of JSON with the keys about, act, at, by, details, seq in this order, in ASCII without spaces; `details` in it is a text
of that form. `mark` is a digest that only this school's key makes.

Left out, as it only lets people in: {left_out}.

This file is written last: a folder without it is not whole.
"""


def new_folder(folder: Path) -> None:
    """Make the folder; raises SettingError for one that holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingError(f"{folder} is not empty; name a new folder")
    make_private_folder(folder)


def write_export(config: Config, databases: Databases, key: SiteKey, folder: Path, day: date) -> int:
    """Write everything into a folder that `new_folder` has made; returns how many tables."""
    said: list[str] = []
    count = 0
    for tree, database in (("school", databases.school), ("reports", databases.reports)):
        make_private_folder(folder / tree)
        with frozen(database) as connection:
            for table in METADATA[tree].sorted_tables:
                columns = [one for one in table.columns if one.name not in LEFT_OUT.get(table.name, ())]
                rows = csv_bytes(_cells(connection, table, columns))
                write_durably(folder / tree / f"{table.name}.csv", rows)
                said += _described(tree, table, columns)
                count += 1
    if (calendar := calendar_path(config)).is_file():
        write_durably(folder / calendar.name, calendar.read_bytes())
    make_private_folder(folder / VOICES)
    for file, data in read_all(config):
        write_durably(folder / VOICES / file, data)
    log_words = _write_log(databases.school, key, folder / LOG)
    left_out = ", ".join(f"`{table}.{name}`" for table in LEFT_OUT for name in sorted(LEFT_OUT[table]))
    head = INTRODUCTION.format(
        school=config.school_name, day=f"{day:%-d %B %Y}", log=LOG, log_words=log_words, left_out=left_out
    )
    write_durably(folder / README, "\n".join([head, *said, ""]).encode())
    return count


def _cells(connection: Connection, table: Table, columns: list[Column[Any]]) -> Iterator[list[str]]:
    """A heading and the rows by their key, which is random for reports: no order of arrival leaves."""
    yield [one.name for one in columns]
    for row in connection.execute(select(*columns).order_by(*table.primary_key)):
        yield [_cell(value) for value in row]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)  # an enum of ours is the word that is stored


def _described(tree: str, table: Table, columns: list[Column[Any]]) -> Iterator[str]:
    yield f"\n## {tree}/{table.name}.csv: {table.info['what']}\n\n|column|what it holds|kept until|\n|---|---|---|"
    for one in columns:
        name, what, _, _, until = column_row(table, one)
        yield f"|{name}|{what}|{until}|"


def _write_log(school: Database, key: SiteKey, path: Path) -> str:
    """The log with its nested details and words; returns what verifying it has found, in words."""
    with school.session(write=False) as session:
        findings = verify_log(session, key)
        entries = [
            {
                "seq": one.seq,
                "at": one.at.isoformat(),
                "act": one.act,
                "by": one.by_id.hex if one.by_id else None,
                "about": one.about_id.hex if one.about_id else None,
                "words": WORDS.get(one.act, ""),
                "details": _details(one.details),
                "previous": one.previous.hex(),
                "hash": one.hash.hex(),
            }
            for one in session.scalars(select(LogEntry).order_by(LogEntry.seq))
        ]
    write_durably(path, json.dumps(entries, ensure_ascii=False, indent=1).encode())
    if not findings:
        return f"when this was made, its {len(entries)} lines were as kiosk had written them"
    return "; ".join(TAMPER_WORDS[one.kind] % {"seq": one.seq} for one in findings)


def _details(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # somebody changed the line by hand
        return text
