"""What lies behind six pictures: one cost for right and wrong, and nobody else can read it (promises C3 to C5)."""

import json
import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.report.models import Reader, Reply, Thread
from kiosk.report.replies.threads import LONGEST_REPLY
from kiosk.sealing.boxes import BoxBroken, open_sealed
from kiosk.sealing.picture_code import thread_of
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.storage.schema import each_database
from tests.factories import RECOVERY_PRIVATE, private_key_of
from tests.pages import Page
from tests.report.anonymity.dumps import rows_left, tables_of
from tests.report.coming_back import (
    answer,
    code_in,
    enter_pictures,
    move_on,
    only_report,
    pictures_of,
    report_with_pictures,
    throw_away,
)
from tests.report.telling import open_form, send

SAID = "We talked to them, and it has stopped"
WRONG = ["apple", "banana", "carrot", "bread", "cheese", "grapes"]


def _rows(databases: Databases, table: type[Thread] | type[Reply]) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _seen(answer: TestResponse) -> tuple[int, int, dict[str, str]]:
    return answer.status_code, len(answer.data), dict(answer.headers)


# promise C4


def test_c4_right_and_wrong_pictures_cost_one_hash_and_one_look_up_and_look_alike(
    tablet: Client,
    databases: Databases,
    readers: dict[str, str],
    asked: list[str],
    hashed: list[bytes],
) -> None:
    mine = report_with_pictures(tablet)
    answers = []
    for number in range(4):
        if number:
            answer(databases, "x" * LONGEST_REPLY)
        for pictures in (mine, WRONG):
            asked.clear()
            hashed.clear()
            answers.append(_seen(enter_pictures(tablet, pictures)))
            assert len(hashed) == 1, number
            assert len(asked) == 1, asked
            assert asked[0].startswith("SELECT thread.id")
    assert len({repr(one) for one in answers}) == 1, answers
    assert answers[0][0] == 200


