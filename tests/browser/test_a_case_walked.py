"""Cases walked from the report to their end, by what people see and tap."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect

from tests.browser.case_walks import (
    AFTER_SCHOOL,
    CARE,
    CARE_AT_NIGHT,
    MARKS,
    MOST_FORMS,
    MOST_TAPS,
    Staff,
    decide_about_parents,
    may_not_read,
    night,
    open_case,
    picks,
    school_at,
    send_report,
    staff,
    zone_where_it_is,
)
from tests.browser.conftest import PHONE

RESULT = "What the result was, or why (needed for the last two)"

__all__ = ["night", "staff"]  # fixtures


def test_danger_at_night_from_the_phone_to_closed(staff: Staff) -> None:
    words, thanks = send_report(staff, "stranger", "he is outside our gate", danger="yes")
    assert "Nobody at school is reading now" in thanks
    lead = staff.named("Mrs Adeyemi", phone=True)
    case = open_case(lead, "Someone is in danger now", words)
    first = lead.page.locator("#first-minutes")
    assert first.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
    expect(first.locator("a[href='tel:999']")).to_be_visible()
    expect(first.locator(f"a[href='tel:{CARE_AT_NIGHT.replace(' ', '')}']")).to_be_visible()
    expect(first).to_contain_text(f"In school hours: {CARE}.")
    for ring in first.get_by_role("link").all():
        assert ring.bounding_box()["height"] >= 44  # type: ignore[index]
    opened = lead.taps
    lead.send("I rang 999")
    lead.send("I rang them")
    expect(first.locator(".danger__done")).to_have_count(2)
    assert opened == 1, "one tap from the first page to whom to ring"
    lead.says("I rang 999: Could somebody be badly hurt?", "I rang them: Social care")
    decide_about_parents(lead)
    lead.send("Refer it, or decide not to")
    lead.choose("Police")
    lead.send("Write it in the log")
    lead.send("Close")
    lead.choose("Passed to somebody outside")
    lead.send("Ask another reader to agree")
    lead.says("It can’t close yet")  # danger is never waved away in one line
    lead.link("To do: ")
    for item in ("principal", "look-after", "protection-log"):
        picks(lead, item)
    lead.send("Save")
    lead.page.goto(f"{case}/close")
    lead.choose("Passed to somebody outside")
    lead.write(RESULT, "Police came. The family has a social worker.")
    lead.choose("Yes, something")
    lead.write("What we change, in general words", "Every class reads the page on meeting people online.")
    lead.page.get_by_label("Who will see to it").select_option(label="Ms Okafor")
    lead.page.locator("input[name=due_on]").fill("2099-01-31")
    lead.send("Ask another reader to agree")
    lead.says("It stays open until another reader agrees.")
    expect(lead.page.locator("#first-minutes")).to_be_visible()
    head = staff.named("Mr Bright")
    head.page.goto("/staff/incidents/")
    head.says("You are asked to agree to closing it")
    head.page.goto(case)
    head.link("Read it and answer")
    head.says("Police came. The family has a social worker.")
    head.send("I agree, close it")
    head.says("Closed: Passed to somebody outside", "Who will see to it: Ms Okafor", "To whom: Police")
    expect(head.page.locator("#log")).not_to_contain_text("you may leave this empty")
    expect(head.page.locator("#first-minutes")).to_have_count(0)
    owner = staff.named("Ms Okafor")
    may_not_read(owner, case)
    owner.page.goto("/staff/")
    owner.link("What we change")
    owner.says("Every class reads the page on meeting people online.")
    owner.send("It is done")
    owner.says("Done:")


def test_an_ordinary_case_takes_few_taps_and_few_forms(staff: Staff) -> None:
    words, _thanks = send_report(staff, "scam", "somebody has my game account")
    me = staff.named("Ms Okafor")
    open_case(me, "A scam or a lost account", words)
    for item in ("password", "network"):
        picks(me, item)
    picks(me, "parents", "not", "The child tells at home today.")
    me.send("Close")
    me.choose("Dealt with in school")
    me.write(RESULT, "The account is back, with a new password.")
    me.choose("Nothing to change")
    me.send("Close it")
    me.says("Closed: Dealt with in school", "The child tells at home today.", "The account is back")
    forms = me.forms + 1  # opening the report is one too
    assert me.taps <= MOST_TAPS, me.taps
    assert forms <= MOST_FORMS, forms


def test_a_coordinators_case_that_becomes_child_protection(staff: Staff) -> None:
    words, _thanks = send_report(staff, "other", "he wants a picture of me")
    mine, lead = staff.named("Ms Okafor"), staff.named("Mrs Adeyemi")
    case = open_case(mine, "Something else", words)
    may_not_read(lead, case)
    mine.tap(mine.page.locator("#more > summary"))
    mine.tap(mine.page.locator("#steps summary", has_text="Hand it to the safeguarding lead"))
    mine.says("This cannot be undone.")
    mine.write("Why it is a matter of child protection", "An adult asks a child for pictures.")
    mine.send("Hand it over")
    mine.says("Handed to the safeguarding lead, who has been told.")
    may_not_read(mine, case)
    lead.page.goto("/staff/incidents/")
    lead.says("Child protection, handed over")
    lead.page.goto(case)
    lead.says(words, "An adult asks a child for pictures.", "handed it to the safeguarding lead")
    expect(lead.page.locator("#readers")).not_to_contain_text("Ms Okafor")


def test_an_adult_at_school_with_one_reader_ticked(staff: Staff) -> None:
    words, thanks = send_report(staff, "adult", "a grown-up shouts at us", tick="Mrs Adeyemi")
    assert "Mrs Adeyemi" not in thanks
    chair = staff.named("Dr Rahman")
    case = open_case(chair, "A grown-up at school, maybe the principal", words)
    chair.says("Nobody else is shown that this report exists.", "Ask the LADO")
    expect(chair.page.locator("#readers")).not_to_contain_text("Mrs Adeyemi")
    for name in ("Mrs Adeyemi", "Mrs Hartley", "Ms Okafor"):
        other = staff.named(name)
        may_not_read(other, case)
        other.page.goto("/staff/incidents/?show=all")
        number = int(case.rsplit("/", 1)[1])
        expect(other.page.locator("main")).not_to_contain_text(f"{number:04}")


def test_an_owner_who_is_away_in_the_middle(staff: Staff) -> None:
    words, _thanks = send_report(staff, "scam", "i lost my account")
    mine, other = staff.named("Ms Okafor"), staff.named("Mr Lewis")
    case = open_case(mine, "A scam or a lost account", words)
    mine.page.goto("/staff/absences")
    form = mine.page.locator("form", has=mine.page.get_by_role("heading", name="Ms Okafor"))
    for label, value in (("Away from", "2020-01-01"), ("Last day away", "2099-12-31")):
        form.get_by_label(label).fill(value)
    with mine.page.expect_navigation():
        form.get_by_role("button").click()
    try:
        other.page.goto("/staff/incidents/")
        row = other.page.locator(f"tr:has(a[href$='{case.rsplit('/', 1)[1]}'])")
        expect(row).to_contain_text("With you: Ms Okafor is away")
        expect(row).to_contain_text("Ms Okafor")
        with other.page.expect_navigation():
            row.get_by_role("link").click()
        other.says(words)
        other.send("Record what I did")
        other.write("What I did", "Went on where Ms Okafor stopped.")
        other.send("Write it in the log")
        other.says("Went on where Ms Okafor stopped.")
    finally:
        mine.page.goto("/staff/absences")
        form = mine.page.locator("form", has=mine.page.get_by_role("heading", name="Ms Okafor"))
        for label in ("Away from", "Last day away"):
            form.get_by_label(label).fill("")
        with mine.page.expect_navigation():
            form.get_by_role("button").click()


def test_a_parents_complaint_about_the_head(staff: Staff) -> None:
    teacher, head, chair = (staff.named(one) for one in ("Mr Silva", "Mrs Hartley", "Dr Rahman"))
    words = f"A parent says that the principal read a child's messages aloud. ({next(MARKS)})"
    teacher.page.goto("/staff/")
    teacher.link("Somebody told me")
    teacher.send("Send it")
    teacher.says("There is something to correct")
    expect(teacher.page.locator("#errors")).to_be_focused()
    teacher.choose("A parent or carer told me")
    teacher.choose("A grown-up who works here")
    for name, answer in (("head", "yes"), ("danger", "no"), ("already", "no")):
        teacher.tap(teacher.page.locator(f"[name={name}][value={answer}]"))
    teacher.page.get_by_label("I don’t know, or it is more than one").check()
    teacher.page.locator("textarea").fill(words)
    teacher.page.locator("[name=told_on]").fill("2026-01-05")
    teacher.send("Send it")
    teacher.says("It goes to", "Dr Rahman", "You can’t read it again.")
    expect(teacher.page.locator("main")).not_to_contain_text("Mrs Hartley")
    case = open_case(
        chair, "A grown-up at school, maybe the principal", words, told="What Mr Silva wrote down"
    )
    chair.says("A parent or carer told me")
    may_not_read(head, case)
    may_not_read(teacher, case)
    chair.send("Record what I did")
    chair.link("A complaint")
    chair.choose("How this was dealt with")
    chair.choose("A parent or carer")
    chair.write("What the complaint is", "The parent wants the governors to look into it.")
    chair.send("Write it in the log")
    chair.says("The parent wants the governors to look into it.", "A complaint waits for an answer by")


def test_a_site_reported_after_school_on_the_last_day_of_term(chromium: Browser) -> None:
    with school_at(AFTER_SCHOOL, last_day=True) as url:
        people = Staff(chromium, url)
        begins = datetime.now(ZoneInfo(zone_where_it_is(AFTER_SCHOOL))).date() + timedelta(15)
        words, thanks = send_report(people, "site", "a page with horrible pictures")
        assert "School is closed." in thanks
        assert re.search(rf"should read it on {begins.day}\b", thanks), thanks
        me = people.named("Ms Okafor")
        me.page.goto("/staff/incidents/")
        row = me.page.locator("tr", has=me.page.get_by_role("button", name="Something bad on a screen")).last
        expect(row).to_contain_text(re.compile(rf"\b{begins.day}\b"))
        with me.page.expect_navigation():
            row.get_by_role("button").click()
        me.says(words, "Nobody opens the address to look")
        picks(me, "illegal")
        me.page.locator("#to-do").get_by_role("button", name="Save", exact=True).click()
        me.says("decided what is to do")
        people.go_home()
