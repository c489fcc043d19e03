"""Cards and numbers are checked by two people each September, and looked at when a number changes (promise C13)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.approving.approval import NOT_MINE, NUMBERS, note_lapses
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.approving.yearly import check_item, items_now, last_check
from kiosk.audit.log import LogAct, lines
from kiosk.config import Config
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wording.messages import Refused
from tests.accounts.doors import staff_browser
from tests.approving.school import Approvers
from tests.factories import at_the_machine, today
from tests.pages import Page
from tests.sites import make_site, site_of

THIS_YEAR, NEXT_YEAR = date(2026, 9, 3), date(2027, 9, 1)
ADDRESS = "/staff/approve/cards/first-minutes"


def item(content: Content, day: date = THIS_YEAR, settings: Mapping[str, str] = MappingProxyType({})) -> Item:
    """What is to be checked on a day, with these numbers in the settings."""
    return check_item(Config().model_copy(update=dict(settings)), content, day)


def test_two_people_check_it_and_neither_can_alone(
    approvers: Approvers, session: Session, content: Content
) -> None:
    one = item(content)
    assert last_check(session, one).day is None
    approvers.yes(approvers.lead, one, Part.LEAD)
    with pytest.raises(Refused):
        approvers.yes(approvers.lead, one, Part.READ)
    assert last_check(session, one).due
    approvers.yes(approvers.teacher, one, Part.READ)
    found = last_check(session, one)
    assert (found.day, found.due) == (today(), False)
    assert set(found.by) == {approvers.lead.name, approvers.teacher.name}


def test_from_september_on_it_is_due_again_and_who_checked_it_last_is_still_said(
    approvers: Approvers, session: Session, content: Content
) -> None:
    approvers.both(item(content))
    assert not last_check(session, item(content, date(2027, 8, 31))).due
    found = last_check(session, item(content, NEXT_YEAR))
    assert found.due and found.day == today() and len(found.by) == 2
    approvers.both(item(content, NEXT_YEAR))
    assert not last_check(session, item(content, NEXT_YEAR)).due


@pytest.mark.parametrize("name", ["social_care", "social_care_evening", "lado"])
def test_whoever_changes_a_number_of_the_settings_makes_it_due(
    approvers: Approvers, session: Session, content: Content, name: str
) -> None:
    approvers.both(item(content, settings={name: "01632 960 131"}))
    assert not last_check(session, item(content, settings={name: "01632 960 131"})).due
    assert last_check(session, item(content, settings={name: "01632 960 999"})).due
    assert last_check(session, item(content)).due


def test_a_helpline_that_changed_asks_for_a_look_and_lapses_no_approval(
    approvers: Approvers, session: Session, content: Content
) -> None:
    approvers.both(item(content))
    approvers.both(content.items["answers/ks3"])
    lines_then = dict(content.facts.helplines.all)
    moved = lines_then["childline"].model_copy(update={"number": "0800 2222"})
    helplines = replace(content.facts.helplines, all=lines_then | {"childline": moved})
    changed = replace(content, facts=replace(content.facts, helplines=helplines))
    assert last_check(session, item(changed)).due
    assert approvers.of(changed.items["answers/ks3"]).approved


def test_a_card_whose_words_changed_is_to_be_checked(
    approvers: Approvers, session: Session, content: Content
) -> None:
    approvers.both(item(content))
    source = content.cards.source.replace(b"wait for somebody", b"wait until somebody")
    assert source != content.cards.source
    changed = replace(content, cards=replace(content.cards, source=source))
    assert last_check(session, item(changed)).due


def test_numbers_are_looked_up_before_anybody_says_yes(approvers: Approvers, content: Content) -> None:
    with pytest.raises(Refused):
        approvers.yes(approvers.lead, item(content), Part.LEAD, ticks=(NOT_MINE,))


def test_the_worker_notes_that_it_is_due_once(
    approvers: Approvers, session: Session, config: Config, databases: Databases
) -> None:
    site = make_site(config, databases)
    approvers.both(check_item(config, site, THIS_YEAR))
    for day in (THIS_YEAR, date(2027, 8, 31), NEXT_YEAR, NEXT_YEAR):
        note_lapses(session, at_the_machine(), items_now(site, day, session), day)
        session.commit()
    assert len(list(lines(session, acts=[LogAct.CONTENT_LAPSED]))) == 1


@pytest.mark.database("sqlite")
def test_it_is_checked_on_a_page_of_its_own_that_shows_what_changed(app: Flask, approvers: Approvers) -> None:
    site = site_of(app)
    approvers.both(check_item(site.config.model_copy(update={"lado": "01632 960 131"}), site, site.today()))
    lead = staff_browser(app, approvers.lead)
    page = Page(lead.get(ADDRESS).text)
    assert "LADO: 01632 960 131" in " ".join(one.text for one in page.all("del"))
    assert not [one for one in Page(lead.get("/staff/approve").text).inputs("item") if "cards/" in str(one)]
    sent = {name: page.value(name) for name in ("digest", "part")}
    sent |= {"looked": [NOT_MINE, NUMBERS], "say": "yes"}  # type: ignore[dict-item]
    assert lead.post(ADDRESS, data=sent).status_code == 303
    after = approvers.of(check_item(site.config, site, site.today()))
    assert [one.name for one in after.said] == [approvers.lead.name] and not after.approved