def test_c4_throwing_away_looks_the_same_with_wrong_pictures(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    right, wrong = (_seen(throw_away(tablet, pictures)) for pictures in (mine, WRONG))
    assert right == wrong


def test_c4_the_hash_is_slow_and_salted_with_the_schools_own_key(hashed: list[bytes]) -> None:
    code = (1, 2, 3, 4, 5, 6)
    one, other = (thread_of(SiteKey(bytes([byte]) * 32), code) for byte in (1, 2))
    assert one.id != other.id
    assert one.private_key != other.private_key
    assert one.id not in one.private_key
    assert one == thread_of(SiteKey(bytes([1]) * 32), code)
    assert hashed == [bytes(code)] * 3


def test_c4_nothing_that_is_kept_holds_the_code_the_nonce_or_the_pictures(
    tablet: Client,
    databases: Databases,
    config: Config,
    key: SiteKey,
    readers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    before = _all_bytes(databases, config)
    nonce = open_form(tablet).value("nonce")
    sent = send(tablet, nonce=nonce, concern="site", reply="yes")
    mine = pictures_of(sent)
    code = code_in(mine)
    answer(databases, SAID)
    move_on(databases, "looking")
    assert SAID in enter_pictures(tablet, mine).text
    enter_pictures(tablet, mine[:5])
    enter_pictures(tablet, (), look="yes", names=" ".join(mine))
    keys = thread_of(key, code)
    written = capfd.readouterr()
    left = (caplog.text + written.out + written.err).encode() + _all_bytes(databases, config)
    assert repr(keys.id).encode() in left, "the control: the look-up id is there"
    for kept in (bytes(code), keys.private_key, keys.secret):
        assert kept not in left
        assert kept.hex().encode() not in left
        assert repr(kept).encode() not in left
    for text in (nonce, " ".join(mine), json.dumps(mine), ",".join(mine), str(code), json.dumps(code), SAID):
        assert text.encode() not in left
    for one in mine:
        word = re.compile(rb"\b" + one.encode() + rb"\b")
        # Sealed bytes hold short ones by chance, and "chair" is a role.
        if len(one) > 4 and not word.search(before):
            assert not word.search(left), one


def _all_bytes(databases: Databases, config: Config) -> bytes:
    """Every row and every byte of a file."""
    rows = [rows_left(tree, database, tables_of(database)) for tree, database in each_database(databases)]
    files = [path.read_bytes() for path in Path(config.data_dir).rglob("*") if path.is_file()]
    return b"\n".join([*(row for some in rows for row in some.values()), *files])


def test_c4_the_databases_without_the_site_key_lead_nowhere(
    tablet: Client, databases: Databases, key: SiteKey, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    code = code_in(pictures_of(send(tablet, nonce=nonce, concern="site", reply="yes")))
    with databases.reports.session(write=False) as session:
        thread_id = session.scalars(select(Thread.id)).one()
    assert thread_of(key, code).id == thread_id, "the control: with the key it does"
    guessed = {thread_of(SiteKey(bytes([byte]) * 32), code).id for byte in range(8)}
    assert thread_id not in guessed


# promise C5


def test_c5_neither_readers_nor_recovery_nor_the_case_key_open_an_answer(
    tablet: Client, databases: Databases, key: SiteKey, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    code = code_in(pictures_of(send(tablet, nonce=nonce, concern="site", reply="yes")))
    answer(databases, SAID)
    with databases.reports.writing() as session:
        sealed = session.scalars(select(Reply.sealed)).one()
        report = only_report(session)
        tries = [private_key_of(id) for id in session.scalars(select(Reader.id))]
    assert len(tries) == 4
    inside = report.body["thread"]
    for private_key in (*tries, RECOVERY_PRIVATE, *report.case_keys, bytes.fromhex(inside["key"])):
        with pytest.raises(BoxBroken):
            open_sealed(private_key, sealed)
    assert SAID.encode() in open_sealed(thread_of(key, code).private_key, sealed), "the control"


def test_c5_every_answer_and_every_state_is_one_of_two_lengths(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    report_with_pictures(tablet)
    move_on(databases, "read", "looking", "closed")
    answer(databases, "Ok.", SAID)
    with databases.reports.session(write=False) as session:
        assert len({len(sealed) for sealed in session.scalars(select(Reply.sealed))}) == 1


def test_c5_the_longest_answer_of_any_alphabet_is_kept_whole(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    words = "\U0001f600" * LONGEST_REPLY
    answer(databases, words)
    assert words in Page(enter_pictures(tablet, mine).text).text


def test_c5_what_was_thrown_away_is_gone_to_the_last_byte(
    tablet: Client, databases: Databases, config: Config, backend: str, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    with databases.reports.session(write=False) as session:
        sealed = session.scalars(select(Reply.sealed)).one()
    if backend == "sqlite":
        assert sealed[:200] in _files(config), "the control: it lay there"
    thrown = throw_away(tablet, mine).text
    assert "It is gone" in thrown
    assert SAID not in thrown
    assert _rows(databases, Reply) == 0
    if backend == "sqlite":
        assert sealed[:200] not in _files(config)
        assert sealed[-200:] not in _files(config)
    again = enter_pictures(tablet, mine).text
    assert SAID not in again
    assert "Nobody has written back yet" in again


def _files(config: Config) -> bytes:
    return b"".join(
        path.read_bytes()
        for path in Path(config.data_dir).rglob("*.sqlite*")
        if not path.name.startswith(("school", "sessions"))
    )


def test_c5_wrong_pictures_throw_nothing_away(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    throw_away(tablet, WRONG)
    enter_pictures(tablet, mine, forget="no")
    assert SAID in enter_pictures(tablet, mine).text


def test_c5_who_throws_away_what_is_theirs_leaves_what_others_were_written(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    with databases.reports.write() as session:
        session.add(Thread(id=b"another child's.", public_key=bytes(32)))
        session.flush()
        session.add(Reply(thread_id=b"another child's.", sealed=b"sealed"))
    throw_away(tablet, mine)
    with databases.reports.session(write=False) as session:
        assert session.scalars(select(Reply.sealed)).all() == [b"sealed"]


def test_c5_an_answer_that_the_child_has_not_seen_is_not_thrown_away(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """The attack: a grown-up writes while the child looks at the page, and the press throws away both."""
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    page = Page(enter_pictures(tablet, mine).text)
    (pressed,) = [one.attrs["value"] for one in page.all("button") if one.attrs.get("name") == "forget"]
    answer(databases, "Wait by the gate, I am coming.")
    read = enter_pictures(tablet, mine, forget=pressed).text
    assert "Wait by the gate, I am coming." in read
    assert "It is gone" not in read
    assert "It is gone" in throw_away(tablet, mine).text


def test_c5_a_later_answer_still_finds_the_child_who_threw_the_first_away(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, SAID)
    throw_away(tablet, mine)
    answer(databases, "And once more")
    page = enter_pictures(tablet, mine).text
    assert "And once more" in page
    assert SAID not in page
