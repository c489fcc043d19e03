"""One proposal hands over everything: one gives, one takes it on, one confirms (promises G1, G4, G5)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.accounts.models import Proposal, ProposalKind, StaffMember
from kiosk.accounts.staff.reader_keys import forget_key
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.access.keyring import Keyholder, read_keyring
from kiosk.report.models import ReportReader
from kiosk.sealing.list_statements import ListedReader
from kiosk.sealing.reader_list import who_signed
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD
from tests.factories import make_reader_key
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import code_of, confirm, give_key, grown_old, proposed
from tests.readers.renewing import renew_by
from tests.readers.school import acting_as, browser, chain_of, errors_of, keyed, proposals_of, role_holders

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")
ALWAYS = "goes to the next reader. Nobody is told which, or whether there is any."
WEEKS = timedelta(days=28)


def today() -> date:
    """The school's day."""
    return now_utc().date()


def hand_over(app: Flask, school: School, by: str, gives: str, takes: str, **typed: str) -> TestResponse:
    """Send the form that proposes a hand-over, four weeks ahead where nothing else is said."""
    sent = {
        "gives": school.people[gives].id.hex,
        "takes": school.people[takes].id.hex,
        "day": (today() + WEEKS).isoformat(),
        "password": PASSWORD,
        "code": code_of(school, school.people[by]),
    }
    return browser(app, school, by).post("/staff/hand-over", data=sent | typed)


def asked(app: Flask, school: School, gives: str = "dsl", takes: str = "teacher", by: str = "") -> Proposal:
    """A hand-over that was proposed, by whoever gives where nobody else is named."""
    answer = hand_over(app, school, by or gives, gives, takes)
    assert answer.status_code == 303, Page(answer.text).text
    (new,) = proposals_of(school)
    return new


def taken_on(app: Flask, school: School, gives: str = "dsl", takes: str = "teacher", by: str = "") -> str:
    """The same, and the other one took it on; the address at which it is confirmed."""
    proposal = asked(app, school, gives, takes, by)
    if takes == "teacher":
        give_key(school, takes)
    answer = browser(app, school, takes).post(f"/staff/hand-over/{proposal.id}")
    assert answer.status_code == 303, answer.text
    return f"/staff/proposals/{proposal.id}"


def entry(school: School, name: str) -> ListedReader:
    """Somebody in the list of readers as it is now."""
    return chain_of(school)[-1].readers[school.people[name].id.hex]


def becomes(school: School, day: date) -> None:
    """It is this day, and the worker looks."""
    publish_readers(school.databases, school.config, day)


def places(school: School, name: str) -> set[tuple[str, bool]]:
    """The roles that somebody has, and whether as a deputy."""
    return {(role, deputy) for who, role, deputy in role_holders(school) if who == f"Ms {name}"}


def in_keyring(school: School, name: str, day: date) -> Keyholder | None:
    """Somebody as reports are sealed for them on a day; None where they are not."""
    with school.databases.reports.session(write=False) as reports:
        ring = read_keyring(reports, school.config.readers_root, day)
    return next((one for one in ring.readers if one.id == school.people[name].id and one.able), None)


def test_one_gives_one_takes_one_confirms_and_the_list_is_signed_once(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed)
    shown = browser(app, keyed, "chair").get(page).text
    assert ALWAYS in Page(shown).text
    assert confirm(app, keyed, "chair", page).status_code == 303
    before, after = chain_of(keyed)
    assert set(who_signed(before, after)) == {keyed.dsl.id.hex, keyed.chair.id.hex}
    day = today() + WEEKS
    assert (entry(keyed, "dsl").to_day, entry(keyed, "dsl").heir) == (
        day - timedelta(days=1),
        keyed.teacher.id.hex,
    )
    assert today() + timedelta(days=2) <= entry(keyed, "teacher").from_day < day
    assert places(keyed, "dsl") == {("dsl", False)}
    assert places(keyed, "teacher") == set(), "nothing yet"
    told = keyed.told("bullying", danger="yes")
    assert browser(app, keyed, "teacher").post(f"/staff/incidents/open/{told}").status_code in {403, 404}


