"""A case goes to the child protection file in two steps; the log says so first, and the copy can be compared."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, update

from kiosk.incidents.models import Act, Incident, IncidentEntry
from tests.faults.log_tampering import rest_triggers
from tests.incidents.filed import FILE, FORM, NEXT, WORDS, Filer, at_work, case, file_of, filed, lead, lines
from tests.incidents.school import School
from tests.pages import Page
from tests.tree import read

__all__ = ["at_work", "case", "lead"]
pytestmark = pytest.mark.database("sqlite")


def test_what_goes_out_is_the_whole_case_with_times_that_have_a_zone_and_arrival_as_a_day_and_slot(
    lead: Filer, at_work: School
) -> None:
    _data, found = file_of(lead.client, lead.whole())
    assert (found["schema"], found["version"]) == ("kiosk-case-file", 1)
    assert found["report"]["words"] == WORDS.strip()
    assert set(found["report"]["arrived"]) == {"day", "from", "to"}
    assert found["report"]["changed_by_hand"] == []
    assert [line["act"] for line in found["log"]] == ["opened", "did"]
    assert found["log"][1]["notes"] == [{"label": "", "words": "Rang the mother."}]
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in found["log"])
    assert {one["name"] for one in found["readers"]} == {"Ms dsl", "Ms dsl2"}
    assert [one["name"] for one in found["read_by"]] == ["Ms dsl"]
    assert found["handed_over"]["to"] == FORM["to"] and found["handed_over"]["by"] == "Ms dsl"


def names_in(value: Any) -> set[str]:
    """The name of every field, however deep it stands."""
    if isinstance(value, list):
        return {name for one in value for name in names_in(one)}
    if not isinstance(value, dict):
        return set()
    return {*value, *(name for one in value.values() for name in names_in(one))}


def test_every_field_is_said_in_the_documentation(lead: Filer) -> None:
    found = names_in(file_of(lead.client, lead.whole())[1])
    written = re.findall(r"`([\w.\[\]]+)`", read("docs/case-file.md"))
    assert found - {part for name in written for part in name.replace("[]", "").split(".")} == set()
    assert names_in(FILE) == found, "the sample of other tests has the same shape"


def test_the_file_has_the_number_for_its_name_and_nobody_keeps_it_on_the_way(lead: Filer) -> None:
    where = lead.whole()
    number = int(lead.address.rsplit("/", 1)[1])
    answer = lead.client.get(f"{where}.json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number:04}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.isascii(), "letters that turn other text have no effect in it"
    (title,) = Page(lead.client.get(where).text).all("title")
    assert title.text == f"{number:04}", "what a browser proposes as the name of a printed file"


def test_the_log_says_what_went_to_whom_with_the_digest_of_what_went_out(
    lead: Filer, at_work: School
) -> None:
    where = lead.whole()
    data, _found = file_of(lead.client, where)
    digest = sha256(data).hexdigest()
    assert digest in Page(lead.client.get(where).text).text, "the paper names the file"
    shown = Page(lead.client.get(lead.address).text).text
    assert digest in shown and FORM["to"] in shown
    assert "In the child protection file since" in shown and "by Ms dsl." in shown
    assert filed(at_work) == 1


def test_the_paper_shows_what_a_child_typed_without_effect_and_has_no_shred_line(lead: Filer) -> None:
    page = lead.client.get(lead.whole())
    assert "&lt;him&gt;" in page.text and "\u202e" not in page.text and "U+202E" in page.text
    assert "Rang the mother." in page.text and "hred" not in page.text


def test_nothing_is_shown_before_the_log_says_so(lead: Filer, at_work: School) -> None:
    first = lead.client.get(f"{lead.address}/file")
    second = lead.client.post(f"{lead.address}/file", data=FORM)
    for page in (first, second):
        assert page.status_code == 200
        assert "meet" not in page.text and "Rang the mother" not in page.text
    answer = lead.hand(lead.look())
    assert "meet" not in answer.text
    assert filed(at_work) == 1


def test_the_same_post_twice_makes_one_line_and_the_same_file(lead: Filer, at_work: School) -> None:
    sent = lead.look()
    first = lead.hand(sent).headers["Location"]
    before = file_of(lead.client, first)[0]
    assert lead.client.post(f"{lead.address}/record/did", data={"note": "Later."}).status_code == 302
    assert lead.hand(sent).headers["Location"] == first
    assert filed(at_work) == 1
    assert file_of(lead.client, first)[0] == before, "what came later is not in it"


def test_handing_it_to_somebody_else_is_another_line_and_not_its_own_file(
    lead: Filer, at_work: School
) -> None:
    first = lead.whole(NEXT)
    assert "In the child protection file since" not in lead.client.get(lead.address).text
    second = lead.whole()
    listed = Page(lead.client.get(f"{lead.address}/file").text)
    assert {first, second} <= {one.attrs["href"] for one in listed.all("a")}, "both can be seen again"
    assert first != second and filed(at_work) == 2
    assert [line["act"] for line in file_of(lead.client, second)[1]["log"]][-1] in ("filed", "read")


@pytest.mark.parametrize("missing", ["purpose", "to"])
def test_purpose_and_person_are_asked_for_and_nothing_typed_is_lost(lead: Filer, missing: str) -> None:
    answer = lead.client.post(f"{lead.address}/file", data=FORM | {missing: ""})
    assert answer.status_code == 422 and f"file-{missing}-error" in answer.text
    if missing == "purpose":
        assert FORM["to"] in answer.text


def test_reading_what_went_out_is_a_reading_in_the_log(lead: Filer, at_work: School, app: Flask) -> None:
    where = lead.whole()
    before = [line.act for line in lines(at_work)].count(Act.READ)
    at_work.browser(app, at_work.dsl2).get(f"{where}.json")
    assert [line.act for line in lines(at_work)].count(Act.READ) == before + 1


def test_a_note_that_was_changed_by_hand_says_so_in_the_file(lead: Filer, at_work: School) -> None:
    with at_work.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        session.execute(
            update(IncidentEntry)
            .where(IncidentEntry.act == Act.DID)
            .values(sealed_note=b"not what was sealed")
        )
    where = lead.whole()
    (line,) = [one for one in file_of(lead.client, where)[1]["log"] if one["act"] == "did"]
    assert line["changed_by_hand"] and line["notes"] == []
    assert "what was written here cannot be opened" in lead.client.get(where).text


def test_a_closed_case_can_be_handed_over_and_closing_asks_nothing_of_it(
    lead: Filer, at_work: School
) -> None:
    with at_work.databases.school.write() as session:
        session.execute(update(Incident).values(outcome="resolved", closed_at=func.now()))
    assert lead.whole()
    assert filed(at_work) == 1
