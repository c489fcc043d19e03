"""What the office, class teachers and the safeguarding lead do with slips, and what each of them cannot."""

import csv
import io
import uuid
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from kiosk.accounts.models import Pupil
from kiosk.audit.log import LogAct, LogEntry
from kiosk.slips.chase import LanguageCount, by_language, small_ones_together
from kiosk.slips.models import Slip, SlipKind, SlipLink, SlipWay
from kiosk.slips.slips import NO_TERM, end_slips, homes_of, make_slips
from tests.factories import make_class_group, make_pupil, make_staff
from tests.sites import change_site
from tests.slips.homes import ENDED, NAMES, Homes


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_home_has_one_slip_of_a_kind_in_a_term_however_often_they_are_made(homes: Homes) -> None:
    assert len(homes.slips()) == 4
    assert homes.make_all() == 0
    homes.say("Marek", "pl", "en")
    assert homes.make_all() == 1
    assert {slip.lang for slip in homes.slips()} == {"pl", "en"}
    assert homes.slip("Marek", 1).lang == "pl" and homes.slip("Marek", 2).lang == "en"  # type: ignore[union-attr]


def test_two_people_who_make_them_at_once_make_each_once(homes: Homes) -> None:
    ready, made = Barrier(2), list[int]()

    def make() -> None:
        ready.wait()
        made.append(homes.make_all(SlipKind.ASK, "ks2-bullying-upstander"))

    hands = [Thread(target=make) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sum(made) == 4 and len(homes.slips()) == 8


def _noted(homes: Homes) -> LogEntry:
    """The one line that the log of powers has of what was taken."""
    with homes.school.session(write=False) as session:
        return session.scalars(select(LogEntry).where(LogEntry.act == LogAct.EXPORTED.value)).one()


def test_letters_leave_a_line_without_a_name(homes: Homes) -> None:
    homes.post("green", f"{homes.own}/letters", kind="code")
    line = _noted(homes)
    assert line.by_id == homes.staff["green"] and "Kestrels" in line.details
    assert not any(name in line.details for name in NAMES)


def test_a_link_is_taken_with_the_password_and_leaves_a_line_without_a_name(homes: Homes) -> None:
    answer = homes.post("office", f"{homes.own}/links", kind="code", which="new")
    heading, *lines = rows_of(answer.text)
    assert heading == ["name", "class", "home", "language", "link"]
    assert [line[0] for line in lines] == sorted(NAMES)
    assert homes.family().get(lines[0][4].removeprefix(homes.site.config.homes_url)).status_code == 200
    line = _noted(homes)
    assert line.by_id == homes.staff["office"] and "Kestrels" in line.details
    assert not any(name in line.details for name in NAMES)
    assert {slip.taken for slip in homes.slips()} == {0, 1}


def test_a_second_message_goes_to_those_alone_who_had_one_and_did_not_answer(homes: Homes) -> None:
    first = rows_of(homes.post("office", f"{homes.own}/links", kind="code", which="new").text)
    homes.family().post(first[1][4].removeprefix(homes.site.config.homes_url))
    again = rows_of(homes.post("office", f"{homes.own}/links", kind="code", which="again").text)
    assert [line[0] for line in again[1:]] == ["Callum", "Marek"]
    old, new = (table[-1][4].removeprefix(homes.site.config.homes_url) for table in (first, again))
    assert old != new
    assert homes.family().get(old).data.replace(old.encode(), b"") == homes.family().get(new).data.replace(
        new.encode(), b""
    ), "a family may have either message"


def test_a_formula_in_a_name_is_none_in_the_list(homes: Homes) -> None:
    with homes.school.write() as session:
        group = make_class_group(session, name="=Wrens")
        make_pupil(session, group, first_name="=1+1")
        slips = make_slips(session, [group], SlipKind.CODE, {}, "en", homes.term, homes.site.today())
        id = group.id
    assert slips == 1
    assert rows_of(homes.post("office", f"{id}/links").text)[1][:2] == ["'=1+1", "'=Wrens"]


def test_paper_that_came_back_is_ticked_and_a_mistake_taken_back_but_never_a_tap(homes: Homes) -> None:
    homes.write("office", "Alys", "ring")
    slip = homes.slip("Alys")
    assert slip and (slip.way, slip.ring) == (SlipWay.PAPER, True)
    homes.write("green", "Alys", "rung")
    homes.write("green", "Alys", "undo")
    slip = homes.slip("Alys")
    assert slip and (slip.way, slip.back_on, slip.ring) == (None, None, False)
    homes.family().post(homes.link("Alys"))
    homes.write("office", "Alys", "undo")
    slip = homes.slip("Alys")
    assert slip and slip.way is SlipWay.TAP


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("end", ["", "/homes", "/links", "/letters", "/pupils/{pupil}/by-hand"])
def test_a_class_of_a_colleague_is_as_if_there_were_none(homes: Homes, method: str, end: str) -> None:
    answers = [
        homes.browser("tan").open(f"/staff/slips/{id}{end.format(pupil=homes.pupils['Alys'])}", method=method)
        for id in (homes.own, uuid.uuid4())
    ]
    assert answers[0].status_code == answers[1].status_code in {404, 405}
    assert "Kestrels" not in answers[0].text and "Alys" not in answers[0].text


def test_a_slip_of_another_class_is_none_of_this_one(homes: Homes) -> None:
    answer = homes.post("tan", f"{homes.other}/slips/{homes.slip_id('Alys')}/back")
    slip = homes.slip("Alys")
    assert answer.status_code == 404 and slip and slip.back_on is None


def test_the_office_sees_every_class_and_who_holds_no_such_role_none(homes: Homes) -> None:
    page = homes.browser("office").get("/staff/slips/").text
    assert "Kestrels" in page and "Swifts" in page
    assert "Swifts" not in homes.browser("green").get("/staff/slips/").text
    with homes.school.write() as session:
        nobody = make_staff(session, teaches=False).id
    assert homes.browser_of(nobody).get("/staff/slips/").status_code == 403


def test_by_hand_has_no_slip_no_reason_and_one_list(homes: Homes) -> None:
    address = homes.link("Alys")
    homes.post("dsl", f"{homes.own}/pupils/{homes.pupils['Alys']}/by-hand")
    homes.post("green", f"{homes.own}/pupils/{homes.pupils['Callum']}/by-hand")
    assert ENDED in homes.family().get(address).text
    assert homes.make_all() == 0
    assert "Alys" not in homes.post("office", f"{homes.own}/links", kind="code").text
    assert "Alys" not in homes.post("office", f"{homes.own}/letters", kind="code").text
    for who in ("office", "dsl", "green"):
        page = homes.browser(who).get(f"/staff/slips/{homes.own}").text
        rows = [row for row in page.split("<tr") if ">Alys<" in row or ">Callum<" in row]
        plain = [
            row.replace("Alys", "").replace("Callum", "").replace(str(homes.pupils[name]), "")
            for row, name in zip(rows, ("Alys", "Callum"), strict=True)
        ]
        assert plain[0].partition("</tr>")[0] == plain[1].partition("</tr>")[0], who
    with homes.school.session(write=False) as session:
        found = homes_of(session, [homes.pupils["Alys"], homes.pupils["Callum"]], "en")
    assert {
        (found[homes.pupils[name]].langs, found[homes.pupils[name]].by_hand) for name in ("Alys", "Callum")
    } == {(("en",), True)}


def test_the_office_takes_nobody_off_that_list(homes: Homes) -> None:
    homes.by_hand("Alys")
    end = f"{homes.own}/pupils/{homes.pupils['Alys']}/with-slip"
    assert homes.post("office", end).status_code == 403
    homes.post("office", f"{homes.own}/homes", **{f"first-{homes.pupils['Alys'].hex}": "pl"})
    assert homes.make_all() == 0
    assert homes.post("tan", end).status_code == 404
    assert homes.post("green", end).status_code == 303
    assert homes.make_all() == 1


def test_the_lead_sees_every_class_and_takes_no_link_and_no_letter(homes: Homes) -> None:
    assert homes.browser("dsl").get(f"/staff/slips/{homes.own}").status_code == 200
    for end in ("links", "letters"):
        assert homes.post("dsl", f"{homes.own}/{end}").status_code == 403


def test_a_language_that_the_school_does_not_offer_is_written_down_of_nobody(homes: Homes) -> None:
    sent = {f"first-{homes.pupils['Alys'].hex}": "pl", f"first-{homes.pupils['Marek'].hex}": "xx"}
    assert homes.post("office", f"{homes.own}/homes", **sent).status_code == 422
    assert {slip.lang for slip in homes.slips()} == {"en"}


def test_a_home_that_is_gone_has_no_slip_that_waits_and_no_link(homes: Homes) -> None:
    homes.say("Alys", "en", "pl")
    homes.make_all()
    homes.link("Alys", 2)
    homes.say("Alys", "en")
    assert homes.slip("Alys", 2) is None
    with homes.school.session(write=False) as session:
        assert session.scalars(select(SlipLink)).all() == []


def test_languages_of_under_five_families_stand_together_and_small_sums_say_nothing() -> None:
    counts = [LanguageCount(*one) for one in (("en", 20, 15), ("ur", 7, 7), ("pl", 3, 0), ("cy", 4, 4))]
    found = small_ones_together(counts)
    assert [(one.lang, one.sent, one.back) for one in found] == [("en", 20, 15), ("ur", 7, 7), ("", 7, 4)]
    assert [one.is_few for one in found] == [False, False, False]
    assert small_ones_together(counts[:3])[-1].is_few


def test_only_what_has_gone_home_counts_as_sent(homes: Homes) -> None:
    with homes.school.session(write=False) as session:
        assert by_language(session, SlipKind.CODE, homes.term) == []
    homes.post("office", f"{homes.own}/links", kind="code")
    homes.post("tan", f"{homes.other}/letters", kind="code")
    with homes.school.session(write=False) as session:
        assert by_language(session, SlipKind.CODE, homes.term) == [LanguageCount("", 4, 0)]


def test_a_letter_has_the_name_once_on_the_slip_and_a_square_that_leads_to_it(homes: Homes) -> None:
    page = homes.post("office", f"{homes.own}/letters", kind="code").text
    assert page.count('<article class="home-letter') == 3
    assert page.count("Marek") == 1
    assert "Slip for <bdi>Marek</bdi>, <bdi>Kestrels</bdi>" in page
    assert "/home/slip/" not in page, "the address stands in the square alone"
    with homes.school.session(write=False) as session:
        assert len(session.scalars(select(SlipLink)).all()) == 3
        printed = session.scalars(select(Slip.paper_on).where(Slip.paper_on.is_not(None))).all()
    assert printed == [homes.site.today()] * 3


def test_a_language_that_nobody_has_approved_gets_english_and_a_line_to_ring(homes: Homes) -> None:
    homes.say("Marek", "ur")
    own, address = homes.site.notices.all["first-lines", "ur"]["ring_us"], f"{homes.own}/letters"
    half = {"translation/code-parents.ur", "translation/notice-first-lines.ur"}  # and not the words of pages
    for approved in (half, set[str]()):
        change_site(homes.app, in_use=replace(homes.site.in_use, approved=frozenset(approved)))
        page = homes.post("office", address, kind="code", slip=homes.slip_id("Marek").hex).text
        assert "home-letter--two" not in page
        assert "We do not have this in your language yet. Please ring the school." in page
        assert (own in page) is bool(approved)


def test_leavers_and_old_terms_lose_slips_and_links_overnight(homes: Homes) -> None:
    today = homes.site.today()
    homes.link("Alys")
    homes.link("Zain")
    with homes.school.write() as session:
        session.get_one(Pupil, homes.pupils["Zain"]).left_on = today
        end_slips(session, homes.term, today - timedelta(days=365))
        assert len(session.scalars(select(SlipLink)).all()) == 1
        assert session.get(Slip, homes.slip_id("Zain")) is None
        end_slips(session, NO_TERM, today - timedelta(days=365))
        assert session.scalars(select(SlipLink)).all() == []
        assert session.get(Slip, homes.slip_id("Alys")) is not None
        end_slips(session, homes.term, today + timedelta(days=1))
        assert session.scalars(select(Slip)).all() == []
