"""Fills the demo school, whose every week is a school week, and keeps its class windows open."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from kiosk.accounts.classes.windows import LONGEST_MINUTES, OpenFor, open_window
from kiosk.accounts.models import ClassGroup
from kiosk.approving.yearly import check_item
from kiosk.calendar.file import load_calendar, write_calendar
from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.config import Config, SettingError
from kiosk.content.pictures import read_pictures
from kiosk.demo.decisions import (
    add_approvals,
    add_board,
    add_consents,
    add_signatures,
    add_term_figures,
    add_term_page,
    add_told,
)
from kiosk.demo.duties import add_duties
from kiosk.demo.families import add_families
from kiosk.demo.learning import add_learning, add_programme
from kiosk.demo.people import add_classes, add_staff, is_demo_school, teacher_of
from kiosk.demo.slips import add_slips
from kiosk.demo.telling import add_reports
from kiosk.demo.training import add_training
from kiosk.demo.visitors import add_visitors
from kiosk.demo.zone import open_zone, propose_third_reader
from kiosk.host.files import write_durably
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from kiosk.start import open_site
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import schema_mark

# The halves of terms in a school year: name of the term, weeks of school, weeks of holidays afterwards.
HALVES = (
    ("Autumn term", 7, 1),
    ("Autumn term", 7, 2),
    ("Spring term", 6, 1),
    ("Spring term", 6, 2),
    ("Summer term", 6, 1),
    ("Summer term", 7, 6),
)
BEGINS = ((9, 2), (11, 1), (1, 4), (2, 20), (4, 12), (6, 1))  # month and day near which each of them begins
HALF_BY_MONTH = (2, 3, 3, 4, 4, 5, 5, 5, 0, 0, 1, 1)  # January first
LEAST_GONE, LEAST_LEFT = 3, 2  # least weeks of the current half term that are over, and that are left
FRIDAY = timedelta(days=4)
ENDS_EARLY = time(13, 30)
SEED = 20


def add_calendar(config: Config, today: date) -> None:
    """Write the calendar file into the demo's folder; a file that the settings name is left alone."""
    if config.calendar_file is None:
        write_calendar(config, demo_calendar(today))


def demo_calendar(today: date) -> CalendarFile:
    """Three terms with half-terms, training days and early ends, placed so that today is inside one."""
    half = HALF_BY_MONTH[today.month - 1]
    gone = (today - date(today.year, *BEGINS[half])).days // 7
    gone = min(max(gone, LEAST_GONE), HALVES[half][1] - LEAST_LEFT)
    start = today - timedelta(days=today.weekday(), weeks=gone)
    if half % 2:
        half -= 1
        start -= timedelta(weeks=sum(HALVES[half][1:]))
    terms, holidays, halves = [], [], []
    for number in range(half, half + len(HALVES), 2):
        (name, weeks, rest), (_, more, after) = (HALVES[(number + step) % len(HALVES)] for step in (0, 1))
        break_on = start + timedelta(weeks=weeks)
        last = break_on + timedelta(weeks=rest + more - 1) + FRIDAY
        terms.append(Term(first=start, last=last, name=name))
        holidays.append(Holiday(first=start, last=start, name="Training day"))
        holidays.append(
            Holiday(first=break_on, last=break_on + timedelta(weeks=rest - 1) + FRIDAY, name="Half-term")
        )
        halves.append(HalfDay(day=last, closes=ENDS_EARLY, name=f"Last day of the {name.lower()}"))
        start = break_on + timedelta(weeks=rest + more + after)
    return CalendarFile(terms=tuple(terms), holidays=tuple(holidays), half_days=tuple(halves))


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
        add_training(school, key, content.training, now, today)
        add_visitors(school, content.codes, today)
        made, secrets = open_zone(school, reports, config, key, wrapping, now)
        add_reports(school, reports, key, calendar, now, secrets)
        propose_third_reader(school, reports, config, key, wrapping, now)
        add_board(school, today)
        add_families(school, key, content, now, today)
        add_consents(school, key, now, today)
        add_term_figures(school, calendar, today)
        check = check_item(config, content, today)
        add_approvals(school, key, {**content.items, check.key: check}, now)
    listed = {"url": config.public_url, "classes": classes, "staff": staff}
    _write_demo_file(
        config,
        listed | {"recovery_sheets": made.recovery.sheets, "root": made.root.hex(), "schema": schema_mark()},
    )
    site = open_site(config, databases, content)
    add_duties(site, now)
    _write_demo_file(config, read_demo(config) | {"slips": add_slips(site)})
    add_term_page(site, now)
    keep_windows_open(config, databases, content.pictures.keys)


def with_root(config: Config) -> Config:
    """The demo's settings with the hash of its first list of readers, as a school's network manager writes it there."""
    return config.model_copy(update={"readers_root_hash": read_demo(config)["root"]})


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
    _write_demo_file(config, listed)


def key_things(config: Config) -> list[str]:
    """Ids of the key pictures, without reading a single drawing."""
    return [id for id, picture in read_pictures(config.content_path).items() if picture.key]


def read_demo(config: Config) -> dict[str, Any]:
    """Everybody in the demo, as `demo.json` lists them."""
    listed: dict[str, Any] = json.loads(demo_file(config).read_text(encoding="utf-8"))
    return listed


def _write_demo_file(config: Config, listed: Mapping[str, Any]) -> None:
    write_durably(demo_file(config), json.dumps(listed, ensure_ascii=False, indent=1).encode())
