"""Many small schools in one folder of settings: in each, every word and number that a page could show is its own."""

import gzip
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask.json import dumps
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import PASSWORD_MARK
from kiosk.accounts.sign_in.passwords import password_mark
from kiosk.accounts.sign_in.views.confirm_password import CONFIRMED, CONFIRMED_WITH_CODE
from kiosk.accounts.staff.people import invite_staff
from kiosk.audit.log import Acting
from kiosk.calendar.file import write_calendar
from kiosk.calendar.written import CalendarFile, Holiday
from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.report.models import ReaderList
from kiosk.roles import Role
from kiosk.school_files import load_schools
from kiosk.sealing.site_key import make_site_key
from kiosk.start import open_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.web.cookies import _signer_of
from kiosk.web.sessions import StaffSession, token_digest
from tests.factories import make_class_group, make_pupil, make_reader, make_staff, make_window, today

# What is of a school stands in one of these forms, with the number of the school.
# Whole words: letters by chance, of which every page has many in its nonces, were taken for a mark once in 30,000.
OF_A_SCHOOL = re.compile(
    r"Zq(?:school|holiday|head|class|pupil|new|reader)(\d{3})|s(\d{3})\.example|0161 496 0(\d{3})"
)
CODE_WORDS = ("SUN", "OWL", "DRUM", "BOAT", "FROG", "KITE")
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class FleetSchool:
    """One of the schools, and what opens something in it."""

    number: int
    host: str
    code: str  # of its class
    pupil: str  # as a cookie names who is signed in
    signer: Any = field(repr=False)
    staff_cookie: str
    link: str  # by which somebody new signs in
    class_page: str

    @property
    def pupil_cookie(self) -> str:
        """A cookie of the child of this school, as new as one who goes on has it."""
        said = {"_user_id": self.pupil, "seen": int(now_utc().timestamp() // 60)}
        return f"__Secure-kiosk-learn={self.signer.dumps(said)}"

    def mark(self, what: str) -> str:
        """How a thing of this school is named."""
        return _mark(what, self.number)


def make_fleet(folder: Path, migrated: Path, count: int) -> tuple[dict[str, Config], list[FleetSchool]]:
    """The settings of so many schools, as files of a folder, and what is in them."""
    sites = folder / "sites"
    sites.mkdir()
    schools = [_make_school(folder, sites, migrated, number) for number in range(count)]
    return load_settings(sites), schools


def load_settings(sites: Path) -> dict[str, Config]:
    """The settings of a folder of schools, as kiosk reads them."""
    return load_schools(sites_dir=sites)


def ask(
    app: Any,
    host: str,
    path: str,
    cookies: Sequence[str] = (),
    form: dict[str, str] | None = None,
    **headers: str,
) -> TestResponse:
    """Ask one host for one page, as a browser on its own pages does."""
    said = OWN_PAGE | {"Cookie": "; ".join(cookies)} | headers
    client, url = Client(app, use_cookies=False), f"https://{host}"
    if form is None:
        return client.get(path, base_url=url, headers=said, buffered=True)
    return client.post(path, base_url=url, headers=said, data=form, buffered=True)


def schools_in(answer: TestResponse) -> dict[int, str]:
    """The numbers of the schools of which something stands in an answer, its headers too; and what of each."""
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    said = f"{answer.headers}\n{body.decode('utf-8', 'replace')}"
    return {int(found[found.lastindex or 0]): found[0] for found in OF_A_SCHOOL.finditer(said)}


def _mark(what: str, number: int) -> str:
    return f"Zq{what}{number:03}"


def _make_school(folder: Path, sites: Path, migrated: Path, number: int) -> FleetSchool:
    host, data = f"s{number:03}.example", folder / f"data-{number:03}"
    data.mkdir(mode=0o700)
    for path in migrated.glob("*.sqlite"):
        shutil.copy(path, data)
    key = make_site_key(data / "site.key")
    said: dict[str, Any] = {
        "data_dir": str(data),
        "public_url": f"https://{host}",
        "school_name": _mark("school", number),
        "lado": f"0161 496 0{number:03}",
        "social_care": f"0161 496 0{number:03}",
        "nation": "england",
    }
    config = Config(**said)
    day = today() + timedelta(days=20)
    write_calendar(
        config, CalendarFile(holidays=(Holiday(first=day, last=day, name=_mark("holiday", number)),))
    )
    write_heartbeat(config, now_utc(), None)
    databases = open_databases(config)
    try:
        made = _fill(databases, key, number, host)
        said["readers_root_hash"] = _root_of(databases).hex()
    finally:
        databases.dispose()
    (sites / f"{host}.toml").write_text("".join(f'{name} = "{value}"\n' for name, value in said.items()))
    return made


def _fill(databases: Databases, key: Any, number: int, host: str) -> FleetSchool:
    with databases.school.write() as session:
        head = make_staff(session, Role.PRINCIPAL, name=_mark("head", number))
        group = make_class_group(session, name=_mark("class", number), teacher=head)
        code = f"{CODE_WORDS[number % 6]} {10 + number}"
        window = make_window(session, group, head, code=code)
        pupil = make_pupil(session, group, first_name=_mark("pupil", number))
        acting = Acting(key, None, now_utc())
        link = invite_staff(session, acting, _mark("new", number), f"new@s{number:03}.example").token
        child = f"pupil:{pupil.id}:{window.id}"
        token = _signed_in(databases, head)
        class_page = f"/staff/classes/{group.id}"
    with databases.reports.write() as reports:
        make_reader(reports, "dsl", name=_mark("reader", number))
    return FleetSchool(
        number,
        host,
        code,
        child,
        _signer_of(key),
        f"__Secure-kiosk-staff={token}",
        f"/staff/welcome/{link}",
        class_page,
    )


def _signed_in(databases: Databases, staff: StaffMember) -> str:
    token, now = secrets.token_urlsafe(32), now_utc()
    moment = int(now.timestamp())
    content = {
        "_user_id": f"staff:{staff.id}",
        PASSWORD_MARK: password_mark(staff.password_hash),
        CONFIRMED: moment,
        CONFIRMED_WITH_CODE: moment,
    }
    with databases.sessions.write() as store:
        store.add(
            StaffSession(
                token_digest=token_digest(token),
                staff_key=f"staff:{staff.id}",
                content=dumps(content),
                started_at=now,
                seen_at=now,
            )
        )
    return token


def _root_of(databases: Databases) -> bytes:
    with databases.reports.session(write=False) as reports:
        statement = reports.scalars(select(ReaderList.statement).where(ReaderList.version == 1)).one()
    return sha256(statement).digest()
