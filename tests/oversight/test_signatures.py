"""The register of signatures: what stands in it, who may see it, and its CSV."""

import csv
import io
import uuid

from flask import Flask
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision, Mode
from kiosk.conduct.signing import DecisionState, sign_as_staff
from kiosk.oversight.signatures import class_register, staff_register
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_class_group, make_staff
from tests.oversight.school import DAY, counted_queries, decide, fill_class, table_rows
from tests.pages import Page


def test_a_line_says_what_was_signed_how_before_whom_and_when(
    session: Session, codes: Codes, code: Code
) -> None:
    witness = make_staff(session, name="Ms Witness")
    group = fill_class(session, 2)
    decide(session, group.pupils[0], code, lang="ur", mode=Mode.KEY, witness_id=witness.id)
    (part,) = class_register(session, [group], codes)
    signed, unsigned = part.lines
    assert (signed.state, signed.version, signed.language) == (DecisionState.AGREED, code.version, "Urdu")
    assert (signed.mode, signed.witness, signed.decided_on) == (Mode.KEY, "Ms Witness", DAY)
    assert (unsigned.state, unsigned.version, unsigned.witness) == (DecisionState.NONE, None, "")
    assert not unsigned.signed


def test_a_witness_who_has_left_is_still_named(session: Session, codes: Codes, code: Code) -> None:
    witness = make_staff(session, name="Ms Gone", left_on=DAY)
    group = fill_class(session, 1)
    decide(session, group.pupils[0], code, witness_id=witness.id)
    assert class_register(session, [group], codes)[0].lines[0].witness == "Ms Gone"


def test_above_the_youngest_a_mark_beside_an_adult_tells_nobody_apart(
    app: Flask, session: Session, codes: Codes
) -> None:
    lead, witness = make_staff(session, Role.DSL), make_staff(session, name="Ms Witness")
    for band, year, mark in ((Band.KS1, "1", "beside an adult"), (Band.KS3, "8", "Own key or mark")):
        group = fill_class(session, 2, band=band, year=year)
        for pupil, mode in zip(group.pupils, (Mode.MARK, Mode.KEY), strict=True):
            decide(session, pupil, codes[band.value, "en"], mode=mode, witness_id=witness.id)
        session.commit()
        browser, asked = staff_browser(app, lead), f"?class={group.id.hex}"
        screen = [
            row for row in table_rows(Page(browser.get(f"/staff/signatures{asked}").text)) if len(row) > 1
        ]
        file = csv.reader(io.StringIO(browser.get(f"/staff/signatures.csv{asked}").text, newline=""))
        for first, second in ((screen[1], screen[2]), list(file)[1:]):
            assert mark in " ".join(first)
            assert (first[2:] == second[2:]) is (band is not Band.KS1)


def test_a_signature_under_the_code_of_younger_children_does_not_count(
    session: Session, codes: Codes, code: Code
) -> None:
    group = fill_class(session, 1, band=Band.KS3, year="7")
    decide(session, group.pupils[0], code)
    assert class_register(session, [group], codes)[0].lines[0].state is DecisionState.NONE


def test_staff_stand_in_the_register_with_their_own_policy(session: Session, codes: Codes) -> None:
    signed, _unsigned = make_staff(session, name="Ms A"), make_staff(session, name="Ms B")
    sign_as_staff(session, signed, codes["staff", "en"], "en", DAY)
    part = staff_register(session, codes, "Staff")
    assert [(line.name, line.state, line.mode) for line in part.lines] == [
        ("Ms A", DecisionState.AGREED, Mode.PASSWORD),
        ("Ms B", DecisionState.NONE, None),
    ]


def test_the_register_of_many_classes_costs_what_one_costs(
    app: Flask, session: Session, databases: Databases, code: Code
) -> None:
    dsl = make_staff(session, Role.DSL)
    counts = []
    for _ in range(3):
        group = fill_class(session, 6)
        for pupil in group.pupils:
            decide(session, pupil, code, witness_id=dsl.id)
        session.commit()
        browser = staff_browser(app, dsl)
        with counted_queries(databases) as sent:
            assert browser.get("/staff/signatures").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[2]


def test_the_csv_holds_the_lines_of_the_screen(app: Flask, session: Session, code: Code) -> None:
    teacher = make_staff(session, name="Ms Teacher")
    group = fill_class(session, 3, teacher)
    decide(session, group.pupils[0], code, witness_id=teacher.id)
    decide(session, group.pupils[1], code, Decision.NOT_YET, lang="pl")
    session.commit()
    browser = staff_browser(app, teacher)
    screen = [row for row in table_rows(Page(browser.get("/staff/signatures").text)) if len(row) > 1]
    answer = browser.get("/staff/signatures.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    for row, shown in zip(rows, screen, strict=True):
        assert row[1:3] == shown[:2]
        assert row[4:8] == shown[3:7]
    assert rows[1][0] == group.name
    assert (rows[1][3], screen[1][2]) == ("2020-01-01", "1 January 2020")
    assert (rows[1][8], screen[1][7]) == (DAY.isoformat(), "24 November 2026")


def test_the_list_of_the_unsigned_leaves_out_who_agreed_on_screen_and_in_the_csv(
    app: Flask, session: Session, code: Code
) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 3, teacher)
    decide(session, group.pupils[0], code)
    session.commit()
    browser = staff_browser(app, teacher)
    page = Page(browser.get("/staff/signatures?show=unsigned").text)
    assert [row[0] for row in table_rows(page) if len(row) > 1] == ["Name", "B01", "C02"]
    text = browser.get(page.link("Download CSV")).text
    assert "A00" not in text
    assert "C02" in text


def test_teachers_see_their_own_classes_and_no_staff(app: Flask, session: Session) -> None:
    teacher = make_staff(session, name="Ms Own")
    own, other = fill_class(session, 2, teacher), fill_class(session, 2, make_staff(session, name="Ms Other"))
    session.commit()
    browser = staff_browser(app, teacher)
    text = browser.get("/staff/signatures").text
    assert own.name in text
    assert other.name not in text
    assert "Ms Other" not in text
    for asked in (other.id.hex, uuid.uuid4().hex, "not-a-class"):
        assert browser.get(f"/staff/signatures?class={asked}").status_code == 404


def test_who_answers_for_safety_sees_every_class_and_the_staff_or_one_class_alone(
    app: Flask, session: Session
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR, name="Ms Coordinator")
    first, second = fill_class(session, 2), fill_class(session, 2)
    session.commit()
    browser = staff_browser(app, coordinator)
    everything = table_rows(Page(browser.get("/staff/signatures").text))
    assert {row[0].split(",")[0] for row in everything if len(row) == 1} >= {first.name, second.name}
    assert any(row[0] == "Ms Coordinator" for row in everything)
    one = table_rows(Page(browser.get(f"/staff/signatures?class={first.id.hex}").text))
    assert [row[0] for row in one if len(row) > 1] == ["Name", "A00", "B01"]


def test_where_nothing_is_there_to_sign_the_page_says_so(app: Flask, session: Session, code: Code) -> None:
    teacher, other = make_staff(session), make_staff(session)
    make_class_group(session, teacher=teacher)
    group = fill_class(session, 1, other)
    decide(session, group.pupils[0], code)
    session.commit()
    assert "Nobody is here yet" in staff_browser(app, teacher).get("/staff/signatures").text
    unsigned = staff_browser(app, other).get("/staff/signatures?show=unsigned").text
    assert "Everybody has agreed" in unsigned