def test_on_the_day_it_changes_by_itself_and_the_keys_are_there_already(app: Flask, keyed: School) -> None:
    confirm(app, keyed, "chair", taken_on(app, keyed))
    day, eve = today() + WEEKS, today() + WEEKS - timedelta(days=1)
    becomes(keyed, eve)
    early, giver = in_keyring(keyed, "teacher", eve), in_keyring(keyed, "dsl", eve)
    assert early and early.absent, "sealed for, and counted for nothing"
    assert giver and not giver.absent
    assert places(keyed, "dsl") == {("dsl", False)}
    assert in_keyring(keyed, "dsl", day) is None, "even before the worker has looked"
    becomes(keyed, day)
    assert places(keyed, "dsl") == set()
    assert places(keyed, "teacher") == {("dsl", False)}
    late = in_keyring(keyed, "teacher", day)
    assert late and not late.absent
    becomes(keyed, day)
    assert places(keyed, "teacher") == {("dsl", False)}, "once is enough"


def test_who_reads_already_waits_for_nothing_and_reads_beside_the_other_until_the_day(
    app: Flask, keyed: School
) -> None:
    assert confirm(app, keyed, "chair", taken_on(app, keyed, "dsl", "coordinator")).status_code == 303
    assert places(keyed, "coordinator") == {("coordinator", False), ("dsl", False)}
    assert places(keyed, "dsl") == {("dsl", False)}
    becomes(keyed, today() + WEEKS)
    assert places(keyed, "coordinator") == {("coordinator", False), ("dsl", False)}
    assert places(keyed, "dsl") == set()


def test_nobody_confirms_before_it_was_taken_on_and_taking_it_on_confirms_nothing(
    app: Flask, keyed: School
) -> None:
    proposal = asked(app, keyed)
    give_key(keyed, "teacher")
    assert (
        "has to take it on first"
        in Page(browser(app, keyed, "chair").get(f"/staff/proposals/{proposal.id}").text).text
    )
    confirm(app, keyed, "chair", proposal)
    assert len(chain_of(keyed)) == 1
    mine = f"/staff/hand-over/{proposal.id}"
    assert ALWAYS in Page(browser(app, keyed, "teacher").get(mine).text).text
    assert browser(app, keyed, "teacher").post(mine).status_code == 303
    assert len(chain_of(keyed)) == 1
    assert len(proposals_of(keyed)[0].votes) == 1, "hers who hands over"


@pytest.mark.parametrize("who", ["coordinator", "network", "dsl", "chair"])
def test_a_hand_over_is_taken_on_by_nobody_else(app: Flask, keyed: School, who: str) -> None:
    proposal = asked(app, keyed)
    for answer in (
        browser(app, keyed, who).get(f"/staff/hand-over/{proposal.id}"),
        browser(app, keyed, who).post(f"/staff/hand-over/{proposal.id}"),
    ):
        assert answer.status_code == 404
    assert proposals_of(keyed)[0].taken_on is None


def test_nobody_confirms_who_gains_or_gives(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed, "dsl", "coordinator")
    for by in ("coordinator", "dsl"):
        confirm(app, keyed, by, page)
        assert len(chain_of(keyed)) == 1, by


@pytest.mark.parametrize(
    ("gives", "stranger", "other"), [("principal", "dsl", "chair"), ("chair", "dsl", "principal")]
)
def test_the_principals_and_the_chairs_are_confirmed_by_the_other_of_the_two(
    app: Flask, keyed: School, gives: str, stranger: str, other: str
) -> None:
    page = taken_on(app, keyed, gives)
    assert f"The {other} has to confirm this" in Page(browser(app, keyed, stranger).get(page).text).text
    confirm(app, keyed, stranger, page)
    assert len(chain_of(keyed)) == 1
    assert confirm(app, keyed, other, page).status_code == 303
    assert len(chain_of(keyed)) == 2


def test_of_somebody_who_has_gone_any_reader_proposes_it_and_another_confirms(
    app: Flask, keyed: School
) -> None:
    page = taken_on(app, keyed, by="coordinator")
    confirm(app, keyed, "chair", page)
    assert len(chain_of(keyed)) == 1, "she who proposed it has heard nothing yet"
    assert confirm(app, keyed, "coordinator", page).status_code == 303
    assert len(chain_of(keyed)) == 2


def test_the_six_words_are_heard_by_whoever_confirms(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed)
    assert (
        confirm(app, keyed, "chair", page, words="maple ladder quiet orbit dozen harbour").status_code == 422
    )
    assert len(chain_of(keyed)) == 1


