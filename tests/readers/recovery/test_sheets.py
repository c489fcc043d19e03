"""Recovery sheets: behind the password, shown once, forgiving to type, and their words nowhere else (promise S6)."""

from datetime import date
from itertools import combinations

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import Proposal
from kiosk.audit.log import LogAct
from kiosk.readers.recovery.setup import first_list
from kiosk.readers.recovery.sheets import make_sheets, problems_of_sheets, prove_sheets
from kiosk.report.access.keyring import proven_recovery
from kiosk.report.access.opening import Opener
from kiosk.report.access.renewal import renew_with_recovery
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import RecoveryKey, ReportReader
from kiosk.sealing.reader_key import six_words
from kiosk.sealing.recovery import RecoverySecret, SharesWrong, new_recovery, recover_secret
from tests.accounts.doors import PASSWORD
from tests.factories import close_zone, secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm
from tests.readers.changes import six_words as words_of_change
from tests.readers.people import scribbled, sheets_on
from tests.readers.school import (
    acting_as,
    acts,
    alarmed,
    browser,
    chain_of,
    errors_of,
    found,
    keyed,
    proposals_of,
)

__all__ = ["keyed"]
TODAY = date(2026, 3, 3)
SHEETS = ("first", "second")


@pytest.fixture
def sheets(keyed: School) -> tuple[str, ...]:
    """Three sheets that were made and not typed back yet; the report page is not open."""
    with keyed.databases.school.write() as session, keyed.databases.reports.write() as reports:
        close_zone(reports)
        secret = secret_of(keyed.dsl.id)
        return make_sheets(
            session, reports, acting_as(keyed, keyed.dsl), keyed.dsl, secret, TODAY
        ).recovery.sheets


def prove(school: School, typed: tuple[str, ...], day: date = TODAY) -> None:
    """Type two sheets back."""
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        prove_sheets(session, reports, acting_as(school, school.dsl), secret_of(school.dsl.id), typed, day)


def in_use(school: School) -> bytes | None:
    """The public recovery key that reports are sealed for."""
    with school.databases.reports.session(write=False) as reports:
        return proven_recovery(reports)


def test_sheets_are_shown_once_to_who_types_the_password_again(app: Flask, keyed: School) -> None:
    client, before = browser(app, keyed, "chair"), in_use(keyed)
    sent = {"once": Page(client.get("/staff/keys/sheets").text).value("once"), "password": PASSWORD}
    answer = client.post("/staff/keys/sheets", data=sent)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = Page(answer.text)
    made = sheets_on(page)
    assert [len(sheet.split()) for sheet in made] == [20, 20, 20]
    assert len(set(made)) == 3
    headings = [one.text for one in page.all("h2")]
    keepers = ("Principal", "Safeguarding lead", "Chair of governors")
    assert headings == [f"Recovery sheet {number} of 3: {who}" for number, who in enumerate(keepers, 1)]
    assert "cannot be shown again" in page.text
    assert acts(keyed)[-1] == (LogAct.SHEETS_MADE, "Ms chair")
    assert in_use(keyed) == before, "the old one stays in use until the new one is proven"
    again = client.post("/staff/keys/sheets", data=sent)
    assert again.headers["Location"] == "/staff/keys/sheets"
    assert [act for act, _ in acts(keyed)].count(LogAct.SHEETS_MADE) == 1
    with keyed.databases.reports.session(write=False) as reports:
        assert len(reports.scalars(select(RecoveryKey)).all()) == 2


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Type your password."), ("another", "That is not your password. Try again.")]
)
def test_without_the_password_no_sheet_is_made(app: Flask, keyed: School, typed: str, said: str) -> None:
    client = browser(app, keyed, "dsl")
    once = Page(client.get("/staff/keys/sheets").text).value("once")
    answer = client.post("/staff/keys/sheets", data={"once": once, "password": typed})
    assert answer.status_code == 422
    assert errors_of(Page(answer.text)) == {"password": said}
    assert sheets_on(Page(answer.text)) == []
    assert LogAct.SHEETS_MADE not in dict(acts(keyed))


def test_wrong_passwords_are_slowed_here_as_at_the_door(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "dsl")
    for _ in range(5):
        answer = client.post("/staff/keys/sheets", data={"password": "another"})
    assert "too many tries" in answer.text
    answer = client.post("/staff/keys/sheets", data={"password": PASSWORD})
    assert answer.status_code == 422, "the right one waits as well"


