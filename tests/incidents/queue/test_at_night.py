"""What is red, whom to ring, who is on it tonight, and what can wait until morning (promise Q12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.incidents.queue.queue import MOST_RED
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.incidents.desk import Desk
from tests.incidents.school import School, fill_school
from tests.pages import Page
from tests.readers.school import log_keys
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite")

HOME, QUEUE, DUTY = "/staff/", "/staff/incidents/", "/staff/incidents/duty"
NIGHT = datetime(2026, 11, 24, 22, 40, tzinfo=UTC)  # a Tuesday
DAY = NIGHT.replace(hour=10)
TOMORROW = NIGHT.replace(day=25, hour=9)
NUMBER, READ_ALOUD = "07700900118", "07700 900 118"


class Clock:
    """A clock that is set by hand."""

    at = NIGHT

    def now(self) -> datetime:
        """The moment to which it was set."""
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Twenty to eleven at night."""
    made = Clock()
    monkeypatch.setattr("kiosk.storage.db.CLOCK", made)
    return made


@pytest.fixture
def desk(config: Config, databases: Databases, key: SiteKey, clock: Clock) -> Desk:
    """A school with a mail server and the numbers of social care, at night."""
    given = {"smtp_url": "smtp://127.0.0.1:9", "social_care_evening": "01632 960199"}
    settings = config.model_copy(update=given)
    school = School(databases, load_calendar(settings), key, settings)
    fill_school(school)
    log_keys(school)
    write_heartbeat(settings, NIGHT, None)
    return Desk(school, make_app(settings, databases))


def danger(desk: Desk, concern: str = "stranger", at: datetime = NIGHT, **given: Any) -> Any:
    """A child tells of danger, and it is passed on at once."""
    told = desk.school.tell(concern, at=at, danger="yes", **given)
    desk.school.merge(at)
    return told


def on_it(browser: FlaskClient) -> TestResponse:
    """Say that one is on it tonight."""
    return browser.post(DUTY, data={"on": "yes"})


def give_number(desk: Desk, who: str, number: str = NUMBER) -> None:
    """Somebody gives the own number, on the page of their account."""
    assert desk.at(who).post("/staff/password/mobile", data={"mobile": number}).status_code == 303


def main_of(browser: FlaskClient, address: str) -> str:
    """What stands in the main part of a page."""
    answer = browser.get(address)
    assert answer.status_code == 200
    (main,) = Page(answer.text).all("main")
    return main.text


def test_danger_that_nobody_has_opened_is_red_on_both_pages_until_somebody_opens_it(desk: Desk) -> None:
    told = danger(desk, reply="yes")
    for address in (HOME, QUEUE):
        page = desk.at("dsl").get(address).text
        (red,) = [one for one in Page(page).all("div") if one.attrs.get("class") == "red"]
        said = "Someone is in danger now Passed on at once. Nobody has opened it. Years 7 to 9"
        assert red.text.startswith(said)
        assert f'action="/staff/incidents/open/{told}"' in page
    assert desk.at("dsl2").post(f"{QUEUE}open/{told}").status_code == 302
    for address in (HOME, QUEUE):
        assert "Nobody has opened it" not in main_of(desk.at("dsl"), address)


@pytest.mark.parametrize(
    ("concern", "given", "title"),
    [
        ("friend", {"danger": "no", "follow": "hurt"}, "Someone may be hurt"),
        ("adult", {"danger": "yes", "head": "yes"}, "Someone is in danger now"),
        ("adult", {"danger": "unsure", "head": "yes", "follow": "hurt"}, "Someone may be in danger or hurt"),
    ],
)
def test_its_heading_says_what_is_known(desk: Desk, concern: str, given: Any, title: str) -> None:
    desk.school.tell(concern, at=NIGHT, **given)
    desk.school.merge(NIGHT)
    assert f"{title} Passed on at once." in main_of(desk.at("dsl"), HOME)


def test_what_is_within_the_hour_and_no_danger_is_a_row_of_the_first_group(desk: Desk) -> None:
    """Money over a picture, a meeting, a threat: mailed as loudly, and not in red."""
    for concern, follow in (("images", "threat"), ("stranger", "asked-meet"), ("bullying", "threat")):
        desk.school.tell(concern, at=NIGHT, follow=follow)
    desk.school.merge(NIGHT)
    page = desk.queue("dsl").text
    assert "Within the hour 3" in page and "Nobody has opened it" not in page
    assert page.count("Read it now") == 3


def test_many_false_dangers_fill_no_screen(desk: Desk) -> None:
    for _ in range(MOST_RED + 4):
        danger(desk)
    page = desk.queue("dsl").text
    assert page.count("Nobody has opened it") == MOST_RED
    assert "Within the hour 4" in page
    assert "The rest can wait until morning" in main_of(desk.at("dsl"), HOME)


