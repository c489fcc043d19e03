"""Keys are exchanged in the database while readers confirm: nobody signs what they have not heard (promise G3)."""

import json
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey, StaffMember
from kiosk.readers.signed_list.versions import SchoolDay, Signer, add_change
from kiosk.sealing.list_statements import ListBroken, read_change, sign_change
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.recovery import RecoverySecret
from tests.factories import secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm, key_asked, proposed, six_words
from tests.readers.school import (
    browser,
    chain_of,
    errors_of,
    keyed,
    new_reader,
    proposals_of,
    renew_key,
    role_holders,
)

__all__ = ["keyed"]
THIEF = ReaderSecret(b"thief".ljust(32, b"."))


def exchanged(school: School, name: str, secret: ReaderSecret = THIEF) -> None:
    """The row of somebody's key holds other keys from now on."""
    with school.databases.school.write() as session:
        session.execute(
            update(ReaderKey)
            .where(ReaderKey.staff_id == school.people[name].id)
            .values(public_key=secret.public_key, verify_key=secret.verify_key)
        )


def once_the_code_was_right(school: School, statement: str) -> None:
    """A trigger that runs a statement whenever kiosk notes that the code of a phone was used."""
    with school.databases.school.write() as session:
        session.execute(
            text(f"CREATE TRIGGER swap AFTER UPDATE OF totp_step ON staff_member BEGIN {statement}; END")
        )


def exchange(school: School, name: str) -> str:
    """The statement that gives the row of somebody's key other keys."""
    public, verify, id = THIEF.public_key.hex(), THIEF.verify_key.hex(), school.people[name].id.hex
    return f"UPDATE reader_key SET public_key = X'{public}', verify_key = X'{verify}' WHERE staff_id = '{id}'"


def is_listed(school: School, secret: ReaderSecret) -> bool:
    """Whether the list has these keys for anybody."""
    return secret.verify_key in {one.verify_key for one in chain_of(school)[-1].readers.values()}


@pytest.mark.database("sqlite")  # the way in which a trigger is written
@pytest.mark.parametrize("forgot", [True, False], ids=["a forgotten password", "somebody new"])
def test_keys_that_are_exchanged_while_the_password_is_checked_are_signed_by_nobody(
    app: Flask, keyed: School, forgot: bool
) -> None:
    if forgot:
        with keyed.databases.school.write() as session:
            true = renew_key(session, keyed, session.get_one(StaffMember, keyed.coordinator.id))
    else:
        true = secret_of(new_reader(keyed, "new").id)
    name = "coordinator" if forgot else "new"
    page = key_asked(app, keyed, "dsl", name)
    heard = six_words(keyed, page)
    once_the_code_was_right(keyed, exchange(keyed, name))
    answers = []
    for by in ("dsl", "principal"):
        answers.append(confirm(app, keyed, by, page, words=heard))
        exchanged(keyed, name, true)  # so that the next one finds what they hear
    assert not is_listed(keyed, THIEF)
    assert len(chain_of(keyed)) == 1
    for answer in answers:
        assert "Do not confirm." in errors_of(Page(answer.text))["words"]
    with keyed.databases.school.write() as session:
        session.execute(text("DROP TRIGGER swap"))
    for by in ("dsl", "principal"):
        assert confirm(app, keyed, by, page, words=heard).status_code == 303, by
    assert is_listed(keyed, true)


def test_a_reader_who_proposes_a_role_for_a_colleague_signs_no_keys_that_stand_in_a_row_alone(
    app: Flask, keyed: School
) -> None:
    """With one dishonest reader the colleague's place in the list was a stranger's at once, with no waiting time."""
    exchanged(keyed, "chair2")
    proposed(app, keyed, "dsl", "coordinator", gains="chair2")
    (waits,) = proposals_of(keyed)
    thief = secret_of(keyed.coordinator.id)
    for voice in waits.votes:
        change = read_change(json.loads(waits.change))
        signed = {
            voice.staff_id.hex: voice.signature,
            keyed.coordinator.id.hex: sign_change(change, thief.signing_key),
        }
        with suppress(ListBroken), keyed.databases.reports.write() as reports:
            add_change(
                *(reports, chain_of(keyed), change, signed),
                *(Signer(keyed.coordinator, thief), SchoolDay(keyed.calendar, waits.asked_on)),
            )
    assert not is_listed(keyed, THIEF)


