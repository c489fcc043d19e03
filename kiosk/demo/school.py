"""Fills the demo school and keeps its class windows open."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from kiosk.accounts.models import ClassGroup
from kiosk.accounts.windows import LONGEST_MINUTES, OpenFor, open_window
from kiosk.calendar.file import load_calendar
from kiosk.config import Config, SettingError
from kiosk.content.pictures import read_pictures
from kiosk.db import Databases, now_utc
from kiosk.demo.calendar import add_calendar
from kiosk.demo.leading import add_consents, add_practice_runs
from kiosk.demo.learning import add_learning, add_programme
from kiosk.demo.people import add_classes, add_staff, is_demo_school, teacher_of
from kiosk.demo.telling import add_reports
from kiosk.demo.told import add_signatures, add_told
from kiosk.demo.we_did import add_board
from kiosk.demo.zone import open_zone, propose_third_reader
from kiosk.files import write_durably
from kiosk.schema import schema_mark
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content

SEED = 20


def demo_file(config: Config) -> Path:
    """The file that lists the demo's people with their keys and passwords."""
    return config.file("demo.json")


def refuse_real_school(databases: Databases) -> None:
    """Raise SettingError if anybody here is real, because the demo lets everybody in."""
    with databases.school.session(write=False) as session:
        if not is_demo_school(session):
            raise SettingError("KIOSK_DATA_DIR: this is a real school; the demo needs a folder of its own")


def fill_demo(config: Config, databases: Databases, key: SiteKey, content: Content) -> None:
    """Make Hollybank School in empty databases and list its people in demo.json (mode 0600)."""
    now = now_utc()
    add_calendar(config, now.astimezone(config.zone).date())
    calendar = load_calendar(config)
    with databases.school.write() as school, databases.reports.write() as reports:
        today = now.astimezone(config.zone).date()
        staff, wrapping = add_staff(school, key, content.pictures.keys)
        classes = add_classes(school, key, content.pictures.keys)
        add_learning(school, content, today, Random(SEED))
        add_programme(school, content)
        add_signatures(school, content.codes, today)
        add_told(school, content, today)
        sheets, secrets = open_zone(school, reports, config, key, wrapping, now)
        add_reports(school, reports, key, calendar, now, secrets)
        propose_third_reader(school, reports, config, key, wrapping, now)
        add_board(school, today)
        add_practice_runs(school, calendar, today)
        add_consents(school, key, now, today)
    listed = {"url": config.public_url, "classes": classes, "staff": staff}
    _write(config, listed | {"recovery_sheets": sheets, "schema": schema_mark()})
    keep_windows_open(config, databases, content.pictures.keys)


def is_filled(config: Config) -> bool:
    """Whether the data folder has a demo school of this version."""
    return demo_file(config).is_file() and read_demo(config).get("schema") == schema_mark()


def clear_old_demo(config: Config) -> None:
    """Remove the demo school of another version; everybody in it is invented and will be made again."""
    if demo_file(config).is_file() and not is_filled(config):
        for path in (*config.data_dir.glob("*.sqlite*"), demo_file(config)):
            path.unlink()


def keep_windows_open(config: Config, databases: Databases, things: Sequence[str]) -> None:
    """Open every class again for the longest time, and write the codes into demo.json."""
    now = now_utc()
    today = now.astimezone(config.zone).date()
    with databases.school.write() as session:
        codes = {
            group.name: open_window(
                session, teacher_of(session, group), group, OpenFor(LONGEST_MINUTES, now, today), things
            ).code
            for group in session.scalars(select(ClassGroup)).all()
        }
    listed = read_demo(config)
    for one in listed["classes"]:
        one["code"] = codes[one["name"]]
    listed["url"] = config.public_url
    _write(config, listed)


def key_things(config: Config) -> list[str]:
    """Ids of the key pictures, without reading a single drawing."""
    return [id for id, picture in read_pictures(config.content_path).items() if picture.key]


def read_demo(config: Config) -> dict[str, Any]:
    """Everybody in the demo, as `demo.json` lists them."""
    listed: dict[str, Any] = json.loads(demo_file(config).read_text(encoding="utf-8"))
    return listed


def _write(config: Config, listed: Mapping[str, Any]) -> None:
    write_durably(demo_file(config), json.dumps(listed, ensure_ascii=False, indent=1).encode())
