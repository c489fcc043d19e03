"""Whatever staff or a child try, children hear nothing that no second adult approved (promises HV1, HV2, HV4)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.approving.approval import HEARD, NOT_READ, OF_ITEM, READS
from kiosk.bands import Band
from kiosk.voices.files import files_in
from tests.accounts.doors import staff_browser
from tests.lessons.learner import browser_of, make_learner
from tests.voices.school import WEBM, Voices
from tests.voices.test_pages import RECORD, SCREEN, addresses, place_of, upload

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def child(app: Flask, session: Session, voices: Voices) -> FlaskClient:
    return browser_of(app, make_learner(session, voices.content.lessons, Band.KS2))


@pytest.fixture
def approved(app: Flask, child: FlaskClient, voices: Voices) -> FlaskClient:
    """The reader's browser, once all of a screen is heard by children."""
    voices.read(*voices.lines_of(SCREEN))
    voices.approve()
    assert addresses(child.get(place_of(voices)).text)
    return staff_browser(app, voices.reader)


@pytest.mark.parametrize("how", ["taken back", "sent back"])
def test_the_very_file_that_went_back_is_heard_only_once_it_is_approved_again(
    approved: FlaskClient, child: FlaskClient, voices: Voices, how: str
) -> None:
    line = voices.lines_of(SCREEN)[0]
    data = approved.get(f"{RECORD}/{voices.kept[line.digest].file}").data
    back = {"line": line.digest} | ({"say": "again", "why": "Too quiet."} if how == "sent back" else {})
    assert approved.post(f"{RECORD}/back", data=back).status_code == 303
    assert upload(approved, line.digest, data) == 303
    assert addresses(child.get(place_of(voices)).text) == []
    voices.approve()
    assert addresses(child.get(place_of(voices)).text)


def test_a_file_sent_twice_is_approved_once(
    approved: FlaskClient, child: FlaskClient, voices: Voices
) -> None:
    line = voices.lines_of(SCREEN)[0]
    file = voices.kept[line.digest].file
    assert upload(approved, line.digest, approved.get(f"{RECORD}/{file}").data) == 303
    assert voices.kept[line.digest].file == file
    assert addresses(child.get(place_of(voices)).text)


def test_recordings_are_no_matter_of_a_sitting_in_which_nothing_is_heard(
    app: Flask, child: FlaskClient, voices: Voices
) -> None:
    voices.read(*voices.lines_of(SCREEN))
    desk = staff_browser(app, voices.hearer)
    item = f"{voices.item.key} {voices.item.digest}"
    assert item not in desk.get("/staff/approve").text
    ticks = [*OF_ITEM, NOT_READ, READS, HEARD]
    desk.post("/staff/approve", data={"item": item, "looked": ticks})
    assert addresses(child.get(place_of(voices)).text) == []


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif", b"msf1"])
def test_a_photograph_in_the_box_of_a_recording_is_refused(app: Flask, voices: Voices, brand: bytes) -> None:
    data = b"\0\0\0\x18ftyp" + brand + bytes(400)
    assert upload(staff_browser(app, voices.reader), voices.script.lines[0].digest, data) == 422
    assert list(files_in(voices.config)) == []


@pytest.mark.parametrize(
    "asked", ["bytes=9-2", "bytes=99999999-", "bytes=-0", "bytes=0-1,3-4", "x" * 3000, "bytes=" + "9" * 5000]
)
def test_no_part_of_a_recording_that_is_asked_for_oddly_breaks_the_page(
    approved: FlaskClient, child: FlaskClient, voices: Voices, asked: str
) -> None:
    address = addresses(child.get(place_of(voices)).text)[0]
    answer = child.get(address, headers={"Range": asked})
    assert answer.status_code in (200, 206, 416)
    assert len(answer.data) <= len(WEBM) + 4 or answer.status_code == 416


def test_a_child_asks_in_vain_for_what_is_kept_and_not_approved(
    app: Flask, child: FlaskClient, voices: Voices
) -> None:
    voices.read(*voices.lines_of(SCREEN))
    for file in files_in(voices.config):
        for address in (f"/learn/voices/{voices.script.lesson.id}/en/{file}", f"{RECORD}/{file}"):
            assert child.get(address).status_code in (302, 404)
