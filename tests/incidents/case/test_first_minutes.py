"""The card of the first five minutes: which one, what it says, and the lines that its buttons write (promise C13)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.incidents.case.cards import MOST_STEPS, CardId, Cards, _card_id, read_cards
from kiosk.incidents.models import Act, CaseOutcome
from kiosk.nations import EVERYWHERE, Nation
from kiosk.report.access.routes import CONCERNS, route_of, within_the_hour
from kiosk.report.form.answers import FOLLOW_VALUES
from kiosk.report.models import Reader, ReportReader
from kiosk.sealing.reader_key import mark_of
from kiosk.wording.facts import read_facts
from tests.factories import secret_of
from tests.incidents.desk import Desk, part
from tests.incidents.moment import at
from tests.incidents.school import School
from tests.sites import change_site, site_of

IDS = CardId.__args__  # type: ignore[attr-defined]
CARE, NIGHT, LADO = "01632 960 114", "01632 960 199", "01632 960 131"


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    """A school with numbers in its settings, at work."""
    numbers = {"social_care": CARE, "social_care_evening": NIGHT, "lado": LADO}
    nation(app, Nation.ENGLAND, **numbers)
    return Desk(school, app)


def nation(app: Flask, where: Nation | None, **settings: Any) -> None:
    """From now on the school is there, with these settings."""
    config = site_of(app).config.model_copy(update={"nation": where} | settings)
    facts = read_facts(config.content_path, where)
    change_site(app, config=config, facts=facts, cards=read_cards(config.content_path, facts, where))


def cards_of(where: Nation | None) -> Cards:
    folder = Path(Config().content_path)
    return read_cards(folder, read_facts(folder, where), where)


@pytest.mark.parametrize("where", [*Nation, None])
def test_each_nation_has_each_card_of_at_most_five_steps_and_one_never(where: Nation | None) -> None:
    cards = cards_of(where)
    assert set(cards.all) == set(IDS)
    for card in cards.all.values():
        assert 0 < len(card.steps) <= MOST_STEPS
        assert card.never


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"concern": "site", "danger": "yes"}, "Danger now"),
        ({"concern": "stranger", "danger": "yes", "follow": ["asked-meet"]}, "Danger now"),
        ({"concern": "me", "follow": ["hurt"]}, "Hurt, or may hurt themselves"),
        ({"concern": "me", "follow": ["unsure"]}, "Hurt, or may hurt themselves"),
        ({"concern": "friend", "follow": ["unsure"]}, "Hurt, or may hurt themselves"),
        ({"concern": "images", "follow": ["threat"]}, "Someone wants money or more pictures"),
        ({"concern": "stranger", "follow": ["asked-money", "asked-meet"]}, "Someone wants money"),
        ({"concern": "stranger", "follow": ["asked-meet"]}, "Someone asked to meet"),
        ({"concern": "bullying", "follow": ["threat"]}, "Threats, a weapon"),
        ({"concern": "images", "follow": ["no-clothes"]}, "Nude pictures in school"),
        ({"concern": "adult", "head": "no", "danger": "yes"}, "A grown-up who works here"),
    ],
)
def test_the_worst_that_a_report_says_chooses_its_card_and_whom_it_is_about_before_that(
    desk: Desk, told: dict[str, Any], title: str
) -> None:
    number = desk.opened("dsl", **told)
    assert f"First five minutes: {title}" in desk.page("dsl", number).text


def test_whatever_is_decided_within_the_hour_has_a_card() -> None:
    cards, ticks = cards_of(None), ("", *FOLLOW_VALUES)
    for concern, danger, one, two in product(CONCERNS, ("yes", "no", "unsure"), ticks, ticks):
        body = {"concern": concern, "danger": danger, "follow": [one, two]}
        route = route_of(concern, danger, [one, two], "no", ticked_head=False, about_staff=concern == "adult")
        opened: Any = SimpleNamespace(route=route, body=body)
        assert cards.of(opened) or not within_the_hour(concern, danger, [one, two]), body


@pytest.mark.parametrize("danger", ["no", "yes"])
def test_a_mark_that_a_colleague_saw_has_a_card_of_its_own(danger: str) -> None:
    body = {"concern": "injury", "danger": danger}
    assert _card_id("danger" if danger == "yes" else "injury", body) == "injury"
    assert _card_id("adult", body) == "adult", "whom it is about comes first"
    card = cards_of(Nation.ENGLAND).all["injury"]
    assert [step.id for step in card.steps] == ["doctor", "care", "second"]


@pytest.mark.parametrize("concern", ["bullying", "site", "scam", "other"])
def test_what_can_wait_has_no_card(desk: Desk, concern: str) -> None:
    number = desk.opened("coordinator", concern)
    assert not part(desk.page("coordinator", number), "first-minutes")


def test_numbers_come_from_the_settings_and_the_helplines(desk: Desk) -> None:
    danger = part(desk.page("dsl", desk.opened("dsl", "site", danger="yes")), "first-minutes")
    assert "Ring 999." in danger and CARE in danger and NIGHT in danger
    hurt = part(desk.page("dsl", desk.opened("dsl", "me", follow=["hurt"])), "first-minutes")
    assert "NHS 111, option 2" in hurt
    adult = part(desk.page("dsl", desk.opened("dsl", "adult", head="no")), "first-minutes")
    assert f"Ring the LADO: {LADO}" in adult and "written for England" not in adult


def test_a_number_that_is_not_set_is_said_and_never_an_empty_line(desk: Desk, app: Flask) -> None:
    nation(app, None, social_care="", social_care_evening="", lado="")
    for told in ({"concern": "site", "danger": "yes"}, {"concern": "me"}, {"concern": "adult", "head": "no"}):
        page = part(desk.page("dsl", desk.opened("dsl", **told)), "first-minutes")
        assert "Not set: look it up on the council’s page." in page


def test_where_a_card_is_written_for_england_alone_it_says_so_elsewhere(desk: Desk, app: Flask) -> None:
    number = desk.opened("dsl", "adult", head="no")
    for where in (*Nation, None):
        nation(app, where)
        says = "This card is written for England." in desk.page("dsl", number).text
        assert says == (where is not Nation.ENGLAND)
    assert set(cards_of(Nation.WALES).all["danger"].nations) == set(EVERYWHERE)


def test_each_button_writes_one_line_with_the_words_of_the_card_also_when_tapped_twice(desk: Desk) -> None:
    number = desk.opened("dsl", "adult", head="no")
    for _ in range(2):
        assert desk.send("dsl", number, "rang", who="lado").status_code == 302
    assert len(desk.lines(number, Act.RANG)) == 1
    page = desk.page("dsl", number)
    assert "I rang them: Ring the LADO" in part(page, "log")
    assert "Ms dsl, Today" in part(page, "first-minutes")


@pytest.mark.parametrize("who", ["crisis", "answer", "nobody", "", "999 I rang nobody"])
def test_no_line_is_written_for_what_is_no_button_of_this_card(desk: Desk, who: str) -> None:
    number = desk.opened("dsl", "adult", head="no")
    assert desk.send("dsl", number, "rang", who=who).status_code == 302
    assert not desk.lines(number, Act.RANG)


def test_whom_a_case_is_about_writes_no_line_in_it_and_learns_nothing(desk: Desk) -> None:
    number = desk.opened("dsl", "adult", head="yes")
    there, nowhere = (desk.send("principal", one, "rang", who="999") for one in (number, 999_998))
    assert (there.status_code, there.data) == (nowhere.status_code, nowhere.data)
    assert not desk.lines(number, Act.RANG)


def test_a_closed_case_has_no_card_and_takes_no_line(desk: Desk) -> None:
    number = desk.opened("dsl", "me")
    desk.say(number, closed_at=desk.lines(number, Act.OPENED)[0].at, outcome=CaseOutcome.RESOLVED)
    assert not part(desk.page("dsl", number), "first-minutes")
    assert desk.send("dsl", number, "rang", who="999").status_code == 409
    assert not desk.lines(number, Act.RANG)


def test_the_ready_answer_is_two_taps_away_and_is_looked_at_first(desk: Desk) -> None:
    number = desk.opened("dsl", "me", reply="yes", follow=["hurt"])
    card = part(desk.page("dsl", number), "first-minutes")
    assert "Send it" in card
    looked = desk.send("dsl", number, "answer", ready="hurt")
    assert looked.status_code == 200 and not desk.lines(number, Act.REPLIED)
    assert "Send to the child" in looked.text and "0800 1111" in looked.text


def test_who_wanted_no_answer_is_offered_none(desk: Desk) -> None:
    card = part(desk.page("dsl", desk.opened("dsl", "me", follow=["hurt"])), "first-minutes")
    assert "ready answer" not in card and "Send it" not in card


def test_where_none_is_approved_the_card_says_so_and_leads_to_own_words(desk: Desk, app: Flask) -> None:
    number = desk.opened("dsl", "me", reply="yes")
    without(app, "translation/answers-ks3.pl")
    page = desk.page("dsl", number)
    assert "No ready answer in this language is approved yet" in part(page, "first-minutes")
    assert page.button("Write an answer").attrs["value"] == "answer"
    led = desk.send("dsl", number, "done", then="answer")
    assert led.headers["Location"] == f"/staff/incidents/{number}/answer"


def without(app: Flask, key: str) -> None:
    """Two people have not approved this."""
    in_use = site_of(app).in_use
    change_site(app, in_use=replace(in_use, approved=in_use.approved - {key}))


def test_a_card_that_nobody_has_checked_says_so(desk: Desk) -> None:
    page = desk.page("dsl", desk.opened("dsl", "me"))
    assert "Nobody here has checked these words and numbers yet" in part(page, "first-minutes")


@pytest.mark.parametrize(("form", "sent"), [("rang", {"who": "999"}), ("answer", {"ready": "hurt"})])
def test_each_button_of_the_card_saves_what_was_chosen_on_the_page(
    desk: Desk, form: str, sent: dict[str, str]
) -> None:
    number = desk.opened("dsl", "me", reply="yes", follow=["hurt"])
    chosen = {"todo-look-after": "done"}
    assert desk.send("dsl", number, form, **sent, **chosen).status_code in (200, 302)
    assert len(desk.lines(number, Act.TICKED)) == 1
    unsaid = desk.send("dsl", number, form, **sent, **{"todo-principal": "not"})
    assert unsaid.status_code == 422, "one reason is missing, and the button has done nothing"
    assert not desk.lines(number, Act.REPLIED)


@pytest.mark.parametrize("hour", [10, 22])
def test_who_else_may_read_it_is_named_with_the_number_they_gave(desk: Desk, hour: int) -> None:
    with desk.school.databases.school.write() as session:
        for name, number in (("dsl2", "07700900118"), ("coordinator", "07700900119")):
            session.get_one(StaffMember, desk.school.people[name].id).mobile = number
    with at(datetime(2026, 12, 2, hour, 5, tzinfo=UTC)):
        page = desk.page("dsl", desk.opened("dsl", "site", danger="yes"))
    card = part(page, "first-minutes")
    assert "Ms dsl2 may read it too: 07700 900 118" in card
    assert "tel:07700900118" in [link.attrs.get("href") for link in page.all("a")]
    assert "900 119" not in page.text, "of somebody who may not read it"


def test_nobody_stands_on_the_card_who_cannot_open_it(desk: Desk) -> None:
    """By a new key that opens nothing yet, by absence, or by a row that was written by hand."""
    number = desk.opened("dsl", "site", danger="yes")
    assert "Ms dsl2 may read it too." in part(desk.page("dsl", number), "first-minutes")
    with desk.school.databases.reports.write() as session:
        session.get_one(Reader, desk.school.dsl2.id).public_key = secret_of(uuid.uuid4()).public_key
        rows = session.scalars(select(ReportReader).where(ReportReader.reader_id == desk.school.dsl.id))
        for one in list(rows):
            mark = mark_of(secret_of(desk.school.principal.id).public_key)
            session.add(
                ReportReader(
                    report_id=one.report_id,
                    reader_id=desk.school.principal.id,
                    key_mark=mark,
                    wrapped=one.wrapped,
                )
            )
    card = part(desk.page("dsl", number), "first-minutes")
    assert "Ms dsl2" not in card and "Ms principal may" not in card