@pytest.mark.parametrize("pair", list(combinations(range(3), 2)))
def test_any_two_sheets_prove_the_key_however_they_are_typed(
    app: Flask, keyed: School, sheets: tuple[str, ...], pair: tuple[int, int]
) -> None:
    before = in_use(keyed)
    first, second = (sheets[place] for place in reversed(pair))
    answer = browser(app, keyed, "dsl").post(
        "/staff/keys/prove", data={"first": scribbled(first), "second": f"  {second.title()}  "}
    )
    assert answer.headers["Location"] == "/staff/keys"
    assert in_use(keyed) not in {None, before}
    assert acts(keyed)[-1] == (LogAct.SHEETS_PROVEN, "Ms dsl")


def test_what_is_typed_wrong_is_named_beside_its_box_and_nothing_is_lost(
    app: Flask, keyed: School, sheets: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    client, before = browser(app, keyed, "dsl"), in_use(keyed)
    page_before = Page(client.get("/staff/keys").text).text
    words = sheets[0].split()
    one, other = next((here, here + 1) for here in range(19) if words[here] != words[here + 1])
    swapped = [*words[:one], words[other], words[one], *words[other + 1 :]]
    wrong = {
        "": "Type the twenty words of this sheet.",
        " ".join([*words[:6], "bannana", *words[7:]]): "Word 7, “bannana”, is not a word that sheets use.",
        " ".join(words[:19]): "A sheet has 20 words, but you typed 19.",
        " ".join(swapped): "Compare them one by one.",
    }
    for typed, said in wrong.items():
        answer = client.post("/staff/keys/prove", data={"first": sheets[1], "second": typed})
        page = Page(answer.text)
        assert answer.status_code == 422
        assert answer.headers["Cache-Control"] == "no-store"
        assert list(errors_of(page)) == ["second"]
        assert said in errors_of(page)["second"]
        assert page.value("first") == sheets[1]
        assert page.value("second") == " ".join(typed.split())
        assert any(one.attrs.get("href") == "#second" for one in page.all("a"))
    assert in_use(keyed) == before
    page = Page(client.post("/staff/keys/prove").text)
    assert list(errors_of(page)) == ["first", "second"]
    assert Page(client.get("/staff/keys").text).text == page_before, "nothing of it on the page"
    assert caplog.text == "", "nothing of it in the log"


def test_a_sheet_twice_two_sets_mixed_and_strange_sheets_are_refused(
    app: Flask, keyed: School, sheets: tuple[str, ...]
) -> None:
    client, before, strange = browser(app, keyed, "dsl"), in_use(keyed), new_recovery().sheets
    for first, second, said in (
        (sheets[0], sheets[0].upper(), "This is the same sheet"),
        (sheets[0], strange[1], "do not belong together"),
        (strange[0], strange[1], "not to a recovery key of this school"),
    ):
        answer = client.post("/staff/keys/prove", data={"first": first, "second": second})
        assert answer.status_code == 422
        assert said in errors_of(Page(answer.text))["second"]
    assert in_use(keyed) == before


def test_of_two_keys_proven_on_one_day_the_later_is_in_use_however_often(
    keyed: School, sheets: tuple[str, ...]
) -> None:
    for _ in range(6):  # chance would be right once in 64
        with keyed.databases.school.write() as session, keyed.databases.reports.write() as reports:
            secret = secret_of(keyed.dsl.id)
            recovery = make_sheets(
                session, reports, acting_as(keyed, keyed.dsl), keyed.dsl, secret, TODAY
            ).recovery
        prove(keyed, recovery.sheets[1:])
        assert in_use(keyed) == recovery.public_key


def test_the_first_sheets_begin_the_list_and_its_hash_stands_on_each_of_them(
    app: Flask, keyed: School, sheets: tuple[str, ...]
) -> None:
    client = browser(app, keyed, "chair")
    sent = {"once": Page(client.get("/staff/keys/sheets").text).value("once"), "password": PASSWORD}
    page = Page(client.post("/staff/keys/sheets", data=sent).text)
    with keyed.databases.reports.session(write=False) as reports:
        first = first_list(reports)
    assert first is not None
    assert set(first.signatures) == {keyed.chair.id.hex}, "a second reader signs as the page is opened"
    for said in (" ".join(six_words(first.hash)), first.hash.hex()[:8]):
        printed = [one for one in page.all("section") if said in one.text]
        assert len(printed) == 3


def test_once_children_use_the_page_new_sheets_count_when_a_second_reader_has_confirmed_them(
    app: Flask, keyed: School
) -> None:
    found(keyed, TODAY)
    told, before = keyed.told("bullying"), chain_of(keyed)[-1].recovery.public_key
    with keyed.databases.school.write() as session, keyed.databases.reports.write() as reports:
        secret = secret_of(keyed.dsl.id)
        made = make_sheets(session, reports, acting_as(keyed, keyed.dsl), keyed.dsl, secret, TODAY)
    assert made.root == chain_of(keyed)[0].hash
    answer = browser(app, keyed, "dsl").post(
        "/staff/keys/prove",
        data=dict(zip(SHEETS, made.recovery.sheets[:2], strict=True)),
        follow_redirects=True,
    )
    assert "They count once a second reader has confirmed them" in answer.text
    (waits,) = proposals_of(keyed)
    assert len(chain_of(keyed)) == 1
    page = Page(browser(app, keyed, "chair").get(f"/staff/proposals/{waits.id}").text)
    assert page.heading == "Use new recovery sheets?"
    assert page.inputs("words"), "somebody who keeps a sheet reads its six words"
    assert confirm(app, keyed, "chair", waits, words="not these six words at all").status_code == 422
    assert confirm(app, keyed, "dsl", waits).status_code == 303
    assert len(chain_of(keyed)) == 1, "who typed them is one of the two"
    assert confirm(app, keyed, "chair", waits).status_code == 303
    assert chain_of(keyed)[-1].recovery.public_key == made.recovery.public_key != before
    assert {"dsl@school.example", "chair@school.example"} <= alarmed(keyed)
    browser(app, keyed, "coordinator").get("/staff/incidents/")
    opener = Opener(RECOVERY_ID, EVERY_READER, recover_secret(made.recovery.sheets[1:]).private_key)
    with keyed.databases.reports.write() as reports:
        assert renew_with_recovery(reports, opener.private_key) == 1
        assert reports.get(ReportReader, (told, keyed.coordinator.id))


def test_keys_of_other_sheets_written_into_the_proposal_are_not_those_whose_words_are_heard(
    app: Flask, keyed: School
) -> None:
    found(keyed, TODAY)
    with keyed.databases.school.write() as session, keyed.databases.reports.write() as reports:
        secret = secret_of(keyed.dsl.id)
        made = make_sheets(session, reports, acting_as(keyed, keyed.dsl), keyed.dsl, secret, TODAY).recovery
    browser(app, keyed, "dsl").post("/staff/keys/prove", data=dict(zip(SHEETS, made.sheets[:2], strict=True)))
    (waits,) = proposals_of(keyed)
    heard = words_of_change(keyed, f"/staff/proposals/{waits.id}")
    stranger = RecoverySecret(b"sheets of thief!")
    with keyed.databases.school.write() as session:
        row = session.get_one(Proposal, waits.id)
        row.change = row.change.replace(made.public_key.hex(), stranger.public_key.hex())
        row.change = row.change.replace(made.verify_key.hex(), stranger.verify_key.hex())
    for by in ("chair", "principal"):
        assert confirm(app, keyed, by, waits, words=heard).status_code == 422, by
    assert len(chain_of(keyed)) == 1


def test_trying_the_sheets_in_use_once_more_changes_and_disturbs_nothing(keyed: School) -> None:
    sheets = found(keyed, TODAY)
    before = [version.hash for version in chain_of(keyed)]
    prove(keyed, sheets[1:], date(2027, 3, 3))
    assert alarmed(keyed) == set()
    assert proposals_of(keyed) == []
    assert [version.hash for version in chain_of(keyed)] == before


def test_before_children_use_the_page_nobody_is_disturbed(keyed: School, sheets: tuple[str, ...]) -> None:
    prove(keyed, sheets[:2])
    assert alarmed(keyed) == set()


def test_strange_words_never_bring_a_key_and_never_break(keyed: School) -> None:
    for typed in ("\0" * 9, "ﬁrst ſecond", "acid " * 20, "akademie " * 20, "1 2 3", "acid" * 500, "🌻 " * 20):
        assert problems_of_sheets([typed, typed])
    with pytest.raises(SharesWrong):
        prove(keyed, new_recovery().sheets[:2])