def test_a_role_goes_to_the_keys_of_the_list_and_waits_where_the_row_has_others(
    app: Flask, keyed: School
) -> None:
    exchanged(keyed, "chair2")
    one = proposed(app, keyed, "dsl", "coordinator", gains="chair2")
    page = Page(browser(app, keyed, "principal").get(f"/staff/proposals/{one.id}").text)
    assert "Ms chair2 has a new key. Other readers have to confirm it first" in page.text
    assert page.inputs("words") == []
    assert confirm(app, keyed, "principal", one).status_code == 303
    assert len(chain_of(keyed)) == 1
    exchanged(keyed, "chair2", secret_of(keyed.chair2.id))
    for by in ("dsl", "principal"):
        confirm(app, keyed, by, one)
    assert "coordinator" in chain_of(keyed)[-1].readers[keyed.chair2.id.hex].roles


def test_who_proposes_somebody_with_a_key_that_no_list_has_is_led_to_the_six_words_and_signs_nothing_before(
    app: Flask, keyed: School
) -> None:
    new_reader(keyed, "new")
    sent = {"gains": keyed.people["new"].id.hex, "why": "She helps.", "deputy": "yes"}
    client = browser(app, keyed, "dsl")
    answer = client.post("/staff/roles/dsl", data=sent)
    (one,) = proposals_of(keyed)
    assert one.votes == []
    assert answer.headers["Location"] == f"/staff/proposals/{one.id}"
    page = Page(client.get(answer.headers["Location"]).text)
    assert "Your own word counts once you have confirmed it on this page." in page.text
    assert page.inputs("words")
    for by in ("dsl", "chair"):
        assert confirm(app, keyed, by, one).status_code == 303
    assert ("Ms new", "dsl", True) in role_holders(keyed)


def test_readers_and_leavers_written_into_new_sheets_are_not_signed_along_with_them(
    app: Flask, keyed: School
) -> None:
    """Who confirms new sheets types their six words, and these say nothing about anybody in the list."""
    sheets = RecoverySecret(b"newer sheets....")
    entry = chain_of(keyed)[-1].readers[keyed.chair2.id.hex].plain()
    stranger = entry | {"public": THIEF.public_key.hex(), "verify": THIEF.verify_key.hex()}
    one = proposed(app, keyed, "network", "coordinator", gains="dsl2")
    with keyed.databases.school.write() as session:
        row = session.scalars(select(Proposal).where(Proposal.id == one.id)).one()
        row.kind, row.gains, row.role = ProposalKind.SHEETS, None, None
        row.change = json.dumps(
            {
                "id": row.id.hex,
                "day": row.asked_on.isoformat(),
                "until": row.until.isoformat(),
                "put": {keyed.chair2.id.hex: stranger},
                "drop": [keyed.principal2.id.hex],
                "recovery": {"public": sheets.public_key.hex(), "verify": sheets.verify_key.hex()},
            }
        )
    for by in ("dsl", "principal"):
        confirm(app, keyed, by, one)
    last = chain_of(keyed)[-1]
    assert not is_listed(keyed, THIEF)
    assert keyed.principal2.id.hex in last.readers
    assert last.recovery.verify_key == sheets.verify_key, "the sheets whose words were heard count"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("when", ["before the form is sent", "while the password is checked"])
def test_nobody_signs_another_change_than_the_one_that_the_page_showed(
    app: Flask, keyed: School, when: str
) -> None:
    """The words stay right: it is the same person, who gets another role, or somebody else who loses one."""
    one = proposed(app, keyed, "network", "coordinator", gains="dsl2")
    page = f"/staff/proposals/{one.id}"
    other = f"UPDATE proposal SET role = 'dsl', loses_id = '{keyed.dsl.id.hex}', deputy = 0"
    shown = {by: Page(browser(app, keyed, by).get(page).text).value("shown") for by in ("chair", "principal")}
    for by, mark in shown.items():
        if when.startswith("before"):
            with keyed.databases.school.write() as session:
                session.execute(text(other))
        else:
            once_the_code_was_right(keyed, other)
        answer = confirm(app, keyed, by, page, shown=mark)
        said = "This change is not the one that this page showed you before."
        assert (said in Page(answer.text).text) is when.startswith("before"), "else on the page of roles"
        assert proposals_of(keyed)[0].votes == []
        with keyed.databases.school.write() as session:
            session.execute(text("DROP TRIGGER IF EXISTS swap"))
            session.execute(text("UPDATE proposal SET role = 'coordinator', loses_id = NULL, deputy = 1"))
    assert len(chain_of(keyed)) == 1
    assert [one.votes for one in proposals_of(keyed)] == [[]]
    for by in ("chair", "principal"):
        assert confirm(app, keyed, by, page).status_code == 303
    assert ("Ms dsl2", "coordinator", True) in role_holders(keyed)