def test_by_day_it_says_by_when_and_the_rest_of_the_page_stays(desk: Desk, clock: Clock) -> None:
    clock.at = DAY
    danger(desk, at=DAY)
    home = main_of(desk.at("dsl"), HOME)
    assert "Decide by 11:40. If you can't, ring Ms dsl2." in home
    assert "can wait until morning" not in home and "On duty" in main_of(desk.at("dsl"), QUEUE)


def test_at_night_the_first_page_is_the_red_block_whom_to_ring_and_a_fold(desk: Desk) -> None:
    told = [desk.school.told("friend") for _ in range(2)]
    assert told and "can wait until morning" not in main_of(desk.at("dsl"), HOME), (
        "the control: nothing is red"
    )
    danger(desk)
    on_it(desk.at("dsl2"))
    give_number(desk, "dsl2")
    page = desk.at("dsl").get(HOME).text
    (fold,) = [one for one in Page(page).all("details") if "can wait" in one.text]
    assert fold.text.startswith("The rest can wait until morning: 2 reports")
    before = main_of(desk.at("dsl"), HOME).partition("The rest can")[0]
    assert f"If you can't, ring on Ms dsl2On it tonightRing {READ_ALOUD}" in before, before
    assert "Social care, all nightRing 01632 960199" in before
    assert 'href="tel:07700900118"' in page


def test_what_staff_are_to_read_first_waits_while_something_is_red(desk: Desk) -> None:
    """Nothing stands between the mail of danger and the page that says so."""
    danger(desk)
    answer = desk.at("dsl").get(HOME)
    assert (answer.status_code, "Open it now" in answer.text) == (200, True)


def test_at_night_all_that_is_not_within_the_hour_waits_until_morning(desk: Desk, clock: Clock) -> None:
    desk.school.told("friend")
    case = desk.opened("dsl", "images")
    danger(desk)
    undecided = desk.at("dsl").post(f"{QUEUE}open/{danger(desk)}").headers["Location"]
    groups = [one.text for one in desk.queue("dsl").all("tr") if one.attrs.get("class") == "table-group"]
    assert groups == ["Within the hour 1", "Can wait until morning 2"]
    page = desk.queue("dsl").text
    assert "Late. See to it tomorrow, 8:30" in page, page[600:]
    clock.at = TOMORROW
    desk.browsers.clear()
    groups = [one.text for one in desk.queue("dsl").all("tr") if one.attrs.get("class") == "table-group"]
    assert "Can wait until morning" not in " ".join(groups) and len(groups) >= 2
    assert case and undecided


def test_whom_to_ring_is_only_who_may_open_it(desk: Desk) -> None:
    """Nobody whom the child ticked, and nobody whom its route excludes, however loudly they are on it."""
    for name in ("dsl2", "principal"):
        on_it(desk.at(name))
        give_number(desk, name)
    danger(desk, "adult", head="yes", exclude=desk.school.dsl2.id.hex)
    home = main_of(desk.at("dsl"), HOME).partition("The rest can")[0]
    queue = main_of(desk.at("dsl"), QUEUE).partition("For me")[0]
    for page in (home, queue):
        assert not [one for one in ("Ms dsl2", "Ms principal", NUMBER, READ_ALOUD) if one in page], page
        assert "Ms chair" in page


def test_a_row_written_by_hand_puts_nobody_among_those_to_ring(desk: Desk) -> None:
    """The attack: the head has a row of a report about the head, for their present key."""
    told = danger(desk, "adult", head="yes")
    school = desk.school
    with school.databases.reports.write() as reports:
        mark = reports.scalars(
            select(ReportReader.key_mark).where(ReportReader.reader_id == school.dsl.id)
        ).first()
        held = reports.get_one(ReportReader, (told, school.dsl.id))
        reports.add(
            ReportReader(report_id=told, reader_id=school.principal.id, key_mark=mark, wrapped=held.wrapped)
        )
        reports.execute(update(Report).where(Report.id == told).values(route="adult"))
    assert "Ms principal" not in main_of(desk.at("dsl"), HOME).partition("The rest can")[0]


def test_no_mail_is_promised_while_none_leaves(desk: Desk) -> None:
    danger(desk)
    assert "Mailed again and again" in main_of(desk.at("dsl"), HOME)
    assert "still mailed at once" in main_of(desk.at("dsl"), QUEUE)
    for beat in ((NIGHT - timedelta(hours=1), None), (NIGHT, None, True)):
        write_heartbeat(desk.school.config, *beat)  # it stands still; then: the mail server takes nothing
        for address in (HOME, QUEUE):
            page = main_of(desk.at("dsl"), address)
            assert "Mailed again" not in page and "still mailed" not in page
            assert "No mail leaves now: ring whoever has to know." in page.partition("The rest can")[0]