def test_a_key_exchanged_after_she_had_signed_is_not_let_in_by_her_word(app: Flask, keyed: School) -> None:
    """The giver signs no key; it is the confirmer's words that bind one, so an exchanged one does not fit them."""
    page = taken_on(app, keyed)
    sent = Page(browser(app, keyed, "teacher").get(page.replace("proposals", "hand-over")).text)
    heard = " ".join(one.text for one in sent.all("ol") if one.attrs.get("class") == "six-words")
    with keyed.databases.school.write() as session:
        forget_key(session, acting_as(keyed, keyed.teacher), session.get_one(StaffMember, keyed.teacher.id))
        row = make_reader_key(session, session.get_one(StaffMember, keyed.teacher.id))
        row.public_key = bytes(reversed(row.public_key))
    assert confirm(app, keyed, "chair", page, words=heard).status_code == 422
    assert len(chain_of(keyed)) == 1


@pytest.mark.parametrize(
    ("gives", "takes", "said"),
    [
        ("dsl", "dsl", "somebody else who takes over"),
        ("teacher", "dsl", "Choose who reads now"),
        ("principal", "chair", "choose a different person here"),
        ("dsl", "dsl2", "Choose a deputy"),
    ],
)
def test_what_could_never_be_is_refused_beside_its_field(
    app: Flask, keyed: School, gives: str, takes: str, said: str
) -> None:
    answer = hand_over(app, keyed, "dsl", gives, takes)
    assert answer.status_code == 422
    assert said in errors_of(Page(answer.text))["takes"]
    assert proposals_of(keyed) == []


@pytest.mark.parametrize("days", [-1, 0, 1, 400])
def test_the_day_leaves_time_to_wait_and_is_within_a_year(app: Flask, keyed: School, days: int) -> None:
    answer = hand_over(app, keyed, "dsl", "dsl", "teacher", day=(today() + timedelta(days=days)).isoformat())
    assert answer.status_code == 422
    assert "until then they could not read" in errors_of(Page(answer.text))["takes"]


@pytest.mark.parametrize(("field", "typed"), [("password", "another"), ("code", "000000"), ("day", "soon")])
def test_without_password_code_and_day_nothing_is_proposed(
    app: Flask, keyed: School, field: str, typed: str
) -> None:
    answer = hand_over(app, keyed, "dsl", "dsl", "teacher", **{field: typed})
    assert answer.status_code == 422
    assert list(errors_of(Page(answer.text))) == [field]
    assert proposals_of(keyed) == []


def test_a_frozen_one_takes_nothing_over(app: Flask, keyed: School) -> None:
    with keyed.databases.school.write() as session:
        session.get_one(StaffMember, keyed.coordinator2.id).frozen_on = today()
    assert hand_over(app, keyed, "dsl", "dsl", "coordinator2").status_code == 422
    page = taken_on(app, keyed, "dsl", "coordinator")
    with keyed.databases.school.write() as session:
        session.get_one(StaffMember, keyed.coordinator.id).frozen_on = today()
    confirm(app, keyed, "chair", page)
    assert len(chain_of(keyed)) == 1


def test_two_hand_overs_of_one_person_and_a_role_that_moves_meanwhile_are_refused(
    app: Flask, keyed: School
) -> None:
    page = taken_on(app, keyed)
    assert hand_over(app, keyed, "dsl", "dsl", "coordinator").status_code == 422
    assert hand_over(app, keyed, "chair", "chair", "teacher").status_code == 422
    confirm(app, keyed, "chair", page)
    one = proposed(app, keyed, "principal", "coordinator", gains="dsl")
    shown = Page(browser(app, keyed, "chair").get(f"/staff/proposals/{one.id}").text).text
    assert "part of a hand-over already" in shown
    confirm(app, keyed, "chair", one)
    assert len(chain_of(keyed)) == 2


def test_who_hands_over_to_a_reader_can_lose_all_before_the_day(app: Flask, keyed: School) -> None:
    """Or else somebody who has to go at once keeps the roles for as long as the form was filled in, up to a year."""
    confirm(app, keyed, "chair", taken_on(app, keyed, "dsl", "coordinator"))
    one = proposed(app, keyed, "principal", "dsl", loses="dsl", deputy=False)
    confirm(app, keyed, "principal", one)
    confirm(app, keyed, "chair", one)
    assert keyed.dsl.id.hex not in chain_of(keyed)[-1].readers
    assert places(keyed, "dsl") == set()
    becomes(keyed, today() + WEEKS)
    assert places(keyed, "coordinator") == {("coordinator", False), ("dsl", False)}


def test_a_day_that_somebody_moves_in_the_row_undoes_her_word(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed)
    with keyed.databases.school.write() as session:
        row = session.query(Proposal).one()
        assert row.day
        row.day -= timedelta(days=14)
    confirm(app, keyed, "chair", page)
    assert len(chain_of(keyed)) == 1
    assert places(keyed, "dsl") == {("dsl", False)}


