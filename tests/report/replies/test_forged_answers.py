"""Somebody who can write the reports database can put no words into a grown-up's mouth (promises C8 and G6)."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.test import Client

from kiosk.report.models import Reply, Report, ReportState, Thread
from kiosk.report.replies.threads import answers_were_tampered
from kiosk.sealing.boxes import seal_to
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.report.coming_back import (
    answer,
    enter_pictures,
    move_on,
    only_report,
    pictures_of,
    report_with_pictures,
    throw_away,
)
from tests.report.telling import open_form, send

FORGED = "Come to the PE store"
HIDDEN = "There is something here that we cannot show."


def page_of(tablet: Client, pictures: list[str]) -> str:
    """What a child reads behind its pictures."""
    return Page(enter_pictures(tablet, pictures).text).text


def staff_see(databases: Databases) -> bool:
    """Whether a reader of the only report would be told that its answers were changed."""
    with databases.reports.writing() as session:
        return answers_were_tampered(session, only_report(session).body)


def boxes_of(session: Session) -> list[bytes]:
    """Every answer as it lies there."""
    return list(session.scalars(select(Reply.sealed)))


def forge(databases: Databases, plain: bytes) -> None:
    """A row sealed as kiosk seals, by somebody who has the databases and nothing else."""
    with databases.reports.write() as session:
        thread = session.scalars(select(Thread)).one()
        session.add(Reply(thread_id=thread.id, sealed=seal_to(thread.public_key, plain.ljust(1024, b" "))))


def _old_form() -> bytes:
    return json.dumps({"state": "", "words": FORGED, "number": 1}).encode()


def _unmarked() -> bytes:
    part = {"thread": "00", "number": 2, "before": "", "state": "", "words": FORGED}
    return json.dumps(part).encode()


def _wrong_mark() -> bytes:
    return bytes(32) + _unmarked()


def _not_even_text() -> bytes:
    return FORGED.encode() + b"\xff\x00"


@pytest.mark.parametrize("made", [_old_form, _unmarked, _wrong_mark, _not_even_text, bytes])
def test_words_that_only_a_database_wrote_are_never_shown_as_an_answer(
    made: Callable[[], bytes], tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, "We are on it.")
    assert HIDDEN not in page_of(tablet, mine), "the control"
    forge(databases, made())
    page = page_of(tablet, mine)
    assert "We are on it." in page
    assert FORGED not in page
    assert HIDDEN in page
    assert staff_see(databases)


def test_a_real_answer_to_another_child_is_not_shown_here(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, "We are on it.")
    with databases.reports.write() as session:
        boxes = boxes_of(session)
        session.execute(delete(Reply))
        thread = session.scalars(select(Thread)).one()
        session.add(Thread(id=b"another child's.", public_key=thread.public_key, head=thread.head))
        session.flush()
        session.add_all(Reply(thread_id=b"another child's.", sealed=box) for box in boxes)
    assert "We are on it." not in page_of(tablet, mine)


def _drop(place: int) -> Callable[[Session, list[bytes]], None]:
    def drop(session: Session, boxes: list[bytes]) -> None:
        session.execute(delete(Reply).where(Reply.sealed == boxes[place]))

    return drop


def _double(session: Session, boxes: list[bytes]) -> None:
    session.add(Reply(thread_id=session.scalars(select(Thread.id)).one(), sealed=boxes[0]))


def _flip(session: Session, boxes: list[bytes]) -> None:
    changed = boxes[1][:-1] + bytes([boxes[1][-1] ^ 1])
    session.execute(update(Reply).where(Reply.sealed == boxes[1]).values(sealed=changed))


def _empty_head(session: Session, boxes: list[bytes]) -> None:
    session.execute(update(Thread).values(head=b""))


def _broken_head(session: Session, boxes: list[bytes]) -> None:
    session.execute(update(Thread).values(head=b"no head"))


@pytest.mark.main(3)
@pytest.mark.parametrize(
    "change",
    [_drop(0), _drop(1), _drop(2), _double, _flip, _empty_head, _broken_head],
    ids=["first gone", "one between gone", "newest gone", "doubled", "one bit", "no head", "broken head"],
)
def test_a_gap_or_a_change_is_said_to_the_child_and_to_staff_and_the_other_answers_are_still_shown(
    change: Callable[[Session, list[bytes]], None],
    tablet: Client,
    databases: Databases,
    readers: dict[str, str],
) -> None:
    mine = report_with_pictures(tablet)
    boxes: list[bytes] = []
    for words in ("First.", "Second.", "Third."):
        answer(databases, words)
        with databases.reports.session(write=False) as session:
            boxes += [box for box in boxes_of(session) if box not in boxes]
    assert HIDDEN not in page_of(tablet, mine), "the control"
    assert not staff_see(databases), "the control"
    with databases.reports.write() as session:
        change(session, boxes)
    page = page_of(tablet, mine)
    assert HIDDEN in page
    assert staff_see(databases)
    shown = [words for words in ("First.", "Second.", "Third.") if page.count(words) == 1]
    assert len(shown) >= 2
    answer(databases, "A later one.")
    assert "A later one." in page_of(tablet, mine), "staff can still write"
    assert HIDDEN in page_of(tablet, mine)
    throw_away(tablet, mine)
    answer(databases, "All is well again.")
    page = page_of(tablet, mine)
    assert "All is well again." in page
    assert HIDDEN not in page


def test_an_old_head_without_the_newest_answer_is_the_stated_limit(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    """docs/privacy.md says so: whoever puts back an older copy of both is not seen."""
    mine = report_with_pictures(tablet)
    answer(databases, "First.")
    with databases.reports.session(write=False) as session:
        head = session.scalars(select(Thread.head)).one()
        (first,) = boxes_of(session)
    answer(databases, "Second.")
    with databases.reports.write() as session:
        session.execute(update(Thread).values(head=head))
    assert HIDDEN in page_of(tablet, mine), "the head alone is seen"
    with databases.reports.write() as session:
        session.execute(delete(Reply).where(Reply.sealed != first))
    assert HIDDEN not in page_of(tablet, mine)


def test_what_was_thrown_away_leaves_no_gap(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    move_on(databases, "read")
    answer(databases, "First.", "Second.")
    throw_away(tablet, mine)
    assert HIDDEN not in page_of(tablet, mine)
    answer(databases, "Third.")
    page = page_of(tablet, mine)
    assert "Third." in page
    assert HIDDEN not in page
    assert not staff_see(databases)


def test_the_words_for_it_stand_in_every_language_and_the_page_has_the_length_of_any_other(
    content: Content, tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    mine = report_with_pictures(tablet)
    answer(databases, "We are on it.")
    for lang in ("en", "ur", "pl"):
        before = len(enter_pictures(tablet, mine, lang).data)
        forge(databases, _wrong_mark())
        found = enter_pictures(tablet, mine, lang)
        assert content.wordings["replies", lang]["answer.hidden"].first.unescape() in Page(found.text).text
        assert len(found.data) == before
        with databases.reports.write() as session:
            session.execute(update(Report).values(state=ReportState.RELEASED))


def test_who_wanted_no_answer_first_and_then_one_gets_pictures_that_lead_somewhere(
    tablet: Client, databases: Databases, readers: dict[str, str]
) -> None:
    nonce = open_form(tablet).value("nonce")
    send(tablet, nonce=nonce, concern="bullying", reply="no")
    mine = pictures_of(send(tablet, nonce=nonce, concern="bullying", reply="yes"))
    assert "Nobody has written back yet" in page_of(tablet, mine)