def test_at_night_the_first_page_says_first_that_mail_stands_still(desk: Desk) -> None:
    danger(desk)
    write_heartbeat(desk.school.config, NIGHT - timedelta(hours=1), None)
    before = main_of(desk.at("dsl"), HOME).partition("The rest can")[0]
    assert "nobody is told by mail or phone, not even of danger" in before


def test_whoever_opens_it_at_night_reads_that_mails_have_stopped_until_the_hour_is_over(
    desk: Desk, clock: Clock
) -> None:
    address = desk.at("dsl").post(f"{QUEUE}open/{danger(desk)}").headers["Location"]
    said = "Mails about it have stopped."
    assert said in main_of(desk.at("dsl"), address)
    clock.at = NIGHT + timedelta(minutes=70)
    desk.browsers.clear()
    assert said not in main_of(desk.at("dsl"), address), "they come again, to the owner"
    clock.at = DAY
    assert said not in main_of(
        desk.at("dsl"), desk.at("dsl").post(f"{QUEUE}open/{danger(desk, at=DAY)}").location
    )


def test_who_is_on_it_is_said_to_colleagues_until_school_opens(desk: Desk, clock: Clock) -> None:
    page = main_of(desk.at("coordinator"), QUEUE)
    assert "Nobody is on duty until tomorrow, 8:30." in page and "On duty" not in page
    assert "Urgent reports are still mailed at once, to Ms dsl, Ms dsl2." in page
    on_it(desk.at("dsl"))
    assert "On it until tomorrow, 8:30: Ms dsl." in main_of(desk.at("coordinator"), QUEUE)
    own = main_of(desk.at("dsl"), QUEUE)
    assert "On it until tomorrow, 8:30: you." in own and "I am not on it any more" in own
    desk.at("dsl").post(DUTY, data={"on": "no"})
    assert "Nobody is on duty" in main_of(desk.at("coordinator"), QUEUE)
    on_it(desk.at("dsl"))
    clock.at = TOMORROW
    desk.browsers.clear()
    assert "On it" not in main_of(desk.at("coordinator"), QUEUE)
    clock.at = TOMORROW.replace(hour=22)
    desk.browsers.clear()
    assert "Nobody is on duty" in main_of(desk.at("coordinator"), QUEUE), "it held for one night"


def test_in_school_hours_nobody_can_be_on_it_tonight(desk: Desk, clock: Clock) -> None:
    clock.at = DAY
    on_it(desk.at("dsl"))
    clock.at = NIGHT
    desk.browsers.clear()
    assert "Nobody is on duty" in main_of(desk.at("dsl"), QUEUE)


def test_to_be_on_it_moves_no_mail_and_gives_nothing_to_read(desk: Desk) -> None:
    """What if the head does it, about whom a child is telling?"""
    with desk.school.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    danger(desk, "adult", head="yes")

    def mails() -> list[str]:
        with desk.school.databases.reports.session(write=False) as reports:
            return sorted(reports.scalars(select(OutboxRow.address)))

    told = mails()
    before = main_of(desk.at("principal"), QUEUE)
    on_it(desk.at("principal"))
    assert mails() == told
    danger(desk, "adult", head="yes")
    assert mails() == sorted([*told, *told]), "the next one is mailed to the same people"
    after = main_of(desk.at("principal"), QUEUE)
    assert "Nobody has opened it" not in before + after


def test_a_number_stays_without_being_on_it_and_is_taken_out_again(desk: Desk) -> None:
    danger(desk)
    give_number(desk, "dsl2")
    assert READ_ALOUD in main_of(desk.at("dsl"), HOME)
    on_it(desk.at("dsl2"))
    assert f"On it tonightRing {READ_ALOUD}" in main_of(desk.at("dsl"), HOME)
    give_number(desk, "dsl2", "")
    assert READ_ALOUD not in main_of(desk.at("dsl"), HOME)


def test_a_number_is_shown_beside_danger_and_nowhere_else(desk: Desk) -> None:
    """Nor to who may not read the report, whatever else they may read."""
    give_number(desk, "dsl2")
    for who in ("dsl", "coordinator", "principal", "network", "teacher"):
        assert READ_ALOUD not in main_of(desk.at(who), HOME)
    danger(desk)
    for who in ("coordinator", "principal", "network", "teacher"):
        assert READ_ALOUD not in main_of(desk.at(who), HOME)
    assert READ_ALOUD in main_of(desk.at("dsl"), HOME)