def test_it_lapses_after_seven_days_and_nothing_has_changed(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed)
    grown_old(keyed, 8)
    assert confirm(app, keyed, "chair", page).status_code == 404
    becomes(keyed, today())
    assert proposals_of(keyed) == []
    assert entry(keyed, "dsl").heir == ""


def test_any_reader_stops_it_while_the_other_waits_and_she_goes_on_reading(app: Flask, keyed: School) -> None:
    confirm(app, keyed, "chair", taken_on(app, keyed))
    roles = Page(browser(app, keyed, "coordinator").get("/staff/roles").text)
    assert "Ms dsl hands over to Ms teacher" in roles.text
    stop = roles.link("Stop this")
    assert browser(app, keyed, "coordinator").post(stop, data={"password": PASSWORD}).status_code == 303
    assert keyed.teacher.id.hex not in chain_of(keyed)[-1].readers
    assert (entry(keyed, "dsl").to_day, entry(keyed, "dsl").heir) == (date.max, "")
    becomes(keyed, today() + WEEKS)
    assert places(keyed, "dsl") == {("dsl", False)}
    assert in_keyring(keyed, "dsl", today() + WEEKS)


def test_neither_leaves_in_between(app: Flask, keyed: School) -> None:
    page = taken_on(app, keyed)
    for name in ("dsl", "teacher"):
        leave = f"/staff/people/{keyed.people[name].id}/leave"
        assert browser(app, keyed, "network").post(leave, data={"sure": "yes"}).status_code == 409
    confirm(app, keyed, "chair", page)
    for name in ("dsl", "teacher"):
        leave = f"/staff/people/{keyed.people[name].id}/leave"
        assert browser(app, keyed, "network").post(leave, data={"sure": "yes"}).status_code == 409


@pytest.mark.parametrize("why", ["frozen", "forgot"])
def test_if_the_other_cannot_read_on_the_day_and_too_few_are_left_all_are_told(
    app: Flask, keyed: School, why: str
) -> None:
    confirm(app, keyed, "chair", taken_on(app, keyed))
    with keyed.databases.school.write() as session:
        for name in ("teacher", "dsl2", "chair", "chair2"):
            person = session.get_one(StaffMember, keyed.people[name].id)
            if why == "frozen":
                person.frozen_on = today()
            else:
                forget_key(session, acting_as(keyed, person), person)
    with keyed.databases.reports.write() as reports:
        reports.query(OutboxRow).delete()
    becomes(keyed, today() + WEEKS)
    with keyed.databases.reports.session(write=False) as reports:
        told = {one.address for one in reports.query(OutboxRow)}
    assert {f"{name}@school.example" for name in ("dsl", "teacher", "dsl2", "chair")} <= told


def test_what_she_was_kept_out_of_stays_with_its_readers(app: Flask, keyed: School) -> None:
    """A child ticked her; whoever takes over gets nothing of it, whoever signs in (promise G1)."""
    told = keyed.told("stranger", exclude=[keyed.dsl2.id.hex])
    plain = keyed.told("stranger")
    confirm(app, keyed, "chair", taken_on(app, keyed, "dsl2"))
    late = keyed.told("stranger", exclude=[keyed.dsl2.id.hex])
    day = today() + WEEKS
    becomes(keyed, day)
    for name in ("dsl", "principal", "dsl"):
        renew_by(keyed, name, day)
    with keyed.databases.reports.session(write=False) as reports:
        has = {one.report_id for one in reports.query(ReportReader) if one.reader_id == keyed.teacher.id}
    assert plain in has
    assert not has & {told, late}


def test_no_hand_over_frees_the_head_of_what_she_was_kept_out_of(app: Flask, keyed: School) -> None:
    """She gives the head's role to a friend and takes another: what is about her stays shut (T1)."""
    told = keyed.told("adult", head="yes")
    confirm(app, keyed, "chair", taken_on(app, keyed, "principal"))
    day = today() + WEEKS
    becomes(keyed, day)
    one = proposed(app, keyed, "dsl2", "dsl", gains="principal", deputy=True)
    for by in ("dsl2", "coordinator"):
        confirm(app, keyed, by, one)
    for name in ("dsl", "chair", "chair2"):
        renew_by(keyed, name, day)
    with keyed.databases.reports.session(write=False) as reports:
        has = {one.reader_id for one in reports.query(ReportReader) if one.report_id == told}
    assert not has & {keyed.principal.id, keyed.teacher.id}
    assert proposals_of(keyed) == [] or all(
        one.kind is not ProposalKind.HANDOVER for one in proposals_of(keyed)
    )
